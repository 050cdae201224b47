"""One series judged by itself: what it raises, what it forgives, what it makes of bad rows."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.series import Reading, Series, SeriesConfig, SeriesSet

START = 1_772_409_600_000
"""2026-03-02, a Monday, 00:00 UTC."""
STEP = 300_000
WEEK = 2016
CONFIG = SeriesConfig()


def ordinary(rows: int, mean: float = 8.0, seed: int = 1) -> list[float]:
    """Counts of a day's rhythm, with Poisson noise."""
    draw = random.Random(seed)

    def poisson(rate: float) -> int:
        count, product = 0, draw.random()
        while product > math.exp(-rate):
            count, product = count + 1, product * draw.random()
        return count

    return [float(poisson(mean * (1 + 0.6 * math.sin(2 * math.pi * i / 288)))) for i in range(rows)]


def judged(values: list[float], config: SeriesConfig = CONFIG, threshold: float = 8.0) -> list[Reading]:
    series = Series(config)
    return [series.step(START + i * STEP, value, threshold) for i, value in enumerate(values)]


@pytest.fixture(scope="module")
def two_weeks() -> list[float]:
    return ordinary(2 * WEEK)


@pytest.fixture(scope="module")
def trained(two_weeks: list[float]) -> bytes:
    series = Series(CONFIG)
    for i, value in enumerate(two_weeks):
        series.step(START + i * STEP, value)
    return series.snapshot()


def after(trained: bytes, values: list[float], threshold: float = 8.0, skip: int = 0) -> list[Reading]:
    series = Series.restore(CONFIG, trained)
    return [series.step(START + (2 * WEEK + skip + i) * STEP, value, threshold) for i, value in enumerate(values)]


def after_gap(trained: bytes, usual: list[float]) -> list[Reading]:
    """The rows from the sixth on, one place later: the sixth place has none."""
    series = Series.restore(CONFIG, trained)
    for i, value in enumerate(usual[:5]):
        series.step(START + (2 * WEEK + i) * STEP, value, 8.0)
    return [series.step(START + (2 * WEEK + 6 + i) * STEP, value, 8.0) for i, value in enumerate(usual[5:])]


def test_ordinary_weeks_are_quiet_and_lie_in_their_range(two_weeks: list[float]) -> None:
    readings = judged(two_weeks)
    assert not any(reading.alert for reading in readings)
    inside = [reading.low <= reading.count <= reading.high for reading in readings[WEEK:] if reading.count is not None]
    assert 0.93 < sum(inside) / len(inside) < 0.995
    errors = [reading.expected - value for reading, value in zip(readings[WEEK:], two_weeks[WEEK:], strict=True)]
    assert abs(sum(errors) / WEEK) < 0.4


def test_a_burst_is_told_once_and_early(trained: bytes) -> None:
    usual = ordinary(36, seed=2)
    readings = after(trained, usual[:12] + [value * 6 + 20 for value in usual[12:24]] + usual[24:])
    alerts = [i for i, reading in enumerate(readings) if reading.alert]
    assert alerts, max(reading.score for reading in readings)
    assert 12 <= alerts[0] <= 13
    assert len(alerts) <= 3
    assert all(reading.score < 5 for i, reading in enumerate(readings) if i > alerts[0] and i not in alerts)


def test_one_odd_row_is_less_than_three(trained: bytes) -> None:
    usual = ordinary(12, seed=3)
    one = after(trained, [*usual[:6], usual[6] + 30, *usual[7:]])
    three = after(trained, [*usual[:6], *(value + 30 for value in usual[6:9]), *usual[9:]])
    assert max(reading.score for reading in one) + 3 < max(reading.score for reading in three)


def test_the_same_burst_again_on_the_same_day_is_no_news(trained: bytes) -> None:
    usual = ordinary(60, seed=4)
    burst = [value + 40 for value in usual[:3]]
    readings = after(trained, usual[:6] + burst + usual[9:40] + burst + usual[43:])
    assert max(reading.score for reading in readings[:10]) > 8
    assert max(reading.score for reading in readings[40:]) < 8


def test_the_same_burst_two_days_later_is_news_again(trained: bytes) -> None:
    days, usual = 2 * 288, ordinary(2 * 288 + 20, seed=4)
    burst = [value + 40 for value in usual[:3]]
    readings = after(trained, usual[:6] + burst + usual[9 : days + 6] + burst + usual[days + 9 :])
    first, second = (max(reading.score for reading in readings[at : at + 10]) for at in (6, days + 6))
    assert second > CONFIG.threshold(1 / 7)
    assert second < first, "the record knows such a burst by now"


def test_habitual_bursts_have_to_do_more(trained: bytes) -> None:
    draw, bursty = random.Random(5), ordinary(2 * WEEK)
    for _ in range(40):
        at = draw.randrange(300, 2 * WEEK - 3)
        bursty[at : at + 3] = [value + 30 for value in bursty[at : at + 3]]
    series = Series(CONFIG)
    for i, value in enumerate(bursty):
        series.step(START + i * STEP, value)
    usual = ordinary(9, seed=6)
    burst = [*usual[:3], *(value + 30 for value in usual[3:6]), *usual[6:]]
    calm = max(reading.score for reading in after(trained, burst, skip=288))
    loud = max(reading.score for reading in after(series.snapshot(), burst, skip=288))
    assert loud + 2 < calm


def test_a_snapshot_continues_bit_for_bit(two_weeks: list[float]) -> None:
    values = two_weeks[:600] + [500.0] * 3 + two_weeks[603:700]
    series, copied = Series(CONFIG), Series(CONFIG)
    for i, value in enumerate(values):
        copied = Series.restore(CONFIG, copied.snapshot()) if i % 50 == 0 else copied
        assert series.step(START + i * STEP, value) == copied.step(START + i * STEP, value)
    assert series.snapshot() == copied.snapshot()


@pytest.mark.parametrize("body", [b"", b"\x93\x01\x90\x80", b"\xff" * 9])
def test_what_is_no_snapshot_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Series.restore(CONFIG, body)


def test_a_snapshot_of_another_window_is_refused(trained: bytes) -> None:
    with pytest.raises(ValueError, match="window of 3 rows"):
        Series.restore(SeriesConfig(step_minutes=1.0), trained)


def test_one_row(trained: bytes) -> None:
    reading = Series(CONFIG).step(START, 104.0, 0.0)
    assert (reading.count, reading.score, reading.alert, reading.late) == (104.0, 0.0, False, False)


def test_the_first_rows_are_not_judged_and_settle_the_level() -> None:
    readings = judged([1000.0 + i % 7 for i in range(60)], threshold=0.0)
    assert [reading.score for reading in readings[:12]] == [0.0] * 12
    assert readings[12].expected == pytest.approx(1003, rel=0.1)
    assert max(reading.score for reading in readings) < 5


@pytest.mark.parametrize(
    ("value", "count"), [(math.nan, None), (math.inf, None), (-math.inf, None), (-5.0, -5.0), (1e300, 1e300)]
)
def test_hostile_values_have_an_answer(trained: bytes, value: float, count: float | None) -> None:
    usual = ordinary(20, seed=7)
    readings = after(trained, [*usual[:5], value, *usual[5:]])
    assert readings[5].count == count
    assert all(math.isfinite(reading.score) and math.isfinite(reading.expected) for reading in readings)
    if value != 1e300:
        assert max(reading.score for reading in readings) < 8
    if count is None:  # unknown: as if that row were missing
        assert [reading.score for reading in readings[6:]] == [reading.score for reading in after_gap(trained, usual)]


def test_missing_rows_are_unknown_not_zero(trained: bytes) -> None:
    usual = ordinary(40, seed=8)
    readings = after(trained, usual, skip=288)
    assert max(reading.score for reading in readings) < 8
    assert not any(reading.late for reading in readings)
    gaps = Series.restore(CONFIG, trained)
    seen = [gaps.step(START + (2 * WEEK + 7 * i) * STEP, value) for i, value in enumerate(ordinary(280, seed=8)[::7])]
    assert max(reading.score for reading in seen) < 8


def test_doubled_and_late_rows_are_said_and_teach_nothing(trained: bytes) -> None:
    series, plain = Series.restore(CONFIG, trained), Series.restore(CONFIG, trained)
    for i, value in enumerate(ordinary(30, seed=9)):
        at = START + (2 * WEEK + i) * STEP
        first = series.step(at, value)
        assert first == plain.step(at, value)
        for back in (0, 1, 5):
            again = series.step(at - back * STEP, 900.0, 0.0)
            assert (again.late, again.score, again.alert, again.count) == (True, 0.0, False, 900.0)
    late = series.step(START, 3.0)
    assert late.late
    assert series.state.level == plain.state.level


def test_a_clock_set_back_a_day_is_believed_after_an_hour(trained: bytes) -> None:
    usual = ordinary(40, seed=10)
    readings = after(trained, usual, skip=-288)
    assert [reading.late for reading in readings] == [True] * 11 + [False] * 29
    assert max(reading.score for reading in readings) < 8


def test_a_row_of_the_far_future_does_not_end_a_series(trained: bytes) -> None:
    series = Series.restore(CONFIG, trained)
    series.step(START + 2_000_000_000_000, 5.0)
    readings = [series.step(START + (2 * WEEK + i) * STEP, 5.0) for i in range(20)]
    assert [reading.late for reading in readings] == [True] * 11 + [False] * 9


def test_rows_half_a_step_off_are_at_their_place() -> None:
    series, draw = Series(CONFIG), random.Random(3)
    series.step(START, 5.0)
    assert not any(series.step(START + i * STEP + draw.randrange(-149_000, 149_000), 5.0).late for i in range(1, 200))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-(1 << 50), 1 << 50), st.floats())
        | st.tuples(st.integers(0, 40).map(lambda n: n * STEP), st.floats(0, 99)),
        max_size=60,
    )
)
def test_anything_is_answered(rows: list[tuple[int, float]]) -> None:
    series = Series(CONFIG)
    for time_ms, value in rows:
        reading = series.step(time_ms, value, 8.0)
        assert math.isfinite(reading.score)
        assert reading.score >= 0
        assert 0 <= reading.low <= reading.high
    assert Series.restore(CONFIG, series.snapshot()).state == series.state


@pytest.mark.parametrize("minutes", [0.5, 0, -5, 1441, math.nan])
def test_steps_that_the_window_does_not_fit_are_refused(minutes: float) -> None:
    with pytest.raises(ValueError, match="step"):
        SeriesConfig(step_minutes=minutes)


@pytest.mark.parametrize(("minutes", "rows"), [(1, 15), (5, 3), (7, 2), (15, 1), (60, 1), (1440, 1)])
def test_the_window_is_time_and_at_least_a_row(minutes: float, rows: int) -> None:
    assert SeriesConfig(step_minutes=minutes).window_rows == rows


@pytest.mark.parametrize(("minutes", "rows"), [(1.0, 2900), (60.0, 400), (1440.0, 400)])
def test_other_steps_are_quiet_too_and_raise_what_is_plain(minutes: float, rows: int) -> None:
    config = SeriesConfig(step_minutes=minutes)
    series, draw, level = Series(config), random.Random(11), config.threshold(1 / 7)
    alerts = []
    for i in range(rows):
        value = round(draw.gauss(400, 20)) * (5 if i >= rows - 5 else 1)
        alerts += [i] * series.step(START + round(i * minutes * 60_000), value, level).alert
    assert alerts
    assert set(alerts) <= set(range(rows - 5, rows))


def test_the_budget_is_for_all_series_together() -> None:
    assert CONFIG.threshold(1 / 7, 100) == pytest.approx(CONFIG.threshold(1 / 7) + math.log(100))
    assert CONFIG.threshold(1e9) > CONFIG.tail_floor
    weekly, daily = SeriesSet(CONFIG, per_week=1), SeriesSet(CONFIG, per_day=1)
    for key in "abcdefgh":
        weekly.step(START, key, 1.0)
        daily.step(START, key, 1.0)
    assert weekly.threshold == pytest.approx(CONFIG.threshold(1 / 7, 8))
    assert daily.threshold == pytest.approx(CONFIG.threshold(1 / 1000))


def test_series_do_not_know_of_each_other(two_weeks: list[float]) -> None:
    together, alone = SeriesSet(CONFIG, per_day=1), Series(CONFIG)
    for i, value in enumerate(two_weeks[:400]):
        expected = alone.step(START + i * STEP, value, together.config.threshold(0.001))
        assert together.step(START + i * STEP, "a", value) == expected
        together.step(START + i * STEP, "b", value * 50)


def test_the_series_longest_silent_is_forgotten_at_the_limit() -> None:
    series = SeriesSet(CONFIG, limit=3)
    for i, key in enumerate("abcabdaa"):
        series.step(START + i * STEP, key, 5.0)
    assert (len(series), series.forgotten, list(series)) == (3, 1, ["b", "d", "a"])


def test_a_set_of_series_continues_bit_for_bit(two_weeks: list[float]) -> None:
    series = copied = SeriesSet(CONFIG, per_week=2, limit=3)
    for i, value in enumerate(two_weeks[:300]):
        if i % 60 == 0:
            copied = SeriesSet.restore(CONFIG, series.snapshot(), per_week=2, limit=3)
        key = "abcd"[(i * i) % 4]
        assert series.step(START + i * STEP, key, value) == copied.step(START + i * STEP, key, value)
    assert series.snapshot() == copied.snapshot()
