"""Every other way, by the package Apprise."""

import logging
import time
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings

from processors.said import Said
from streams.failures import UserError
from streams.notify import http
from streams.notify.channel import Channel, Later
from streams.notify.channels import build
from tests.rig.receivers import Reply
from tests.rig.receivers.markup import words
from tests.rig.receivers.server import Receiver, Request
from tests.streams.notify.channels.samples import many, outgoing
from tests.streams.notify.channels.test_hostile import long, ours, said_of


class Anything(Receiver):
    """Takes whatever comes; `messages` holds bodies."""

    path = "/in/secret-path-0123"

    def take(self, request: Request) -> Reply:
        self.accept(request.body, words(request.body.decode()), len(request.body))
        return Reply(200, b"{}")


@pytest.fixture
def anything() -> Receiver:
    return Anything()


def channel_to(running: Receiver) -> Channel:
    return build("apprise", "rest", {"url": f"json://127.0.0.1:{urlsplit(running.url).port}{running.path}"})


def test_a_card_is_a_title_and_a_text(anything: Receiver) -> None:
    anything.start()
    channel_to(anything).send(outgoing())
    anything.stop()
    text = anything.messages[0].shown.text
    assert "charger gets really hot" in text and "grafana.example.com" in text


def test_what_does_not_work_is_tried_later_without_the_address(anything: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    anything.start()
    for reply in (Reply(500), Reply(302, headers={"Location": "/login"}), Reply(404)):
        anything.always = reply
        with pytest.raises(Later) as caught:
            channel_to(anything).send(outgoing())
        assert "secret-path" not in str(caught.value)
    anything.stop()
    with pytest.raises(Later):
        channel_to(anything).send(outgoing())
    assert "secret-path" not in caplog.text and "充电" not in caplog.text


def test_a_service_that_does_not_answer_is_left_in_time(anything: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SEND_S", 0.3)
    anything.always = Reply(200, b"{}", stall_s=5)
    anything.start()
    began = time.monotonic()
    with pytest.raises(Later):
        channel_to(anything).send(outgoing())
    assert time.monotonic() - began < 2
    anything.stop()


@pytest.mark.parametrize("url", ["", "nothing", "nosuch://secret-path/x", "json://", "http://"])
def test_an_address_that_apprise_does_not_know(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(UserError) as caught:
        build("apprise", "rest", {"url": url})
    assert "secret-path" not in str(caught.value) + caplog.text


def test_a_check_says_that_only_a_message_shows() -> None:
    assert "JSON" in build("apprise", "rest", {"url": "json://127.0.0.1:9/x"}).check()


def test_a_service_with_room_for_little_gets_little() -> None:
    channel = build("apprise", "rest", {"url": "ntfy://127.0.0.1:9/topic"})
    short = build("apprise", "rest", {"url": "twilio://" + "AC" + "a" * 32 + ":" + "b" * 32 + "@15551234567/15557654321"})
    (whole,), (little,) = channel.render(outgoing()), short.render(outgoing())
    assert len(little.body.decode()) <= 160 + 1 < len(whole.body)
    digest = short.render(outgoing(*many(5)))
    assert all(len(message.body.decode()) <= 161 for message in digest)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=said_of(long, 6))
def test_nothing_of_theirs_links_or_mentions(said: Said) -> None:
    channel = build("apprise", "rest", {"url": "json://127.0.0.1:9/x"})
    text = channel.render(outgoing(said))[0].body.decode()
    for link in sorted(ours(said), key=len, reverse=True):
        text = text.replace(link, "") if link else text
    shown = words(text)
    assert not shown.links and not shown.mentions and not shown.hidden


def test_a_digest_names_everything() -> None:
    channel = build("apprise", "rest", {"url": "json://127.0.0.1:9/x"})
    text = "\n".join(message.body.decode() for message in channel.render(outgoing(*many(200))))
    assert all(one.title in text for one in many(200))
