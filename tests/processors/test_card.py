import re
import subprocess
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from processors.card import DIMENSIONS, Card, Coincidence, Spread, called, numbers_sql, parts, shown
from processors.markdown import markdown
from schemas.spikes import Contributor, Transition

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""

STARTED = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
SPIKE = Transition(
    spike_id="0123456789abcdef",
    transition="opened",
    at=STARTED + timedelta(minutes=6),
    tenant="acme",
    kind="topic",
    topic="set_time",
    started=STARTED,
    opened=STARTED + timedelta(minutes=6),
    updated=STARTED + timedelta(minutes=6),
    closed=None,
    observed=42,
    expected=2.1,
    low=0,
    high=6,
    surprise=14.0,
)
CARD = Card(
    transition=SPIKE,
    label="调时间 / Setting the time",
    severity="normal",
    owner="watch-team",
    where=[Contributor("product_model", "W-300", 38, 0.2, 0.95)],
    spread=[Spread("channel", (("app", 20), ("", 12), ("phone", 10)))],
    verbatims=["怎么调时间", "how do I set the time", "时间慢了八个小时"],
    sql=numbers_sql(SPIKE),
)
RENDER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "acme",
    "o'brien",
    'say "hi"',
    "back\\slash\\",
    "$HOME `id` $(id)",
    "a\nb\tc\x00",
    "!!",
    "%s %(x)s",
    "店铺\u202e",
    "' OR 1=1 --",
    "",
]


def card(**fields: Any) -> Card:
    return msgspec.structs.replace(CARD, **fields)


def spike(**fields: Any) -> Transition:
    return msgspec.structs.replace(SPIKE, **fields)


def words(text: str) -> str:
    """What a verbatim may show: its printable characters in one line, the first 300."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())[:300].strip()


def quoted(text: str) -> Any:
    """The tokens of the one verbatim of a card."""
    tokens = RENDER.parse(markdown(card(verbatims=[text])))
    kinds = [token.type for token in tokens]
    assert kinds.count("blockquote_open") == 1
    return tokens[kinds.index("blockquote_open") + 1 : kinds.index("blockquote_close")]


ATTACKS = [
    "**bold** _it_ ~~no~~",
    "[a](http://x.cn) ![i](y)",
    "<b>x</b><!-- -->",
    "`id` ```",
    "# h",
    "- x",
    "1. x",
    "+ x",
    "---",
    "===",
    "> q",
    "| a | b |",
    "&lt;b&gt; &#64;all",
    "a\\",
    "\\*x\\*",
    "http://x.cn",
    "\u202eabc\u2066",
    "\u001b[31mred\u0007",
    "\u001b - item",
    "one\n\n# two\r\n    code",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_markup_in_a_customers_words_is_shown_and_not_obeyed(text: str) -> None:
    paragraph, inline, closing = quoted(text)
    assert (paragraph.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children).replace("\u200b", "") == words(text)


@ANY_TIME
@given(st.lists(st.one_of(st.sampled_from([*"\\`*_[]()<>#|!~&$-+=.:/@\"' \n\t1a"]), st.characters()), max_size=40).map("".join))
def test_any_words_are_one_paragraph_of_plain_text_or_nothing(text: str) -> None:
    shown_words = words(text)
    if shown_words:
        _, inline, _ = quoted(text)
        assert {child.type for child in inline.children} <= {"text", "text_special"}
        assert "".join(child.content for child in inline.children).replace("\u200b", "") == shown_words


@pytest.mark.parametrize(
    "text", ["@all 快看", "＠所有人 @所有人", "see https://x.cn/a or www.x.cn", "a@b.cn", "HTTP://X.CN", "ftp://x.cn"]
)
def test_nobody_is_mentioned_and_no_address_becomes_a_link(text: str) -> None:
    line = next(line for line in markdown(card(verbatims=[text])).splitlines() if line.startswith("> "))
    assert not re.search(r"@\w|://|www\.", line)


@ANY_TIME
@given(st.text(max_size=80))
def test_no_control_or_direction_character_reaches_the_card(text: str) -> None:
    transition = spike(tenant=text, topic=text)
    contributor = Contributor("shop", text, 1, 0.1, 0.5)
    body = markdown(
        card(transition=transition, label=text, owner=text, where=[contributor], verbatims=[text], sql=numbers_sql(transition))
    )
    bad = {c for c in body if c not in "\n\u200b" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert not bad
    assert len(body.splitlines()) == len(markdown(card(where=[contributor], verbatims=["x"])).splitlines()) or not words(text)


def test_a_card_is_as_long_as_three_verbatims_of_three_hundred_characters_at_most() -> None:
    body = markdown(card(verbatims=["长" * 10_000] * 3))
    assert body.count("长" * 299 + "…") == 3
    assert len(body) < 2500


def test_the_card_says_what_how_many_since_when_where_in_whose_words_and_how_to_check_it() -> None:
    body = markdown(CARD)
    for line in (
        "# 调时间 / Setting the time · W-300",
        "- **How many**: 42 against 2.1 expected in 7 minutes (usually 0 to 6), 20 times as many",
        "- **Since**: 2026-11-20 03:15 UTC, noticed 03:21, still open at 03:21",
        "- **Model**: W-300: 38 of 42 (95% of the excess; usually 0.2)",
        "- **Channel**: no channel stands out (app 20, unknown 12, phone 10)",
        "- **Owner**: watch-team",
        "> 怎么调时间",
        "> how do I set the time",
    ):
        assert line in body.splitlines()
    assert "0123456789abcdef" in body


def test_model_and_channel_are_always_shown_and_the_others_where_they_explain() -> None:
    assert shown(card(where=[])) == ["product_model", "channel"]
    assert shown(card(where=[Contributor("region", "CN-31", 9, 1.0, 0.9)])) == ["product_model", "channel", "region"]
    every = [Contributor(dimension, "x", 9, 1.0, 0.9) for dimension in reversed(DIMENSIONS)]
    assert shown(card(where=every)) == list(DIMENSIONS)


def unquoted(literal: str) -> str:
    """A string literal as ClickHouse reads it; the test of the live warehouse asks ClickHouse itself."""
    value = re.sub(
        rb"\\(x[0-9a-f]{2}|.)", lambda m: bytes.fromhex(m[1][1:].decode()) if m[1][:1] == b"x" else m[1], literal.encode()
    )
    return value.decode()


@pytest.mark.parametrize("topic", HOSTILE)
@pytest.mark.parametrize("tenant", HOSTILE)
def test_names_stay_names_in_the_statement(tenant: str, topic: str) -> None:
    sql = numbers_sql(spike(tenant=tenant, topic=topic))
    assert sql.isprintable()
    string = r"'((?:[^'\\]|\\.)*)'"
    match = re.fullmatch(
        rf"SELECT .* WHERE tenant = {string} AND topic = {string} AND minute BETWEEN '([^']*)' AND '([^']*)'", sql
    )
    assert match
    assert (unquoted(match[1]), unquoted(match[2])) == (tenant, topic)
    assert match.groups()[2:] == ("2026-11-20 03:15:00", "2026-11-20 03:21:00")


@pytest.mark.parametrize("name", HOSTILE)
def test_the_command_on_the_card_gives_the_shell_exactly_the_statement(name: str) -> None:
    sql = numbers_sql(spike(tenant=name, topic=name))
    (command,) = [line for line in markdown(card(sql=sql)).splitlines() if line.startswith("    voc sql ")]
    argument = command.removeprefix("    voc sql ")
    said = subprocess.run(["sh", "-c", f"printf %s {argument}"], capture_output=True, check=True, env={})
    assert said.stdout.decode() == sql
    assert "!" not in command, "an interactive shell would expand it"


PAIR = Contributor("product_model × channel", "W-300 × tmall", 30, 0.1, 0.75)


def test_a_pair_stands_in_place_of_its_dimensions_and_names_the_model() -> None:
    pair = card(where=[PAIR])
    assert shown(pair) == ["product_model × channel"]
    body = markdown(pair).splitlines()
    assert "# 调时间 / Setting the time · W-300" in body
    assert "- **Model × channel**: W-300 × tmall: 30 of 42 (75% of the excess; usually 0.1)" in body
    assert not any(line.startswith(("- **Model**", "- **Channel**")) for line in body)
    assert parts(PAIR) == {"product_model": "W-300", "channel": "tmall"}
    assert called("product_sku × shop") == "SKU × shop"
    also = Contributor("channel", "phone", 9, 0.1, 0.2)
    assert shown(card(where=[PAIR, also])) == ["product_model × channel", "channel"]


def test_that_nothing_explains_it_is_said() -> None:
    assert "- **Where**: everywhere: no dimension explains it" in markdown(card(where=[])).splitlines()
    assert "everywhere" not in markdown(CARD)
    few = markdown(card(where=[], spread=[Spread("channel", (("app", 9),))])).splitlines()
    assert "- **Where**: too little is known of it to say" in few


def test_what_stayed_as_it_was_is_one_line_or_none() -> None:
    assert "- **Spread as always**: region, shop" in markdown(card(unchanged=["region", "shop"])).splitlines()
    assert "as always" not in markdown(CARD)


def test_what_was_done_before_is_a_coincidence() -> None:
    launch = Coincidence("launch", "W-300 上市", STARTED - timedelta(days=1))
    body = markdown(card(context=[launch, Coincidence("faq_change", "*New*\n# time", STARTED - timedelta(days=3))]))
    (line,) = [line for line in body.splitlines() if "coincidence, not cause" in line]
    assert "In the days before (coincidence, not cause): 2026-11-19 launch “W-300 上市”; 2026-11-17 FAQ change" in line
    assert "“\\*New\\* \\# time”" in line
    assert "In the days before" not in markdown(CARD)


@ANY_TIME
@given(st.lists(st.text(max_size=60), max_size=3))
def test_any_title_is_one_paragraph_of_plain_text(titles: list[str]) -> None:
    context = [Coincidence("campaign", title, STARTED) for title in titles]
    body = markdown(card(context=context))
    assert len(body.splitlines()) == len(markdown(CARD).splitlines()) + (2 if titles else 0)
    kinds = [child.type for token in RENDER.parse(body) for child in token.children or []]
    assert set(kinds) <= {"text", "text_special", "strong_open", "strong_close", "softbreak"}


def test_the_total_says_how_much_of_everything() -> None:
    total = spike(kind="total", topic="total", observed=812, expected=160.2)
    body = markdown(card(transition=total, label="All feedback", where=[], sql=numbers_sql(total)))
    assert body.startswith("# All feedback: 812 against 160 expected\n")
    assert "FROM minute_total WHERE tenant = 'acme' AND minute BETWEEN '2026-11-20 03:15:00'" in body
    assert "(opened), total, tenant acme" in body


def test_silence_says_what_is_missing_since_when_and_has_neither_places_nor_words() -> None:
    silence = spike(kind="silence", topic="channel:tmall", observed=0, expected=55.4, low=40, high=71)
    quiet = card(transition=silence, label="tmall", where=[], spread=[], verbatims=[], sql=numbers_sql(silence))
    body = markdown(quiet)
    assert body.startswith("# tmall has gone quiet (lost feed?)\n")
    assert "- **How many**: 0 against 55 expected in 7 minutes (usually 40 to 71)\n" in body
    for absent in ("**Model**", "**Where**", "customers' words", "times as many"):
        assert absent not in body
    assert "WHERE tenant = 'acme' AND channel = 'tmall' AND sender_role = 'customer' AND minute BETWEEN" in quiet.sql
    assert "minute_total" in numbers_sql(spike(kind="silence", topic="total"))
    assert "topic = 'setting_time'" in numbers_sql(spike(kind="silence", topic="setting_time"))


def test_an_emergent_topic_is_counted_by_the_messages_that_were_recorded_with_it() -> None:
    emergent = spike(kind="emergent", topic="89abcdef01234567")
    body = markdown(card(transition=emergent, label="crown pulled out", where=[], sql=numbers_sql(emergent)))
    assert body.startswith("# crown pulled out\n")
    assert "FROM emergent_topics WHERE spike_id = '0123456789abcdef'" in numbers_sql(emergent)
    assert "customers' words" in body
