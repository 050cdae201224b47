import itertools
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.verbatims import different

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""

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
