"""A briefing's facts, from the real engine: which span, what is counted, what changed by more than chance."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from processors.intents.taxonomy import Taxonomy
from schemas.spikes import Spike, SpikeKind, Transition
from streams.briefing.cards import Cards
from streams.briefing.facts import Briefing, Share
from streams.briefing.gather import gather, precision, span_of
from streams.briefing.questions import Asked, Ends
from streams.failures import UserError
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.minutes import Minutes, between
from streams.warehouse.questions import Questions
from streams.warehouse.spikes import EmergentRow, SpikeStore, VerdictRow
from tests.conftest import fresh_database
from tests.streams.briefing import made

END = datetime(2026, 11, 15, 8, 0, tzinfo=UTC)
SINCE, BEFORE = END - timedelta(days=7), END - timedelta(days=14)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAILY = {"charging": (10, 40), "strap": (40, 10), "price": (30, 30), "": (20, 20)}
"""By topic (or none) how many messages a day there were before and are now."""
NAMES = (
    "tenant",
    "minute",
    "time",
    "feedback_id",
    "version",
    "conversation_id",
    "customer_hash",
    "channel",
    "intents",
    "sender_role",
    "text",
)


def said(client: WarehouseClient) -> None:
    """Two weeks: every message in a conversation of two, from jd only in the first week; and each day one of an agent."""
    rows, number = [], 0
    for week, first in enumerate((BEFORE, SINCE)):
        for day in range(7):
            for topic, daily in DAILY.items():
                for n in range(daily[week]):
                    at = first + day * DAY + n * 20 * MINUTE
                    where = "jd" if n % 5 == 0 and not week else "客服王小明说"
                    rows.append((
                        "acme", at, at, number, 1, f"c-{number // 2}", f"h-{number // 2}", where, [topic] if topic else [],
                        "customer", "words",
                    ))  # fmt: skip
                    number += 1
            rows.append(
                ("acme", first + day * DAY, first + day * DAY, 10**7 + len(rows), 1, "c-agent", "", "app", [], "agent", "words")
            )
    last = END - MINUTE
    rows.append(("acme", last, last, 10**7, 1, "c-last", "", "app", ["price"], "customer", "words"))
    client.insert("feedback_local", NAMES, rows)


def episode(
    n: int, opened: datetime, closed: datetime | None, *, topic: str = "charging", kind: SpikeKind = "topic"
) -> Transition:
    return Transition(
        spike_id=f"{n:016x}",
        transition="closed" if closed else "opened",
        at=closed or opened,
        tenant="acme",
        kind=kind,
        topic=topic,
        started=opened - HOUR / 4,
        opened=opened,
        updated=closed or opened,
        closed=closed,
        observed=40,
        expected=9.0,
        low=3.0,
        high=16.0,
        surprise=50.0,
    )


EPISODES = [
    episode(1, SINCE + DAY, SINCE + 2 * DAY),
    episode(2, SINCE + 3 * DAY, None),
    episode(3, SINCE - DAY, SINCE + HOUR),
    episode(4, BEFORE + DAY, BEFORE + 2 * DAY),
    episode(5, SINCE + 5 * DAY, SINCE + 5 * DAY + HOUR, topic="burst", kind="emergent"),
]


@pytest.fixture(scope="module")
def client(embedded: EmbeddedWarehouse) -> Iterator[WarehouseClient]:
    """The warehouse of the two weeks."""
    with fresh_database(embedded) as endpoint:
        client = WarehouseClient(lambda: endpoint, patience_s=20)
        said(client)
        minutes, store = Minutes(client), SpikeStore(client)
        start, end = int(BEFORE.timestamp()), int(END.timestamp())
        minutes.count(between(start, end))
        minutes.give(int(SINCE.timestamp()), end)  # what is looked at
        store.write_transitions(EPISODES)
        store.write_card(msgspec.structs.replace(made.card(2), transition=EPISODES[1]), "body")
        for n, verdict in ((1, "useful"), (3, "noise"), (4, "useful"), (5, "known")):
            store.write_verdict(_spike(store, n), verdict, "ann", "")
        store.write_verdict(_spike(store, 1), "mute", "bob", "")
        grid = [SINCE + n * 10 * MINUTE for n in range(12)]
        store.write_verdicts([VerdictRow("acme", at, ["charging"], [0.05], [0.0], [1.0], [0.0]) for at in grid])
        store.write_verdicts(
            [VerdictRow("acme", SINCE + 3 * MINUTE, ["charging"], [9.0], [0.0], [1.0], [30.0])]
        )  # only as it surprised
        store.write_emergent(
            [EmergentRow("acme", EPISODES[4].spike_id, EPISODES[4].at, "王先生说", ["表冠"], [("price", 2)], [1, 2, 3], [1])]
        )
        late = SINCE + 2 * DAY + MINUTE
        client.insert(
            "feedback_local", NAMES, [("acme", late, late, 10**6, 1, "late", "", "app", ["price"], "customer", "words")]
        )
        minutes.count(between(int(late.timestamp()), int(late.timestamp()) + 60))
        client.insert(
            "context_local",
            ("tenant", "event_id", "source", "id", "time", "kind", "title", "start", "end", "products"),
            [
                ("acme", 1, "test", "1", SINCE, "campaign", "over", SINCE - 3 * DAY, SINCE - 2 * DAY, []),
                ("acme", 2, "test", "2", SINCE, "campaign", "lasts", SINCE - DAY, SINCE + DAY, []),
                ("acme", 3, "test", "3", SINCE, "launch", "now", SINCE + DAY, None, ["W-300"]),
            ],
        )
        yield client
        client.close()


def _spike(store: SpikeStore, n: int) -> Spike:
    (found,) = store.starting_with(f"{n:016x}")
    return found


def gathered(client: WarehouseClient, *, days: int = 7, until: datetime | None = None, tenant: str = "") -> Briefing:
    store, taxonomy = SpikeStore(client), Taxonomy.default()
    cards = Cards(store, Questions(client), taxonomy)
    return gather(Asked(client, tenant), store.episodes(), cards, taxonomy, days=days, until=until, made_at=END + HOUR)


@pytest.fixture(scope="module")
def week(client: WarehouseClient) -> Briefing:
    """The briefing of the second week."""
    return gathered(client)


def test_the_span_ends_with_the_newest_closed_minute_whatever_the_clock_says(week: Briefing) -> None:
    assert (week.span.since, week.span.until, week.span.before) == (SINCE, END, BEFORE)
    assert week.span.newest == END - MINUTE
    assert week.span.known_before == 1
    assert week.instrument.minutes == 7 * 1440


def test_what_customers_said_is_counted_in_both_spans(week: Briefing) -> None:
    assert (week.now.messages, week.before.messages) == (7 * 100 + 2, 7 * 100)
    assert week.before.conversations == week.before.customers == 350
    assert week.now.conversations == 350 + 2
    assert [day.messages for day in week.by_day] == [100, 100, 101, 100, 100, 100, 101]
    assert [day.before for day in week.by_day] == [100] * 7
    assert (week.unnamed, week.unnamed_before) == (Share(140, 702), Share(140, 700))


def test_what_changed_by_more_than_chance_is_told_from_what_did_not(week: Briefing) -> None:
    changed = {moved.topic: (moved.before.count, moved.now.count) for moved in week.moved if moved.changed}
    assert changed == {"charging": (70, 280), "strap": (280, 70)}
    assert {moved.topic for moved in week.moved if not moved.changed} == {"price", "other"}
    charging = next(moved for moved in week.moved if moved.topic == "charging")
    assert charging.days == [10] * 7 + [40] * 7
    assert charging.owner and charging.label["zh"] and charging.label["en"]


def test_the_expectation_is_of_the_intervals_in_which_a_band_was_kept_and_not_of_surprises(week: Briefing) -> None:
    charging = next(moved for moved in week.moved if moved.topic == "charging")
    assert charging.expected == pytest.approx(12 * 10 * 0.05, rel=1e-3)
    assert charging.judged == 6, "one each 20 minutes, of two hours"


def test_open_and_closed_episodes_stand_apart_and_older_ones_are_left_out(week: Briefing) -> None:
    assert [episode.card.transition.spike_id[-1] for episode in week.open] == ["2"]
    assert [episode.card.transition.spike_id[-1] for episode in week.closed] == ["5", "1", "3"]
    assert week.open[0].card.label == made.card(2).label, "as it was recorded"
    assert week.closed[1].card.chart is not None, "made now, of the counts"
    assert (week.alerts.opened, week.alerts.opened_before, week.alerts.open_now) == (3, 2, 1)


def test_an_episode_counts_once_by_its_latest_verdict_that_is_no_mute(week: Briefing) -> None:
    now, ever = week.alerts.precision, week.alerts.ever
    assert (now.useful, now.noise, now.known, now.episodes) == (1, 0, 1, 3)
    assert (ever.useful, ever.noise, ever.known, ever.episodes) == (2, 1, 1, 5)
    assert 0 < ever.low < 2 / 3 < ever.high < 1
    assert week.closed[1].verdict == "useful"
    assert precision([], {}).high == 1


def test_a_channel_that_went_quiet_is_seen_and_names_of_people_are_not(week: Briefing) -> None:
    feeds = {feed.channel: (feed.messages, feed.before) for feed in week.feeds}
    assert feeds["jd"][0] == 0 < feeds["jd"][1]
    assert "[NAME]" in feeds
    assert [subject.label for subject in week.subjects] == ["[NAME]"]
    assert week.subjects[0].messages == 3 and week.subjects[0].beside == [("price", 2)]
    assert "王" not in msgspec.json.encode(week).decode()


def test_what_was_announced_is_of_the_span_newest_first(week: Briefing) -> None:
    assert [done.title for done in week.announced] == ["now", "lasts"]


def test_what_was_counted_after_it_was_judged_is_late(week: Briefing) -> None:
    assert week.instrument.late == 1
    assert week.instrument.history_days == 7
    assert week.instrument.stored == 702 + 7


def test_without_the_span_before_nothing_is_compared(client: WarehouseClient) -> None:
    fortnight = gathered(client, days=14)
    assert fortnight.span.known_before == 0
    assert fortnight.moved == [] and fortnight.rare == 4


def test_it_may_end_earlier(client: WarehouseClient) -> None:
    earlier = gathered(client, days=3, until=SINCE + 3 * DAY + HOUR / 120)
    assert earlier.span.until == SINCE + 3 * DAY, "whole minutes"
    assert earlier.now.messages == 301
    assert gathered(client, until=END + 9 * DAY).span.until == END
    with pytest.raises(UserError, match="nothing is known of the time before 2026-11-01 08:00 UTC"):
        gathered(client, until=BEFORE)


def test_of_another_tenant_nothing_is_said(client: WarehouseClient) -> None:
    with pytest.raises(UserError, match="holds no feedback"):
        gathered(client, tenant="zeta")


def test_a_minute_that_was_judged_although_nobody_spoke_is_closed_too(client: WarehouseClient) -> None:
    later = END + 3 * HOUR
    SpikeStore(client).write_verdicts([VerdictRow("acme", later, ["charging"], [0.05], [0.0], [1.0], [0.0])])
    ends = Asked(client).ends()
    assert ends == Ends(BEFORE, later, ["acme"])
    assert span_of(ends, 7, None).until == later + MINUTE
