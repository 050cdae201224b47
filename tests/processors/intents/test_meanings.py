from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.intents.meanings import meanings, named
from processors.intents.synonyms import MEANINGS
from processors.normalise import normalised


def meant(text: str) -> set[str]:
    return {named(number) for number in meanings([text]).numbers.tolist()}


def test_one_meaning_whatever_the_word() -> None:
    assert meant("快递") == meant("包裹") == meant("parcel") == meant("packages") == {"parcel"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("repair", {"repair"}),  # no "pair" in it
        ("where s", {"where"}),
        ("我的app坏了", {"app", "broken", "app … broken"}),
        ("坏了 app", {"app", "broken", "app … broken"}),  # whatever the order
        ("i can t", {"not"}),
        ("", set()),
        ("豆腐", set()),
    ],
)
def test_words_count_whole_and_pairs_in_any_order(text: str, expected: set[str]) -> None:
    assert meant(text) == expected


def test_a_word_has_one_meaning_and_stands_as_texts_do() -> None:
    words = [word for synonyms in MEANINGS.values() for word in synonyms]
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert [word for word in words if normalised(word) != word.rstrip("-").replace("_", " ")] == []
    assert len(MEANINGS) > 150
    assert all(MEANINGS.values())


@given(st.lists(st.sampled_from(["快递没到", "where s my parcel", "\n", "", "\ud800", "a\nb 包裹", "app坏了"]), max_size=6))
def test_neighbours_in_a_batch_change_nothing(texts: list[str]) -> None:
    found = meanings(texts)
    for row, text in enumerate(texts):
        assert sorted(found.hashes[found.rows == row].tolist()) == sorted(meanings([text]).hashes.tolist())
