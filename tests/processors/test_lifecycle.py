import math
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
import pytest

from processors.lifecycle import HISTORY, Episodes, LifecycleConfig, onset
from processors.negative_binomial import normal_range
from processors.spike import Verdict
from processors.watermark import MINUTE
from schemas.spikes import Transition
from tests.processors.traffic import DAY, MONDAY, RATES, minutes, settled

COLD = LifecycleConfig(warm_up=0)
LOUD, CALM = Verdict(20, 2.0, 1.3, 12.0), Verdict(2, 2.0, 1.3, 0.0)


def at(n: int) -> datetime:
    return datetime.fromtimestamp(MONDAY + n * MINUTE, UTC)


def played(
    verdicts: Iterable[Verdict | dict[str, Verdict]],
    config: LifecycleConfig = COLD,
    episodes: Episodes | None = None,
    first: int = 0,
    detector: str = "d",
) -> list[Transition]:
    """The transitions of these minutes; a lone verdict is topic t's."""
    episodes = episodes or Episodes()
    found = []
    for n, verdict in enumerate(verdicts, first):
        by_topic = {"t": verdict} if isinstance(verdict, Verdict) else verdict
        found += episodes.step(config, detector, "acme", MONDAY + n * MINUTE, by_topic)
    return found


def told(transitions: list[Transition]) -> list[tuple[str, int]]:
    return [(t.transition, (int(t.at.timestamp()) - MONDAY) // MINUTE) for t in transitions]


@pytest.mark.parametrize("budget", [0.1, 1.0, 10.0])
def test_the_budget_says_how_surprising_an_opening_must_be(budget: float) -> None:
    config = LifecycleConfig(false_alerts=budget, warm_up=0)
    assert config.open_at == pytest.approx(math.log(24_000 / budget))
    assert played([msgspec.structs.replace(LOUD, surprise=config.open_at - 1e-9)], config) == []
    assert told(played([msgspec.structs.replace(LOUD, surprise=config.open_at)], config)) == [("opened", 0)]


def test_nothing_opens_before_a_day_of_history() -> None:
    assert told(played([LOUD] * 1443, LifecycleConfig())) == [("opened", 1440)]


def test_an_episode_stays_open_between_the_two_thresholds() -> None:
    between = msgspec.structs.replace(CALM, surprise=COLD.close_below)
    assert told(played([LOUD, *[between] * 40])) == [("opened", 0), ("updated", 15), ("updated", 30)]
    below = msgspec.structs.replace(CALM, surprise=COLD.close_below - 1e-9)
    assert told(played([LOUD, *[below] * 40])) == [("opened", 0), ("closed", 15)]


def test_quiet_minutes_count_in_a_row_only() -> None:
    almost = [*[CALM] * 14, msgspec.structs.replace(LOUD, surprise=5.0)]
    assert told(played([LOUD, *almost, *almost, *[CALM] * 15])) == [
        ("opened", 0),
        ("updated", 15),
        ("updated", 30),
        ("closed", 45),
    ]


def test_a_closed_topic_may_reopen_after_thirty_minutes_and_other_topics_at_once() -> None:
    episodes = Episodes()
    assert told(played([LOUD, *[CALM] * 15], episodes=episodes)) == [("opened", 0), ("closed", 15)]
    both = {"t": LOUD, "u": LOUD}
    again = played([both] * 31, episodes=episodes, first=16)
    assert [(t.topic, *moment) for t, moment in zip(again, told(again), strict=True)] == [
        ("u", "opened", 16), ("u", "updated", 31), ("t", "opened", 45), ("u", "updated", 46)
    ]  # fmt: skip
    assert episodes.closed == {}, "forgotten after the cool-down"


def test_a_topic_has_one_open_episode_however_long_it_surprises() -> None:
    transitions = played([LOUD] * 200)
    assert [t.transition for t in transitions].count("opened") == 1
    assert len({t.spike_id for t in transitions}) == 1
    assert [n for _, n in told(transitions)] == list(range(0, 200, 15))


def test_the_id_is_a_function_of_detector_tenant_topic_and_minute_opened() -> None:
    stream = [*[CALM] * 5, *[LOUD] * 3]
    ids = {t.spike_id for t in played(stream)}
    assert ids == {t.spike_id for t in played([*stream, *[CALM] * 50])}
    others = [played(stream, detector="e"), played(stream, first=1), played([{"u": verdict} for verdict in stream])]
    assert len(ids | {t.spike_id for transitions in others for t in transitions}) == 4
    assert all(len(spike_id) == 16 and int(spike_id, 16) >= 0 for spike_id in ids)


def test_observed_and_expected_cover_the_minutes_from_started_to_updated_both_included() -> None:
    counts = [2] * 60 + [20] * 25 + [3] * 40
    stream = [Verdict(k, 2.0 + n / 100, 1.3, 12.0 if k == 20 and n > 62 else 0.0) for n, k in enumerate(counts)]
    transitions = played(stream)
    assert [t.transition for t in transitions] == ["opened", "updated", "updated", "closed"]
    for t in transitions:
        first, last = ((int(moment.timestamp()) - MONDAY) // MINUTE for moment in (t.started, t.updated))
        covered = stream[first : last + 1]
        assert (t.started, t.opened) == (at(60), at(63))
        assert t.observed == sum(verdict.count for verdict in covered)
        assert t.expected == pytest.approx(sum(verdict.expected for verdict in covered))
        assert (t.low, t.high) == normal_range(t.expected, 1.3)
        assert t.at == t.updated
        assert t.closed == (t.at if t.transition == "closed" else None)
        assert t.surprise == 12.0


def test_two_episodes_of_a_topic_never_claim_the_same_minutes() -> None:
    """Or the first, larger one would be counted again in the second."""
    first = [Verdict(100, 2.0, 1.3, 20.0)] * 20 + [CALM] * 46
    second = [Verdict(10, 2.0, 1.3, 11.0)] * 5
    transitions = [t for t in played([*first, *second]) if t.transition in ("opened", "closed")]
    assert [t.transition for t in transitions] == ["opened", "closed", "opened"]
    assert transitions[1].closed is not None
    assert transitions[2].started == at(66) > transitions[1].closed
    assert transitions[2].observed == 10


@pytest.mark.parametrize("seed", range(4))
def test_the_onset_of_a_twentyfold_step_is_found_within_three_minutes(seed: int) -> None:
    bench, episodes, step = settled(seed), Episodes(), 100 + 7 * seed
    transitions: list[Transition] = []
    for n, counts in enumerate(minutes(RATES, 160, seed + 9, lambda topic, n: 20.0 if topic == "time" and n >= step else 1.0)):
        transitions += episodes.step(COLD, "d", "acme", MONDAY + n * MINUTE, bench.step(counts))
    opened = [t for t in transitions if t.transition == "opened"]
    assert [t.topic for t in opened] == ["time"]
    assert abs((opened[0].started - at(step)).total_seconds()) <= 3 * MINUTE
    assert at(step) <= opened[0].opened <= at(step + 8)


def test_onset_is_the_span_that_is_least_likely_by_chance() -> None:
    assert onset([1, 0, 2, 1, 9, 8, 9], [1.0] * 7) == 3
    assert onset([9, 8, 9, 1], [1.0] * 4) == 4, "one calm minute does not hide three loud ones"
    assert onset([0, 0, 0], [1.0] * 3) == 1, "where nothing is elevated it is the present minute"
    assert onset([5, 5], [0.0, 0.0]) == 1
    assert onset([7], [1.0]) == 1


def test_after_a_pause_the_onset_looks_back_to_the_pause_only() -> None:
    episodes = Episodes()
    played([msgspec.structs.replace(LOUD, surprise=0.0)] * 30, episodes=episodes)
    episodes.pause()
    (opened,) = played([LOUD, LOUD], episodes=episodes, first=500)[:1]
    assert (opened.started, opened.observed) == (at(500), 20)


def test_an_episode_survives_a_pause_and_closes_after_it() -> None:
    episodes = Episodes()
    played([LOUD], episodes=episodes)
    episodes.pause()
    assert told(played([CALM] * 15, episodes=episodes, first=1000)) == [("updated", 1000), ("closed", 1014)]


def test_nothing_grows_with_the_length_of_the_stream() -> None:
    episodes = Episodes()
    day = [{"a": LOUD, "b": CALM} if n % 97 < 40 else {"a": CALM, "b": CALM} for n in range(DAY)]
    played(day[:600], episodes=episodes)
    size = len(msgspec.json.encode(episodes))
    played(day[600:], episodes=episodes, first=600)
    assert len(msgspec.json.encode(episodes)) < 1.5 * size
    assert all(len(kept.counts) == len(kept.expected) == len(kept.variances) <= HISTORY for kept in episodes.history.values())
    assert set(episodes.history) <= {"a", "b"}
    assert len(episodes.closed) <= 1


def test_transitions_of_a_minute_come_in_the_order_of_the_topics_names() -> None:
    assert [t.topic for t in played([{"b": LOUD, "a": LOUD, "c": CALM}])] == ["a", "b"]
