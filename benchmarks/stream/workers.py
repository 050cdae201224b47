"""Candidates that understand and store: python -m benchmarks.stream.workers NAME DIRECTORY EVERY [ARGUMENT]; VOC_* as for `voc`.

    voc            `voc worker`, with the roles ARGUMENT
    faust-batch    a Faust agent with noack_take(1000): the same decoder, processors, rows and sink
    faust-each     a Faust agent that understands and stores one event at a time, likewise

Peers do less than `voc worker`: no claims on Kafka, no limit of dead letters. The parts of the stage that all have in common are
timed where they run, in the thread that runs them.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faust

from benchmarks.stream import readers
from benchmarks.stream.gauge import Gauge
from processors.detector import DetectorConfig
from processors.pipeline import Pipeline
from schemas.kafka_topics import kafka_name
from streams import settings as settings_of
from streams.installation import Installation
from streams.kafka.start import run_worker
from streams.metrics import Metrics
from streams.understand import BatchCount, Message, Partition, Understand
from streams.understanding import load_understanding
from streams.warehouse.memory import Memory
from streams.warehouse.sink import WarehouseSink


def voc(installation: Installation, gauge: Gauge, argument: str) -> None:
    """Our worker. The gauge sits where it counts its metrics: after the rows are stored and the claims are on Kafka."""
    counted = Metrics.batch

    def batch(metrics: Metrics, count: BatchCount, seconds: float) -> None:
        counted(metrics, count, seconds)
        gauge.saw(count.messages)

    Metrics.batch = batch  # type: ignore[method-assign]
    run_worker(installation, argument.split(","), config=DetectorConfig())


def faust_batch(installation: Installation, gauge: Gauge, argument: str) -> None:
    """Batches, acknowledged when they are stored."""
    stage, partition_of = _stage(installation)

    async def agent(stream: Any) -> None:
        async for events in stream.noack_take(1000, within=1.0):
            by_partition: dict[Partition, list[Message]] = {}
            for event in events:
                by_partition.setdefault(partition_of(event.message), []).append(_message(event.message))
            stage.batch(list(by_partition.items()))
            for event in events:
                await stream.ack(event)
            gauge.saw(len(events))

    _agent(installation, agent)


def faust_each(installation: Installation, gauge: Gauge, argument: str) -> None:
    """One event at a time."""
    stage, partition_of = _stage(installation)

    async def agent(stream: Any) -> None:
        async for event in stream.events():
            stage.batch([(partition_of(event.message), [_message(event.message)])])
            gauge.saw(1)

    _agent(installation, agent)


def dissect(gauge: Gauge) -> None:
    """Time the parts of the stage, in whoever runs it."""
    Pipeline.__call__ = gauge.timed("processors", Pipeline.__call__)  # type: ignore[method-assign]
    Understand.batch = gauge.timed("stage", Understand.batch)  # type: ignore[method-assign]
    Understand._decode = gauge.timed("decode", Understand._decode)  # type: ignore[method-assign]
    Understand._rows = gauge.timed("rows", Understand._rows)  # type: ignore[method-assign]
    WarehouseSink.write_rows = gauge.timed("insert", WarehouseSink.write_rows)  # type: ignore[method-assign]


def _stage(installation: Installation) -> tuple[Understand, Callable[[Any], Partition]]:
    _, pipeline = load_understanding(installation.settings)
    installation.migrate()
    client = installation.worker_client(60)
    understanding = Memory(client).understanding(pipeline.fingerprint)
    known: dict[tuple[str, int], Partition] = {}

    def partition_of(message: Any) -> Partition:
        at = message.topic, message.partition
        if at not in known:
            known[at] = Partition(*at)
        return known[at]

    def nowhere(_said: Sequence[Any]) -> None:
        """Peers claim nothing."""

    return Understand(pipeline=pipeline, understanding=understanding, sink=WarehouseSink(client), publish=nowhere), partition_of


def _message(message: Any) -> Message:
    return Message(message.offset, message.value, datetime.fromtimestamp(message.timestamp, UTC))


def _agent(installation: Installation, agent: Callable[[Any], Any]) -> None:
    settings = installation.settings
    app = readers.stock_app(settings.kafka, f"{settings.kafka_prefix}-stock")
    topic = app.topic(kafka_name(settings.kafka_prefix, "chat"), value_type=bytes, value_serializer="raw")
    app.agent(topic)(agent)
    faust.Worker(app, loglevel="error", redirect_stdouts=False, quiet=True).execute_from_commandline()


WORKERS: dict[str, Callable[[Installation, Gauge, str], None]] = {
    "voc": voc,
    "faust-batch": faust_batch,
    "faust-each": faust_each,
}

if __name__ == "__main__":
    name, directory, every, *rest = sys.argv[1:]
    gauge = Gauge(int(every))
    dissect(gauge)
    with Installation(settings_of.load(Path(directory), data_dir=directory)) as installed:
        WORKERS[name](installed, gauge, *(rest or [""]))
