"""`voc init`: the files a user edits."""

import inspect
import re
from pathlib import Path

import click
import msgspec

from processors.intents.taxonomy import DEFAULT_PATH as TAXONOMY
from processors.pipeline import DEFAULT_PATH as PIPELINE
from streams.cli.options import common, print_json
from streams.failures import UserError
from streams.notify.config import EXAMPLE as NOTIFY
from streams.notify.config import FILE as NOTIFY_FILE
from streams.settings import FILE, SECRETS, Settings

POINTED_AT = {"taxonomy": "taxonomy.yaml", "pipeline": "pipeline.toml"}


@click.command()
@click.option("--dir", "directory", default=".", type=click.Path(file_okay=False, path_type=Path), help="Where to write them.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@common
def init(directory: Path, force: bool, as_json: bool, data_dir: str | None) -> None:
    """Write a commented voc.toml, notify.toml, pipeline.toml and taxonomy.yaml to start from.

    \b
    Example:
      voc init
    """
    packaged = {NOTIFY_FILE: NOTIFY, "pipeline.toml": PIPELINE, "taxonomy.yaml": TAXONOMY}
    files = {FILE: settings_file(), **{name: path.read_text("utf-8") for name, path in packaged.items()}}
    there = [name for name in files if (directory / name).exists()]
    if there and not force:
        raise UserError(f"{', '.join(there)} would be overwritten in {directory}; --force does it")
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8")
    if as_json:
        print_json({"written": [str(directory / name) for name in files]})
    else:
        click.echo(f"wrote {', '.join(files)} to {directory}; next: voc run --input FILE")


def settings_file() -> str:
    """voc.toml with every key that may stand there, its meaning and its default."""
    parts = [
        "# Groundswell's settings. What is commented out is the default; VOC_<NAME> in the environment goes before this file.\n"
    ]
    for name, meaning in meanings().items():
        if name in SECRETS:
            continue
        default = next(field.default for field in msgspec.structs.fields(Settings) if field.name == name)
        line = f'{name} = "{POINTED_AT[name]}"' if name in POINTED_AT else f"# {name} = {_toml(default)}"
        parts.append(f"# {meaning}\n{line}\n")
    return "\n".join(parts)


def meanings() -> dict[str, str]:
    """Each setting and the sentence below it in the source of `Settings`."""
    found = re.findall(r'^    (\w+): [^\n]+\n    """(.*?)"""', inspect.getsource(Settings), re.MULTILINE | re.DOTALL)
    return {name: " ".join(text.split()) for name, text in found}


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
