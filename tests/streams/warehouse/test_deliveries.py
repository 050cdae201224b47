"""What is owed to whom, in the real warehouse and in the tests' stand-in for it: both keep the same rules."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from processors.card import Card
from streams.failures import SinkUnavailable
from streams.warehouse.client import WarehouseClient
from streams.warehouse.deliveries import STATES, WAITING, Deliveries, Delivery, Store
from streams.warehouse.endpoint import Endpoint
from tests.streams.notify.doubles import FakeClock, Table, TableStore, card

Both = tuple[Store, Callable[[Card], None]]
"""A store, and what records a card beside it."""


@pytest.fixture
def real(endpoint: Endpoint) -> Iterator[Deliveries]:
    client = WarehouseClient(lambda: endpoint, patience_s=5)
    yield Deliveries(client)
    client.close()


def record(endpoint: Endpoint, one: Card, text: bytes | None = None) -> None:
    step = one.transition
    row = (step.tenant, step.spike_id, step.at, step.transition, (text or msgspec.json.encode(one)).decode())
    client = endpoint.client()
    client.execute("INSERT INTO card_local (tenant, spike_id, at, transition, card) VALUES", [row])
    client.disconnect()


@pytest.fixture(params=["warehouse", "double"])
def store(request: pytest.FixtureRequest, real: Deliveries, endpoint: Endpoint) -> Both:
    if request.param == "warehouse":
        return real, lambda one: record(endpoint, one)
    table = Table(FakeClock())
    return TableStore(table), table.record


def test_what_is_owed_is_found_again_once_its_card_is_recorded(store: Both) -> None:
    kept, record = store
    one = card()
    owed = kept.owe(one.transition, {"a": "owed", "b": "owed"})
    assert [(each.channel, each.state, each.attempt) for each in owed] == [("a", "owed", 0), ("b", "owed", 0)]
    assert kept.owed() == []
    record(one)
    assert [(each.delivery, each.card) for each in sorted(kept.owed(), key=lambda each: each.delivery.channel)] == [
        (each, one) for each in owed
    ]
    assert [each.delivery.channel for each in kept.owed({owed[0].key})] == ["b"], "what is known already is not read again"
    assert kept.cards([*owed, Delivery(card("f" * 16).transition, "a")]) == {each.key: one for each in owed}


def test_a_card_is_what_it_is_recorded_as_now(store: Both) -> None:
    kept, record = store
    one = card()
    owed = kept.owe(one.transition, {"a": "owed"})
    for words in (["it fails"], []):
        record(msgspec.structs.replace(one, verbatims=words))
        assert [found.verbatims for found in kept.cards(owed).values()] == [words]
        assert [each.card.verbatims for each in kept.owed()] == [words]


def test_it_is_known_how_long_a_delivery_has_stood_as_it_does(store: Both) -> None:
    kept, record = store
    one = card()
    record(one)
    (owed,) = kept.owe(one.transition, {"a": "owed"})
    kept.write([msgspec.structs.replace(owed, state="sending", attempt=1, detail="m 1")])
    ((found, _, age_s),) = kept.owed()
    assert found.state == "sending" and 0 <= age_s < 30


def test_more_cards_than_one_statement_reads(real: Deliveries, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.warehouse.deliveries._PIECE", 2)
    cards = [card(f"{number:016x}", minutes=number) for number in range(5)]
    for one in cards:
        real.owe(one.transition, {"a": "owed", "b": "owed"})
        record(endpoint, one)
    assert [each.card for each in real.owed()] == [one for one in cards for _ in "ab"]


def test_while_nothing_is_owed_no_card_is_read(real: Deliveries, endpoint: Endpoint) -> None:
    client = endpoint.client()
    names = "tenant, spike_id, at, transition, card"
    client.execute(f"INSERT INTO card_local ({names}) SELECT 'acme', hex(number), now(), 'opened', 'x' FROM numbers(1000)")
    asked: list[str] = []
    query = real._client.query
    real._client.query = lambda statement, *given: asked.append(statement) or query(statement, *given)  # type: ignore[method-assign,func-returns-value]
    assert real.owed() == []
    assert len(asked) == 1 and "card_local" not in asked[0]
    one = card()
    real.owe(one.transition, {"a": "owed"})
    record(endpoint, one)
    client.disconnect()
    assert len(real.owed()) == 1


def test_to_owe_again_changes_nothing_whatever_has_become_of_it(store: Both) -> None:
    kept, record = store
    one = card()
    record(one)
    (owed,) = kept.owe(one.transition, {"a": "owed"})
    for state in STATES:
        now = msgspec.structs.replace(owed, state=state, attempt=owed.attempt + 1, thread="t", detail="why")
        kept.write([now])
        assert kept.owe(one.transition, {"a": "owed", "b": "owed"})[0] == kept.standing([owed])[0]
        assert kept.owe(one.transition, {"a": "too_old"})[0].state == kept.standing([owed])[0].state
        if state in WAITING:
            assert kept.standing([owed]) == [now]
            owed = now
    assert kept.standing([owed])[0].state == "sent"
    assert [each.delivery.channel for each in kept.owed()] == ["b"]


@pytest.mark.parametrize("final", [state for state in STATES if state not in WAITING])
def test_what_is_final_stays_whoever_writes_after_it_and_sent_outranks_all(store: Both, final: str) -> None:
    kept, _ = store
    step = card().transition
    kept.owe(step, {"a": "owed"})
    kept.write([Delivery(step, "a", final, 1)])
    kept.write([Delivery(step, "a", state, attempt) for state in WAITING for attempt in (0, 1, 1000)])
    (standing,) = kept.standing([Delivery(step, "a")])
    assert standing.state == final
    kept.write([Delivery(step, "a", "sent", 1, "t", "m 1")])
    assert kept.standing([Delivery(step, "a")])[0].state == "sent"


def test_the_thread_of_an_episode_is_that_of_its_earliest_message(store: Both) -> None:
    kept, _ = store
    opened, updated, closed = (
        Delivery(card(transition=step, minutes=n).transition, "a", "sent", 1, thread, "m 1")  # type: ignore[arg-type]
        for n, (step, thread) in enumerate((("opened", ""), ("updated", "second"), ("closed", "third")))
    )
    other = Delivery(card("f" * 16).transition, "a", "sent", 1, "another", "m 1")
    elsewhere = Delivery(opened.transition, "b", "sent", 1, "elsewhere", "m 1")
    for each in (closed, other, updated, elsewhere, opened):
        kept.write([each])
    kept.write([Delivery(card(minutes=1, tenant="umbrella").transition, "a", "sending", 1, "not sent", "m 1")])
    found = kept.threads([closed])
    assert found["acme", "0" * 16, "a"] == "second"
    assert kept.threads([Delivery(card("e" * 16).transition, "a")]).get(("acme", "e" * 16, "a")) is None


def test_the_messages_of_the_last_minute_are_counted_once_each_with_their_parts(store: Both) -> None:
    kept, _ = store
    steps = [card(f"{n}" * 16).transition for n in range(4)]
    kept.write([Delivery(step, "a", "sent", 1, "", "digest 3") for step in steps[:3]])
    kept.write([Delivery(steps[3], "a", "sending", 1, "", "alone 1"), Delivery(steps[3], "b", "owed", 1, "", "busy")])
    kept.write([Delivery(steps[0], "c", "owed"), Delivery(steps[1], "c", "held", 1, "", "08:00 UTC")])
    found = kept.recent()
    assert sorted((one.channel, one.parts) for one in found) == [("a", 1), ("a", 3), ("b", 1)]
    assert all(0 <= one.age_s <= 60 for one in found)


def test_attempts_in_vain_count_as_messages_of_the_last_minute(store: Both) -> None:
    kept, _ = store
    steps = [card(f"{n}" * 16).transition for n in range(5)]
    kept.write([Delivery(step, "twice", "owed", 4, "", "busy") for step in steps])
    kept.write([Delivery(steps[0], "third", "sent", 5, "", "m 2")])
    kept.write([Delivery(steps[0], "often", "sending", 1001, "", "m 1")])
    kept.write([Delivery(step, "refused", "refused", 1, "", "a bad word") for step in steps])
    counted: dict[str, int] = {}
    for one in kept.recent():
        counted[one.channel] = counted.get(one.channel, 0) + one.parts
    assert counted == {"twice": 2, "third": 6, "often": 10, "refused": 5}


def test_the_rows_come_earliest_first_and_hostile_names_stay_values(real: Deliveries, endpoint: Endpoint) -> None:
    cards = [
        card("2" * 16, "closed", 5),
        card("2" * 16, "updated", 5),
        card("1" * 16, "opened", 0, tenant="o'brien\\'; DROP TABLE x; --", topic="%(x)s"),
    ]
    for one in cards:
        real.owe(one.transition, {"a": "owed"})
        record(endpoint, one)
    assert [each.card for each in real.owed()] == [cards[2], cards[1], cards[0]]
    assert real.standing([Delivery(cards[2].transition, "a")])[0].state == "owed"
    assert real.threads([Delivery(cards[2].transition, "a")]) == {}


def test_a_card_that_cannot_be_read_stays_owed_is_said_once_and_stops_nothing(
    real: Deliveries, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = card("1" * 16), card("2" * 16)
    for one in (bad, good):
        real.owe(one.transition, {"a": "owed"})
    record(endpoint, bad, b'{"from": "another version"}')
    record(endpoint, good)
    with caplog.at_level("WARNING", "voc"):
        for _ in range(3):
            assert [each.card for each in real.owed()] == [good]
    assert caplog.text.count("card_unreadable") == 1
    (standing,) = real.standing([Delivery(bad.transition, "a")])
    assert (standing.state, standing.attempt, standing.detail) == ("owed", 0, "")
    assert real.cards([standing]) == {}
    record(endpoint, bad)  # or a version that can read it
    assert [each.card for each in real.owed()] == [bad, good]


def test_what_happened_longer_than_a_minute_ago_no_longer_counts(real: Deliveries, endpoint: Endpoint) -> None:
    real.write([Delivery(card().transition, "a", "sent", 1, "", "m 1")])
    client = endpoint.client()
    client.execute(
        "INSERT INTO delivery_local SELECT * REPLACE(version + 1 AS version, now() - 61 AS changed_at) FROM delivery_local"
    )
    client.disconnect()
    assert real.recent() == []


def test_the_summary_says_how_each_channel_stands(real: Deliveries) -> None:
    one, two = card("1" * 16), card("2" * 16, minutes=5)
    real.write([Delivery(one.transition, "a", "sent", 1, "", "m 1"), Delivery(two.transition, "a", "owed", 2, "", "busy")])
    sent, owed = sorted(real.summary(), key=lambda held: held.state != "sent")
    assert (sent.channel, sent.state, sent.cards, sent.detail) == ("a", "sent", 1, "m 1")
    assert (owed.state, owed.oldest - sent.oldest, owed.detail) == ("owed", timedelta(minutes=5), "busy")


def test_a_verdict_mutes(real: Deliveries, endpoint: Endpoint) -> None:
    step = card().transition
    assert not real.muted(step)
    client = endpoint.client()
    names = ", ".join(step.__struct_fields__)
    client.execute(f"INSERT INTO spike_transition_local ({names}) VALUES", [msgspec.structs.astuple(step)])
    client.execute(
        "INSERT INTO spike_verdict_local (tenant, spike_id, by, verdict, note) VALUES",
        [(step.tenant, step.spike_id, "ann", "mute", "")],
    )
    client.disconnect()
    assert real.muted(step)
    assert not real.muted(card(topic="another").transition)


def test_a_warehouse_that_is_away_is_said_to_be(endpoint: Endpoint) -> None:
    gone = replace(endpoint, port=1)
    with pytest.raises(SinkUnavailable):
        Deliveries(WarehouseClient(lambda: gone, patience_s=0.1)).owed()
