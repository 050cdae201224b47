"""What the models of a tenant say of one minute, of four kinds of things: topics, the total, what went quiet, emergent topics.

Models have no opinion on whether anybody should be told: that is decided in lifecycle.py. A key names what is judged:
("topic", "setting_time"), ("total", "total"), ("silence", "channel:tmall" or a topic or "total"), ("emergent", a burst's key).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from processors.emergent import Burst, Step
from processors.panel import Panel
from processors.recent import HISTORY, Floats, Span
from schemas.spikes import CHANNEL, EVERYTHING, SpikeKind

BACK = 0.5
"""Part of what was expected from which on who was silent is back, ..."""
BACK_EXPECTED = 3.0
"""... where so many messages were expected."""
QUIET = 0.1
"""A series is silent when no more than this part of what was expected is there: a lost feed brings nothing, a slow day half."""
SILENCE_MARGIN = 3.0
"""How much more a drop must surprise than a rise: its false rate has not been measured, and who runs the feeds sleeps too."""


class Key(NamedTuple):
    """What is judged."""

    kind: SpikeKind
    topic: str


class Reading(Struct, frozen=True, gc=False):
    """A minute of it."""

    count: int
    expected: float
    variance: float
    surprise: float


class Verdict(Struct, frozen=True, gc=False):
    """What is thought of one topic in one minute, as the band of a chart shows it."""

    count: int
    expected: float
    dispersion: float
    surprise: float


class Judged:
    """A minute as the models see it. Channels stand among the topics, so that they are judged by their share, but only their
    silence is told."""

    def __init__(
        self, minute: int, *, topics: Panel, channels: int, total: Panel, step: Step, bursts: Mapping[str, Burst],
        known: frozenset[int], announced: bool,
    ) -> None:  # fmt: skip
        """Among the rows of `topics` are so many `channels`."""
        self.minute, self.topics, self.total = minute, topics, total
        self.step, self.bursts, self.announced = step, bursts, announced
        self.subjects = len(topics.names) - channels
        """Topics that are judged."""
        self._known = known
        """Messages that bursts had in the minute before."""

    def loud(self, threshold: float) -> Iterator[tuple[Key, float]]:
        """What surprises at least so much, in the order in which it may be told: topics, the total, the silence of everything, of
        channels, of topics, each by name, and what emerged."""
        for name, surprise in _above(self.topics, self.topics.verdicts.surprise, threshold):
            if not name.startswith(CHANNEL):
                yield Key("topic", name), surprise
        for name, surprise in _above(self.total, self.total.verdicts.surprise, threshold):
            yield Key("total", name), surprise
        quiet = threshold + SILENCE_MARGIN
        silent = _above(self.topics, self.topics.verdicts.drop, quiet)
        silent.sort(key=lambda pair: not pair[0].startswith(CHANNEL))
        for name, drop in [*_above(self.total, self.total.verdicts.drop, quiet), *silent]:
            yield Key("silence", name), drop
        for burst in self.step.opened:
            yield Key("emergent", burst.key), burst.score

    def reading(self, key: Key) -> Reading:
        """This minute of a key; all zero where nothing is known of it any more."""
        if key.kind == "emergent":
            return self._emergent(key.topic)
        panel, name = self._panel(key)
        row = panel.row(name)
        if row is None:
            return Reading(0, 0.0, 0.0, 0.0)
        verdicts = panel.verdicts
        surprise = (verdicts.drop if key.kind == "silence" else verdicts.surprise)[row]
        expected = float(verdicts.expected[row])
        return Reading(int(verdicts.count[row]), expected, expected * float(verdicts.dispersion[row]), float(surprise))

    def began(self, key: Key, at_most: int = HISTORY) -> Span:
        """Since when, and how much since then; looks back `at_most` minutes."""
        if key.kind == "emergent":
            burst = self.bursts[key.topic]
            minutes = (self.minute - burst.first_seen) // 60 + 1
            return Span(minutes, len(burst.messages), burst.expected, burst.expected, None)
        panel, name = self._panel(key)
        return panel.began(name, fewer=key.kind == "silence", at_most=at_most)

    def carried(self, minutes: int) -> float:
        """The most that one subject brought above what was expected of it in the last `minutes`: a topic, or an emergent one."""
        topics = (more for name, more in self.topics.excess(minutes).items() if not name.startswith(CHANNEL))
        return max((*topics, *(self._brought(burst, minutes) for burst in self.bursts.values())), default=0.0)

    def _brought(self, burst: Burst, minutes: int) -> float:
        """Of its messages, which are of an hour at most, those of the last `minutes`, as if they came evenly."""
        spoken = min((self.minute - burst.first_seen) // 60 + 1, 60)
        return (len(burst.messages) - burst.expected) * min(minutes / spoken, 1.0)

    def is_back(self, key: Key, minutes: int) -> bool:
        """Was half of what was expected of a silent key there in the last `minutes`? False where too little was expected."""
        panel, name = self._panel(key)
        span = panel.since(name, minutes)
        return span.expected >= BACK_EXPECTED and span.observed >= BACK * span.expected

    def silent(self, span: Span) -> bool:
        """Is so little there that it can be called quiet?"""
        return span.observed <= QUIET * span.expected

    def verdicts(self, surprising: float, live: float | None) -> dict[str, Verdict]:
        """Topics that surprise, or (unless None) of which at least `live` a minute is expected."""
        said = self.topics.verdicts
        wanted = said.surprise >= surprising
        if live is not None:
            wanted |= said.expected >= live
        return {
            self.topics.names[row]: Verdict(
                int(said.count[row]), float(said.expected[row]), float(said.dispersion[row]), float(said.surprise[row])
            )
            for row in wanted.nonzero()[0]
            if not self.topics.names[row].startswith(CHANNEL)
        }

    def _panel(self, key: Key) -> tuple[Panel, str]:
        return (self.total if key.topic == EVERYTHING and key.kind != "topic" else self.topics), key.topic

    def _emergent(self, name: str) -> Reading:
        burst = self.bursts.get(name)
        if burst is None:
            return Reading(0, 0.0, 0.0, 0.0)
        new = sum(message not in self._known for message in burst.messages)
        return Reading(new, 0.0, 0.0, burst.score)


def _above(panel: Panel, values: Floats, threshold: float) -> list[tuple[str, float]]:
    return sorted((panel.names[row], float(values[row])) for row in (values >= threshold).nonzero()[0])
