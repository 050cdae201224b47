"""Where rows go: one insert a table and batch. Every table replaces equal rows, so a batch may be written again."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from processors.rows import Row
from schemas.dead_letters import DeadLetter
from schemas.feedback import Feedback
from schemas.records import ContextRow, ConversationRow, OrderRow, SurveyRow
from streams.warehouse.client import WarehouseClient

TABLES: Mapping[type[Row], str] = {
    Feedback: "feedback_local",
    SurveyRow: "survey_local",
    OrderRow: "order_local",
    ConversationRow: "conversation_local",
    ContextRow: "context_local",
}


class Sink(Protocol):
    """What UNDERSTAND writes to. Methods block until the rows can be read, or raise SinkUnavailable; they may be repeated."""

    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        """Keep what could not be read: the reason for everybody, the bytes apart."""

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Keep what was understood."""


class WarehouseSink:
    """The sink that is ClickHouse."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        """The bytes first: a reason without bytes could never be replayed."""
        place = ("input", "input_partition", "input_offset", "sha256")
        where = [(letter.input, letter.input_partition, letter.input_offset, letter.sha256) for letter in letters]
        self._client.insert(
            "dead_letter_raw_local", (*place, "raw"), [(*at, letter.raw) for at, letter in zip(where, letters, strict=True)]
        )
        said = [(*at, letter.reason.value, letter.detail) for at, letter in zip(where, letters, strict=True)]
        self._client.insert("dead_letter_local", (*place, "reason", "detail"), said)

    def write_rows(self, rows: Sequence[Row]) -> None:
        """One block a table. Columns are the row's fields."""
        for kind, table in TABLES.items():
            block = [msgspec.structs.astuple(row) for row in rows if type(row) is kind]
            self._client.insert(table, kind.__struct_fields__, block)
