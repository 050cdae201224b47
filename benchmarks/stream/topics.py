"""The broker that measurements share, topics filled beforehand, and groups that begin anew."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from aiokafka import AIOKafkaProducer
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from schemas.kafka_topics import kafka_name
from streams.kafka import admin
from streams.kafka.connection import Connection
from tests.rig.kafka.server import KafkaServer

CHUNK = 2000


@contextmanager
def broker() -> Iterator[str]:
    """A broker of our own on this machine, in a directory that is removed afterwards: its host:port."""
    with TemporaryDirectory(prefix="bench-stream-") as directory:
        server = KafkaServer(Path(directory) / "kafka")
        server.start()
        try:
            yield server.bootstrap
        finally:
            server.kill()


def plain(bootstrap: str, name: str, partitions: int) -> None:
    """Make one topic."""
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as client:
        client.create_topics({name: {"num_partitions": partitions, "replication_factor": 1}})
        client.wait_for_topics([name])


def ours(bootstrap: str, prefix: str, chat_partitions: int) -> str:
    """Make the catalogue's topics; the name of the one that is filled."""
    admin.create(Connection(bootstrap=bootstrap, prefix=prefix), partitions={"chat": chat_partitions})
    return kafka_name(prefix, "chat")


def fill(bootstrap: str, name: str, partitions: int, events: Iterable[tuple[int, bytes]], compression: str | None = None) -> None:
    """Write (key, event): equal keys go to one partition, in order. Blocks until all is acknowledged."""
    asyncio.run(_fill(bootstrap, name, partitions, events, compression))


async def _fill(bootstrap: str, name: str, partitions: int, events: Iterable[tuple[int, bytes]], compression: str | None) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", compression_type=compression, max_batch_size=900_000,
        request_timeout_ms=120_000,
    )  # fmt: skip
    await producer.start()
    try:
        waiting: dict[int, list[tuple[int, bytes]]] = {at: [] for at in range(partitions)}
        for key, event in events:
            held = waiting[key % partitions]
            held.append((key, event))
            if len(held) >= CHUNK:
                await _send(producer, name, key % partitions, held)
                held.clear()
        for at, held in waiting.items():
            if held:
                await _send(producer, name, at, held)
        await producer.flush()
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, name: str, partition: int, held: list[tuple[int, bytes]]) -> None:
    batch = producer.create_batch()
    for key, event in held:
        at = {"key": str(key).encode(), "value": event, "timestamp": None}
        if batch.append(**at) is None:  # full
            batch.close()
            await producer.send_batch(batch, name, partition=partition)
            batch = producer.create_batch()
            batch.append(**at)
    batch.close()
    await producer.send_batch(batch, name, partition=partition)


def forget(bootstrap: str, *groups: str, patience_s: float = 30.0) -> None:
    """Let these consumer groups begin anew. Waits until their members have left."""
    until = time.monotonic() + patience_s
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as client:
        for group in groups:
            while group in {each["group_id"] for each in client.list_groups()}:
                with suppress(KafkaError):
                    client.delete_groups([group])
                if time.monotonic() > until:
                    raise TimeoutError(f"the consumer group {group} is still there")
                time.sleep(0.2)
