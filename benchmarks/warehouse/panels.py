"""Every statement that Grafana sends: panels, variables, annotations and rules, each over the range its dashboard opens with."""

import re
from collections import defaultdict
from typing import Any

from clickhouse_driver import Client, errors

from benchmarks.warehouse import shape
from benchmarks.warehouse.ask import Server, asked, by_plugin
from benchmarks.warehouse.fill import PLANTED
from streams.grafana.files import queries
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.server import READER
from tests.rig.grafana.front import ALL, filled
from tests.rig.grafana.plugin import expanded

GOAL_MS = 300.0
POINTS = 1000
"""A panel's width in pixels: that many intervals are asked for, none shorter than a minute."""
CHOSEN: dict[str, str | list[str]] = defaultdict(
    lambda: ALL, tenant=[PLANTED[0].tenant], spike=PLANTED[0].spike_id, topic=PLANTED[0].topic
)
"""The greatest tenant, everything of it; an episode of six hours in its most frequent topic."""
_NOW = re.compile(r"\bnow(?:64|InBlock64|InBlock)?\((?:\d*|'\w*')\)")


def panels(warehouse: EmbeddedWarehouse, rounds: int) -> list[dict[str, Any]]:
    """What each distinct statement costs, asked as the reading user; one that fails says so."""
    endpoint = warehouse.endpoint(READER)
    client, server = endpoint.client(), Server(warehouse)
    conversation = client.execute(_A_CONVERSATION)[0][0]
    values = CHOSEN | {"conversation": conversation}
    found: list[dict[str, Any]] = []
    seen: set[tuple[str, float]] = set()
    for query in queries():
        if (query.sql, query.hours) in seen:
            continue
        seen.add((query.sql, query.hours))
        name = {"name": f"{query.place}: {query.title}", "range": f"{query.hours:g} h"}
        found.append(name | _measured(client, statement(query.sql, query.hours, values), server, rounds))
    client.disconnect()
    return found


def statement(sql: str, hours: float, values: dict[str, str | list[str]]) -> str:
    """As it reaches the server, at the end of the month that is filled."""
    end = int(shape.END.timestamp() * 1000)
    start = end - int(hours * 3_600_000)
    interval = max(60_000, (end - start) // POINTS)
    names = set(re.findall(r"\$\{?(\w+)", sql))
    chosen = {name: values.get(name, ALL) for name in names if not name.startswith("__")}
    return _NOW.sub(f"toDateTime({end // 1000}, 'UTC')", expanded(filled(sql, chosen), start, end, interval))


def _measured(client: Client, sql: str, server: Server, rounds: int) -> dict[str, Any]:
    try:
        return asked(lambda: by_plugin(client, sql), server, rounds)._asdict() | {"sql": sql}
    except errors.ServerException as error:
        reason = str(error).split("Stack trace")[0].strip()
        nothing = {
            "cold": 0.0,
            "median": float("inf"),
            "most": float("inf"),
            "cpu": 0.0,
            "rows": 0,
            "megabytes": 0.0,
            "answered": 0,
        }
        return nothing | {"failed": reason, "sql": sql}


_A_CONVERSATION = f"""
SELECT conversation_id FROM feedback
WHERE minute = toDateTime({int(PLANTED[0].started.timestamp())}, 'UTC') AND tenant = '{PLANTED[0].tenant}' LIMIT 1"""
