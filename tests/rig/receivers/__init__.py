"""Loopback servers that take messages as the real ones do: size, fields, rate, signatures; an error in the body of a 200.

    with receiver("dingtalk", secret="SEC...") as robot:
        build("dingtalk", "ops", {"url": robot.url, "secret": "SEC..."}).send(outgoing)
        robot.messages[0].shown.text

Types: feishu, dingtalk, wecom, slack (incoming webhook), slack_api (bot token), webhook; mail(...) is a mail server. What is
to go wrong next stands in `robot.answers`, always in `robot.always`. `clock` is what rates are counted by (seconds).
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.rig.receivers.dingtalk import DingTalkReceiver
from tests.rig.receivers.feishu import FeishuReceiver
from tests.rig.receivers.mail import MailReceiver, mail
from tests.rig.receivers.server import Message, Receiver, Reply, Request
from tests.rig.receivers.slack import SlackApiReceiver, SlackReceiver
from tests.rig.receivers.webhook import WebhookReceiver
from tests.rig.receivers.wecom import WeComReceiver

__all__ = ["KINDS", "MailReceiver", "Message", "Receiver", "Reply", "Request", "mail", "receiver"]

KINDS: dict[str, type[Receiver]] = {
    "feishu": FeishuReceiver,
    "dingtalk": DingTalkReceiver,
    "wecom": WeComReceiver,
    "slack": SlackReceiver,
    "slack_api": SlackApiReceiver,
    "webhook": WebhookReceiver,
}


@contextmanager
def receiver(
    kind: str, *, tls: ssl.SSLContext | None = None, clock: Callable[[], float] = time.monotonic, **options: Any
) -> Iterator[Receiver]:
    """A receiver of that kind that listens on 127.0.0.1; what it accepted stands in `messages`."""
    running = KINDS[kind](clock=clock, **options)
    running.start(tls)
    try:
        yield running
    finally:
        running.stop()
