import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.sentiment.price import price_stance


def stance(text: str) -> str:
    return price_stance(text, "en" if text.isascii() else "zh-Hant")


@pytest.mark.parametrize(
    "text",
    [
        "这也太贵了吧",
        "比隔壁店贵了五十",
        "一个充电头要两百，疯了吧",
        "同款淘宝才一百多",
        "價錢實在太高了",
        "性价比真的不行",
        "感觉就是智商税",
        "上次买才199，这次要259",
        "要是再便宜两百我就买了",
        "超我预算好多",
        "不便宜",
        "pretty expensive compared to other brands",
        "Three hundred bucks for this? No thanks",
        "It's good but the price puts me off",
        "I’d buy it if it were cheaper",
        "Not worth forty euros",
        "I can get it for half that at another shop",
        "The markup on this is insane",
        "why is this so overpriced?",
    ],
)
def test_too_dear(text: str) -> None:
    assert stance(text) == "too_dear"


@pytest.mark.parametrize(
    "text",
    [
        "送长辈有点寒酸",
        "表带一股塑料味",
        "拿在手里轻飘飘的像玩具",
        "没有想象中高级",
        "看著像山寨貨",
        "这质感配不上旗舰两个字",
        "盒子皱巴巴的",
        "Looks like something from a dollar store",
        "Doesn't feel like a 300 dollar watch",
        "very flimsy strap",
        "nothing premium about it",
        "the finish is rough for a luxury item",
        "I'd be embarrassed to give this as a present",
    ],
)
def test_not_premium(text: str) -> None:
    assert stance(text) == "not_premium"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "这个多少钱",
        "贵吗这个",
        "贵不贵",
        "贵店几点关门",
        "请问贵姓",
        "贵重物品可以保价吗",
        "不算贵，买了",
        "物美价廉",
        "性价比很高",
        "想要更高端一点的",
        "想看看档次高一些的礼盒",
        "外壳是塑料的吗",
        "一点都不廉价",
        "买贵了可以退差价吗",
        "運費多少",
        "a cheap and cheerful little thing",
        "not expensive at all",
        "Is it made of plastic or metal?",
        "Do you have a premium version?",
        "what is the price for students",
        "looks expensive, love it",
        "she is not a premium member",
        "cheaper than I thought, nice",
        "is it worth upgrading to the pro",
    ],
)
def test_none(text: str) -> None:
    assert stance(text) == ""


def test_of_both_too_dear_counts() -> None:
    assert stance("看着廉价，还卖这么贵") == stance("卖这么贵，看着廉价") == "too_dear"


@given(st.text(st.characters(codec=None), max_size=200), st.sampled_from(["zh-Hans", "zh-Hant", "en", "mixed"]))
def test_any_string_has_an_answer(text: str, language: str) -> None:
    assert price_stance(text, language) in {"", "too_dear", "not_premium"}


@pytest.mark.parametrize(
    "unit", ["贵", "不贵", "比别家", "一点", "premium ", "not as ", "the price is ", "could get ", "$10 for ", "\ud800贵"]
)
def test_a_megabyte_takes_linear_time(unit: str) -> None:
    begin = time.process_time()
    price_stance((unit * 1_000_000)[:1_000_000], "en" if unit.isascii() else "zh-Hans")
    assert time.process_time() - begin < 2.0
