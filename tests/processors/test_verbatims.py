import itertools
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.verbatims import Chosen, Verbatim, chosen, different

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


def said(*texts: str, channel: str = "app") -> list[Verbatim]:
    return [Verbatim(text, channel) for text in texts]


ALIKE = [
    f"请问手表怎么调时间{end}"
    for end in ("", "啊", "呢", "呀", "吗", "，急", "？？", "，谢谢", "，在线等", "，教教我", "，刚买的", "，不会")
]


def test_three_to_five_are_chosen_of_those_that_fit_and_one_that_does_not() -> None:
    found = chosen([*said(*ALIKE), *said("快递三天了还没到")])
    assert 3 <= len(found.texts) <= 5
    assert set(found.texts) <= set(ALIKE)
    assert found.odd == "快递三天了还没到"


def test_the_script_of_a_text_does_not_make_it_odd() -> None:
    assert chosen([*said(*ALIKE), *said("請問手錶怎麼調時間哦")]).odd == ""


def test_they_come_from_different_channels_where_there_are_several() -> None:
    channel = dict(zip(ALIKE, ["app", "phone", "tmall", *["app"] * 9], strict=True))
    found = chosen(Verbatim(text, channel[text]) for text in ALIKE)
    assert {channel[text] for text in found.texts[:3]} == {"app", "phone", "tmall"}


def test_nobody_who_is_named_is_quoted() -> None:
    found = chosen([*said("我叫王小明，时间不对"), *said(*ALIKE), *said("客服小李说退货")])
    assert "王小明" not in "".join(found.texts) + found.odd
    assert "小李" not in "".join(found.texts) + found.odd
    assert chosen(said("我叫王小明，时间不对")) == Chosen([], "")


@ANY_TIME
@given(st.lists(st.builds(Verbatim, st.text(max_size=12), st.sampled_from(["app", "phone", ""])), max_size=40))
def test_what_is_chosen_is_distinct_and_the_odd_one_is_none_of_it(verbatims: list[Verbatim]) -> None:
    found = chosen(verbatims)
    assert len(found.texts) == len(set(found.texts)) <= 5
    assert not found.odd or found.odd not in found.texts
    assert {*found.texts, found.odd} <= {" ".join(verbatim.text.split()) for verbatim in verbatims} | {""}
    assert found == chosen(verbatims)
