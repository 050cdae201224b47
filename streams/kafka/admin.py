"""Our Kafka topics on the broker: made from the catalogue, compared with it, looked for. By kafka-python; everything blocks."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from kafka import errors
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from msgspec import Struct
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from schemas.kafka_topics import MAX_MESSAGE_BYTES, TOPICS, KafkaTopic, kafka_name
from streams.failures import SinkUnavailable, UserError
from streams.kafka.connection import Connection
from streams.kafka.reach import check_reachable

REQUEST_S = 20.0
"""How long one request may take."""
PATIENCE_S = 10.0
"""How long a tool waits for a broker to answer at all."""
MAX_PARTITIONS = 1000
"""Of one Kafka topic; more is a slip of the keyboard."""
ROOM_BYTES = 1 << 14
"""What a record has besides the event: its key (a subject: up to 2 KiB) and the frame of its batch."""
_DENIED = 29  # TOPIC_AUTHORIZATION_FAILED
_UNKNOWN = 3  # UNKNOWN_TOPIC_OR_PARTITION


class TopicState(Struct, frozen=True):
    """What stands on the broker beside what the catalogue says. `partitions` and `replication` are 0 where there is none."""

    name: str
    holds: str
    key: str
    exists: bool
    partitions: int
    replication: int
    differs: dict[str, tuple[str, str]]
    """By Kafka's name of the setting: what it is, and what it should be."""


class Made(Struct, frozen=True):
    """What `create` did about one topic: made it, gave it more partitions, or found it. `state` is what stands now."""

    did: Literal["created", "grown", "nothing"]
    state: TopicState


@contextmanager
def opened(connection: Connection, patience_s: float = PATIENCE_S) -> Iterator[KafkaAdminClient]:
    """A client for administration, closed afterwards. Raises as `check_reachable`; what the broker denies is a UserError, and
    a broker that goes away in between is SinkUnavailable."""
    check_reachable(connection, patience_s)
    try:
        with KafkaAdminClient(
            **connection.for_kafka_python,
            client_id="voc",
            request_timeout_ms=int(REQUEST_S * 1000),
            bootstrap_timeout_ms=int(REQUEST_S * 1000),
            reconnect_backoff_max_ms=1000,
        ) as client:
            yield client
    except errors.AuthorizationError as error:
        raise UserError(denied(connection, _wanted(error))) from None
    except errors.RetriableError as error:
        raise SinkUnavailable(
            f"Kafka at {connection.bootstrap} went away or took longer than {REQUEST_S:.0f} s ({type(error).__name__}): "
            "look at its brokers, then run the same command again"
        ) from error


def denied(connection: Connection, what: str) -> str:
    """The sentence for somebody whose user may not do something."""
    who = f"user “{connection.user}”" if connection.user else f"a client that comes in by {connection.security}"
    return f"Kafka does not let {who} {what}: give it the right (an ACL), or name another user in VOC_KAFKA_USER"


def create(
    connection: Connection,
    *,
    replication: int = 1,
    partitions: Mapping[str, int] | None = None,
    grow: bool = False,
    patience_s: float = PATIENCE_S,
) -> list[Made]:
    """Make what is missing of the catalogue, and say of the rest how it stands; running it again changes nothing.

    `partitions` by name in the catalogue, else the catalogue's number. What exists is left as it is, but that with `grow`
    a source topic with fewer partitions gets more (keys move then: stop UNDERSTAND first). Raises UserError, SinkUnavailable.
    """
    wanted = {topic.name: topic.partitions for topic in TOPICS} | _checked(partitions or {})
    if replication < 1:
        raise UserError("--replication must be at least 1")
    with opened(connection, patience_s) as client:
        before = {state.name: state for state in _states(client, connection, replication, wanted)}
        missing = {}
        for topic in TOPICS:
            name = kafka_name(connection.prefix, topic.name)
            if not before[name].exists:
                settings = settings_of(topic, replication)
                missing[name] = {
                    "num_partitions": wanted[topic.name], "replication_factor": replication, "configs": settings,
                }  # fmt: skip
        short = _short(connection, before, wanted) if grow else {}
        made = _create(client, missing) if missing else set()
        if short:
            client.create_partitions(short)
        if missing or short:
            client.wait_for_topics([*missing, *short], timeout_ms=int(REQUEST_S * 1000))
        # That a topic has grown is known to the controller first; the broker that is asked hears of it later.
        grown = Retrying(
            retry=retry_if_result(lambda states: any(each.partitions < short.get(each.name, 0) for each in states)),
            stop=stop_after_delay(REQUEST_S),
            wait=wait_fixed(0.1),
            retry_error_callback=lambda tried: tried.outcome and tried.outcome.result(),
        )
        after = grown(_states, client, connection, replication, wanted)
    return [Made("created" if each.name in made else "grown" if each.name in short else "nothing", each) for each in after]


def describe(connection: Connection, patience_s: float = PATIENCE_S) -> list[TopicState]:
    """Every topic of the catalogue as it stands on the broker. A replication or partition count is not held against the
    catalogue: both are chosen for an installation. Raises UserError, SinkUnavailable."""
    with opened(connection, patience_s) as client:
        return _states(client, connection)


def missing_topics(connection: Connection, patience_s: float = PATIENCE_S) -> list[str]:
    """The Kafka topics of the catalogue that the broker does not have, by their names there."""
    return [state.name for state in describe(connection, patience_s) if not state.exists]


def check_topics(
    connection: Connection, *, reads: Collection[str] = (), writes: Collection[str] = (), patience_s: float = PATIENCE_S
) -> dict[str, int]:
    """Return how many partitions each of these topics of the catalogue has, if they are there and we may read and write them.

    Raises UserError: which are missing and the command that makes them, or which right the user lacks; SinkUnavailable.
    """
    rights = {"READ": [kafka_name(connection.prefix, name) for name in reads]}
    rights["WRITE"] = [kafka_name(connection.prefix, name) for name in writes]
    with opened(connection, patience_s) as client:
        found = _metadata(client, connection, dict.fromkeys(rights["READ"] + rights["WRITE"]))
    if missing := [name for name, topic in found.items() if topic["error_code"] == _UNKNOWN]:
        topics = "Kafka topic is" if len(missing) == 1 else "Kafka topics are"
        raise UserError(
            f"the {topics} missing: {', '.join(missing)}; make them with `voc kafka create`, or correct kafka_prefix "
            f"({connection.prefix})"
        )
    for right, names in rights.items():
        for name in names:
            allowed = found[name].get("authorized_operations")  # absent where the broker does not say
            if allowed is not None and right not in allowed:
                raise UserError(denied(connection, f"{right.lower()} the Kafka topic {name}"))
    return {name.removeprefix(f"{connection.prefix}."): len(topic["partitions"]) for name, topic in found.items()}


def settings_of(topic: KafkaTopic, replication: int) -> dict[str, str]:
    """What is set at one topic, by Kafka's names. Source topics carry the broker's append time, which no sender can lie about:
    the clock of event time believes it (ADR 0003)."""
    settings = {
        "cleanup.policy": "delete",
        "retention.ms": str(topic.retention_ms),
        "max.message.bytes": str(MAX_MESSAGE_BYTES + ROOM_BYTES),
    }
    if topic.kind == "source":
        settings["message.timestamp.type"] = "LogAppendTime"
    if replication > 1:
        settings["min.insync.replicas"] = "2"
    return settings


def _states(
    client: KafkaAdminClient, connection: Connection, replication: int = 0, wanted: Mapping[str, int] | None = None
) -> list[TopicState]:
    """In the order of the catalogue; `replication` and `wanted` are compared too, where given."""
    names = {kafka_name(connection.prefix, topic.name): topic for topic in TOPICS}
    metadata = _metadata(client, connection, names)
    there = [name for name, topic in metadata.items() if not topic["error_code"]]
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in there]
    given = client.describe_configs(asked, config_filter="all").get("topic", {}) if asked else {}
    states = []
    for name, topic in names.items():
        partitions = metadata[name]["partitions"] if name in there else []
        replicas = min((len(each["replica_nodes"]) for each in partitions), default=0)
        differs = {}
        if partitions:
            differs = {
                key: (str(given[name][key]["value"]), value)
                for key, value in settings_of(topic, replication or replicas).items()
                if key in given[name] and given[name][key]["value"] != value
            }
            if wanted and len(partitions) != wanted[topic.name]:
                differs["partitions"] = str(len(partitions)), str(wanted[topic.name])
            if replication and replicas != replication:
                differs["replication"] = str(replicas), str(replication)
        states.append(TopicState(name, topic.holds, topic.key, bool(partitions), len(partitions), replicas, differs))
    return states


def _metadata(client: KafkaAdminClient, connection: Connection, names: Collection[str]) -> dict[str, dict[str, Any]]:
    found = {topic["name"]: topic for topic in client.describe_topics(list(names))}
    for name, topic in found.items():
        if topic["error_code"] == _DENIED:
            raise UserError(denied(connection, f"see the Kafka topic {name}"))
        if topic["error_code"] not in (0, _UNKNOWN):
            raise errors.for_code(topic["error_code"])(name)
    return {name: found[name] for name in names}


def _create(client: KafkaAdminClient, missing: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Make the topics; those that we made (somebody else may make them at this moment). Raises UserError."""
    answer = client.create_topics(missing, timeout_ms=int(REQUEST_S * 1000), raise_errors=False)
    made = set()
    for topic in answer["topics"]:
        error = errors.for_code(topic["error_code"])
        if error is errors.NoError:
            made.add(topic["name"])
        elif error is errors.InvalidReplicationFactorError:
            raise UserError("Kafka has not as many brokers as --replication asks for: lower it, or add brokers")
        elif error in (errors.PolicyViolationError, errors.InvalidPartitionsError):
            raise UserError(f"Kafka refuses to make {topic['name']}: {error.__name__} (a policy of the cluster)")
        elif error is not errors.TopicAlreadyExistsError:
            raise error(topic["name"])
    return made


def _short(connection: Connection, before: Mapping[str, TopicState], wanted: Mapping[str, int]) -> dict[str, int]:
    short = {}
    for topic in TOPICS:
        state = before[kafka_name(connection.prefix, topic.name)]
        if state.exists and state.partitions < wanted[topic.name]:
            short[state.name] = wanted[topic.name]
    return short


def _checked(partitions: Mapping[str, int]) -> dict[str, int]:
    kinds = {topic.name: topic.kind for topic in TOPICS}
    for name, number in partitions.items():
        if name not in kinds:
            raise UserError(f"there is no Kafka topic “{name}” in the catalogue: {', '.join(kinds)}")
        if kinds[name] == "inner" and number != 1:
            raise UserError(f"“{name}” has one partition: what reads it counts everything in one place")
        if not 1 <= number <= MAX_PARTITIONS:
            raise UserError(f"a Kafka topic has between 1 and {MAX_PARTITIONS:,} partitions; “{name}” cannot have {number}")
    return dict(partitions)


def _wanted(error: errors.AuthorizationError) -> str:
    if isinstance(error, errors.ClusterAuthorizationFailedError):
        return "change the cluster"
    return "use the consumer groups" if isinstance(error, errors.GroupAuthorizationFailedError) else "use the Kafka topics"
