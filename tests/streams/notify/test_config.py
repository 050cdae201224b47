"""notify.toml: what it means, and that every mistake is named, all at once, and no secret with it."""

from datetime import UTC, datetime, time, timedelta, timezone

import pytest

from streams.notify.config import ConfigError, Mute, NotifyConfig, Route, parse
from streams.notify.quiet import Quiet

FULL = """
[channel.ops]
type = "feishu"
url = "env:FEISHU_OPS"
secret = "file:/run/secrets/feishu"
language = "zh"
zone = "Asia/Shanghai"
quiet = "22:00-08:00"
quiet_except = "normal"
digest_above = 5
digest_wait_s = 10
max_age_h = 12

[channel.plain]
type = "double"

[[route]]
owner = "product-*"
topic = ["setting_*", "battery"]
tenant = "acme"
kind = ["topic", "emergent"]
severity = "high"
transitions = ["opened", "closed"]
channels = ["ops", "plain"]
mention_all = true
continue = true

[[route]]
channels = "plain"

[[mute]]
topic = "shipping_*"
until = 2026-12-31

[[mute]]
owner = "ops"
until = 2026-12-31T18:00:00+08:00
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert str(caught.value) == "; ".join(caught.value.faults)
    return list(caught.value.faults)


def test_everything_that_can_be_said() -> None:
    config = parse(FULL)
    ops = config.channels["ops"]
    assert (ops.name, ops.type, ops.language, ops.zone, ops.quiet_except) == ("ops", "feishu", "zh", "Asia/Shanghai", "normal")
    assert ops.options == {"url": "env:FEISHU_OPS", "secret": "file:/run/secrets/feishu"}
    assert ops.quiet == Quiet(time(22), time(8))
    assert (ops.digest_above, ops.digest_wait_s, ops.max_age_h) == (5, 10, 12)
    assert config.routes == (
        Route(
            owner=("product-*",), topic=("setting_*", "battery"), tenant=("acme",), kind=("topic", "emergent"), severity="high",
            transitions=("opened", "closed"), channels=("ops", "plain"), mention_all=True, on=True,
        ),
        Route(channels=("plain",)),
    )  # fmt: skip
    last_moment = datetime(2026, 12, 31, 23, 59, 59, 999999, UTC)
    evening = datetime(2026, 12, 31, 18, tzinfo=timezone(timedelta(hours=8)))
    assert config.mutes == (Mute(topic=("shipping_*",), until=last_moment), Mute(owner=("ops",), until=evening))


def test_the_defaults() -> None:
    plain = parse('[channel.a]\ntype = "double"\n').channels["a"]
    assert (plain.language, plain.zone, plain.quiet, plain.quiet_except) == ("en", "UTC", None, "high")
    assert (plain.digest_above, plain.digest_wait_s, plain.max_age_h) == (3, 5, 24)
    assert parse("") == NotifyConfig()


def test_all_mistakes_are_named_at_once_by_their_keys() -> None:
    found = faults("""
[channel.a]
type = "feishu"
url = "env:X"
zone = "Asia/Shanghi"
quiet = "22-8"
digest_above = 0
digest_wait_s = true
languge = "zh"
[channel."b c"]
type = "feishu"
[channel.d]
[[route]]
ownr = "x"
channels = ["e"]
severity = "hi"
[[route]]
kind = "topics"
[[mute]]
topic = "a*"
[[mute]]
topic = "a*"
until = "soon"
[[mute]]
until = 2026-12-31
[rout]
""")
    places = [fault.split(":")[0] for fault in found]
    assert sorted(places) == sorted([
        "rout", "channel.a.zone", "channel.a.quiet", "channel.a.digest_above", "channel.a.digest_wait_s", "channel.a.languge",
        "channel.b c", "channel.d.type", "route[1].ownr", "route[1].severity", "route[1].channels", "route[2].kind",
        "route[2].channels", "mute[1].until", "mute[2].until", "mute[3]",
    ])  # fmt: skip
    said = "\n".join(found)
    for hint in ("did you mean “language”?", "did you mean “owner”?", "did you mean “route”?", "Asia/Shanghai", "22:00-08:00"):
        assert hint in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channel = 3", "channel: write [channel.NAME]"),
        ("[channel]\na = 1", "channel.a: write [channel.a]"),
        ("[route]\nchannels = []", "route: write [[route]]"),
        ('[channel.a]\ntype = "feishoo"', "channel.a.type: there is no type feishoo; did you mean “feishu”?"),
        ('[channel.a]\ntype = "feishu"', "channel.a.url: is missing; type feishu needs it"),
        ('[channel.a]\ntype = "double"\nmost = 2026-01-01', "channel.a.most: must be a text, a number"),
        ('[[route]]\nchannels = ["a"]', "there is no [channel.NAME] yet"),
        ("a = ", "it is not TOML"),
        ("[channel.a]\ntype = 5", "channel.a.type: must be a text"),
    ],
)
def test_each_mistake_says_what_to_write(text: str, said: str) -> None:
    assert any(fault.startswith(said) or said in fault for fault in faults(text))


TOKEN = "8f0e1c2d3b4a59687786950413223140"


@pytest.mark.parametrize(
    "option",
    [
        f'url = "https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}"',
        f'url = "{TOKEN}"',
        f'url = "env:X"\nsecret = "{TOKEN}"',
        f'url = "https://ops:{TOKEN}@example.test/hook"',
    ],
)
def test_an_address_or_a_secret_in_the_file_is_refused_and_never_quoted(option: str) -> None:
    (fault,) = faults(f'[channel.a]\ntype = "feishu"\n{option}\n')
    assert "env:NAME" in fault and "file:PATH" in fault
    assert TOKEN not in fault


def test_an_address_without_a_token_may_stand_in_the_file() -> None:
    text = '[channel.a]\ntype = "webhook"\nurl = "https://hooks.example.test/voice"\nsecret = "env:S"\n'
    assert parse(text).channels["a"].options["url"] == "https://hooks.example.test/voice"
    (fault,) = faults(text.replace("/voice", f"/voice?token={TOKEN}"))
    assert fault.startswith("channel.a.url: holds a password or a token") and TOKEN not in fault
