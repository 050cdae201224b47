"""DETECT on Kafka needs nothing but the warehouse: whoever goes on, judges the same, and owes what was owed."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from processors.watermark import Place
from schemas.progress import Progress
from schemas.spikes import Transition
from streams import detect
from streams.detect import Detect, Publish
from streams.failures import SinkUnavailable
from streams.kafka.detecting import Detecting
from streams.metrics import Metrics
from streams.position import PositionStore
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.memory import Memory
from streams.warehouse.minutes import Minutes
from streams.warehouse.spikes import SpikeStore
from tests.rig.events import DAY_ONE, HOUR, MINUTE, Traffic, chat
from tests.rig.parts import Parts
from tests.rig.tables import differences, dump
from tests.rig.truth import counted, given_about
from tests.soak.worker import CONFIG

CHAT: Place = ("voc.chat", 0)
JUDGED = ("tested_local", "minute_local", "verdict_local", "spike_transition_local")


class One:
    """One warehouse, what its readers say, and one DETECT after the other."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self.parts, self.progress, self.said = Parts(endpoint, folder, source="voc.chat"), list[Progress](), list[Transition]()
        self.parts.understand._publish = self.progress.extend
        self.refusals = 0

    def begin(self) -> Detecting:
        """A worker's DETECT, which knows nothing yet."""

        def make(publish: Publish, sources: Sequence[Place], judged: Callable[[int], None]) -> tuple[Detect, PositionStore]:
            client = self.parts.client
            memory = Memory(client)
            return Detect(
                minutes=Minutes(client), memory=memory, spikes=SpikeStore(client), publish=publish, config=CONFIG,
                partitions=sources, progress=judged,
            ), memory  # fmt: skip

        return Detecting(make=make, say=self.say, sources=[CHAT], name="voc.progress", metrics=Metrics())

    async def say(self, transitions: Sequence[Transition]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise SinkUnavailable("asked to refuse")
        self.said += transitions

    def read(self, *lines: bytes) -> list[bytes]:
        """UNDERSTAND these; what it says of them, as it travels."""
        self.progress.clear()
        self.parts.read(*lines)
        return [msgspec.json.encode(one) for one in self.progress]


@pytest.fixture
def one(endpoint: Endpoint, tmp_path: Path) -> Iterator[One]:
    one = One(endpoint, tmp_path)
    yield one
    one.parts.close()


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots often, so that who begins anew finds one."""
    monkeypatch.setattr(detect, "SNAPSHOT_EVERY", 40)


def batches() -> list[list[bytes]]:
    lines = Traffic(hours=4, hourly=60, seed=3, surge=2, lasting=0.75, surging=160).lines()
    return [lines[at : at + 40] for at in range(0, len(lines), 40)]


_loop = asyncio.new_event_loop()


def take(detecting: Detecting, values: list[bytes]) -> None:
    """On one loop, as in a worker's life."""
    _loop.run_until_complete(detecting.take(values))


def test_workers_that_follow_each_other_judge_as_one_that_lives(one: One, second: Endpoint, tmp_path: Path) -> None:
    lasting = one.begin()
    other = One(second, tmp_path)
    for number, batch in enumerate(batches()):
        take(lasting, one.read(*batch))
        said = other.read(*batch)
        mortal = other.begin()
        take(mortal, said)
        if number % 3 == 0:
            take(other.begin(), said)  # redelivered: it was not committed
    assert one.said
    assert differences(dump(one.parts.client._connect(), tables=JUDGED), dump(second, tables=JUDGED)) == {}
    assert {(t.spike_id, t.at, t.transition) for t in one.said} == {(t.spike_id, t.at, t.transition) for t in other.said}
    other.parts.close()


def test_what_a_worker_owed_when_it_died_the_next_one_gives(one: One) -> None:
    take(one.begin(), one.read(chat(DAY_ONE, "price"), chat(DAY_ONE + HOUR, "other")))
    take(one.begin(), one.read(chat(DAY_ONE + 5, "charging"), chat(DAY_ONE + HOUR + 1, "other")))  # late; nothing closes
    take(one.begin(), one.read(chat(DAY_ONE + HOUR + 10 * MINUTE, "other"), chat(DAY_ONE + 2 * HOUR, "other")))
    given, known = given_about(one.parts.client), counted(one.parts.client)
    until = DAY_ONE + 2 * HOUR - MINUTE  # the last minute is still open
    assert known["acme", "charging", DAY_ONE] == 1
    assert {cell: n for cell, n in given.items() if cell[2] < until} == {cell: n for cell, n in known.items() if cell[2] < until}


def test_what_could_not_be_said_is_judged_and_said_again(one: One) -> None:
    detecting = one.begin()
    for batch in batches():
        one.refusals = 2
        take(detecting, one.read(*batch))
    stored = one.parts.client.query("SELECT spike_id, transition FROM spike_transition_local FINAL")
    assert stored and {(t.spike_id, t.transition) for t in one.said} == set(stored)


def test_what_was_said_long_ago_is_not_said_again_by_another_detector(one: One) -> None:
    first = one.begin()
    for batch in batches():
        take(first, one.read(*batch))
    said = len(one.said)
    one.parts.client.execute("TRUNCATE TABLE detector_state_local")  # as if its configuration were another
    take(one.begin(), one.read(chat(DAY_ONE + 4 * HOUR + 5 * MINUTE, "other")))
    assert said and len(one.said) == said


def test_a_source_partition_that_nobody_reads_holds_everything_open(one: One) -> None:
    detecting = one.begin()
    detecting._sources = [CHAT, ("voc.calls", 3)]
    take(detecting, one.read(chat(DAY_ONE), chat(DAY_ONE + HOUR)))
    assert one.parts.client.query("SELECT count() FROM tested_local") == [(0,)]
    take(detecting, [msgspec.json.encode(Progress("voc.calls", 3, None))])
    assert one.parts.client.query("SELECT max(minute) = toDateTime(%(last)s, 'UTC') FROM tested_local",
                                  {"last": DAY_ONE + HOUR - 2 * MINUTE}) == [(1,)]  # fmt: skip


NONSENSE = [
    b"", None, b"\xff", b"[]", b'{"source": 1}',
    b'{"source": "elsewhere", "partition": 0, "watermark": -60}',
    b'{"source": "voc.chat", "partition": 0, "watermark": 1e300}',
    b'{"source": "voc.chat", "partition": 0, "watermark": 1e12}',
    b'{"source": "", "partition": -1, "watermark": null, "touched": [-9223372036854775808]}',
    b'{"source": "", "partition": -1, "watermark": null, "touched": [10000000000000000000000000]}',
]  # fmt: skip


def test_nonsense_on_the_inner_topic_stops_nobody_and_moves_no_clock(one: One) -> None:
    detecting = one.begin()
    take(detecting, [*NONSENSE, *one.read(chat(DAY_ONE), chat(DAY_ONE + HOUR)), *NONSENSE])
    take(detecting, one.read(chat(DAY_ONE + 2 * HOUR)))
    asked = "SELECT max(minute) = toDateTime(%(last)s, 'UTC') FROM tested_local"
    assert one.parts.client.query(asked, {"last": DAY_ONE + 2 * HOUR - 2 * MINUTE}) == [(1,)]


def test_a_stop_while_something_is_said_leaves_it_to_the_next_one(one: One) -> None:
    """The worker is told to end while Kafka takes nothing: what was judged and not said is judged and said again."""
    detecting, started = one.begin(), asyncio.Event()

    async def stuck(_transitions: Sequence[Transition]) -> None:
        started.set()
        await asyncio.Event().wait()

    async def until_it_speaks(values: list[bytes]) -> bool:
        round_of_it = asyncio.ensure_future(detecting.take(values))
        speaking = asyncio.ensure_future(started.wait())
        await asyncio.wait({round_of_it, speaking}, return_when=asyncio.FIRST_COMPLETED)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()  # as Faust ends: the agent, then whatever is left
        await asyncio.gather(round_of_it, return_exceptions=True)
        return started.is_set()

    detecting._say, rest = stuck, batches()
    spoke = next(n for n, batch in enumerate(rest) if _loop.run_until_complete(until_it_speaks(one.read(*batch))))
    detecting.patience.stop()
    detecting.rest()
    fresh = one.begin()
    for batch in rest[spoke:]:
        take(fresh, one.read(*batch))
    stored = one.parts.client.query("SELECT spike_id, transition FROM spike_transition_local FINAL")
    assert stored and {(t.spike_id, t.transition) for t in one.said} == set(stored)


def test_what_nobody_closes_is_noticed_also_when_nothing_comes(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    detecting, now = one.begin(), [1e9 * 1.9]
    monkeypatch.setattr("streams.kafka.detecting.time.time", lambda: now[0])

    def stalled() -> bool:
        detecting.watch()
        return b"voc_nothing_closes 1.0" in detecting._metrics.page()

    assert not stalled(), "it is somebody else's"
    detecting._sources = [CHAT, ("voc.calls", 3)]
    take(detecting, one.read(chat(DAY_ONE), chat(DAY_ONE + HOUR)))
    assert not stalled()
    now[0] += 301
    assert stalled(), "the calls hold everything open"
    take(detecting, [msgspec.json.encode(Progress("voc.calls", 3, None))])
    assert not stalled()
    now[0] += 301
    assert stalled()
    detecting.forget()
    assert not stalled(), "it is somebody else's now"
