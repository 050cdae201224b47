"""`voc warehouse` and `voc migrate`: the embedded warehouse's life, and its schema."""

import dataclasses

import click

from streams.cli.group import CommandGroup
from streams.cli.options import installed, print_json
from streams.failures import UserError
from streams.installation import Installation
from streams.warehouse.embedded import Status


@click.group(cls=CommandGroup)
def warehouse() -> None:
    """Start, stop and see the embedded warehouse of a data directory.

    \b
    Example:
      voc warehouse start
    """


@warehouse.command()
@installed
def start(installation: Installation, as_json: bool) -> None:
    """Start it and let it run on after this command, for Grafana and for many short commands.

    \b
    Example:
      voc warehouse start
    """
    _only_embedded(installation)
    status = installation.embedded.stay()
    installation.migrate()
    _show(installation, status, as_json)


@warehouse.command()
@installed
def stop(installation: Installation, as_json: bool) -> None:
    """Stop it. A `voc run` that is at work starts it again.

    \b
    Example:
      voc warehouse stop
    """
    _only_embedded(installation)
    was_running = installation.embedded.stop()
    if as_json:
        print_json({"running": False, "was_running": was_running})
    else:
        click.echo("stopped" if was_running else "was not running")


@warehouse.command()
@installed
def status(installation: Installation, as_json: bool) -> None:
    """Is it running, where, and will it stay? Starts nothing.

    \b
    Example:
      voc warehouse status --json
    """
    _only_embedded(installation)
    _show(installation, installation.embedded.status(), as_json)


@click.command()
@installed
def migrate(installation: Installation, as_json: bool) -> None:
    """Bring the warehouse's schema up to date. Every command does so by itself; this one says what was applied.

    \b
    Example:
      voc migrate
    """
    applied = installation.migrate()
    if as_json:
        print_json({"applied": applied})
    else:
        click.echo(f"applied: {', '.join(map(str, applied))}" if applied else "up to date")


def _only_embedded(installation: Installation) -> None:
    if installation.settings.clickhouse_url:
        raise UserError("VOC_CLICKHOUSE_URL is set: that warehouse is not ours to start or stop")


def _show(installation: Installation, status: Status, as_json: bool) -> None:
    if as_json:
        print_json({**dataclasses.asdict(status), "data_dir": str(installation.data_dir)})
    elif not status.running:
        click.echo(f"not running in {installation.data_dir}; commands start it when they need it")
    else:
        stays = "until `voc warehouse stop`" if status.stays else "until the commands that use it end"
        click.echo(f"running in {installation.data_dir}, {stays}")
        if status.tcp_port is None:
            click.echo("starting; its ports are not settled yet")
            return
        click.echo(f"native port {status.tcp_port}, HTTP port {status.http_port}, user voc_read")
