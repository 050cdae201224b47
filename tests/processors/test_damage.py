import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.damage import is_damaged

PLAIN = [
    "你好，请问这个手表怎么调时间？",
    "请退款，订单还没发货",
    "请客服处理一下，谢谢！",
    "屏幕坏了，想换货",
    "café is broken, don’t know why 😀",
]


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("encodings", [("utf-8", "latin-1"), ("utf-8", "cp1252"), ("utf-8", "gbk"), ("gbk", "latin-1")])
def test_a_text_read_in_the_wrong_encoding_is_damaged(text: str, encodings: tuple[str, str]) -> None:
    written, read = encodings
    try:
        damaged = text.encode(written).decode(read, "ignore")
    except UnicodeEncodeError:
        pytest.skip("the text cannot be written so")
    assert is_damaged(damaged)


@pytest.mark.parametrize(
    "text", ["坏\ufffd了", "锟斤拷锟斤拷", "坏\ud800了", "浣犲ソ", "ä½ å¥½", "donâ€™t", "cafÃ©", "ÄãºÃ", "ðŸ˜€"]
)
def test_the_usual_kinds_are_damaged(text: str) -> None:
    assert is_damaged(text)


@pytest.mark.parametrize(
    "text",
    [
        *PLAIN,
        "",
        "ok",
        "請問這個手錶怎麼調時間",
        "Señor, ¿dónde está mi reloj?",
        "Ça va très bien, où est-il ?",
        "Ärger über Größe",
        "25°C ±1",
        "浣熊很可爱",
        "烫烫烫",
        "涓涓细流",
        "CAFÉ”",
        "時計の時間",
        "시계",
        "Как настроить",
        "Ã O QUE",
        "😀👍🏽",
        "鋼琴、鉛筆、銀行",
        "濠江區，澳門",
    ],
)
def test_what_people_write_is_not(text: str) -> None:
    assert not is_damaged(text)


@given(st.text())
def test_any_string_has_an_answer(text: str) -> None:
    assert is_damaged(text) in (True, False)
    assert is_damaged(text + "\ufffd")


@pytest.mark.parametrize("unit", ["浣犲ソ", "Ã", "ä½", "\xa1", "a\xff", "锛"])
def test_a_long_text_is_no_trouble(unit: str) -> None:
    assert is_damaged((unit * 200_000)[:200_000]) in (True, False)
