import pytest

from processors.speech_act import speech_act
from processors.utterance import Utterance


def act(text: str, role: str = "customer", language: str = "zh-Hans") -> str:
    utterance = Utterance(text, role, language=language)
    speech_act([utterance])
    return utterance.speech_act


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("等了三天还没到，帮我退款", "complaint"),
        ("我要投诉你们", "complaint"),
        ("我要退款", "request"),
        ("麻烦帮我查一下订单到哪了", "request"),
        ("转人工", "request"),
        ("请问这个手表怎么调时间", "question"),
        ("我想问一下保修多久", "question"),
        ("坏了可以换吗", "question"),
        ("投诉电话是多少", "question"),
        ("太好了，终于修好了，谢谢", "praise"),
        ("好的，谢谢", "thanks"),
        ("嗯嗯", "other"),
        ("请稍等一下", "request"),
        ("谢谢亲，麻烦你了", "thanks"),
        ("那太谢谢了", "thanks"),
        ("单子上写的是我妈的名字", "other"),
        ("", "other"),
    ],
)
def test_the_first_that_applies(text: str, expected: str) -> None:
    assert act(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I have been waiting for two weeks, please cancel it", "complaint"),
        ("Can you cancel my order please?", "request"),
        ("I'd like to know when it ships", "question"),
        ("How do I reset it?", "question"),
        ("Great service, very helpful", "praise"),
        ("ok thanks", "thanks"),
        ("my order number is 5", "other"),
    ],
)
def test_english_too(text: str, expected: str) -> None:
    assert act(text, language="en") == expected


@pytest.mark.parametrize("role", ["agent", "bot"])
def test_only_customers_have_one(role: str) -> None:
    assert act("我要退款", role) == ""
