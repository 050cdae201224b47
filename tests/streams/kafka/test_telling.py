"""TELL on Kafka acts on what DETECT has said, and on nothing else that may stand on its topic."""

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from schemas.spikes import Transition
from streams.failures import SinkUnavailable
from streams.kafka.telling import Telling
from streams.metrics import Metrics
from streams.notify.deliver import DeliveryState
from streams.notify.lane import LaneState

GOOD = {
    "spike_id": "00ff00ff00ff00ff", "transition": "opened", "at": "2026-11-02T02:01:00Z", "tenant": "acme", "kind": "topic",
    "topic": "price", "started": "2026-11-02T02:01:00Z", "opened": "2026-11-02T02:01:00Z", "updated": "2026-11-02T02:01:00Z",
    "closed": None, "observed": 5, "expected": 1.0, "low": 0.0, "high": 2.0, "surprise": 9.0, "detector": "d",
}  # fmt: skip


class Told:
    """In place of the card and the notifiers: what it was asked to tell; away as often as told."""

    def __init__(self, refusals: int = 0) -> None:
        self.transitions: list[Transition] = []
        self.refusals = refusals

    def __call__(self, transitions: Sequence[Transition]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise SinkUnavailable("asked to refuse")
        self.transitions += transitions


class Idle:
    """In place of the deliverer: what was done with it."""

    def __init__(self, made: list["Idle"]) -> None:
        self.did: list[str] = []
        self.state = DeliveryState("", {"ops": LaneState(2, 30.0, "", True)})
        made.append(self)

    def start(self) -> None:
        self.did.append("start")

    def stop(self, timeout_s: float) -> None:
        self.did.append("stop")

    def check(self) -> None:
        self.did.append("check")


def telling(told: Told, made: list[Idle], outboxes: list[object] | None = None) -> Telling:
    def make(outbox: object) -> Told:
        if outboxes is not None:
            outboxes.append(outbox)
        return told

    return Telling(make=make, deliverer=lambda: Idle(made), metrics=Metrics())  # type: ignore[arg-type,return-value]


def take(told: Told, *values: bytes | None) -> None:
    asyncio.run(telling(told, []).take(values))


def test_who_has_the_partition_sends_and_who_loses_it_stops() -> None:
    made: list[Idle] = []
    outboxes: list[object] = []
    told = Told()
    one = telling(told, made, outboxes)
    assert one.state == {}
    one.begin()
    one.begin()
    asyncio.run(one.take([msgspec.json.encode(GOOD)]))
    assert made[0].did == ["start"] and outboxes == [made[0]]
    assert one.state == {"owed": {"ops": 2}, "errors": {}, "notify": ""}
    one.watch()
    assert made[0].did == ["start", "check"]
    assert b'voc_channel_misconfigured{channel="ops"} 1.0' in one._metrics.page()
    one.end()
    assert made[0].did == ["start", "check", "stop"] and one.state == {} and b"{channel=" not in one._metrics.page()
    asyncio.run(one.take([msgspec.json.encode(GOOD)]))  # what was in hand: owed, and not sent from here
    assert len(told.transitions) == 2 and outboxes[1] is made[1] and made[1].did == []
    one.begin()
    assert made[1].did == ["start"] and len(made) == 2
    one.rest()
    assert made[1].did == ["start", "stop"]


def test_who_asks_for_the_end_a_second_time_waits_for_it_too() -> None:
    """The rebalance asks first, the end of the process second: what is being sent is finished before either goes on."""
    made: list[Idle] = []
    one, stopping, go_on = telling(Told(), made), threading.Event(), threading.Event()
    one.begin()

    def slowly(_timeout_s: float) -> None:
        stopping.set()
        go_on.wait(10)
        made[0].did.append("stopped")

    made[0].stop = slowly  # type: ignore[method-assign]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(one.end)
        assert stopping.wait(10)
        second = pool.submit(one.end)
        assert not second.done()
        time.sleep(0.2)
        assert not second.done()
        go_on.set()
        first.result(10)
        second.result(10)
    assert made[0].did == ["start", "stopped"]


@pytest.mark.parametrize(
    "change",
    [
        {"spike_id": "a/b"}, {"spike_id": "/../../../escaped"}, {"spike_id": "00FF00FF00FF00FF"}, {"at": "2300-01-01T00:00:00Z"},
        {"started": "0001-01-01T00:00:00Z"}, {"at": "2026-11-02T02:01:00"}, {"transition": "exploded"}, {"observed": "many"},
    ],
)  # fmt: skip
def test_what_detect_cannot_have_said_is_passed_over(change: dict[str, object]) -> None:
    told = Told()
    take(told, msgspec.json.encode(GOOD | change), b"[]", None, b"\xff", msgspec.json.encode(GOOD))
    assert [transition.spike_id for transition in told.transitions] == ["00ff00ff00ff00ff"]


def test_nothing_is_passed_over_because_the_warehouse_is_away() -> None:
    told = Told(refusals=3)
    take(told, msgspec.json.encode(GOOD))
    assert len(told.transitions) == 1
