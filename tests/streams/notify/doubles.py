"""The world around the deliverer: a clock that is told the time, a warehouse and a channel that can be away."""

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import msgspec

from processors.card import Card
from processors.said import Links
from schemas.spikes import SpikeKind, Transition, TransitionKind
from streams.failures import SinkUnavailable
from streams.notify.channel import Limits, Outgoing, Receipt, Rendered
from streams.notify.deliver import Deliverer
from streams.notify.file import NotifyFile
from streams.warehouse.deliveries import WAITING, Delivery, Key, Owed, Recent

AT = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
NO_LIMITS = Limits(20_000, 0, 0.0, 0.0, "")


class FakeClock:
    """Time that passes when it is told to."""

    def __init__(self, now: datetime = AT) -> None:
        self._begin, self.passed = now, 0.0

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def pass_by(self, seconds: float) -> None:
        self.passed += seconds


class Table:
    """What a warehouse would keep: it outlives the processes of a test."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.away = clock, False
        self.rows: dict[tuple[object, ...], tuple[Delivery, float]] = {}
        self.cards: dict[tuple[object, ...], bytes] = {}
        self.mutes: set[str] = set()
        self.log: list[tuple[str, str]] = []
        """State and channel of every row that was written."""

    def record(self, card: Card) -> None:
        """What TELL does between `owe` and `wake`."""
        self.cards[_step(card.transition)] = msgspec.json.encode(card)

    def states(self, channel: str) -> dict[tuple[str, str], str]:
        """By spike and step."""
        found = [one for one, _ in self.rows.values() if one.channel == channel]
        return {(one.transition.spike_id, one.transition.transition): one.state for one in found}


class TableStore:
    """A connection to the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def owe(self, transition: Transition, states: Mapping[str, str]) -> list[Delivery]:
        fresh = [Delivery(transition, channel, state) for channel, state in states.items()]
        standing = self.standing(fresh)
        self.write([one for one in fresh if _key(one) not in self._rows])
        return standing

    def owed(self, known: Container[Key] = ()) -> list[Owed]:
        found = [(one, at) for one, at in self._rows.values() if one.state in WAITING and one.key not in known]
        cards, now = self.cards([one for one, _ in found]), self._table.clock.monotonic()
        return [Owed(one, cards[one.key], now - at) for one, at in found if one.key in cards]

    def cards(self, deliveries: Collection[Delivery]) -> dict[Key, Card]:
        there = self._table.cards
        found = [one for one in deliveries if _key(one) in self._rows and _step(one.transition) in there]
        return {one.key: msgspec.json.decode(there[_step(one.transition)], type=Card) for one in found}

    def standing(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        return [self._rows.get(_key(one), (one, 0.0))[0] for one in deliveries]

    def write(self, deliveries: Sequence[Delivery]) -> None:
        for one in deliveries:
            there = self._rows.get(_key(one))
            self._table.log.append((one.state, one.channel))
            if not there or one.version >= there[0].version:
                self._rows[_key(one)] = one, self._table.clock.monotonic()

    def threads(self, deliveries: Collection[Delivery]) -> dict[tuple[str, str, str], str]:
        sent = sorted(
            (one for one, _ in self._rows.values() if one.state == "sent" and one.thread), key=lambda one: one.transition.at
        )
        return {(one.transition.tenant, one.transition.spike_id, one.channel): one.thread for one in reversed(sent)}

    def recent(self) -> list[Recent]:
        now, found = self._table.clock.monotonic(), {}
        for one, at in self._rows.values():
            if one.state in ("owed", "sending", "sent", "refused") and one.attempt and now - at < 60:
                whose = one.transition.spike_id if one.state == "refused" else ""
                parts = int(one.detail.split()[1]) if one.state in ("sending", "sent") else 1
                tried = min((one.attempt + 1) // 2, 10)
                found[one.channel, one.state, one.detail, whose] = Recent(one.channel, now - at, parts * tried)
        return list(found.values())

    def muted(self, transition: Transition) -> bool:
        return transition.topic in self._table.mutes

    def close(self) -> None:
        pass

    @property
    def _rows(self) -> dict[tuple[object, ...], tuple[Delivery, float]]:
        if self._table.away:
            raise SinkUnavailable("the warehouse has not answered")
        return self._table.rows


class Double:
    """A channel that remembers, and whose next answers can be set: exceptions to raise, or functions to call."""

    limits, bucket = NO_LIMITS, ""

    def __init__(self, name: str = "a", *, url: str = "", most: int = 1000, secret: str = "") -> None:
        self.name, self.most, self.secret = name, int(most), secret
        self.bucket = url or name
        self.sent: list[Outgoing] = []
        self.tried: list[tuple[float, Outgoing]] = []
        self.answers: list[Exception | Callable[[], None]] = []
        self.always: Exception | None = None
        self.clock: FakeClock | None = None
        self.threads = True

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        parts = -(-len(outgoing.said) // self.most)
        return [Rendered(b"", "text/plain")] * parts

    def send(self, outgoing: Outgoing) -> Receipt:
        self.tried.append((self.clock.monotonic() if self.clock else 0.0, outgoing))
        answer = self.answers.pop(0) if self.answers else self.always
        if isinstance(answer, Exception):
            raise answer
        if answer:
            answer()
        self.sent.append(outgoing)
        return Receipt(f"{self.name}-{len(self.sent)}" if self.threads else "")

    def check(self) -> str:
        return "it answers"

    @property
    def told(self) -> list[tuple[str, str]]:
        """Spike and step of every card, in the order in which they came."""
        return [(said.spike_id, said.transition) for outgoing in self.sent for said in outgoing.said]


class Doubles:
    """Builds them, and gives them by name."""

    def __init__(self, clock: FakeClock | None = None, limits: Limits = NO_LIMITS) -> None:
        self.clock, self.limits = clock, limits
        self.built: list[Double] = []
        self.by_name: dict[str, Double] = {}

    def __call__(self, type: str, name: str, options: Mapping[str, str]) -> Double:
        made = Double(name, **cast("dict[str, Any]", dict(options)))
        made.clock, made.limits = self.clock, self.limits
        self.built.append(made)
        self.by_name[name] = made
        return made

    def __getitem__(self, name: str) -> Double:
        return self.by_name[name]


def card(
    spike: str = "0" * 16, transition: TransitionKind = "opened", minutes: int = 0, *, topic: str = "setting_time",
    severity: str = "normal", owner: str = "product-watch", tenant: str = "acme", kind: SpikeKind = "topic", observed: int = 42,
) -> Card:  # fmt: skip
    """A card of an episode that opened at AT; this step came so many minutes later."""
    at = AT + timedelta(minutes=minutes)
    step = Transition(
        spike_id=spike, transition=transition, at=at, tenant=tenant, kind=kind, topic=topic, started=AT, opened=AT, updated=at,
        closed=at if transition == "closed" else None, observed=observed, expected=2.1, low=0.0, high=6.0, surprise=14.0,
    )  # fmt: skip
    return Card(
        transition=step, label=f"topic {spike}", severity=severity, owner=owner, where=[], spread=[], verbatims=["it fails"],
        sql="SELECT 1",
    )  # fmt: skip


TOML = """
[channel.a]
type = "double"
digest_wait_s = 0

[[route]]
channels = ["a"]
"""


def spikes(count: int) -> list[str]:
    """So many ids of episodes."""
    return [f"{number:016x}" for number in range(1, count + 1)]


class World:
    """A deliverer over doubles, stepped by hand, that can be killed and started again."""

    def __init__(self, folder: Path, text: str = TOML, limits: Limits = NO_LIMITS, now: datetime = AT) -> None:
        self.path = folder / "notify.toml"
        self.path.write_text(text, "utf-8")
        self.clock = FakeClock(now)
        self.table = Table(self.clock)
        self.channels = Doubles(self.clock, limits)
        self.environment: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        """A new process."""
        notify = NotifyFile(self.path, self.environment).start()
        self.deliverer = Deliverer(
            notify=notify, stores=lambda: TableStore(self.table), links=lambda _card, _channel: Links(), build=self.channels,
            clock=self.clock,
        )  # fmt: skip
        self.deliverer.load()
        self.deliverer.lanes()

    def tell(self, *cards: Card) -> None:
        """As TELL does."""
        for one in cards:
            self.deliverer.owe(one)
            self.table.record(one)
            self.deliverer.wake()

    def steps(self) -> float:
        """Everything that can be done now; seconds until there may be more (infinite: nothing waits)."""
        waits = [float("inf")]
        for lane in self.deliverer.lanes():
            for _ in range(2000):
                wait = lane.step()
                if wait != 0.0:
                    break
            else:
                raise AssertionError("it never ends")
            waits += [wait] if wait is not None else []
        return min(waits)

    def run(self, seconds: float) -> None:
        """Let so much time pass, and do in it what can be done."""
        until = self.clock.passed + seconds
        for _ in range(5000):
            wait = self.steps()
            if self.clock.passed + wait > until:
                break
            self.clock.pass_by(wait)
        else:
            raise AssertionError("it never ends")
        self.clock.passed = until

    @property
    def a(self) -> Double:
        return self.channels["a"]


def _step(transition: Transition) -> tuple[object, ...]:
    return transition.tenant, transition.spike_id, transition.at, transition.transition


def _key(one: Delivery) -> tuple[object, ...]:
    return (*_step(one.transition), one.channel)
