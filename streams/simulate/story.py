"""What a story is, and what is said of one that has been written."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from streams.simulate.truth import Truth


@dataclass(frozen=True, slots=True)
class Telling:
    """One story told with one seed: `lines` are CloudEvents JSON without the line end, in order of arrival."""

    lines: list[bytes]
    truth: Truth


@dataclass(frozen=True, slots=True)
class Story:
    """A named kind of traffic; `tell(seed, days)` is pure, and `days` is never below `minimum_days`."""

    name: str
    title: str
    minimum_days: int
    tell: Callable[[int, int], Telling]


@dataclass(frozen=True, slots=True)
class StorySummary:
    """What `write_story` wrote, for one line on a terminal."""

    story: str
    seed: int
    days: int
    out: Path
    truth: Path
    events: int
    """Lines in the file; an event that was delivered twice counts twice."""
    customer_turns: int
    """Different customer utterances, in chats and calls, that were not recalled."""
