"""Whom a card concerns: the routes and mutes of notify.toml."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from processors.card import Card
from streams.notify.config import SEVERITIES, Mute, NotifyConfig, Route


def channels_of(config: NotifyConfig, card: Card) -> tuple[str, ...]:
    """The channels that are told of this transition, in the order of the routes; none: nobody is."""
    told = card.transition.transition
    return tuple(dict.fromkeys(name for route in _routes(config, card) if told in route.transitions for name in route.channels))


def is_routed(config: NotifyConfig, card: Card) -> bool:
    """Does any route concern the subject, whether or not it tells of this transition?"""
    return any(True for _ in _routes(config, card))


def mentions_all(config: NotifyConfig, card: Card, channel: str) -> bool:
    """Is everybody in the channel to be woken for this card?"""
    opening = card.transition.transition == "opened"
    return opening and any(route.mention_all and channel in route.channels for route in _routes(config, card))


def muted_until(config: NotifyConfig, card: Card, now: datetime) -> datetime | None:
    """When the last mute ends that holds for the card now; None: none does."""
    return max((mute.until for mute in config.mutes if mute.until > now and _concerns(mute, card)), default=None)


def at_least(severity: str, least: str) -> bool:
    """Is it at least as severe? What is not known counts as normal."""
    known = severity if severity in SEVERITIES else "normal"
    return SEVERITIES.index(known) >= SEVERITIES.index(least)


def _routes(config: NotifyConfig, card: Card) -> Iterator[Route]:
    """The first that concerns the subject, and where it says so those after it."""
    for route in config.routes:
        kind = not route.kind or card.transition.kind in route.kind
        if kind and at_least(card.severity, route.severity) and _concerns(route, card):
            yield route
            if not route.on:
                return


def _concerns(one: Route | Mute, card: Card) -> bool:
    return (
        _matches(one.owner, card.owner)
        and _matches(one.topic, card.transition.topic)
        and _matches(one.tenant, card.transition.tenant)
    )


def _matches(patterns: Sequence[str], text: str) -> bool:
    return not patterns or any(fnmatchcase(text, pattern) for pattern in patterns)
