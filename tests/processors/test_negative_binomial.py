"""The negative-binomial tail and the normal range against exact sums, term by term from math.lgamma."""

import math
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.negative_binomial import likelihood_ratio, normal_range, tail

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""

MEANS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
DISPERSIONS = (1.02, 1.3, 2.0, 3.0, 5.0)
BOUNDS = {10: (-0.0005, 0.0005), 0.3: (-0.02, 0.002), 0: (-0.08, 0.002)}
"""By the least shape: the relative error of -ln P."""


def log_mass(k: int, mean: float, dispersion: float) -> float:
    r = mean / (dispersion - 1)
    return math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1) - r * math.log(dispersion) + k * math.log(1 - 1 / dispersion)


def exact_tail(x: int, mean: float, dispersion: float) -> float:
    """-ln P(X >= x), summed relative to its first term so that it does not underflow."""
    first, total = log_mass(x, mean, dispersion), 0.0
    for k in count(x):
        term = math.exp(log_mass(k, mean, dispersion) - first)
        total += term
        if k > mean and term < 1e-16 * total:
            return -(first + math.log(total))
    raise AssertionError


def exact_range(mean: float, dispersion: float) -> tuple[int, int]:
    """The 2.5 % and the 97.5 % quantile."""
    cumulated, low = 0.0, None
    for k in count():
        cumulated += math.exp(log_mass(k, mean, dispersion))
        low = k if low is None and cumulated > 0.025 else low
        if low is not None and cumulated >= 0.975:
            return low, k
    raise AssertionError


def worth_testing(mean: float) -> list[int]:
    """From a little more than expected to a hundred times as much; from the five on, below which nothing is tested."""
    return sorted({x for factor in (1.3, 1.5, 2, 3, 5, 10, 30, 100) if 5 <= (x := round(mean * factor)) <= 2000})


@pytest.mark.parametrize("dispersion", DISPERSIONS)
@pytest.mark.parametrize("mean", MEANS)
def test_the_tail_is_exact_within_eight_percent_and_errs_towards_silence(mean: float, dispersion: float) -> None:
    """Of -ln P, where it is 3 or more. For means of 0.3 (dispersion - 1) and more it is 2 %, from 10 (dispersion - 1) .05 %."""
    shape = mean / (dispersion - 1)
    low, high = next(bounds for least, bounds in BOUNDS.items() if shape >= least)
    looked_at = 0
    for x in worth_testing(mean):
        exact = exact_tail(x, mean, dispersion)
        if exact >= 3 and x > mean:
            looked_at += 1
            relative = tail(x, mean, dispersion) / exact - 1
            assert low < relative < high, (x, exact)
    assert looked_at


def test_the_tail_does_not_underflow_where_the_probability_does() -> None:
    exact = exact_tail(5000, 1.0, 1.3)
    assert math.exp(-exact) == 0.0
    assert tail(5000, 1.0, 1.3) == pytest.approx(exact, rel=1e-3)
    assert math.isfinite(tail(1e15, 1e-4, 1.02))


@pytest.mark.parametrize(("mean", "dispersion"), [(2.0, 1.3), (50.0, 1.0), (50.0, 3.0)])
def test_what_is_expected_is_no_surprise_and_more_is_more(mean: float, dispersion: float) -> None:
    assert tail(mean, mean, dispersion) == tail(mean - 1, mean, dispersion) == 0.0
    values = [tail(mean * (1.5 + n / 4), mean, dispersion) for n in range(60)]
    assert values == sorted(values)
    assert values[0] < values[30] < values[-1]


def test_a_wider_spread_makes_the_same_count_less_surprising() -> None:
    values = [tail(40, 10.0, dispersion) for dispersion in (1.0, 1.3, 2.0, 4.0, 8.0)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("dispersion", [*DISPERSIONS, 20.0])
@pytest.mark.parametrize("mean", [0.01, 3.3, *MEANS])
def test_the_normal_range_is_that_of_the_exact_distribution(mean: float, dispersion: float) -> None:
    assert normal_range(mean, dispersion) == exact_range(mean, dispersion)


@pytest.mark.parametrize("dispersion", [*DISPERSIONS, 20.0])
@pytest.mark.parametrize("mean", [301.0, 1000.0])
def test_beyond_a_mean_of_three_hundred_it_is_off_by_the_dispersion_at_most(mean: float, dispersion: float) -> None:
    exact = exact_range(mean, dispersion)
    for got, wanted in zip(normal_range(mean, dispersion), exact, strict=True):
        assert abs(got - wanted) <= dispersion + 1


@ANY_TIME
@given(st.floats(1e-4, 1e6), st.floats(0, 1e6), st.floats(0.01, 0.5))
def test_a_normal_range_is_a_range_for_any_numbers_of_the_model(mean: float, dispersion: float, outside: float) -> None:
    low, high = normal_range(mean, dispersion, outside)
    assert 0 <= low <= high < math.inf


def test_where_nothing_is_expected_nothing_is_normal() -> None:
    assert normal_range(0.0, 1.3) == normal_range(-1.0, 1.3) == (0, 0)


@ANY_TIME
@given(st.integers(0, 200), st.sampled_from(MEANS), st.sampled_from([0.001, 0.05, 0.3, 2.0]))
def test_the_likelihood_ratio_is_that_of_the_likeliest_factor(x: int, mean: float, alpha: float) -> None:
    def mass(rate: float) -> float:
        return log_mass(x, rate, 1 + alpha * rate)

    found = likelihood_ratio(np.array([float(x)]), np.array([mean]), np.array([alpha]), (1.7, 3.0, 6.0))
    assert found[0] == pytest.approx(max(0.0, *(mass(factor * mean) - mass(mean) for factor in (1.7, 3.0, 6.0))), abs=1e-6)
