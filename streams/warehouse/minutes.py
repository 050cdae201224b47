"""The minute, in the server: count it, give it to the detector, ask what is owed (ADR 0002). Minutes are seconds since 1970.

The rules of these statements are in docs/adr/0002-the-minute-is-the-unit-of-truth.md. In short: of a counted minute the
heaviest reading stands; of a tested minute the first insert stands; both may be run by anyone, at any time, as often as
one likes. All tenants at once.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from processors.detector import OTHER, Late
from streams.warehouse.client import WarehouseClient

DAY = 86400

# A row's own topics, or `other`; element '' is the tenant's total. Only customers are counted, and only what stands.
_COUNT = """
INSERT INTO minute_local (tenant, minute, weight, topics, n, negative, positive)
SELECT tenant, minute, sum(weight), (arraySort(groupArrayIf((topic, n, negative, positive), topic = '' OR n > 0)) AS cells).1,
       cells.2, cells.3, cells.4
FROM (
  SELECT tenant, minute, topic, sum(weight) AS weight, countIf(said) AS n, countIf(said AND sentiment = 'negative') AS negative,
         countIf(said AND sentiment = 'positive') AS positive
  FROM (SELECT tenant, minute, arrayJoin(arrayConcat([''], if(empty(intents), ['{other}'], arrayDistinct(intents)))) AS topic,
               if(topic = '', version, 0) AS weight, sentiment, sender_role = 'customer' AND NOT withdrawn AS said
        FROM feedback_local FINAL WHERE {where})
  GROUP BY tenant, minute, topic)
GROUP BY tenant, minute"""

# What is counted of these minutes and not given yet, or given and no longer so: (tenant, about, topic, difference).
_OWED = """
  SELECT tenant, about, topic, sum(d) AS difference
  FROM (SELECT tenant, minute AS about, topic, toInt64(k) AS d
        FROM minute_local FINAL ARRAY JOIN topics AS topic, n AS k WHERE {about}
        UNION ALL
        SELECT tenant, minute, topic, -toInt64(k) FROM tested_local FINAL ARRAY JOIN topics AS topic, n AS k WHERE {about}
        UNION ALL
        SELECT tenant, gain.1 AS minute, gain.2, -toInt64(gain.3)
        FROM (SELECT tenant, arrayJoin(late) AS gain FROM tested_local FINAL WHERE minute > toDateTime({oldest}, 'UTC'))
        WHERE {about})
  GROUP BY tenant, about, topic HAVING difference != 0"""

# Minutes that have no row yet get one; a tenant that had a row in the minute before gets one although it is silent.
_GIVE = """
INSERT INTO tested_local (tenant, minute, topics, n, late)
SELECT tenant, minute, argMax(topics, counted), argMax(n, counted), groupArrayArray(late)
FROM (SELECT tenant, minute, topics, n, [] AS late, 1 AS counted FROM minute_local FINAL WHERE {where}
      UNION ALL
      SELECT tenant, toDateTime(arrayJoin(range(toUInt32(min(since)), {end}, 60)), 'UTC') AS minute, [''], [0], [], 0
      FROM (SELECT tenant, minute + 60 AS since FROM tested_local WHERE minute = toDateTime({start} - 60, 'UTC')
            UNION ALL SELECT tenant, minute FROM minute_local WHERE {where})
      GROUP BY tenant{late})
WHERE (tenant, minute) NOT IN (SELECT tenant, minute FROM tested_local WHERE {where})
GROUP BY tenant, minute"""

_LATE = """
      UNION ALL
      SELECT tenant, toDateTime({start}, 'UTC'), [''], [0], groupArray((about, topic, toInt32(difference))), 0
      FROM (SELECT * FROM ({owed}) ORDER BY tenant, about, topic) GROUP BY tenant"""


class Tested(NamedTuple):
    """What the detector of a tenant was given in a minute."""

    minute: int
    tenant: str
    counts: dict[str, int]
    late: list[Late]


class Minutes:
    """The statements, over one client. All of them may be repeated."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def count(self, where: str) -> None:
        """Count these minutes: when they close, and again after stragglers, edits or withdrawals."""
        self._client.write(_COUNT.format(where=where, other=OTHER))

    def give(self, start: int, end: int, owed: Collection[int] = ()) -> None:
        """Hand the minutes [start, end) to the detectors; the first also carries what the `owed` minutes gained or lost."""
        late = ""
        if owed:
            late = _LATE.format(start=start, owed=_OWED.format(about=among(owed), oldest=min(owed)))
        self._client.write(_GIVE.format(where=between(start, end), start=start, end=end, late=late))

    def tested(self, start: int, end: int) -> Iterator[Tested]:
        """What was given in [start, end), in order of minute and tenant; no minute of a known tenant is missing."""
        statement = (
            f"SELECT minute, tenant, topics, n, late FROM tested_local FINAL WHERE {between(start, end)} ORDER BY minute, tenant"
        )
        for minute, tenant, topics, n, late in self._client.query(statement):
            counts = dict(zip(topics, n, strict=True))
            yield Tested(
                int(minute.timestamp()), tenant, counts, [Late(int(about.timestamp()), topic, d) for about, topic, d in late]
            )

    def owed(self, where: str, oldest: int) -> set[int]:
        """Which of these minutes (none before `oldest`) are not given as they are counted now?"""
        statement = f"SELECT DISTINCT about FROM ({_OWED.format(about=where, oldest=oldest)})"
        return {int(minute.timestamp()) for (minute,) in self._client.query(statement)}

    def last_given(self) -> int:
        """The last minute that has been given to anyone; 0: none."""
        return self._second("SELECT max(minute) FROM tested_local")

    def first_feedback(self, start: int, end: int) -> int:
        """The first minute in [start, end) of which there is feedback; 0: none. Reads along the sort key."""
        return self._second(f"SELECT minute FROM feedback_local WHERE {between(start, end)} ORDER BY minute LIMIT 1")

    def last_feedback(self, start: int, end: int) -> int:
        """The last minute in [start, end) of which there is feedback; 0: none. Reads along the sort key."""
        return self._second(f"SELECT minute FROM feedback_local WHERE {between(start, end)} ORDER BY minute DESC LIMIT 1")

    def feedback_minutes(self, start: int, end: int) -> list[int]:
        """The minutes in [start, end) of which there is feedback, in order."""
        rows = self._client.query(f"SELECT DISTINCT minute FROM feedback_local WHERE {between(start, end)} ORDER BY minute")
        return [int(minute.timestamp()) for (minute,) in rows]

    def _second(self, statement: str) -> int:
        rows = self._client.query(statement)
        return int(rows[0][0].timestamp()) if rows else 0


def between(start: int, end: int) -> str:
    """A condition: the minutes [start, end)."""
    return f"minute >= toDateTime({start}, 'UTC') AND minute < toDateTime({end}, 'UTC')"


def among(minutes: Collection[int]) -> str:
    """A condition: these minutes."""
    listed = ", ".join(f"toDateTime({minute}, 'UTC')" for minute in sorted(minutes))
    return f"minute IN ({listed})"
