"""Whatever a receiver answers, only what the interface names comes out."""

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from streams.notify import http
from streams.notify.channel import Channel, Later, Misconfigured, Receipt, Refused
from streams.notify.channels import build
from tests.rig.receivers import Reply
from tests.rig.receivers.server import Receiver
from tests.streams.notify.channels.samples import CLOSED, ROBOTS, SAID, connected, outgoing

KEYS = (
    "ok", "ts", "error", "messages", "metadata", "event_payload", "id", "spike", "code", "StatusCode", "errcode", "errmsg",
    "tags", "message", "data",
)  # fmt: skip
WORDS = ("1.1", "ratelimited", "thread_not_found", "token", "5f0c2a9be1d4.opened", SAID.spike_id, "groundswell", "")
leaf = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 310000, 9499, 45009, 10**30]),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=5),
)
anything = st.recursive(
    leaf,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)),
    max_leaves=12,
)
alike = st.builds(
    lambda first, more: first | more,
    st.sampled_from([{}, {"ok": True}, {"ok": True, "ts": "1.1"}]),
    st.dictionaries(st.sampled_from(KEYS), anything, max_size=4),
)
MESSAGES: tuple[Any, ...] = (
    [{"ts": "1", "metadata": None}], [{"ts": "1", "metadata": {"event_payload": None}}], [None, 1, [], "x"], [{"ts": None}],
    {}, None,
)  # fmt: skip


def told(channel: Channel, running: Receiver, status: int, answered: Any) -> None:
    """Nothing but what the interface names."""
    running.always = Reply(status, json.dumps(answered).encode())
    for message in (outgoing(), outgoing(CLOSED, thread="1.1")):
        try:
            receipt = channel.send(message)
        except (Later, Misconfigured, Refused) as error:
            assert "{" not in str(error)
        else:
            assert type(receipt) is Receipt and isinstance(receipt.thread, str)


@pytest.mark.parametrize("kind", ROBOTS)
def test_any_json_is_an_answer(kind: str) -> None:
    with connected(kind) as (channel, running):

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        @given(answered=st.one_of(anything, alike), status=st.sampled_from([200, 200, 200, 400, 429, 500]))
        def check(answered: Any, status: int) -> None:
            told(channel, running, status, answered)

        check()
        for messages in MESSAGES:
            told(channel, running, 200, {"ok": True, "ts": "1.1", "messages": messages})
        told(channel, running, 200, {"ok": True, "ts": {"a": 1}})


class Annotations(Receiver):
    """A Grafana that says what it is told to say."""

    path = "/"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(answered=st.one_of(anything, st.lists(alike, max_size=2)), status=st.sampled_from([200, 200, 200, 400, 413, 500]))
@example(answered=[{"id": [], "tags": ["x"]}], status=200)
def test_any_json_is_an_answer_of_grafana(answered: Any, status: int) -> None:
    running = Annotations()
    running.start()
    try:
        told(build("grafana", "marks", {"url": running.url, "token": "glsa_0123456789"}), running, status, answered)
    finally:
        running.stop()


def test_a_grafana_that_does_not_answer_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SEND_S", 0.3)
    running = Annotations()
    running.always = Reply(200, b"[]", stall_s=4)
    running.start()
    began = time.monotonic()
    with pytest.raises(Later, match="slow"):
        build("grafana", "marks", {"url": running.url, "token": "glsa_0123456789"}).send(outgoing())
    assert time.monotonic() - began < 2
    running.stop()
