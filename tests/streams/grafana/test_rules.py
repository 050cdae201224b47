"""The alert rules on the real engine, judged by a model of Grafana's evaluation: when they fire, and when not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from clickhouse_driver import Client

from schemas.spikes import Transition
from streams.grafana import rules
from streams.warehouse.client import WarehouseClient
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.spikes import SpikeStore, VerdictRow
from tests.rig.grafana.evaluation import EvaluationError, Instance, evaluate, handled, numbers
from tests.rig.grafana.plugin import Field, Plugin

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUIET = {"voc-nothing-closes": "Alerting", "voc-nothing-stored": "Alerting"}
"""What an empty warehouse is: nothing is read, which somebody must know."""


class Desk:
    """A warehouse in which a test says what happened, and when."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.client = WarehouseClient(lambda: endpoint)
        self.plugin = Plugin(endpoint.client(readonly=2))
        self._number = 0

    def said(self, ago: timedelta, stored: timedelta, count: int = 1) -> None:
        columns = ("minute", "tenant", "feedback_id", "version", "time", "input", "ingested_at")
        rows = []
        for _ in range(count):
            self._number += 1
            rows.append((NOW - ago, "acme", self._number, 1, NOW - ago, "chat", NOW - stored))
        self.client.insert("feedback_local", columns, rows)

    def judged(self, ago: timedelta) -> None:
        SpikeStore(self.client).write_verdicts([VerdictRow("acme", NOW - ago, ["price"], [1.0], [0.0], [3.0], [0.1])])

    def dead(self, count: int) -> None:
        columns = ("input", "input_partition", "input_offset", "sha256", "reason", "seen_at")
        self.client.insert(
            "dead_letter_local", columns, [("chat", 0, n, str(n), "not_json", NOW - 5 * MINUTE) for n in range(count)]
        )

    def spike(self, topic: str, severity: str, closed: bool = False, tenant: str = "acme") -> str:
        at, name = NOW - timedelta(hours=2), f"{tenant}-{topic}"
        end = NOW - MINUTE if closed else None
        SpikeStore(self.client).write_transitions(
            [
                Transition(
                    name, "closed" if closed else "opened", at, tenant, "topic", topic, at, at, at, end, 50, 5.0, 2.0, 9.0, 4.0
                )
            ]
        )
        columns = ("tenant", "spike_id", "at", "transition", "label", "severity")
        self.client.insert("card_local", columns, [(tenant, name, at, "opened", topic, severity)])
        return name

    def mute(self, spike: str, until: datetime | None) -> None:
        columns = ("tenant", "spike_id", "by", "verdict", "at", "until")
        self.client.insert("spike_verdict_local", columns, [("acme", spike, "ann", "mute", NOW - timedelta(hours=1), until)])

    def delivery(self, channel: str, state: str, ago: timedelta) -> None:
        columns = ("tenant", "spike_id", "at", "transition", "channel", "version", "state")
        self.client.insert("delivery_local", columns, [("acme", "x", NOW - ago, "opened", channel, 1, state)])

    def judge(self, uid: str) -> list[Instance]:
        return evaluate(rule(uid), self.plugin, NOW.timestamp())

    def states(self, uid: str) -> set[str]:
        return {handled(rule(uid), instance) for instance in self.judge(uid)}


@pytest.fixture
def desk(endpoint: Endpoint) -> Desk:
    return Desk(endpoint)


def rule(uid: str) -> dict[str, Any]:
    return next(rules.data(found) for found in rules.RULES if found.uid == uid)


def test_an_empty_warehouse_is_silent_but_for_what_nobody_reads(desk: Desk) -> None:
    found = {entry.uid: desk.states(entry.uid) for entry in rules.RULES}
    assert found == {entry.uid: {QUIET.get(entry.uid, "Normal")} for entry in rules.RULES}


def test_a_busy_warehouse_is_silent(desk: Desk) -> None:
    desk.said(2 * MINUTE, MINUTE, 100)
    desk.judged(11 * MINUTE)
    desk.dead(19)
    desk.spike("price", "high", closed=True)
    desk.delivery("desk", "sent", timedelta(hours=3))
    desk.delivery("desk", "held", timedelta(hours=9))
    assert {entry.uid: desk.states(entry.uid) for entry in rules.RULES} == {entry.uid: {"Normal"} for entry in rules.RULES}


def test_spikes_fire_by_tenant_and_severity_and_not_when_muted(desk: Desk) -> None:
    for topic, severity in (("price", "high"), ("strap", "normal"), ("screen", "normal")):
        desk.spike(topic, severity)
    desk.spike("price", "high", tenant="zeta")
    found = {(tuple(each.labels.values()), each.state, each.value) for each in desk.judge("voc-spikes-open")}
    assert found == {
        (("acme", "high"), "Alerting", 1.0), (("acme", "normal"), "Alerting", 2.0), (("zeta", "high"), "Alerting", 1.0),
    }  # fmt: skip
    desk.mute("acme-price", NOW + timedelta(days=1))
    desk.mute("acme-strap", NOW - MINUTE)
    desk.mute("acme-screen", None)
    found = {(tuple(each.labels.values()), each.value) for each in desk.judge("voc-spikes-open")}
    assert found == {(("acme", "normal"), 1.0), (("zeta", "high"), 1.0)}, "a mute has an end; without one it holds a week"


def test_a_severity_of_the_row_goes_where_severe_things_go(desk: Desk) -> None:
    desk.spike("price", "high")
    (found,) = desk.judge("voc-spikes-open")
    labels = rule("voc-spikes-open")["labels"] | found.labels
    assert labels == {"product": "groundswell", "tenant": "acme", "severity": "high"}


@pytest.mark.parametrize(("ago", "state"), [(20 * MINUTE, "Normal"), (21 * MINUTE, "Alerting")])
def test_nothing_closes(desk: Desk, ago: timedelta, state: str) -> None:
    desk.judged(ago)
    assert desk.states("voc-nothing-closes") == {state}


@pytest.mark.parametrize(("stored", "state"), [(15 * MINUTE, "Normal"), (16 * MINUTE, "Alerting")])
def test_nothing_is_stored(desk: Desk, stored: timedelta, state: str) -> None:
    desk.said(20 * MINUTE, stored)
    assert desk.states("voc-nothing-stored") == {state}


def test_readers_are_behind_when_most_of_what_they_store_is_old(desk: Desk) -> None:
    desk.said(2 * MINUTE, MINUTE, 10)
    desk.said(60 * MINUTE, 2 * MINUTE, 9)
    desk.said(20 * timedelta(days=1), MINUTE, 500)  # an import of history is not lag
    assert desk.states("voc-behind") == {"Normal"}
    desk.said(60 * MINUTE, 2 * MINUTE, 3)
    assert desk.states("voc-behind") == {"Alerting"}


def test_dead_letters_by_their_share_and_not_by_a_handful(desk: Desk) -> None:
    desk.said(2 * MINUTE, MINUTE, 980)
    desk.dead(19)
    (found,) = desk.judge("voc-dead-letters")
    assert (found.state, found.value) == ("Normal", 0.0)
    desk.dead(20)
    (found,) = desk.judge("voc-dead-letters")
    assert (found.state, found.value) == ("Alerting", 0.02)


def test_cards_owed_by_channel(desk: Desk) -> None:
    desk.delivery("desk", "owed", 16 * MINUTE)
    desk.delivery("mail", "sending", 14 * MINUTE)
    found = {each.labels["channel"]: each.state for each in desk.judge("voc-deliveries-owed")}
    assert found == {"desk": "Alerting", "mail": "Normal"}


def test_the_warehouse_times_itself(desk: Desk) -> None:
    (found,) = desk.judge("voc-warehouse-slow")
    assert found.state == "Normal" and found.value is not None and 0 <= found.value < 1000
    slow = rule("voc-warehouse-slow")
    sql = slow["data"][0]["model"]["rawSql"]
    slow["data"][0]["model"]["rawSql"] = sql.replace("sum(count)", "sum(count) + sleep(1.2)")
    (found,) = evaluate(slow, desk.plugin, NOW.timestamp())
    assert found.state == "Alerting" and found.value is not None and 1000 < found.value < 60_000


def test_a_warehouse_that_is_away_is_one_alarm() -> None:
    nowhere = Plugin(Client("127.0.0.1", port=1, connect_timeout=0.2))
    states = {
        entry.uid: {handled(rule(entry.uid), each) for each in evaluate(rule(entry.uid), nowhere, 1e9)} for entry in rules.RULES
    }
    assert states.pop("voc-warehouse-slow") == {"Alerting"}
    assert set(map(tuple, states.values())) == {("as before",)}


@pytest.mark.parametrize("kinds", [("number", "number"), ("time", "number"), ("bool", "number"), ("json", "number"), ("string",)])
def test_the_model_refuses_tables_that_grafana_refuses(kinds: Sequence[str]) -> None:
    with pytest.raises(EvaluationError):
        numbers([Field(str(n), kind, [1]) for n, kind in enumerate(kinds)])


def test_rows_that_cannot_be_told_apart_are_an_error(desk: Desk) -> None:
    twins = rule("voc-spikes-open")
    twins["data"][0]["model"]["rawSql"] = "SELECT 'acme' AS tenant, number AS n FROM numbers(2)"
    assert [each.state for each in evaluate(twins, desk.plugin, 1e9)] == ["Error"]
