"""Whom a card concerns."""

from datetime import timedelta

import pytest

from processors.card import Card
from streams.notify.config import parse
from streams.notify.routing import at_least, channels_of, is_routed, mentions_all, muted_until
from tests.streams.notify.doubles import AT, card

CHANNELS = "".join(f'[channel.{name}]\ntype = "double"\n' for name in "abcd")


def told(routes: str, one: Card) -> tuple[str, ...]:
    return channels_of(parse(CHANNELS + routes), one)


def test_the_first_that_concerns_it_ends_the_search_unless_it_says_otherwise() -> None:
    routes = '[[route]]\ntopic = "setting_*"\nchannels = ["a"]\n{}[[route]]\nchannels = ["b", "a"]\n[[route]]\nchannels = ["c"]\n'
    assert told(routes.format(""), card()) == ("a",)
    assert told(routes.format("continue = true\n"), card()) == ("a", "b")
    assert told(routes.format(""), card(topic="battery")) == ("b", "a")


@pytest.mark.parametrize(
    ("condition", "one", "holds"),
    [
        ('owner = "product-*"', card(owner="product-watch"), True),
        ('owner = "product-*"', card(owner="shop"), False),
        ('topic = ["x", "setting_*"]', card(), True),
        ('topic = "SETTING_*"', card(), False),
        ('tenant = "acme"', card(tenant="acme2"), False),
        ('kind = "silence"', card(kind="silence"), True),
        ('kind = ["total", "silence"]', card(), False),
        ('severity = "normal"', card(severity="high"), True),
        ('severity = "high"', card(severity="normal"), False),
        ('severity = "normal"', card(severity="somewhat"), True),
        ('topic = "setting_*"\ntenant = "other"', card(), False),
    ],
)
def test_conditions(condition: str, one: Card, holds: bool) -> None:
    assert told(f'[[route]]\n{condition}\nchannels = ["a"]\n', one) == (("a",) if holds else ())


def test_what_a_route_does_not_tell_of_its_subject_goes_to_no_other_one() -> None:
    routes = '[[route]]\ntransitions = ["opened", "closed"]\nchannels = ["a"]\n[[route]]\nchannels = ["b"]\n'
    assert [told(routes, card(transition=step)) for step in ("opened", "updated", "closed")] == [("a",), (), ("a",)]  # type: ignore[arg-type]
    assert is_routed(parse(CHANNELS + routes), card(transition="updated"))


def test_no_route_tells_nobody() -> None:
    assert told("", card()) == ()
    assert not is_routed(parse(CHANNELS), card())


def test_a_mention_is_of_the_channels_that_the_route_names() -> None:
    config = parse(CHANNELS + '[[route]]\nchannels = ["a"]\nmention_all = true\ncontinue = true\n[[route]]\nchannels = ["b"]\n')
    assert mentions_all(config, card(), "a")
    assert not mentions_all(config, card(), "b")
    assert not mentions_all(config, card(transition="updated"), "a")


def test_a_mute_holds_for_what_it_names_until_its_end() -> None:
    mutes = '[[mute]]\ntopic = "setting_*"\ntenant = "acme"\nuntil = 2026-11-20T04:00:00Z\n'
    mutes += '[[mute]]\nowner = "*"\nuntil = 2026-11-20T05:00:00Z\n'
    config = parse(mutes)
    assert muted_until(config, card(), AT) == AT.replace(hour=5, minute=0)
    assert muted_until(config, card(), AT + timedelta(hours=3)) is None
    alone = parse(mutes.split("[[mute]]\nowner")[0])
    assert muted_until(alone, card(tenant="other"), AT) is None


def test_severity_is_ordered() -> None:
    assert [at_least("normal", least) for least in ("low", "normal", "high")] == [True, True, False]
