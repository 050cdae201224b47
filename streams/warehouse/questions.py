"""What TELL and the command line ask the warehouse about feedback. Views only."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from processors.attribution import Alike
from processors.card import DIMENSIONS, Coincidence
from schemas.spikes import Transition
from streams.warehouse.client import WarehouseClient

ROWS = 20_000
"""Feedback that is looked at in each of the four groups (the spike's own and other, in the episode and before it); of more, those
whose ids have the smallest hash: always the same ones."""
HEAD, TAIL = timedelta(hours=1), timedelta(hours=3)
"""Of a longer episode, what is looked at: so much of its beginning and of its end."""
BEFORE = timedelta(hours=3)
"""How far before the start the baseline reaches, besides the same hours of yesterday and of last week."""
GAP = timedelta(minutes=15)
"""What comes so shortly before the start may be part of it, and is no baseline."""
NONE = "(0 = 1)"
"""The condition of nothing: nobody spoke of an emergent topic before, but those of its messages that arrived late."""
CONTEXT_DAYS = 14
"""How long before the start something was done that may coincide."""
COINCIDENCES = 3
TEXTS = 200
"""Verbatims that are read."""
LATE = timedelta(days=1)
"""How late feedback may come and still be judged."""
MINUTE = timedelta(minutes=1)

_GROUP = """
SELECT {now} AS now, {mine} AS mine, {values}
FROM feedback
WHERE ({minutes}) AND tenant = %(tenant)s AND sender_role = 'customer' AND {condition}
ORDER BY cityHash64(feedback_id), feedback_id LIMIT {rows}"""
_GROUPED = "SELECT now, mine, {values}, count() FROM ({groups}) GROUP BY ALL ORDER BY ALL"
_TEXTS = """
SELECT text FROM feedback
WHERE ({minutes}) AND tenant = %(tenant)s AND {mine} AND sender_role = 'customer'{whose}
ORDER BY minute, feedback_id LIMIT {texts}"""
_RECORDED = "FROM emergent_topics WHERE tenant = %(tenant)s AND spike_id = %(spike)s AND at <= toDateTime(%(at)s, 'UTC')"
_EMERGENT = f"""
SELECT argMax(label, at), argMax(phrases, at), arraySort(groupUniqArrayArray(messages)),
       arrayDistinct(arrayFlatten(arraySort(groupArray((at, representative))).2))
{_RECORDED} HAVING count() > 0"""
_CONTEXT = """
SELECT kind, title, start FROM context
WHERE tenant = %(tenant)s AND start >= toDateTime(%(from)s, 'UTC') AND start <= toDateTime(%(to)s, 'UTC')
  AND (empty(products) OR hasAny(products, {products})) AND (empty(channels) OR hasAny(channels, {channels}))
ORDER BY start DESC, id LIMIT {coincidences}"""

_SPAN = "minute >= toDateTime(%(from)s, 'UTC') AND minute <= toDateTime(%(to)s, 'UTC')"
_SHARES = f"""
SELECT sumIf(count, topic = '') AS total, sumIf(count, topic = 'other') AS other
FROM (SELECT topic, count FROM topic_minute WHERE {_SPAN}
      UNION ALL
      SELECT '' AS topic, count FROM minute_total WHERE {_SPAN})"""


class Windows(NamedTuple):
    """The spans that an explanation looks at: first and last minutes, both included."""

    now: list[tuple[datetime, datetime]]
    before: list[tuple[datetime, datetime]]

    @classmethod
    def of(cls, spike: Transition) -> "Windows":
        """The episode (of a longer one its first hour and its last three), and as the baseline the same hours of yesterday and
        of last week, widened to an hour either side, and the three hours before the start. Never a whole day."""
        now = [(spike.started, spike.updated)]
        if spike.updated - spike.started >= HEAD + TAIL:
            now = [(spike.started, spike.started + HEAD - MINUTE), (spike.updated - TAIL + MINUTE, spike.updated)]
        last = spike.started - GAP - MINUTE
        found = [(spike.started - BEFORE, last)]
        for days in (timedelta(days=1), timedelta(days=7)):
            found += [(first - days - HEAD, min(end - days + HEAD, last)) for first, end in now]
        return cls(now, _merged(found))


class Feedback(NamedTuple):
    """A spike's feedback and what it is compared with."""

    groups: list[Alike]
    complete: bool
    """All of the spike's feedback is in it."""


class Emergent(NamedTuple):
    """What an emergent topic was up to a transition of its episode: its last words, and all feedback that was ever recorded with
    it, what represents it earliest first. Ids as the views have them."""

    label: str
    phrases: list[str]
    messages: list[str]
    representative: list[str]


class Questions:
    """Read-only questions."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def feedback(self, spike: Transition) -> Feedback:
        """Feedback of customers in the spike's windows, its own and other, by the values of its dimensions. What a silence
        misses is not known: it has none of its own."""
        windows, mine = Windows.of(spike), _mine(spike)
        values = ", ".join(f"v{n}" for n in range(len(DIMENSIONS)))
        named = ", ".join(f"toString({name}) AS v{n}" for n, name in enumerate(DIMENSIONS))
        groups = [
            _GROUP.format(
                now=int(now),
                mine=int(own),
                values=named,
                minutes=_within(_looked_at(spike) if own and now else spans),
                condition=(mine if now or spike.kind != "emergent" else NONE) if own else f"NOT {mine}",
                rows=ROWS,
            )
            for now, spans in ((True, windows.now), (False, windows.before))
            for own in (True, False)
        ]
        statement = _GROUPED.format(values=values, groups=" UNION ALL ".join(f"SELECT * FROM ({group})" for group in groups))
        rows = self._client.query(statement, _parameters(spike))
        found = [Alike(bool(now), bool(own), tuple(told), int(count)) for now, own, *told, count in rows]
        own_now = sum(group.count for group in found if group.now and group.mine)
        return Feedback(found, len(windows.now) == 1 and own_now < ROWS)

    def verbatims(self, spike: Transition, whose: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        """What the customers said, redacted, earliest first, 200 at most; of an emergent topic what represents it, if that is
        known; of a silence nothing. `whose`: only of feedback that has these values of `DIMENSIONS`."""
        if spike.kind == "silence":
            return []
        if spike.kind == "emergent" and (chosen := self._texts(spike, _recorded("representative"), whose)):
            return chosen
        return self._texts(spike, _mine(spike), whose)

    def _texts(self, spike: Transition, mine: str, whose: Mapping[str, str]) -> list[str]:
        asked = [dimension for dimension in DIMENSIONS if dimension in whose]
        of = "".join(f" AND {dimension} = %({dimension})s" for dimension in asked)
        statement = _TEXTS.format(minutes=_within(_looked_at(spike)), mine=mine, whose=of, texts=TEXTS)
        values = _parameters(spike) | {dimension: whose[dimension] for dimension in asked}
        return [str(text) for (text,) in self._client.query(statement, values)]

    def emergent(self, spike: Transition) -> Emergent | None:
        """What an emergent topic was at a transition of its episode; None if nothing was recorded."""
        rows = self._client.query(_EMERGENT, _parameters(spike))
        return Emergent(*rows[0]) if rows else None

    def context(self, spike: Transition, products: Sequence[str], channels: Sequence[str]) -> list[Coincidence]:
        """What the company or the world did from 14 days before the start on, newest first, at most three: for one of these
        products (models, SKUs, categories) and channels, or for all."""
        values: dict[str, object] = {
            "tenant": spike.tenant,
            "from": _seconds(spike.started - timedelta(days=CONTEXT_DAYS)),
            "to": _seconds(spike.updated),
        }
        lists = {}
        for name, wanted in (("products", products), ("channels", channels)):
            values |= {f"{name}{n}": value for n, value in enumerate(wanted)}
            lists[name] = "[" + ", ".join(f"%({name}{n})s" for n in range(len(wanted))) + "]::Array(String)"
        rows = self._client.query(_CONTEXT.format(coincidences=COINCIDENCES, **lists), values)
        return [Coincidence(str(kind), str(title), start.replace(microsecond=0)) for kind, title, start in rows]

    def shares(self, first: datetime, last: datetime) -> tuple[int, int]:
        """Feedback of customers in a span of time, and how much of it no intent matched."""
        values = {"from": int(first.timestamp()), "to": int((last + timedelta(minutes=1)).timestamp())}
        ((total, other),) = self._client.query(_SHARES, values)
        return int(total), int(other)


def _mine(spike: Transition) -> str:
    """The condition of the spike's own feedback."""
    if spike.kind == "emergent":
        return _recorded("messages")
    if spike.kind == "silence":
        return NONE
    return "(1 = 1)" if spike.kind == "total" else "has(intents, %(topic)s)"


def _recorded(ids: str) -> str:
    return f"feedback_id IN (SELECT arrayJoin({ids}) {_RECORDED})"


def _parameters(spike: Transition) -> dict[str, object]:
    return {"tenant": spike.tenant, "topic": spike.topic, "spike": spike.spike_id, "at": _seconds(spike.at)}


def _looked_at(spike: Transition) -> list[tuple[datetime, datetime]]:
    """Where the spike's own feedback lies: of an emergent topic its messages are known, some of them said before they arrived."""
    now = Windows.of(spike).now
    return [(now[0][0] - LATE, spike.updated)] if spike.kind == "emergent" else now


def _within(spans: Sequence[tuple[datetime, datetime]]) -> str:
    return " OR ".join(
        f"minute BETWEEN toDateTime({_seconds(first)}, 'UTC') AND toDateTime({_seconds(last)}, 'UTC')" for first, last in spans
    )


def _merged(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The same minutes in spans that do not touch, earliest first; empty spans are left out."""
    merged: list[tuple[datetime, datetime]] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if merged and first <= merged[-1][1] + MINUTE:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _seconds(at: datetime) -> int:
    return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp())
