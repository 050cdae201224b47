"""A worker that is told to stop ends in order and soon, whatever goes on around it."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from streams.cli.worker import TOLD
from streams.kafka.ending import TWICE_S
from streams.warehouse.embedded import EmbeddedWarehouse
from tests.rig.events import DAY_ONE, chat
from tests.rig.feed import Feed
from tests.rig.kafka.server import KafkaServer
from tests.rig.scene import Stage
from tests.rig.workers import Worker, read

pytestmark = pytest.mark.kafka
PARTITIONS = {"chat": 1, "calls": 1, "surveys": 1, "orders": 1, "conversations": 1, "context": 1}
DECIDER = "detect,tell"


@pytest.fixture
def stage(kafka: KafkaServer, kafka_prefix: str, own: EmbeddedWarehouse, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(kafka.bootstrap, own.endpoint(), tmp_path, prefix=kafka_prefix, partitions=PARTITIONS)
    stage.set_up()
    yield stage
    stage.close()


def busy(stage: Stage, seconds: int) -> Worker:
    """A decider with work in hand, which waits so long before it does it."""
    worker = stage.worker("decider1", DECIDER, "--slow", f"close:{seconds}")
    worker.start()
    reader = stage.worker("reader", "understand")
    reader.start()
    send(stage, chat(DAY_ONE, "price"))
    until(lambda: said(worker, "waits"))
    reader.kill()
    return worker


def send(stage: Stage, line: bytes) -> None:
    feed = Feed(stage.bootstrap, stage.prefix)
    feed.send("chat", b"c", line)
    feed.close()


def killed(server: EmbeddedWarehouse) -> None:
    pid = server.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)


def said(worker: Worker, event: str) -> bool:
    return any(one.event == event for one in read(worker.lives[-1].log))


def why(worker: Worker) -> str:
    """The reason of a hard end."""
    return next(one.fields["reason"] for one in read(worker.lives[-1].log) if one.event == "worker_ended_hard")


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_while_another_one_joins(stage: Stage) -> None:
    """Kafka asks it to let go of its partitions, which it is doing already: with work in hand, and a commit to come."""
    first, second = busy(stage, 15), stage.worker("decider2", DECIDER)
    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(first.stop)
        second.start()
        assert stopping.result() == 0
    assert said(first, "rebalances_while_stopping") and said(first, "worker_stopped")
    stage.workers[1].start()
    send(stage, chat(DAY_ONE + 5, "price"))
    until(lambda: said(second, "detect_begins"))
    assert second.stop() == 0


@pytest.mark.long
def test_while_the_warehouse_is_away(stage: Stage, own: EmbeddedWarehouse) -> None:
    """What is in hand cannot be done, and is left to the next one."""
    worker = busy(stage, 3)
    killed(own)
    assert worker.stop() == 1
    assert "the warehouse has not answered" in why(worker)
    own.endpoint()
    worker.start()
    until(lambda: said(worker, "detect_begins"))
    assert worker.stop() == 0


def test_who_insists_is_obeyed_at_once(stage: Stage, own: EmbeddedWarehouse) -> None:
    worker = busy(stage, 1)
    killed(own)
    os.kill(worker.pid, signal.SIGTERM)
    until(lambda: said(worker, "worker_stops"))
    time.sleep(TWICE_S + 0.1)
    began = time.monotonic()
    assert worker.stop() == 1 and time.monotonic() - began < 10
    assert why(worker) == "a second signal came"


def test_before_it_has_begun(stage: Stage) -> None:
    """As process 1 of a container it would not hear of it without a handler."""
    worker = stage.worker("decider", DECIDER)
    worker.start()
    until(lambda: handles(worker))
    assert worker.stop() == TOLD


@pytest.mark.long
def test_while_the_broker_is_away(stage: Stage, kafka: KafkaServer) -> None:
    """What is done cannot be committed, and is found done by the next one."""
    worker = busy(stage, 3)
    kafka.kill()
    try:
        assert worker.stop() == 1
    finally:
        kafka.start()
    assert "Kafka or the warehouse does not answer" in why(worker)
    worker.start()
    until(lambda: said(worker, "detect_begins"))
    assert worker.stop() == 0


def handles(worker: Worker) -> bool:
    """Has the process a handler for SIGTERM?"""
    with suppress(OSError):
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{worker.pid}/status").read_text().splitlines())
        return bool(int(status["SigCgt"], 16) >> (signal.SIGTERM - 1) & 1)
    return False
