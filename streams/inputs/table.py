"""CSV tables, read row by row as if they were NDJSON: each row becomes a message for the one codec."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

import msgspec

from processors.redact import redact
from schemas.codec import MAX_BYTES
from schemas.invalid import InvalidMessage, InvalidReason
from streams.inputs.lines import too_large, truncated
from streams.inputs.mapping import TableMapping
from streams.inputs.reader import Item, Reader
from streams.inputs.record import KEPT_BYTES, InputError, Record
from streams.inputs.row import RowMapper
from streams.inputs.source import Source
from streams.inputs.split import Line, LineSplitter


class TableReader(Reader):
    """The rows of a CSV file (also gzip, also standard input), numbered from 1 after the header.

    `raw` is the row as CloudEvents JSON; of a row that cannot be mapped it is the row as it stands in the file (in
    UTF-8), with the fault `invalid_row`. A changed mapping changes `digest`: the file is then read anew.
    """

    def __init__(self, path: str | Path, mapping: TableMapping, *, max_bytes: int = MAX_BYTES) -> None:
        self._path = str(path)
        self._mapping = mapping
        self._max_bytes = max_bytes
        super().__init__()

    def _open(self) -> "_Rows":
        source = Source(self._path)
        try:
            return _Rows(source, self._path, self._mapping, self._max_bytes)
        except InputError:
            source.close()
            raise


class _Rows:
    """The csv module over physical lines, remembering which lines the current row is made of."""

    def __init__(self, source: Source, name: str, mapping: TableMapping, max_bytes: int) -> None:
        self.rewindable = source.rewindable
        self._source = source
        self._max_bytes = max_bytes
        self._encoding = mapping.encoding or _encoding(source.peek(), name)
        self._lines = LineSplitter(source, max_bytes)
        self._row: list[Line] = []
        self._fault: InvalidMessage | None = None
        self._over = False
        self._csv: Iterator[list[str]] = iter(())
        header = self._header(name, mapping.delimiter)
        for column in mapping.columns().values():
            if column not in header:
                listed = redact(", ".join(header))[0]  # of a table without column names it is the first customer
                raise InputError(f"{name} has no column {column}. Its columns are: {listed}. Correct the mapping")
        self._width = len(header)
        self._mapper = RowMapper(mapping, header)
        self.seed = msgspec.json.encode([mapping, header])

    def next(self, offset: int) -> Item | None:
        self._row, self._fault = [], None
        try:
            cells = next(self._csv, None)
        except csv.Error as error:
            cells = []
            self._fault = self._fault or _invalid(f"not CSV: {error}")
        if self._over and self._source.damage:
            return Item(None, self._refused(offset, truncated(self._source.damage, "row", offset)))
        if cells is None:
            return None
        content = b"\n".join(line.imprint for line in self._row)
        if self._over and self._fault is None:
            self._fault = _invalid("the file ends within a cell: a quotation mark is left open")
        if self._fault is None and not any(cell and not cell.isspace() for cell in cells):
            return Item(content, None)
        try:
            return Item(content, Record(offset, self._message(cells)))
        except InvalidMessage as fault:
            return Item(content, self._refused(offset, fault))

    def close(self) -> None:
        self._source.close()

    def _message(self, cells: list[str]) -> bytes:
        if self._fault is not None:
            raise self._fault
        if len(cells) < self._width or any(cells[self._width :]):
            raise _invalid(f"{len(cells)} cells, the header has {self._width}")
        return self._mapper.message(cells[: self._width])

    def _refused(self, offset: int, fault: InvalidMessage) -> Record:
        raw = b"\n".join([line.raw for line in self._row] + [self._lines.remainder] * bool(self._lines.remainder))
        text = raw[:KEPT_BYTES].decode(self._encoding, "replace")
        return Record(offset, text.encode()[:KEPT_BYTES], fault)

    def _header(self, name: str, delimiter: str) -> list[str]:
        lines = self._physical_lines()
        first = next((line for line in lines if line.strip()), None)
        if first is None or self._fault is not None:
            raise InputError(f"{name} does not begin with a line of column names. Give a CSV file with a header")

        def all_lines() -> Iterator[str]:
            yield first.removeprefix("\ufeff")
            yield from lines

        self._csv = csv.reader(all_lines(), delimiter=delimiter or max(",;\t", key=first.count))
        try:
            header = [cell.strip() for cell in next(self._csv)]
        except csv.Error as error:
            raise InputError(f"{name}: the line of column names is not CSV: {error}. Correct it") from None
        if len(set(header)) < len(header):
            twice = next(cell for cell in header if header.count(cell) > 1)
            if twice:
                raise InputError(f"{name} has two columns {redact(twice)[0]}. Rename one of them")
        return header

    def _physical_lines(self) -> Iterator[str]:
        """The lines as text; what is wrong with one of them becomes the fault of the row that it belongs to."""
        while (line := self._lines.next()) is not None:
            self._row.append(line)
            if line.length > self._max_bytes:
                self._fault = too_large(line.length, self._max_bytes)
                yield "\n"
                continue
            try:
                yield line.raw.decode(self._encoding) + "\n"
            except UnicodeDecodeError:
                self._fault = _invalid(f"not readable as {self._encoding}")
                yield "\n"
        self._over = True


def _encoding(head: bytes, name: str) -> str:
    """UTF-8 if the beginning of the file is, else gb18030, which holds whatever Chinese Windows writes."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"{name} is in UTF-16. Save it as CSV in UTF-8")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _invalid(detail: str) -> InvalidMessage:
    return InvalidMessage(InvalidReason.INVALID_ROW, detail)
