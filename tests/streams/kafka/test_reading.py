"""UNDERSTAND on Kafka: what is claimed when, and when a worker stops rather than drain its topic."""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from processors.watermark import RELEASED_AFTER, Watermarks
from schemas.invalid import InvalidReason
from schemas.progress import Progress
from streams.failures import RefusesAll, SinkUnavailable
from streams.kafka import reading
from streams.kafka.reading import DeadLetterLimit, Reading
from streams.metrics import Metrics
from streams.understand import Understand
from streams.warehouse.client import WarehouseClient
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.sink import WarehouseSink
from tests.rig.events import chat
from tests.rig.parts import pipeline

CHAT = TopicPartition("voc.chat", 0)
ORDERS = TopicPartition("voc.orders", 0)


class Said:
    """A publisher that remembers."""

    def __init__(self) -> None:
        self.claims: list[Progress] = []

    async def say(self, kafka_topic: str, said: Iterable[tuple[str, Any]]) -> None:
        assert kafka_topic == "voc.progress"
        self.claims += [one for _, one in said]

    def last(self) -> dict[str, float | None]:
        return {one.source: one.watermark for one in self.claims}


def record(at: TopicPartition, offset: int, value: bytes | None, appended: float, by_broker: bool = True) -> ConsumerRecord:
    return ConsumerRecord(at.topic, at.partition, offset, int(appended * 1000), int(by_broker), None, value, None, 0, 0, [])


class One:
    """A Reading over a warehouse of its own."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.client, self.said = WarehouseClient(lambda: endpoint), Said()
        self.reading = Reading(
            make=lambda publish: Understand(
                pipeline=pipeline(), understanding=1, sink=WarehouseSink(self.client), publish=publish
            ),
            publisher=self.said, progress_topic="voc.progress", lateness_s=60.0, limit=DeadLetterLimit(1.0), metrics=Metrics(),
        )  # type: ignore[arg-type]  # fmt: skip

    def save(self, records: Mapping[TopicPartition, list[ConsumerRecord]], behind: Collection[TopicPartition] = ()) -> None:
        asyncio.run(self.reading.save(records, behind))

    def idle(self, at_end: Mapping[TopicPartition, float]) -> list[Progress]:
        self.said.claims.clear()
        asyncio.run(self.reading.idle(at_end))
        return list(self.said.claims)


@pytest.fixture
def one(endpoint: Endpoint) -> One:
    return One(endpoint)


def test_rows_can_be_read_and_claims_are_said_when_a_batch_is_saved(one: One) -> None:
    now = time.time()
    one.save({CHAT: [record(CHAT, 7, chat(now), now), record(CHAT, 8, b"[]", now)], ORDERS: [record(ORDERS, 0, None, now)]})
    assert one.client.query("SELECT input, input_partition, input_offset FROM feedback") == [("voc.chat", 0, 7)]
    letters = one.client.query("SELECT input, input_offset, reason FROM dead_letters ORDER BY input_offset")
    assert letters == [("voc.orders", 0, InvalidReason.INVALID_JSON), ("voc.chat", 8, InvalidReason.NOT_AN_OBJECT)]
    claims = {claim.source: claim for claim in one.said.claims}  # the last of each
    assert claims["voc.chat"].touched == (int(now // 60 * 60),)
    assert claims["voc.chat"].watermark == pytest.approx(now - 60, abs=0.01)


def test_a_partition_of_which_nothing_is_known_claims_nothing_until_it_is_read_to_its_end(one: One) -> None:
    assert one.idle({}) == []
    assert one.idle({ORDERS: time.time()}) == [Progress("voc.orders", 0, None)]


def test_what_held_nothing_back_holds_before_another_partition_claims(one: One) -> None:
    now = time.time()
    one.idle({CHAT: now, ORDERS: now})
    one.said.claims.clear()
    one.save({CHAT: [record(CHAT, 0, chat(now - 90_000), now)]}, behind=[ORDERS])
    watermarks = Watermarks()
    for said in one.said.claims:
        watermarks.claim((said.source, said.partition), said.watermark)
        assert watermarks.advance() == 0, "an order of the day before may be next"
    assert {said.source for said in one.said.claims} == {"voc.chat", "voc.orders"}
    one.said.claims.clear()
    one.save({CHAT: [record(CHAT, 1, chat(now - 80_000), now)]}, behind=[ORDERS])
    assert {said.source for said in one.said.claims} == {"voc.chat"}, "once is enough"


def test_silence_moves_the_clock_and_what_says_nothing_new_is_repeated_rarely(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    one.save({CHAT: [record(CHAT, 0, chat(now - 300), now - 299)]})
    (moved,) = one.idle({CHAT: now})
    assert moved.watermark == pytest.approx(now - 1 - 10 - 60, abs=0.1)
    assert one.idle({CHAT: now}) == [], "nothing new"
    assert len(one.idle({CHAT: now + 120})) == 1, "another minute"
    monkeypatch.setattr(reading, "REPEAT_S", 0.0)
    assert len(one.idle({})) == 1, "a claim is repeated, also by a reader that lags now"


def test_a_backfill_that_is_over_stops_holding_the_others_back(one: One) -> None:
    now = time.time()
    one.save({CHAT: [record(CHAT, 0, chat(now - 90_000), now - RELEASED_AFTER - 5)]})
    stale = one.idle({CHAT: now - RELEASED_AFTER})
    assert [said for said in stale if said.watermark is None] == [], "no answer of the broker since: perhaps it goes on"
    assert one.idle({CHAT: now}) == [Progress("voc.chat", 0, None)]


def test_a_record_whose_time_is_the_senders_arrives_now(one: One) -> None:
    now = time.time()
    one.save({CHAT: [record(CHAT, 0, chat(now), -0.001, by_broker=False)]})
    assert one.client.query("SELECT count() FROM dead_letters") == [(0,)], "its time is no reason to call it implausible"


def test_records_without_a_value_are_forgotten_when_they_are_saved(one: One) -> None:
    now = time.time()
    for offset in range(3):
        one.save({ORDERS: [record(ORDERS, offset, None, now)]})
    assert reading._NO_VALUE.__traceback__ is None
    assert one.client.query("SELECT count() FROM dead_letters") == [(3,)]


def test_a_worker_that_refuses_most_of_what_it_reads_stops() -> None:
    limit = DeadLetterLimit(0.5)
    limit.observe(150, 150)  # too few to say
    limit.observe(1000, 100)
    limit.observe(1000, 500)
    with pytest.raises(RefusesAll, match="dead_letter_limit"):
        limit.observe(1000, 501)


def test_a_batch_that_has_to_be_tried_again_counts_once(endpoint: Endpoint) -> None:
    one = One(endpoint)
    one.reading._limit = DeadLetterLimit(0.5)
    refusals, say = [SinkUnavailable("Kafka is away")] * 80, one.said.say

    async def moody(kafka_topic: str, said: Iterable[tuple[str, Any]]) -> None:
        if refusals:
            raise refusals.pop()
        await say(kafka_topic, said)

    one.said.say = moody  # type: ignore[method-assign]
    now = time.time()
    batch = {CHAT: [record(CHAT, 0, chat(now), now), *(record(CHAT, n, b"[]", now) for n in (1, 2, 3))]}
    for _ in range(80):
        with pytest.raises(SinkUnavailable):
            one.save(batch)
    one.save(batch)


def test_a_few_bad_records_in_a_quiet_topic_stop_nobody() -> None:
    limit = DeadLetterLimit(0.5)
    for _ in range(100):
        limit.observe(3, 1)
    limit.observe(50, 50)
    DeadLetterLimit(1.0).observe(5000, 5000)  # no limit
