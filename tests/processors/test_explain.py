"""The statistic: who is behind a spike."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.explain import AT_MOST, Columns, Explained, evidence, explain

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""
SHARES = {
    "model": np.array([0.3, 0.25, 0.2, 0.1, 0.08, 0.04, 0.03]),
    "channel": np.array([0.4, 0.3, 0.2, 0.1]),
    "region": np.full(10, 0.1),
}
"""How traffic is spread."""


def drawn(dice: np.random.Generator, n: int, shares: dict[str, np.ndarray] = SHARES, **fixed: int) -> dict[str, np.ndarray]:
    """So many contacts of which some values are given."""
    free = {d: dice.choice(len(p), n, p=p) for d, p in shares.items()}
    return free | {d: np.full(n, value) for d, value in fixed.items()}


def join(*columns: Columns) -> dict[str, np.ndarray]:
    return {d: np.concatenate([c[d] for c in columns]) for d in columns[0]}


def story(
    surge: Columns, *, seed: int = 1, usual: int = 10, before: int = 150, lean: dict[str, np.ndarray] | None = None
) -> Explained:
    """The answer where `surge` comes on top of a topic that was spread as traffic is, or as `lean` says."""
    dice = np.random.default_rng(seed)
    base, now = drawn(dice, before, lean or SHARES), join(drawn(dice, usual, lean or SHARES), surge)
    return explain(base, now, join(drawn(dice, 20_000), base), join(drawn(dice, 3_000), now))


def values(answer: Explained) -> list[tuple[tuple[str, int], ...]]:
    return [found.values for found in answer.explanations]


@pytest.mark.parametrize("dimension,value", [("model", 0), ("model", 6), ("channel", 1), ("region", 4)])
def test_a_value_that_carries_the_excess_is_found_and_nothing_else(dimension: str, value: int) -> None:
    dice = np.random.default_rng(2)
    answer = story(join(drawn(dice, 34) | {dimension: np.full(34, value)}, drawn(dice, 6)))
    (found,) = answer.explanations
    assert found.values == ((dimension, value),)
    assert 34 <= found.observed <= 50
    assert found.usual == pytest.approx(SHARES[dimension][value], rel=0.4)
    assert dimension not in answer.unchanged


def test_a_pair_is_found_where_neither_value_alone_says_it() -> None:
    dice = np.random.default_rng(3)
    (found,) = story(join(drawn(dice, 51, model=3, channel=1), drawn(dice, 9))).explanations
    assert found.values == (("model", 3), ("channel", 1))
    assert found.usual < 0.1 * 0.45


def test_a_pair_is_not_claimed_where_one_value_says_it() -> None:
    """Another dimension in which most are alike anyway adds nothing."""
    shares = SHARES | {"language": np.array([0.95, 0.05])}
    dice = np.random.default_rng(4)
    base, now = drawn(dice, 150, shares), join(drawn(dice, 10, shares), drawn(dice, 60, shares, model=5))
    answer = explain(base, now, join(drawn(dice, 9_000, shares), base), join(drawn(dice, 3_000, shares), now))
    assert values(answer) == [(("model", 5),)]


@pytest.mark.parametrize("n", [30, 100, 300, 3000])
def test_what_was_lifted_everywhere_is_explained_by_nothing(n: int) -> None:
    answers = [story(drawn(np.random.default_rng(seed), n), seed=seed) for seed in range(20, 30)]
    assert not any(answer.explanations for answer in answers)


def test_a_lean_of_the_topic_explains_nothing_and_the_same_without_a_baseline_does() -> None:
    """A subject that was always asked on one channel is, when it grows, still asked there."""
    leaning = SHARES | {"channel": np.array([0.05, 0.05, 0.05, 0.85])}
    surge = drawn(np.random.default_rng(5), 200, leaning)
    assert values(story(surge, lean=leaning)) == []
    assert values(story(surge, before=0, usual=0)) == [(("channel", 3),)]


def test_a_launch_moves_traffic_and_explains_nothing() -> None:
    launched = SHARES | {"model": np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4])}
    dice = np.random.default_rng(6)
    base, now = drawn(dice, 150), drawn(dice, 120, launched)
    assert values(explain(base, now, join(drawn(dice, 20_000), base), join(drawn(dice, 3_000, launched), now))) == []


def test_two_causes_are_two_explanations_the_larger_first_and_do_not_overlap() -> None:
    dice = np.random.default_rng(7)
    answer = story(join(drawn(dice, 120, model=6), drawn(dice, 80, region=2)))
    assert values(answer) == [(("model", 6),), (("region", 2),)]
    assert sum(found.observed for found in answer.explanations) <= 210
    assert sum(found.usual for found in answer.explanations) < 0.2


def test_of_values_that_select_the_same_contacts_the_earlier_dimension_is_named() -> None:
    dice = np.random.default_rng(8)
    base, now, others, others_now = drawn(dice, 150), drawn(dice, 50, model=4), drawn(dice, 9_000), drawn(dice, 3_000)
    windows = [{**c, "firmware": c["model"] + 20} for c in (base, now, join(others, base), join(others_now, now))]
    assert values(explain(*windows)) == [(("model", 4),)]
    turned = [{d: c[d] for d in ("firmware", "channel", "model", "region")} for c in windows]
    assert values(explain(*turned)) == [(("firmware", 24),)]


def test_what_is_not_known_explains_nothing_however_much_it_carries() -> None:
    answer = story(drawn(np.random.default_rng(9), 80, model=-1))
    assert values(answer) == []
    assert "model" not in answer.unchanged


def test_dimensions_that_are_spread_as_always_are_said_and_others_are_not() -> None:
    answer = story(drawn(np.random.default_rng(10), 120, model=2))
    assert "model" not in answer.unchanged
    assert set(answer.unchanged) <= {"channel", "region"}
    often = [set(story(drawn(np.random.default_rng(s), 120, model=2), seed=s).unchanged) for s in range(20)]
    assert sum("channel" in unchanged for unchanged in often) >= 15
    assert story(drawn(np.random.default_rng(11), 9), usual=0).unchanged == [], "too few to say so"


def test_a_value_that_carries_little_of_the_excess_explains_nothing() -> None:
    dice = np.random.default_rng(12)
    surge = join(drawn(dice, 900), drawn(dice, 200, region=3))
    assert values(story(surge)) == []


def test_where_most_was_to_be_expected_the_excess_is_still_explained() -> None:
    dice = np.random.default_rng(13)
    base, now = drawn(dice, 800), join(drawn(dice, 800), drawn(dice, 200, model=6))
    windows = base, now, join(drawn(dice, 20_000), base), join(drawn(dice, 3_000), now)
    assert values(explain(*windows)) == []
    assert values(explain(*windows, expected=0.8)) == [(("model", 6),)]


def test_of_everything_the_own_baseline_says_what_is_usual() -> None:
    dice = np.random.default_rng(14)
    base, lifted = drawn(dice, 5_000), drawn(dice, 4_000)
    assert values(explain(base, lifted, base, lifted)) == []
    now = join(drawn(dice, 1_000), drawn(dice, 2_000, channel=3))
    assert values(explain(base, now, base, now)) == [(("channel", 3),)]


def test_a_few_contacts_prove_nothing_and_a_dozen_may() -> None:
    def found(n: int) -> list[tuple[tuple[str, int], ...]]:
        return values(story(drawn(np.random.default_rng(15), n, model=6), usual=0))

    assert found(0) == found(1) == found(2) == []
    assert found(12) == [(("model", 6),)]


def test_a_thin_expectation_needs_more_than_a_firm_one() -> None:
    k, n, e = np.array([20.0]), 100, np.array([5.0])
    thin, firm, certain = (float(evidence(k, n, e, np.array([w]))[0]) for w in (2.0, 50.0, 1e9))
    assert 0 < thin < firm < certain
    assert certain == pytest.approx(20 * np.log(4) + 80 * np.log(80 / 95), rel=1e-3)
    assert evidence(np.array([5.0]), n, e, np.array([9.0])).tolist() == [0.0]


CODES = st.integers(-1, 3)


@st.composite
def any_columns(draw: st.DrawFn, dimensions: int = 2) -> Columns:
    n = draw(st.integers(0, 30))
    return {f"d{i}": np.array(draw(st.lists(CODES, min_size=n, max_size=n)), dtype=np.int64) for i in range(dimensions)}


@ANY_TIME
@given(any_columns(), any_columns(), any_columns(), any_columns(), st.floats(-1, 2))
def test_any_contacts_give_an_answer_of_plain_numbers_and_the_same_again(
    base: Columns, now: Columns, others: Columns, others_now: Columns, expected: float
) -> None:
    """Also baselines that lack the topic, windows that are empty, and totals that do not hold the topic's contacts."""
    answer = explain(base, now, others, others_now, expected=expected)
    assert answer == explain(base, now, others, others_now, expected=expected)
    assert len(answer.explanations) <= AT_MOST
    for found in answer.explanations:
        assert all(code >= 0 for _, code in found.values)
        assert 0 < found.observed <= len(now["d0"])
        assert 0 <= found.usual <= 1
        assert np.isfinite(found.evidence)


def test_nothing_is_explained_of_nothing() -> None:
    empty = {"model": np.array([], dtype=np.int64)}
    assert explain(empty, empty, empty, empty) == Explained([], [])
    assert explain({}, {}, {}, {}) == Explained([], [])


def test_fifty_thousand_contacts_are_a_matter_of_milliseconds() -> None:
    dice = np.random.default_rng(16)
    shares = {f"d{n}": np.full(30, 1 / 30) for n in range(10)}
    base, now = drawn(dice, 150, shares), join(drawn(dice, 40, shares), drawn(dice, 60, shares, d3=7))
    windows = base, now, join(drawn(dice, 50_000, shares), base), join(drawn(dice, 4_000, shares), now)
    before = time.process_time()
    assert values(explain(*windows)) == [(("d3", 7),)]
    assert time.process_time() - before < 0.5
