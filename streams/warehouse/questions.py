"""What TELL and the command line ask the warehouse about feedback. Views only."""

from datetime import datetime, timedelta

from processors.card import DIMENSIONS
from processors.explain import Cell
from schemas.spikes import Transition
from streams.warehouse.client import WarehouseClient

# The topic now, and in the same hours of yesterday and of last week (widened to an hour either side): three windows,
# never a whole day. Minutes in Unix seconds.
_CELLS = """
SELECT dimension, value,
       countIf(mine AND minute >= toDateTime(%(from)s, 'UTC')) AS now,
       countIf(mine AND minute < toDateTime(%(from)s - 3600, 'UTC')) AS before,
       countIf(NOT mine AND minute >= toDateTime(%(from)s, 'UTC')) AS others
FROM (SELECT minute, has(intents, %(topic)s) AS mine, {columns}
      FROM feedback
      WHERE ((minute >= toDateTime(%(from)s, 'UTC') AND minute <= toDateTime(%(to)s, 'UTC'))
          OR (minute >= toDateTime(%(from)s - 90000, 'UTC') AND minute <= toDateTime(%(to)s - 82800, 'UTC'))
          OR (minute >= toDateTime(%(from)s - 608400, 'UTC') AND minute <= toDateTime(%(to)s - 601200, 'UTC')))
        AND tenant = %(tenant)s AND sender_role = 'customer')
ARRAY JOIN [{names}] AS dimension, [{values}] AS value
GROUP BY dimension, value
ORDER BY dimension, now DESC, value
LIMIT 50 BY dimension"""

_VERBATIMS = """
SELECT text FROM feedback
WHERE minute >= toDateTime(%(from)s, 'UTC') AND minute <= toDateTime(%(to)s, 'UTC') AND tenant = %(tenant)s
  AND has(intents, %(topic)s) AND sender_role = 'customer'
ORDER BY minute, feedback_id LIMIT 200"""

_SPAN = "minute >= toDateTime(%(from)s, 'UTC') AND minute <= toDateTime(%(to)s, 'UTC')"
_SHARES = f"""
SELECT sumIf(count, topic = '') AS total, sumIf(count, topic = 'other') AS other
FROM (SELECT topic, count FROM topic_minute WHERE {_SPAN}
      UNION ALL
      SELECT '' AS topic, count FROM minute_total WHERE {_SPAN})"""


class Questions:
    """Read-only questions."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def cells(self, spike: Transition) -> list[Cell]:
        """The spike's feedback by every dimension and value, against the same hours of yesterday and last week."""
        statement = _CELLS.format(
            columns=", ".join(DIMENSIONS),
            names=", ".join(f"'{name}'" for name in DIMENSIONS),
            values=", ".join(f"toString({name})" for name in DIMENSIONS),
        )
        cells = [Cell(*row) for row in self._client.query(statement, _window(spike))]
        order = list(DIMENSIONS)
        return sorted(cells, key=lambda cell: order.index(cell.dimension))

    def verbatims(self, spike: Transition) -> list[str]:
        """What the customers said, redacted, earliest first, 200 at most."""
        return [text for (text,) in self._client.query(_VERBATIMS, _window(spike))]

    def shares(self, first: datetime, last: datetime) -> tuple[int, int]:
        """Feedback of customers in a span of time, and how much of it no intent matched."""
        values = {"from": int(first.timestamp()), "to": int((last + timedelta(minutes=1)).timestamp())}
        ((total, other),) = self._client.query(_SHARES, values)
        return int(total), int(other)


def _window(spike: Transition) -> dict[str, object]:
    first, last = int(spike.started.timestamp()), int(spike.updated.timestamp())
    return {"from": first, "to": last, "tenant": spike.tenant, "topic": spike.topic}
