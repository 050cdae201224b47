"""When /healthz says that a worker should be restarted, and when that would mend nothing."""

from aiokafka import TopicPartition

from streams.kafka.connection import Connection
from streams.kafka.ending import Patience
from streams.kafka.health import PATIENCE_S, Behind, Health
from streams.kafka.lane import Lane
from streams.metrics import Metrics


class Stub:
    """An agent."""

    state: dict[str, object] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self.patience = Patience("detect_failed")

    def watch(self) -> None:
        raise AssertionError("health only looks")

    rest = watch


class StubLane(Lane):
    """A lane that says what it is told to."""

    waits, behind = False, 0

    def __init__(self) -> None:
        super().__init__(connection=Connection("127.0.0.1:1", "voc"), kafka_topics=["t"], group="g", make_work=lambda: None)  # type: ignore[arg-type,return-value]

    @property
    def waiting(self) -> bool:
        return self.waits

    def lags(self) -> dict[TopicPartition, int]:
        return {TopicPartition("voc.chat", 0): self.behind}


class Scene:
    """A worker with one agent and one lane, and a clock that moves by hand."""

    def __init__(self) -> None:
        self.now, self.stands, self.agent, self.lane = 1000.0, Behind(0, 1), Stub(), StubLane()
        self.health = Health(Metrics(), lambda: self.now)
        self.health.agents["detect"] = self.agent, lambda: self.stands
        self.health.lane = self.lane

    def after(self, seconds: float) -> bool:
        self.now += seconds
        self.lane.beat = self.now
        return self.health.look()[0]


def test_lag_that_nobody_works_off_is_unhealthy_after_a_while() -> None:
    scene = Scene()
    scene.stands, scene.lane.behind = Behind(5, 1), 5
    assert scene.after(0) and scene.after(PATIENCE_S - 1)
    assert not scene.after(2)
    scene.stands = Behind(5, 2)
    assert not scene.after(0), "the lane stands still too"
    scene.lane.saved_at += 1.0
    assert scene.after(0)


def test_who_has_nothing_to_do_or_waits_for_the_warehouse_is_healthy() -> None:
    scene = Scene()
    assert scene.after(0) and scene.after(10 * PATIENCE_S)
    scene.stands, scene.lane.behind, scene.agent.patience.failures, scene.lane.waits = Behind(5, 1), 5, 3, True
    assert scene.after(0) and scene.after(10 * PATIENCE_S)


def test_a_loop_that_stopped_going_round_is_unhealthy() -> None:
    scene = Scene()
    assert scene.after(0)
    scene.now += PATIENCE_S + 1
    healthy, said = scene.health.look()
    assert not healthy and not said["understand"]["healthy"] and said["detect"]["healthy"]


def test_the_lag_of_a_partition_that_moved_away_is_no_longer_shown() -> None:
    scene = Scene()
    scene.lane.behind = 7
    scene.after(0)
    assert b'voc_lag_records{kafka_topic="voc.chat",partition="0"} 7.0' in scene.health._metrics.page()
    scene.lane.lags = dict  # type: ignore[method-assign]
    scene.after(1)
    assert b"voc_lag_records{" not in scene.health._metrics.page()
