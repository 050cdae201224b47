"""Bytes into physical lines, none of them kept longer than a limit."""

from collections import deque
from hashlib import sha256
from typing import NamedTuple

from streams.inputs.record import KEPT_BYTES
from streams.inputs.source import Source


class Line(NamedTuple):
    """One line without its newline. Of a line over the limit, `raw` is the first 64 KiB and `length` the whole.

    `imprint` stands for the content in a digest: the line itself, or the hash of one that is not kept.
    """

    raw: bytes
    length: int
    imprint: bytes


class LineSplitter:
    """The lines of a source, in order, each whole one once; memory stays within a few times `max_bytes`.

    With `hold_partial` a last line without newline is held back until the rest has come. After the end `remainder`
    is what a damaged source broke off in.
    """

    def __init__(self, source: Source, max_bytes: int, *, hold_partial: bool = False) -> None:
        self.remainder = b""
        self._source = source
        self._max_bytes = max_bytes
        self._hold_partial = hold_partial
        self._lines: deque[bytes] = deque()
        self._partial = _Partial(max_bytes)
        self._ended = False

    def next(self) -> Line | None:
        """The next line, or None at the end (of a file that is followed: for now)."""
        while not self._lines:
            chunk = b"" if self._ended else self._source.read()
            if not chunk:
                return self._last()
            first, *rest = chunk.split(b"\n")
            self._partial.extend(first)
            if rest:
                line = self._partial.finish()
                self._lines.extend(rest[:-1])
                self._partial.extend(rest[-1])
                return line
        raw = self._lines.popleft()
        if len(raw) > self._max_bytes:  # limits below the size of a chunk
            return Line(raw[:KEPT_BYTES], len(raw), sha256(raw).digest())
        return Line(raw, len(raw), raw)

    def _last(self) -> Line | None:
        if self._source.damage:
            self.remainder = self._partial.finish().raw[:KEPT_BYTES] or self.remainder
            return None
        if self._hold_partial:
            return None
        self._ended = True  # what is written from now on is for the next run: it may belong to the last line
        return self._partial.finish() if self._partial.length else None


class _Partial:
    """A line whose end has not been seen; beyond the limit only its beginning, its length and its hash are kept."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.length = 0
        self._kept = bytearray()
        self._hash = sha256()

    def extend(self, part: bytes) -> None:
        over_before = self.length > self._max_bytes
        self.length += len(part)
        if self.length <= self._max_bytes:
            self._kept += part
            return
        if not over_before:
            self._hash.update(self._kept)
            self._kept += part[:KEPT_BYTES]
            del self._kept[KEPT_BYTES:]
        self._hash.update(part)

    def finish(self) -> Line:
        """The line, and nothing of it kept."""
        raw, length = bytes(self._kept), self.length
        imprint = raw if length <= self._max_bytes else self._hash.digest()
        self.length, self._kept, self._hash = 0, bytearray(), sha256()
        return Line(raw, length, imprint)
