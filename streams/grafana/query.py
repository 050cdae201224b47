"""The plugin's query model, and the SQL that panels have in common. Statements name the documented views only.

A variable comes in percent-encoded (`${name:percentencode}`) and is decoded by the engine: whatever its value holds, quotes and
backslashes included, it is never read as SQL. Grafana's `singlequote` does not escape a backslash, at which ClickHouse ends a
string too late, and `sqlstring` neither.
"""

from enum import IntEnum
from typing import NamedTuple

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

PLUGIN = "grafana-clickhouse-datasource"
PLUGIN_VERSION = "4.20.0"
"""Which deploy/compose.yaml installs."""
SOURCE = "groundswell"
"""The uid of the data source, which every file names."""
MUTED_DAYS = 7
"""How long a mute holds that has no end of its own (rows from before mutes had one)."""
DAY_END = "($__toTime - INTERVAL 1 DAY)"


class Format(IntEnum):
    """What the plugin makes of rows. A name instead of the number is an error there."""

    SERIES = 0
    """A time column, strings become labels, numbers values. Sorted by time, ascending."""
    TABLE = 1


class Query(Dataquery):
    """One query of a panel, an annotation, a variable or a rule: the SDK has none for this plugin."""

    def __init__(self, sql: str, shape: Format = Format.SERIES, ref: str = "A", **more: object) -> None:
        self.sql, self.shape, self.ref, self.more = tidy(sql), shape, ref, more

    def to_json(self) -> dict[str, object]:
        """As the plugin's editor stores it; of it the backend reads rawSql and format."""
        return {
            "refId": self.ref,
            "datasource": {"type": PLUGIN, "uid": SOURCE},
            "editorType": "sql",
            "queryType": "timeseries" if self.shape is Format.SERIES else "table",
            "format": int(self.shape),
            "rawSql": self.sql,
            "pluginVersion": PLUGIN_VERSION,
            **self.more,
        }


class Target(Builder[Dataquery]):
    """A query as panels take it."""

    def __init__(self, query: Query) -> None:
        self._query = query

    def build(self) -> Dataquery:
        """The query itself."""
        return self._query


class Asked(NamedTuple):
    """A statement that Grafana will send, and from where: what tests and benchmarks run."""

    place: str
    """The dashboard's or rule group's uid or name."""
    title: str
    sql: str
    shape: Format
    hours: float
    """The default time range it covers."""
    step_s: int = 60
    """The shortest interval that Grafana asks it for."""


def source_ref() -> DataSourceRef:
    """The data source, as panels and variables name it."""
    return DataSourceRef(type_val=PLUGIN, uid=SOURCE)


def tidy(sql: str) -> str:
    """Without indentation, one clause a line, as it was written."""
    return "\n".join(line.strip() for line in sql.strip().splitlines())


def picked(name: str) -> str:
    """The chosen values of a variable, as an array; `*` is everything. Grafana parts several by commas, so the whole is in it
    too: a value that holds a comma can be chosen alone."""
    whole = f"trim(BOTH '{{}}' FROM decodeURLComponent('${{{name}:percentencode}}'))"
    return f"arrayPushBack(splitByChar(',', {whole}), {whole})"


def chosen(name: str, column: str) -> str:
    """The condition that a column has one of the variable's values, or that all are meant."""
    return f"(has({picked(name)}, '*') OR {column} IN {picked(name)})"


def single(name: str) -> str:
    """The value of a variable that has exactly one."""
    return f"decodeURLComponent('${{{name}:percentencode}}')"


TENANT = chosen("tenant", "tenant")
FEEDBACK = " AND ".join(
    (
        TENANT,
        chosen("channel", "channel"),
        chosen("shop", "shop"),
        chosen("category", "product_category"),
        chosen("model", "product_model"),
        chosen("language", "language"),
    )
)
"""Feedback of what is chosen above the dashboard."""
CUSTOMERS = "sender_role = 'customer'"
LAST_DAY = f"minute >= greatest($__fromTime, {DAY_END}) AND minute <= $__toTime"
"""Feedback itself is read for a day at most: of a longer range the last one. Counts have no such limit."""
RECENT = f"""{LAST_DAY} AND minute >= (SELECT max(minute) FROM (
SELECT minute, sum(said) OVER (ORDER BY minute DESC) AS since FROM (
SELECT minute, sum(count) AS said FROM minute_total WHERE {LAST_DAY} AND {TENANT} GROUP BY minute)) WHERE since >= 20000)"""
"""Of that, for lists and choices, the minutes of the newest 20,000 contacts (all, if there are fewer)."""
FILLED = (
    "ORDER BY time WITH FILL FROM toStartOfInterval($__fromTime, INTERVAL $__interval_s SECOND) TO $__toTime STEP $__interval_s"
)
"""Intervals in which nothing was said are there, with zero."""
WHO = "if(customer_hash = '', conversation_id, customer_hash)"
"""Who speaks: a pseudonym, or the conversation where none is known."""
MUTED = f"""SELECT tenant, kind, topic FROM spikes WHERE id IN (
SELECT spike_id FROM spike_verdicts WHERE verdict = 'mute' AND ifNull(until, at + INTERVAL {MUTED_DAYS} DAY) > $__toTime)"""
"""What nobody is told of at the end of the range."""
