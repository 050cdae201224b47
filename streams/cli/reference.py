"""The reference, generated from the code: `python -m streams.cli.reference` writes docs/reference/.

Each page is a head written by hand, a marker line, and below it what the code says: the help of every command, every
setting, the columns of every view. With `--check` nothing is written and exit status 1 says that a page is stale.
"""

import argparse
import inspect
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from schemas.records import ContextRow, ConversationRow, OrderRow, SurveyRow
from schemas.spikes import Spike
from streams.cli import voc
from streams.cli.init import meanings
from streams.settings import SECRETS, Settings

DIRECTORY = Path(__file__).resolve().parents[2] / "docs" / "reference"
MARK = "<!-- What follows is generated from the code: make docs -->"
WIDTH = 100


class View(NamedTuple):
    """A view of the warehouse that outside SQL may rely on. Columns may be added, never renamed or taken away."""

    holds: str
    columns: tuple[str, ...]


def _event_columns(row: type[msgspec.Struct]) -> tuple[str, ...]:
    return (*(name for name in row.__struct_fields__ if name != "event_id"), "ingested_at")


VIEWS: Mapping[str, View] = {
    "feedback": View(
        "Each chat message, final call segment and survey comment that stands: its newest version, recalled ones left out.",
        ("tenant", "minute", "time", "feedback_id", "revision", "conversation_id", "customer_hash", "kind", "sender_role",
         "channel", "shop", "region", "product_model", "product_sku", "product_category", "firmware", "caller_role", "language",
         "text", "speech_act", "intents", "sentiment", "polarity", "snow_score", "evidence", "urgent", "attributes", "input",
         "input_partition", "input_offset", "ingested_at"),
    ),
    "topic_minute": View(
        "How much customers said about each topic, minute by minute, as known today. A message with two intents counts in both.",
        ("tenant", "topic", "minute", "count", "negative", "positive"),
    ),
    "minute_total": View(
        "How much customers said altogether, minute by minute: each message once.",
        ("tenant", "minute", "count", "negative", "positive"),
    ),
    "topic_tested": View(
        "What the detector was given in each minute, with what earlier minutes gained or lost by then. Never changes.",
        ("tenant", "topic", "minute", "count"),
    ),
    "topic_band": View(
        "What was expected, the range that is normal, and how surprising the count was. Every ten minutes, and whenever it was "
        "surprising: draw it as a series of its own, points connected.",
        ("tenant", "topic", "minute", "expected", "low", "high", "surprise"),
    ),
    "spikes": View("The last state of each episode: the fields of `voc spikes --json`.", Spike.__struct_fields__),
    "spike_transitions": View(
        "Every step of every episode.",
        ("spike_id", "transition", "at", "tenant", "kind", "topic", "started", "opened", "updated", "closed", "observed",
         "expected", "low", "high", "surprise"),
    ),
    "spike_verdicts": View("What people said of an episode: useful, known, noise.", ("spike_id", "verdict", "by", "note", "at")),
    "surveys": View("One row for each answer to a survey question.", _event_columns(SurveyRow)),
    "orders": View("One row for each step in the life of an order line.", _event_columns(OrderRow)),
    "conversations": View("One row for each step in the life of a conversation.", _event_columns(ConversationRow)),
    "context": View("What the company or the world did: launches, campaigns, outages.", _event_columns(ContextRow)),
    "dead_letters": View(
        "What could not be read: where it stood, and why. The bytes themselves are not readable here.",
        ("input", "input_partition", "input_offset", "reason", "detail", "sha256", "seen_at"),
    ),
}  # fmt: skip
"""The contract of the warehouse, in one place; a test compares it with what the views really have."""


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


PAGES = {"cli.md": cli_page, "settings.md": settings_page, "views.md": views_page}


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
