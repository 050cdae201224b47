"""Slack by a bot's token: threads, and what is there already."""

import pytest

from streams.failures import UserError
from streams.notify.channel import Later, Misconfigured
from streams.notify.channels import build
from tests.rig.receivers import Reply
from tests.rig.receivers.slack import SlackApiReceiver
from tests.streams.notify.channels.samples import CLOSED, LATER, connected, many, outgoing


def test_an_episode_is_one_thread() -> None:
    with connected("slack_api") as (channel, running):
        assert isinstance(running, SlackApiReceiver)
        opened = channel.send(outgoing(id="a.opened"))
        updated = channel.send(outgoing(LATER, id="a.updated", thread=opened.thread))
        channel.send(outgoing(CLOSED, id="a.closed", thread=updated.thread))
        first, second, third = running.posted
        assert first["thread_ts"] is None and second["thread_ts"] == third["thread_ts"] == first["ts"] == opened.thread


def test_what_is_there_already_is_not_posted_again() -> None:
    with connected("slack_api") as (channel, running):
        assert isinstance(running, SlackApiReceiver)
        opened = channel.send(outgoing(id="a.opened"))
        assert channel.send(outgoing(id="a.opened")) == opened
        updated = channel.send(outgoing(LATER, id="a.updated", thread=opened.thread))
        assert channel.send(outgoing(LATER, id="a.updated", thread=opened.thread)) == updated
        assert len(running.posted) == 2


def test_a_thread_that_nobody_remembers_is_found_by_the_spike() -> None:
    with connected("slack_api") as (channel, running):
        assert isinstance(running, SlackApiReceiver)
        opened = channel.send(outgoing(id="a.opened"))
        assert channel.send(outgoing(LATER, id="a.updated")).thread == opened.thread
        assert running.posted[1]["thread_ts"] == opened.thread
        reopened = channel.send(outgoing(id="b.opened"))
        assert reopened.thread == running.posted[2]["ts"] and running.posted[2]["thread_ts"] is None


def test_a_thread_that_is_gone_is_no_reason_not_to_tell() -> None:
    with connected("slack_api") as (channel, running):
        assert isinstance(running, SlackApiReceiver)
        receipt = channel.send(outgoing(LATER, id="a.updated", thread="1600000000.000001"))
        assert running.posted[0]["thread_ts"] is None and receipt.thread == running.posted[0]["ts"]


def test_without_the_scope_it_posts_and_repeats_in_the_thread() -> None:
    with connected("slack_api", history=False) as (channel, running):
        assert isinstance(running, SlackApiReceiver)
        opened = channel.send(outgoing(id="a.opened"))
        channel.send(outgoing(LATER, id="a.updated", thread=opened.thread))
        channel.send(outgoing(LATER, id="a.updated", thread=opened.thread))
        assert [one["thread_ts"] for one in running.posted] == [None, opened.thread, opened.thread]


def test_the_parts_of_a_digest_answer_to_its_first() -> None:
    with connected("slack_api") as (channel, running):
        assert isinstance(running, SlackApiReceiver)
        said = many(90)
        receipt = channel.send(outgoing(*said, id="digest"))
        threads = [one["thread_ts"] for one in running.posted]
        assert len(threads) == 3 and threads == [None, receipt.thread, receipt.thread]
        channel.send(outgoing(*said, id="digest"))
        assert len(running.posted) == 3


def test_a_digest_that_broke_off_is_completed_and_not_repeated() -> None:
    with connected("slack_api") as (channel, running):
        assert isinstance(running, SlackApiReceiver)
        said = many(90)
        take = running.take
        running.take = lambda request: Reply(503) if len(running.posted) == 1 else take(request)  # type: ignore[method-assign]
        with pytest.raises(Later):
            channel.send(outgoing(*said, id="digest"))
        running.take = take  # type: ignore[method-assign]
        channel.send(outgoing(*said, id="digest"))
        assert [one["metadata"]["event_payload"]["id"] for one in running.posted] == ["digest", "digest/1", "digest/2"]


def test_too_many_messages() -> None:
    with connected("slack_api", per_second=1, clock=lambda: 0.0) as (channel, _):
        channel.send(outgoing(id="a"))
        with pytest.raises(Later) as caught:
            channel.send(outgoing(id="b"))
        assert caught.value.after_s == 30.0
    with connected("slack", per_second=1, clock=lambda: 0.0) as (channel, _):
        channel.send(outgoing(id="a"))
        with pytest.raises(Later) as caught:
            channel.send(outgoing(id="b"))
        assert caught.value.after_s == 30.0


def test_a_check_says_whose_token_it_is() -> None:
    with connected("slack_api") as (channel, running):
        assert channel.check() == "the token is good: voc in Test"
        running.always = Reply(200, {"ok": False, "error": "token_revoked"})
        with pytest.raises(Misconfigured, match="token"):
            channel.check()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"url": "https://hooks.slack.com/services/T/B/x", "token": "xoxb-1234567890", "channel": "C0123ABCDEF"},
        {"token": "xoxb-1234567890"},
        {"token": "xoxb-1234567890", "channel": "#voc"},
        {"token": "short", "channel": "C0123ABCDEF"},
        {"token": "xoxb-1234\r\nX-Evil: 1", "channel": "C0123ABCDEF"},
    ],
)
def test_settings_that_cannot_be(options: dict[str, str]) -> None:
    with pytest.raises(UserError) as caught:
        build("slack", "ops", options)
    assert "xoxb-1" not in str(caught.value)
