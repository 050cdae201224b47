"""The catalogue of Kafka topics: what each is for, how it is keyed, how many partitions it gets and how long it keeps records.

`voc kafka create` makes them, `voc kafka describe` compares, the worker looks for them at its start, docs/reference/kafka.md is
generated from here. A name here is without the prefix (setting `kafka_prefix`): `chat` is `voc.chat`.
"""

from typing import Literal

from msgspec import Struct

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MAX_MESSAGE_BYTES = 1 << 20
"""The longest event that is read (schemas.codec.MAX_BYTES) and the longest record that the topics take."""


class KafkaTopic(Struct, frozen=True):
    """One Kafka topic. `retention_ms` may change at any time; partitions may become more (stop UNDERSTAND first), never fewer."""

    name: str
    kind: Literal["source", "inner"]
    holds: str
    key: str
    partitions: int
    retention_ms: int


TOPICS = (
    KafkaTopic("chat", "source", "voc.chat.message.v1", "subject (the conversation)", 6, 7 * DAY_MS),
    KafkaTopic("calls", "source", "voc.call.segment.v1", "subject (the call)", 6, 7 * DAY_MS),
    KafkaTopic("surveys", "source", "voc.survey.response.v1", "subject (the conversation)", 1, 7 * DAY_MS),
    KafkaTopic("orders", "source", "voc.order.v1", "subject (the order's hash)", 3, 7 * DAY_MS),
    KafkaTopic("conversations", "source", "voc.conversation.v1", "subject (the conversation)", 3, 7 * DAY_MS),
    KafkaTopic("context", "source", "voc.context.v1", "subject (the event's own id)", 1, 7 * DAY_MS),
    KafkaTopic("progress", "inner", "what readers claim (schemas/progress.py)", "source topic and partition", 1, DAY_MS),
    KafkaTopic("spikes", "inner", "transitions of episodes (schemas/spikes.py)", "tenant", 1, 30 * DAY_MS),
)
"""Any source topic takes any event type: the split is for retention and rights, not for reading. The inner ones have one
partition each: DETECT counts all tenants in one statement, and TELL says a few things an hour."""

RECOUNT = ""
"""The source of progress that no reader says: minutes that a replay, a rerun or an erasure has touched."""
PROGRESS, SPIKES = "progress", "spikes"
SOURCES = tuple(topic.name for topic in TOPICS if topic.kind == "source")
BY_EVENT_TYPE = {topic.holds: topic.name for topic in TOPICS if topic.kind == "source"}


def kafka_name(prefix: str, name: str) -> str:
    """The name on the broker of the topic called `name` here."""
    return f"{prefix}.{name}"
