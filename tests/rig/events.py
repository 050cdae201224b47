"""Events for the tests: one chat message at a time, or a seeded stream with everything in it that goes wrong in life."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

DAY_ONE = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp())
"""A Monday."""
MINUTE, HOUR, DAY = 60, 3600, 86400

WORDS = {
    "setting_time": "请问这个手表怎么调时间",
    "delivery_status": "什么时候发货",
    "screen_fault": "表盘一直黑屏 :(",
    "price": "能便宜点吗 :)",
    "charging": "手表充不进电 :(",
    "return_request": "how do I return it",
    "other": "谢谢",
}
"""What a customer says, by the topic that it is about."""


def rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def chat(
    at: float,
    topic: str = "setting_time",
    *,
    id: str = "",
    tenant: str = "acme",
    role: str = "customer",
    model: str = "W-100",
    channel: str = "app",
    revision: int = 0,
    recalled: bool = False,
    sent: float = 0.0,
    text: str = "",
    customer: str = "",
    conversation: str = "",
) -> bytes:
    """One message, said at `at`; an edit or a recall of message `id` is sent at `sent`."""
    message_id = id or f"m-{at:.3f}-{topic}"
    data: dict[str, object] = {
        "message_id": message_id,
        "sender_role": role,
        "text": "" if recalled else text or WORDS[topic],
        "product": {"model": model},
    }
    if revision:
        data |= {"revision": revision, "created_at": rfc3339(at), "recalled": recalled}
    if customer:
        data["customer_hash"] = customer
    event = {
        "id": f"{message_id}-{revision}",
        "source": "test",
        "type": "voc.chat.message.v1",
        "time": rfc3339(sent or at),
        "subject": conversation or f"c-{message_id}",
        "tenant": tenant,
        "channel": channel,
        "data": data,
    }
    return msgspec.json.encode(event)


def announcement(
    kind: str, start: float, end: float | None = None, *, tenant: str = "acme", products: Sequence[str] = ()
) -> bytes:
    """What the company says it does, sent a minute before it begins."""
    data: dict[str, object] = {"kind": kind, "title": f"a {kind}", "start": rfc3339(start)}
    if end is not None:
        data["end"] = rfc3339(end)
    if products:
        data["products"] = list(products)
    name = f"{tenant}-{kind}-{start}"
    event = {
        "id": name, "source": "test", "type": "voc.context.v1", "time": rfc3339(start - MINUTE), "subject": name,
        "tenant": tenant, "data": data,
    }  # fmt: skip
    return msgspec.json.encode(event)


@dataclass
class Traffic:
    """A seeded stream: `hours` of messages of two tenants, `hourly` an hour, and in it late ones, edits, recalls, messages
    delivered twice, agents, orders and lines that cannot be read. From hour `surge` on (if set), for `lasting` hours, customers
    of tenant acme ask how to set the time of the W-200."""

    hours: int
    hourly: int
    seed: int = 1
    surge: float | None = None
    lasting: float = 2.0
    surging: int = 60  # an hour more
    arrivals: list[tuple[float, bytes]] = field(default_factory=list)

    def lines(self) -> list[bytes]:
        """In order of arrival; what arrives after the last hour is never seen, so the last minutes are still open at the end."""
        self.arrivals, dice = [], random.Random(self.seed)
        for n in range(self.hours * self.hourly):
            at = DAY_ONE + dice.random() * self.hours * HOUR
            self._message(dice, at, f"m{n}", dice.choice(list(WORDS)), "acme" if dice.random() < 0.8 else "zeta", "W-100")
        if self.surge is not None:
            for n in range(int(self.lasting * self.surging)):
                at = DAY_ONE + (self.surge + self.lasting * dice.random()) * HOUR
                self._message(dice, at, f"s{n}", "setting_time", "acme", "W-200")
        seen = [arrival for arrival in self.arrivals if arrival[0] < DAY_ONE + self.hours * HOUR]
        return [line for _, line in sorted(seen, key=lambda arrival: arrival[0])]

    def write(self, path: Path) -> Path:
        """As a file of lines."""
        path.write_bytes(b"\n".join(self.lines()) + b"\n")
        return path

    def _message(self, dice: random.Random, at: float, id: str, topic: str, tenant: str, model: str) -> None:
        role = "agent" if dice.random() < 0.1 else "customer"
        channel = dice.choice(["app", "tmall", "phone"])
        line = chat(at, topic, id=id, tenant=tenant, role=role, model=model, channel=channel)
        arrives = at + dice.random() * 5
        what = dice.random()
        if what < 0.04:
            arrives = at + dice.uniform(2, 90) * MINUTE  # late
        elif what < 0.045:
            arrives = at + dice.uniform(24.5, 30) * HOUR  # too late to be tested
        elif what < 0.07:
            self.arrivals.append((arrives + dice.uniform(0, 30) * MINUTE, line))  # twice
        elif what < 0.10:
            sent = at + dice.uniform(0.1, 60) * MINUTE
            edited = chat(
                at, dice.choice(list(WORDS)), id=id, tenant=tenant, role=role, model=model, channel=channel, revision=1, sent=sent
            )
            self.arrivals.append((sent, edited))
        elif what < 0.12:
            sent = at + dice.uniform(0.1, 60) * MINUTE
            self.arrivals.append(
                (sent, chat(at, topic, id=id, tenant=tenant, role=role, channel=channel, revision=1, recalled=True, sent=sent))
            )
        elif what < 0.13:
            self.arrivals.append((arrives, dice.choice([b'{"half', b"[]", line.replace(b"test", b""), b"\xff\xfe", b"{}"])))
        elif what < 0.14:
            self.arrivals.append((arrives, _order(at, id, tenant)))
        self.arrivals.append((arrives, line))


def _order(at: float, id: str, tenant: str) -> bytes:
    data = {"order_hash": f"o-{id}", "line_id": "1", "kind": "returned", "product": {"model": "W-100"}}
    return msgspec.json.encode(
        {
            "id": f"o-{id}",
            "source": "test",
            "type": "voc.order.v1",
            "time": rfc3339(at),
            "subject": f"o-{id}",
            "tenant": tenant,
            "data": data,
        }
    )


def datetime_of(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
