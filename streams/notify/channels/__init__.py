"""The ways to tell people, by type: one line each. A type is loaded when a channel of it is built."""

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module

from processors.spelling import meant
from streams.failures import UserError
from streams.notify.channel import Channel

TYPES = {
    "apprise": "streams.notify.channels.apprise_url:AppriseUrl",
    "dingtalk": "streams.notify.channels.dingtalk:DingTalk",
    "email": "streams.notify.channels.mail:Mail",
    "feishu": "streams.notify.channels.feishu:Feishu",
    "grafana": "streams.notify.channels.grafana:Grafana",
    "slack": "streams.notify.channels.slack:Slack",
    "webhook": "streams.notify.channels.webhook:Webhook",
    "wecom": "streams.notify.channels.wecom:WeCom",
}
"""Type, as notify.toml has it, and the class: `__init__(name, *, its options)`, each a str, optional where it has a default."""


def build(type: str, name: str, options: Mapping[str, str]) -> Channel:
    """The channel `name`; `options` are what stands in notify.toml, references resolved. UserError says what is wrong with them.

    Sends nothing, asks nobody.
    """
    made = _maker(type, name)
    known = _options(made)
    for key in options:
        if key not in known:
            raise UserError(f"channel {name}: {key} is not an option of type {type}; {meant(key, known)}")
    missing = [key for key, required in known.items() if required and not options.get(key)]
    if missing:
        raise UserError(f"channel {name}: type {type} needs {', '.join(missing)}")
    return made(name, **options)


def options_of(type: str) -> dict[str, bool]:
    """The options of a type, and whether each is required; UserError if there is no such type."""
    return _options(_maker(type, "?"))


def _maker(type: str, name: str) -> Callable[..., Channel]:
    if type not in TYPES:
        raise UserError(f"channel {name}: there is no type {type}; {meant(type, TYPES)}")
    module, _, attribute = TYPES[type].partition(":")
    made: Callable[..., Channel] = getattr(import_module(module), attribute)
    return made


def _options(made: Callable[..., Channel]) -> dict[str, bool]:
    parameters = inspect.signature(made).parameters.values()
    return {one.name: one.default is one.empty for one in parameters if one.kind is one.KEYWORD_ONLY}
