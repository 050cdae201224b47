"""Whatever customers write, however much of it: every message is taken, and nothing in it acts but what is ours."""

from email import message_from_bytes, policy
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from processors.said import Chart, Fact, Link, Point, Said
from streams.notify.channel import Channel, Outgoing
from streams.notify.channels import build
from streams.notify.inert import address, plain
from tests.rig.receivers import KINDS, Message, Reply, Request
from tests.rig.receivers.markup import page
from tests.rig.receivers.server import Receiver, parsed
from tests.rig.receivers.webhook import SECRET, WebhookReceiver
from tests.streams.notify.channels.samples import SAID, START, many

NASTY = [
    "@all", "@所有人", "<at id=all></at>", '<at user_id="all">所有人</at>', "<!channel>", "<!here|here>", "<@U123>", "@everyone",
    "<@userid>", "[click](http://evil.example/x)", "![i](http://evil.example/p.png)", "http://evil.example",
    "www.evil.example", "evil.example/login", "mailto:a@evil.example", "a@evil.example", "javascript:alert(1)", "10.0.0.1",
    "tel:+8613800138000", "**bold**", "__b__", "*i*", "~~s~~", "`code`", "```\nblock\n```", "# title", "> quote", "- item",
    "1. item", "---", "===", ">", "> > >", "| a | b |\n|---|---|", "<b>x</b>", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "</table>", "<font color=\"red\">", "&lt;b&gt;", "&#60;at id=all&#62;", "&amp;",
    "{{ 7*7 }}", "{% raw %}", "${x}", "%s %n", "\\*", "\\", "\\[", "]](", ")", ":smile:", "[微笑]", "<http://evil.example|ok>",
    "<https://evil.example>", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b[31m", "\r\nBcc: x@evil.example",
    "\n", "\u2028", "\ud800", "\udfff", "👨‍👩‍👧", "🇨🇳", "e\u0301\u0301\u0301", "\U000e0041", "'", '"', "<!--", "]]>",
    "http:\u200b//evil.example", "HTTP://EVIL.EXAMPLE", "evil。example", "＠all", "＜at id=all＞", "\u00ad", "\u3164", "=1+1",
    "+49 170",
]  # fmt: skip
words = st.one_of(st.sampled_from(NASTY), st.characters(), st.text(max_size=8))
texts = st.lists(words, max_size=5).map("".join)
short = texts.map(lambda text: text[:50])
long = st.one_of(texts, st.tuples(words, st.integers(100, 10_000)).map(lambda pair: (pair[0] * pair[1])[:10_000]))
urls = st.one_of(
    st.sampled_from(
        ["https://ours.example/d/1?a=(b)&c=[d]*_~", "javascript:alert(1)", "http://[", "https://ours.example/" + "x" * 5000]
    ),
    texts.map("https://ours.example/".__add__),
    texts,
)


@st.composite
def said_of(draw: st.DrawFn, text: st.SearchStrategy[str], number: int) -> Said:
    """Anything that could be said; `number`: of the things of each list. A few texts are drawn, and stand everywhere in turn."""
    pool = draw(st.lists(text, min_size=1, max_size=6))
    places = draw(st.lists(urls, min_size=1, max_size=4))
    counts = iter(draw(st.lists(st.integers(0, number), min_size=8, max_size=8)))
    number_of = draw(st.sampled_from([None, 1.5, float("nan"), float("inf"), -3.0]))
    turn = count(draw(st.integers(0, 5)))

    def one() -> str:
        return pool[next(turn) % len(pool)]

    def several() -> tuple[str, ...]:
        return tuple(one() for _ in range(next(counts)))

    def links() -> tuple[Link, ...]:
        return tuple(Link(one(), one(), places[next(turn) % len(places)]) for _ in range(next(counts)))

    points = tuple(Point(START, 10**i - 5, number_of, 0.0, number_of) for i in range(next(counts) * 9))
    return Said(
        language=draw(st.sampled_from(["zh", "en"])),
        spike_id=one(),
        transition=draw(st.sampled_from(["opened", "updated", "closed"])),
        severity=draw(st.sampled_from(["low", "normal", "high", "else"])),
        title=one(),
        state=one(),
        summary=one(),
        facts=tuple(Fact(one(), one(), one()) for _ in range(next(counts) * 3)),
        quotes_name=one(),
        quotes=several(),
        odd_name=one(),
        odd=one(),
        context_name=one(),
        context=several(),
        moves_name=one(),
        moves=several(),
        links=links(),
        verdicts_name=one(),
        verdicts=links(),
        hint=one(),
        sql_name=one(),
        sql=one(),
        chart=Chart(5, points, START, one()),
        tenant=one(),
        topic=one(),
        expected=float("nan"),
    )


def pair(kind: str) -> tuple[Channel, Receiver]:
    """A channel, and the receiver that is asked directly."""
    receiver = KINDS[kind](clock=iter(range(0, 10**9, 100)).__next__)
    signing = {"secret": SECRET} if kind == "webhook" else {}
    return build(kind, "x", {"url": f"http://127.0.0.1:1{receiver.path}", **signing}), receiver


PAIRS = {kind: pair(kind) for kind in ("feishu", "dingtalk", "wecom", "slack", "webhook")}


def taken(kind: str, outgoing: Outgoing) -> list[Message]:
    """What the receiver accepted; it must accept everything."""
    channel, receiver = PAIRS[kind]
    receiver.messages.clear()
    if isinstance(receiver, WebhookReceiver):
        receiver.ids.clear()
    messages = channel.render(outgoing)
    for message in messages:
        assert message == message and len(message.body) <= max(channel.limits.bytes, 20_000 if kind == "wecom" else 0)
        headers: dict[str, str] = {"Content-Type": message.content_type}
        if kind == "webhook":
            headers = dict(channel._headers("id", message))  # type: ignore[attr-defined]
        reply = receiver.take(Request("POST", receiver.path, headers, message.body))
        assert _good(reply), (kind, reply, parsed(message.body))
    assert len(receiver.messages) == len(messages) >= 1
    return receiver.messages


def _good(reply: Reply) -> bool:
    body: Any = reply.body
    code = body.get("errcode", body.get("code", 0)) if isinstance(body, dict) else 0
    return reply.status in (200, 204) and code == 0


def ours(said: Said) -> set[str]:
    return {address(link.url) for link in (*said.links, *said.verdicts)}


def benign(said: Said) -> Said:
    """The same with harmless words wherever there are any."""

    def calm(value: Any) -> Any:
        if isinstance(value, str):
            return "a" if plain(value) else ""
        if isinstance(value, Link):
            return Link("a", calm(value.name), value.url)
        if isinstance(value, Fact):
            return Fact("a", calm(value.name), calm(value.value))
        return tuple(map(calm, value)) if isinstance(value, tuple) else value

    kept = ("language", "transition", "severity")
    changed = {name: calm(value) for name, value in asdict(said).items() if name not in kept and isinstance(value, str | tuple)}
    return replace(said, **changed, chart=replace(said.chart, name=calm(said.chart.name)))


CHATS = ("feishu", "dingtalk", "wecom", "slack")
few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", CHATS)
@few
@given(said=said_of(short, 3))
@example(said=replace(SAID, title="".join(NASTY)[:99], quotes=tuple(NASTY), facts=tuple(Fact("k", one, one) for one in NASTY)))
def test_nothing_of_theirs_acts_or_marks_up(kind: str, said: Said) -> None:
    (message,) = taken(kind, Outgoing("id", (said,)))
    shown = message.shown
    assert set(shown.links) <= ours(said)
    assert not shown.mentions and not shown.hidden
    (calm,) = taken(kind, Outgoing("id", (benign(said),)))
    assert shown.marks == calm.shown.marks


@pytest.mark.parametrize("kind", [*CHATS, "webhook"])
@few
@given(said=said_of(long, 12), everybody=st.booleans())
def test_every_size_is_taken(kind: str, said: Said, everybody: bool) -> None:
    messages = taken(kind, Outgoing("id", (said,), mention_all=everybody))
    for message in messages:
        if kind != "webhook":
            assert set(message.shown.links) <= ours(said)
            assert len(message.shown.mentions) <= everybody
        assert not message.shown.hidden


@pytest.mark.parametrize("kind", [*CHATS, "webhook"])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(texts, min_size=1, max_size=4), number=st.integers(2, 99), everybody=st.booleans())
def test_every_digest_is_taken_and_whole(kind: str, text: list[str], number: int, everybody: bool) -> None:
    said = tuple(replace(one, summary=text[i % len(text)] * (i % 7), state=text[-1][:20]) for i, one in enumerate(many(number)))
    messages = taken(kind, Outgoing("id", said, mention_all=everybody))
    whole = "\n".join(message.shown.text for message in messages)
    assert all(one.title in whole for one in said)
    if kind != "webhook":
        assert {link for message in messages for link in message.shown.links} == {SAID.links[0].url}
        assert sum(len(message.shown.mentions) for message in messages) == everybody


@pytest.mark.parametrize("kind", CHATS)
def test_ten_thousand_characters_are_cut_where_it_hurts_least(kind: str) -> None:
    said = replace(SAID, quotes=("烫" * 10_000,) * 5, context=("背景" * 5000,) * 9, sql=SAID.sql)
    (message,) = taken(kind, Outgoing("id", (said,)))
    text = message.shown.text
    assert "…" in text and SAID.summary in text
    for fact in SAID.facts:
        assert fact.value in text
    if kind != "wecom":
        assert SAID.sql in text


@few
@given(said=said_of(short, 3))
@example(said=replace(SAID, title="".join(NASTY)[:99], quotes=tuple(NASTY), facts=tuple(Fact("k", one, one) for one in NASTY)))
def test_a_mail_is_inert(said: Said) -> None:
    shown, _, _ = mailed(Outgoing("id", (said,)))
    assert set(shown.links) <= ours(said)
    assert not shown.mentions and not shown.hidden
    calm, _, _ = mailed(Outgoing("id", (benign(said),)))
    assert shown.marks == calm.marks
    assert not {"script", "img", "iframe", "link", "form"} & set(shown.marks)


@few
@given(said=said_of(long, 12), number=st.integers(1, 3))
def test_a_mail_of_every_size_is_a_mail(said: Said, number: int) -> None:
    _, _, headers = mailed(Outgoing("id\r\nBcc: x@evil.example", (said,) * number))
    assert "Bcc" not in headers


def mailed(outgoing: Outgoing) -> tuple[Any, str, list[str]]:
    """What is shown of the first mail, its text, and the names of its headers."""
    channel = build(
        "email", "x", {"host": "127.0.0.1", "sender": "voc@ours.example", "to": "cx@ours.example", "security": "none"}
    )
    messages = channel.render(outgoing)
    assert all(len(message.body) <= channel.limits.bytes for message in messages)
    parsed_mail: Any = message_from_bytes(messages[0].body, policy=policy.default)
    assert not parsed_mail.defects
    html, text = (parsed_mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    return page(html), text, list(parsed_mail.keys())
