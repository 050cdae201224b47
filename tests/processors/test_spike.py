import copy
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.spike import SpikeModel, TopicState, Verdict, _calibrated
from tests.processors.traffic import CONFIG, DAY, RATES, Bench, minutes, settled

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""

SURPRISING = 10.0
"""About the opening threshold of the default budget."""


def surprises(judged: list[dict[str, Verdict]], topic: str) -> list[float]:
    return [verdicts[topic].surprise for verdicts in judged]


@pytest.mark.parametrize("seed", range(3))
def test_an_ordinary_half_day_surprises_nobody(seed: int) -> None:
    bench = settled(seed)
    judged = bench.run(minutes(RATES, DAY // 2, seed + 50))
    assert max(verdict.surprise for verdicts in judged for verdict in verdicts.values()) < SURPRISING


@pytest.mark.parametrize("seed", range(3))
def test_ten_times_half_a_message_a_minute_surprises_within_eight_minutes_and_only_there(seed: int) -> None:
    bench = settled(seed)
    judged = bench.run(minutes(RATES, 20, seed + 100, lambda topic, _n: 10.0 if topic == "time" else 1.0))
    assert max(surprises(judged[:8], "time")) >= SURPRISING
    assert min(surprises(judged[8:], "time")) >= SURPRISING, "it goes on for as long as the surge does"
    assert max(verdict.surprise for verdicts in judged for topic, verdict in verdicts.items() if topic != "time") < SURPRISING


@pytest.mark.parametrize("factor", [3.0, 8.0])
@pytest.mark.parametrize("seed", range(3))
def test_what_lifts_everything_three_or_eight_times_surprises_no_topic(seed: int, factor: float) -> None:
    bench = settled(seed)
    judged = bench.run(minutes(RATES, 60, seed + 100, lambda _topic, _n: factor))
    assert max(verdict.surprise for verdicts in judged for verdict in verdicts.values()) < SURPRISING


@pytest.mark.parametrize("topic", RATES)
def test_a_clump_of_two_hundred_in_one_minute_proves_nothing_alone(topic: str) -> None:
    bench = settled()
    ordinary = list(minutes(RATES, 32, 9))
    judged = bench.run([{**ordinary[0], topic: 200}, *ordinary[1:]])
    assert max(surprises(judged, topic)) < SURPRISING


def test_a_clump_is_not_learnt_as_the_new_normal() -> None:
    bench, without = settled(), settled()
    ordinary = list(minutes(RATES, 40, 9))
    after = bench.run([{**ordinary[0], "time": 200}, *ordinary[1:]])[-1]["time"].expected
    assert after < 1.1 * without.run(ordinary)[-1]["time"].expected


def test_late_feedback_is_capped_by_the_minutes_it_is_about() -> None:
    ordinary = next(minutes(RATES, 1, 9))
    counts = {**ordinary, "time": 40}
    whole, one_part, spread = (
        settled().step(counts, parts=parts)["time"].surprise for parts in (None, {"time": [40]}, {"time": [0, *[2] * 20]})
    )
    assert whole == one_part < SURPRISING
    assert spread >= SURPRISING, "two in each of twenty minutes is no clump"


def test_what_an_edit_took_back_is_no_evidence() -> None:
    ordinary = next(minutes(RATES, 1, 9))
    taken_back = settled().step({**ordinary, "time": 4}, parts={"time": [*[1] * 10, -6]})["time"]
    plain = settled().step({**ordinary, "time": 4})["time"]
    assert taken_back == plain
    assert settled().step({**ordinary, "time": 0}, parts={"time": [3, -9]})["time"].surprise == 0.0


@pytest.mark.parametrize("first", [1, 45, 600])
def test_a_topic_first_heard_of_now_is_judged_as_one_that_was_silent_all_along(first: int) -> None:
    known, fresh = Bench(), Bench()
    for n, ordinary in enumerate(minutes({"returns": 5.0, "rest": 12.0}, first + 40, 3)):
        new = {"new": n % 7} if n >= first else {}
        total = sum(ordinary.values()) + sum(new.values())
        expected = known.step({"new": 0, **ordinary, **new}, total)
        got = fresh.step({**ordinary, **new}, total)
        assert got == {topic: verdict for topic, verdict in expected.items() if new or topic != "new"}


def test_what_a_topic_learns_does_not_leak_into_the_next_new_one() -> None:
    bench = settled()
    silent = copy.deepcopy(bench.model.silent)
    bench.model.topics["new"] = copy.deepcopy(silent)
    bench.step({"new": 50, **next(minutes(RATES, 1, 9))})
    other = settled()
    other.step(next(minutes(RATES, 1, 9)), total=50 + sum(next(minutes(RATES, 1, 9)).values()))
    assert bench.model.silent == other.model.silent


@ANY_TIME
@given(st.lists(st.floats(0, 200), max_size=300))
def test_calibration_only_ever_makes_it_quieter(record: list[float]) -> None:
    state = TopicState([0.0], [0.0], [0.0], [0.0], [0.0])
    _calibrated(state, CONFIG, 0.0)  # the quantile starts a hair below its floor
    for surprise in record:
        assert 0 <= _calibrated(state, CONFIG, surprise) <= surprise * (1 + 1e-12)
        assert state.quantile >= -math.log(1 - CONFIG.tail_quantile) - 1e-12


def test_a_topic_that_surprises_every_few_hours_has_to_surprise_more() -> None:
    calm, bursty = (TopicState([0.0], [0.0], [0.0], [0.0], [0.0]) for _ in range(2))
    for n in range(20_000):
        _calibrated(bursty, CONFIG, 30.0 if n % 400 < 10 else 0.0)
        _calibrated(calm, CONFIG, 0.0)
    assert _calibrated(bursty, CONFIG, 14.0) < 0.6 * _calibrated(calm, CONFIG, 14.0)


def test_a_pause_clears_the_windows_and_keeps_what_was_learnt() -> None:
    surge = list(minutes(RATES, 9, 100, lambda topic, _n: 10.0 if topic == "time" else 1.0))
    paused, unpaused = settled(), settled()
    paused.run(surge)
    unpaused.run(surge)
    before = copy.deepcopy(paused.model)
    paused.model.pause(CONFIG)
    for state in (*paused.model.topics.values(), paused.model.silent, paused.model.traffic):
        assert not any((*state.ring, *state.ring_expected, *state.sums, *state.sums_expected))
    for topic, state in paused.model.topics.items():
        was = before.topics[topic]
        assert (state.level_sum, state.level_exposure, state.season, state.spread, state.quantile, state.peak, state.minutes) == (
            was.level_sum, was.level_exposure, was.season, was.spread, was.quantile, was.peak, was.minutes
        )  # fmt: skip
    calm = next(minutes(RATES, 1, 9))
    assert unpaused.step(calm)["time"].surprise >= SURPRISING
    assert paused.step(calm)["time"].surprise == 0.0


HOSTILE = st.sampled_from([0, 0, 1, 3, 50, 10**6, 10**12])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from("abc"), HOSTILE, max_size=3),
            HOSTILE,
            st.dictionaries(
                st.sampled_from("abc"), st.lists(st.sampled_from([-(10**6), -1, 0, 1, 10**9]), max_size=4), max_size=2
            ),
            st.booleans(),
        ),
        max_size=80,
    )
)
def test_whatever_is_counted_every_value_is_finite(stream: list[tuple[dict[str, int], int, dict[str, list[int]], bool]]) -> None:
    bench = Bench()
    for counts, total, parts, pause in stream:
        if pause:
            bench.model.pause(CONFIG)
        for topic, verdict in bench.step(counts, total, parts).items():
            assert verdict.count == counts.get(topic, 0)
            assert 0 < verdict.expected < math.inf
            assert 1 < verdict.dispersion < math.inf
            assert 0 <= verdict.surprise < math.inf


def test_a_topic_is_never_forgotten_and_never_grows() -> None:
    bench = Bench()
    bench.step({"a": 1})
    size = [len(values) for values in (bench.model.topics["a"].ring, bench.model.topics["a"].season, bench.model.traffic.season)]
    for _ in range(200):
        assert set(bench.step({})) == {"a"}
    assert size == [
        len(values) for values in (bench.model.topics["a"].ring, bench.model.topics["a"].season, bench.model.traffic.season)
    ]
    assert SpikeModel.new(CONFIG).topics == {}
