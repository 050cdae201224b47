import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.intents.tagger import Tagger, build, unmatched_examples
from processors.intents.taxonomy import Intent, Taxonomy
from processors.normalise import normalised
from processors.registry import Resources
from processors.utterance import Utterance

DEFAULT = Taxonomy.default()
TAGGER = Tagger(DEFAULT.intents)


def intent(name: str, *, any_: str = "", all_: str = "", none: str = "") -> Intent:
    def words(text: str) -> tuple[str, ...]:
        return tuple(normalised(word) for word in text.split("|") if word)

    return Intent(
        name,
        name,
        name,
        "team",
        "normal",
        "group",
        tuple(words(group) for group in all_.split("&") if group),
        words(any_),
        words(none),
        (),
    )


def test_any_or_every_group_of_all_and_never_none() -> None:
    tagger = Tagger([intent("t", any_="调时间|set time", all_="怎么|如何&时间|时钟", none="发货")])
    assert tagger.tag("我要调时间") == ["t"]
    assert tagger.tag("如何看时间") == ["t"]
    assert tagger.tag("看时间") == []
    assert tagger.tag("怎么查发货时间") == []
    assert tagger.tag("") == []


def test_all_rules_that_hold_sorted() -> None:
    tagger = Tagger([intent("b", any_="退货"), intent("a", any_="货"), intent("c", any_="退款")])
    assert tagger.tag("退货") == ["a", "b"]


@pytest.mark.parametrize(
    ("literal", "text", "found"),
    [
        ("charge", "recharge it", False),
        ("charge", "charges", False),
        ("charge", "charge", True),
        ("charge", "to charge it", True),
        ("app", "happy", False),
        ("app", "我的app坏了", True),
        ("app坏", "happ坏了", False),
        ("app坏", "app坏了", True),
        ("换货", "我想换货吗", True),
        ("время", "безвременье", False),
        ("5g", "15g", True),  # both are "0g": numbers all look alike
    ],
)
def test_words_of_spaced_scripts_match_whole(literal: str, text: str, found: bool) -> None:
    assert bool(Tagger([intent("x", any_=literal)]).tag(normalised(text))) is found


def test_only_customers_are_tagged() -> None:
    tag = build(Resources(DEFAULT))
    batch = [Utterance("", role, matching="怎么调时间") for role in ("customer", "agent", "bot", "system")]
    tag(batch)
    assert [utterance.intents for utterance in batch] == [["setting_time"], [], [], []]


@pytest.mark.parametrize("entry", DEFAULT.intents, ids=lambda entry: entry.name)
def test_the_packaged_intents_match_their_own_examples(entry: Intent) -> None:
    assert len(entry.examples) >= 3
    assert entry.owner
    assert entry.label_zh != entry.label_en
    assert any(example.isascii() for example in entry.examples)
    for example in entry.examples:
        assert entry.name in TAGGER.tag(normalised(example)), example


def test_an_example_that_does_not_match_is_named() -> None:
    assert unmatched_examples(DEFAULT) == []
    taxonomy = Taxonomy.of((Intent("a", "a", "a", "t", "low", "g", (), ("x",), (), ("x y", "z")),))
    assert unmatched_examples(taxonomy) == [("a", "z")]


# Sentences that look alike and are about something else; the whole answer is fixed.
CONFUSABLE = {
    "什么时间发货": ["delivery_status"],
    "退货时间是几天": ["return_request"],
    "怎么改送货时间": [],
    "怎么更改预约时间": [],
    "怎么修改密码": [],
    "我等了很长时间": [],
    "退款多久能到账": ["refund_status"],
    "活动时间到什么时候": [],
    "保修什么时候到期": ["warranty_repair"],
    "这个东西什么时候降价": ["price"],
    "怎么退出登录": [],
    "申请退差价": ["price"],
    "话费充值": [],
    "在家里充电宝能充吗": ["charging"],
    "现在保价吗": ["price"],
    "通过保险理赔": [],
    "本人呢已经付款": [],
    "抬头看表就亮": [],
    "能换表带吗": ["strap"],
    "打95折吗": [],
    "好的谢谢": [],
    "一共付了12315元": [],
    "I was charged twice": [],
    "recharge my phone card": [],
    "I am happy": [],
    "change my order this time": ["order_change"],
    "How can I set the alarm": [],
    "When is the delivery time": ["delivery_status"],
    "What is the exchange rate": [],
    "Do you sell a screen protector": [],
    "where is the invoice for my order": ["invoice"],
    "Many happy returns": [],
    "Please return my call": [],
    "The strap came off and I want a refund": ["refund_status", "strap"],
    "手表充不进电，我要退货": ["charging", "return_request"],
    "升级之后手表连不上手机": ["firmware_update", "pairing"],
}


@pytest.mark.parametrize(("text", "expected"), CONFUSABLE.items())
def test_confusable_sentences(text: str, expected: list[str]) -> None:
    assert TAGGER.tag(normalised(text)) == expected


@given(st.lists(st.sampled_from(["调时间", "app", "happy", " ", "发货", "怎么", "时间", "x"]), max_size=12).map("".join))
def test_one_pass_says_what_looking_for_each_literal_says(text: str) -> None:
    rules = [intent("a", any_="调时间|app", none="发货"), intent("b", all_="怎么&时间|app")]
    matching = normalised(text)

    def stands(literal: str) -> bool:
        return re.search(r"(?<![a-z])app(?![a-z])" if literal == "app" else literal, matching) is not None

    expected = []
    if (stands("调时间") or stands("app")) and not stands("发货"):
        expected.append("a")
    if stands("怎么") and (stands("时间") or stands("app")):
        expected.append("b")
    assert Tagger(rules).tag(matching) == expected
