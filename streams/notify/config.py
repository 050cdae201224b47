"""notify.toml: who is told of what, how, and when not. Read into frozen structs; every mistake is named, all at once.

[channel.NAME]   a way to tell people: type, what the type asks for, language, zone, quiet hours, digest
[[route]]        whom a card concerns
[[mute]]         what nobody is told of, until when
"""

import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, field

from processors.said import Language
from processors.spelling import meant
from schemas.spikes import SpikeKind, TransitionKind
from streams.failures import UserError
from streams.notify.channels import TYPES, options_of
from streams.notify.quiet import Quiet
from streams.notify.secret import Option, literal

FILE = "notify.toml"
EXAMPLE = Path(__file__).with_name("example.toml")
"""A notify.toml to start from, all of it commented out."""
SEVERITIES = ("low", "normal", "high")
KINDS: tuple[str, ...] = get_args(SpikeKind)
TRANSITIONS: tuple[str, ...] = get_args(TransitionKind)
NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""Of a channel: it stands in tables, logs and metrics."""


class ConfigError(Exception):
    """What is wrong with notify.toml: `faults` names each by its key. None quotes what may be a secret."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class ChannelConfig(Struct, frozen=True, kw_only=True):
    """One way to tell people."""

    name: str
    type: str
    options: dict[str, Option] = {}
    """What the type asks for; secrets as `env:NAME` or `file:PATH`."""
    language: Language = "en"
    zone: str = "UTC"
    """IANA name: of the times in cards, and of the quiet hours."""
    quiet: Quiet | None = None
    """When nothing is sent ..."""
    quiet_except: str = "high"
    """... but what is at least as severe as this."""
    digest_above: int = 3
    """If more than so many cards wait, they become one message."""
    digest_wait_s: float = 5.0
    """How long the first waits for others."""
    max_age_h: float = 24.0
    """What happened longer ago is recorded and not sent: a replay of history rings no phones."""


class Route(Struct, frozen=True, kw_only=True):
    """Whom a card concerns. Empty conditions hold for everything; patterns as in file names, upper and lower case apart."""

    owner: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    tenant: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    severity: str = "low"
    """At least."""
    transitions: tuple[str, ...] = TRANSITIONS
    """What is told of an episode that this concerns."""
    channels: tuple[str, ...] = ()
    mention_all: bool = False
    """Wake everybody in the channel when an episode opens, where the channel can."""
    on: bool = False
    """Look at the next routes too (`continue` in the file)."""


class Mute(Struct, frozen=True, kw_only=True):
    """What nobody is told of for a while."""

    until: datetime
    owner: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    tenant: tuple[str, ...] = ()


class NotifyConfig(Struct, frozen=True):
    """All of notify.toml. Empty: nobody is told anything."""

    channels: dict[str, ChannelConfig] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    mutes: tuple[Mute, ...] = ()


def parse(text: str) -> NotifyConfig:
    """The structs of a notify.toml. Raises ConfigError with everything that is wrong."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # names line and column, quotes at most one character
        raise ConfigError([f"it is not TOML: {error}"]) from None
    faults: list[str] = []
    for key in given:
        if key not in ("channel", "route", "mute"):
            faults.append(f"{key}: not known here; {meant(key, ('channel', 'route', 'mute'))}")
    channels = _channels(given.get("channel", {}), faults)
    routes = [Route(**read) for _, read in _listed(given, "route", ROUTE, faults)]
    mutes = []
    for place, read in _listed(given, "mute", MUTE, faults):
        if "until" not in read:
            if not any(fault.startswith(f"{place}.until") for fault in faults):
                faults.append(f"{place}.until: is missing; a mute has an end, for example until = 2026-12-31")
        elif not any(read.get(name) for name in ("owner", "topic", "tenant")):
            faults.append(f"{place}: name a topic, a tenant or an owner")
        else:
            mutes.append(Mute(**read))
    _check_routes(routes, given.get("channel", {}), faults)
    if faults:
        raise ConfigError(faults)
    return NotifyConfig(channels, tuple(routes), tuple(mutes))


Reader = Callable[[Any], Any]
"""Reads a value; raises ValueError with what it must be."""


def _channels(given: object, faults: list[str]) -> dict[str, ChannelConfig]:
    if not isinstance(given, dict):
        faults.append("channel: write [channel.NAME]")
        return {}
    channels = {}
    for name, keys in given.items():
        place = f"channel.{name}"
        if not NAME.fullmatch(name):
            faults.append(f"{place[:60]}: a name holds letters, digits, - and _, at most 40")
        elif not isinstance(keys, dict):
            faults.append(f"{place}: write [channel.{name}]")
        elif "type" not in keys:
            faults.append(f"{place}.type: is missing")
        else:
            own = {key: value for key, value in keys.items() if key in CHANNEL}
            read = _read(own, CHANNEL, place, faults)
            options = {key: value for key, value in keys.items() if key not in CHANNEL}
            options = dict(_options(str(read.get("type", "")), options, place, faults))
            channels[name] = ChannelConfig(name=name, **({"type": ""} | read), options=options)
    return channels


def _options(kind: str, given: Mapping[str, object], place: str, faults: list[str]) -> Iterator[tuple[str, Option]]:
    """What the type asks for, and nothing secret in it."""
    try:
        known = options_of(kind)
    except UserError:
        faults.append(f"{place}.type: there is no type {kind[:60]}; {meant(kind, TYPES)}")
        return
    for key, needed in known.items():
        if needed and key not in given:
            faults.append(f"{place}.{key}: is missing; type {kind} needs it")
    for key, value in given.items():
        if key not in known:
            faults.append(f"{place}.{key}: not known here; {meant(key, [*known, *CHANNEL])}")
            continue
        listed = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if not listed and not isinstance(value, str | int | float | bool):
            faults.append(f"{place}.{key}: must be a text, a number, true, false or a list of texts")
        elif said := literal(kind, key, value):
            faults.append(f"{place}.{key}: {said}")
        else:
            yield key, tuple(value) if isinstance(value, list) else value  # type: ignore[misc]  # the first line says of what


def _listed(given: Mapping[str, Any], name: str, readers: Mapping[str, Reader], faults: list[str]) -> Iterator[tuple[str, Any]]:
    """The tables of [[name]], read, each with its place."""
    tables = given.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append(f"{name}: write [[{name}]]")
        return
    for number, table in enumerate(tables, 1):
        place = f"{name}[{number}]"
        read = _read(table, readers, place, faults)
        if "continue" in read:
            read["on"] = read.pop("continue")
        yield place, read


def _read(table: Mapping[str, object], readers: Mapping[str, Reader], place: str, faults: list[str]) -> dict[str, Any]:
    read = {}
    for key, value in table.items():
        if key not in readers:
            faults.append(f"{place}.{key}: not known here; {meant(key, readers)}")
            continue
        try:
            read[key] = readers[key](value)
        except ValueError as error:
            faults.append(f"{place}.{key}: {error}")
    return read


def _check_routes(routes: Sequence[Route], channels: Mapping[str, object], faults: list[str]) -> None:
    for number, route in enumerate(routes, 1):
        if not route.channels:
            faults.append(f"route[{number}].channels: name at least one channel")
        for name in route.channels:
            if name not in channels:
                known = meant(name, channels) if channels else "there is no [channel.NAME] yet"
                faults.append(f"route[{number}].channels: no channel “{name[:60]}”; {known}")


def _one_of(*known: str) -> Reader:
    def read(value: object) -> str:
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return str(value)

    return read


def _some_of(*known: str) -> Reader:
    def read(value: object) -> tuple[str, ...]:
        found = _texts(value)
        if not set(found) <= set(known):
            raise ValueError(f"must be of {', '.join(known)}")
        return found

    return read


def _texts(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, str) and each for each in listed):
        raise ValueError("must be a text or a list of texts")
    return tuple(listed)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a text")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _number(low: float, high: float, *, whole: bool = False) -> Reader:
    def read(value: object) -> float:
        right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not right or not math.isfinite(value) or not low <= value <= high:  # type: ignore[arg-type,operator]
            raise ValueError(f"must be a {'whole ' if whole else ''}number from {low:g} to {high:g}")
        return value  # type: ignore[return-value]

    return read


def _zone(value: object) -> str:
    try:
        return ZoneInfo(_text(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone by its IANA name, as Asia/Shanghai") from None


def _quiet(value: object) -> Quiet:
    return Quiet.parse(_text(value))


def _until(value: object) -> datetime:
    """A date lasts to its end; without a zone it is UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time.max, UTC)
    raise ValueError("must be a date or a date and time, without quotes: 2026-12-31 or 2026-12-31T18:00:00+08:00")


CHANNEL: Mapping[str, Reader] = {
    "type": _text,
    "language": _one_of(*get_args(Language)),
    "zone": _zone,
    "quiet": _quiet,
    "quiet_except": _one_of(*SEVERITIES),
    "digest_above": _number(1, 1000, whole=True),
    "digest_wait_s": _number(0, 600),
    "max_age_h": _number(0.1, 24 * 3650),
}
ROUTE: Mapping[str, Reader] = {
    "owner": _texts,
    "topic": _texts,
    "tenant": _texts,
    "kind": _some_of(*KINDS),
    "severity": _one_of(*SEVERITIES),
    "transitions": _some_of(*TRANSITIONS),
    "channels": _texts,
    "mention_all": _truth,
    "continue": _truth,
}
MUTE: Mapping[str, Reader] = {"until": _until, "owner": _texts, "topic": _texts, "tenant": _texts}
