"""How long the tables keep what came in, by the settings; from when it was stored, so an import of last year does not vanish."""

import re
from collections.abc import Mapping

from streams.settings import Settings
from streams.telemetry import log
from streams.warehouse.endpoint import Endpoint

KEPT: Mapping[str, Mapping[str, str]] = {
    "feedback_days": dict.fromkeys(
        ("feedback_local", "survey_local", "order_local", "conversation_local", "context_local"), "ingested_at"
    ),
    "count_days": {"minute_local": "counted_at", "tested_local": "given_at", "verdict_local": "judged_at"},
    "dead_letter_days": {"dead_letter_local": "seen_at"},
    "dead_letter_raw_days": {"dead_letter_raw_local": "seen_at"},
}
"""By setting: the tables it is about, and the column that says when a row came in."""
_DAYS = re.compile(r"\bTTL (\w+) \+ toIntervalDay\((\d+)\)")


def days(endpoint: Endpoint) -> dict[str, int]:
    """How many days each table keeps now."""
    client = endpoint.client()
    try:
        named = "WHERE database = currentDatabase() AND name LIKE '%\\_local' ORDER BY name"
        rows = client.execute(f"SELECT name, engine_full FROM system.tables {named}")
    finally:
        client.disconnect()
    return {name: int(found[2]) for name, engine in rows if (found := _DAYS.search(engine))}


def retain(endpoint: Endpoint, settings: Settings) -> dict[str, int]:
    """Let the tables keep what the settings say; those that did not, and their days now. A setting of 0 leaves its tables alone,
    so a command that runs without the settings of the installation takes nothing away. May be repeated. Blocks shortly: what
    has expired goes in the background."""
    wanted = {
        table: (column, getattr(settings, setting))
        for setting, tables in KEPT.items()
        for table, column in tables.items()
        if getattr(settings, setting)
    }
    if not wanted:
        return {}
    kept = days(endpoint)
    changed = {table: (column, number) for table, (column, number) in wanted.items() if kept.get(table) != number}
    client = endpoint.client()
    try:
        for table, (column, number) in changed.items():
            client.execute(f"ALTER TABLE {table} MODIFY TTL {column} + INTERVAL {number:d} DAY")
            log.info("retention_changed", table=table, days=number)
    finally:
        client.disconnect()
    return {table: number for table, (_, number) in changed.items()}
