"""From counted feedback to what a card says of where a spike is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.attribution import Alike, attribute
from processors.card import DIMENSIONS

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""


def alike(count: int, *, now: bool = True, mine: bool = True, **values: str) -> Alike:
    return Alike(now, mine, tuple(values.get(dimension, "") for dimension in DIMENSIONS), count)


def traffic(**shares: dict[str, int]) -> list[Alike]:
    """The same other feedback before and now, and the topic's own before: one dimension at a time."""
    ((dimension, counts),) = shares.items()
    return [
        alike(count * times, now=now, mine=mine, **{dimension: value})
        for value, count in counts.items()
        for now, mine, times in ((True, False, 10), (False, False, 30), (False, True, 1))
    ]


MODELS = {"W-100": 40, "W-150": 40, "W-200": 20}


def test_a_new_model_that_carries_nine_tenths_is_found() -> None:
    groups = [*traffic(product_model=MODELS), alike(90, product_model="W-300"), alike(10, product_model="W-100")]
    found = attribute(groups, 100, 10.0)
    (where,) = found.where
    assert (where.dimension, where.value, where.observed) == ("product_model", "W-300", 90)
    assert where.expected < 0.5
    assert where.share_of_excess == pytest.approx(1.0, abs=0.01)
    assert found.spread[0].values == (("W-300", 90), ("W-100", 10))
    assert [spread.dimension for spread in found.spread] == list(DIMENSIONS)


def test_a_pair_is_one_contributor() -> None:
    groups = [
        alike(count * times, now=now, mine=mine, product_model=model, channel=channel)
        for model, count in MODELS.items()
        for channel in ("app", "tmall", "phone")
        for now, mine, times in ((True, False, 10), (False, False, 30), (False, True, 1))
    ]
    surge = [alike(80, product_model="W-200", channel="tmall"), alike(4, product_model="W-100", channel="app")]
    found = attribute([*groups, *surge], 84, 4)
    (pair,) = found.where
    assert (pair.dimension, pair.value, pair.observed) == ("product_model × channel", "W-200 × tmall", 80)
    assert pair.share_of_excess == pytest.approx(1.0, abs=0.01)


def test_a_sample_is_scaled_to_what_was_observed() -> None:
    groups = [*traffic(product_model=MODELS), alike(90, product_model="W-300"), alike(10, product_model="W-100")]
    (whole,) = attribute(groups, 100, 10.0).where
    sample = attribute(groups, 1000, 100.0, complete=False)
    (scaled,) = sample.where
    assert sample.spread[0].values == (("W-300", 900), ("W-100", 100))
    assert (scaled.value, scaled.observed) == ("W-300", 900)
    assert scaled.expected == pytest.approx(10 * whole.expected)
    assert scaled.share_of_excess == pytest.approx(whole.share_of_excess)


def test_empty_values_and_a_single_value_explain_nothing() -> None:
    models = [*traffic(product_model=MODELS), alike(100)]
    assert attribute(models, 100, 5.0).where == []
    one = [*traffic(region={"CN-31": 100}), alike(100, region="CN-31")]
    found = attribute(one, 100, 5.0)
    assert (found.where, found.unchanged) == ([], [])


def test_where_there_is_no_excess_nothing_carries_it() -> None:
    """A long episode may close with fewer than were expected of it."""
    groups = [*traffic(product_model=MODELS), alike(50, product_model="W-300")]
    assert attribute(groups, 50, 60.0).where == attribute(groups, 50, 50.0).where == attribute(groups, 0, 0.0).where == []
    assert attribute(groups, 50, 5.0).where != []
    assert attribute([], 100, 1.0).where == []


GROUPS = st.lists(
    st.builds(
        Alike,
        st.booleans(),
        st.booleans(),
        st.tuples(*[st.sampled_from(["", "a", "b × c"])] * len(DIMENSIONS)),
        st.integers(-2, 40),
    ),
    max_size=8,
)


@ANY_TIME
@given(GROUPS, st.integers(-1, 200), st.floats(-1, 1e6), st.booleans())
def test_any_counts_give_an_answer_of_plain_numbers(groups: list[Alike], observed: int, expected: float, complete: bool) -> None:
    found = attribute(groups, observed, expected, complete=complete)
    assert found == attribute(list(reversed(groups)), observed, expected, complete=complete)
    for where in found.where:
        assert where.value
        assert where.observed >= 0
        assert where.expected == where.expected
