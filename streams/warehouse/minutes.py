"""The minute, in the server: count it, give it to the detector, ask what is owed (ADR 0002). Minutes are seconds since 1970.

The rules of these statements are in docs/adr/0002-the-minute-is-the-unit-of-truth.md. In short: of a counted minute the
heaviest reading stands; of a tested minute the first insert stands; both may be run by anyone, at any time, as often as
one likes. All tenants at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from processors.emergent import Message
from processors.given import OTHER, Given, Late
from streams.warehouse.client import WarehouseClient

DAY = 86400
SILENT = 7200
"""Seconds after which somebody who speaks of a subject again is a voice again."""
TEXTS = 20_000
"""Messages whose texts are in memory at a time, about; a minute is not cut."""
LONG = 30
"""Characters from which a text that is the same word for word is one voice, whoever sends it."""

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

# Minutes that have no row yet get one; a tenant that had a row in the minute before gets one although it is silent. `standing`:
# 2, the minute is counted; 1, it has a row all the same; 0, what is added to a row, and makes none.
_GIVE = """
INSERT INTO tested_local (tenant, minute, topics, n, late, voices, channels, said, announced)
SELECT tenant, minute, argMax(topics, standing), argMax(n, standing), arraySort(groupArrayArray(late)),
       arraySort(groupArrayArray(voices)), arraySort(groupArrayArray(channels)), arraySort(groupArrayArray(said)), max(announced)
FROM (SELECT tenant, minute, topics, n, [] AS late, {nothing}, 2 AS standing FROM minute_local FINAL WHERE {where}
      UNION ALL
      SELECT tenant, toDateTime(arrayJoin(range(toUInt32(min(since)), {end}, 60)), 'UTC') AS minute,
             [''], [0], [], {nothing}, 1
      FROM (SELECT tenant, minute + 60 AS since FROM tested_local WHERE minute = toDateTime({start} - 60, 'UTC')
            UNION ALL SELECT tenant, minute FROM minute_local WHERE {where})
      GROUP BY tenant
      UNION ALL
      SELECT tenant, minute, [], [], [], groupArray((topic, k)), [], [], 0, 0
      FROM (SELECT tenant, minute, topic, toUInt32(sum(fresh)) AS k FROM ({voices}) GROUP BY tenant, minute, topic)
      GROUP BY tenant, minute
      UNION ALL
      SELECT tenant, minute, [], [], [], [], groupArray((toString(channel), toUInt32(k))), groupArrayArray(ids), 0, 0
      FROM (SELECT tenant, minute, channel, count() AS k, groupArray((minute, feedback_id)) AS ids
            FROM feedback_local FINAL WHERE {where} AND {said} GROUP BY tenant, minute, channel)
      GROUP BY tenant, minute
      UNION ALL
      SELECT tenant, toDateTime(arrayJoin(range({start}, {end}, 60)), 'UTC') AS at, [], [], [], [], [], [], 1, 0
      FROM ({announced}) WHERE at >= begins AND at < ends
      {late})
WHERE (tenant, minute) NOT IN (SELECT tenant, minute FROM tested_local WHERE {where})
GROUP BY tenant, minute
HAVING max(standing) > 0"""
_NOTHING = (
    "[]::Array(Tuple(String, UInt32)) AS voices, []::Array(Tuple(String, UInt32)) AS channels, "
    "[]::Array(Tuple(DateTime('UTC'), UInt64)) AS said, 0 AS announced"
)
_SAID = "sender_role = 'customer' AND NOT withdrawn"

# Who says what, of which topic, by both names that a voice can have: a long text that many write word for word is one voice.
_SPOKEN = """
              SELECT tenant, minute,
                     arrayJoin(arrayConcat([''], if(empty(intents), ['{other}'], arrayDistinct(intents)))) AS topic,
                     if(customer_hash = '', conversation_id, customer_hash) AS speaker,
                     arrayJoin([('who', cityHash64(speaker)),
                                ('text', cityHash64(if(lengthUTF8(text) >= {long}, text, speaker)))]) AS voice
              FROM feedback_local FINAL WHERE {which} AND {said}"""

# By topic: customers who had not spoken of it in the two hours before.
_VOICES = """
  SELECT tenant, topic, minute, least(countIf(by = 'who'), countIf(by = 'text')) AS fresh
  FROM (SELECT tenant, topic, by, arrayPushFront(arrayPopBack(spoken), 0) AS before,
               toDateTime(arrayJoin(arrayFilter((m, b) -> m - b > {silent}, spoken, before)), 'UTC') AS minute
        FROM (SELECT tenant, topic, voice.1 AS by, voice.2 AS voice_id, arraySort(groupUniqArray(toUInt32(minute))) AS spoken
              FROM ({spoken})
              GROUP BY tenant, topic, by, voice_id))
  WHERE {closing}
  GROUP BY tenant, topic, minute"""

# By topic: customers among what became known late, each once, and not if they were heard of it before: a call's pieces may arrive
# one by one.
_LATE_VOICES = """
  UNION ALL
  SELECT tenant, topic, toDateTime({start}, 'UTC') AS minute,
         least(uniqExactIf(voice.2, voice.1 = 'who'), uniqExactIf(voice.2, voice.1 = 'text')) AS fresh
  FROM ({spoken})
  WHERE (tenant, topic, voice) NOT IN (SELECT tenant, topic, voice FROM ({heard}))
  GROUP BY tenant, topic"""

# What the company said beforehand would move everything: for which tenant, from when, until when.
_ANNOUNCED = """
  SELECT tenant, toStartOfMinute(start) AS begins, coalesce(end, start + INTERVAL 1 DAY) AS ends
  FROM context_local FINAL
  WHERE kind IN ('campaign', 'holiday', 'outage') AND empty(products) AND empty(channels) AND start < toDateTime({end}, 'UTC')
    AND ends > toDateTime({start}, 'UTC')"""

_LATE = """
      UNION ALL
      SELECT tenant, toDateTime({start}, 'UTC'), [''], [0], groupArray((about, topic, toInt32(difference))), [], [], [], 0, 1
      FROM ({owed}) GROUP BY tenant
      UNION ALL
      SELECT tenant, toDateTime({start}, 'UTC'), [], [], [], [], [], groupArray((minute, feedback_id)), 0, 0
      FROM feedback_local FINAL WHERE {unsaid} AND {said} GROUP BY tenant"""
_UNSAID = """{about} AND (tenant, feedback_id) NOT IN (
  SELECT tenant, arrayJoin(said).2 FROM tested_local FINAL WHERE minute >= toDateTime({oldest}, 'UTC'))"""

_SAID_BEFORE = """{near} AND (tenant, feedback_id) IN (
  SELECT tenant, arrayJoin(said).2 FROM tested_local FINAL WHERE minute >= toDateTime({oldest}, 'UTC'))"""

_TESTED = """
SELECT minute, tenant, topics, n, late, voices, channels, announced
FROM tested_local FINAL WHERE {where} ORDER BY minute, tenant"""

# The texts that were given, found along the sort key. Who says it is one customer, in however many conversations.
_TEXTS = """
SELECT given, tenant, id, speaker, text, intents
FROM (SELECT minute, tenant, feedback_id AS id, if(customer_hash = '', conversation_id, customer_hash) AS speaker, text, intents
      FROM feedback_local FINAL
      WHERE minute IN (SELECT arrayJoin(said).1 FROM tested_local FINAL WHERE {where}) AND {said}) AS known
INNER JOIN (SELECT minute AS given, tenant, arrayJoin(said).2 AS id FROM tested_local FINAL WHERE {where}) AS asked
USING (tenant, id)
ORDER BY given, tenant, minute, id"""


class Tested(NamedTuple):
    """A tenant, and what its detector was given in a minute."""

    tenant: str
    given: Given


class Minutes:
    """The statements, over one client. All of them may be repeated."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def count(self, where: str) -> None:
        """Count these minutes: when they close, and again after stragglers, edits or withdrawals."""
        self._client.write(_COUNT.format(where=where, other=OTHER))

    def give(self, start: int, end: int, owed: Collection[int] = ()) -> None:
        """Hand the minutes [start, end) to the detectors; the first also carries what the `owed` minutes gained or lost."""
        late, closing = "", between(start, end)
        spoken = _SPOKEN.format(which=between(start - SILENT, end), said=_SAID, long=LONG, other=OTHER)
        voices = _VOICES.format(spoken=spoken, closing=closing, silent=SILENT)
        if owed:
            about, oldest = among(owed), min(owed)
            unsaid = _UNSAID.format(about=about, oldest=oldest)
            late = _LATE.format(start=start, owed=_OWED.format(about=about, oldest=oldest), unsaid=unsaid, said=_SAID)
            spoken = _SPOKEN.format(which=unsaid, said=_SAID, long=LONG, other=OTHER)
            near = between(oldest - SILENT, max(owed) + SILENT)
            before = _SAID_BEFORE.format(near=near, oldest=oldest - SILENT)
            heard = _SPOKEN.format(which=before, said=_SAID, long=LONG, other=OTHER)
            voices += _LATE_VOICES.format(start=start, spoken=spoken, heard=heard)
        self._client.write(
            _GIVE.format(
                where=closing,
                start=start,
                end=end,
                nothing=_NOTHING,
                said=_SAID,
                voices=voices,
                announced=_ANNOUNCED.format(start=start, end=end),
                late=late,
            )
        )

    def tested(self, start: int, end: int, *, texts: bool = True) -> Iterator[Tested]:
        """What was given in [start, end), in order of minute and tenant; no minute of a known tenant is missing. The texts
        are read some thousands at a time."""
        for begin in range(start, end, DAY):
            rows = self._client.query(_TESTED.format(where=between(begin, min(begin + DAY, end))))
            for piece in _pieces(rows):
                first, last = int(piece[0][0].timestamp()), int(piece[-1][0].timestamp())
                messages = self._texts(between(first, last + 60)) if texts else {}
                for minute, tenant, topics, n, late, voices, channels, announced in piece:
                    at = int(minute.timestamp())
                    yield Tested(
                        tenant,
                        Given(
                            minute=at,
                            counts=dict(zip(topics, n, strict=True)),
                            late=[Late(int(about.timestamp()), topic, d) for about, topic, d in late],
                            voices=dict(voices) if voices or not any(n) else None,
                            channels=dict(channels),
                            announced=bool(announced),
                            messages=messages.get((at, tenant), ()),
                        ),
                    )

    def _texts(self, where: str) -> dict[tuple[int, str], list[Message]]:
        """The texts that were given, by minute and tenant, those of earlier minutes first."""
        found: dict[tuple[int, str], list[Message]] = defaultdict(list)
        rows = self._client.query(_TEXTS.format(where=where, said=_SAID))
        for given, tenant, identity, speaker, text, intents in rows:
            found[int(given.timestamp()), tenant].append(Message(identity, speaker, text, tuple(intents)))
        return found

    def owed(self, where: str, oldest: int) -> set[int]:
        """Which of these minutes (none before `oldest`) are not given as they are counted now?"""
        statement = f"SELECT DISTINCT about FROM ({_OWED.format(about=where, oldest=oldest)})"
        return {int(minute.timestamp()) for (minute,) in self._client.query(statement)}

    def first_given(self) -> int:
        """The first minute that has been given to anyone; 0: none."""
        return self._second("SELECT min(minute) FROM tested_local")

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


def _pieces(rows: Sequence[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of tested minutes, cut between minutes, so that each piece gives about TEXTS messages."""
    piece: list[tuple[Any, ...]] = []
    held = 0
    for row in rows:
        if held >= TEXTS and row[0] != piece[-1][0]:
            yield piece
            piece, held = [], 0
        piece.append(row)
        held += sum(row[3])
    if piece:
        yield piece


def between(start: int, end: int) -> str:
    """A condition: the minutes [start, end)."""
    return f"minute >= toDateTime({start}, 'UTC') AND minute < toDateTime({end}, 'UTC')"


def among(minutes: Collection[int]) -> str:
    """A condition: these minutes."""
    listed = ", ".join(f"toDateTime({minute}, 'UTC')" for minute in sorted(minutes))
    return f"minute IN ({listed})"
