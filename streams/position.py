"""How far `voc run` has read an input: what it takes to go on as if nothing had happened."""

from typing import Protocol

import msgspec
from msgspec import Struct

from processors.watermark import PartitionClock


class Position(Struct):
    """Saved after a batch's minutes were closed. `offset` and `digest` say which lines (rows) were read; the rest is what the
    process knew there. Times are seconds since 1970, of accepted events; 0: none."""

    offset: int = 0
    digest: str = ""
    clock: PartitionClock = msgspec.field(default_factory=PartitionClock)
    pending: list[int] = []
    """Minutes that were touched and not yet given as counted."""
    closed: int = 0
    """The first minute left open."""
    first: float = 0.0
    last: float = 0.0
    understanding: int = 0
    tenant: str = "default"
    """Of events that name none."""

    def saw(self, first: float, last: float) -> None:
        """Take in the span of a batch's event times."""
        if first:
            self.first = min(self.first or first, first)
            self.last = max(self.last, last)


class PositionStore(Protocol):
    """Where positions are kept (streams.warehouse.memory.Memory)."""

    def load_position(self, source: str) -> bytes | None:
        """What was saved for the input of that name."""

    def save_position(self, source: str, body: bytes) -> None:
        """Replaces what was saved before."""

    def positions(self) -> list[bytes]:
        """What was saved, of all inputs."""


def load(store: PositionStore, source: str) -> Position:
    """The position of an input; a fresh one if it was never read."""
    body = store.load_position(source)
    return msgspec.json.decode(body, type=Position) if body else Position()


def save(store: PositionStore, source: str, position: Position) -> None:
    """Keep it."""
    store.save_position(source, msgspec.json.encode(position))


def told(store: PositionStore) -> int:
    """The first minute whose transitions may not have been told: a position is saved after they were."""
    return max((msgspec.json.decode(body, type=Position).closed for body in store.positions()), default=0)
