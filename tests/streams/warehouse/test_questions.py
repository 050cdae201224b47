"""What TELL asks the warehouse: which windows, how much of it, and of each kind of spike the right feedback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from processors.card import DIMENSIONS
from schemas.spikes import SpikeKind, Transition
from streams.warehouse import questions as module
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.questions import Emergent, Questions, Windows
from tests.conftest import fresh_database

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MODEL, CHANNEL = list(DIMENSIONS).index("product_model"), list(DIMENSIONS).index("channel")


def spike(kind: SpikeKind = "topic", topic: str = "setting_time", lasts: timedelta = HOUR) -> Transition:
    return Transition(
        spike_id="0123456789abcdef", transition="updated", at=START + lasts, tenant="acme", kind=kind, topic=topic, started=START,
        opened=START, updated=START + lasts, closed=None, observed=5, expected=1.0, low=0.0, high=3.0, surprise=20.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def client(embedded: EmbeddedWarehouse) -> Iterator[WarehouseClient]:
    """A warehouse in which little is said; feedback ids count from 1."""
    said = [
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
    events = [
        ("a", "launch", START - DAY, ["W-300"], []),
        ("b", "campaign", START - 2 * DAY, [], []),
        ("c", "faq_change", START - 3 * DAY, [], ["phone"]),
        ("d", "price", START - 4 * DAY, ["W-900"], []),
        ("e", "outage", START - 15 * DAY, [], []),
        ("f", "holiday", START + 2 * HOUR, [], []),
        ("g", "firmware", START - 5 * DAY, ["W-300", "W-900"], ["tmall"]),
        ("h", "training", START - 6 * DAY, [], []),
    ]
    with fresh_database(embedded) as endpoint:
        client = WarehouseClient(lambda: endpoint, patience_s=20)
        client.insert(
            "feedback_local",
            ("feedback_id", "version", "tenant", "minute", "time", "intents", "product_model", "channel", "sender_role", "text"),
            [
                (n, 1, "acme", at, at, [topic], model, channel, role, text)
                for n, (at, topic, model, channel, role, text) in enumerate(said, 1)
            ]
            + [(99, 1, "zeta", START, START, ["setting_time"], "W-300", "tmall", "customer", "another tenant")],
        )
        client.insert(
            "context_local",
            ("event_id", "version", "tenant", "id", "time", "kind", "title", "start", "products", "channels"),
            [(n, 1, "acme", id, at, kind, f"{kind} {id}", at, p, c) for n, (id, kind, at, p, c) in enumerate(events)],
        )
        client.insert(
            "emergent_local",
            ("tenant", "spike_id", "at", "label", "phrases", "topics", "messages", "representative"),
            [
                ("acme", "0123456789abcdef", START, "early", ["crown"], [], [1], [2]),
                ("acme", "0123456789abcdef", START + HOUR, "crown out", ["crown", "out"], [("price", 1)], [1, 2, 4], [4]),
                ("acme", "0123456789abcdef", START + 2 * HOUR, "later", [], [], [1, 2, 3, 4], [4]),
            ],
        )
        yield client
        client.close()


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
        "crown out", ["crown", "out"], [f"{n:016x}" for n in (1, 2, 4)], [f"{n:016x}" for n in (2, 4)]
    )
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
    assert Questions(client).verbatims(spike("total", "total"), carried) == ["third", "price"]


def test_of_much_feedback_always_the_same_sample_is_looked_at(client: WarehouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS", 2)
    questions = Questions(client)
    found = questions.feedback(spike("total", "total"))
    assert not found.complete
    assert told(questions, spike("total", "total")) == {(True, True): 2, (False, True): 2}
    assert questions.feedback(spike("total", "total")) == found


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
