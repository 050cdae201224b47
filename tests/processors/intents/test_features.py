import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.intents.features import MAX_CHARS, is_east_asian, pieces, spelled

ODD = ["", " ", "a", "手", "\x00", "\ud800", "🙂🙂", "手表 watch", "\u202eabc", "x" * 1000]


def written(text: str) -> dict[int, str]:
    """The pieces of a text without the meanings."""
    return {piece: as_written for piece, as_written in spelled([text]).items() if not as_written.startswith("(")}


def test_the_pieces_of_a_text_as_written() -> None:
    assert sorted(written("调时间").values()) == sorted(["调", "时", "间", "调时", "时间", "调时间"])
    words = sorted(["my", "app", "my_app", "_my", "my_", "_my_", "_ap", "app", "pp_", "_app", "app_", "_app_"])
    assert sorted(written("my app").values()) == words
    assert "手表" in written("my手表").values()
    assert "my" in written("my手表").values()


def test_a_word_is_not_a_run_of_letters() -> None:
    """ "app" the word and "app" inside "happy" are different pieces, and an inner run is shared."""
    whole, inside = written("app"), written("happy")
    assert {whole[piece] for piece in whole.keys() & inside.keys()} == {"app"}
    assert sum(text == "app" for text in whole.values()) == 2


@given(st.lists(st.sampled_from([*ODD, "set the time", "怎么调时间", "a b", "é à"]), max_size=8))
def test_neighbours_in_a_batch_change_nothing(texts: list[str]) -> None:
    found = pieces(texts)
    for row, text in enumerate(texts):
        assert sorted(found.hashes[found.rows == row].tolist()) == sorted(pieces([text]).hashes.tolist())


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_string_has_pieces(text: str) -> None:
    found = pieces([text])
    assert len(found.rows) == len(found.hashes) == found.ends[-1]
    assert set(found.rows.tolist()) <= {0}
    assert set(found.hashes.tolist()) == spelled([text]).keys()
    is_east_asian(text)


def test_hashes_stay_what_they_are() -> None:
    """They are what stored models are keyed by."""
    chinese, english = pieces(["手表"]), pieces(["set up"])
    assert int(chinese.hashes[: chinese.written].sum()) == sum((0x624B, 0x8868, 0x624B | 0x8868 << 21))
    assert hex(int(english.hashes[: english.written].sum())) == "0x547a00a58197db61"
    assert hex(int(english.hashes[english.written :].sum())) == "0xb9e4b639cbdd5e3"


def test_the_end_of_a_long_text_is_not_read() -> None:
    assert set(pieces(["手" * MAX_CHARS + "表"]).hashes.tolist()) == set(pieces(["手手手"]).hashes.tolist())


@pytest.mark.parametrize("text", ["退" * 1_000_000, "ab " * 330_000, "\ud800" * 1_000_000])
def test_a_megabyte_costs_next_to_nothing(text: str) -> None:
    begun = time.process_time()
    pieces([text])
    assert time.process_time() - begun < 0.5
