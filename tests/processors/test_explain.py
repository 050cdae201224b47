import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.explain import Cell, contributors, different

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""

USUAL = {"W-100": 40, "W-150": 40, "W-200": 20}
"""How the other feedback is spread over the models."""


def cells(dimension: str, now: dict[str, int], before: dict[str, int], others: dict[str, int]) -> list[Cell]:
    values = list(dict.fromkeys((*now, *before, *others)))
    return [Cell(dimension, value, now.get(value, 0), before.get(value, 0), others.get(value, 0)) for value in values]


def test_a_new_model_that_carries_nine_tenths_is_found() -> None:
    listed = cells("product_model", {"W-300": 90, "W-100": 5, "W-150": 5}, {"W-100": 20, "W-150": 20}, USUAL)
    (found,) = contributors(listed, observed=100, expected=10.0)
    assert (found.dimension, found.value, found.observed) == ("product_model", "W-300", 90)
    assert found.expected < 0.5
    assert found.share_of_excess == pytest.approx(1.0, abs=0.01)


def test_what_was_lifted_everywhere_is_explained_by_nothing() -> None:
    before = {"W-100": 42, "W-150": 38, "W-200": 20}
    lifted = {"W-100": 418, "W-150": 382, "W-200": 200}
    channels = cells("channel", {"app": 500, "phone": 500}, {"app": 52, "phone": 48}, {"app": 60, "phone": 40})
    assert contributors([*cells("product_model", lifted, before, USUAL), *channels], observed=1000, expected=100.0) == []


def test_a_value_that_was_always_half_of_the_topic_explains_nothing_though_it_is_rare_elsewhere() -> None:
    listed = cells("product_model", {"W-200": 50, "W-100": 50}, {"W-200": 50, "W-100": 50}, {"W-200": 1, "W-100": 99})
    assert contributors(listed, observed=100, expected=10.0) == []


def test_without_a_baseline_the_rest_of_the_feedback_says_what_is_usual() -> None:
    as_everywhere = cells("channel", {"app": 60, "phone": 40}, {}, {"app": 600, "phone": 400})
    assert contributors(as_everywhere, observed=100, expected=1.0) == []
    only_phone = cells("channel", {"app": 10, "phone": 90}, {}, {"app": 900, "phone": 100})
    assert [found.value for found in contributors(only_phone, observed=100, expected=1.0)] == ["phone"]


def test_the_empty_value_explains_nothing_however_much_it_carries() -> None:
    listed = cells("product_model", {"": 95, "W-100": 5}, {"W-100": 40}, USUAL)
    assert contributors(listed, observed=100, expected=10.0) == []


def test_model_and_firmware_that_go_together_are_both_reported_the_stronger_first() -> None:
    models = cells("product_model", {"W-200": 80, "W-100": 20}, {"W-200": 5, "W-100": 20}, {"W-200": 20, "W-100": 80})
    firmware = cells("firmware", {"2.0": 80, "1.4": 20}, {"1.4": 25}, {"1.4": 100})
    steady = cells("channel", {"app": 50, "phone": 50}, {"app": 12, "phone": 13}, {"app": 50, "phone": 50})
    found = contributors([*models, *firmware, *steady], observed=100, expected=10.0)
    assert [(c.dimension, c.value) for c in found] == [("firmware", "2.0"), ("product_model", "W-200")]
    assert all(0.7 < c.share_of_excess <= 1.0 for c in found)


def test_a_handful_proves_nothing_and_a_dozen_may() -> None:
    def found(n: int) -> list[str]:
        listed = cells("product_model", {"W-200": n}, {"W-100": 20, "W-150": 20}, USUAL)
        return [c.value for c in contributors(listed, observed=n, expected=0.5)]

    assert found(0) == found(1) == []
    assert found(12) == ["W-200"]


def test_a_value_never_seen_before_by_anyone_can_explain_but_one_message_of_it_does_not() -> None:
    others = {"app": 500, "phone": 500}
    launched = cells("channel", {"douyin": 30, "app": 3}, {"app": 20, "phone": 20}, others)
    assert [c.value for c in contributors(launched, observed=33, expected=1.0)] == ["douyin"]
    one = cells("channel", {"douyin": 1, "app": 16, "phone": 16}, {"app": 20, "phone": 20}, others)
    assert contributors(one, observed=33, expected=1.0) == []


def test_what_carries_less_than_a_third_of_the_excess_is_not_reported() -> None:
    now = {"W-100": 400, "W-150": 400, "W-300": 200}
    listed = cells("product_model", now, {"W-100": 50, "W-150": 50}, {"W-100": 50, "W-150": 50})
    assert contributors(listed, observed=1000, expected=100.0) == []
    more = cells("product_model", {**now, "W-300": 500}, {"W-100": 50, "W-150": 50}, {"W-100": 50, "W-150": 50})
    assert [c.value for c in contributors(more, observed=1300, expected=100.0)] == ["W-300"]


def test_where_there_is_no_excess_nothing_carries_it() -> None:
    """A long episode may close with fewer than were expected of it."""
    listed = cells("channel", {"app": 50, "phone": 1}, {"app": 10, "phone": 90}, {"app": 50, "phone": 50})
    assert contributors(listed, observed=51, expected=60.0) == []
    assert contributors(listed, observed=51, expected=51.0) == []
    assert contributors([], observed=100, expected=1.0) == []


COUNT = st.integers(0, 10**7)
ANY_CELLS = st.lists(st.builds(Cell, st.sampled_from(["channel", "shop"]), st.text(max_size=2), COUNT, COUNT, COUNT), max_size=12)


@ANY_TIME
@given(ANY_CELLS, COUNT, st.floats(0, 1e7))
def test_any_counts_give_an_answer_of_plain_numbers(listed: list[Cell], observed: int, expected: float) -> None:
    for found in contributors(listed, observed, expected):
        assert found.value
        assert found.expected >= 0
        assert found.share_of_excess >= 0.3
        assert found.observed > 0
    assert contributors(listed, observed, expected) == contributors(list(listed), observed, expected)


SAID = ["怎么调时间", "怎么调时间啊", "请问怎么调时间", "手表时间不对，怎么改", "how do I set the time", "时间慢了八个小时"]


def test_the_first_verbatim_is_the_one_most_like_all_and_the_next_says_it_differently() -> None:
    first, second, third = different(SAID)
    assert first in SAID[:3]
    assert {second, third}.isdisjoint(SAID[:3])
    assert "how do I set the time" in (second, third)


@ANY_TIME
@given(st.lists(st.text(max_size=12), max_size=30), st.integers(-1, 5))
def test_verbatims_are_distinct_texts_of_those_given_at_most_as_many_as_wanted(texts: list[str], wanted: int) -> None:
    chosen = different(texts, wanted)
    said = {" ".join(text.split()) for text in texts} - {""}
    assert len(chosen) == len(set(chosen)) == min(max(wanted, 0), len(said))
    assert set(chosen) <= said
    assert chosen == different(texts, wanted)


def test_it_does_not_matter_how_often_something_was_said() -> None:
    assert different([*SAID, *[SAID[-1]] * 50]) == different(SAID)


def test_texts_that_say_nothing_or_all_the_same() -> None:
    assert different([]) == different(["", "  ", "\n\t"]) == []
    assert different(["一样"] * 100) == ["一样"]
    assert different(["a  b", "a b", " a\nb "]) == ["a b"]
    assert len(different(["A", "a", "A!"])) == 3


@settings(deadline=None)
@given(st.permutations(SAID))
def test_a_surge_in_any_order_shows_different_texts(said: list[str]) -> None:
    chosen = different(said)
    for one, other in itertools.combinations(chosen, 2):
        assert one not in other


def test_two_hundred_texts_of_ten_thousand_characters_are_a_matter_of_seconds() -> None:
    texts = ["".join(chr(0x4E00 + (n * 7919 + k * k * (n + 3)) % 20_000) for k in range(10_000)) for n in range(220)]
    before = time.process_time()
    chosen = different(texts)
    assert time.process_time() - before < 10
    assert len(chosen) == 3
    assert set(chosen) <= set(texts[:200])
