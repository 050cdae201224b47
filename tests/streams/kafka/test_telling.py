"""TELL on Kafka acts on what DETECT has said, and on nothing else that may stand on its topic."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from schemas.spikes import Transition
from streams.failures import SinkUnavailable
from streams.kafka.telling import Telling
from streams.metrics import Metrics

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


def take(told: Told, *values: bytes | None) -> None:
    asyncio.run(Telling(make=lambda: told, metrics=Metrics()).take(values))  # type: ignore[arg-type,return-value]


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
