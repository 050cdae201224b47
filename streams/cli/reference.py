"""The reference, generated from the code: `python -m streams.cli.reference` writes docs/reference/.

Each page is a head written by hand, a marker line, and below it what the code says: the help of every command, every
setting, the columns of every view. With `--check` nothing is written and exit status 1 says that a page is stale.
"""

import argparse
import inspect
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from streams.cli import voc
from streams.cli.init import meanings
from streams.kafka.catalogue_page import kafka_page
from streams.settings import SECRETS, Settings
from streams.warehouse.views import VIEWS

DIRECTORY = Path(__file__).resolve().parents[2] / "docs" / "reference"
MARK = "<!-- What follows is generated from the code: make docs -->"
WIDTH = 100


def commands(group: click.Group = voc, parent: click.Context | None = None) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command and sub-command below a group, in the order of its help: full name, command, a context to render it."""
    parent = parent or click.Context(group, info_name="voc", terminal_width=WIDTH, color=False, **group.context_settings)
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        if command is None or command.hidden:
            continue
        context = click.Context(command, info_name=name, parent=parent)
        yield context.command_path, command, context
        if isinstance(command, click.Group):
            yield from commands(command, context)


def cli_page() -> str:
    """The help of every command, as it is printed."""
    parts = [f"## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n" for name, command, context in commands()]
    return "\n".join(parts)


def settings_page() -> str:
    """Every setting: its key, its variable, its default and its meaning."""
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    rows = ["| Key of voc.toml | Environment | Default | Meaning |", "|---|---|---|---|"]
    for name, meaning in meanings().items():
        key = "only in the environment" if name in SECRETS else f"`{name}`"
        default = json.dumps(fields[name].default)
        rows.append(f"| {key} | `VOC_{name.upper()}` | `{default}` | {meaning} |")
    return "\n".join(rows) + "\n"


def views_page() -> str:
    """Every view: what it holds, and its columns."""
    parts = []
    for name, view in VIEWS.items():
        parts.append(f"## {name}\n\n{view.holds}\n\nColumns: {', '.join(f'`{column}`' for column in view.columns)}\n")
    return "\n".join(parts)


PAGES = {"cli.md": cli_page, "settings.md": settings_page, "views.md": views_page, "kafka.md": kafka_page}


def rendered(name: str) -> str:
    """The whole page: the head that stands in the file now, and below the marker what the code says."""
    path = DIRECTORY / name
    head = path.read_text("utf-8").partition(MARK)[0].rstrip() if path.exists() else f"# {path.stem}"
    return f"{head}\n\n{MARK}\n\n{PAGES[name]()}"


def stale() -> list[Path]:
    """The pages that are absent or differ from what would be written."""
    paths = {DIRECTORY / name: rendered(name) for name in PAGES}
    return [path for path, text in paths.items() if not path.exists() or path.read_text("utf-8") != text]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or with `--check` name those that are stale; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m streams.cli.reference", description=inspect.cleandoc(__doc__ or ""))
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    if parser.parse_args(arguments).check:
        found = stale()
        for path in found:
            sys.stdout.write(f"docs/reference/{path.name} is stale: make docs\n")
        return 1 if found else 0
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (DIRECTORY / name).write_text(rendered(name), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
