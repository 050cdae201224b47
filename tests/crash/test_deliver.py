"""A kill at every step of a card's way out: nothing is lost, and what is repeated is the same message in the same thread."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from processors.card import Card
from processors.said import Links
from streams.notify.channel import Outgoing, Receipt
from streams.notify.channels import TYPES
from streams.notify.deliver import Deliverer
from streams.notify.file import NotifyFile
from streams.warehouse.client import WarehouseClient
from streams.warehouse.deliveries import SENDING, SENT, Deliveries, Delivery
from streams.warehouse.endpoint import Endpoint
from tests.conftest import ROOT
from tests.crash.killer import Kill, Killed, Killer
from tests.rig.receivers import receiver
from tests.rig.receivers.webhook import SECRET, WebhookReceiver
from tests.streams.notify.doubles import TOML, Double, FakeClock, card

STORY = (
    card("1" * 16),
    card("2" * 16, minutes=1),
    card("1" * 16, "updated", 10),
    card("1" * 16, "closed", 20),
    *(card(f"a{number:015x}", minutes=30) for number in range(5)),
    card("2" * 16, "closed", 40),
)
STEPS = ("owe", "card", "sending", "send", "sent")
Hook = Callable[[str, str], None]


class Group:
    """The chat: what has arrived in it, whoever sent it."""

    def __init__(self) -> None:
        self.arrived: list[Outgoing] = []

    def check(self, doubtful: int) -> None:
        """Everything is there; so many messages twice, as the same message in the same thread."""
        told = Counter((said.spike_id, said.transition) for outgoing in self.arrived for said in outgoing.said)
        assert set(told) == {(one.transition.spike_id, one.transition.transition) for one in STORY}, "lost"
        ids = Counter(outgoing.id for outgoing in self.arrived)
        assert sum(count - 1 for count in ids.values()) == doubtful
        assert max(ids.values()) <= 2
        twice = [outgoing for outgoing in self.arrived if ids[outgoing.id] == 2]
        assert all(a == b for a, b in zip(twice[::2], twice[1::2], strict=True)), "not the same"
        assert sum(told.values()) == len(STORY) + sum(len(outgoing.said) for outgoing in twice[::2])
        opening: dict[str, str] = {}
        for number, outgoing in enumerate(self.arrived):
            for said in outgoing.said:
                if len(outgoing.said) == 1 and said.transition != "opened":
                    assert outgoing.thread == opening[said.spike_id], "another thread"
                if said.transition == "opened":
                    opening[said.spike_id] = f"thread-{number}"  # of an opening that came twice the one that was recorded


class Talking(Double):
    """A channel into the group."""

    def __init__(self, name: str, group: Group, hook: Hook) -> None:
        super().__init__(name)
        self._group, self._hook = group, hook

    def send(self, outgoing: Outgoing) -> Receipt:
        self._hook("before", "send")
        self._group.arrived.append(outgoing)
        self._hook("after", "send")
        return Receipt(f"thread-{len(self._group.arrived) - 1}")


class Watched(Deliveries):
    """The table, with the hook around what is written."""

    hook: Hook

    def owe(self, *given: Any) -> list[Delivery]:
        self.hook("before", "owe")
        found = super().owe(*given)
        self.hook("after", "owe")
        return found

    def write(self, deliveries: Sequence[Delivery]) -> None:
        states = {one.state for one in deliveries} & {SENDING, SENT}
        for state in states:
            self.hook("before", state)
        super().write(deliveries)
        for state in states:
            self.hook("after", state)


class SentTooEarly(Watched):
    """The mistake: what is about to be sent is recorded as sent."""

    def write(self, deliveries: Sequence[Delivery]) -> None:
        super().write([msgspec.structs.replace(one, state=SENT) if one.state == SENDING else one for one in deliveries])


class Process:
    """TELL and the deliverer, from a start to a death."""

    def __init__(self, folder: Path, endpoint: Endpoint, group: Group, hook: Hook, kind: type[Watched]) -> None:
        self._client = WarehouseClient(lambda: endpoint, patience_s=5)
        self._hook = hook
        store = kind(self._client)
        store.hook = hook
        (folder / "notify.toml").write_text(TOML, "utf-8")
        self._deliverer = Deliverer(
            notify=NotifyFile(folder / "notify.toml", {}).start(), stores=lambda: store, links=lambda *_: Links(),
            build=lambda type, name, options: Talking(name, group, hook), clock=FakeClock(),
        )  # fmt: skip

    def run(self) -> None:
        """Tell what is not told yet, as TELL does, five cards at once at the end."""
        self._deliverer.load()
        for one in STORY:
            if not self._told(one):
                self._deliverer.owe(one)
                self._hook("before", "card")
                self._record(one)
                self._hook("after", "card")
                self._deliverer.wake()
            if not one.transition.spike_id.startswith("a") or one.transition.spike_id.endswith("4"):
                self._send()
        self._send()

    def die(self) -> None:
        self._client.close()

    def _send(self) -> None:
        for lane in self._deliverer.lanes():
            while lane.step() == 0.0:
                pass

    def _told(self, one: Card) -> bool:
        step = one.transition
        ((count,),) = self._client.query(
            "SELECT count() FROM card_local WHERE spike_id = %(id)s AND transition = %(step)s",
            {"id": step.spike_id, "step": step.transition},
        )
        return bool(count)

    def _record(self, one: Card) -> None:
        step = one.transition
        row = (step.tenant, step.spike_id, step.at, step.transition, msgspec.json.encode(one).decode())
        self._client.insert("card_local", ("tenant", "spike_id", "at", "transition", "card"), [row])


@pytest.fixture(autouse=True)
def double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.notify.lane.UNDER_WAY_S", 0.0)
    monkeypatch.setattr("streams.notify.deliver.UNDER_WAY_S", 0.0)
    monkeypatch.setitem(TYPES, "double", "tests.streams.notify.doubles:Double")


def run(folder: Path, endpoint: Endpoint, kills: Sequence[Kill], kind: type[Watched] = Watched) -> tuple[Group, int]:
    """One process after the other, the last one not killed; what arrived, and how many kills hit."""
    group, hits = Group(), 0
    for kill in [*kills, None]:
        process = Process(folder, endpoint, group, Killer(kill), kind)
        try:
            process.run()
        except Killed:
            hits += 1
        finally:
            process.die()
    return group, hits


def states(endpoint: Endpoint) -> list[tuple[str, int]]:
    client = endpoint.client()
    found = client.execute("SELECT state, count() FROM deliveries GROUP BY state")
    client.disconnect()
    return list(found)


def test_undisturbed_everything_arrives_once(endpoint: Endpoint, tmp_path: Path) -> None:
    group, _ = run(tmp_path, endpoint, [])
    group.check(doubtful=0)
    assert [len(outgoing.said) for outgoing in group.arrived] == [1, 1, 1, 1, 5, 1]
    assert states(endpoint) == [("sent", len(STORY))]


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_before_and_after_a_step_loses_nothing(step: str, endpoint: Endpoint, tmp_path: Path) -> None:
    kills = [Kill("before", step, 1), Kill("after", step, 2), Kill("before", step, 2), Kill("after", step, 1)]
    group, hits = run(tmp_path, endpoint, kills)
    assert hits == len(kills)
    group.check(doubtful={"send": 2, "sent": 2}.get(step, 0))
    assert states(endpoint) == [("sent", len(STORY))]


@pytest.mark.parametrize(("side", "step"), [("after", "sending"), ("after", "send"), ("before", "sent")])
def test_a_digest_that_was_being_sent_is_sent_again_as_the_same(side: str, step: str, endpoint: Endpoint, tmp_path: Path) -> None:
    group, hits = run(tmp_path, endpoint, [Kill(side, step, 5)])
    assert hits == 1
    group.check(doubtful=int(step != "sending"))
    digests = [outgoing for outgoing in group.arrived if len(outgoing.said) > 1]
    assert all(outgoing == digests[0] for outgoing in digests)


def test_the_comparison_sees_a_card_that_is_recorded_as_sent_too_early(endpoint: Endpoint, tmp_path: Path) -> None:
    group, hits = run(tmp_path, endpoint, [Kill("before", "send", 2)], SentTooEarly)
    assert hits == 1
    with pytest.raises(AssertionError, match="lost"):
        group.check(doubtful=0)


@pytest.fixture
def hooks() -> Iterator[WebhookReceiver]:
    with receiver("webhook") as running:
        assert isinstance(running, WebhookReceiver)
        yield running


PROGRAM = """
import os, signal, sys
from pathlib import Path
from processors.said import Links
from streams.notify.deliver import Deliverer
from streams.notify.file import NotifyFile
from streams.notify.channels import build
from streams.warehouse.client import WarehouseClient
from streams.warehouse.deliveries import Deliveries
from streams.warehouse.endpoint import Endpoint
from tests.streams.notify.doubles import FakeClock
from streams.notify.clock import SystemClock
from streams.notify import deliver, lane

endpoint = Endpoint("127.0.0.1", int(os.environ["PORT"]), os.environ["USER_"], os.environ["PASSWORD"], os.environ["DATABASE"])


class Today(SystemClock):
    def now(self):
        return FakeClock().now()


def run(die):
    def made(type, name, options):
        channel = build(type, name, options)
        send = channel.send

        def send_and_die(outgoing):
            receipt = send(outgoing)
            if die:
                os.kill(os.getpid(), signal.SIGKILL)
            return receipt

        channel.send = send_and_die
        return channel

    deliverer = Deliverer(
        notify=NotifyFile(Path(sys.argv[1]), os.environ).start(), links=lambda *_: Links(), build=made, clock=Today(),
        stores=lambda: Deliveries(WarehouseClient(lambda: endpoint, patience_s=5)),
    )
    with deliverer:
        return deliverer.drain(20)


lane.UNDER_WAY_S = deliver.UNDER_WAY_S = 0.0
if os.fork() == 0:
    run(die=True)
_, status = os.wait()
sys.exit(run(die=False) if os.WTERMSIG(status) == signal.SIGKILL else 99)
"""


def test_a_real_kill_between_sending_and_recording_sends_the_same_event_again(
    endpoint: Endpoint, hooks: WebhookReceiver, tmp_path: Path
) -> None:
    client = WarehouseClient(lambda: endpoint)
    one = STORY[0]
    Deliveries(client).owe(one.transition, {"hook": "owed"})
    step = one.transition
    row = (step.tenant, step.spike_id, step.at, step.transition, msgspec.json.encode(one).decode())
    client.insert("card_local", ("tenant", "spike_id", "at", "transition", "card"), [row])
    client.close()
    toml = tmp_path / "notify.toml"
    toml.write_text('[channel.hook]\ntype = "webhook"\nurl = "env:HOOK"\nsecret = "env:SECRET"\n[[route]]\nchannels = ["hook"]\n')
    environment = os.environ | {
        "HOOK": hooks.url, "SECRET": SECRET, "PORT": str(endpoint.port), "USER_": endpoint.user,
        "PASSWORD": endpoint.password, "DATABASE": endpoint.database, "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    ended = subprocess.run([sys.executable, "-c", PROGRAM, str(toml)], env=environment, cwd=ROOT, timeout=60, check=False)
    assert ended.returncode == 0
    assert len(hooks.requests) == 2 and len(hooks.messages) == 1, "the receiver knows the second for the first"
    assert hooks.requests[0].headers["webhook-id"] == hooks.requests[1].headers["webhook-id"]
    assert states(endpoint) == [("sent", 1)]
