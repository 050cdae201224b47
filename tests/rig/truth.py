"""What the counts must be, worked out from the lines alone."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from streams.warehouse.client import WarehouseClient
from tests.rig.events import MINUTE, WORDS

Cells = dict[tuple[str, str, int], int]
"""How many, by tenant, topic ('' is the total) and minute."""
_TOPICS = {words: topic for topic, words in WORDS.items()}


def truth(lines: Iterable[bytes]) -> Cells:
    """Of every message the highest revision that was sent; customers only, not what was recalled."""
    latest: dict[str, dict[str, object]] = {}
    for line in lines:
        try:
            event = msgspec.json.decode(line)
            data = event["data"]
            if event["type"] != "voc.chat.message.v1" or not event["source"]:
                continue
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError, KeyError):
            continue
        said = {"tenant": event["tenant"], "at": data.get("created_at", event["time"]), **data}
        known = latest.get(data["message_id"])
        if known is None or known.get("revision", 0) <= data.get("revision", 0):  # type: ignore[operator]
            latest[data["message_id"]] = said
    cells: Counter[tuple[str, str, int]] = Counter()
    for said in latest.values():
        if said["sender_role"] == "customer" and not said.get("recalled"):
            minute = int(datetime.fromisoformat(str(said["at"])).timestamp()) // MINUTE * MINUTE
            for topic in ("", _TOPICS[str(said["text"])]):
                cells[str(said["tenant"]), topic, minute] += 1
    return dict(cells)


def counted(client: WarehouseClient, view: str = "topic_minute") -> Cells:
    """What a view says, totals of minutes included for `topic_minute`; cells of zero are left out."""
    cells = client.query(f"SELECT tenant, topic, toUnixTimestamp(minute), count FROM {view} WHERE count != 0")
    if view == "topic_minute":
        cells += client.query("SELECT tenant, '', toUnixTimestamp(minute), count FROM minute_total WHERE count != 0")
    return {(tenant, topic, minute): count for tenant, topic, minute, count in cells}


def given_about(client: WarehouseClient) -> Cells:
    """All that tested minutes said about each minute, their own and what came late."""
    about: Counter[tuple[str, str, int]] = Counter()
    for tenant, minute, topics, n, late in client.query(
        "SELECT tenant, toUnixTimestamp(minute), topics, n, late FROM tested_local FINAL"
    ):
        for topic, count in zip(topics, n, strict=True):
            about[tenant, topic, minute] += count
        for earlier, topic, difference in late:
            about[tenant, topic, int(earlier.timestamp())] += difference
    return {cell: count for cell, count in about.items() if count}


def sums(cells: Cells) -> dict[tuple[str, str], int]:
    """Over all minutes, by tenant and topic; totals left out."""
    found: Counter[tuple[str, str]] = Counter()
    for (tenant, topic, _), count in cells.items():
        if topic:
            found[tenant, topic] += count
    return {key: count for key, count in found.items() if count}
