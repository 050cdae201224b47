"""The catalogue's topics on a real broker: made once, compared, grown only when asked; and how far groups are behind."""

import json
import socket

import msgspec
import pytest
from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from schemas.kafka_topics import DAY_MS, MAX_MESSAGE_BYTES, SOURCES, TOPICS, kafka_name
from streams.failures import UserError
from streams.kafka import admin
from streams.kafka.connection import Connection
from streams.kafka.lag import active_groups, lag
from tests.rig.kafka.server import KafkaServer
from tests.streams.kafka.conftest import Verb

pytestmark = pytest.mark.kafka


def settings_on_broker(connection: Connection, name: str) -> dict[str, str]:
    topic = kafka_name(connection.prefix, name)
    with KafkaAdminClient(bootstrap_servers=connection.bootstrap) as client:
        found = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return {key: value["value"] for key, value in found["topic"][topic].items()}


def test_the_broker_of_the_tests_is_for_this_machine_only(kafka: KafkaServer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        outward.connect(("192.0.2.1", 9))  # sends nothing; the kernel says by which address it would go
        own = outward.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    with pytest.raises(ConnectionRefusedError), socket.create_connection((own, int(kafka.bootstrap.rpartition(":")[2])), 5):
        pass


def test_what_is_missing_is_made_once(connection: Connection) -> None:
    assert admin.missing_topics(connection) == [kafka_name(connection.prefix, topic.name) for topic in TOPICS]
    with pytest.raises(
        UserError, match=rf"missing: {connection.prefix}\.chat, {connection.prefix}\.progress; .*voc kafka create"
    ):
        admin.check_topics(connection, reads=["chat"], writes=["progress"])
    made = admin.create(connection)
    assert {each.did for each in made} == {"created"}
    assert [each.state.partitions for each in made] == [topic.partitions for topic in TOPICS]
    assert not any(each.state.differs for each in made)
    again = admin.create(connection)
    assert {each.did for each in again} == {"nothing"}
    assert [each.state for each in again] == [each.state for each in made] == admin.describe(connection)
    assert admin.missing_topics(connection) == []
    found = admin.check_topics(connection, reads=SOURCES, writes=["progress"])
    assert found == {topic.name: topic.partitions for topic in TOPICS if topic.name != "spikes"}


def test_topics_have_the_settings_that_the_pipeline_relies_on(connection: Connection) -> None:
    admin.create(connection)
    chat = settings_on_broker(connection, "chat")
    assert chat["message.timestamp.type"] == "LogAppendTime"
    assert chat["cleanup.policy"] == "delete"
    assert chat["retention.ms"] == str(7 * DAY_MS)
    assert int(chat["max.message.bytes"]) > MAX_MESSAGE_BYTES
    assert settings_on_broker(connection, "progress")["message.timestamp.type"] == "CreateTime"
    topic = TOPICS[0]
    assert admin.settings_of(topic, 3)["min.insync.replicas"] == "2"
    assert "min.insync.replicas" not in admin.settings_of(topic, 1)
    longest = KafkaProducer(bootstrap_servers=connection.bootstrap, max_request_size=4 << 20)
    at = longest.send(kafka_name(connection.prefix, "chat"), key=b"k" * 2048, value=b"x" * MAX_MESSAGE_BYTES).get(timeout=10)
    assert at.offset == 0
    longest.close()


def test_what_exists_with_other_settings_is_told_and_left(connection: Connection, verb: Verb) -> None:
    chat = kafka_name(connection.prefix, "chat")
    with KafkaAdminClient(bootstrap_servers=connection.bootstrap) as client:
        client.create_topics(
            {chat: {"num_partitions": 2, "replication_factor": 1, "configs": {"retention.ms": "3600000"}}}, wait_for_metadata=True
        )
    made = {each.state.name: each for each in admin.create(connection)}
    assert (made[chat].did, made[chat].state.partitions) == ("nothing", 2)
    assert made[chat].state.differs == {
        "retention.ms": ("3600000", str(7 * DAY_MS)),
        "max.message.bytes": ("1048588", str(MAX_MESSAGE_BYTES + admin.ROOM_BYTES)),
        "message.timestamp.type": ("CreateTime", "LogAppendTime"),
        "partitions": ("2", "6"),
    }
    told = verb("kafka", "create")
    assert f"{chat}: exists, 2 partitions, 1 copy; retention.ms is 3600000, not 604800000" in told.stdout.replace("\n", "")
    assert "voc kafka create --grow" in told.stdout
    described = json.loads(verb("kafka", "describe", "--json").stdout)["topics"][0]
    assert described["differs"]["retention.ms"] == {"is": "3600000", "should": "604800000"}


def test_partitions_are_added_only_when_asked_for_and_never_taken(connection: Connection) -> None:
    def partitions(**given: object) -> dict[str, tuple[str, int]]:
        made = admin.create(connection, **given)  # type: ignore[arg-type]
        return {each.state.name.partition(".")[2]: (each.did, each.state.partitions) for each in made}

    assert partitions(partitions={"chat": 4})["chat"] == ("created", 4)
    assert partitions(partitions={"chat": 5})["chat"] == ("nothing", 4)
    grown = partitions(partitions={"chat": 5}, grow=True)
    assert grown["chat"] == ("grown", 5)
    assert {did for name, (did, _) in grown.items() if name != "chat"} == {"nothing"}
    assert partitions(partitions={"chat": 1}, grow=True)["chat"] == ("nothing", 5)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"replication": 3}, "not as many brokers as --replication asks for"),
        ({"partitions": {"progress": 2}}, "“progress” has one partition"),
        ({"partitions": {"chats": 2}}, "no Kafka topic “chats” in the catalogue: chat, calls"),
        ({"partitions": {"chat": 100_000}}, "between 1 and 1,000"),
    ],
)
def test_what_cannot_be_made_is_not_begun(connection: Connection, given: dict[str, object], told: str) -> None:
    with pytest.raises(UserError, match=told):
        admin.create(connection, **given)  # type: ignore[arg-type]
    assert len(admin.missing_topics(connection)) == len(TOPICS)


def test_an_unknown_prefix_and_a_slip_in_the_options_are_usage_errors(verb: Verb) -> None:
    assert verb("kafka", "create", "--partitions", "chat").exit_code == 2
    assert verb("kafka", "create", "--partitions", "chat=").exit_code == 2
    assert verb("kafka", "create", "--replication", "0").exit_code == 2


def test_lag_is_what_a_group_has_yet_to_read(connection: Connection, verb: Verb) -> None:
    admin.create(connection, partitions={"chat": 1})
    chat = TopicPartition(kafka_name(connection.prefix, "chat"), 0)
    with KafkaProducer(bootstrap_servers=connection.bootstrap) as producer:
        for number in range(10):
            producer.send(chat.topic, b"%d" % number)
    (before,) = lag(connection)
    assert (before.group, before.state, before.lag, before.members) == (f"{connection.prefix}-understand", "absent", 10, ())
    assert {partition.committed for partition in before.partitions} == {None}
    assert active_groups(connection) == {}
    with KafkaConsumer(
        chat.topic, bootstrap_servers=connection.bootstrap, group_id=f"{connection.prefix}-understand",
        group_instance_id="pod-1", enable_auto_commit=False, auto_offset_reset="earliest",
    ) as consumer:  # fmt: skip
        consumer.poll(timeout_ms=5000)
        consumer.commit({chat: OffsetAndMetadata(4, "", -1)})
        (during,) = lag(connection)
        assert (during.state, during.members, during.lag) == ("Stable", ("pod-1",), 6)
        assert active_groups(connection) == {f"{connection.prefix}-understand": 1}
        assert "6 behind, Stable, members: pod-1" in verb("kafka", "lag").stdout
    with KafkaAdminClient(bootstrap_servers=connection.bootstrap) as client:
        client.delete_records({chat: 7})
    (after,) = json.loads(verb("kafka", "lag", "--json").stdout)["groups"]
    (partition,) = [each for each in after["partitions"] if each["kafka_topic"] == chat.topic]
    assert partition == {
        "kafka_topic": chat.topic, "partition": 0, "committed": 4, "end": 10, "lag": 3, "expired": 3
    }  # fmt: skip
    assert after["lag"] == 3


def test_describe_names_what_is_missing_and_how_to_make_it(connection: Connection, verb: Verb) -> None:
    told = verb("kafka", "describe").stdout
    assert told.count("missing") == len(TOPICS) + 1
    assert "voc kafka create" in told
    states = json.loads(verb("kafka", "create", "--partitions", "chat=2", "--json").stdout)["topics"]
    assert states[0] == {"did": "created", **msgspec.to_builtins(admin.describe(connection)[0])}
