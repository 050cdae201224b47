import pytest

from processors.sentiment.covers import harmless
from processors.sentiment.doubts import supposed_in
from processors.sentiment.reading import BOUNDARY, read
from processors.sentiment.terms import TERMS, Kind


def label(text: str) -> str:
    score = read(text).score
    return "negative" if score <= -BOUNDARY else "positive" if score >= BOUNDARY else "neutral"


@pytest.mark.parametrize(
    "text",
    [
        "质量太差的话可以退吗",
        "我朋友说质量很差",
        "之前在别家被坑过",
        "我自己不小心摔碎了",
        "怕买到假货",
        "我不是要投诉",
        "没有上当",
        "能投诉快递吗",
        "这个是骗人的吗",
    ],
)
def test_what_is_asked_supposed_denied_or_quoted_is_no_complaint(text: str) -> None:
    assert label(text) == "neutral"


@pytest.mark.parametrize(
    "text",
    [
        "听朋友说不错才买的，结果质量太差",
        "如果坏了谁负责。你们太不负责任了",
        "太差了，什么时候退款",
        "什么破快递",
        "你们是骗人的吧",
        "这样的话太过分了",
        "如果再不退我就去投诉你们",
    ],
)
def test_what_is_meant_stays_a_complaint(text: str) -> None:
    assert label(text) == "negative"


def test_a_supposition_ends_with_its_sentence_or_with_but_then() -> None:
    assert supposed_in("好的，如果坏了能换吗", condition=True, quote=False, own=False) == (3, 11)
    assert supposed_in("如果坏了。太差", condition=True, quote=False, own=False) == (0, 4)
    assert supposed_in("听说不错结果很差", condition=False, quote=True, own=False) == (0, 4)
    assert supposed_in("好，太差的话退了", condition=True, quote=False, own=False) == (1, 9)
    assert supposed_in("摔坏了", condition=False, quote=False, own=True) == (-1, 4)
    assert supposed_in("太差", condition=False, quote=False, own=False) == (0, 0)


def test_every_cover_hides_and_holds_something() -> None:
    felt = [word for word, term in TERMS.items() if term.kind is not Kind.COVER]
    covers = [word for word in harmless() if TERMS[word].kind is Kind.COVER]
    assert len(covers) > 1000
    assert len(felt) > 1000
    assert [word for word in ("垃圾桶", "慢充", "防骗", "不满2") if TERMS[word].kind is not Kind.COVER] == []
