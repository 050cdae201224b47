"""Fills Kafka topics: with a story at its own pace or faster, or with a copy of what lies in others."""

import threading
import time
from collections.abc import Iterable, Sequence

from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas.kafka_topics import kafka_name
from tests.rig.log_truth import Record

PRODUCER = {"acks": "all", "enable_idempotence": True, "max_block_ms": 120_000, "reconnect_backoff_max_ms": 1000, "linger_ms": 5}


class Feed:
    """Appends records, each topic by a producer of its own; `refused` counts what the broker did not take."""

    COMPRESSION = ("lz4", "gzip", None)

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self._bootstrap, self._prefix = bootstrap, prefix
        self._producers: dict[str, KafkaProducer] = {}
        self.sent = self.refused = 0

    def send(self, topic: str, key: bytes | None, value: bytes | None, partition: int | None = None) -> None:
        """Queue one record of the topic of that name in the catalogue. Blocks while the queue is full."""
        future = self._producer(topic).send(kafka_name(self._prefix, topic), value, key=key, partition=partition)
        future.add_errback(self._refused)
        self.sent += 1

    def copy(self, records: Iterable[Record]) -> None:
        """The same records to the same partitions in the same order, under this feed's prefix."""
        for record in records:
            self.send(record.topic.partition(".")[2], record.key, record.value, record.partition)
        self.flush()

    def flush(self) -> None:
        """Wait until everything is acknowledged."""
        for producer in self._producers.values():
            producer.flush()

    def close(self) -> None:
        """Flush, and let go."""
        for producer in self._producers.values():
            producer.close()

    def _producer(self, topic: str) -> KafkaProducer:
        if topic not in self._producers:
            compression = self.COMPRESSION[len(self._producers) % len(self.COMPRESSION)]
            self._producers[topic] = KafkaProducer(bootstrap_servers=self._bootstrap, compression_type=compression, **PRODUCER)
        return self._producers[topic]

    def _refused(self, error: KafkaError) -> None:
        self.refused += 1


class Paced(threading.Thread):
    """Sends a story at so many times its own speed, in a thread of its own."""

    def __init__(self, feed: Feed, records: Sequence[tuple[float, str, bytes | None, bytes | None]], speed: float) -> None:
        """`records` are (due, topic, key, value), in order of `due`: seconds of the story."""
        super().__init__(daemon=True)
        self._feed, self._records, self._speed = feed, records, speed
        self.late_s = 0.0
        """How far behind its own plan it was at the worst (a broker that is away holds it up)."""
        self.start()

    def run(self) -> None:
        """Until the last is acknowledged."""
        if not self._records:
            return
        began, first = time.monotonic(), self._records[0][0]
        for due, topic, key, value in self._records:
            ahead = (due - first) / self._speed - (time.monotonic() - began)
            if ahead > 0.01:
                time.sleep(ahead)
            self.late_s = max(self.late_s, -ahead)
            self._feed.send(topic, key, value)
        self._feed.flush()
