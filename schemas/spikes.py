"""Spikes: the transitions of an episode (Kafka topic `voc.spikes`), and the spike as the command line prints it."""

from datetime import datetime
from hashlib import blake2b
from typing import Literal

from msgspec import Struct

SpikeKind = Literal["topic", "emergent", "total", "silence"]
TransitionKind = Literal["opened", "updated", "closed"]
EVERYTHING = "total"
"""The topic of a spike or a silence of all feedback; no intent may be called so."""
CHANNEL = "channel:"
"""What the topic of a silence begins with when it is a channel that went quiet."""


class Transition(Struct, frozen=True):
    """One step of an episode, in event time (UTC, whole minutes).

    `started` is the estimated onset, `opened` the minute whose closing proved it, `at` the minute of this transition.
    `observed`, `expected`, `low` and `high` (a 95 % range of what is normal) cover `started` to `updated`, both included.
    """

    spike_id: str
    transition: TransitionKind
    at: datetime
    tenant: str
    kind: SpikeKind
    topic: str
    started: datetime
    opened: datetime
    updated: datetime
    closed: datetime | None
    observed: int
    expected: float
    low: float
    high: float
    surprise: float
    detector: str = ""
    """Who judged: the algorithm and its configuration."""


class Contributor(Struct, frozen=True):
    """A value of a dimension that carries a spike's excess. `share_of_excess` is a part of 1, and may exceed it."""

    dimension: str
    value: str
    observed: int
    expected: float
    share_of_excess: float


class Spike(Struct, frozen=True):
    """An episode as `voc spikes --json` prints it; see docs/reference/cli.md."""

    id: str
    kind: SpikeKind
    tenant: str
    topic: str
    label: str
    severity: str
    started: datetime
    opened: datetime
    updated: datetime
    closed: datetime | None
    observed: int
    expected: float
    low: float
    high: float
    where: list[Contributor]
    verbatims: list[str]
    owner: str
    sql: str


def transition_of(spike: Spike) -> Transition:
    """The last state of an episode, as if it were told now."""
    return Transition(
        spike_id=spike.id,
        transition="closed" if spike.closed else "updated",
        at=spike.updated,
        tenant=spike.tenant,
        kind=spike.kind,
        topic=spike.topic,
        started=spike.started,
        opened=spike.opened,
        updated=spike.updated,
        closed=spike.closed,
        observed=spike.observed,
        expected=spike.expected,
        low=spike.low,
        high=spike.high,
        surprise=0.0,
    )


def spike_id(detector: str, tenant: str, kind: SpikeKind, topic: str, opened: int) -> str:
    """16 hex digits, a function of the detector (name and configuration), what it is about and the minute it opened in."""
    about = topic if kind == "topic" else f"{kind}:{topic}"
    return blake2b(f"{detector}|{tenant}|{about}|{opened}".encode(), digest_size=8).hexdigest()
