"""Telling whoever counts that minutes were touched by no reader: by a replay, a rerun, an erasure.

The order, in one place: the rows are in the warehouse -> the minutes are counted -> the running DETECT, if there is one, hears
that they were touched, and gives the detector what became different in the last day. Each may be repeated. Without Kafka nobody
is told: the next `voc run` looks at its whole last day before it ends, and carries what is owed.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import msgspec

from schemas.kafka_topics import PROGRESS, RECOUNT, kafka_name
from schemas.progress import Progress
from streams.failures import SinkUnavailable
from streams.kafka.connection import from_settings
from streams.settings import Settings
from streams.warehouse.minutes import among

if TYPE_CHECKING:
    from kafka import KafkaProducer

KEY = b"recount"
"""The key of what no reader says on the progress topic."""
AT_ONCE = 240
"""Minutes that one statement counts, and one message names."""
Publish = Callable[[Sequence[Progress]], None]


class Counts(Protocol):
    """Where minutes are counted (streams.warehouse.minutes.Minutes)."""

    def count(self, where: str) -> None:
        """Count these minutes."""


class Recount:
    """Counts touched minutes, and says so. Blocking; raises SinkUnavailable, and may be called again with the same minutes."""

    def __init__(self, minutes: Counts, publish: Publish = lambda _progress: None) -> None:
        self._minutes, self._publish = minutes, publish

    def __call__(self, touched: Collection[int]) -> None:
        """`touched`: minutes (their first second since 1970) whose feedback changed, whether closed or not."""
        listed = sorted(set(touched))
        for start in range(0, len(listed), AT_ONCE):
            piece = listed[start : start + AT_ONCE]
            self._minutes.count(among(piece))
            self._publish([Progress(RECOUNT, -1, None, tuple(piece))])


@contextmanager
def publisher(settings: Settings) -> Iterator[Publish]:
    """Where touched minutes are told: the progress topic if the settings name a Kafka, else nowhere. That the topic is there and
    may be written is looked at first, before anything is done: raises UserError, SinkUnavailable."""
    if not settings.kafka:
        yield lambda _progress: None
        return
    from kafka import KafkaProducer  # a fifth of a second that commands without Kafka need not spend

    from streams.kafka.admin import check_topics

    connection, patience_ms = from_settings(settings), int(settings.patience_s * 1000)
    check_topics(connection, writes=[PROGRESS], patience_s=settings.patience_s)
    producer = KafkaProducer(
        **connection.for_kafka_python,
        client_id="voc-recount",
        acks="all",
        enable_idempotence=True,
        max_block_ms=patience_ms,
        request_timeout_ms=patience_ms,
        delivery_timeout_ms=2 * patience_ms,
        bootstrap_timeout_ms=patience_ms,
        allow_auto_create_topics=False,
    )
    try:
        yield _Telling(producer, kafka_name(connection.prefix, PROGRESS), settings.patience_s)
    finally:
        producer.close(timeout=settings.patience_s)


class _Telling:
    """Progress to Kafka, acknowledged by all replicas when it returns. Blocking; raises SinkUnavailable."""

    def __init__(self, producer: "KafkaProducer", kafka_topic: str, patience_s: float) -> None:
        self._producer, self._kafka_topic, self._patience_s = producer, kafka_topic, patience_s

    def __call__(self, progress: Sequence[Progress]) -> None:
        from kafka.errors import KafkaError

        try:
            sent = [self._producer.send(self._kafka_topic, msgspec.json.encode(said), key=KEY) for said in progress]
            for future in sent:
                future.get(timeout=2 * self._patience_s)
        except (KafkaError, OSError) as error:
            raise SinkUnavailable(
                f"Kafka has not taken what was touched ({type(error).__name__} on {self._kafka_topic}); "
                "see `voc kafka describe`, then run the same command again (nothing is lost)"
            ) from error
