"""A kill at a named step: everything the process knew is gone, what it wrote stays."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from streams.embedded import EmbeddedRun
from streams.warehouse.endpoint import Endpoint
from tests.rig.events import Traffic
from tests.rig.parts import Parts

BATCH_LINES = 50
SNAPSHOT_MINUTES = 25
"""Often, so that a short story has snapshots before, between and after its kills."""


def story(folder: Path) -> Path:
    """Three hours of everything, and a surge that opens, updates and closes an episode."""
    return Traffic(hours=3, hourly=40, seed=3, surge=1, lasting=0.75, surging=80).write(folder / "story.ndjson")


class Killed(BaseException):
    """Like the signal: no `except Exception` sees it."""


class Kill(NamedTuple):
    """Before or after the `hit`-th time of a step, counted since the process began (or since it found the end of its input)."""

    side: str
    step: str
    hit: int
    at_the_end: bool = False


class Killer:
    """The hook of one process, which is killed once, or never."""

    def __init__(self, kill: Kill | None) -> None:
        self._kill, self._hits, self._at_the_end = kill, 0, False
        self.steps: list[str] = []

    def __call__(self, side: str, step: str) -> None:
        """Called around every step."""
        if side == "before":
            self.steps.append(step)
        kill = self._kill
        if kill and step == kill.step and self._at_the_end == kill.at_the_end:
            self._hits += side == "before"
            if side == kill.side and self._hits == kill.hit:
                raise Killed(kill)

    def watch_the_end(self, finish: Callable[[], None]) -> Callable[[], None]:
        """DETECT's `finish`, so that it is known when the input has ended."""

        def finishing() -> None:
            self._at_the_end, self._hits = True, 0
            finish()

        return finishing


def run_with_kills(
    endpoint: Endpoint,
    path: Path,
    out: Path,
    kills: Sequence[Kill],
    *,
    run: type[EmbeddedRun] = EmbeddedRun,
    kinds: dict[str, type] | None = None,
) -> int:
    """One process after the other, each killed where the list says, the last one not. Returns how many kills hit."""
    hit = 0
    for kill in [*kills, None]:
        killer = Killer(kill)
        parts = Parts(endpoint, out, hook=killer, kinds=kinds)
        parts.detect.finish = killer.watch_the_end(parts.detect.finish)  # type: ignore[method-assign]
        try:
            parts.embedded(path, BATCH_LINES, run).to_the_end()
        except Killed:
            hit += 1
        finally:
            parts.close()
    return hit
