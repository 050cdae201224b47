"""Messages that tell of no spike: a made-up card to test a channel with, and a channel that only shows what it would send."""

from datetime import datetime, timedelta

from processors.card import Card
from schemas.spikes import Transition
from streams.notify.channel import Channel
from streams.notify.channels import build, options_of
from streams.notify.config import ChannelConfig
from streams.notify.secret import is_reference

SPIKE_ID = "0" * 16
SHOWN = {
    "url": "https://example.test/robot",
    "secret": "whsec_" + "A" * 43 + "=",
    "token": "xoxb-shown-only",
    "channel": "C0000000000",
    "host": "mail.example.test",
    "sender": "voice@example.test",
    "to": "team@example.test",
    "user": "voice",
    "password": "shown-only",
    "port": "587",
}
"""What stands in for options that only sending needs. No message shows any of them but mail its addresses."""
APPRISE = "json://example.test"


def made_up(now: datetime) -> Card:
    """A card that says of itself that nothing has happened. Nothing in it is a customer's."""
    at = now.replace(second=0, microsecond=0)
    step = Transition(
        spike_id=SPIKE_ID, transition="opened", at=at, tenant="test", kind="topic", topic="test",
        started=at - timedelta(minutes=15), opened=at, updated=at, closed=None, observed=12, expected=2.0, low=0.0, high=5.0,
        surprise=9.0,
    )  # fmt: skip
    return Card(
        transition=step,
        label="测试：什么也没有发生 / TEST: nothing has happened",
        severity="low",
        owner="voc notify test",
        where=[],
        spread=[],
        verbatims=["（虚构）这是一条测试消息", "(made up) This is a test message"],
        sql="SELECT 1",
        label_zh="测试：什么也没有发生",
        label_en="TEST: nothing has happened",
    )


def shown_only(config: ChannelConfig) -> Channel:
    """The channel as it renders, without its secrets: they are not read. Raises UserError."""
    known = options_of(config.type)
    options = {}
    for key, value in config.options.items():
        text = ",".join(value) if isinstance(value, tuple) else str(value).lower() if isinstance(value, bool) else str(value)
        secret = is_reference(value) or (isinstance(value, tuple) and any(map(is_reference, value)))
        options[key] = _stand_in(config.type, key) if secret else text
    options |= {key: _stand_in(config.type, key) for key, needed in known.items() if needed and key not in options}
    if config.type == "slack" and not options:
        options["url"] = SHOWN["url"]
    return build(config.type, config.name, options)


def _stand_in(kind: str, key: str) -> str:
    return APPRISE if kind == "apprise" else SHOWN.get(key, "shown-only")
