"""Shares: how sure they are, and which of many changed by more than chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from processors.proportions import Blocks, benjamini_hochberg, changes, wilson

DAYS, DAILY = 7, 700


def test_wilson_is_the_published_interval() -> None:
    """Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_lies_in_its_interval(successes: int, of: int) -> None:
    low, high = wilson(min(successes, of), of)
    share = min(successes, of) / of
    assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_benjamini_hochberg_as_scipy_has_it(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))


def test_nothing_to_adjust() -> None:
    assert benjamini_hochberg([]) == []


def blocks(count: int, of: int, blocks: int = DAYS) -> Blocks:
    """Evenly spread."""
    return Blocks([count // blocks] * blocks, [of // blocks] * blocks)


def test_independent_messages_are_nearly_a_two_proportion_test() -> None:
    (change,) = changes([blocks(210, 7000)], [blocks(140, 7000)])
    z = (0.03 - 0.02) / np.sqrt(0.025 * 0.975 * 2 / 7000)
    assert (change.now, change.before) == pytest.approx((0.03, 0.02))
    assert change.p == pytest.approx(2 * stats.t.sf(z, 26), rel=1e-6)


def test_days_that_always_differ_prove_less() -> None:
    uneven = Blocks([0, 70, 0, 0, 70, 0, 0], [1000] * 7)
    (steady,) = changes([blocks(210, 7000)], [blocks(140, 7000)])
    (moody,) = changes([blocks(210, 7000)], [uneven])
    assert steady.p < 0.001 < 0.05 < moody.p


def test_a_surge_of_one_day_does_not_excuse_itself() -> None:
    (change,) = changes([Blocks([0, 0, 0, 0, 0, 0, 60], [700] * 7)], [blocks(0, 4900)])
    assert change.p < 1e-6


@pytest.mark.parametrize("now, before", [((0, 0), (5, 70)), ((5, 70), (0, 0)), ((0, 70), (0, 70)), ((70, 70), (70, 70))])
def test_what_cannot_be_compared_did_not_change(now: tuple[int, int], before: tuple[int, int]) -> None:
    (change,) = changes([blocks(*now)], [blocks(*before)])
    assert change.p == 1


def test_weeks_without_any_change_raise_few_alarms_though_messages_come_in_clumps() -> None:
    """300 pairs of weeks in which nothing changes, 40 subjects, clumps of 1 to 3 messages and moody days."""
    random, alarms = np.random.default_rng(7), 0
    usual = random.dirichlet(np.full(40, 2.0))
    for _ in range(300):
        weeks = [_week(random, usual) for _ in range(2)]
        found = changes(*([Blocks(counts[:, n].tolist(), counts.sum(1).tolist()) for n in range(40)] for counts in weeks))
        alarms += min(benjamini_hochberg([change.p for change in found])) <= 0.05
    assert alarms / 300 <= 0.08


def test_what_grows_to_two_and_a_half_times_is_found_though_messages_come_in_clumps() -> None:
    random, found = np.random.default_rng(8), 0
    usual = np.full(40, 1 / 40)
    grown = usual * np.where(np.arange(40) == 3, 2.5, 1) / (1 + 1.5 / 40)
    for _ in range(50):
        weeks = _week(random, grown), _week(random, usual)
        p = [c.p for c in changes(*([Blocks(w[:, n].tolist(), w.sum(1).tolist()) for n in range(40)] for w in weeks))]
        found += benjamini_hochberg(p)[3] <= 0.05
    assert found >= 45


def _week(random: np.random.Generator, usual: np.ndarray) -> np.ndarray:
    days = []
    for _ in range(DAYS):
        today = random.dirichlet(usual * 2000)
        talks = random.multinomial(random.poisson(DAILY / 2), today)
        days.append(talks + random.binomial(2 * talks, 0.5))
    return np.array(days)
