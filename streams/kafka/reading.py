"""UNDERSTAND on Kafka: what the batch lane does with records. Its order is that of streams/understand.py; the lane commits."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime

from aiokafka import ConsumerRecord, TopicPartition

from processors.watermark import MINUTE
from schemas.invalid import InvalidMessage, InvalidReason
from schemas.progress import Progress
from streams.failures import RefusesAll
from streams.kafka.lane import Records
from streams.kafka.publisher import Publisher
from streams.metrics import Metrics
from streams.understand import Message, Partition, Understand

REPEAT_S = 5.0
"""How often a claim is repeated that says nothing new: a DETECT that has just begun knows of nobody."""
_LOG_APPEND_TIME = 1
_NO_VALUE = InvalidMessage(InvalidReason.INVALID_JSON, "the record has no value (a tombstone)")

MakeUnderstand = Callable[[Callable[[Iterable[Progress]], None]], Understand]
"""Builds the stage around where its progress goes."""


class DeadLetterLimit:
    """Stops a worker that refuses nearly everything: not the messages are bad then, but what was deployed. Remembers the last
    1,000 messages."""

    LEAST = 200

    def __init__(self, share: float, window: int = 1000) -> None:
        self._share = share
        self._batches: deque[tuple[int, int]] = deque()
        self._window = window

    def observe(self, messages: int, dead_letters: int) -> None:
        """Raises RefusesAll, before anything of the batch is committed."""
        self._batches.append((messages, dead_letters))
        while len(self._batches) > 1 and sum(count for count, _ in self._batches) - self._batches[0][0] >= self._window:
            self._batches.popleft()
        read, refused = (sum(column) for column in zip(*self._batches, strict=True))
        if read >= self.LEAST and refused > self._share * read:
            raise RefusesAll(
                f"{refused:,} of the last {read:,} records became dead letters, more than dead_letter_limit ({self._share:g}) "
                "allows: look at `voc dead-letters list`; mend the pipeline, the taxonomy or the sender, or raise "
                "VOC_DEAD_LETTER_LIMIT; "
                "nothing of this batch was committed"
            )


class Reading:
    """One assignment: the clocks of its partitions, and the stage that they share. Blocking work goes to a thread, so that the
    group keeps hearing from us."""

    def __init__(
        self, *, make: MakeUnderstand, publisher: Publisher, progress_topic: str, lateness_s: float, limit: DeadLetterLimit,
        metrics: Metrics,
    ) -> None:  # fmt: skip
        self._said: list[Progress] = []
        self._understand = make(self._said.extend)
        self._publisher, self._progress_topic = publisher, progress_topic
        self._lateness_s, self._limit, self._metrics = lateness_s, limit, metrics
        self._partitions: dict[TopicPartition, Partition] = {}
        self._claimed: dict[TopicPartition, tuple[int | None, float]] = {}  # minute of the watermark, when it was said

    async def save(self, records: Records, behind: Collection[TopicPartition]) -> None:
        """Dead letters, rows, progress. Raises SinkUnavailable, RefusesAll."""
        self._said.clear()
        # What held nothing back so far does so from now on, before another partition's claim can close what it is about to say.
        self._said += [
            Progress(at.topic, at.partition, self._partition(at).clock.watermark)
            for at in sorted(records.keys() | set(behind))
            if self._claimed.get(at, (None, 0.0))[0] is None
        ]
        batch = [(self._partition(at), [_message(record) for record in some]) for at, some in records.items()]
        begun = time.monotonic()
        count = await asyncio.to_thread(self._understand.batch, batch)
        await self._publish(self._said)
        self._limit.observe(count.messages, count.dead_letters)  # once a batch, however often it had to be tried
        now = time.monotonic()
        self._claimed |= {TopicPartition(one.source, one.partition): (_minute(one), now) for one in self._said}
        self._metrics.batch(count, time.monotonic() - begun)

    async def idle(self, at_end: Mapping[TopicPartition, float]) -> None:
        """Say that time passes where nothing comes, and repeat what was said."""
        now = time.monotonic()
        said: list[Progress] = []
        for at in at_end.keys() | self._partitions.keys():
            partition = self._partition(at)
            if at in at_end:
                partition.clock.silence(at_end[at])
            progress = partition.progress()
            if at in at_end:
                if not partition.clock.holds(at_end[at]):
                    progress = Progress(progress.source, progress.partition, None)
            elif not partition.clock.greatest:
                continue  # nothing is known of it yet
            minute = _minute(progress)
            before, when = self._claimed.get(at, (-1, 0.0))
            if minute != before or now - when >= REPEAT_S:
                self._claimed[at] = minute, now
                said.append(progress)
        if said:
            await self._publish(said)

    async def _publish(self, said: Iterable[Progress]) -> None:
        await self._publisher.say(self._progress_topic, ((f"{one.source}/{one.partition}", one) for one in said))

    def _partition(self, at: TopicPartition) -> Partition:
        if at not in self._partitions:
            self._partitions[at] = partition = Partition(at.topic, at.partition)
            partition.clock.lateness = self._lateness_s
        return self._partitions[at]


def _minute(progress: Progress) -> int | None:
    """Where the watermark stands, as far as it matters to others: minutes close whole."""
    return None if progress.watermark is None else int(progress.watermark // MINUTE)


def _message(record: ConsumerRecord) -> Message:
    """A record whose time is not the broker's (its topic is not as `voc kafka create` makes it) arrives now, like a file's
    line."""
    by_broker = record.timestamp_type == _LOG_APPEND_TIME
    appended_at = datetime.fromtimestamp(record.timestamp / 1000 if by_broker else time.time(), UTC)
    if record.value is None:
        return Message(record.offset, b"", appended_at, _NO_VALUE)
    return Message(record.offset, record.value, appended_at)
