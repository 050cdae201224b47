"""Every channel by a robot: what the real receiver takes, and what becomes of everything that can go wrong."""

import base64
import logging
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest

from streams.failures import UserError
from streams.notify import http
from streams.notify.channel import Channel, Later, Misconfigured, Receipt, Refused, Unanswered
from streams.notify.channels import TYPES, build, options_of, wecom
from tests.rig.receivers import Receiver, Reply
from tests.streams.notify.channels.samples import CLOSED, LATER, ROBOTS, SAID, channel_of, connected, many, options, outgoing

Both = tuple[Channel, Receiver]


@pytest.fixture(params=ROBOTS)
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    with connected(request.param) as pair:
        yield pair


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECT_S", 0.15)
    monkeypatch.setattr(http, "READ_S", 0.15)


@pytest.mark.parametrize("said", [SAID, LATER, CLOSED], ids=["opened", "updated", "closed"])
def test_a_card_is_taken_and_says_everything(both: Both, said: Any) -> None:
    channel, running = both
    receipt = channel.send(outgoing(said))
    (message,) = running.messages
    text = message.shown.text.replace("\u200b", "")
    for part in (said.title, said.summary, said.hint, said.spike_id, said.odd, *said.quotes, *said.context, *said.moves):
        assert part.replace("|", "").replace("_", "")[:20] in text.replace("｜", "").replace("|", "").replace("_", "").replace(
            "＿", ""
        )
    for fact in said.facts:
        assert fact.value in text
    assert said.sql in text
    if type(channel).__name__ != "Webhook":
        assert {link.url for link in (*said.links, *said.verdicts)} == set(message.shown.links)
    assert not message.shown.mentions and not message.shown.hidden
    assert isinstance(receipt, Receipt) and message.size <= channel.limits.bytes


def test_a_storm_is_told_in_messages_that_are_taken_and_nothing_is_left_out(both: Both) -> None:
    channel, running = both
    running._rate = type("Free", (), {"allows": lambda self: True})()  # type: ignore[attr-defined]
    said = many(200)
    channel.send(outgoing(*said))
    text = "\n".join(message.shown.text for message in running.messages)
    assert all(one.title in text for one in said)
    assert all(message.size <= channel.limits.bytes for message in running.messages)
    assert len(running.messages) == len(channel.render(outgoing(*said)))
    order = [text.index(one.title) for one in sorted(said, key=lambda one: ("high", "normal", "low").index(one.severity))]
    assert order == sorted(order)
    if type(channel).__name__ != "Webhook":
        assert "200 条消息：严重 66，一般 67，轻微 67" in text


def test_rendering_is_the_same_each_time_and_sends_nothing(both: Both) -> None:
    channel, running = both
    assert channel.render(outgoing()) == channel.render(outgoing())
    assert not running.requests


def test_a_check_sends_no_message(both: Both) -> None:
    channel, running = both
    assert channel.check()
    assert not running.messages and running.requests


def test_everybody_is_woken_only_where_that_is_said(both: Both) -> None:
    channel, running = both
    channel.send(outgoing(mention_all=True))
    if type(channel).__name__ != "Webhook":
        assert sum(len(message.shown.mentions) for message in running.messages) == 1


FAILING = [
    (Reply(302, headers={"Location": "https://evil.example/"}), Misconfigured, None),
    (Reply(301, headers={"Location": "/login"}), Misconfigured, None),
    (Reply(401, b"no"), Misconfigured, None),
    (Reply(403, b"no"), Misconfigured, None),
    (Reply(404, b"no"), Misconfigured, None),
    (Reply(400, b"no"), Misconfigured, None),
    (Reply(422, b"no"), Misconfigured, None),
    (Reply(413, b"no"), Refused, None),
    (Reply(414, b"no"), Refused, None),
    (Reply(429, b"slow"), Later, 60.0),
    (Reply(429, b"slow", {"Retry-After": "17"}), Later, 17.0),
    (Reply(429, b"slow", {"Retry-After": "soon"}), Later, 60.0),
    (Reply(503, b"", {"Retry-After": "120"}), Later, 120.0),
    (Reply(500, b"oops"), Later, None),
    (Reply(502, b"<html>"), Later, None),
    (Reply(200, b"half", missing=100), Unanswered, None),
]


@pytest.mark.parametrize(("reply", "kind", "after_s"), FAILING, ids=[str(number) for number in range(len(FAILING))])
def test_what_goes_wrong_is_one_of_three_things(both: Both, reply: Reply, kind: type[Exception], after_s: float | None) -> None:
    channel, running = both
    running.always = reply
    with pytest.raises(kind) as caught:
        channel.send(outgoing())
    assert type(caught.value) is kind
    if isinstance(caught.value, Later):
        assert caught.value.after_s == after_s
    assert not running.messages and len(running.requests) <= 2  # Slack's bot looks for the message first


def test_an_answer_of_somebody_else_is_not_taken_for_success(both: Both) -> None:
    channel, running = both
    running.always = Reply(200, b"<html>Welcome to the hotel network</html>")
    if type(channel).__name__ == "Webhook":
        channel.send(outgoing())  # any 2xx is its yes
    else:
        with pytest.raises((Misconfigured, Later)):
            channel.send(outgoing())


def test_a_date_in_retry_after_is_seconds_from_now(both: Both) -> None:
    channel, running = both
    running.always = Reply(429, b"", {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)})
    with pytest.raises(Later) as caught:
        channel.send(outgoing())
    assert caught.value.after_s is not None and 80 <= caught.value.after_s <= 90


def test_a_receiver_that_does_not_answer_is_left_in_time(both: Both, quick: None) -> None:
    channel, running = both
    running.always = Reply(200, b"ok", stall_s=5)
    with pytest.raises(Later, match="in time"):
        channel.send(outgoing())


def test_a_receiver_that_is_away(both: Both) -> None:
    channel, running = both
    running.stop()
    with pytest.raises(Later, match="refuses"):
        channel.send(outgoing())
    with pytest.raises(Later):
        channel.check()


def test_no_secret_and_no_word_of_a_customer_is_in_an_error_or_a_log(
    both: Both, caplog: pytest.LogCaptureFixture, quick: None
) -> None:
    channel, running = both
    caplog.set_level(logging.DEBUG)
    secrets = [running.path.rpartition("/")[2].rpartition("=")[2], "feishu-signing", "SEC0123", "whsec", "MfKQ9", "xoxb", "C0123"]
    secrets += ["充电", "手机", "charger gets", "eyJz"]
    replies = [reply for reply, _, _ in FAILING] + [Reply(200, b"ok", stall_s=2), Reply(200, b"charger gets xoxb")]
    for reply in replies:
        running.always = reply
        try:
            channel.send(outgoing())
        except (Later, Misconfigured, Refused) as error:
            said = "".join(_everything(error))
            assert not [secret for secret in secrets if secret in said and secret], said
    assert not [secret for secret in secrets if secret in caplog.text]


def _everything(error: BaseException) -> Iterator[str]:
    """All that a traceback or a structured log could show of it."""
    seen: BaseException | None = error
    while seen is not None:
        yield repr(seen) + str(seen)
        seen = seen.__cause__ or seen.__context__


def test_a_signature_with_another_secret_is_a_matter_for_a_person() -> None:
    for kind, wrong in (("feishu", "other"), ("dingtalk", "SECother"), ("webhook", "whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw")):
        with connected(kind) as (_, running):
            channel = build(kind, "ops", {"url": running.url, "secret": wrong})
            with pytest.raises(Misconfigured) as caught:
                channel.send(outgoing())
            assert wrong not in str(caught.value) and "secret" in str(caught.value)


def test_a_clock_that_is_wrong_is_a_matter_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("feishu", "dingtalk"):
        with connected(kind) as (channel, _), monkeypatch.context() as patched:
            patched.setattr(f"streams.notify.channels.{kind}.time", SimpleNamespace(time=lambda: 1.7e9))
            with pytest.raises(Misconfigured, match="clock"):
                channel.send(outgoing())


def test_a_wrong_address_is_a_matter_for_a_person() -> None:
    for kind in ("feishu", "dingtalk", "wecom", "slack"):
        with connected(kind) as (_, running):
            wrong = options(kind, running) | {"url": running.url[:-4] + "zzzz"}
            with pytest.raises(Misconfigured, match="url"):
                build(kind, "ops", wrong).send(outgoing())


@pytest.mark.parametrize(("kind", "limit", "after_s"), [("feishu", 5, 60.0), ("dingtalk", 20, 600.0), ("wecom", 20, 60.0)])
def test_too_many_messages_are_told_with_how_long_to_wait(kind: str, limit: int, after_s: float) -> None:
    now = [0.0]
    with connected(kind, clock=lambda: now[0]) as (channel, running):
        for _ in range(limit):
            channel.send(outgoing())
        with pytest.raises(Later) as caught:
            channel.send(outgoing())
        assert caught.value.after_s == after_s and len(running.messages) == limit
        now[0] += after_s + 1
        channel.send(outgoing())
        assert len(running.messages) == limit + 1


CODES = [
    ("feishu", {"code": 19007}, Misconfigured),
    ("feishu", {"code": 19022}, Misconfigured),
    ("feishu", {"code": 9499}, Refused),
    ("feishu", {"code": 123456}, Later),
    ("feishu", {"code": True}, Later),
    ("feishu", {"code": 19002}, Misconfigured),
    ("dingtalk", {"errcode": 400105}, Misconfigured),
    ("wecom", {"errcode": 40008}, Misconfigured),
    ("slack_api", {"ok": False, "error": "invalid_arguments"}, Misconfigured),
    ("slack_api", {"ok": False, "error": "thread_not_found"}, Later),
    ("slack_api", {"ok": True}, Later),
    ("dingtalk", {"errcode": 310000, "errmsg": "description:keywords not in content"}, Misconfigured),
    ("dingtalk", {"errcode": 310000, "errmsg": "description:ip X not in whitelist"}, Misconfigured),
    ("dingtalk", {"errcode": 310000}, Misconfigured),
    ("dingtalk", {"errcode": 460101}, Refused),
    ("dingtalk", {"errcode": -1}, Later),
    ("wecom", {"errcode": 93000}, Misconfigured),
    ("wecom", {"errcode": 40058}, Refused),
    ("wecom", {"errcode": -1}, Later),
    ("slack_api", {"ok": False, "error": "token_expired"}, Misconfigured),
    ("slack_api", {"ok": False, "error": "not_in_channel"}, Misconfigured),
    ("slack_api", {"ok": False, "error": "invalid_blocks"}, Refused),
    ("slack_api", {"ok": False, "error": "internal_error"}, Later),
    ("slack_api", {"ok": False, "error": "xoxb-0000 @all"}, Later),
]


@pytest.mark.parametrize(("kind", "body", "expected"), CODES)
def test_an_error_in_the_body_of_a_200_is_an_error(kind: str, body: dict[str, Any], expected: type[Exception]) -> None:
    with connected(kind) as (channel, running):
        running.always = Reply(200, body)
        with pytest.raises(expected) as caught:
            channel.send(outgoing())
        assert isinstance(caught.value, expected) and "xoxb" not in str(caught.value)


UNKNOWN = [
    ("feishu", {"code": 123456}, "code 123456"),
    ("dingtalk", {"errcode": 87654, "errmsg": "charger"}, "errcode 87654"),
    ("wecom", {"errcode": -7}, "errcode -7"),
    ("slack_api", {"ok": False, "error": "team_access_not_granted2"}, "team_access_not_granted2"),
    ("slack", b"some_new_word", "some_new_word"),
]


@pytest.mark.parametrize(("kind", "body", "named"), UNKNOWN)
def test_a_code_that_is_not_known_is_named_to_be_looked_up(kind: str, body: Any, named: str) -> None:
    with connected(kind) as (channel, running):
        running.always = Reply(200, body)
        with pytest.raises((Later, Misconfigured), match=named) as caught:
            channel.send(outgoing())
        assert "charger" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "body"), [("feishu", {"code": 9499}), ("slack", b"invalid_blocks"), ("slack_api", {"error": "msg_too_long"})]
)
def test_a_400_that_says_what_is_wrong_with_the_message_refuses_it(kind: str, body: Any) -> None:
    with connected(kind) as (channel, running):
        running.always = Reply(400, body)
        with pytest.raises(Refused):
            channel.send(outgoing())


def test_a_send_has_one_deadline_however_many_requests_it_takes(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    channel, running = both
    take = running.take
    monkeypatch.setattr(http, "SEND_S", 0.5)

    def slowly(request: Any) -> Reply:
        time.sleep(0.3)
        return take(request)

    running.take = slowly  # type: ignore[method-assign]
    with pytest.raises(Later, match="in time"):
        channel.send(outgoing(*many(200), mention_all=True))
    assert len(running.requests) <= 2  # of five at least


@pytest.mark.parametrize("kind", ["feishu", "dingtalk", "wecom", "slack"])
def test_what_is_repeated_wakes_nobody_twice(kind: str) -> None:
    for said in ((SAID,), many(45)):
        with connected(kind) as (channel, running):
            take, bodies = running.take, [one.body for one in channel.render(outgoing(*said, mention_all=True))]
            wholes = sum(b'"msgtype":"text"' not in body for body in bodies)
            running._rate = type("Free", (), {"allows": lambda self: True})()  # type: ignore[attr-defined]

            def failing(request: Any, take: Any = take, last: int = wholes, running: Any = running) -> Reply:
                return Reply(503) if len(running.messages) == last - 1 else take(request)

            running.take = failing  # type: ignore[method-assign]
            for _ in range(2):
                with pytest.raises(Later):
                    channel.send(outgoing(*said, mention_all=True))
                assert not any(message.shown.mentions for message in running.messages)
                running.messages.clear()
            running.take = take  # type: ignore[method-assign]
            channel.send(outgoing(*said, mention_all=True))
            assert sum(len(message.shown.mentions) for message in running.messages) == 1


def test_a_waking_that_fails_is_noted_and_the_message_counts_as_told(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []
    monkeypatch.setattr(wecom.log, "warning", lambda event, **fields: noted.append((event, fields)))
    with connected("wecom") as (channel, running):
        take = running.take
        running.take = lambda request: (  # type: ignore[method-assign]
            Reply(200, {"errcode": 45033}) if b"@all" in request.body else take(request)
        )
        assert channel.send(outgoing(mention_all=True)) == Receipt()
        assert len(running.messages) == 1 and len(running.requests) == 2
    ((event, fields),) = noted
    assert event == "nobody_was_woken" and fields["channel"] == "ops" and "45033" in fields["reason"]
    assert SAID.title not in str(fields)


@pytest.mark.parametrize("length", [1, 23, 65])
def test_a_secret_of_a_webhook_has_the_length_that_is_promised(length: int) -> None:
    secret = "whsec_" + base64.b64encode(b"k" * length).decode()
    with pytest.raises(UserError, match="24 to 64 bytes") as caught:
        build("webhook", "ops", {"url": "https://x.example", "secret": secret})
    assert secret not in str(caught.value)


@pytest.mark.parametrize("secret", ["whsec_" + "A" * 32, "A" * 86, " whsec_" + "/" * 43 + "=\n"])
def test_a_secret_of_that_length_is_taken(secret: str) -> None:
    assert build("webhook", "ops", {"url": "https://x.example", "secret": secret})


@pytest.mark.parametrize("secret", ["whsec_" + "A" * 40 + "!", "whsec_ä" + "A" * 40, "whsec_" + "A" * 33])
def test_a_secret_that_is_not_base64_is_not(secret: str) -> None:
    with pytest.raises(UserError, match="Base64"):
        build("webhook", "ops", {"url": "https://x.example", "secret": secret})


def test_a_keyword_that_the_robot_wants_is_in_every_message() -> None:
    for kind in ("feishu", "dingtalk"):
        with connected(kind, keyword="客户之声") as (channel, running):
            with pytest.raises(Misconfigured, match="keyword"):
                channel.send(outgoing())
            channel_of(kind, running, keyword="客户之声").send(outgoing())
            channel_of(kind, running, keyword="客户之声").send(outgoing(*many(120)))
            assert all("客户之声" in message.shown.text for message in running.messages) and len(running.messages) >= 3


def test_channels_of_one_robot_share_a_bucket_that_is_no_address() -> None:
    with connected("dingtalk") as (channel, running):
        other = build("dingtalk", "night", options("dingtalk", running))
        assert channel.bucket == other.bucket and "access_token" not in channel.bucket
        assert build("dingtalk", "x", {"url": running.url + "1"}).bucket != channel.bucket


def test_what_is_missing_or_unknown_is_named() -> None:
    with pytest.raises(UserError, match=r"channel ops: there is no type feishuu; did you mean “feishu”\?"):
        build("feishuu", "ops", {})
    with pytest.raises(UserError, match=r"channel ops: sekret is not an option of type feishu; did you mean “secret”\?"):
        build("feishu", "ops", {"url": "https://x.example", "sekret": "1"})
    with pytest.raises(UserError, match="channel ops: type feishu needs url"):
        build("feishu", "ops", {})
    assert options_of("feishu") == {"url": True, "secret": False, "keyword": False}
    assert all(options_of(kind) for kind in TYPES)


@pytest.mark.parametrize(
    "url",
    ["http://open.feishu.cn/x", "hook-abc", "", "ftp://x/y", "https://", "https://u:p@x.example", "https://x:port/", "file:///x"],
)
def test_an_address_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(UserError) as caught:
        build("feishu", "ops", {"url": url})
    assert len(url) < 9 or url not in str(caught.value)


def test_a_host_that_does_not_exist_is_a_matter_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*args: object, **named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(Later, match="is not found"):
        build("feishu", "ops", {"url": "https://nowhere.invalid/open-apis/bot/v2/hook/1-2"}).send(outgoing())
