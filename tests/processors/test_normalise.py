import random
import sys
import unicodedata

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.normalise import normalise, normalised, simplified
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
        ("寄到[ADDRESS]，订单[ORDER]", "寄到 订单"),
        ("好好好好好好！！！！", "好好"),
        ("哈哈哈，sooooo slow", "哈哈 soo slow"),
        ("谢谢", "谢谢"),
        ("😀😀😀😀", "😀😀"),
        ("屏幕打坏了，請問", "屏幕打坏了 请问"),
        ("沈默的客服，回覆太慢", "沉默的客服 回复太慢"),
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
    assert len(normalised(result)) <= len(result)


def test_the_combining_marks_that_are_capped_are_all_there_are_but_the_rare() -> None:
    beyond = [code for code in range(0x1F000, sys.maxunicode + 1) if unicodedata.combining(chr(code))]
    assert beyond == []


def test_a_pile_of_marks_costs_no_square() -> None:
    assert len(normalised("e" + "\u0301\u0315" * 500_000)) <= 32


def test_fillers_go_in_calls_only() -> None:
    call, chat = Utterance("嗯那个，我要退款啊", "customer", kind="call"), Utterance("嗯，我要退款", "customer")
    normalise([call, chat])
    assert (call.matching, call.text) == ("我要退款", "嗯那个，我要退款啊")
    assert chat.matching == "嗯 我要退款"


def test_damage_is_flagged() -> None:
    damaged, whole = Utterance("浣犲ソ", "customer"), Utterance("你好", "customer")
    normalise([damaged, whole])
    assert (damaged.encoding_damaged, whole.encoding_damaged) == (True, False)


PHRASES = """深沈
回覆
答覆
反覆
找藉口
藉此
明瞭
瞭解
一目瞭然
海哩
英哩
甦醒
甦生
衹得
重覆
沈思
沈浸"""


def test_without_a_character_that_it_knows_opencc_changes_nothing() -> None:
    """Every pair of frequent characters, every character of the base plane alone, and the phrases of OpenCC that no character
    gives away.
    """
    convert = opencc.OpenCC("t2s").convert
    frequent = [chr(code) for code in range(0x4E00, 0x9FFF) if len(chr(code).encode("gb2312", "ignore")) == 2]
    generator = random.Random(4)
    text = "".join(generator.choice(frequent) for _ in range(150_000))
    texts = [*map(chr, range(0x3400, 0xA000)), *(text[at : at + 12] for at in range(0, len(text), 12))]
    texts += PHRASES.splitlines()
    guarded = [entry for entry in texts if "坏" not in entry]
    together = convert("\n".join(guarded)).split("\n")
    assert [(entry, whole) for entry, whole in zip(guarded, together, strict=True) if simplified(entry) != whole] == []


@pytest.mark.parametrize("unit", ["好", "<", "<a", "&", "[", "！", "錶", "www.", "1", "aab", "\ud800"])
def test_a_long_text_is_no_trouble(unit: str) -> None:
    normalised((unit * 200_000)[:200_000]).encode()
