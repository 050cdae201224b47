"""What the warehouse must hold, worked out from what lies in the Kafka topics and from nothing else.

Reads the log itself, so it believes neither the generator nor the product; its own reading of an event is as small as the
stories of these tests allow.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition

from schemas.feedback import identity
from tests.rig.events import DAY, MINUTE, WORDS
from tests.rig.truth import Cells

Place = tuple[str, int, int]
"""Kafka topic, partition, offset."""
_TOPICS = {words: topic for topic, words in WORDS.items()}
_WANTED = {
    "voc.chat.message.v1": ("message_id", "sender_role", "text"),
    "voc.call.segment.v1": ("segment_id", "sender_role", "text", "call_start", "begin_ms"),
    "voc.survey.response.v1": ("response_id", "score", "comment"),
    "voc.order.v1": ("order_hash", "line_id", "kind"),
}
_BELIEVED, _LATENESS = 120.0, 60.0


class Record(NamedTuple):
    """A record as it lies in the log; the time is the broker's or the producer's, in seconds since 1970."""

    topic: str
    partition: int
    offset: int
    at: float
    key: bytes | None
    value: bytes | None


class Said(NamedTuple):
    """One version of a piece of feedback. `topic` is of the conversation."""

    identity: int
    tenant: str
    minute: int
    topic: str
    customer: bool
    revision: int
    recalled: bool


def read_log(bootstrap: str, topics: Sequence[str]) -> list[Record]:
    """Every record that the topics hold now, in order of partition and offset. Blocks."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, reconnect_backoff_max_ms=1000)
    places = [TopicPartition(topic, p) for topic in topics for p in sorted(consumer.partitions_for_topic(topic) or ())]
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    consumer.seek_to_beginning(*places)
    found: list[Record] = []
    while any(consumer.position(place) < end for place, end in ends.items()):
        for place, records in consumer.poll(timeout_ms=500, max_records=5000).items():
            found += [
                Record(place.topic, place.partition, one.offset, one.timestamp / 1000, one.key, one.value) for one in records
            ]
    consumer.close()
    return sorted(found)


class LogTruth:
    """What follows from the records."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.dead: set[Place] = set()
        """What cannot be read."""
        self.feedback: dict[int, Said] = {}
        """By identity, the version that stands: a recall is final, else the highest revision."""
        self.versions: Counter[int] = Counter()
        """By identity, how many records carry it."""
        self.orders: set[str] = set()
        self.records = 0
        clocks: dict[tuple[str, int], float] = {}
        for record in records:
            self.records += 1
            event = readable(record)
            if event is None:
                self.dead.add((record.topic, record.partition, record.offset))
                continue
            place, time = (record.topic, record.partition), _seconds(event["time"])
            if time <= record.at + _BELIEVED:
                clocks[place] = max(clocks.get(place, 0.0), time)
            if event["type"] == "voc.order.v1":
                self.orders.add(event["id"])
                continue
            said = _said(event)
            self.versions[said.identity] += 1
            known = self.feedback.get(said.identity)
            if known is None or (known.recalled, known.revision) <= (said.recalled, said.revision):
                self.feedback[said.identity] = said
        self.bound = int(min(clocks.values(), default=0.0) - _LATENESS) // MINUTE * MINUTE
        """Every minute before it must be closed in the end."""

    def cells(self, before: int) -> Cells:
        """Counts by tenant, topic ('' is the total) and minute, of minutes before `before`."""
        cells: Counter[tuple[str, str, int]] = Counter()
        for said in self.feedback.values():
            if said.customer and not said.recalled and said.minute < before:
                for topic in ("", said.topic):
                    cells[said.tenant, topic, said.minute] += 1
        return dict(cells)


def readable(record: Record) -> dict[str, Any] | None:
    """The event in a record; None where the contract is broken (schemas/events.py) in a way that these tests know."""
    try:
        event = json.loads((record.value or b"").decode())
        wanted = _WANTED[event["type"]]
        data = event["data"]
        times = [event["time"], *(data[name] for name in ("created_at", "call_start") if name in data)]
        complete = all(name in data for name in wanted) and all(event[name] for name in ("id", "source", "subject"))
        plausible = all(_seconds(time) <= record.at + DAY for time in times)
    except (ValueError, KeyError, TypeError):
        return None
    return event if complete and plausible else None


def _said(event: dict[str, Any]) -> Said:
    data, tenant = event["data"], event.get("tenant", "default")
    kind = event["type"]
    native, at, text = data[_WANTED[kind][0]], event["time"], data.get("text", "")
    if kind == "voc.chat.message.v1":
        at = data.get("created_at", at)
    elif kind == "voc.survey.response.v1":
        text = data["comment"]
    else:
        at = data["call_start"]
    return Said(
        identity=identity(tenant, event["source"], event["subject"], native),
        tenant=tenant,
        minute=int(_seconds(at) + data.get("begin_ms", 0) / 1000) // MINUTE * MINUTE,
        topic=_TOPICS[text] if text else "other",
        customer=data.get("sender_role", "customer") == "customer",
        revision=data.get("revision", 0),
        recalled=data.get("recalled", False),
    )


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
