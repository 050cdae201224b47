import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.language import LANGUAGES, language, language_of
from processors.normalise import normalised
from processors.utterance import Utterance


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请问这个手表怎么调时间", "zh-Hans"),
        ("請問這個手錶怎麼調時間", "zh-Hant"),
        ("How do I set the time?", "en"),
        ("ok", "en"),
        ("我的 iPhone 充不进电怎么办", "zh-Hans"),
        ("please check 手表怎么调时间 thank you", "mixed"),
        ("", "other"),
        ("12345 😀 ？", "other"),
        ("時計の時間を合わせる方法を教えてください", "other"),
        ("시계 시간을 어떻게 맞추나요", "other"),
        ("Как настроить время", "other"),
        ("电话[PHONE]", "zh-Hans"),
        ("看这个 https://example.com/very/long/link/indeed", "zh-Hans"),
        ("\ud800坏了", "zh-Hans"),
        ("我在台灣买的手表坏了怎么办", "zh-Hans"),
        ("請問台灣的手錶裡面有說明書嗎", "zh-Hant"),
        ("¿Dónde está mi pedido?", "other"),
        ("Wo ist meine Bestellung?", "other"),
        ("wo xiang tui huo", "other"),
        ("NFC", "en"),
    ],
)
def test_script_decides(text: str, expected: str) -> None:
    utterance = Utterance(text, "customer", matching=normalised(text))
    language([utterance])
    assert utterance.language == expected
    assert utterance.language == language_of(text, normalised(text))


@pytest.mark.parametrize("named", sorted(LANGUAGES))
def test_a_language_that_the_input_names_stands(named: str) -> None:
    utterance = Utterance("请问这个手表怎么调时间", "customer", language=named, matching="请问这个手表怎么调时间")
    language([utterance])
    assert utterance.language == named


def test_a_language_that_there_is_not_is_found_out() -> None:
    utterance = Utterance("请问这个手表怎么调时间", "customer", language="zh", matching="请问这个手表怎么调时间")
    language([utterance])
    assert utterance.language == "zh-Hans"


@given(st.text())
def test_any_string_is_in_one_of_the_five(text: str) -> None:
    assert language_of(text, normalised(text)) in LANGUAGES


@pytest.mark.parametrize("unit", ["手", "手 0", "0 ", "é", "the ", "手a", "ä½", "xiang ", "錶"])
def test_a_long_text_is_no_trouble(unit: str) -> None:
    text = (unit * 200_000)[:200_000]
    assert language_of(text, text) in LANGUAGES
