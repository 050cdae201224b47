"""The batch lane: poll, save, commit; and nothing lost or left behind when partitions move.

    work    what one stage does with records; a fresh one for every assignment (see Work)
    lease   the partitions one assignment gave us, with the records in hand; it ends when the group rebalances
    lane    a Faust service that polls aiokafka and drives both

The order, in one place: collect (in memory) -> save (durable, may be repeated) -> commit. A crash before the commit replays;
nothing is committed that was not saved. When partitions are taken away, what is in hand is saved and committed first.

While a save fails (SinkUnavailable) the partitions are paused and polled on, so that the group keeps us, and the same batch is
saved again.

aiokafka facts this file is built on (0.14, checked on Kafka 4.3):
- Rebalances are eager: everything is revoked, then assigned anew, and positions start again from the committed offsets.
- An exception in a rebalance callback is logged and forgotten. So callbacks here do little, and crash the service themselves.
- No heartbeats are sent while `on_partitions_assigned` runs. So positions are set by the poll loop, not by the callback.
- `getmany` blocks, without its timeout, while a rebalance is on. A lock held around it and wanted by the callback is a deadlock.
- What `getmany` returns belongs to the assignment of that moment, and stays true until the next `await`.
"""

import asyncio
import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

import faust
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError, KafkaTimeoutError

from streams.failures import SinkUnavailable
from streams.kafka.connection import Connection
from streams.telemetry import log

AGAIN = 100
"""Records that a reader goes back behind its committed offset, to know again where the clock of the partition stood."""
GRACE_S = 20.0
"""How long what is in hand may take to be saved when partitions move or the worker stops."""
POLL_MS = 200
LONGEST_PAUSE_S = 5.0
Records = Mapping[TopicPartition, Sequence[ConsumerRecord]]


class Work(Protocol):
    """What a stage does with records. The lane makes a new one for each assignment and drops it at the end."""

    async def save(self, records: Records, behind: Collection[TopicPartition]) -> None:
        """Make all of them durable. It may be called again with the same records. Raises SinkUnavailable: try again. `behind`:
        what of the assignment holds more than was read."""

    async def idle(self, at_end: Mapping[TopicPartition, float]) -> None:
        """Nothing is in hand. `at_end`: partitions read to their end, and when the broker said so (seconds since 1970)."""


class Lease:
    """One assignment of partitions, and the records in hand for it."""

    work: Work

    def __init__(self, partitions: Iterable[TopicPartition]) -> None:
        self.partitions = frozenset(partitions)
        self.ready = False  # positioned, and it has its work
        self.over = False  # nothing may be saved or committed for it any more
        self.records: dict[TopicPartition, list[ConsumerRecord]] = {}
        self.count = 0
        self.committed: dict[TopicPartition, int] = {}
        self.at_end: Collection[TopicPartition] = ()
        """Of which everything was read, when last looked at."""
        self.since = 0.0  # when the first record in hand came
        self.failures = 0  # saves that failed in a row
        self.again_at = 0.0  # not before

    def add(self, records: Records) -> None:
        """Take them in hand."""
        if not self.count:
            self.since = time.monotonic()
        for partition, some in records.items():
            self.records.setdefault(partition, []).extend(some)
            self.count += len(some)

    @property
    def offsets(self) -> dict[TopicPartition, int]:
        """What to commit once the records in hand are saved: never less than what is committed."""
        ends = {partition: some[-1].offset + 1 for partition, some in self.records.items()}
        return {partition: end for partition, end in ends.items() if end > self.committed.get(partition, -1)}

    def done(self, offsets: Mapping[TopicPartition, int]) -> None:
        """The records in hand are saved and committed."""
        self.committed.update(offsets)
        self.records, self.count, self.failures = {}, 0, 0


class Lane(ConsumerRebalanceListener, faust.Service):  # type: ignore[misc]  # neither package ships types
    """Reads Kafka topics in batches for one consumer group and drives the work."""

    def __init__(
        self,
        *,
        connection: Connection,
        kafka_topics: Sequence[str],
        group: str,
        make_work: Callable[[], Work],
        batch_records: int = 4000,
        batch_seconds: float = 1.0,
        session_timeout_s: float = 15.0,
        instance: str = "",
        options: Mapping[str, Any] | None = None,
        **service: Any,
    ) -> None:
        super().__init__(**service)
        self.group = group
        self._connection, self._kafka_topics, self._make_work = connection, kafka_topics, make_work
        self._batch_records, self._batch_seconds = batch_records, batch_seconds
        self._options = {
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "session_timeout_ms": int(session_timeout_s * 1000),  # how long a killed worker's partitions stay orphaned
            "heartbeat_interval_ms": 1_000,  # how soon we hear of a rebalance
            "rebalance_timeout_ms": 60_000,  # by default the session timeout: too short to save in; above the grace
            "max_poll_interval_ms": 1_800_000,
            "max_partition_fetch_bytes": 4 << 20,  # the default, 1 MiB, costs 15 % more CPU an event
            "group_instance_id": instance or None,
            **(options or {}),
        }
        self.lease: Lease | None = None
        self.beat = time.monotonic()
        """When the poll loop last went round."""
        self.saved_at = 0.0
        """When a batch was last committed, on the monotonic clock; 0: none was."""

    async def on_start(self) -> None:
        """Join the group."""
        # `turn` serialises work on the lease between the poll loop, the rebalance callback and stop.
        # It is never held during getmany.
        self._turn = asyncio.Lock()
        self._consumer = AIOKafkaConsumer(**self._connection.for_aiokafka, group_id=self.group, **self._options)
        self._consumer.subscribe(self._kafka_topics, listener=self)
        await self._consumer.start()

    async def on_stop(self) -> None:
        """Finish and commit the batch in hand, then leave the group, so that others take over at once."""
        lease, self.lease = self.lease, None
        if lease:
            await self._finish(lease)
        await self._consumer.stop()

    @property
    def waiting(self) -> bool:
        """Is it waiting for the warehouse (or for Kafka to take what it says)?"""
        return bool(self.lease and self.lease.failures)

    def lags(self) -> dict[TopicPartition, int]:
        """How many records of each partition are not committed, as far as the last answer of the broker says."""
        lease = self.lease
        if lease is None or not lease.ready:
            return {}
        ends = {partition: self._consumer.highwater(partition) for partition in lease.partitions & self._consumer.assignment()}
        done = set(lease.at_end) - lease.records.keys()  # the last offsets may be no records but marks of a transaction
        return {
            partition: 0 if partition in done else max(end - lease.committed.get(partition, 0), 0)
            for partition, end in ends.items()
            if end is not None
        }

    # --- the poll loop

    @faust.Service.task
    async def _poll(self) -> None:
        while not self.should_stop:
            self.beat = time.monotonic()
            if self.lease and not self.lease.ready:
                await self._begin(self.lease)
            room = max(self._batch_records - (self.lease.count if self.lease else 0), 1)
            try:
                records = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=room)
            except ConsumerStoppedError:
                return
            lease = self.lease  # no await since getmany returned: the records belong to this lease
            if lease is None or not lease.ready:
                self._rewind(records)  # it changed while we waited in getmany: position first, then read these again
                continue
            lease.add(records)
            if not lease.count or self._due(lease):
                async with self._turn:
                    await self._save(lease)
                    await self._idle(lease)  # where one partition is busy, others may be silent

    def _due(self, lease: Lease) -> bool:
        now = time.monotonic()
        if lease.failures:
            return now >= lease.again_at
        return lease.count >= self._batch_records or now - lease.since >= self._batch_seconds

    def _rewind(self, records: Records) -> None:
        held = self._consumer.assignment()
        for partition, some in records.items():
            if partition in held:  # else its next owner reads them
                self._consumer.seek(partition, some[0].offset)

    async def _begin(self, lease: Lease) -> None:
        """Stand where the last owner stopped, and a little before."""
        try:
            begins = await self._consumer.beginning_offsets(lease.partitions)
            for partition in lease.partitions:
                committed = await self._consumer.committed(partition)
                lease.committed[partition] = max(committed or 0, begins[partition])
                if committed is not None and not lease.over:
                    self._consumer.seek(partition, max(committed - AGAIN, begins[partition]))
        except IllegalStateError:
            return  # not ours any more
        except KafkaError as error:
            if not (error.retriable or isinstance(error, KafkaTimeoutError)):
                raise
            log.warning("not_positioned", group=self.group, error=type(error).__name__)
            return  # the brokers are away: the next round tries again
        lease.work = self._make_work()
        lease.ready = not lease.over
        log.info("partitions_assigned", group=self.group, partitions=len(lease.partitions))

    async def _save(self, lease: Lease) -> None:
        """Save and commit what is in hand, once. Holds the turn. What could not be saved stays in hand, all partitions paused."""
        if lease.over or not lease.count:
            return
        try:
            await lease.work.save(lease.records, lease.partitions - (await self._at_end(lease)).keys())
            offsets = lease.offsets
            if offsets and not lease.over:
                await self._commit(offsets)
        except SinkUnavailable as error:
            lease.failures += 1
            pause = min(0.2 * 2**lease.failures, LONGEST_PAUSE_S) * random.random()  # full jitter
            lease.again_at = time.monotonic() + pause
            log.warning("save_failed", group=self.group, attempt=lease.failures, records=lease.count, reason=error)
            self._consumer.pause(*(lease.partitions & self._consumer.assignment()))
            return
        except (CommitFailedError, IllegalStateError) as error:
            log.warning("lease_over", group=self.group, records=lease.count, error=type(error).__name__)
            lease.over = True  # the group moved on without us; aiokafka joins again, and who reads now reads these too
            return
        if lease.failures:
            log.info("save_succeeded", group=self.group, after=lease.failures)
            self._consumer.resume(*(lease.partitions & self._consumer.assignment()))
        self.saved_at = time.monotonic()
        log.debug("batch_committed", group=self.group, records=lease.count)
        lease.done(offsets)

    async def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit, or SinkUnavailable: aiokafka tries for ever while the brokers are away."""
        try:
            async with asyncio.timeout(GRACE_S):
                await self._consumer.commit(offsets)
        except TimeoutError as error:
            raise SinkUnavailable(f"Kafka has not taken the commit for {GRACE_S:g} s") from error

    async def _idle(self, lease: Lease) -> None:
        """Tell the work which partitions are read to their end, if nothing is in hand. Holds the turn."""
        if lease.count or lease.over:
            return
        at_end = await self._at_end(lease)
        if not lease.over:
            try:
                await lease.work.idle(at_end)
            except SinkUnavailable as error:
                log.warning("claim_failed", group=self.group, reason=error)

    async def _at_end(self, lease: Lease) -> dict[TopicPartition, float]:
        """The partitions of which everything was read, and when the broker said where the end is (seconds since 1970)."""
        at_end: dict[TopicPartition, float] = {}
        for partition in lease.partitions:
            if partition not in self._consumer.assignment():
                continue
            end, told = self._consumer.highwater(partition), self._consumer.last_poll_timestamp(partition)
            try:
                if end is not None and told is not None and await self._consumer.position(partition) >= end:
                    at_end[partition] = told / 1000
            except IllegalStateError:
                continue  # taken away this moment
        lease.at_end = at_end.keys()
        return at_end

    # --- what the group tells us

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Called before we join again, in the old generation: a commit still counts, within rebalance_timeout_ms."""
        lease, self.lease = self.lease, None
        if lease:
            await self._finish(lease)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Called before the first records of the new generation are believed."""
        self.lease = Lease(assigned)

    async def _finish(self, lease: Lease) -> None:
        """Save what is in hand, if that is possible within the grace, and end the lease."""
        try:
            async with asyncio.timeout(GRACE_S), self._turn:
                await self._save(lease)
                while lease.count and not lease.over:
                    await asyncio.sleep(max(lease.again_at - time.monotonic(), 0))
                    await self._save(lease)
        except TimeoutError:
            log.warning("not_saved_in_time", group=self.group, records=lease.count)  # another worker reads them again
        except Exception as error:  # noqa: BLE001  # aiokafka would log it and go on
            await self.crash(error)
        finally:
            lease.over = True
