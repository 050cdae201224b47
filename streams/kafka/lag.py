"""How far each consumer group of ours is behind, and who is in it. By kafka-python; everything blocks."""

from collections.abc import Mapping

from kafka import TopicPartition, errors
from kafka.admin import KafkaAdminClient, OffsetSpec
from msgspec import Struct
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from schemas.kafka_topics import PROGRESS, SOURCES, SPIKES, kafka_name
from streams.kafka.admin import PATIENCE_S, opened
from streams.kafka.connection import Connection

GROUPS: Mapping[str, tuple[str, ...]] = {
    "understand": SOURCES,
    "detect-tell": (PROGRESS, SPIKES),
    "detect": (PROGRESS,),
    "tell": (SPIKES,),
}
"""What each group reads, by its name without the prefix."""
_NOBODY = ("Dead", "")
"""States of a group that the broker does not know."""


class PartitionLag(Struct, frozen=True):
    """One partition: where the group goes on (None: it never committed), where the partition ends, the difference; `expired`
    records were removed by retention before the group read them."""

    kafka_topic: str
    partition: int
    committed: int | None
    end: int
    lag: int
    expired: int


class GroupLag(Struct, frozen=True):
    """One consumer group; `state` is Kafka's word for it (Stable, Empty, PreparingRebalance …), `absent` if there is none."""

    group: str
    state: str
    members: tuple[str, ...]
    """Client ids, or instance names where members have them."""
    lag: int
    partitions: tuple[PartitionLag, ...]


def lag(connection: Connection, patience_s: float = PATIENCE_S) -> list[GroupLag]:
    """Every group of ours that exists, and UNDERSTAND's in any case: before its first commit all that the topics hold is
    its lag. Raises UserError, SinkUnavailable."""
    with opened(connection, patience_s) as client:
        return _patiently(patience_s)(_lag, client, connection)


def _lag(client: KafkaAdminClient, connection: Connection) -> list[GroupLag]:
    groups = {f"{connection.prefix}-{name}": topics for name, topics in GROUPS.items()}
    partitions = _partitions(client, {kafka_name(connection.prefix, name) for names in GROUPS.values() for name in names})
    begins, ends = (_offsets(client, partitions, spec) for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST))
    found = []
    described = client.describe_groups(list(groups))
    for group, topics in groups.items():
        committed = {where: at.offset for where, at in client.list_group_offsets(group)[group].items() if at.offset >= 0}
        state, members = described[group]["group_state"], described[group]["members"]
        if group != f"{connection.prefix}-understand" and not committed and not members:
            continue
        reads = {kafka_name(connection.prefix, name) for name in topics}
        each = tuple(
            _behind(where, committed.get(where), begins[where], ends[where]) for where in partitions if where[0] in reads
        )
        names = sorted(member["group_instance_id"] or member["client_id"] for member in members)
        total = sum(partition.lag for partition in each)
        found.append(GroupLag(group, "absent" if state in _NOBODY else state, tuple(names), total, each))
    return found


def active_groups(connection: Connection, patience_s: float = PATIENCE_S) -> dict[str, int]:
    """How many members each of our consumer groups has, of those that have any. Raises UserError, SinkUnavailable."""
    with opened(connection, patience_s) as client:
        return _patiently(patience_s)(_active, client, connection)


def _active(client: KafkaAdminClient, connection: Connection) -> dict[str, int]:
    # Not every group that begins so: another installation's prefix may begin with ours.
    described = client.describe_groups([f"{connection.prefix}-{name}" for name in GROUPS])
    return {group: len(each["members"]) for group, each in sorted(described.items()) if each["members"]}


def _partitions(client: KafkaAdminClient, names: set[str]) -> list[TopicPartition]:
    topics = [topic for topic in client.describe_topics(sorted(names)) if not topic["error_code"]]
    return sorted(TopicPartition(topic["name"], each["partition_index"]) for topic in topics for each in topic["partitions"])


def _offsets(client: KafkaAdminClient, partitions: list[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
    if not partitions:
        return {}
    return {where: at.offset for where, at in client.list_partition_offsets(dict.fromkeys(partitions, spec)).items()}


def _behind(where: TopicPartition, committed: int | None, begin: int, end: int) -> PartitionLag:
    at = begin if committed is None else committed
    return PartitionLag(
        kafka_topic=where.topic,
        partition=where.partition,
        committed=committed,
        end=end,
        lag=max(0, end - max(at, begin)),
        expired=max(0, begin - at),
    )


def _patiently(patience_s: float) -> Retrying:
    """A coordinator may just be moving; on a new cluster the first question about a group makes Kafka look for one."""
    return Retrying(
        retry=retry_if_exception_type(errors.RetriableError),
        stop=stop_after_delay(patience_s),
        wait=wait_random_exponential(multiplier=0.2, max=1),
        reraise=True,
    )
