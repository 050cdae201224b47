import re
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from processors.sentiment.pattern import Pattern, compiled
from processors.sentiment.reading import BOUNDARY, PATTERNS, Reading, prepared, read
from processors.sentiment.terms import TERMS, Kind, Tells
from tests.processors.sentiment.plain_lines import COMPLAINTS, NEIGHBOURS
from tests.processors.sentiment.service_lines import COMPLAINT, NEUTRAL, PRAISE, filled


def label(text: str, language: str = "zh-Hans") -> str:
    score = read(prepared(text, language)).score
    return "negative" if score <= -BOUNDARY else "positive" if score >= BOUNDARY else "neutral"


@pytest.mark.parametrize(
    ("block", "expected", "least"), [(NEUTRAL, "neutral", 0.99), (COMPLAINT, "negative", 0.93), (PRAISE, "positive", 0.85)]
)
def test_lines_of_service_talk_are_read_as_meant(block: str, expected: str, least: float) -> None:
    lines = filled(block, 1)
    assert sum(label(line) == expected for line in lines) / len(lines) >= least


@pytest.mark.parametrize("told", COMPLAINTS)
def test_trouble_told_plainly_is_a_complaint(told: str) -> None:
    lines = COMPLAINTS[told].split("|")
    assert sum(label(line) == "negative" for line in lines) / len(lines) >= 0.85


@pytest.mark.parametrize("told", NEIGHBOURS)
def test_what_is_near_such_trouble_is_none(told: str) -> None:
    lines = NEIGHBOURS[told].split("|")
    assert sum(label(line) == "neutral" for line in lines) / len(lines) >= 0.9


@pytest.mark.parametrize(
    ("told", "instead"),
    [
        ("这个灯泡不亮", "这个灯泡不亮怎么办"),
        ("收到的盒子是瘪的", "盒子是瘪的可以换吗"),
        ("少了两包", "如果少了两包怎么处理"),
        ("赠品没给", "赠品没给怎么办"),
        ("怎么少了一个", "怎么开发票"),
        ("什么叫等通知", "什么叫预售"),
    ],
)
def test_the_same_trouble_asked_about_is_no_complaint(told: str, instead: str) -> None:
    assert (label(told), label(instead)) == ("negative", "neutral")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("客服态度很好", "positive"),
        ("客服态度不好", "negative"),
        ("一点都不好用", "negative"),
        ("没有任何问题，很满意", "positive"),
        ("屏幕坏了", "negative"),
        ("屏幕坏了，键盘也失灵", "negative"),
        ("刚买就坏了", "negative"),
        ("屏幕坏了怎么办", "neutral"),
        ("如果坏了可以换吗", "neutral"),
        ("质量差吗", "neutral"),
        ("东西不错，但是客服太差", "negative"),
        ("之前有点慢，不过最后处理得很好，满意", "positive"),
        ("呵呵，你们效率真高，等了一个月", "negative"),
        ("你们效率真高，很满意", "positive"),
        ("等了三天还没到，谢谢", "negative"),
        ("谢谢", "neutral"),
        ("非常感谢", "neutral"),
        ("给您带来不便非常抱歉，这边马上帮您处理", "neutral"),
        ("亲，如果不满意是可以退的哦", "neutral"),
        ("你们就是这样做生意的吗", "negative"),
        ("什么时候发货", "neutral"),
        ("怎么还不发货", "negative"),
        ("别忽悠我", "negative"),
        ("什么态度", "negative"),
        ("卖的时候热情，卖完人就没了", "negative"),
        ("这种货也敢卖", "negative"),
        ("你们会不会做生意", "negative"),
        ("真贴心，坏的给我寄回来还要我付运费", "negative"),
        ("等了半个月，真棒", "negative"),
        ("破损的商品由承运方赔偿，请您放心", "neutral"),
        ("要是坏了能换吗", "neutral"),
        ("垃圾桶多大", "neutral"),
        ("不满200要运费吗", "neutral"),
        ("😡😡😡", "negative"),
        ("👍", "positive"),
    ],
)
def test_what_a_turn_comes_to(text: str, expected: str) -> None:
    assert label(text) == expected


def test_traditional_and_wide_letters_read_like_simplified() -> None:
    assert read(prepared("客服態度太差", "zh-Hant")) == read("客服态度太差")
    assert prepared("找ＢＢＢ\u200b啊", "zh-Hans") == "找bbb啊"


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("我要打12315", Tells.ESCALATION),
        ("叫你们经理来", Tells.ESCALATION),
        ("再也不来了", Tells.CHURN),
        ("打了五次电话都不解决", Tells.EFFORT),
        ("推来推去", Tells.EFFORT),
        ("今天必须发货", Tells.URGENT),
        ("充电器冒烟了", Tells.URGENT),
    ],
)
def test_what_a_turn_tells_besides(text: str, tells: Tells) -> None:
    assert tells in read(text).tells
    assert read("这个手表怎么调时间").tells == Tells.NOTHING


@pytest.mark.parametrize("text", ["这个有点贵", "看着廉价", "不够高档"])
def test_a_price_stance_alone_is_no_complaint(text: str) -> None:
    assert label(text) == "neutral"


def test_evidence_is_weightiest_first_and_at_most_eight() -> None:
    assert read("慢，垃圾").evidence == ["垃圾", "慢"]
    many = read("，".join(word for word, term in TERMS.items() if term.kind is Kind.FIXED)[:300]).evidence
    assert len(many) == 8
    assert len(set(many)) == 8
    assert read("好的谢谢").evidence == []


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_a_pattern_can_be_reached(pattern: Pattern) -> None:
    """Every trigger is simplified and lower case, as the text is when it is looked for."""
    assert pattern.triggers
    for trigger in pattern.triggers:
        assert prepared(trigger, "zh-Hant") == trigger
    assert compiled(pattern.form).search("") is None
    assert pattern.weight > 0


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_whatever_a_pattern_matches_holds_one_of_its_triggers(pattern: Pattern) -> None:
    letters = sorted({*"".join(pattern.triggers), *pattern.form, "甲", "0"})

    @settings(
        max_examples=2,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_regex(pattern.form, alphabet=st.sampled_from(letters)))
    def triggered(text: str) -> None:
        assert any(trigger in text for trigger in pattern.triggers)

    triggered()


def test_no_line_of_service_talk_slips_by_the_triggers() -> None:
    lines = [line for block in (NEUTRAL, COMPLAINT, PRAISE) for line in filled(block, 2)]
    missed = [
        (pattern.name, line)
        for pattern in PATTERNS
        for line in lines
        if compiled(pattern.form).search(line) and not any(trigger in line for trigger in pattern.triggers)
    ]
    assert missed == []


def test_terms_are_spelt_as_they_are_looked_for() -> None:
    assert [term for term in TERMS if prepared(term, "zh-Hant") not in (term, term.replace("\ufe0f", ""))] == []


@given(st.text(st.characters(codec=None), max_size=300), st.sampled_from(["zh-Hans", "zh-Hant", "mixed"]))
def test_any_string_has_a_reading(text: str, language: str) -> None:
    reading = read(prepared(text, language))
    assert isinstance(reading, Reading)
    assert abs(reading.score) < 10_000


@pytest.mark.parametrize(
    "unit",
    [
        "慢",
        "等了",
        "别再",
        "只别老",
        "？",
        "!",
        " ",
        "“",
        "三",
        "第一",
        "没有",
        "\ud800",
        "\x00",
        "😡",
        "说结果",
        "比a贵",
        "给我您",
        "亲",
    ],
)
def test_a_megabyte_is_read_in_linear_time(unit: str) -> None:
    text = (unit * 1_000_000)[:1_000_000]
    begin = time.process_time()
    assert read(prepared(text, "zh-Hans")) == read(prepared(text[:10_000], "zh-Hans"))
    assert time.process_time() - begin < 1.0


def test_no_expression_backtracks() -> None:
    for pattern in PATTERNS:
        text = "".join(pattern.triggers) * 2000
        begin = time.process_time()
        for _ in re.finditer(pattern.form, text[:20_000]):
            pass
        assert time.process_time() - begin < 0.5, pattern.name
