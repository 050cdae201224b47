"""Touched minutes are counted, and told to a running DETECT."""

from contextlib import closing

import msgspec
import pytest

from schemas.kafka_topics import PROGRESS, RECOUNT, kafka_name
from schemas.progress import Progress
from streams.failures import SinkUnavailable, UserError
from streams.kafka.connection import Connection
from streams.recount import AT_ONCE, Recount, publisher
from streams.settings import Settings
from streams.warehouse.minutes import among


class Counted:
    """Remembers what was counted and told, in order."""

    def __init__(self) -> None:
        self.steps: list[object] = []

    def count(self, where: str) -> None:
        self.steps.append(where)


def test_minutes_are_counted_before_they_are_told_in_pieces_each_once() -> None:
    counted = Counted()
    minutes = [60 * n for n in range(AT_ONCE + 2)]
    Recount(counted, counted.steps.extend)([*reversed(minutes), 60])
    first, rest = tuple(minutes[:AT_ONCE]), tuple(minutes[AT_ONCE:])
    assert counted.steps == [
        among(first), Progress(RECOUNT, -1, None, first), among(rest), Progress(RECOUNT, -1, None, rest),
    ]  # fmt: skip


def test_of_no_minutes_nothing_is_said() -> None:
    counted = Counted()
    Recount(counted, counted.steps.extend)([])
    assert counted.steps == []


def test_without_kafka_nobody_is_told() -> None:
    with publisher(Settings()) as publish:
        publish([Progress(RECOUNT, -1, None, (60,))])


def test_a_kafka_that_is_named_wrongly_is_said_before_anything_is_done() -> None:
    with pytest.raises(UserError, match="host:port"), publisher(Settings(kafka="nowhere")):
        pass


@pytest.mark.kafka
def test_on_kafka_it_is_told_on_the_progress_topic(connection: Connection) -> None:
    from kafka import KafkaConsumer

    from streams.kafka.admin import create

    settings = Settings(kafka=connection.bootstrap, kafka_prefix=connection.prefix)
    with pytest.raises(UserError, match="voc kafka create"), publisher(settings):
        pass
    create(connection)
    topic = kafka_name(connection.prefix, PROGRESS)
    told = [Progress(RECOUNT, -1, None, (60, 120)), Progress(RECOUNT, -1, None, (180,))]
    with publisher(settings) as publish:
        publish(told[:1])
        publish(told[1:])
        consumer = KafkaConsumer(topic, **connection.for_kafka_python, auto_offset_reset="earliest", consumer_timeout_ms=10_000)
        with closing(consumer):
            read = [msgspec.json.decode(next(consumer).value, type=Progress) for _ in told]
    assert read == told


def test_a_kafka_that_is_away_is_a_clear_error_before_anything_is_done() -> None:
    with (
        pytest.raises(SinkUnavailable, match=r"nobody listens at 127\.0\.0\.1:9"),
        publisher(Settings(kafka="127.0.0.1:9", patience_s=0.2)),
    ):
        pass
