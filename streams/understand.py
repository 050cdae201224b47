"""UNDERSTAND: from the bytes of a batch to rows that can be read, and the claim that says so. Stateless but for its clock.

The order, in one place:
1. decode; what cannot be decoded -> dead letters, written
2. text events through the pipeline, a batch at a time -> rows, written
3. progress (watermark and touched minutes) published: a claim follows what it claims
4. the caller commits the position

If 1, 2 or 3 raise SinkUnavailable the caller tries the same batch again: every write replaces itself.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from processors.pipeline import Pipeline
from processors.redact import excerpt
from processors.rows import Place, Row, rows_of, touched_minute, utterance_of
from processors.watermark import PartitionClock
from schemas.codec import Decoder
from schemas.dead_letters import DeadLetter
from schemas.events import Event
from schemas.invalid import InvalidMessage
from schemas.progress import Progress
from streams.warehouse.sink import Sink


class Message(NamedTuple):
    """One message as the source gave it. `fault` is set if the source itself could not read it whole."""

    offset: int
    raw: bytes
    appended_at: datetime
    fault: InvalidMessage | None = None


class BatchCount(NamedTuple):
    """What became of a batch. Times are seconds since 1970, of what was said; 0 where there is nothing."""

    messages: int
    accepted: int
    dead_letters: int
    minutes: Counter[int]
    """How much feedback fell into which minute."""
    first: float
    last: float


class Understand:
    """One partition of one input, whose name (`source`) holds nothing personal any more. `publish` returns when the progress
    is where it belongs."""

    def __init__(
        self,
        *,
        source: str,
        partition: int,
        pipeline: Pipeline,
        understanding: int,
        sink: Sink,
        clock: PartitionClock,
        publish: Callable[[Progress], None],
        tenant: str = "default",
    ) -> None:
        self.input = source
        self.partition, self.clock = partition, clock
        self._pipeline, self._understanding, self._sink, self._publish, self._tenant = (
            pipeline,
            understanding,
            sink,
            publish,
            tenant,
        )
        self._decoder = Decoder(attributes=pipeline.attributes)

    def batch(self, messages: Sequence[Message]) -> BatchCount:
        """Steps 1 to 3 for messages in the order of their offsets. Blocks until they can be read."""
        events, letters = self._decode(messages)
        self._sink.write_dead_letters(letters)
        rows = self._enrich(events)
        self._sink.write_rows(rows)
        for event, message in events:
            self.clock.observe(event.time.timestamp(), message.appended_at.timestamp())
        minutes = Counter(minute for row in rows if (minute := touched_minute(row)) is not None)
        self.claim(tuple(sorted(minutes)))
        times = [event.said_at.timestamp() for event, _ in events]
        return BatchCount(len(messages), len(events), len(letters), minutes, min(times, default=0.0), max(times, default=0.0))

    def silence(self, now: float) -> None:
        """A poll begun at `now` (seconds since 1970) found nothing more: say so."""
        self.clock.silence(now)
        self.claim()

    def end(self) -> None:
        """The input has ended for good: say so."""
        self._publish(Progress(self.partition, self.clock.final))

    def claim(self, touched: tuple[int, ...] = ()) -> None:
        """Publish where the clock stands and what was touched."""
        self._publish(Progress(self.partition, self.clock.watermark, touched))

    def _decode(self, messages: Sequence[Message]) -> tuple[list[tuple[Event, Message]], list[DeadLetter]]:
        events, letters = [], []
        for message in messages:
            try:
                if message.fault:
                    raise message.fault
                event = self._decoder.decode(message.raw, message.appended_at)
            except InvalidMessage as invalid:
                detail = f"{invalid.detail} | {excerpt(message.raw)}" if invalid.detail else excerpt(message.raw)
                letters.append(DeadLetter(self.input, self.partition, message.offset, invalid.reason, detail, message.raw))
                continue
            if event.tenant == "default":
                event = msgspec.structs.replace(event, tenant=self._tenant)
            events.append((event, message))
        return events, letters

    def _enrich(self, events: Sequence[tuple[Event, Message]]) -> list[Row]:
        utterances = [utterance_of(event) for event, _ in events]
        self._pipeline([utterance for utterance in utterances if utterance is not None])
        rows: list[Row] = []
        for (event, message), utterance in zip(events, utterances, strict=True):
            place = Place(self.input, self.partition, message.offset)
            rows += rows_of(event, utterance, place, self._understanding)
        return rows
