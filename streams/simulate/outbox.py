"""From events to lines in the order in which they arrive, with the nuisances of real feeds."""

from random import Random

import msgspec

from streams.simulate.events import MINUTE_MS, Json

TWICE = 0.01
"""Share of events delivered twice: the identical line again."""
AGAIN_WITHIN_MS = 2 * MINUTE_MS
"""How long after the first the second delivery arrives, at most."""
LATE = 0.02
"""Share of events that arrive late though nothing is wrong with their sender."""
LATE_WITHIN_MS = 10 * MINUTE_MS
PROMPT_MS = (100, 2500)
"""What every other event needs from its sender to us; enough for neighbours to overtake each other."""


class Outbox:
    """Takes events with the time they were sent, gives lines in order of arrival; holds the whole story in memory."""

    def __init__(self, first_ms: int, end_ms: int, rng: Random) -> None:
        self._first_ms, self._end_ms, self._rng = first_ms, end_ms, rng
        self._arrivals: list[tuple[int, int, bytes]] = []
        self.distinct = 0

    def send(self, event: Json, sent_ms: int, *, held_ms: int | None = None) -> bool:
        """Send an event; `held_ms` overrides the delay on its way. False if it lies outside the story, and is dropped."""
        if not self._first_ms <= sent_ms < self._end_ms:
            return False
        if held_ms is None:
            late = self._rng.random() < LATE
            held_ms = self._rng.randint(30_000, LATE_WITHIN_MS) if late else self._rng.randint(*PROMPT_MS)
        line = msgspec.json.encode(event)
        self.distinct += 1
        self._arrive(sent_ms + held_ms, line)
        if self._rng.random() < TWICE:
            self._arrive(sent_ms + held_ms + self._rng.randint(500, AGAIN_WITHIN_MS), line)
        return True

    def lines(self) -> list[bytes]:
        """Everything sent, in order of arrival; what arrived together, in the order it was sent."""
        return [line for *_, line in sorted(self._arrivals)]

    def _arrive(self, at_ms: int, line: bytes) -> None:
        self._arrivals.append((at_ms, len(self._arrivals), line))
