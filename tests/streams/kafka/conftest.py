"""What the tests of the Kafka tools share: verbs without the rest of `voc`, and what lies in a topic."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from schemas.kafka_topics import kafka_name
from streams.cli.kafka import kafka as kafka_verbs
from streams.cli.produce import produce as produce_verb
from streams.kafka.connection import Connection

if TYPE_CHECKING:
    from kafka.consumer.fetcher import ConsumerRecord

Verb = Callable[..., Result]


@pytest.fixture
def verb(kafka_settings: dict[str, str]) -> Verb:
    """Run `voc kafka …` or `voc produce …` in this process: verb("kafka", "create"); failures are raised as they are."""
    verbs = {"kafka": kafka_verbs, "produce": produce_verb}

    def run(name: str, *arguments: str) -> Result:
        return CliRunner().invoke(verbs[name], arguments, env=kafka_settings, catch_exceptions=False)

    return run


def stored(connection: Connection, name: str) -> "list[ConsumerRecord]":
    """Every record of a topic of the catalogue, by partition and offset."""
    from kafka import KafkaConsumer, TopicPartition  # here: what it warns of is silenced once pytest is configured

    topic = kafka_name(connection.prefix, name)
    with KafkaConsumer(bootstrap_servers=connection.bootstrap, check_crcs=True) as consumer:
        partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning(*partitions)
        found: list[ConsumerRecord] = []
        while any(consumer.position(each) < ends[each] for each in partitions):
            for records in consumer.poll(timeout_ms=1000).values():
                found += records
    return sorted(found, key=lambda record: (record.partition, record.offset))
