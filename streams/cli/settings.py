"""`voc settings`: what is in force."""

import click

from streams.cli.options import common, print_json
from streams.settings import load, shown


@click.command()
@common
def settings(data_dir: str | None, as_json: bool) -> None:
    """Print every setting that is in force: defaults, then voc.toml, then VOC_* of the environment; secrets masked.

    \b
    Example:
      voc settings --json
    """
    values = shown(load(data_dir=data_dir))
    if as_json:
        print_json(values)
    else:
        for name, value in values.items():
            click.echo(f"{name} = {value!r}")
