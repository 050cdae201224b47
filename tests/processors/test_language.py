import pytest

from processors.language import language, language_of
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
    ],
)
def test_script_decides(text: str, expected: str) -> None:
    utterance = Utterance(text, "customer", matching=normalised(text))
    language([utterance])
    assert utterance.language == expected
    assert utterance.language == language_of(text, normalised(text))
