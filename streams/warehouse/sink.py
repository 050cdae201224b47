"""Where rows go: one insert a table and batch. Every table replaces equal rows, so a batch may be written again."""

import struct
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec
from clickhouse_driver import errors

from processors.rows import Row
from schemas.dead_letters import DeadLetter
from schemas.feedback import Feedback
from schemas.records import ContextRow, ConversationRow, OrderRow, SurveyRow
from streams.failures import RefusesAll
from streams.warehouse.client import WarehouseClient

TABLES: Mapping[type[Row], str] = {
    Feedback: "feedback_local",
    SurveyRow: "survey_local",
    OrderRow: "order_local",
    ConversationRow: "conversation_local",
    ContextRow: "context_local",
}
MAX_REFUSED = 64
"""Rows of a batch that may be found unusable one by one; with more it is not the rows."""
# A value that the table cannot hold, as the server says it (its ErrorCodes.cpp): parse errors, ranges, sizes, constraints.
_REFUSED = {
    6: "CANNOT_PARSE_TEXT", 26: "CANNOT_PARSE_QUOTED_STRING", 27: "CANNOT_PARSE_INPUT_ASSERTION_FAILED", 38: "CANNOT_PARSE_DATE",
    41: "CANNOT_PARSE_DATETIME", 53: "TYPE_MISMATCH", 69: "ARGUMENT_OUT_OF_BOUND", 70: "CANNOT_CONVERT_TYPE",
    72: "CANNOT_PARSE_NUMBER", 128: "TOO_LARGE_ARRAY_SIZE", 131: "TOO_LARGE_STRING_SIZE",
    321: "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE", 395: "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", 407: "DECIMAL_OVERFLOW",
    469: "VIOLATED_CONSTRAINT",
}  # fmt: skip


class Sink(Protocol):
    """What UNDERSTAND writes to. Methods block until the rows can be read, or raise SinkUnavailable; they may be repeated."""

    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        """Keep what could not be read: the reason for everybody, the bytes apart."""

    def write_rows(self, rows: Sequence[Row]) -> list[tuple[Row, str]]:
        """Keep what was understood; the rows that can never be kept, and why. Raises RefusesAll if there are many."""


class WarehouseSink:
    """The sink that is ClickHouse."""

    def __init__(self, client: WarehouseClient, most_refused: int = MAX_REFUSED) -> None:
        self._client, self._most_refused = client, most_refused

    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        """The bytes first: a reason without bytes could never be replayed."""
        place = ("input", "input_partition", "input_offset", "sha256")
        where = [(letter.input, letter.input_partition, letter.input_offset, letter.sha256) for letter in letters]
        self._client.insert(
            "dead_letter_raw_local", (*place, "raw"), [(*at, letter.raw) for at, letter in zip(where, letters, strict=True)]
        )
        said = [(*at, letter.reason.value, letter.detail) for at, letter in zip(where, letters, strict=True)]
        self._client.insert("dead_letter_local", (*place, "reason", "detail"), said)

    def write_rows(self, rows: Sequence[Row]) -> list[tuple[Row, str]]:
        """One block a table. Columns are the row's fields. A row that cannot be stored is found by halving the block."""
        refused: list[tuple[Row, str]] = []
        for kind in TABLES:
            self._write(kind, [row for row in rows if type(row) is kind], refused)
        return refused

    def _write(self, kind: type[Row], rows: Sequence[Row], refused: list[tuple[Row, str]]) -> None:
        try:
            self._client.insert(TABLES[kind], kind.__struct_fields__, [msgspec.structs.astuple(row) for row in rows])
        except Exception as error:
            if not is_refusal(error):
                raise
            if len(rows) > 1:
                self._write(kind, rows[: len(rows) // 2], refused)
                self._write(kind, rows[len(rows) // 2 :], refused)
                return
            refused.append((rows[0], _REFUSED.get(getattr(error, "code", 0), type(error).__name__)))
            if len(refused) > self._most_refused:
                raise RefusesAll(f"the warehouse refuses one row after the other ({refused[-1][1]})") from error


def is_refusal(error: BaseException) -> bool:
    """Is it what the row holds (never send it again), rather than the warehouse's state or a defect of ours? Says so of what the
    server answers, and of what the driver cannot even write."""
    if isinstance(error, errors.ServerException):
        return error.code in _REFUSED
    return isinstance(error, (errors.TypeMismatchError, struct.error, UnicodeError, OverflowError))
