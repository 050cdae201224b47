"""The batch lane on the real broker: nothing is committed that was not saved, whatever happens in between."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.failures import SinkUnavailable
from streams.kafka import admin
from streams.kafka.connection import Connection
from streams.kafka.lane import AGAIN, Lane, Records

pytestmark = pytest.mark.kafka


class Recording:
    """Work that remembers which offsets it saved; `fail` is asked before each save."""

    def __init__(self, saved: list[tuple[int, int]], fail: Callable[[], bool] = lambda: False) -> None:
        self.saved, self._fail = saved, fail
        self.ends: dict[TopicPartition, float] = {}

    async def save(self, records: Records, behind: Collection[TopicPartition]) -> None:
        if self._fail():
            raise SinkUnavailable("asked to fail")
        self.saved += [(at.partition, record.offset) for at, some in records.items() for record in some]

    async def idle(self, at_end: Mapping[TopicPartition, float]) -> None:
        self.ends = dict(at_end)


@pytest.fixture
def chat(connection: Connection) -> str:
    """A topic of six partitions."""
    admin.create(connection)
    return f"{connection.prefix}.chat"


def lane(connection: Connection, work: Recording, **options: object) -> Lane:
    given = {"batch_records": 100, "batch_seconds": 0.1, "session_timeout_s": 6.0, **options}
    return Lane(
        connection=connection, kafka_topics=[f"{connection.prefix}.chat"], group=f"{connection.prefix}-understand",
        make_work=lambda: work, **given,
    )  # type: ignore[arg-type]  # fmt: skip


async def send(connection: Connection, numbers: Iterable[int]) -> None:
    producer = AIOKafkaProducer(**connection.for_aiokafka)
    await producer.start()
    for number in numbers:
        await producer.send(f"{connection.prefix}.chat", str(number).encode(), partition=number % 6)
    await producer.stop()


async def committed(connection: Connection) -> dict[int, int]:
    consumer = AIOKafkaConsumer(**connection.for_aiokafka, group_id=f"{connection.prefix}-understand", enable_auto_commit=False)
    await consumer.start()
    found = {n: await consumer.committed(TopicPartition(f"{connection.prefix}.chat", n)) for n in range(6)}
    await consumer.stop()
    return {partition: offset for partition, offset in found.items() if offset is not None}


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.02)


def play(story: Awaitable[None]) -> None:
    asyncio.run(story)  # type: ignore[arg-type]


def test_a_batch_is_tried_again_until_it_is_saved_and_only_then_committed(connection: Connection, chat: str) -> None:
    async def story() -> None:
        tries, saved = iter([True, True, True]), list[tuple[int, int]]()
        work = Recording(saved, lambda: next(tries, False))
        reader = lane(connection, work)
        await reader.start()
        await send(connection, range(300))
        await until(lambda: reader.waiting)
        assert await committed(connection) == {}
        assert reader._consumer.paused(), "nothing more is fetched meanwhile"
        await until(lambda: len(saved) == 300)
        await until(lambda: not any(reader.lags().values()))
        await reader.stop()
        assert Counter(saved) == {(n % 6, n // 6): 1 for n in range(300)}
        assert await committed(connection) == dict.fromkeys(range(6), 50)

    play(story())


def test_a_stop_finishes_and_commits_the_batch_in_hand(connection: Connection, chat: str) -> None:
    async def story() -> None:
        work = Recording([])
        reader = lane(connection, work, batch_records=10_000, batch_seconds=3600.0)
        await reader.start()
        await send(connection, range(60))
        await until(lambda: reader.lease is not None and reader.lease.count == 60)
        assert not work.saved
        await reader.stop()
        assert len(work.saved) == 60
        assert await committed(connection) == dict.fromkeys(range(6), 10)

    play(story())


def test_a_reader_that_comes_back_goes_a_little_back_and_commits_nothing_backwards(connection: Connection, chat: str) -> None:
    async def story() -> None:
        first = lane(connection, Recording(saved := []))
        await first.start()
        await send(connection, range(6 * 250))
        await until(lambda: len(saved) == 6 * 250)
        await first.stop()
        again = lane(connection, Recording(second := []), batch_records=30)
        await again.start()
        await until(lambda: len(second) == 6 * AGAIN)
        await again.stop()
        assert min(offset for _, offset in second) == 250 - AGAIN
        assert await committed(connection) == dict.fromkeys(range(6), 250)

    play(story())


def test_partitions_that_move_take_nothing_with_them(connection: Connection, chat: str) -> None:
    async def story() -> None:
        one, two = Recording([]), Recording([])
        first, second = lane(connection, one), lane(connection, two)
        await first.start()
        await send(connection, range(600))
        await until(lambda: len(one.saved) > 100)
        await second.start()
        await send(connection, range(600, 1200))
        await until(lambda: bool(second.lease and second.lease.ready and first.lease and first.lease.ready))
        await send(connection, range(1200, 1800))
        await until(lambda: len(set(one.saved) | set(two.saved)) == 1800)
        await first.stop()
        await send(connection, range(1800, 2400))
        await until(lambda: len(set(one.saved) | set(two.saved)) == 2400)
        await second.stop()
        assert two.saved, "the second one had its share"
        assert await committed(connection) == dict.fromkeys(range(6), 400)

    play(story())


def test_a_reader_says_where_it_stands_at_the_end_and_not_where_it_lags(connection: Connection, chat: str) -> None:
    async def story() -> None:
        work = Recording([])
        reader = lane(connection, work)
        begun = time.time()
        await reader.start()
        await until(lambda: len(work.ends) == 6)  # also where nothing ever was
        assert all(begun - 1 < told <= time.time() for told in work.ends.values())
        away = [True]
        failing = Recording([], lambda: away[0])
        reader.lease.work = failing  # type: ignore[union-attr]
        await send(connection, range(60))
        await until(lambda: reader.waiting)
        failing.ends = {}
        await until(lambda: reader.lease is not None and reader.lease.failures > 2)
        assert failing.ends == {}
        away[0] = False
        await reader.stop()

    play(story())


def test_a_busy_partition_hides_no_silent_one(connection: Connection, chat: str) -> None:
    async def story() -> None:
        work, going = Recording([]), True

        async def talk() -> None:
            for number in range(10_000):
                if going:
                    await send(connection, [6 * number])

        reader = lane(connection, work, batch_seconds=0.5)
        await reader.start()
        talking = asyncio.create_task(talk())
        await until(lambda: len(work.saved) > 20)
        before = dict(work.ends)
        await until(lambda: all(work.ends[at] > before.get(at, 0.0) for at in work.ends if at.partition) and len(work.ends) >= 5)
        going = False
        await talking
        await reader.stop()

    play(story())


def test_the_mark_of_a_transaction_is_no_lag(connection: Connection, chat: str) -> None:
    async def story() -> None:
        producer = AIOKafkaProducer(**connection.for_aiokafka, transactional_id=connection.prefix)
        await producer.start()
        async with producer.transaction():
            for partition in range(6):
                await producer.send(chat, b"x", partition=partition)
        await producer.stop()
        reader = lane(connection, work := Recording([]))
        await reader.start()
        await until(lambda: len(work.saved) == 6 and len(work.ends) == 6)
        await until(lambda: set(reader.lags().values()) == {0})
        await reader.stop()

    play(story())
