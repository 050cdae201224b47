"""NDJSON: one JSON text a line, plain or gzip, from a file or standard input, also while it grows."""

from collections.abc import Iterator
from pathlib import Path

from schemas.codec import MAX_BYTES
from schemas.invalid import InvalidMessage, InvalidReason
from streams.inputs.reader import Item, Reader
from streams.inputs.record import Record
from streams.inputs.source import Source
from streams.inputs.split import LineSplitter

_BOM = b"\xef\xbb\xbf"


class LineReader(Reader):
    """The lines of a file, numbered from 1; "-" is standard input.

    CRLF and a byte order mark are taken off, blank lines are counted but not yielded. A line over `max_bytes` is never
    held in memory: its record has the first 64 KiB and the fault `too_large`. With `follow`, lines that are written
    later come with later batches, a line only once it has its newline.
    """

    def __init__(self, path: str | Path, *, follow: bool = False, max_bytes: int = MAX_BYTES) -> None:
        self._path = str(path)
        self._follow = follow
        self._max_bytes = max_bytes
        super().__init__()

    def _open(self) -> "_Lines":
        return _Lines(Source(self._path, follow=self._follow), self._max_bytes, self._follow)


def read_lines(path: str | Path, max_bytes: int = MAX_BYTES) -> Iterator[Record]:
    """Every record of a file or of standard input ("-")."""
    with LineReader(path, max_bytes=max_bytes) as reader:
        yield from reader


class _Lines:
    def __init__(self, source: Source, max_bytes: int, follow: bool) -> None:
        self.rewindable = source.rewindable
        self.seed = b""
        self._source = source
        self._max_bytes = max_bytes
        self._lines = LineSplitter(source, max_bytes, hold_partial=follow)

    def next(self, offset: int) -> Item | None:
        line = self._lines.next()
        if line is None:
            if not self._source.damage:
                return None
            return Item(None, Record(offset, self._lines.remainder, truncated(self._source.damage, "line", offset)))
        if line.length > self._max_bytes:
            return Item(line.imprint, Record(offset, line.raw, too_large(line.length, self._max_bytes)))
        raw = line.raw.removesuffix(b"\r")
        if offset == 1:
            raw = raw.removeprefix(_BOM)
        blank = not raw or raw.isspace()
        return Item(line.imprint, None if blank else Record(offset, raw))

    def close(self) -> None:
        self._source.close()


def truncated(damage: str, unit: str, offset: int) -> InvalidMessage:
    """The fault of the line or row in which a damaged input breaks off."""
    return InvalidMessage(InvalidReason.TRUNCATED_INPUT, f"gzip stream {damage} in {unit} {offset}")


def too_large(length: int, limit: int) -> InvalidMessage:
    """The fault of a line that is longer than the limit."""
    return InvalidMessage(InvalidReason.TOO_LARGE, f"{length} bytes, at most {limit} are read")
