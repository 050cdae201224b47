"""What is said of a card: in one language, in one line each, whatever is in the card."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.card import (
    ALL_FEEDBACK,
    DIMENSIONS,
    EVERYBODY,
    FEEDS,
    NOBODY,
    UNNAMED,
    Card,
    Coincidence,
    Elsewhere,
    Outcome,
    Rating,
    Spread,
    numbers_sql,
)  # fmt: skip
from processors.chart import Chart, Point
from processors.said import Fact, Language, Links, Said, said
from schemas.spikes import Contributor, SpikeKind, Transition

BEIJING = ZoneInfo("Asia/Shanghai")
STARTED = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SPIKE = Transition(
    spike_id="0123456789abcdef", transition="updated", at=STARTED + 59 * MINUTE, tenant="acme", kind="topic",
    topic="setting_time", started=STARTED, opened=STARTED + 6 * MINUTE, updated=STARTED + 59 * MINUTE, closed=None, observed=256,
    expected=3.0, low=0, high=6, surprise=40.0,
)  # fmt: skip
FULL = Card(
    transition=SPIKE,
    label="调时间 / Setting the time",
    label_zh="调时间",
    label_en="Setting the time",
    severity="high",
    owner="product-watch",
    where=[
        Contributor("product_model × channel", "W-300 × tmall", 200, 1.0, 0.78),
        Contributor("channel", "phone", 40, 0.4, 0.15),
    ],
    spread=[Spread("product_model", (("W-300", 240), ("", 16))), Spread("shop", (("旗舰店", 250),))],
    verbatims=["怎么调时间", "how do I set the time", "时间慢了八个小时", "表冠拉不出来"],
    sql=numbers_sql(SPIKE),
    unchanged=["region", "shop"],
    context=[Coincidence("launch", "W-300 上市", STARTED - timedelta(days=1)), Coincidence("faq_change", "时间页", STARTED)],
    customers=188,
    customers_at_least=True,
    contacts=1024,
    orders=2000,
    trend="rising",
    elsewhere=[Elsewhere("product_model", "W-200", 2, 1.6)],
    odd="快递还没到",
    impact=[Outcome("return_requested", 12, 2), Outcome("cancelled", 3, 1)],
    rating=Rating(3.1, 12, 4.4, 34, 1, 5),
    moves_zh=["给一条统一的回复。"],
    moves_en=["Give one reply."],
    false_alerts=1.0,
    chart=Chart(5, (Point(STARTED, 20, 0.3, 0, 2),), STARTED),
)
LINKS = Links(
    dashboard="https://g.example/d/voc-spike", verbatims="https://g.example/d/voc-spike?v", useful="https://w.example/verdict?t=1",
    known="https://w.example/verdict?t=2", noise="https://w.example/verdict?t=3", mute_day="https://w.example/verdict?t=4",
)  # fmt: skip
LANGUAGES: list[Language] = ["zh", "en"]


def card(about: Transition = SPIKE, **fields: Any) -> Card:
    return msgspec.structs.replace(FULL, transition=about, sql=numbers_sql(about), **fields)


def spike(**fields: Any) -> Transition:
    return msgspec.structs.replace(SPIKE, **fields)


def facts(told: Said) -> dict[str, str]:
    return {fact.key: fact.value for fact in told.facts}


def english(of: Card, **given: Any) -> Said:
    return said(of, language="en", zone=UTC, **given)


def chinese(of: Card, **given: Any) -> Said:
    return said(of, language="zh", zone=BEIJING, **given)


def test_an_english_card_says_what_how_big_since_when_where_and_where_not_what_changed_and_who_owns_it() -> None:
    told = english(FULL)
    assert (told.title, told.state, told.severity) == ("Setting the time · W-300", "still rising", "high")
    assert told.summary == "256 against 3 expected since 2026-11-20 03:15 UTC; W-300 × tmall"
    assert told.facts == (
        Fact("size", "How many", "256 against 3 expected in 1 hour (usually 0 to 6), 85 times as many"),
        Fact("odds", "Odds", "at this setting about 1 false alert per 1,000 topics a day"),
        Fact("customers", "Customers", "at least 188 different"),
        Fact("share", "Share", "25% of 1,024 contacts in the same time; 128 per 1,000 of the 2,000 orders placed in it"),
        Fact("since", "Since", "2026-11-20 03:15 UTC, noticed 03:21, still open at 04:14"),
        Fact("trend", "Trend", "still rising: more in the last minutes than in those before"),
        Fact("where", "Model × channel", "W-300 × tmall: 200 of 256 (78% of the excess; usually 1)"),
        Fact("where", "Channel", "phone: 40 of 256 (15% of the excess; usually 0.4)"),
        Fact("elsewhere", "Not affected", "W-200 (2, usually 1.6)"),
        Fact("unchanged", "Spread as always", "region, shop"),
        Fact(
            "impact", "Impact so far",
            "12 return requests (2 in the same time before); 3 cancellations (1 in the same time before); "
            "satisfaction 3.1 of 5 (12 answers; before: 4.4, 34 answers)",
        ),
        Fact("owner", "Owner", "product-watch"),
        Fact("severity", "Severity", "high"),
        Fact("spike", "Spike", "0123456789abcdef (updated), topic setting_time, tenant acme"),
    )  # fmt: skip
    assert told.quotes == ("怎么调时间", "how do I set the time", "时间慢了八个小时", "表冠拉不出来")
    assert told.odd == "快递还没到"
    assert told.context == ("2026-11-19 launch “W-300 上市”", "2026-11-20 FAQ change “时间页”")
    assert told.moves == ("Give one reply.",)
    assert told.chart == Chart(5, (Point(STARTED, 20, 0.3, 0, 2),), STARTED, "Setting the time")


def test_a_chinese_card_says_it_as_chinese_readers_write_it() -> None:
    told = chinese(FULL)
    assert (told.title, told.state) == ("调时间 · W-300", "仍在上升")
    assert told.summary == "2026-11-20 11:15（北京时间）起 256 条，平时 3 条；W-300 × tmall"
    assert told.facts == (
        Fact("size", "数量", "过去 1 小时 256 条，平时 3 条（0～6），是平时的 85 倍"),
        Fact("odds", "把握", "按现在的设置，每 1,000 个话题每天约有 1 次误报"),
        Fact("customers", "客户", "至少 188 位"),
        Fact("share", "占比", "占同期全部 1,024 条的 25%；同期下单 2,000 单，合每 1,000 单 128 条"),
        Fact("since", "开始", "2026-11-20 11:15（北京时间），11:21 发现，到 12:14 仍未结束"),
        Fact("trend", "走势", "仍在上升：最近这段时间比之前那段多"),
        Fact("where", "型号 × 渠道", "W-300 × tmall：256 条里有 200 条（占多出部分的 78%，平时 1 条）"),
        Fact("where", "渠道", "phone：256 条里有 40 条（占多出部分的 15%，平时 0.4 条）"),
        Fact("elsewhere", "没有受影响", "W-200（2 条，平时 1.6 条）"),
        Fact("unchanged", "分布如常", "地区、店铺"),
        Fact(
            "impact", "目前影响",
            "申请退货 12 笔（此前同样长的时间 2 笔）；取消订单 3 笔（此前同样长的时间 1 笔）；"
            "满意度 3.1 分，满分 5 分（12 份，此前 4.4 分、34 份）",
        ),
        Fact("owner", "负责人", "product-watch"),
        Fact("severity", "级别", "高"),
        Fact("spike", "编号", "0123456789abcdef（更新），话题 setting_time，租户 acme"),
    )  # fmt: skip
    assert told.context == ("2026-11-19 新品上市“W-300 上市”", "2026-11-20 常见问题改动“时间页”")
    assert told.moves == ("给一条统一的回复。",)


def ours(told: Said) -> str:
    """Everything in it that is neither a customer's, nor a name, nor an address, nor a command."""
    theirs = [*told.quotes, told.odd]
    lines = [value for value in strings(msgspec.to_builtins(told)) if value not in theirs and not value.startswith("SELECT")]
    return "\n".join(
        re.sub(r"voc [a-z ]+[0-9a-f]{16}.*|voc taxonomy promote|taxonomy\.yaml|https?://\S+", "", line) for line in lines
    )


def strings(found: Any, key: str = "") -> list[str]:
    if isinstance(found, str):
        return [] if key in NOT_SHOWN else [found]
    if isinstance(found, dict):
        return [text for name, value in found.items() for text in strings(value, name)]
    return [text for value in found for text in strings(value, key)] if isinstance(found, list) else []


NOT_SHOWN = (
    "language",
    "transition",
    "severity",
    "key",
    "spike_id",
    "url",
    "topic",
    "tenant",
    "onset",
    "start",
    "started",
    "opened",
    "at",
)

KINDS: list[tuple[SpikeKind, str]] = [
    ("topic", "setting_time"), ("emergent", "89abcdef01234567"), ("total", "total"), ("silence", "channel:tmall"),
    ("silence", "total"),
]  # fmt: skip


@pytest.mark.parametrize("kind,topic", KINDS)
@pytest.mark.parametrize("transition", ["opened", "updated", "closed"])
@pytest.mark.parametrize("owner", [NOBODY, UNNAMED, FEEDS, EVERYBODY, "产品组"])
def test_a_chinese_card_holds_no_english_of_ours(kind: SpikeKind, topic: str, transition: Any, owner: str) -> None:
    closed = STARTED + 3 * HOUR if transition == "closed" else None
    about = spike(kind=kind, topic=topic, transition=transition, closed=closed)
    of = card(
        about,
        label=ALL_FEEDBACK if topic == "total" else "调时间",
        label_zh="",
        label_en="",
        owner=owner,
        moves_zh=[],
        moves_en=[],
    )
    allowed = "W-300|W-200|tmall|phone|setting_time|89abcdef01234567|0123456789abcdef|acme|known|noise|mute"
    for links in (Links(), LINKS):
        for trend in ("rising", "steady", "falling", ""):
            told = chinese(msgspec.structs.replace(of, trend=trend), links=links)
            assert not re.search(r"[A-Za-z]", re.sub(allowed, "", ours(told))), re.sub(allowed, "", ours(told))


@pytest.mark.parametrize("kind,topic", KINDS)
def test_an_english_card_holds_no_chinese_of_ours(kind: SpikeKind, topic: str) -> None:
    of = card(spike(kind=kind, topic=topic), label="time", label_zh="时间", label_en="", context=[], moves_zh=["动"], moves_en=[])
    told = english(of)
    found = ours(told) if kind != "topic" else "\n".join(text for text in ours(told).split("\n") if text != "动")
    assert not re.search(r"[\u4e00-\u9fff（），。；：]", found)


def test_times_are_in_the_zone_with_its_name_or_offset() -> None:
    assert facts(english(FULL))["since"].startswith("2026-11-20 03:15 UTC,")
    assert facts(said(FULL, language="en", zone=BEIJING))["since"].startswith("2026-11-20 11:15 UTC+8,")
    assert facts(said(FULL, language="en", zone=ZoneInfo("Asia/Kolkata")))["since"].startswith("2026-11-20 08:45 UTC+5:30,")
    assert facts(said(FULL, language="zh", zone=ZoneInfo("America/New_York")))["since"].startswith("2026-11-19 22:15（UTC-5）")
    over_night = card(spike(started=STARTED + 20 * HOUR, opened=STARTED + 21 * HOUR, updated=STARTED + 23 * HOUR))
    assert facts(english(over_night))["since"] == "2026-11-20 23:15 UTC, noticed 11-21 00:15, still open at 11-21 02:15"


def test_the_closing_says_how_long_it_lasted_and_how_much_it_was_and_no_trend() -> None:
    over = card(
        spike(transition="closed", closed=STARTED + 125 * MINUTE, updated=STARTED + 110 * MINUTE, observed=812, expected=160.0)
    )
    told = english(over)
    assert told.state == "over"
    assert told.summary == "812 against 160 expected in 2 hours 6 minutes, over at 2026-11-20 05:20 UTC; W-300 × tmall"
    assert facts(told)["since"] == "2026-11-20 03:15 UTC, noticed 03:21, closed 05:20: it lasted 2 hours 6 minutes"
    assert facts(told)["size"].startswith("812 against 160 expected in 1 hour 51 minutes")
    assert "trend" not in facts(told)
    assert chinese(over).summary == "2 小时 6 分钟内共 812 条，平时 160 条，2026-11-20 11:15（北京时间）开始；W-300 × tmall"
    assert facts(chinese(over))["size"].startswith("1 小时 51 分钟内共 812 条，平时 160 条")


def test_an_update_is_called_one() -> None:
    for trend, state in (("", "update"), ("rising", "still rising"), ("steady", "holding"), ("falling", "easing")):
        assert english(card(trend=trend)).state == state
    assert english(card(spike(transition="opened"))).state == "new"
    assert english(card(spike(transition="opened", kind="emergent"))).state == "new topic"
    assert english(card(spike(kind="silence"))).state == "still quiet"


def test_a_silence_has_no_words_and_is_told_as_one() -> None:
    quiet = card(
        spike(kind="silence", topic="channel:tmall", observed=0, expected=55.4), label="tmall", label_zh="", label_en="", where=[]
    )
    for told, title in ((english(quiet), "tmall has gone quiet (lost feed?)"), (chinese(quiet), "tmall没有声音了（数据断了？）")):
        assert told.title == title
        assert told.quotes == ()
        assert told.odd == ""
        assert {"where", "spread"}.isdisjoint(facts(told))


def test_what_is_not_known_is_left_out() -> None:
    bare = Card(SPIKE, "l", "normal", "o", [], [], [], "SELECT 1")
    assert [fact.key for fact in english(bare).facts] == [
        "size",
        "since",
        "where",
        "spread",
        "spread",
        "owner",
        "severity",
        "spike",
    ]
    told = english(bare)
    assert (told.quotes, told.odd, told.context, told.links, told.verdicts, told.chart.points) == ((), "", (), (), (), ())


def test_links_are_buttons_and_without_them_a_hint_says_the_commands() -> None:
    told = english(FULL, links=LINKS)
    assert [(link.key, link.name) for link in told.links] == [("dashboard", "Dashboard"), ("verbatims", "All conversations")]
    assert [link.key for link in told.verdicts] == ["useful", "known", "noise", "mute"]
    assert told.verdicts[3].url == LINKS.mute_day
    assert told.hint == ""
    assert "voc verdict 0123456789abcdef useful" in english(FULL).hint
    assert "voc explain 0123456789abcdef" in english(FULL).hint
    assert "verdict" in english(FULL, links=Links(dashboard=LINKS.dashboard)).hint


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.cn/a b", "https://x.cn/\u202e", "file:///etc", "x", "https://x.cn/" + "a" * 3000]
)
def test_what_is_no_address_is_no_link(url: str) -> None:
    told = english(FULL, links=Links(dashboard=url, useful=url))
    assert (told.links, told.verdicts) == ((), ())


def test_the_odd_one_is_never_one_of_the_others() -> None:
    assert english(card(odd="怎么调时间 \u202e")).odd == ""


@pytest.mark.parametrize("number,written", [
    (0.0, "0"), (0.01, "less than 0.1"), (0.1, "0.1"), (2.0, "2"), (2.14, "2.1"), (19.9, "19.9"),
    (55.4, "55"), (12345.6, "12,346"), (float("nan"), "?"), (float("inf"), "?"),
])  # fmt: skip
def test_an_expectation_is_as_exact_as_it_says_something(number: float, written: str) -> None:
    assert facts(english(card(spike(expected=number))))["size"].startswith(f"256 against {written} expected")


TEXTS = st.one_of(
    st.text(max_size=400),
    st.sampled_from(["", "\u202e\u2066", "a\nb\tc\x00", "长" * 500, "@all", "x × y", "\ud800", "[a](http://x)"]),
)
NUMBERS = st.one_of(st.floats(), st.sampled_from([0.0, -1.0, 1e308, 0.049]))
COUNTS = st.integers(min_value=-(2**70), max_value=2**70)
TIMES = st.one_of(
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])), st.datetimes()
)
TRANSITIONS = st.builds(
    Transition, spike_id=TEXTS, transition=st.sampled_from(["opened", "updated", "closed"]), at=TIMES, tenant=TEXTS,
    kind=st.sampled_from(["topic", "emergent", "total", "silence"]), topic=TEXTS, started=TIMES, opened=TIMES, updated=TIMES,
    closed=st.none() | TIMES, observed=COUNTS, expected=NUMBERS, low=NUMBERS, high=NUMBERS, surprise=NUMBERS,
)  # fmt: skip
WHERE = st.sampled_from([*DIMENSIONS, "product_model × channel", "elsewhere", ""])
CARDS = st.builds(
    Card, transition=TRANSITIONS, label=TEXTS, severity=TEXTS, owner=TEXTS,
    where=st.lists(st.builds(Contributor, WHERE, TEXTS, COUNTS, NUMBERS, NUMBERS), max_size=3),
    spread=st.lists(st.builds(Spread, WHERE, st.lists(st.tuples(TEXTS, COUNTS), max_size=3).map(tuple)), max_size=3),
    verbatims=st.lists(TEXTS, max_size=8), sql=TEXTS, unchanged=st.lists(WHERE, max_size=3),
    context=st.lists(st.builds(Coincidence, TEXTS, TEXTS, TIMES), max_size=5), label_zh=TEXTS, label_en=TEXTS,
    customers=st.none() | COUNTS, customers_at_least=st.booleans(), contacts=st.none() | COUNTS, orders=st.none() | COUNTS,
    trend=st.sampled_from(["", "rising", "steady", "falling", "?"]),
    elsewhere=st.lists(st.builds(Elsewhere, WHERE, TEXTS, COUNTS, NUMBERS), max_size=3), odd=TEXTS,
    impact=st.lists(st.builds(Outcome, TEXTS, COUNTS, COUNTS), max_size=3),
    rating=st.none() | st.builds(Rating, NUMBERS, COUNTS, st.none() | NUMBERS, COUNTS, NUMBERS, NUMBERS),
    moves_zh=st.lists(TEXTS, max_size=7), moves_en=st.lists(TEXTS, max_size=7), false_alerts=NUMBERS, alerts_per_week=NUMBERS,
    mostly_zh=TEXTS, mostly_en=TEXTS,
)  # fmt: skip
HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


@settings(deadline=None, max_examples=120)
@given(
    CARDS,
    st.sampled_from(LANGUAGES),
    st.sampled_from([UTC, BEIJING, timezone(timedelta(hours=-12))]),
    st.builds(Links, TEXTS, TEXTS),
)
def test_any_card_is_said_in_lines_without_hidden_characters_and_of_bounded_length(
    any_card: Card, language: Language, zone: Any, links: Links
) -> None:
    told = said(any_card, language=language, zone=zone, links=links)
    for text in strings(msgspec.to_builtins(msgspec.structs.replace(told, started=None, opened=None, at=None))):
        assert not any(unicodedata.category(c) in HIDDEN for c in text), text
        assert text == told.sql or len(text) <= 300
    assert 0 < len(told.title) <= 100
    assert told.state and told.summary and told.severity in ("low", "normal", "high")
    assert all(fact.name and fact.value for fact in told.facts)
    assert len(told.quotes) <= 5 and all(0 < len(quote) <= 300 for quote in told.quotes)
    assert told.odd not in told.quotes or not told.odd
    assert len(told.moves) <= 5 and len(told.context) <= 3


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=300), st.text(max_size=300))
def test_a_long_label_leaves_room_for_the_model(label: str, model: str) -> None:
    told = english(card(label_en="长" * 200 + label, where=[Contributor("product_model", "W-300" + model, 9, 0.1, 0.9)]))
    assert len(told.title) <= 100
    assert "… · W-300" in told.title


def test_a_card_survives_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(FULL), type=Card) == FULL
    bare = Card(SPIKE, "l", "normal", "o", [], [], [], "SELECT 1")
    assert msgspec.json.decode(msgspec.json.encode(bare), type=Card) == bare
