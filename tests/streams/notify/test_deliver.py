"""The deliverer with its threads: one channel that is down delays only itself, and nothing is left behind by a stop."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from processors.said import Links
from streams.notify import deliver
from streams.notify.channel import Later, Misconfigured
from streams.notify.clock import SystemClock
from streams.notify.deliver import Deliverer
from streams.notify.file import NotifyFile
from streams.notify.lane import Lane
from tests.streams.notify.doubles import TOML, Doubles, FakeClock, Table, TableStore, World, card

TWO = TOML.replace('["a"]', '["a", "b"]') + '[channel.b]\ntype = "double"\ndigest_wait_s = 0\n'


class Today(SystemClock):
    """Seconds pass as they do; it is the day of the cards."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self):  # type: ignore[no-untyped-def]
        return FakeClock().now()


class Running:
    """A deliverer at work, over doubles."""

    def __init__(self, folder: Path, text: str = TWO) -> None:
        self.path = folder / "notify.toml"
        self.path.write_text(text, "utf-8")
        self.table, self.channels = Table(FakeClock()), Doubles()
        self.start()

    def start(self, *, built: bool = True) -> None:
        self.deliverer = Deliverer(
            notify=NotifyFile(self.path, {}).start(), stores=lambda: TableStore(self.table), links=lambda *_: Links(),
            build=self.channels, clock=Today(),
        )  # fmt: skip
        if built:
            self.deliverer.lanes()

    def tell(self, *spikes: str) -> None:
        for spike in spikes:
            one = card(spike)
            self.deliverer.owe(one)
            self.table.record(one)
            self.deliverer.wake()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path)
    yield made
    made.deliverer._defect = None
    made.deliverer.stop(5)


GENEROUS_S = 60.0
"""A busy machine needs longer; only a test that fails waits so long."""


def soon(holds: Callable[[], object]) -> None:
    until = time.monotonic() + GENEROUS_S
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_channel_that_hangs_or_is_down_delays_only_itself(running: Running) -> None:
    hanging = threading.Event()
    running.channels["a"].answers = [lambda: hanging.wait(GENEROUS_S) and None]
    with running.deliverer:
        running.tell("1" * 16)
        soon(lambda: running.channels["a"].tried)
        for number in range(2, 6):
            running.tell(f"{number}" * 16)
        soon(lambda: len(running.channels["b"].told) == 5)
        assert running.channels["a"].told == []
        hanging.set()
        soon(lambda: len(running.channels["a"].told) == 5)


def test_drain_sends_what_can_be_sent_and_waits_neither_for_a_person_nor_for_the_morning(tmp_path: Path) -> None:
    waits = TWO.replace('["a", "b"]', '["a", "b", "c"]').replace("digest_wait_s = 0", "digest_wait_s = 500")
    running = Running(tmp_path, waits + '[channel.c]\ntype = "double"\nquiet = "00:00-23:59"\n')
    running.channels["b"].always = Misconfigured("renew the token")
    with running.deliverer:
        running.tell("1" * 16, "2" * 16)
        began = time.monotonic()
        assert running.deliverer.drain(3 * GENEROUS_S) == 4
        assert time.monotonic() - began < GENEROUS_S
    assert len(running.channels["a"].told) == 2
    assert set(running.table.states("b").values()) == {"owed"}
    assert set(running.table.states("c").values()) == {"held"}


def test_drain_waits_for_nobody_also_with_what_was_owed_before(tmp_path: Path) -> None:
    running = Running(tmp_path, TWO.replace("digest_wait_s = 0", "digest_wait_s = 500"))
    running.tell("1" * 16)
    running.start(built=False)
    with running.deliverer:
        assert running.deliverer.drain(GENEROUS_S) == 0, "they would wait 500 s"
    assert len(running.channels["a"].told) == len(running.channels["b"].told) == 1


def test_what_another_process_owed_and_will_not_send_is_found(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "REFILL_S", 0.0)
    monkeypatch.setattr(deliver, "LOOK_S", 0.01)
    looks, owed = [], TableStore.owed
    monkeypatch.setattr(TableStore, "owed", lambda store, *known: looks.append(1) or owed(store, *known))
    with running.deliverer:
        running.tell("1" * 16)
        soon(lambda: running.channels["a"].told)
        left = Running.__new__(Running)  # it has lost the right to send, and finishes the card in hand
        left.path, left.table, left.channels = running.path, running.table, Doubles()
        left.start(built=False)
        left.tell("2" * 16)
        soon(lambda: len(running.channels["a"].told) == len(running.channels["b"].told) == 2)
        seen = len(looks)
        soon(lambda: len(looks) > seen + 10)  # nothing is sent twice
    assert len(running.channels["a"].told) == len(running.channels["b"].told) == 2


def test_drain_gives_up_when_its_time_is_over(running: Running) -> None:
    running.channels["a"].always = Later("away", 1000.0)
    with running.deliverer:
        running.tell("1" * 16)
        soon(lambda: [state.owed for state in running.deliverer.state.channels.values()] == [1, 0])
        assert running.deliverer.drain(0.05) == 1
    assert running.channels["b"].told


def test_stop_interrupts_every_wait_and_the_next_process_goes_on(running: Running) -> None:
    running.channels["a"].always = Later("away", 1000.0)
    with running.deliverer:
        running.tell("1" * 16)
        soon(lambda: running.channels["b"].told and running.channels["a"].tried)
    # `stop` gives up on threads that do not end after STOP_S; the waits would be 1000 s
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("channel ", "deliverer"))]
    running.start()
    with running.deliverer:
        soon(lambda: running.channels["a"].told)
    assert running.channels["b"].told == [], "a new one, which was not given what was sent"


def test_what_is_owed_is_loaded_as_soon_as_the_warehouse_is_back(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    running.tell("1" * 16)
    running.table.away = True
    running.start()
    asked, recent = threading.Event(), TableStore.recent
    monkeypatch.setattr(TableStore, "recent", lambda store: (asked.set() if running.table.away else None) or recent(store))
    with running.deliverer:
        assert asked.wait(GENEROUS_S)
        running.table.away = False
        soon(lambda: running.channels["a"].told and running.channels["b"].told)


def test_a_new_card_does_not_overtake_what_was_owed_before(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    running.tell("1" * 16)
    running.start()
    slow, owed, step = threading.Event(), TableStore.owed, Lane.step
    monkeypatch.setattr(TableStore, "owed", lambda store, *known: slow.wait(GENEROUS_S) and owed(store, *known))
    early: list[str] = []
    monkeypatch.setattr(Lane, "step", lambda lane: (early.append(lane.name) if not slow.is_set() else None) or step(lane))
    monkeypatch.setattr(deliver, "READY_S", 0.001)
    looks: list[float] = []
    loaded = running.deliverer._loaded
    monkeypatch.setattr(loaded, "wait", lambda seconds: looks.append(seconds) or threading.Event.wait(loaded, seconds))
    with running.deliverer:
        later = card("1" * 16, "closed", 5)
        running.deliverer.owe(later)
        running.table.record(later)
        running.deliverer.wake()
        soon(lambda: len(looks) > 10)
        slow.set()
        soon(lambda: running.channels["a"].told)
    assert early == [], "no channel's thread does anything before that is here"
    assert running.channels["a"].told == [("1" * 16, "closed")]
    assert set(running.table.states("a").values()) == {"sent"}


def test_a_channel_that_comes_later_gets_its_thread(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.notify.deliver.LOOK_S", 0.02)
    with running.deliverer:
        text = TWO.replace('"a", "b"', '"a", "b", "c"') + '[channel.c]\ntype = "double"\ndigest_wait_s = 0\n'
        running.path.write_text(text, "utf-8")
        soon(lambda: "c" in running.channels.by_name)
        running.tell("1" * 16)
        soon(lambda: running.channels["c"].told)


def test_a_defect_in_a_channel_is_not_swallowed(running: Running) -> None:
    running.channels["a"].answers = [ZeroDivisionError()]
    running.deliverer.start()
    running.tell("1" * 16)
    soon(lambda: running.deliverer._defect)
    with pytest.raises(ZeroDivisionError):
        running.deliverer.owe(card("2" * 16))
    with pytest.raises(ZeroDivisionError):
        running.deliverer.drain(5)


def test_what_is_owed_to_nobody_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    world = World(tmp_path, TOML.replace("[[route]]", '[[route]]\ntopic = "battery"'))
    with caplog.at_level("WARNING", "voc"):
        world.tell(card(), card(transition="updated", minutes=1))
    assert caplog.text.count("no_route") == 1
    assert world.table.rows == {}


def test_a_card_goes_out_only_when_it_is_recorded(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.deliverer.owe(card())
    assert world.steps() == float("inf")
    world.deliverer.owe(card())
    world.table.record(card())
    world.deliverer.wake()
    world.steps()
    assert len(world.a.sent) == 1


def test_channels_of_one_robot_share_its_limits(tmp_path: Path) -> None:
    from streams.notify.channel import Limits

    both = TWO.replace('type = "double"', 'type = "double"\nurl = "robot"\ndigest_above = 1000')
    world = World(tmp_path, both, Limits(0, 20, 0, 600, ""))
    world.tell(*(card(f"{n:016x}") for n in range(15)))
    world.steps()
    assert len(world.channels["a"].sent) + len(world.channels["b"].sent) == 18
    world.run(120)
    assert len(world.channels["a"].sent) + len(world.channels["b"].sent) == 30
