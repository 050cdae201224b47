"""Numbering, batches and the memory of how far an input was read; the same for lines and for tables."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple, Protocol, Self

from streams.inputs.record import Record

BATCH_BYTES = 64 << 20
"""A batch is cut early when it holds this much, so that long lines do not fill the memory."""


class Item(NamedTuple):
    """One line or row: what it adds to the digest, and its record (None if it is blank).

    `content` is None for what a damaged input broke off in: it is reported, but not counted as read.
    """

    content: bytes | None
    record: Record | None


class Items(Protocol):
    """The lines or rows of an opened input."""

    rewindable: bool
    seed: bytes

    def next(self, offset: int) -> Item | None:
        """The next item, which has this number; None at the end (of a followed file: for now)."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class Reader(ABC):
    """One input, read once from its beginning or from where an earlier run stopped. Raises InputError.

    - `offset`: how many lines (rows) have been read, blank ones included.
    - `digest`: hex SHA-256 over exactly those, so that a later run can tell whether it sees the same beginning.
    - `truncated`: the input is damaged and nothing after `offset` can be read; its last record says how.
    """

    def __init__(self) -> None:
        self._start()

    @abstractmethod
    def _open(self) -> Items:
        """Open the input at its beginning."""

    def _start(self) -> None:
        self.offset = 0
        self.truncated = False
        self._items = self._open()
        self._digest = sha256(self._items.seed)

    @property
    def rewindable(self) -> bool:
        """Can it be read from its beginning again? Not standard input, not a pipe."""
        return self._items.rewindable

    @property
    def digest(self) -> str:
        """Hex SHA-256 over everything that `offset` counts."""
        return self._digest.hexdigest()

    def read_batch(self, limit: int) -> list[Record]:
        """The next records; empty only at the end (of a followed file: when nothing more is there yet).

        A batch ends where `offset` reaches a multiple of `limit`, or BATCH_BYTES: where batches are cut depends on the
        file alone, not on who read how much of it before. Blank lines count and yield nothing.
        """
        records: list[Record] = []
        while not records and not self.truncated:
            end, held = self.offset - self.offset % limit + limit, 0
            while self.offset < end and held < BATCH_BYTES and not self.truncated:
                item = self._next()
                if item is None:
                    return records
                if item.record is not None:
                    records.append(item.record)
                    held += len(item.record.raw)
        return records

    def __iter__(self) -> Iterator[Record]:
        """Every record up to the end."""
        while batch := self.read_batch(1000):
            yield from batch

    def skip(self, count: int) -> int:
        """Read up to `count` lines (rows) without yielding them; returns how many there were."""
        before = self.offset
        while self.offset - before < count and not self.truncated and self._next() is not None:
            pass
        return self.offset - before

    def resume(self, offset: int, digest: str) -> bool:
        """Continue after `offset` if the input still begins with what had that `digest`, else from the beginning.

        Returns whether it does. Standard input and pipes cannot be read twice: they always start at the beginning.
        """
        if not self.rewindable:
            return False
        if self.skip(offset) == offset and self.digest == digest:
            return True
        self.close()
        self._start()
        return False

    def close(self) -> None:
        """Close the file; idempotent."""
        self._items.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _next(self) -> Item | None:
        item = self._items.next(self.offset + 1)
        if item is None:
            return None
        if item.content is None:
            self.truncated = True
        else:
            self.offset += 1
            self._digest.update(item.content)
            self._digest.update(b"\n")
        return item
