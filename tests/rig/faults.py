"""What befalls a pipeline, at seeded random moments: everything that a bad week brings, in minutes."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from streams.warehouse.embedded import EmbeddedWarehouse
from tests.rig.kafka.server import KafkaServer
from tests.rig.scene import SESSION_S
from tests.rig.workers import Worker

SHARES = {
    "kill a reader": 9,
    "a reader dies at a step": 4,
    "kill the decider": 5,
    "the decider dies at a step": 5,
    "kill the warehouse": 8,
    "kill the broker": 5,
    "stop a reader": 5,
    "stop the decider": 3,
    "freeze a reader": 4,
    "freeze the decider": 3,
    "freeze the warehouse": 2,
    "a reader joins and leaves": 4,
    "kill a reader and the warehouse": 2,
    "kill the decider and the broker": 1,
}
"""How often of what, in 59 faults."""
READER_STEPS = ("before:rows:2", "after:rows:2", "after:understand:3")
DECIDER_STEPS = ("after:give:3", "before:transitions:1", "after:transitions:1", "before:card:1", "after:card:1", "after:close:4")
"""Where a kill from outside would hardly ever hit: between two writes (tests/soak/steps.py)."""
STEP_S = 20.0
"""How long a worker has until it comes to its step."""


class Fault(NamedTuple):
    """What was done, when it began and ended (seconds since 1970)."""

    kind: str
    began: float
    ended: float
    whom: str


@dataclass
class Field:
    """What can be hit. `readers` understand, `deciders` detect and tell; of both the last one waits outside and is fetched in."""

    kafka: KafkaServer
    warehouse: EmbeddedWarehouse
    readers: Sequence[Worker]
    deciders: Sequence[Worker]
    session_s: float = SESSION_S
    done: list[Fault] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """What could not be done, and why."""
    warehouse_busy: threading.Lock = field(default_factory=threading.Lock)
    broker_busy: threading.Lock = field(default_factory=threading.Lock)


class Faults:
    """A seeded plan of faults within `seconds`, and its execution. Several may be under way at once, but never two of the same
    process."""

    def __init__(self, field: Field, *, kinds: Sequence[str], seconds: float, seed: int) -> None:
        """`kinds` of SHARES, in any order."""
        self._field, self._dice = field, random.Random(seed)
        self.plan = self._planned(list(kinds), seconds)

    def run(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Do what is planned; returns when everything is over that was begun. Blocks."""
        began, under_way = time.monotonic(), []
        for at, kind, seed in self.plan:
            while time.monotonic() - began < at and not stopped():
                time.sleep(0.05)
            thread = threading.Thread(target=self._do, args=(kind, random.Random(seed)), name=kind)
            thread.start()
            under_way.append(thread)
        for thread in under_way:
            thread.join()

    def _planned(self, kinds: list[str], seconds: float) -> list[tuple[float, str, int]]:
        """In random order, about evenly over the time."""
        self._dice.shuffle(kinds)
        width = seconds / len(kinds)
        return [((n + self._dice.random()) * width, kind, self._dice.getrandbits(32)) for n, kind in enumerate(kinds)]

    def _do(self, kind: str, dice: random.Random) -> None:
        began = time.time()
        try:
            whom = _DEEDS[kind](self._field, dice)
        except Exception as error:  # noqa: BLE001 - in a thread: it is reported with the result
            self._field.failed.append(f"{kind}: {error}")
        else:
            self._field.done.append(Fault(kind, began, time.time(), whom))


def some(count: int, seed: int) -> list[str]:
    """So many kinds, as the shares say."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(round(share * count / sum(SHARES.values())))]
    return kinds + random.Random(seed).choices(list(SHARES), list(SHARES.values()), k=max(count - len(kinds), 0))


@contextmanager
def _held(workers: Sequence[Worker], dice: random.Random, *, begun: bool = False) -> Iterator[Worker]:
    """One that runs (and is at work, with `begun`) and that nobody else is at; waits for it."""
    while True:
        for worker in dice.sample(list(workers), len(workers)):
            if worker.busy.acquire(blocking=False):
                try:
                    if worker.wanted and (worker.begun if begun else worker.alive):
                        yield worker
                        return
                finally:
                    worker.busy.release()
        time.sleep(0.1)


def _kill(workers: Sequence[Worker], dice: random.Random) -> str:
    with _held(workers, dice) as worker:
        worker.kill()
        time.sleep(dice.choice([0.0, 0.5, 3.0]))
        worker.start()
        return worker.name


def _die(workers: Sequence[Worker], steps: Sequence[str], dice: random.Random) -> str:
    """One that is started to kill itself between two writes."""
    with _held(workers, dice) as worker:
        worker.kill()
        step = dice.choice(steps)
        worker.start("--die", step)
        died = worker.dies(STEP_S)
        worker.start()
        return f"{worker.name} ({step if died else 'came to no step'})"


def _stop(workers: Sequence[Worker], dice: random.Random) -> str:
    with _held(workers, dice, begun=True) as worker:
        status = worker.stop()
        time.sleep(dice.choice([0.0, 2.0]))
        worker.start()
        return f"{worker.name} ({status})"


def _freeze(workers: Sequence[Worker], session_s: float, dice: random.Random) -> str:
    """Longer than its session: somebody else owns its partitions when it wakes."""
    with _held(workers, dice, begun=True) as worker:
        worker.freeze()
        time.sleep(session_s + dice.uniform(1.5, 4))
        worker.thaw()
        return worker.name


def _freeze_decider(field: Field, dice: random.Random) -> str:
    """With a second one there, which takes over: two owners, of whom one is asleep."""
    other = field.deciders[-1]
    with other.busy:
        other.start()
        time.sleep(dice.uniform(4, 6))
        name = _freeze(field.deciders[:-1], field.session_s, dice)
        time.sleep(dice.uniform(1, 3))
        other.stop() if dice.random() < 0.5 else other.kill()
    return f"{name}, {other.name}"


def _join(field: Field, dice: random.Random) -> str:
    other = field.readers[-1]
    with other.busy:
        other.start()
        time.sleep(dice.uniform(5, 12))
        other.stop() if dice.random() < 0.5 else other.kill()
    return other.name


def _kill_warehouse(field: Field, dice: random.Random) -> str:
    with field.warehouse_busy:
        _signal(field.warehouse.status().pid, signal.SIGKILL)
        time.sleep(dice.choice([0.0, 1.0, 5.0]))
        field.warehouse.endpoint()
    return "warehouse"


def _freeze_warehouse(field: Field, dice: random.Random) -> str:
    with field.warehouse_busy:
        pid = field.warehouse.status().pid
        _signal(pid, signal.SIGSTOP)
        time.sleep(dice.uniform(3, 8))
        _signal(pid, signal.SIGCONT)
    return "warehouse"


def _kill_broker(field: Field, dice: random.Random) -> str:
    with field.broker_busy:
        field.kafka.kill()
        time.sleep(dice.choice([0.0, 1.0, 4.0]))
        field.kafka.start()
    return "broker"


def _both(first: Callable[[], str], second: Callable[[], str]) -> str:
    names: list[str] = []
    threads = [threading.Thread(target=lambda deed=deed: names.append(deed())) for deed in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ", ".join(names)


_DEEDS: dict[str, Callable[[Field, random.Random], str]] = {
    "kill a reader": lambda field, dice: _kill(field.readers[:-1], dice),
    "a reader dies at a step": lambda field, dice: _die(field.readers[:-1], READER_STEPS, dice),
    "the decider dies at a step": lambda field, dice: _die(field.deciders[:-1], DECIDER_STEPS, dice),
    "kill the decider": lambda field, dice: _kill(field.deciders[:-1], dice),
    "kill the warehouse": _kill_warehouse,
    "kill the broker": _kill_broker,
    "stop a reader": lambda field, dice: _stop(field.readers[:-1], dice),
    "stop the decider": lambda field, dice: _stop(field.deciders[:-1], dice),
    "freeze a reader": lambda field, dice: _freeze(field.readers[:-1], field.session_s, dice),
    "freeze the decider": _freeze_decider,
    "freeze the warehouse": _freeze_warehouse,
    "a reader joins and leaves": _join,
    "kill a reader and the warehouse": lambda field, dice: _both(
        lambda: _kill(field.readers[:-1], dice), lambda: _kill_warehouse(field, random.Random(1))
    ),
    "kill the decider and the broker": lambda field, dice: _both(
        lambda: _kill(field.deciders[:-1], dice), lambda: _kill_broker(field, random.Random(1))
    ),
}


def _signal(pid: int | None, number: int) -> None:
    with suppress(ProcessLookupError):
        if pid:
            os.kill(pid, number)
