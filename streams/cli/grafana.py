"""`voc grafana`: the files that Grafana reads, and whether a running Grafana has read them."""

from pathlib import Path

import click
from rich.table import Table

from streams.cli.group import CommandGroup
from streams.cli.options import common, console, inert, print_json
from streams.failures import UserError
from streams.settings import load

OUT = "deploy/grafana"


@click.group(cls=CommandGroup)
def grafana() -> None:
    """Dashboards, alert rules and data source as files, and whether a running Grafana has them (docs/grafana.md).

    \b
    Example:
      voc grafana build
    """


@grafana.command()
@click.option("--out", default=OUT, show_default=True, metavar="DIR", help="Where the files lie.")
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is not what would be written.")
@common
def build(out: str, check: bool, data_dir: str | None, as_json: bool) -> None:
    """Write dashboards, alert rules, contact points, policies and the data source as files for Grafana's provisioning.

    \b
    Example:
      voc grafana build
      voc grafana build --out /etc/voc/grafana --check
    """
    from streams.grafana import files  # a third of a second: not for every other verb

    folder = Path(out)
    try:
        changed = files.stale(folder) if check else files.write(folder)
    except OSError as error:
        raise UserError(f"cannot use {out}: {error.strerror}; name another folder with --out") from error
    if as_json:
        print_json({"out": out, "files": len(files.files()), "stale" if check else "written": [str(path) for path in changed]})
    elif not check:
        console().print(f"{out}: {len(files.files())} files, {len(changed)} of them written now")
    if check and changed:
        raise UserError(f"{out}: {', '.join(map(str, changed[:3]))}{' …' if changed[3:] else ''} not current: voc grafana build")
    if check and not as_json:
        console().print(f"{out}: {len(files.files())} files are current")


@grafana.command()
@click.option("--url", metavar="URL", help="Grafana's address: https://host[:port][/path] (default: the setting grafana_url).")
@click.option("--ca", default="", metavar="FILE", help="PEM file of the authority to trust (default: the system's).")
@common
def check(url: str | None, ca: str, data_dir: str | None, as_json: bool) -> None:
    """Ask a running Grafana whether our data source, dashboards and alert rules are there, and what to do if not.

    Reads only. The token of a service account is the setting grafana_token: VOC_GRAFANA_TOKEN in the environment.

    \b
    Example:
      voc grafana check --url https://grafana.example.com
    """
    from streams.grafana.check import WRONG, look
    from streams.grafana.server import Grafana

    settings = load(data_dir=data_dir)
    address = url or settings.grafana_url
    if not address:
        raise click.UsageError("name Grafana's address with --url, or set VOC_GRAFANA_URL")
    if ca and not Path(ca).is_file():
        raise UserError(f"--ca {ca}: there is no such file")
    findings = look(Grafana(address, settings.grafana_token, authority=ca))
    wrong = sum(finding.state == WRONG for finding in findings)
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        table = Table("", "what", "found", "what to do", box=None, header_style="bold")
        for finding in findings:
            table.add_row(finding.state, *map(inert, (finding.what, finding.says, finding.do)))
        console().print(table)
    if wrong:
        raise UserError(f"{wrong} of {len(findings)} are wrong; each line says what to do")
