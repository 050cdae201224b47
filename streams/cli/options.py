"""What verbs share: the options every verb takes, and how results are printed."""

import functools
import shlex
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec
from rich.console import Console

from streams import telemetry
from streams.settings import Settings, load

if TYPE_CHECKING:
    from streams.installation import Installation

PIPE_WIDTH = 1000
"""Columns in a pipe: wide enough that a line stays a line, for grep and for copying."""

F = TypeVar("F", bound=Callable[..., Any])


def common(function: F) -> F:
    """--data-dir and --json."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON value on stdout, and nothing else there."),
        click.option("--data-dir", metavar="DIR", help="The installation to work on (default: ./voc-data)."),
    ):
        function = option(function)
    return function


def installed(function: F) -> F:
    """`common`, and the verb gets an open `Installation` as its first argument instead of --data-dir."""
    return _opened(function, may_begin=True)


def existing(function: F) -> F:
    """`installed`, for verbs that ask of what is there: where there is no installation none is made."""
    return _opened(function, may_begin=False)


def _opened(function: F, *, may_begin: bool) -> F:
    @functools.wraps(function)
    def wrapped(data_dir: str | None, **given: Any) -> Any:
        from streams.installation import Installation  # with the driver: what needs no warehouse does not wait for it

        settings = load(data_dir=data_dir)
        telemetry.set_up(settings.log_level)
        with Installation(settings, may_begin=may_begin) as installation:
            return function(installation, **given)

    return common(wrapped)  # type: ignore[return-value]  # click passes keywords, which no type can follow


def print_json(value: object) -> None:
    """One JSON value on stdout. What JSON does not know (UUIDs, decimals) is printed as text."""
    sys.stdout.write(msgspec.json.encode(value, enc_hook=str).decode() + "\n")


def console(*, err: bool = False) -> Console:
    """Where people read: colour on a terminal, plain text in a pipe. What is printed is never taken for markup."""
    return Console(stderr=err, highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def announce(message: str) -> None:
    """Say on a terminal that something takes a while; nothing in a pipe."""
    if sys.stderr.isatty():
        click.echo(message, err=True)


def same_place(installation: "Installation") -> str:
    """What a suggested command needs so that it asks the same installation: a --data-dir, or nothing."""
    named = installation.settings.data_dir
    return "" if named == Settings().data_dir else f" --data-dir {shlex.quote(named)}"


def inert(value: object) -> str:
    """A value from the warehouse for a terminal: no escape sequence of a customer's reaches it."""
    return "".join(character if character.isprintable() else "·" for character in str(value))


def asked_to_stop() -> list[int]:
    """The signals that came: Ctrl-C or SIGTERM, after which the verb finishes what it has in hand. A second one ends at once."""
    asked: list[int] = []

    def note(received: int, _frame: object) -> None:
        asked.append(received)
        signal.signal(received, signal.default_int_handler if received == signal.SIGINT else signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return asked
