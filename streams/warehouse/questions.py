"""What TELL and the command line ask the warehouse about feedback. Views only."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from processors.attribution import Alike
from processors.card import DIMENSIONS, Coincidence, Outcome, Rating
from processors.chart import Band, Plan
from processors.verbatims import Verbatim
from schemas.spikes import EVERYTHING, Transition
from streams.warehouse.client import WarehouseClient

ROWS = 5_000
"""About how much feedback is looked at, at most, in each of the four groups (the spike's own and other, in the episode and before
it): of more, every second, fourth, eighth ... by the hash of its id, always the same ones. To sort them would take seconds."""
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

_COUNTS = """
SELECT {now} AS now, 0 AS mine, sum(count) FROM minute_total WHERE ({minutes}) AND tenant = %(tenant)s
UNION ALL
SELECT {now} AS now, 1 AS mine, sum(count) FROM topic_minute WHERE ({minutes}) AND tenant = %(tenant)s AND topic = %(topic)s"""
_GROUP = """
SELECT {now} AS now, {mine} AS mine, {values}
FROM feedback
WHERE ({minutes}) AND tenant = %(tenant)s AND sender_role = 'customer'{condition}
  AND modulo(cityHash64(feedback_id), if(mine, {own}, {other})) = 0"""
_GROUPED = "SELECT now, mine, {values}, count() FROM ({groups}) GROUP BY ALL ORDER BY ALL"
_TEXTS = """
SELECT text, channel FROM feedback
WHERE ({minutes}) AND tenant = %(tenant)s AND {mine} AND sender_role = 'customer'{whose}
ORDER BY minute, feedback_id LIMIT {texts} SETTINGS optimize_read_in_order = 0"""
"""In the order of the key the server would read the text of every row of the windows."""
_WHO = """
SELECT uniqExactIf(customer_hash, customer_hash != ''), countIf(customer_hash = ''), sumMap([minute], [1])
FROM feedback WHERE ({minutes}) AND tenant = %(tenant)s AND {mine} AND sender_role = 'customer'"""
_DRAWN = "tenant = %(tenant)s AND minute >= toDateTime(%(first)s, 'UTC') AND minute < toDateTime(%(end)s, 'UTC')"
_COUNTED = f"SELECT 'count', minute, toFloat64(count), 0., 0. FROM topic_tested WHERE topic = %(topic)s AND {_DRAWN}"
_ALL_COUNTED = f"SELECT 'count', minute, toFloat64(count), 0., 0. FROM minute_total WHERE {_DRAWN}"
_BANDS = f"""
SELECT 'band', minute, toFloat64(expected), toFloat64(low), toFloat64(high) FROM topic_band
WHERE topic = %(topic)s AND {_DRAWN}"""
_CONTACTS = """
SELECT 'all', toDateTime(%(from)s, 'UTC'), toFloat64(sum(count)), 0., 0. FROM minute_total
WHERE tenant = %(tenant)s AND minute >= toDateTime(%(from)s, 'UTC') AND minute < toDateTime(%(end)s, 'UTC')"""
OUTCOMES = ("return_requested", "returned", "refunded", "exchanged", "cancelled")
"""What may become of an order that says that something is wrong."""
_SINCE = "time >= toDateTime(%(before)s, 'UTC') AND time < toDateTime(%(end)s, 'UTC')"
_ORDERS = f"""
SELECT kind, time >= toDateTime(%(from)s, 'UTC') AS now, uniqExact(order_hash), uniqExact(order_hash, line_id) FROM orders
WHERE tenant = %(tenant)s AND {_SINCE} AND (kind = 'placed' OR kind IN {OUTCOMES} AND {{condition}}) GROUP BY ALL ORDER BY ALL"""
_RATINGS = f"""
SELECT scale_min, scale_max, time >= toDateTime(%(from)s, 'UTC') AS now, avg(score), count() FROM surveys
WHERE tenant = %(tenant)s AND {_SINCE} AND metric = 'csat' AND ifNull(higher_is_better, true) AND {{condition}}
GROUP BY ALL ORDER BY ALL"""
_RECORDED = "FROM emergent_topics WHERE tenant = %(tenant)s AND spike_id = %(spike)s AND at <= toDateTime(%(at)s, 'UTC')"
_EMERGENT = f"""
SELECT argMax(label, at), argMax(phrases, at), arraySort(groupUniqArrayArray(messages)),
       arrayDistinct(arrayFlatten(arraySort(groupArray((at, representative))).2)),
       argMin(arrayMap(topic -> (topic.1, topic.2 / length(messages)), topics), at)
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


Span = tuple[datetime, datetime]
"""First and last minute."""
Minutes = Mapping[datetime, int]
"""How much was said in each minute; those without anything left out."""
EVER: Minutes = MappingProxyType({})
"""Not known."""


class Windows(NamedTuple):
    """The spans that an explanation looks at: first and last minutes, both included."""

    now: list[tuple[datetime, datetime]]
    before: list[tuple[datetime, datetime]]

    @classmethod
    def of(cls, spike: Transition) -> "Windows":
        """The episode (of a longer one its first hour and its last three), and as the baseline the three hours before the start
        and the same hours of yesterday and of last week, of a shorter one widened to an hour either side. Never a whole day."""
        now, around = [(spike.started, spike.updated)], HEAD
        if spike.updated - spike.started >= HEAD + TAIL:
            around = timedelta()
            now = [(spike.started, spike.started + HEAD - MINUTE), (spike.updated - TAIL + MINUTE, spike.updated)]
        last = spike.started - GAP - MINUTE
        found = [(spike.started - BEFORE, last)]
        for days in (timedelta(days=1), timedelta(days=7)):
            found += [(first - days - around, min(end - days + around, last)) for first, end in now]
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
    intents: Sequence[tuple[str, float]] = ()
    """What part of it each known intent was found in when it opened: it stays whose it is."""


class Who(NamedTuple):
    """Who spoke in a spike, and when."""

    customers: int
    """Different ones."""
    at_least: bool
    """Some feedback carries no customer, or was not looked at."""
    minutes: dict[datetime, int]
    """How much in each minute that was looked at."""


class Series(NamedTuple):
    """What is drawn, minute by minute; minutes without any are left out."""

    counts: dict[datetime, int]
    bands: dict[datetime, Band]
    contacts: int
    """Feedback of all customers in the episode."""


class Consequences(NamedTuple):
    """What else is known of the time since the start, and of as much time before it."""

    orders: int | None
    """Orders placed since the start; None: none were placed in either."""
    outcomes: list[Outcome]
    rating: Rating | None


class Questions:
    """Read-only questions."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def _ask(self, statement: str, parameters: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """One thread: of so few rows a second one only adds to the work (a quarter of the server's processor time)."""
        return self._client.query(statement, parameters, threads=1)

    def feedback(self, spike: Transition, said: Minutes = EVER) -> Feedback:
        """Feedback of customers in the spike's windows, its own and other, by the values of its dimensions. What a silence
        misses is not known: it has none of its own. `said`: the minutes of its own, if they are known (`who`)."""
        windows, mine = Windows.of(spike), _mine(spike)
        values = ", ".join(f"v{n}" for n in range(len(DIMENSIONS)))
        one_in = self._one_in(spike, windows)
        looked_at = [(True, windows.now, mine, ""), (False, windows.before, mine, "")]
        if spike.kind == "emergent":
            others = f" AND NOT {mine}"
            looked_at = [(True, windows.now, NONE, others), (False, windows.before, NONE, others)]
            looked_at.append((True, _narrowed(_looked_at(spike), said), "(1 = 1)", f" AND {mine}"))
        groups = [
            _GROUP.format(
                now=int(now),
                mine=own,
                values=", ".join(f"toString({name}) AS v{n}" for n, name in enumerate(DIMENSIONS)),
                minutes=_within(spans),
                condition=condition,
                own=one_in[now, True],
                other=one_in[now, False],
            )
            for now, spans, own, condition in looked_at
        ]
        statement = _GROUPED.format(values=values, groups=" UNION ALL ".join(f"SELECT * FROM ({group})" for group in groups))
        rows = self._ask(statement, _parameters(spike))
        found = [Alike(bool(now), bool(own), tuple(told), int(count)) for now, own, *told, count in rows]
        return Feedback(found, len(windows.now) == 1 and one_in[True, True] == 1)

    def _one_in(self, spike: Transition, windows: "Windows") -> dict[tuple[bool, bool], int]:
        """By (now, mine): of how many pieces of feedback one is looked at, so that they are ROWS at most. A power of two, so that
        a larger sample holds the smaller one. Of an emergent topic, which is never large, all."""
        spans = ((True, windows.now), (False, windows.before))
        statement = " UNION ALL ".join(_COUNTS.format(now=int(now), minutes=_within(minutes)) for now, minutes in spans)
        counted = {(bool(now), bool(mine)): int(count) for now, mine, count in self._ask(statement, _parameters(spike))}
        if spike.kind == "total":
            counted |= {(now, True): counted[now, False] for now in (True, False)}
        return {group: 1 << max((count - 1) // ROWS, 0).bit_length() for group, count in counted.items()}

    def verbatims(self, spike: Transition) -> list[str]:
        """The texts of `words`."""
        return [verbatim.text for verbatim in self.words(spike)]

    def words(self, spike: Transition, whose: Mapping[str, str] = MappingProxyType({}), said: Minutes = EVER) -> list[Verbatim]:
        """What the customers said, redacted, earliest first, 200 at most; of an emergent topic what represents it, if that is
        known; of a silence nothing. `whose`: only of feedback that has these values of `DIMENSIONS`. `said`: as above."""
        if spike.kind == "silence":
            return []
        if spike.kind == "emergent" and (chosen := self._texts(spike, _recorded("representative"), whose, said)):
            return chosen
        return self._texts(spike, _mine(spike), whose, said if whose else _earliest(said))

    def _texts(self, spike: Transition, mine: str, whose: Mapping[str, str], said: Minutes) -> list[Verbatim]:
        asked = [dimension for dimension in DIMENSIONS if dimension in whose]
        of = "".join(f" AND {dimension} = %({dimension})s" for dimension in asked)
        spans = _narrowed(_looked_at(spike), said)
        statement = _TEXTS.format(minutes=_within(spans), mine=mine, whose=of, texts=TEXTS)
        values = _parameters(spike) | {dimension: whose[dimension] for dimension in asked}
        return [Verbatim(str(text), str(channel)) for text, channel in self._ask(statement, values)]

    def who(self, spike: Transition) -> Who:
        """How many customers spoke in the spike's windows, and how much was said in each of their minutes."""
        statement = _WHO.format(minutes=_within(_looked_at(spike)), mine=_mine(spike))
        ((customers, nobody, (minutes, counts)),) = self._ask(statement, _parameters(spike))
        looked_at_all = spike.kind == "emergent" or len(Windows.of(spike).now) == 1
        found = {_utc(minute): int(count) for minute, count in zip(minutes, counts, strict=True)}
        return Who(int(customers), bool(nobody) or not looked_at_all, found)

    def series(self, spike: Transition) -> Series:
        """What was counted and expected in each minute that is drawn: of a topic as it was judged, of everything as known today;
        of an emergent topic and of a channel nothing is counted by the minute."""
        plan = Plan.of(spike.started, spike.updated)
        everything = spike.kind == "total" or spike.topic == EVERYTHING
        known = spike.kind == "topic" or (spike.kind == "silence" and not everything)
        parts = [_CONTACTS, *([_COUNTED, _BANDS] if known else [_ALL_COUNTED] if everything else [])]
        values = _parameters(spike) | {
            "first": _seconds(plan.first),
            "from": _seconds(spike.started),
            "end": _seconds(spike.updated + MINUTE),
        }
        counts: dict[datetime, int] = {}
        bands: dict[datetime, Band] = {}
        contacts = 0
        for what, minute, number, low, high in self._ask(" UNION ALL ".join(parts), values):
            if what == "count":
                counts[_utc(minute)] = int(number)
            elif what == "band":
                bands[_utc(minute)] = Band(number, low, high)
            else:
                contacts = int(number)
        return Series(counts, bands, contacts)

    def consequences(self, spike: Transition, products: Mapping[str, Sequence[str]], channels: Sequence[str]) -> Consequences:
        """Orders placed since the start; what became of orders of these products (values by `DIMENSIONS`), and how satisfied
        customers of them (of these channels, if no product is named) are, since the start and in as much time before it."""
        end = spike.updated + MINUTE
        values = {
            "tenant": spike.tenant,
            "from": _seconds(spike.started),
            "before": _seconds(spike.started - (end - spike.started)),
            "end": _seconds(end),
        }
        condition = _any_of(products, values)
        placed: dict[bool, int] = {}
        counted: dict[str, dict[bool, int]] = {}
        for kind, now, orders, lines in self._ask(_ORDERS.format(condition=condition), values):
            if kind == "placed":
                placed[bool(now)] = int(orders)
            else:
                counted.setdefault(kind, {})[bool(now)] = int(lines)
        outcomes = [
            Outcome(kind, counted[kind].get(True, 0), counted[kind].get(False, 0)) for kind in OUTCOMES if kind in counted
        ]
        if condition == NONE:
            condition = _any_of({"channel": channels}, values)
        rows = self._ask(_RATINGS.format(condition=condition), values) if condition != NONE else []
        return Consequences(placed.get(True, 0) if placed else None, outcomes, _rating(rows))

    def emergent(self, spike: Transition) -> Emergent | None:
        """What an emergent topic was at a transition of its episode; None if nothing was recorded."""
        rows = self._ask(_EMERGENT, _parameters(spike))
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
        rows = self._ask(_CONTEXT.format(coincidences=COINCIDENCES, **lists), values)
        return [Coincidence(str(kind), str(title), start.replace(microsecond=0)) for kind, title, start in rows]

    def shares(self, first: datetime, last: datetime) -> tuple[int, int]:
        """Feedback of customers in a span of time, and how much of it no intent matched."""
        values = {"from": int(first.timestamp()), "to": int((last + timedelta(minutes=1)).timestamp())}
        ((total, other),) = self._ask(_SHARES, values)
        return int(total), int(other)


def _narrowed(spans: list[Span], said: Minutes) -> list[Span]:
    """What of the spans lies between the first and the last of these minutes; all of it, if none is known."""
    if not said:
        return spans
    first, last = min(said), max(said)
    return [(max(start, first), min(end, last)) for start, end in spans if start <= last and first <= end] or spans


def _earliest(said: Minutes) -> Minutes:
    """The first minutes in which so much was said as is read."""
    found: dict[datetime, int] = {}
    for minute in sorted(said):
        if sum(found.values()) >= TEXTS:
            break
        found[minute] = said[minute]
    return found


def _rating(rows: Sequence[tuple[float, float, int, float, int]]) -> Rating | None:
    """Of the scale on which most answered since the start."""
    now = [row for row in rows if row[2]]
    if not now:
        return None
    low, high, _, mean, answers = max(now, key=lambda row: row[4])
    before = next(((row[3], int(row[4])) for row in rows if not row[2] and row[:2] == (low, high)), (None, 0))
    return Rating(mean, int(answers), before[0], before[1], low, high)


def _any_of(wanted: Mapping[str, Sequence[str]], values: dict[str, object]) -> str:
    """The condition that a dimension has one of these values, which become parameters."""
    conditions = []
    for dimension in DIMENSIONS:
        if listed := wanted.get(dimension, ()):
            values |= {f"{dimension}{n}": value for n, value in enumerate(listed)}
            conditions.append(f"{dimension} IN ({', '.join(f'%({dimension}{n})s' for n in range(len(listed)))})")
    return f"({' OR '.join(conditions)})" if conditions else NONE


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


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
