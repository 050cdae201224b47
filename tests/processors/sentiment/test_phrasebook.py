import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.sentiment import english_complaints, english_phrases, price_words
from processors.sentiment.phrasebook import Found, Phrasebook, templates


def test_a_phrase_stands_for_all_its_readings() -> None:
    book = Phrasebook(["(so |very |)happy with (it|this)", "no * reply"], spaced=True)
    assert list(book.found(" i am happy with this ")) == [Found(0, "happy with this", 5, 22)]
    assert book.first_of_each(" so happy with it but no single reply ") == {0: "so happy with it", 1: "no single reply"}
    assert book.first_of_each(" no a b c d e reply unhappy with it ") == {}


def test_many_readings_become_one_expression() -> None:
    names = "|".join(f"word{number}" for number in range(40))
    book = Phrasebook([f"({names}) ({names}) (now|)"], spaced=True)
    assert len(book) <= 40
    assert book.first_of_each(" word3 word39 now ") == {0: "word3 word39 now"}
    assert book.first_of_each(" word3 word39 ") == {0: "word3 word39"}
    assert book.first_of_each(" word3 word40 ") == {}


def test_latin_words_count_whole_and_chinese_ones_anywhere() -> None:
    book = Phrasebook(["pricey / 太贵"], spaced=False)
    assert [one.phrase for one in book.found("这太贵了 pricey!")] == ["太贵", "pricey"]
    assert list(book.found("pricey1 apricey")) == []


def test_a_phrase_without_a_sure_piece_is_an_error() -> None:
    with pytest.raises(ValueError, match="every reading"):
        Phrasebook([f"({'|'.join('abcdefghijklmnopq')}|) ({'|'.join('abcdefghijklmnopq')}|)"], spaced=True)


def _last_reading(template: str) -> str:
    while (end := template.find(")")) >= 0:
        begin = template.rindex("(", 0, end)
        template = template[:begin] + template[begin + 1 : end].split("|")[-1] + template[end + 1 :]
    return " ".join(template.replace("*", "x y").split())


@pytest.mark.parametrize(
    ("lists", "spaced"),
    [
        ([one.lines for one in english_complaints.PHRASES], True),
        ([english_phrases.PRAISE, english_phrases.AGENT, english_complaints.SARCASM, english_complaints.STRAIN], True),
        ([price_words.TOO_DEAR, price_words.NOT_PREMIUM, price_words.COVERS], False),
    ],
)
def test_every_phrase_that_ships_is_found(lists: list[str], spaced: bool) -> None:
    book = Phrasebook(lists, spaced=spaced)
    missed = [
        template
        for subject, lines in enumerate(lists)
        for template in templates(lines)
        if subject not in book.first_of_each(f" {_last_reading(template)} ")
    ]
    assert missed == []


@given(st.text("ab c", max_size=60))
def test_the_pass_finds_what_a_search_finds(text: str) -> None:
    book = Phrasebook(["a b", "(a|b) c", "c * a"], spaced=True)
    words = f" {' '.join(text.split())} "
    listed = words.split()
    gapped = any(one == "c" and "a" in listed[place + 1 : place + 6] for place, one in enumerate(listed))
    assert set(book.first_of_each(words)) == {
        number for number, holds in enumerate((" a b " in words, " a c " in words or " b c " in words, gapped)) if holds
    }
