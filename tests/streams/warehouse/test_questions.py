"""What TELL asks the warehouse: which windows, how much of it, and of each kind of spike the right feedback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from processors.card import DIMENSIONS, Outcome, Rating
from processors.chart import Band
from processors.verbatims import Verbatim
from schemas.spikes import SpikeKind, Transition
from streams.warehouse import questions as module
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.minutes import Minutes
from streams.warehouse.questions import Consequences, Emergent, Questions, Series, Windows
from tests.conftest import fresh_database

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MODEL, CHANNEL = list(DIMENSIONS).index("product_model"), list(DIMENSIONS).index("channel")


def spike(kind: SpikeKind = "topic", topic: str = "setting_time", lasts: timedelta = HOUR) -> Transition:
    return Transition(
        spike_id="0123456789abcdef", transition="updated", at=START + lasts, tenant="acme", kind=kind, topic=topic, started=START,
        opened=START, updated=START + lasts, closed=None, observed=5, expected=1.0, low=0.0, high=3.0, surprise=20.0,
    )  # fmt: skip


SAID = [
    (START, "setting_time", "W-300", "tmall", "customer", "first"),
    (START + 5 * MINUTE, "setting_time", "W-300", "tmall", "customer", "second"),
    (START + 6 * MINUTE, "setting_time", "W-100", "app", "customer", "third"),
    (START + 7 * MINUTE, "price", "W-100", "app", "customer", "price"),
    (START + 8 * MINUTE, "setting_time", "W-100", "app", "agent", "an agent"),
    (START - 5 * MINUTE, "setting_time", "W-300", "app", "customer", "just before"),
    (START - HOUR, "setting_time", "W-100", "app", "customer", "an hour before"),
    (START - DAY, "price", "W-100", "app", "customer", "yesterday"),
    (START - 7 * DAY - HOUR, "setting_time", "W-100", "phone", "customer", "last week"),
    (START - 12 * HOUR, "setting_time", "W-100", "app", "customer", "at another hour"),
    (START - 3 * DAY, "setting_time", "W-100", "app", "customer", "on another day"),
    (START + 2 * HOUR, "setting_time", "W-100", "app", "customer", "after it"),
]
EVENTS = [
    ("a", "launch", START - DAY, ["W-300"], []),
    ("b", "campaign", START - 2 * DAY, [], []),
    ("c", "faq_change", START - 3 * DAY, [], ["phone"]),
    ("d", "price", START - 4 * DAY, ["W-900"], []),
    ("e", "outage", START - 15 * DAY, [], []),
    ("f", "holiday", START + 2 * HOUR, [], []),
    ("g", "firmware", START - 5 * DAY, ["W-300", "W-900"], ["tmall"]),
    ("h", "training", START - 6 * DAY, [], []),
]
LINES = [
    ("placed", START + MINUTE, "W-100", 1), ("placed", START + MINUTE, "W-300", 2),
    ("placed", START - MINUTE, "W-300", 3),
    ("return_requested", START + 2 * MINUTE, "W-300", 4), ("return_requested", START + HOUR, "W-300", 5),
    ("return_requested", START - MINUTE, "W-300", 6), ("return_requested", START + MINUTE, "W-100", 7),
    ("refunded", START - HOUR, "W-300", 8), ("refunded", START - 2 * HOUR, "W-300", 9), ("shipped", START, "W-300", 10),
    ("returned", START + 2 * HOUR, "W-300", 11),
]  # fmt: skip
ANSWERS = [
    (START, 2.0, 1.0, 5.0, True, "csat"), (START + MINUTE, 3.0, 1.0, 5.0, None, "csat"),
    (START - MINUTE, 4.0, 1.0, 5.0, True, "csat"),
    (START, 9.0, 0.0, 10.0, True, "csat"), (START, 1.0, 1.0, 5.0, False, "csat"), (START, 1.0, 1.0, 5.0, True, "nps"),
    (START + 2 * HOUR, 5.0, 1.0, 5.0, True, "csat"),
]  # fmt: skip


@pytest.fixture(scope="module")
def client(embedded: EmbeddedWarehouse) -> Iterator[WarehouseClient]:
    """A warehouse in which little is said; feedback ids count from 1."""
    with fresh_database(embedded) as endpoint:
        client = WarehouseClient(lambda: endpoint, patience_s=20)
        write_said_and_done(client)
        write_judged(client)
        write_consequences(client)
        Minutes(client).count(f"minute >= toDateTime({int((START - 8 * DAY).timestamp())}, 'UTC')")
        yield client
        client.close()


def write_said_and_done(client: WarehouseClient) -> None:
    client.insert(
        "feedback_local",
        (
            "feedback_id",
            "version",
            "tenant",
            "minute",
            "time",
            "intents",
            "product_model",
            "channel",
            "sender_role",
            "text",
            "customer_hash",
        ),
        [
            (n, 1, "acme", at, at, [topic], model, channel, role, text, f"c{n}" if n != 3 else "")
            for n, (at, topic, model, channel, role, text) in enumerate(SAID, 1)
        ]
        + [(99, 1, "zeta", START, START, ["setting_time"], "W-300", "tmall", "customer", "another tenant", "z")],
    )
    client.insert(
        "context_local",
        ("event_id", "version", "tenant", "id", "time", "kind", "title", "start", "products", "channels"),
        [(n, 1, "acme", id, at, kind, f"{kind} {id}", at, p, c) for n, (id, kind, at, p, c) in enumerate(EVENTS)],
    )


def write_judged(client: WarehouseClient) -> None:
    client.insert(
        "emergent_local",
        ("tenant", "spike_id", "at", "label", "phrases", "topics", "messages", "representative"),
        [
            ("acme", "0123456789abcdef", START, "early", ["crown"], [("setting_time", 1)], [1, 2], [2]),
            ("acme", "0123456789abcdef", START + HOUR, "crown out", ["crown", "out"], [("price", 1)], [1, 2, 4], [4]),
            ("acme", "0123456789abcdef", START + 2 * HOUR, "later", [], [], [1, 2, 3, 4], [4]),
        ],
    )
    client.insert(
        "tested_local",
        ("tenant", "minute", "topics", "n", "late"),
        [
            ("acme", START - HOUR, ["", "setting_time"], [3, 1], []),
            ("acme", START + 5 * MINUTE, ["", "setting_time", "price"], [9, 3, 6], [(START, "setting_time", 1)]),
            ("acme", START + 2 * HOUR, ["setting_time"], [9], []),
            ("zeta", START, ["setting_time"], [7], []),
        ],
    )
    client.insert(
        "verdict_local",
        ("tenant", "minute", "topics", "expected", "low", "high", "surprise"),
        [("acme", START, ["setting_time", "price"], [0.5, 9.0], [0.0, 8.0], [2.0, 10.0], [12.0, 0.0])],
    )


def write_consequences(client: WarehouseClient) -> None:
    client.insert(
        "order_local",
        ("tenant", "event_id", "version", "time", "kind", "product_model", "order_hash", "line_id"),
        [("acme", n, 1, at, kind, model, f"o{n}", "1") for kind, at, model, n in LINES],
    )
    client.insert(
        "survey_local",
        (
            "tenant", "event_id", "version", "time", "score", "scale_min", "scale_max", "higher_is_better", "metric",
            "product_model", "channel",
        ),
        [("acme", n, 1, *answer, "W-300", "tmall") for n, answer in enumerate(ANSWERS)],
    )  # fmt: skip


def told(questions: Questions, about: Transition) -> dict[tuple[bool, bool], int]:
    """How much feedback is in each of the four groups."""
    counted: dict[tuple[bool, bool], int] = {}
    for group in questions.feedback(about).groups:
        counted[group.now, group.mine] = counted.get((group.now, group.mine), 0) + group.count
    return counted


def test_a_topics_feedback_is_compared_with_the_same_hours_and_with_just_before(client: WarehouseClient) -> None:
    found = Questions(client).feedback(spike())
    assert found.complete
    assert [(g.values[MODEL], g.values[CHANNEL], g.count) for g in found.groups if g.now and g.mine] == [
        ("W-100", "app", 1),
        ("W-300", "tmall", 2),
    ]
    assert told(Questions(client), spike()) == {(True, True): 3, (True, False): 1, (False, True): 2, (False, False): 1}


def test_of_everything_all_feedback_is_its_own_and_of_a_silence_none(client: WarehouseClient) -> None:
    questions = Questions(client)
    assert told(questions, spike("total", "total")) == {(True, True): 4, (False, True): 3}
    assert told(questions, spike("silence", "channel:tmall")) == {(True, False): 4, (False, False): 3}
    assert questions.verbatims(spike("silence", "channel:tmall")) == []


def test_an_emergent_topic_is_all_messages_that_were_recorded_with_it_until_then(client: WarehouseClient) -> None:
    questions = Questions(client)
    about = spike("emergent", "89abcdef01234567")
    assert questions.emergent(about) == Emergent(
        "crown out", ["crown", "out"], [f"{n:016x}" for n in (1, 2, 4)], [f"{n:016x}" for n in (2, 4)], [("setting_time", 0.5)]
    ), "its known subjects as they were when it opened"
    assert told(questions, about) == {(True, True): 3, (True, False): 1, (False, False): 3}
    assert questions.verbatims(about) == ["second", "price"], "what represents it"
    early = spike("emergent", "89abcdef01234567", lasts=-MINUTE)
    assert questions.emergent(early) is None
    assert questions.verbatims(early) == []
    unknown = msgspec.structs.replace(about, spike_id="0" * 16)
    assert questions.emergent(unknown) is None
    assert (True, True) not in told(questions, unknown)


def test_verbatims_are_the_customers_words_of_the_episode_earliest_first(client: WarehouseClient) -> None:
    assert Questions(client).verbatims(spike()) == ["first", "second", "third"]
    carried = {"product_model": "W-100", "channel": "app"}
    assert Questions(client).words(spike("total", "total"), carried) == [Verbatim("third", "app"), Verbatim("price", "app")]


def test_of_much_feedback_always_the_same_sample_is_looked_at(client: WarehouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = Questions(client)
    whole = questions.feedback(spike("total", "total"))
    assert whole.complete
    monkeypatch.setattr(module, "ROWS", 2)
    found = questions.feedback(spike("total", "total"))
    assert not found.complete
    assert 0 < sum(group.count for group in found.groups) < sum(group.count for group in whole.groups)
    assert {(group.now, group.values) for group in found.groups} <= {(group.now, group.values) for group in whole.groups}
    assert questions.feedback(spike("total", "total")) == found
    monkeypatch.setattr(module, "ROWS", 4)
    larger = {(group.now, group.values): group.count for group in questions.feedback(spike("total", "total")).groups}
    assert all(group.count <= larger[group.now, group.values] for group in found.groups), "the smaller is part of the larger"


def test_context_is_of_the_same_products_and_channels_or_of_all_in_the_days_before(client: WarehouseClient) -> None:
    def found(products: list[str], channels: list[str]) -> list[str]:
        return [done.title for done in Questions(client).context(spike(), products, channels)]

    assert found(["W-300"], ["tmall"]) == ["launch a", "campaign b", "firmware g"]
    assert found(["W-100"], ["phone"]) == ["campaign b", "faq_change c", "training h"]
    assert found([], []) == ["campaign b", "training h"]
    assert found(["' OR 1 = 1 --"], ["x\\"]) == ["campaign b", "training h"]


def test_a_short_episode_is_looked_at_whole_and_never_a_day_of_baseline() -> None:
    windows = Windows.of(spike())
    assert windows.now == [(START, START + HOUR)]
    before = [
        (START - 7 * DAY - HOUR, START - 7 * DAY + 2 * HOUR),
        (START - DAY - HOUR, START - DAY + 2 * HOUR),
        (START - 3 * HOUR, START - 16 * MINUTE),
    ]
    assert windows.before == before


@pytest.mark.parametrize("lasts", [timedelta(0), MINUTE, 4 * HOUR, 30 * HOUR, 9 * DAY, 400 * DAY])
def test_an_episode_of_days_does_not_read_days_and_is_no_baseline_of_itself(lasts: timedelta) -> None:
    windows = Windows.of(spike(lasts=lasts))
    spans = sorted([*windows.before, *windows.now])
    assert all(first <= last for first, last in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans)), "no minute twice"
    assert all(last < START - timedelta(minutes=15) for _, last in windows.before)
    assert sum((last - first + MINUTE for first, last in windows.now), timedelta()) <= 4 * HOUR + MINUTE
    assert sum((last - first + MINUTE for first, last in windows.before), timedelta()) < DAY
    assert windows.now[0][0] == START and windows.now[-1][1] == START + lasts


def test_who_spoke_is_counted_by_customer_and_by_minute(client: WarehouseClient) -> None:
    questions = Questions(client)
    known = questions.who(spike())
    assert (known.customers, known.at_least) == (2, True), "one of the three carries no customer"
    assert known.minutes == {START: 1, START + 5 * MINUTE: 1, START + 6 * MINUTE: 1}
    emergent = questions.who(spike("emergent", "89abcdef01234567"))
    assert emergent.minutes == {START: 1, START + 5 * MINUTE: 1, START + 7 * MINUTE: 1}
    assert questions.who(spike("silence", "channel:tmall")).minutes == {}
    assert questions.who(spike(lasts=9 * HOUR)).at_least


def test_known_minutes_narrow_what_is_read_and_change_nothing(client: WarehouseClient) -> None:
    questions = Questions(client)
    for about in (spike(), spike("emergent", "89abcdef01234567"), spike("total", "total")):
        minutes = questions.who(about).minutes
        assert questions.words(about, said=minutes) == questions.words(about)
        assert questions.feedback(about, minutes) == questions.feedback(about)


def test_a_topics_series_is_what_was_judged_and_what_was_expected(client: WarehouseClient) -> None:
    found = Questions(client).series(spike())
    assert found.counts == {START + 5 * MINUTE: 4, START - HOUR: 1}
    assert found.bands == {START: Band(0.5, 0.0, 2.0)}
    assert found.contacts == 4
    total = Questions(client).series(spike("total", "total"))
    assert total.counts[START + 7 * MINUTE] == 1
    assert total.bands == {}
    assert Questions(client).series(spike("emergent", "89abcdef01234567")) == Series({}, {}, 4)
    assert Questions(client).series(spike("silence", "setting_time")).bands == found.bands


def test_consequences_are_of_the_same_products_since_the_start_and_in_as_much_time_before(client: WarehouseClient) -> None:
    questions = Questions(client)
    found = questions.consequences(spike(), {"product_model": ["W-300"]}, ["app"])
    assert found.orders == 2
    assert found.outcomes == [Outcome("return_requested", 2, 1), Outcome("refunded", 0, 1)]
    assert found.rating == Rating(2.5, 2, 4.0, 1, 1.0, 5.0)
    assert questions.consequences(spike(), {}, ["tmall"]).rating == Rating(2.5, 2, 4.0, 1, 1.0, 5.0), "of the channel"
    unknown = questions.consequences(spike(), {"product_model": ["W-900' OR 1 = 1 --"]}, [])
    assert (unknown.orders, unknown.outcomes, unknown.rating) == (2, [], None)
    long_ago = msgspec.structs.replace(spike(), started=START - 90 * DAY, updated=START - 90 * DAY)
    assert questions.consequences(long_ago, {"product_model": ["W-300"]}, []) == Consequences(None, [], None)
