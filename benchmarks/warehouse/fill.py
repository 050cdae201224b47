"""Fill an empty, migrated warehouse as a month of ingestion leaves it, by INSERT … SELECT inside the server."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from clickhouse_driver import Client

from benchmarks.warehouse import shape, sql
from schemas.spikes import SpikeKind, Transition
from streams.warehouse.client import WarehouseClient
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.minutes import Minutes, between
from streams.warehouse.spikes import SpikeStore

VERSION = 3
"""Of what is filled: a kept warehouse of another version is not measured."""
SLICES = 4
"""Inserts a day; the last day has twelve times as many, which leaves it in parts that are not merged yet."""
ORDERED, ASKED = 0.15, 0.02
"""Orders placed, and survey answers, for each piece of feedback."""
EPISODES = 400
"""Of the month, besides those that are explained."""
DETECTOR = "bench"


class Planted(NamedTuple):
    """An episode that is in the data: what more was said, and where."""

    name: str
    kind: SpikeKind
    tenant: str
    topic: str
    ago: timedelta
    """How long before the end it began ..."""
    lasts: timedelta
    a_minute: int
    """... and how much more a minute was said of it."""
    model: str
    firmware: str

    @property
    def started(self) -> datetime:
        """The onset."""
        return shape.END - self.ago

    @property
    def spike_id(self) -> str:
        """Sixteen hex digits."""
        return f"{PLANTED.index(self):016x}"


PLANTED = (
    Planted("big topic, 6 h", "topic", "aurora", shape.TOPICS[0], timedelta(hours=6), timedelta(hours=6), 12, "W-200", "1.4.0"),
    Planted("big topic, 1 h", "topic", "aurora", shape.TOPICS[1], timedelta(hours=30), timedelta(hours=1), 20, "B-100", "2.0.1"),
    Planted("small topic, 2 h", "topic", "cove", shape.TOPICS[50], timedelta(hours=4), timedelta(hours=2), 1, "E-300", ""),
    Planted(
        "emergent, 3 h", "emergent", "aurora", shape.EMERGENT[0], timedelta(hours=3), timedelta(hours=3), 2, "W-300", "1.5.0"
    ),
    Planted("total, 1 h", "total", "aurora", "total", timedelta(hours=2), timedelta(hours=1), 250, "", ""),
    Planted("total, 5 h", "total", "birch", "total", timedelta(hours=55), timedelta(hours=5), 60, "", ""),
)


def fill(endpoint: Endpoint, rows: int) -> dict[str, Any]:
    """A month of `rows` pieces of feedback and everything that follows from them; how long each part took, s."""
    client, took = endpoint.client(), {}
    began = time.monotonic()
    for number, (start, minutes) in enumerate(_spans()):
        client.execute(_feedback(start, minutes, rows, salt=number))
    for number, planted in enumerate(PLANTED, 1000):
        client.execute(_planted(planted, salt=number))
    client.execute(_again())
    took["feedback"] = time.monotonic() - began
    began = time.monotonic()
    ours = WarehouseClient(lambda: endpoint)
    for start, minutes in _spans():
        where = between(start, start + minutes * 60)
        Minutes(ours).count(where)
        client.execute(sql.TESTED.format(where=where))
        client.execute(sql.VERDICTS.format(where=where))
    took["counts"] = time.monotonic() - began
    began = time.monotonic()
    _episodes(client)
    store = SpikeStore(ours)
    for planted in PLANTED:
        store.write_transitions([transition(planted)])
    took["episodes"] = time.monotonic() - began
    began = time.monotonic()
    _orders(client, rows)
    took["orders"] = time.monotonic() - began
    ours.close()
    client.disconnect()
    return {name: round(seconds, 1) for name, seconds in took.items()}


def transition(planted: Planted) -> Transition:
    """The last step of a planted episode, as DETECT would say it."""
    minutes = int(planted.lasts.total_seconds() // 60)
    at = planted.started + planted.lasts - timedelta(minutes=1)
    observed, expected = planted.a_minute * minutes * 3 // 2, planted.a_minute * minutes / 2
    return Transition(
        spike_id=planted.spike_id, transition="updated", at=at, tenant=planted.tenant, kind=planted.kind, topic=planted.topic,
        started=planted.started, opened=planted.started + timedelta(minutes=9), updated=at, closed=None, observed=observed,
        expected=expected, low=expected * 0.6, high=expected * 1.4, surprise=22.0, detector=DETECTOR,
    )  # fmt: skip


def _spans() -> Iterator[tuple[int, int]]:
    """What one insert each covers: its first second since 1970 and how many minutes. Cut at the days, as partitions are."""
    at = shape.START
    while at < shape.END:
        pieces = SLICES * 12 if shape.END - at <= timedelta(days=1) else SLICES
        length = timedelta(days=1) / pieces
        yield int(at.timestamp()), int(min(length, shape.END - at).total_seconds() // 60)
        at += length


def _feedback(start: int, minutes: int, rows: int, salt: int) -> str:
    mean = rows / shape.DAYS / 1440
    hour = "toHour(minute, 'Asia/Shanghai')"
    wave = f"{mean} * {list(shape.WAVE)}[{hour} + 1]"
    return _filled(start, minutes, salt, f"floor({wave} * (0.9 + cityHash64(minute) % 2001 / 10000) + 0.5)")


def _planted(planted: Planted, salt: int) -> str:
    start, minutes = int(planted.started.timestamp()), int(planted.lasts.total_seconds() // 60)
    own = {"tenants": shape.listed([planted.tenant] * 100), "roles": shape.listed(["customer"] * 100)}
    if planted.model:
        own |= {"model": f"'{planted.model}'", "firmware": f"'{planted.firmware}'"}
    if planted.kind == "topic":
        own["intents"] = f"['{planted.topic}']"
    if planted.kind == "emergent":
        own |= {"intents": "[]", "text": f"{shape.listed(shape.EMERGENT)}[t2 % {len(shape.EMERGENT)} + 1]"}
    return _filled(start, minutes, salt, str(planted.a_minute), **own)


def _filled(start: int, minutes: int, salt: int, count: str, **own: str) -> str:
    pools = {"openings": shape.OPENINGS, "middles": shape.MIDDLES, "endings": shape.ENDINGS}
    parts = {
        "channels": shape.listed(shape.pool(shape.CHANNELS)),
        "models": shape.listed(shape.MODELS),
        "tenants": shape.listed(shape.pool(shape.TENANTS)),
        "roles": shape.listed(shape.pool(shape.ROLES)),
        "subjects": shape.listed(shape.subjects()),
        "model": "if(c5 % 5 = 0, '', models[c5 % 20 + 1])",
        "firmware": "if(product_model = '', '', ['1.3.2', '1.4.0', '2.0.1'][c6 % 3 + 1])",
        "text": sql.SAID.format(**{name: len(values) for name, values in pools.items()}, corpus=len("".join(shape.MIDDLES))),
        "intents": sql.INTENTS,
        "corpus": "".join(shape.MIDDLES),
    }
    parts |= {name: shape.listed(values) for name, values in pools.items()}
    return sql.FEEDBACK.format(**{**parts, **own}, start=start, minutes=minutes, salt=salt, count=count)


def _again() -> str:
    """One in five hundred was edited: the same row once more, of a higher version."""
    columns = "* REPLACE (version + 1 AS version, revision + 1 AS revision)"
    return f"INSERT INTO feedback_local SELECT {columns} FROM feedback_local WHERE feedback_id % 500 = 3"


def _episodes(client: Client) -> None:
    start, span = int(shape.START.timestamp()), shape.DAYS * 86400 - 12 * 3600
    episode = sql.EPISODE.format(
        topics=shape.listed(shape.TOPICS), topic_count=len(shape.TOPICS), start=start, span=span, episodes=EPISODES
    )
    steps = sql.STEPS.format(episode=episode)
    for statement in (sql.TRANSITIONS, sql.CARDS, sql.DELIVERIES, sql.VERDICTS_OF_PEOPLE, sql.EMERGENT_HISTORY):
        client.execute(statement.format(steps=steps, episode=episode))
    client.execute(sql.CONTEXT.format(start=start, models=shape.listed(shape.MODELS)))
    client.execute(sql.DEAD_LETTERS.format(start=start))
    for planted in PLANTED:
        if planted.kind == "emergent":
            at = transition(planted).at
            client.execute(
                sql.EMERGENT.format(
                    tenant=planted.tenant, spike_id=planted.spike_id, at=int(at.timestamp()), topic=planted.topic,
                    start=int(planted.started.timestamp()), texts=shape.listed(shape.EMERGENT),
                )
            )  # fmt: skip


def _orders(client: Client, rows: int) -> None:
    start, end = int(shape.START.timestamp()), int(shape.END.timestamp())
    parts = {
        "channels": shape.listed(shape.pool(shape.CHANNELS)),
        "models": shape.listed(shape.MODELS),
        "tenants": shape.listed(shape.pool(shape.TENANTS)),
    }
    for day in range(shape.DAYS):
        count = int(rows * ORDERED / shape.DAYS)
        client.execute(sql.ORDERS.format(**parts, start=start + day * 86400, end=end, salt=day, count=count))
    client.execute(sql.SURVEYS.format(**parts, start=start, span=shape.DAYS * 86400, count=int(rows * ASKED)))


def sizes(endpoint: Endpoint) -> list[dict[str, Any]]:
    """Rows, parts and bytes on disk of each table, greatest first."""
    client = endpoint.client()
    rows = client.execute(
        """SELECT table, sum(rows), count(), sum(bytes_on_disk) AS size FROM system.parts
           WHERE active AND database = currentDatabase() GROUP BY table ORDER BY size DESC"""
    )
    client.disconnect()
    return [dict(zip(("table", "rows", "parts", "bytes"), row, strict=True)) for row in rows]
