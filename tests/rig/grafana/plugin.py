"""A stand-in for the ClickHouse data-source plugin: the same query in, the same frames out, over clickhouse-driver.

Its prototype agreed with plugin 4.14.1 on 44 of 44 queries. Later versions replaced the macro engine: only macros that both know
are used by the product.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from clickhouse_driver import Client, errors

MACRO = re.compile(r"\$__(\w+)")


class QueryError(Exception):
    """What the plugin would show in the panel."""


@dataclass
class Field:
    """A column of a frame: kind is time, number, string, bool or json."""

    name: str
    kind: str
    values: list[Any]
    labels: dict[str, str] = field(default_factory=dict)


Frame = list[Field]


class Plugin:
    """One data source: a connection as the user it would have."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def query(self, model: dict[str, Any], start_ms: int, end_ms: int, interval_ms: int = 60_000) -> Frame:
        """The one frame of a query; without fields where a time series has no rows. Raises QueryError."""
        shape = model.get("format", 0)
        if not isinstance(shape, int):
            raise QueryError("json: cannot unmarshal string into Go struct field .format")
        sql = expanded(model["rawSql"], start_ms, end_ms, model.get("intervalMs", interval_ms))
        try:
            rows, types = self._client.execute(sql, with_column_types=True)
        except errors.Error as error:
            raise QueryError(f"{str(error).split('Stack trace')[0].strip()}\n{sql}") from error
        fields = [
            Field(name, kind_of(type_), [cell(row[n]) for row in rows], {}) for n, (name, type_) in enumerate(types)
        ]  # fmt: skip
        if shape != 0:
            return fields
        fill = model.get("fillMode", {})
        return wide(fields, fill.get("Value") if fill.get("Mode") == 2 else None) if rows else []


def expanded(sql: str, start_ms: int, end_ms: int, interval_ms: int) -> str:
    """The statement without macros. What only the front end knows ($__adHocFilters and the like) stays and is an error of SQL."""
    start, end = start_ms // 1000, end_ms // 1000
    seconds, millis = max(1, interval_ms // 1000), max(1, interval_ms)

    def between(column: str) -> str:
        return f"{column} >= toDateTime({start}) AND {column} <= toDateTime({end})"

    def days(column: str) -> str:
        first, last = (f"toDate('{datetime.fromtimestamp(at, UTC):%Y-%m-%d}')" for at in (start, end))
        return f"{column} >= {first} AND {column} <= {last}"

    called: dict[str, Callable[..., str]] = {
        "timeFilter": between,
        "timeFilter_ms": lambda c: f"{c} >= fromUnixTimestamp64Milli({start_ms}) AND {c} <= fromUnixTimestamp64Milli({end_ms})",
        "dateFilter": days,
        "dateTimeFilter": lambda d, t: f"({days(d)}) AND ({between(t)})",
        "dt": lambda d, t: f"({days(d)}) AND ({between(t)})",
        "timeInterval": lambda c: f"toStartOfInterval(toDateTime({c}), INTERVAL {seconds} second)",
        "timeInterval_ms": lambda c: f"toStartOfInterval(toDateTime64({c}, 3), INTERVAL {millis} millisecond)",
    }
    plain = {
        "fromTime": f"toDateTime({start})",
        "toTime": f"toDateTime({end})",
        "fromTime_ms": f"fromUnixTimestamp64Milli({start_ms})",
        "toTime_ms": f"fromUnixTimestamp64Milli({end_ms})",
        "interval_s": str(seconds),
    }
    out, at = "", 0
    while found := MACRO.search(sql, at):
        out, at, name = out + sql[at : found.start()], found.end(), found[1]
        if name in plain:
            out += plain[name]
        elif name in called:
            given, at = arguments(sql, at, name)
            out += called[name](*given)
        elif name == "timeGroup":
            raise QueryError("$__timeGroup expands to nothing in this plugin")
        else:
            out += found[0]
    return out + sql[at:]


def arguments(sql: str, at: int, name: str) -> tuple[list[str], int]:
    """What stands in the brackets after a macro, and where it goes on."""
    if sql[at : at + 1] != "(":
        raise QueryError(f"$__{name} needs arguments")
    depth, last, found = 1, at + 1, []
    for place in range(at + 1, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if not depth or (sql[place] == "," and depth == 1):
            found.append(sql[last:place].strip())
            last = place + 1
        if not depth:
            return found, place + 1
    raise QueryError("missing close bracket")


def kind_of(type_: str) -> str:
    """A ClickHouse type as a kind of field."""
    if inner := re.fullmatch(r"(?:LowCardinality|Nullable)\((.*)\)", type_):
        return kind_of(inner[1])
    for kind, pattern in (
        ("number", r"U?Int(8|16|32|64|128|256)$|Float(32|64)$|Decimal"),
        ("time", r"Date"),
        ("bool", r"Bool$"),
        ("string", r"String|FixedString|Enum|UUID|IPv[46]"),
        ("json", r"Array|Map|Tuple|Nested|JSON"),
    ):
        if re.match(pattern, type_):
            return kind
    raise QueryError(f'clickhouse: unsupported column type "{type_}"')


def cell(value: object) -> Any:
    """A value as a frame has it: times in milliseconds, no number that is none."""
    if isinstance(value, datetime):
        return int(value.replace(tzinfo=value.tzinfo or UTC).timestamp() * 1000)
    if isinstance(value, date):
        return int(datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp() * 1000)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, (int, str, bool, list, dict)) else str(value)


def wide(fields: Sequence[Field], missing: Any = None) -> Frame:
    """One value field per distinct set of labels, with `missing` for missing cells (Grafana's LongToWide). Raises QueryError."""
    times = [column for column in fields if column.kind == "time"]
    labels = [column for column in fields if column.kind in ("string", "bool")]
    values = [column for column in fields if column not in (*times[:1], *labels)]
    if not times or not labels or not values:
        return list(fields)
    moments = times[0].values
    if any(later < earlier for earlier, later in pairwise(moments)):
        raise QueryError("long series must be sorted ascending by time")
    order = sorted(set(moments))
    found: dict[tuple[str, tuple[str, ...]], list[Any]] = {}
    for row, moment in enumerate(moments):
        key = tuple(_label(column.values[row]) for column in labels)
        for column in values:
            found.setdefault((column.name, key), [missing] * len(order))[order.index(moment)] = column.values[row]
    kinds = {column.name: column.kind for column in values}
    lines = [
        Field(name, kinds[name], cells, dict(zip((column.name for column in labels), key, strict=True)))
        for (name, key), cells in sorted(found.items())
    ]
    return [Field(times[0].name, "time", order), *lines]


def _label(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
