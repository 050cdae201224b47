"""UNDERSTAND: from the bytes of a batch to rows that can be read, and the claims that say so. Stateless but for its clocks.

The order, in one place:
1. decode, understand; what cannot be used -> dead letters, written
2. rows, written; one that the warehouse will never take is found by halving, and becomes a dead letter too
3. progress (watermarks and touched minutes) published: a claim follows what it claims
4. the caller commits the position

If 1, 2 or 3 raise SinkUnavailable the caller tries the same batch again: every write replaces itself.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from processors.pipeline import Pipeline
from processors.redact import excerpt
from processors.rows import Place, Row, rows_of, touched_minute, utterance_of
from processors.utterance import Utterance
from processors.watermark import PartitionClock
from schemas.codec import Decoder
from schemas.dead_letters import DeadLetter
from schemas.events import Event
from schemas.invalid import InvalidMessage, InvalidReason
from schemas.progress import Progress
from streams.failures import RefusesAll
from streams.telemetry import log
from streams.warehouse.sink import MAX_REFUSED, Sink

Publish = Callable[[Sequence[Progress]], None]
"""Returns when the progress is where it belongs; may raise SinkUnavailable."""


class Message(NamedTuple):
    """One message as the source gave it. `fault` is set if the source itself could not read it whole."""

    offset: int
    raw: bytes
    appended_at: datetime
    fault: InvalidMessage | None = None


class Partition:
    """One partition of one input (Kafka topic or file), whose name holds nothing personal any more, and its clock."""

    def __init__(self, source: str, partition: int = 0, clock: PartitionClock | None = None) -> None:
        self.source, self.partition = source, partition
        self.clock = clock or PartitionClock()

    def progress(self, touched: Iterable[int] = ()) -> Progress:
        """Where the clock stands, and what was touched."""
        return Progress(self.source, self.partition, self.clock.watermark, tuple(sorted(touched)))


class BatchCount(NamedTuple):
    """What became of a batch. Times are seconds since 1970, of what was said; 0 where there is nothing."""

    messages: int
    accepted: int
    dead_letters: int
    minutes: Counter[int]
    """How much feedback fell into which minute."""
    first: float
    last: float


class _Read(NamedTuple):
    """A message that was decoded, and where it came from."""

    partition: Partition
    message: Message
    event: Event

    @property
    def place(self) -> Place:
        return Place(self.partition.source, self.partition.partition, self.message.offset)


class Understand:
    """All partitions that one process reads. `tenant` is that of events which name none; `most_failed`: messages of a batch on
    which a processor may fail."""

    def __init__(
        self, *, pipeline: Pipeline, understanding: int, sink: Sink, publish: Publish, tenant: str = "default",
        most_failed: int = MAX_REFUSED,
    ) -> None:  # fmt: skip
        self._pipeline, self._understanding, self._sink = pipeline, understanding, sink
        self._publish, self._tenant, self._most_failed = publish, tenant, most_failed
        self._decoder = Decoder(attributes=pipeline.attributes)

    def batch(self, batch: Sequence[tuple[Partition, Sequence[Message]]]) -> BatchCount:
        """Steps 1 to 3 for messages in the order of their offsets. Blocks until they can be read. Raises SinkUnavailable,
        RefusesAll."""
        read, letters = self._decode(batch)
        understood = self._enrich(read, letters)
        self._sink.write_dead_letters(letters)
        rows = [row for _, rows in understood for row in rows]
        refused = self._refused(read, self._sink.write_rows(rows))
        if refused:
            self._sink.write_dead_letters(refused)
        for partition, messages in batch:
            for message in messages:
                partition.clock.hear(message.appended_at.timestamp())
        touched: dict[Partition, Counter[int]] = {partition: Counter() for partition, _ in batch}
        for (partition, message, event), rows in understood:
            partition.clock.observe(event.time.timestamp(), message.appended_at.timestamp())
            touched[partition].update(minute for row in rows if (minute := touched_minute(row)) is not None)
        self._publish([partition.progress(minutes) for partition, minutes in touched.items()])
        times = [event.said_at.timestamp() for _, _, event in read]
        minutes = sum(touched.values(), Counter())
        lost = len(letters) + len(refused)
        count = sum(len(messages) for _, messages in batch)
        return BatchCount(count, count - lost, lost, minutes, min(times, default=0.0), max(times, default=0.0))

    def silence(self, partitions: Iterable[Partition], now: float) -> None:
        """A poll begun at `now` (seconds since 1970) found nothing more in these: say so."""
        for partition in partitions:
            partition.clock.silence(now)
        self._publish([partition.progress() for partition in partitions])

    def end(self, partition: Partition) -> None:
        """The input has ended for good: say so."""
        self._publish([Progress(partition.source, partition.partition, partition.clock.final)])

    def _decode(self, batch: Sequence[tuple[Partition, Sequence[Message]]]) -> tuple[list[_Read], list[DeadLetter]]:
        read, letters = [], []
        for partition, messages in batch:
            for message in messages:
                event = self._event(message)
                if isinstance(event, InvalidMessage):
                    letters.append(_letter(Place(partition.source, partition.partition, message.offset), message.raw, event))
                    continue
                if event.tenant == "default":
                    event = msgspec.structs.replace(event, tenant=self._tenant)
                read.append(_Read(partition, message, event))
        return read, letters

    def _event(self, message: Message) -> Event | InvalidMessage:
        """What is in it, or why nothing can be read. A fault is not raised: messages may share one, and whatever is raised keeps
        hold of where it was raised, batch and all."""
        if message.fault:
            return message.fault
        try:
            return self._decoder.decode(message.raw, message.appended_at)
        except InvalidMessage as invalid:
            return invalid

    def _enrich(self, read: Sequence[_Read], letters: list[DeadLetter]) -> list[tuple[_Read, list[Row]]]:
        """Events with their rows. One on which a processor fails joins the dead letters."""
        understood: list[tuple[_Read, list[Row]]] = []
        failed: list[str] = []

        def enrich(part: Sequence[_Read]) -> None:
            utterances = [utterance_of(item.event) for item in part]
            try:
                self._pipeline([utterance for utterance in utterances if utterance is not None])
            except MemoryError:
                raise
            except Exception as error:  # a user's own processor may fail in any way, on one text of thousands
                if len(part) == 1:
                    failed.append(_place(error))
                    failure = InvalidMessage(InvalidReason.PROCESSOR_FAILED, failed[-1])
                    letters.append(_letter(part[0].place, part[0].message.raw, failure))
                    if len(failed) > self._most_failed:
                        raise RefusesAll(f"a processor fails on one message after the other ({failed[-1]})") from error
                else:
                    enrich(part[: len(part) // 2])
                    enrich(part[len(part) // 2 :])
                return
            understood.extend(zip(part, self._rows(part, utterances), strict=True))

        enrich(read)
        if failed:
            log.warning("processor_failed", messages=len(failed), error=failed[-1])
        return understood

    def _rows(self, part: Sequence[_Read], utterances: Sequence[Utterance | None]) -> list[list[Row]]:
        return [
            rows_of(item.event, utterance, item.place, self._understanding)
            for item, utterance in zip(part, utterances, strict=True)
        ]

    def _refused(self, read: Sequence[_Read], refused: Sequence[tuple[Row, str]]) -> list[DeadLetter]:
        """The dead letters of rows that the warehouse will never take."""
        if not refused:
            return []
        raw = {item.place: item.message.raw for item in read}
        why = {Place(row.input, row.input_partition, row.input_offset): reason for row, reason in refused}
        log.warning("rows_refused", rows=len(refused), error=refused[-1][1])
        return [_letter(place, raw[place], InvalidMessage(InvalidReason.UNSTORABLE, reason)) for place, reason in why.items()]


def _place(error: Exception) -> str:
    """What and where, never in its own words: a processor's message may quote what it read."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def _letter(place: Place, raw: bytes, invalid: InvalidMessage) -> DeadLetter:
    detail = f"{invalid.detail} | {excerpt(raw)}" if invalid.detail else excerpt(raw)
    return DeadLetter(place.input, place.partition, place.offset, invalid.reason, detail, raw)
