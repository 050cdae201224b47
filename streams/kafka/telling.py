"""TELL on Kafka: what the agent of `voc.spikes` does: tell each transition that is not recorded yet, then acknowledge it."""

import asyncio
import random
from collections.abc import Callable, Sequence

from schemas.spikes import Transition
from streams.failures import SinkUnavailable
from streams.kafka.inner import transitions_of
from streams.kafka.lane import LONGEST_PAUSE_S
from streams.metrics import Metrics
from streams.telemetry import log
from streams.tell import Tell


class Telling:
    """One worker's TELL. `make` builds it, over a connection of its own."""

    def __init__(self, *, make: Callable[[], Tell], metrics: Metrics) -> None:
        self._make, self._metrics = make, metrics
        self._tell: Tell | None = None
        self.failures = 0
        self.moved = 0.0
        """Nothing here takes so long that its parts would count as movement."""

    async def take(self, values: Sequence[bytes | None]) -> None:
        """Records of `voc.spikes`. Returns when they are told and recorded, however long the warehouse is away."""
        transitions = transitions_of(values)
        while True:
            try:
                await asyncio.to_thread(self._all, transitions)
                break
            except SinkUnavailable as error:
                self._tell = None
                self.failures += 1
                log.warning("tell_failed", attempt=self.failures, reason=error)
                await asyncio.sleep(min(0.2 * 2**self.failures, LONGEST_PAUSE_S) * random.random())
        self.failures = 0
        self._metrics.told.inc(len(transitions))

    def _all(self, transitions: Sequence[Transition]) -> None:
        self._tell = self._tell or self._make()
        self._tell(transitions)

    @property
    def state(self) -> dict[str, object]:
        """Nothing that the lag does not say."""
        return {}

    def watch(self) -> None:
        """Nobody waits for a card that was not opened."""

    def stop(self) -> None:
        """What is in hand is told, whoever waits for it."""

    def rest(self) -> None:
        """Nothing is left to do: what was told is recorded."""
