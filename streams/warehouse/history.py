"""Stored feedback, to be understood again: read a page at a time, written back in its place; which minutes must be counted."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from schemas.feedback import Feedback
from streams.warehouse.client import WarehouseClient
from streams.warehouse.minutes import DAY, between

PAGE = 5_000
"""Feedback that is in memory at a time."""
UNDERSTANDING = "bitAnd(bitShiftRight(version, 20), 65535)"
"""The number of the understanding in a version (schemas.feedback.version)."""
_COLUMNS = (*Feedback.__struct_fields__, "ingested_at")

# FINAL first: of one feedback only the version that stands is asked.
_STANDS = "SELECT * FROM feedback_local FINAL WHERE {span} {whose}"
_DAYS = f"""
SELECT toUInt32(toStartOfDay(minute)) AS day, count(), countIf({UNDERSTANDING} < %(understanding)s)
FROM ({{stands}}) WHERE NOT withdrawn GROUP BY day ORDER BY day"""
_MINUTES = f"""
SELECT toUInt32(minute) AS at, count() FROM ({{stands}})
WHERE NOT withdrawn AND {UNDERSTANDING} < %(understanding)s GROUP BY at ORDER BY at"""
_PAGE = f"""
SELECT {", ".join(f"`{name}`" for name in _COLUMNS)} FROM ({{stands}})
WHERE NOT withdrawn AND {UNDERSTANDING} < %(understanding)s
  AND (toUInt32(minute), tenant, feedback_id) > (%(minute)s, %(after)s, %(id)s)
ORDER BY minute, tenant, feedback_id LIMIT {{page}}"""
# The weight of a counted minute is the sum of the versions counted (minutes._COUNT): where it differs, something came since.
_STALE = """
SELECT DISTINCT toUInt32(minute) FROM
  (SELECT tenant, minute, sum(version) AS now FROM feedback_local FINAL WHERE {span} {whose} GROUP BY tenant, minute) AS known
LEFT JOIN (SELECT tenant, minute, weight FROM minute_local FINAL WHERE {span} {whose}) AS counted USING (tenant, minute)
WHERE now != weight"""


class Stored(NamedTuple):
    """A piece of feedback that stands, and when it was stored."""

    feedback: Feedback
    ingested_at: datetime


class Day(NamedTuple):
    """A day that has feedback: its first second since 1970, how much stands, how much of it was understood before."""

    start: int
    feedback: int
    to_do: int


class History:
    """Questions and statements over one client; `tenant` empty means all. Blocking; all of them may be repeated."""

    def __init__(self, client: WarehouseClient, understanding: int, tenant: str = "") -> None:
        self._client, self._values = client, {"understanding": understanding, "tenant": tenant}
        self._whose = "AND tenant = %(tenant)s" if tenant else ""

    def days(self, start: int, end: int) -> list[Day]:
        """The days of [start, end) in which there is feedback that stands, in order."""
        return [Day(*row) for row in self._client.query(_DAYS.format(stands=self._stands(start, end)), self._values)]

    def pages(self, start: int, end: int) -> Iterator[list[Stored]]:
        """What an earlier understanding left in [start, end), in the order of the table. What is written back meanwhile does
        not come again."""
        for first, last in self._windows(start, end):
            statement, after = _PAGE.format(stands=self._stands(first, last), page=PAGE), {"minute": 0, "after": "", "id": 0}
            while rows := self._client.query(statement, self._values | after):
                page = [_stored(row) for row in rows]
                yield page
                if len(page) < PAGE:
                    break
                final = page[-1].feedback
                after = {"minute": int(final.minute.timestamp()), "after": final.tenant, "id": final.feedback_id}

    def write(self, rows: Sequence[Stored]) -> None:
        """Let these stand, if they are newer. When they were stored first remains, so nothing is kept longer for it."""
        block = [(*msgspec.structs.astuple(row.feedback), row.ingested_at) for row in rows]
        self._client.insert("feedback_local", _COLUMNS, block)

    def stale(self, start: int, end: int) -> list[int]:
        """The minutes of [start, end) that are not counted as they are now."""
        rows = self._client.query(_STALE.format(span=between(start, end), whose=self._whose), self._values)
        return sorted(minute for (minute,) in rows)

    def _windows(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Spans of minutes with about a page each, so that no statement reads a day to find its end."""
        first = held = 0
        for begin in range(start, end, DAY):
            statement = _MINUTES.format(stands=self._stands(begin, min(begin + DAY, end)))
            for minute, count in self._client.query(statement, self._values):
                if held and held + count > PAGE:
                    yield first, minute
                    held = 0
                first, held = first if held else minute, held + count
            if held:
                yield first, min(begin + DAY, end)
                held = 0

    def _stands(self, start: int, end: int) -> str:
        return _STANDS.format(span=between(start, end), whose=self._whose)


def _stored(row: Sequence[object]) -> Stored:
    *fields, ingested_at = row
    found = dict(zip(Feedback.__struct_fields__, fields, strict=True))
    found |= {name: bool(found[name]) for name in ("withdrawn", "urgent")}
    return Stored(Feedback(**found), ingested_at)  # type: ignore[arg-type]  # the sink writes them so
