import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.normalise import is_traditional, normalise, normalised
from processors.utterance import Utterance


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("請問手錶怎麼調時間？", "请问手表怎么调时间"),
        ("Ｈｏｗ　ｄｏ I SET\tit?!", "how do i set it"),
        ("Don’t / don't", "don t don t"),
        ("订单２０２４，12:30", "订单0 0 0"),
        ("看https://a.b/c?d=1。谢谢 www.x.com/y", "看 谢谢"),
        ("<p class='x'>退 <b>货</b>&nbsp;&#39;", "退 货"),
        ("心 <3 5", "心 0 0"),
        ("退\u200b货\u202e吗", "退货吗"),
        ("好😀 👍🏽", "好😀 👍🏽"),
        ("a\x00b", "a b"),
        ("坏\ud800了", "坏\ufffd了"),
        ("电话[PHONE]和[ID]", "电话 和"),
    ],
)
def test_one_form_for_many_spellings(text: str, expected: str) -> None:
    assert normalised(text) == expected


def test_the_text_itself_stays() -> None:
    utterance = Utterance("ＡＢＣ", "customer")
    normalise([utterance])
    assert (utterance.text, utterance.matching) == ("ＡＢＣ", "abc")


@given(st.text(alphabet=st.characters()))
def test_any_string_comes_out_folded_and_encodable(text: str) -> None:
    result = normalised(text)
    result.encode()
    assert result == result.strip()
    assert "  " not in result
    assert not any(character.isascii() and character.isdigit() and character != "0" for character in result)
    assert is_traditional(text) in (True, False)


def test_the_combining_marks_that_are_capped_are_all_there_are_but_the_rare() -> None:
    beyond = [code for code in range(0x1F000, sys.maxunicode + 1) if unicodedata.combining(chr(code))]
    assert beyond == []


def test_a_pile_of_marks_costs_no_square() -> None:
    assert len(normalised("e" + "\u0301\u0315" * 500_000)) <= 32
