"""A seeded past day of two tenants, as the records that feeds append to Kafka, with everything in it that goes wrong in life.

Late, repeated (also through another topic), edited and recalled messages, clocks that run ahead, bytes that cannot be read,
spikes that open and close. Nothing here is believed by the comparisons: they work the truth out of the log itself.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from tests.rig.events import DAY, HOUR, MINUTE, WORDS, chat, rfc3339

PARTITIONS = {"chat": 3, "calls": 2, "surveys": 1, "orders": 1, "conversations": 1, "context": 1}
"""Of the topics by the names of the catalogue. Three carry feedback, one carries orders, two stay empty."""
TOPICS = ("chat", "calls", "surveys")
TAIL_MINUTES = 75
"""Of plain traffic after everything odd: DETECT looks twice at what it owes, and the last episodes close."""


class Sent(NamedTuple):
    """A record: when it is appended (seconds since the story began), to which topic, what."""

    due: float
    topic: str
    key: bytes | None
    value: bytes | None


class Surge(NamedTuple):
    """So many more an hour, for a while (hours since the story began)."""

    tenant: str
    topic: str
    begins: float
    lasts: float
    hourly: int


def surges(hours: float, hourly: int) -> list[Surge]:
    """Five far above what chance brings: what is on the edge may open in one run and not in another."""
    return [
        Surge("acme", "charging", hours * 0.25, 1.0, hourly // 3),
        Surge("zeta", "return_request", hours * 0.40, 0.8, hourly // 4),
        Surge("acme", "screen_fault", hours * 0.50, 1.0, hourly // 3),
        Surge("acme", "return_request", hours * 0.75, 1.0, hourly // 3),
        Surge("zeta", "screen_fault", hours * 0.80, 0.8, hourly // 4),
    ]


class Story:
    """`events` records of `hours` hours from `start` (seconds since 1970) on, and a tail. `now` is when they are appended:
    what is wrong about a clock depends on it."""

    def __init__(self, *, start: int, hours: float, events: int, now: float, seed: int = 1) -> None:
        self.start, self.hours, self.now = start, hours, now
        self._dice = random.Random(seed)
        hourly = int(events / hours / 1.18)  # what is repeated, edited or added by a surge makes up the rest
        self.records: list[Sent] = []
        self._number = 0
        for _ in range(int(hours * hourly)):
            topic = self._dice.choices(list(WORDS), (5, 4, 2, 4, 2, 2, 6))[0]
            self._odd("acme" if self._dice.random() < 0.7 else "zeta", topic, start + self._dice.random() * hours * HOUR)
        for surge in surges(hours, hourly):
            for _ in range(int(surge.lasts * surge.hourly)):
                self._odd(surge.tenant, surge.topic, start + (surge.begins + surge.lasts * self._dice.random()) * HOUR)
        self.end = start + hours * HOUR
        """When the odd part is over; late records of it are appended at most then."""
        self.records = [one._replace(due=min(one.due, hours * HOUR)) for one in self.records]
        self.records.sort(key=lambda one: one.due)
        self.tail = sorted(self._plain_tail(hourly), key=lambda one: one.due)

    def _odd(self, tenant: str, topic: str, at: float) -> None:
        """One message and what becomes of it."""
        dice, feed = self._dice, self._dice.choices(TOPICS, (14, 5, 1))[0]
        self._number += 1
        message = _Message(feed, f"m{self._number}", tenant, topic, at, dice)
        line: bytes | None = message.line()
        arrives = at + dice.random() * 5
        what = dice.random()
        if what < 0.04:
            arrives += dice.uniform(1, 60) * MINUTE  # late
        elif what < 0.07:
            self._send(arrives + dice.uniform(0, 30) * MINUTE, feed, message, line)  # twice
        elif what < 0.075:
            self._send(arrives + dice.uniform(0, 30) * MINUTE, dice.choice(TOPICS), message, line)  # twice, on two ways
        elif what < 0.11 and feed != "surveys":
            sent = at
            for revision in range(1, dice.choice([2, 2, 2, 3])):
                sent += dice.uniform(0.1, 40) * MINUTE
                self._send(sent, feed, message, message.line(revision, dice.choice(list(WORDS)), sent))
            if dice.random() < 0.3:
                self._send(sent + dice.uniform(0.1, 5) * MINUTE, feed, message, line)  # the first version again
        elif what < 0.125 and feed == "chat":
            sent = at + dice.uniform(0.1, 40) * MINUTE
            self._send(sent, feed, message, message.line(1, topic, sent, recalled=True))
        elif what < 0.135:
            self._send(arrives, feed, message, _unreadable(dice, message, self.now))
        elif what < 0.15:
            line = _Message(feed, message.id, tenant, topic, at + dice.uniform(5, 90), dice).line()  # a clock a little ahead
        elif what < 0.1501:  # a clock hours ahead of the broker's: kept in its minute, believed by nobody
            line = _Message(feed, message.id, tenant, topic, self.now + dice.uniform(1, 10) * HOUR, dice).line()
        elif what < 0.17:
            order = _order(at, message.id, tenant)
            self.records.append(Sent(arrives - self.start, "orders", message.subject.encode(), order))
        self._send(arrives, feed, message, line)

    def _send(self, at: float, feed: str, message: "_Message", value: bytes | None) -> None:
        self.records.append(Sent(at - self.start, feed, message.subject.encode(), value))

    def _plain_tail(self, hourly: int) -> Iterator[Sent]:
        """A third of the traffic, nothing odd, orders among it; every partition gets some in every minute."""
        dice = self._dice
        for n in range(int(TAIL_MINUTES / 60 * hourly / 3)):
            at = self.end + (n + dice.random()) * TAIL_MINUTES * MINUTE / (TAIL_MINUTES / 60 * hourly / 3)
            feed = ("chat", "calls", "surveys", "chat")[n % 4]
            message = _Message(feed, f"t{n}", dice.choice(["acme", "acme", "zeta"]), dice.choice(list(WORDS)), at, dice)
            yield Sent(at - self.start, feed, message.subject.encode(), message.line())
            if n % 10 == 0:
                yield Sent(at - self.start, "orders", message.subject.encode(), _order(at, message.id, message.tenant))


class _Message:
    """A piece of feedback as its feed would send it: what `line` says of it is the same each time."""

    def __init__(self, feed: str, id: str, tenant: str, topic: str, at: float, dice: random.Random) -> None:
        self.feed, self.id, self.tenant, self.topic, self.at = feed, id, tenant, topic, at
        self.role = "agent" if feed != "surveys" and dice.random() < 0.1 else "customer"
        self.channel = dice.choice(["app", "tmall", "web"]) if feed == "chat" else feed
        self.customer = f"u{dice.randrange(5000)}"
        self.subject = f"c-{id}"

    def line(self, revision: int = 0, topic: str = "", sent: float = 0.0, *, recalled: bool = False) -> bytes:
        """The event of a revision, in which it may be about another topic."""
        topic = topic or self.topic
        if self.feed == "chat":
            return chat(
                self.at, topic, id=self.id, tenant=self.tenant, role=self.role, channel=self.channel, revision=revision,
                recalled=recalled, sent=sent, customer=self.customer,
            )  # fmt: skip
        data: dict[str, object]
        if self.feed == "calls":
            kind = "voc.call.segment.v1"
            data = {"segment_id": self.id, "revision": revision, "is_final": True, "sender_role": self.role,
                    "call_start": rfc3339(self.at), "begin_ms": 0, "end_ms": 900, "text": WORDS[topic],
                    "customer_hash": self.customer}  # fmt: skip
        else:
            kind = "voc.survey.response.v1"
            data = {"response_id": self.id, "metric": "csat", "score": 3, "scale_min": 1, "scale_max": 5, "comment": WORDS[topic]}
        event = {
            "specversion": "1.0", "id": f"{self.id}-{revision}", "source": "soak", "type": kind,
            "time": rfc3339(sent or self.at), "subject": self.subject, "tenant": self.tenant, "channel": self.channel,
            "data": data,
        }  # fmt: skip
        return msgspec.json.encode(event)


def _unreadable(dice: random.Random, message: _Message, now: float) -> bytes | None:
    """What must become a dead letter; None: a record without a value."""
    line = message.line()
    return dice.choice([
        None, b"", b"{}", b"[]", b"null", b'{"half', b"\xff\xfe\x00", line[:-9], line.replace(b'"time"', b'"when"'),
        line.replace(b".v1", b".v9"), line.replace(b'"source":"', b'"source":"","was":"'),
        _Message(message.feed, f"{message.id}-ahead", message.tenant, message.topic, now + 2 * DAY, dice).line(),
    ])  # fmt: skip


def _order(at: float, id: str, tenant: str) -> bytes:
    data = {"order_hash": f"o-{id}", "line_id": "1", "kind": "returned", "product": {"model": "W-100"}}
    return msgspec.json.encode(
        {"id": f"o-{id}", "source": "soak", "type": "voc.order.v1", "time": rfc3339(at), "subject": f"o-{id}", "tenant": tenant,
         "data": data}
    )  # fmt: skip
