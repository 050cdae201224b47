"""Is this worker alive and moving? What /healthz answers, and what an orchestrator restarts by.

Moving means: where there is lag, the committed offset advances, or the same work is being tried again because the warehouse or
Kafka is away (a restart would mend nothing). Consumers that sit there deaf are a known failure of every Kafka client.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from streams.kafka.ending import Patience
from streams.kafka.lane import Lane
from streams.metrics import Metrics

PATIENCE_S = 120.0
"""How long there may be lag without a commit, or a loop without a round."""


class Agent(Protocol):
    """The work of one role that has a consumer of Faust's: what the worker asks of it and tells it."""

    patience: Patience
    """How often it failed in a row, and what it has in hand."""

    @property
    def state(self) -> dict[str, object]:
        """What else there is to say of it."""

    def watch(self) -> None:
        """Called every few seconds."""

    def rest(self) -> None:
        """The worker has ended in order. Blocking."""


class Behind(NamedTuple):
    """How an agent's consumer stands: records not committed, and anything that changes with a commit."""

    lag: int
    committed: object


class Health:
    """The parts that this worker has; None: it has not that role."""

    def __init__(self, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics, self._clock = metrics, clock
        self.lane: Lane | None = None
        self.agents: dict[str, tuple[Agent, Callable[[], Behind]]] = {}
        """By role: the agent, and how its consumer stands."""
        self._still: dict[str, tuple[object, float]] = {}  # by role: what was committed, and since when
        self._lags: set[tuple[str, str]] = set()

    def look(self) -> tuple[bool, dict[str, Any]]:
        """Healthy?, and what there is to say, by role. Also sets the gauges."""
        said: dict[str, Any] = {}
        if self.lane:
            said["understand"] = self._lane(self.lane)
        for role, (agent, behind) in self.agents.items():
            stands = behind()
            stuck = self._stuck(role, stands, bool(agent.patience.failures))
            said[role] = {"healthy": not stuck, "waiting": bool(agent.patience.failures), "lag": stands.lag, **agent.state}
        failures = [agent.patience.failures for agent, _ in self.agents.values()]
        failures += [self.lane.lease.failures] if self.lane and self.lane.lease else []
        self._metrics.save_failures.set(max(failures, default=0))
        healthy = all(one["healthy"] for one in said.values())
        return healthy, {"healthy": healthy, **said}

    def _lane(self, lane: Lane) -> dict[str, Any]:
        lags = lane.lags()
        shown = {(at.topic, str(at.partition)): lag for at, lag in lags.items()}
        for gone in self._lags - shown.keys():
            self._metrics.lag.remove(*gone)
        for labels, lag in shown.items():
            self._metrics.lag.labels(*labels).set(lag)
        self._lags = set(shown)
        stuck = self._stuck("understand", Behind(sum(lags.values()), lane.saved_at), lane.waiting)
        return {
            "healthy": not stuck and self._clock() - lane.beat <= PATIENCE_S,
            "waiting": lane.waiting,
            "partitions": len(lane.lease.partitions) if lane.lease else 0,
            "lag": sum(lags.values()),
        }

    def _stuck(self, role: str, stands: Behind, waiting: bool) -> bool:
        """Has there been lag for too long, and nothing committed?"""
        now = self._clock()
        committed, since = self._still.get(role, (None, now))
        if not stands.lag or waiting or stands.committed != committed:
            since = now
        self._still[role] = stands.committed, since
        return now - since > PATIENCE_S
