from datetime import UTC, datetime, timedelta

import pytest

from processors.chart import INTERVALS, LONGEST, LONGEST_LEAD, MINUTE, STEPS, Band, Plan, dispersion_of, drawn, trend

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("lasts", [timedelta(0), 6 * MINUTE, 3 * HOUR, 30 * HOUR, timedelta(days=9), timedelta(days=400)])
def test_a_few_dozen_intervals_from_hours_before_the_onset_to_now(lasts: timedelta) -> None:
    plan = Plan.of(START, START + lasts)
    assert plan.end == START + lasts + MINUTE
    assert plan.minutes in STEPS
    number = (plan.end - plan.first) / (plan.minutes * MINUTE)
    assert number == int(number)
    assert 10 <= number <= INTERVALS
    assert plan.end - plan.first >= min(lasts, LONGEST)
    if lasts < LONGEST:
        assert START - 3 * HOUR >= plan.first >= START - LONGEST_LEAD - plan.minutes * MINUTE


def test_the_longer_the_episode_the_longer_the_step() -> None:
    steps = [Plan.of(START, START + hours * HOUR).minutes for hours in (0, 3, 8, 24, 100)]
    assert steps == sorted(steps) and steps[0] == 5 and steps[-1] > 60


def test_an_end_before_the_start_is_one_minute() -> None:
    assert Plan.of(START, START - HOUR) == Plan.of(START, START)


def test_observed_is_summed_and_the_expectation_is_of_the_whole_interval() -> None:
    plan = Plan(START, START + 20 * MINUTE, 5)
    counts = {START + n * MINUTE: 2 for n in (0, 4, 5, 19)} | {START - MINUTE: 50, START + 20 * MINUTE: 50}
    bands = {START: Band(0.4, 0, 2), START + 10 * MINUTE: Band(0.6, 0, 3)}
    chart = drawn(plan, counts, bands, dispersion=1.0, onset=START + 5 * MINUTE, name="n")
    assert [point.observed for point in chart.points] == [4, 2, 0, 2]
    assert [round(point.expected or 0, 6) for point in chart.points] == [2.0, 2.0, 3.0, 3.0]
    assert all(
        p.low is not None and p.high is not None and p.expected is not None and p.low <= p.expected <= p.high
        for p in chart.points
    )
    assert (chart.minutes, chart.onset, chart.name) == (5, START + 5 * MINUTE, "n")


def test_what_was_not_judged_has_no_band_and_an_old_one_does_not_stand() -> None:
    plan = Plan(START, START + HOUR, 10)
    chart = drawn(plan, {}, {START + 10 * MINUTE: Band(1.0, 0, 3)}, dispersion=1.0, onset=START)
    assert [point.expected for point in chart.points] == [None, 10.0, 10.0, 10.0, None, None]
    assert [point.low is None for point in chart.points] == [True, False, False, False, True, True]


def test_late_corrections_never_make_less_than_nothing() -> None:
    chart = drawn(Plan(START, START + MINUTE, 1), {START: -3}, {}, dispersion=1.0, onset=START)
    assert chart.points[0].observed == 0


def test_the_dispersion_follows_from_the_range() -> None:
    assert dispersion_of(100.0, 100 + 1.96 * 20) == pytest.approx(4.0)
    assert dispersion_of(100.0, 101.0) == dispersion_of(0.0, 5.0) == 1.0


def evenly(*numbers: int) -> dict[datetime, int]:
    return {START + n * MINUTE: number for n, number in enumerate(numbers)}


def test_the_trend_is_news_only_beyond_chance() -> None:
    assert trend(evenly(*[1] * 15, *[4] * 15), START, START + 29 * MINUTE) == "rising"
    assert trend(evenly(*[4] * 15, *[1] * 15), START, START + 29 * MINUTE) == "falling"
    assert trend(evenly(*[2] * 15, *[3] * 15), START, START + 29 * MINUTE) == "steady", "30 and 45: 15 is less than 2 * sqrt(75)"
    assert trend(evenly(*[9] * 60, *[1] * 60), START, START + 119 * MINUTE) == "steady", "the last hour alone is compared"


def test_of_a_short_or_small_episode_no_trend_is_known() -> None:
    assert trend(evenly(*[1] * 5, *[50] * 4), START, START + 8 * MINUTE) == ""
    assert trend(evenly(*[0] * 15, *[0] * 10, *[1] * 5), START, START + 29 * MINUTE) == ""
    assert trend({}, START, START - HOUR) == ""
