"""What a briefing asks the warehouse. Views only; read-only; blocking.

Labels that others gave (channels, titles, products, phrases) are hidden where they name a person, as on a card.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from processors.names import unnamed
from schemas.spikes import Spike
from streams.briefing.facts import Announced, Feed, Instrument, Refused, Span, Subject, Volume
from streams.warehouse.client import WarehouseClient

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
GRID_S = 600
"""Seconds between the minutes in which the band of every live topic is kept."""
LIVE = 0.01
"""Feedback a minute from which it is: less was only kept because it surprised, and so proves nothing."""
FEW = 200
"""Rows of a list that nobody reads further."""

_WITHIN = "minute >= toDateTime(%(since)s, 'UTC') AND minute < toDateTime(%(until)s, 'UTC')"
_BOTH = "minute >= toDateTime(%(before)s, 'UTC') AND minute < toDateTime(%(until)s, 'UTC')"
_ENDS = "SELECT min(minute), max(minute), groupUniqArray(tenant) FROM minute_total WHERE {mine} HAVING count() > 0"
_JUDGED = "SELECT max(minute) FROM topic_band WHERE {mine} AND minute > toDateTime(%(last)s, 'UTC') HAVING count() > 0"
_BLOCKS = f"""
SELECT tenant, topic, intDiv(toUnixTimestamp(minute) - %(before)s, 86400) AS day, sum(count)
FROM (SELECT tenant, topic, minute, count FROM topic_minute WHERE {_BOTH} AND {{mine}}
      UNION ALL
      SELECT tenant, '' AS topic, minute, count FROM minute_total WHERE {_BOTH} AND {{mine}})
GROUP BY ALL ORDER BY ALL"""
_VOLUME = f"""
SELECT minute >= toDateTime(%(since)s, 'UTC') AS now, count(), uniqExact(cityHash64(tenant, conversation_id)),
       uniqExactIf(cityHash64(tenant, customer_hash), customer_hash != '')
FROM feedback WHERE {_BOTH} AND sender_role = 'customer' AND {{mine}} GROUP BY now"""
_FEEDS = f"""
SELECT tenant, toString(channel) AS name, countIf(minute >= toDateTime(%(since)s, 'UTC')) AS now,
       countIf(minute < toDateTime(%(since)s, 'UTC')) AS earlier, max(minute)
FROM feedback WHERE {_BOTH} AND sender_role = 'customer' AND {{mine}}
GROUP BY tenant, name ORDER BY now DESC, earlier DESC, name LIMIT {FEW}"""
_EXPECTED = f"""
SELECT tenant, topic, sum(expected) * {GRID_S // 60}, sum(observed)
FROM (SELECT tenant, topic, minute AS slot, expected FROM topic_band
      WHERE {_WITHIN} AND {{mine}} AND modulo(toUnixTimestamp(minute), {GRID_S}) = 0 AND expected >= {LIVE}) AS band
LEFT JOIN (SELECT tenant, topic, toStartOfInterval(minute, INTERVAL {GRID_S} SECOND) AS slot, sum(count) AS observed
           FROM topic_tested WHERE {_WITHIN} AND {{mine}} GROUP BY tenant, topic, slot) AS given USING (tenant, topic, slot)
GROUP BY tenant, topic"""
_VERDICTS = "SELECT spike_id, toString(argMax(verdict, at)) FROM spike_verdicts WHERE verdict != 'mute' GROUP BY spike_id"
_EMERGENT = """
SELECT spike_id, argMax(label, at), argMax(phrases, at), argMax(topics, at), length(groupUniqArrayArray(messages))
FROM emergent_topics WHERE has(%(spikes)s, spike_id) GROUP BY spike_id"""
_CONTEXT = f"""
SELECT tenant, toString(kind), title, start, end, products FROM context
WHERE ifNull(end, start) >= toDateTime(%(since)s, 'UTC') AND start < toDateTime(%(until)s, 'UTC') AND {{mine}}
ORDER BY start DESC, id LIMIT {FEW}"""
_SPOKEN = f"SELECT uniqExact(minute) FROM minute_total WHERE {_WITHIN} AND count > 0 AND {{mine}}"
_STORED = f"SELECT count() FROM feedback WHERE {_WITHIN} AND {{mine}}"
_LATE = f"""
SELECT sum(greatest(charted - given, 0)), greatest(sum(charted) - sum(given), 0)
FROM (SELECT tenant, topic, minute, sum(c) AS charted, sum(g) AS given
      FROM (SELECT tenant, topic, minute, toInt64(count) AS c, toInt64(0) AS g FROM topic_minute WHERE {_WITHIN} AND {{mine}}
            UNION ALL
            SELECT tenant, topic, minute, 0, count FROM topic_tested WHERE {_WITHIN} AND {{mine}})
      GROUP BY tenant, topic, minute)"""
_REFUSED = "SELECT toString(reason), count() AS n, max(seen_at) FROM dead_letters GROUP BY reason ORDER BY n DESC, reason"


class Ends(NamedTuple):
    """The first minute of a warehouse, the newest that is closed, and whose feedback it holds."""

    first: datetime
    newest: datetime
    tenants: list[str]


Counts = dict[tuple[str, str], Counter[int]]
"""By tenant and topic ('': everything), messages of each day: those of the span before are numbered first."""


class Asked:
    """The questions of one briefing; of one tenant, or of all ('')."""

    def __init__(self, client: WarehouseClient, tenant: str = "") -> None:
        self._client, self._tenant = client, tenant

    def ends(self) -> Ends | None:
        """What the warehouse holds; None: nothing. A minute is closed when it was counted, or judged although nobody spoke."""
        for first, last, tenants in self._ask(_ENDS):
            judged = self._ask(_JUDGED, last=_seconds(last))
            return Ends(first, max([last, *(minute for (minute,) in judged)]), sorted(tenants))
        return None

    def counts(self, span: Span) -> Counts:
        """Messages by topic and day."""
        found: Counts = defaultdict(Counter)
        for tenant, topic, day, count in self._ask(_BLOCKS, **_of(span)):
            found[tenant, topic][int(day)] += int(count)
        return found

    def volumes(self, span: Span) -> tuple[Volume, Volume]:
        """Of the span, and of the one before."""
        found = {bool(now): Volume(*map(int, counts)) for now, *counts in self._ask(_VOLUME, **_of(span))}
        return found.get(True, Volume()), found.get(False, Volume())

    def feeds(self, span: Span) -> list[Feed]:
        """The channels of both spans, busiest first."""
        rows = self._ask(_FEEDS, **_of(span))
        return [Feed(tenant, unnamed(channel), now, before, last) for tenant, channel, now, before, last in rows]

    def expected(self, span: Span) -> dict[tuple[str, str], tuple[float, int]]:
        """By tenant and topic what the detector expected in the intervals that it judged, and what was there in them."""
        rows = self._ask(_EXPECTED, **_of(span))
        return {(tenant, topic): (float(expected), int(observed)) for tenant, topic, expected, observed in rows}

    def verdicts(self) -> dict[str, str]:
        """By episode the latest verdict on it that is not a mute: useful, known or noise."""
        return {str(spike_id): str(verdict) for spike_id, verdict in self._ask(_VERDICTS)}

    def subjects(self, spikes: Sequence[Spike], until: datetime) -> list[Subject]:
        """What the emergent ones of these episodes are, in the same order."""
        emergent = [spike for spike in spikes if spike.kind == "emergent"]
        rows = self._ask(_EMERGENT, spikes=[spike.id for spike in emergent]) if emergent else []
        known = {row[0]: row[1:] for row in rows}
        found = []
        for spike in emergent:
            label, phrases, topics, messages = known.get(spike.id, (spike.label, [], [], spike.observed))
            beside = [(str(topic), int(count)) for topic, count in topics]
            open_ = spike.closed is None or spike.closed >= until
            words = [unnamed(phrase) for phrase in phrases]
            found.append(Subject(spike.id, spike.tenant, unnamed(label), words, beside, int(messages), spike.started, open_))
        return found

    def announced(self, span: Span) -> list[Announced]:
        """What was done, or lasted, in the span; newest first."""
        return [
            Announced(tenant, kind, unnamed(title), start, end, [unnamed(product) for product in products])
            for tenant, kind, title, start, end, products in self._ask(_CONTEXT, **_of(span))
        ]

    def instrument(self, span: Span, first: datetime) -> Instrument:
        """How far the numbers can be trusted."""
        ((spoken,),) = self._ask(_SPOKEN, **_of(span))
        ((stored,),) = self._ask(_STORED, **_of(span))
        ((late, only_charted),) = self._ask(_LATE, **_of(span))
        return Instrument(
            minutes=int((span.until - span.since) / MINUTE),
            minutes_spoken=int(spoken),
            history_days=max((span.since - first) / DAY, 0.0),
            late=int(late or 0),
            only_charted=int(only_charted or 0),
            stored=int(stored),
            refused=[Refused(reason, int(count), seen) for reason, count, seen in self._ask(_REFUSED)],
        )

    def _ask(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        mine = "tenant = %(tenant)s" if self._tenant else "(1 = 1)"
        return self._client.query(statement.format(mine=mine), values | {"tenant": self._tenant})


def _of(span: Span) -> dict[str, object]:
    return {"before": _seconds(span.before), "since": _seconds(span.since), "until": _seconds(span.until)}


def _seconds(at: datetime) -> int:
    return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp())
