"""Three rules broken on purpose, each by a few lines put over the real code of a worker of the tests: never a switch in it.

If the comparisons do not see these, they prove nothing.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from processors import rows
from streams.failures import SinkUnavailable
from streams.kafka.lane import Lane, Lease
from streams.kafka.reading import Reading
from streams.warehouse.sink import Sink


def commit_before_save() -> None:
    """The lane commits what it has in hand, then saves it."""
    saved = Lane._save

    async def save(self: Lane, lease: Lease) -> None:
        if lease.count and not lease.over and lease.offsets:
            await self._consumer.commit(lease.offsets)
        await saved(self, lease)

    Lane._save = save  # type: ignore[method-assign]


def clock_as_version() -> None:
    """Of two versions of a feedback the one understood later stands, whatever its revision."""
    vars(rows)["version"] = lambda **_: int(time.time() * 1000)


def claim_before_insert() -> None:
    """Progress is published first, then the rows are written."""
    saved = Reading.save

    async def save(self: Reading, *given: Any) -> None:
        understand: Any = self._understand
        real, later = understand._sink, Later(understand._sink)
        understand._sink = later
        try:
            await saved(self, *given)
        finally:
            understand._sink = real
        await asyncio.to_thread(later.write)

    Reading.save = save  # type: ignore[method-assign,assignment]


class Later:
    """A sink that keeps rows until it is told to write them."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._rows: list[Any] = []

    def write_dead_letters(self, letters: Sequence[Any]) -> None:
        self._sink.write_dead_letters(letters)

    def write_rows(self, rows: Sequence[Any]) -> list[Any]:
        self._rows += rows
        return []

    def write(self) -> None:
        try:
            self._sink.write_rows(self._rows)
        except SinkUnavailable:
            self._rows.clear()  # the lane comes again with the same records
            raise


MUTANTS: dict[str, Callable[[], None]] = {
    "commit-before-save": commit_before_save,
    "clock-as-version": clock_as_version,
    "claim-before-insert": claim_before_insert,
}
