"""What the tables of a warehouse hold, as data that can be compared."""

import json
from base64 import b64decode
from collections.abc import Collection, Sequence
from hashlib import md5
from typing import Any

import msgspec
from clickhouse_driver import Client

from streams.warehouse.endpoint import Endpoint

CLOCKS = frozenset(
    {"ingested_at", "told_at", "saved_at", "counted_at", "given_at", "judged_at", "seen_at", "since", "changed_at"}
)
"""Columns that tell when this machine did something: the only ones in which two runs may differ."""
Dump = dict[str, list[tuple[Any, ...]]]


def dump(endpoint: Endpoint, without: Collection[str] = (), tables: Collection[str] = ()) -> Dump:
    """Every row that stands, of every table (or of `tables`), without clocks and the columns named."""
    client = endpoint.client()
    try:
        listed = tables or local_tables(client)
        return {table: _rows(client, table, CLOCKS | set(without)) for table in listed}
    finally:
        client.disconnect()


def local_tables(client: Client) -> list[str]:
    """The tables behind the views."""
    named = "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '%\\_local' ORDER BY name"
    return [name for (name,) in client.execute(named)]


def differences(one: Dump, other: Dump) -> dict[str, tuple[Sequence[Any], Sequence[Any]]]:
    """By table, a few of the rows that only one has; empty when both hold the same."""
    found = {}
    for table in one.keys() | other.keys():
        here, there = one.get(table, []), other.get(table, [])
        if here != there:
            found[table] = [row for row in here if row not in there][:3], [row for row in there if row not in here][:3]
    return found


def _rows(client: Client, table: str, without: Collection[str]) -> list[tuple[Any, ...]]:
    described = [
        (name, engine)
        for name, engine in client.execute(
            "SELECT name, (SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = %(table)s) "
            "FROM system.columns WHERE database = currentDatabase() AND table = %(table)s ORDER BY position",
            {"table": table},
        )
    ]
    columns = ", ".join(f"`{name}`" for name, _ in described if name not in without)
    # a plain MergeTree (understanding_local) may hold a row twice after a repeated insert; that says nothing new
    final, distinct = ("FINAL", "") if described[0][1] != "MergeTree" else ("", "DISTINCT")
    rows = client.execute(
        f"SELECT {distinct} {columns} FROM {table} {final} ORDER BY ALL SETTINGS allow_suspicious_types_in_order_by = 1"
    )
    return [tuple(_plain(table, value) for value in row) for row in rows]


def _plain(table: str, value: Any) -> Any:
    if table == "detector_state_local" and isinstance(value, str) and len(value) > 100:
        state = msgspec.msgpack.decode(b64decode(value))
        # what the emergent model read may have been edited before it was read again (ADR 0006); what it told is compared
        exact = {name: part for name, part in state.items() if name not in ("emergent", "bursts")}
        return {name: md5(part).hexdigest() if isinstance(part, bytes) else part for name, part in exact.items()}
    if table == "position_local" and isinstance(value, str) and value.startswith("{"):
        body = json.loads(value)
        for name in ("lag", "heard"):  # how long ago the file's events were when they were read, and when that was
            body.get("clock", {}).pop(name, None)
        return body
    return value
