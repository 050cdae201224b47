"""Candidates that only consume and decode, in our interpreter: python -m benchmarks.stream.readers NAME BROKER TOPIC GROUP EVERY.

`raw` is the floor: aiokafka's getmany and msgspec, nothing committed. `lane` is ours, in a Faust worker as `voc worker` has it,
commits included. The others are Faust agents as its users write them.
"""

import asyncio
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.app.base import BootStrategy

from benchmarks.stream.flat import decode
from benchmarks.stream.gauge import Gauge
from streams.kafka.connection import Connection
from streams.kafka.lane import Lane, Records

FETCH_BYTES = 4 << 20
"""As in the lane."""


class FlatRecord(faust.Record, serializer="json"):
    """The event as Faust's users declare it."""

    id: str
    source: str
    type: str
    time: str
    subject: str
    tenant: str
    channel: str
    shop: str
    region: str
    product: str
    customer: str
    text: str


def raw(broker: str, topic: str, group: str, gauge: Gauge) -> None:
    """The floor."""

    async def read() -> None:
        consumer = AIOKafkaConsumer(
            topic, bootstrap_servers=broker, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
        )  # fmt: skip
        await consumer.start()
        while True:
            for records in (await consumer.getmany(timeout_ms=200, max_records=2000)).values():
                gauge.saw(len([decode(record.value) for record in records]))

    asyncio.run(read())


class Decoding:
    """Work for the lane."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge

    async def save(self, records: Records, behind: Collection[TopicPartition]) -> None:
        """Decode and count."""
        for some in records.values():
            self._gauge.saw(len([decode(record.value) for record in some]))

    async def idle(self, at_end: Mapping[TopicPartition, float]) -> None:
        """Nothing to say."""


def lane(broker: str, topic: str, group: str, gauge: Gauge) -> None:
    """Our lane, with its defaults."""
    app = stock_app(broker, group)
    app.boot_strategy = BootStrategy(app, enable_kafka=False)
    app.service(
        Lane(
            connection=Connection(bootstrap=broker, prefix=""), kafka_topics=[topic], group=group,
            make_work=lambda: Decoding(gauge),
        )
    )  # fmt: skip
    work(app)


def faust_take(broker: str, topic: str, group: str, gauge: Gauge) -> None:
    """A batch agent: values of bytes."""
    app = stock_app(broker, group)

    async def agent(stream: Any) -> None:
        async for values in stream.take(1000, within=1.0):
            gauge.saw(len([decode(value) for value in values]))

    app.agent(app.topic(topic, value_type=bytes, value_serializer="raw"))(agent)
    work(app)


def faust_noack_take(broker: str, topic: str, group: str, gauge: Gauge) -> None:
    """A batch agent that acknowledges by hand."""
    app = stock_app(broker, group)

    async def agent(stream: Any) -> None:
        async for events in stream.noack_take(1000, within=1.0):
            gauge.saw(len([decode(event.value) for event in events]))
            for event in events:
                await stream.ack(event)

    app.agent(app.topic(topic, value_type=bytes, value_serializer="raw"))(agent)
    work(app)


def faust_each(broker: str, topic: str, group: str, gauge: Gauge) -> None:
    """An agent that takes one event at a time, decoded by msgspec."""
    app = stock_app(broker, group)

    async def agent(stream: Any) -> None:
        async for value in stream:
            decode(value)
            gauge.saw(1)

    app.agent(app.topic(topic, value_type=bytes, value_serializer="raw"))(agent)
    work(app)


def faust_record(broker: str, topic: str, group: str, gauge: Gauge) -> None:
    """The agent of Faust's documentation: one Record at a time."""
    app = stock_app(broker, group)

    async def agent(stream: Any) -> None:
        async for _record in stream:
            gauge.saw(1)

    app.agent(app.topic(topic, value_type=FlatRecord))(agent)
    work(app)


def stock_app(broker: str, group: str) -> Any:
    """A Faust app as its users have it, that keeps out of the broker's topics."""
    return faust.App(
        group, broker=f"kafka://{broker}", store="memory://", web_enabled=False, topic_disable_leader=True,
        topic_allow_declare=False, consumer_auto_offset_reset="earliest", worker_redirect_stdouts=False,
    )  # fmt: skip


def work(app: Any) -> None:
    """Run it as `faust worker` does."""
    faust.Worker(app, loglevel="error", redirect_stdouts=False, quiet=True).execute_from_commandline()


READERS: dict[str, Callable[[str, str, str, Gauge], None]] = {
    "raw": raw,
    "lane": lane,
    "faust-take": faust_take,
    "faust-noack_take": faust_noack_take,
    "faust-each": faust_each,
    "faust-record": faust_record,
}

if __name__ == "__main__":
    name, broker, topic, group, every = sys.argv[1:]
    READERS[name](broker, topic, group, Gauge(int(every)))
