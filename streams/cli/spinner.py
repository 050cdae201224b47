"""Progress of long work: one line on a terminal that says how far it is; nothing in a pipe."""

from typing import Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Spinner:
    """A line that is there while its `with` lasts. Verbs derive from it what they have to say."""

    def __init__(self, terminal: Console, first: str, *, quiet: bool = False) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._bar = Progress(*columns, console=terminal, transient=True, disable=quiet or not terminal.is_terminal)
        self._task = self._bar.add_task(first)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """Let the line say this from now on."""
        self._bar.update(self._task, description=text)
