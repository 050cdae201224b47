"""TELL on Kafka: what the agent of `voc.spikes` does: tell each transition that is not recorded yet, then acknowledge it.

Whoever has the partition of `voc.spikes` also sends what is owed (streams/notify/deliver.py): `begin` and `end` follow the
partition. A transition that is in hand while the partition goes is still recorded here, and sent by the next owner.
"""

import threading
from collections.abc import Callable, Sequence

from schemas.spikes import Transition
from streams.kafka.ending import Patience
from streams.kafka.inner import transitions_of
from streams.metrics import Metrics
from streams.notify.deliver import Deliverer
from streams.tell import Outbox, Tell

STOP_S = 20.0
"""How long a message may take that is being sent when the partition goes: within what a rebalance waits."""


class Telling:
    """One worker's TELL. `make` builds it, over a connection of its own, with the outbox that it owes to; `deliverer` builds
    that."""

    def __init__(self, *, make: Callable[[Outbox], Tell], deliverer: Callable[[], Deliverer], metrics: Metrics) -> None:
        self._make, self._make_deliverer, self._metrics = make, deliverer, metrics
        self._tell: Tell | None = None
        self._deliverer: Deliverer | None = None
        self._begun = False
        self._one, self._ends = threading.Lock(), threading.Lock()
        self.patience = Patience("tell_failed")
        self.moved = 0.0
        """Nothing here takes so long that its parts would count as movement."""

    def begin(self) -> None:
        """The partition is ours: what is owed goes out from here. Blocking."""
        with self._one:
            if not self._begun:
                self._outbox().start()
                self._begun = True

    def end(self) -> None:
        """Somebody else sends from now on. Blocking: what is being sent is finished, whoever asked first."""
        with self._ends:
            with self._one:
                self._tell, deliverer, self._deliverer, self._begun = None, self._deliverer, None, False
            if deliverer:
                deliverer.stop(STOP_S)
                self._metrics.deliveries({})

    async def take(self, values: Sequence[bytes | None]) -> None:
        """Records of `voc.spikes`. Returns when they are told and recorded, however long the warehouse is away; not at
        all where the worker ends and cannot do it."""
        transitions = transitions_of(values)
        await self.patience.tried(lambda: self._all(transitions))
        self._metrics.told.inc(len(transitions))

    def _all(self, transitions: Sequence[Transition]) -> None:
        for transition in transitions:
            with self._one:
                tell, self._tell = self._tell or self._make(self._outbox()), None
                tell([transition])
                self._tell = tell  # one that failed is not used again

    def _outbox(self) -> Deliverer:
        """Where cards are owed; it sends only between `begin` and `end`."""
        self._deliverer = self._deliverer or self._make_deliverer()
        return self._deliverer

    @property
    def state(self) -> dict[str, object]:
        """What each channel is owed; empty where others tell."""
        deliverer = self._deliverer
        if not deliverer or not self._begun:
            return {}
        state = deliverer.state
        owed = {name: lane.owed for name, lane in state.channels.items()}
        errors = {name: lane.error for name, lane in state.channels.items() if lane.error}
        return {"owed": owed, "errors": errors, "notify": state.problem}

    def watch(self) -> None:
        """Set the gauges. Raises what a thread of the deliverer ended with: the worker ends too, and the next one goes on."""
        deliverer = self._deliverer
        if deliverer and self._begun:
            deliverer.check()
            self._metrics.deliveries(deliverer.state.channels)

    def rest(self) -> None:
        """The worker has ended in order: what is still owed stands in the warehouse."""
        self.end()
