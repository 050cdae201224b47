"""`voc notify`: who is told of what, how it stands, and what a message looks like."""

import json
import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec
from rich.table import Table

from processors.card import Card
from processors.said import Links, said
from processors.spelling import meant
from schemas.spikes import transition_of
from streams import telemetry
from streams.cli.episode import one
from streams.cli.group import CommandGroup
from streams.cli.options import common, console, existing, inert, installed, print_json, same_place
from streams.failures import UserError
from streams.installation import Installation
from streams.notify.channel import Later, Misconfigured, Outgoing, Refused, Rendered
from streams.notify.channels import TYPES, build
from streams.notify.config import ChannelConfig, Mute, NotifyConfig, Route
from streams.notify.file import NotifyFile, notify_file
from streams.notify.links import CardLinks
from streams.notify.trial import made_up, shown_only
from streams.settings import Settings, load
from streams.warehouse.deliveries import HELD, OWED, REFUSED, SENDING, SENT, WAITING, Deliveries, Held
from streams.warehouse.spikes import SpikeStore


@click.group(cls=CommandGroup)
def notify() -> None:
    """Who is told of what: channels, routes and quiet hours stand in notify.toml, which `voc init` writes to start from.

    \b
    Example:
      voc notify list
    """


@notify.command()
@click.argument("channel")
@common
def test(channel: str, data_dir: str | None, as_json: bool) -> None:
    """Send a made-up card through a channel of notify.toml, marked as a test, and say what the channel answered.

    \b
    Example:
      voc notify test watch-team
    """
    file, config = _configured(load(data_dir=data_dir), channel)
    try:
        through = build(config.type, config.name, file.options(config))
    except (Misconfigured, UserError) as error:
        raise UserError(f"{channel} cannot be used, nothing was sent: {error}") from None
    try:
        card = said(made_up(datetime.now(UTC)), language=config.language, zone=ZoneInfo(config.zone), links=Links())
        receipt = through.send(Outgoing(f"test-{uuid.uuid4().hex}", (card,)))
    except Later as error:
        wait = f", in {error.after_s:.0f} s at the earliest" if error.after_s else ""
        raise UserError(f"{channel} did not take the test card now: {error}; try again later{wait}") from None
    except Misconfigured as error:
        raise UserError(f"{channel} did not take the test card: {error}; then run the same command again") from None
    except Refused as error:
        raise UserError(f"{channel} refused the test card: {error}") from None
    if as_json:
        print_json({"channel": channel, "type": config.type, "accepted": True, "thread": receipt.thread})
    else:
        where = " and answers go into its thread" if receipt.thread else ""
        console().print(f"{channel} ({config.type}) accepted a test card{where}; look whether it is there")


@notify.command()
@click.argument("spike")
@click.option("--channel", required=True, metavar="NAME", help="A channel of notify.toml, or a bare type such as feishu.")
@existing
def preview(installation: Installation, spike: str, channel: str, as_json: bool) -> None:
    """Print what would be sent of an episode's latest card. Nothing is sent and no secret is read; verdict links in it do
    nothing. SPIKE is an id, or the beginning of one.

    \b
    Example:
      voc notify preview 3f2a --channel watch-team
      voc notify preview 3f2a --channel feishu
    """
    settings = installation.settings
    config = _named(notify_file(settings.notify, os.environ).config, channel)
    card = _card(installation, spike)
    links = CardLinks(msgspec.structs.replace(settings, link_secret="shown-only-not-signed"))(card, config.name)  # noqa: S106 - so that no link works
    words = said(card, language=config.language, zone=ZoneInfo(config.zone), links=links)
    through = shown_only(config)
    messages = through.render(Outgoing(f"preview-{card.transition.spike_id}", (words,)))
    if as_json:
        listed = [
            {"content_type": message.content_type, "bytes": len(message.body), "body": _body(message)} for message in messages
        ]
        print_json({"channel": config.name, "type": config.type, "limit_bytes": through.limits.bytes, "messages": listed})
        return
    out = console()
    for message in messages:
        out.print(
            f"{config.name} ({config.type}): {len(message.body):,} of {through.limits.bytes:,} bytes, {message.content_type}"
        )
        click.echo("\n".join(map(inert, _readable(message).splitlines())))  # not wrapped: it is to be copied


@notify.command("list")
@installed
def listing(installation: Installation, as_json: bool) -> None:
    """List the channels of notify.toml with what each is still owed and why, the routes, and what is muted.

    \b
    Example:
      voc notify list
    """
    file = notify_file(installation.settings.notify, os.environ)
    reader = installation.reader()
    stands, muted = Deliveries(reader).summary(), SpikeStore(reader).mutes()
    channels = [
        _channel(file, name, stands) for name in dict.fromkeys([*file.config.channels, *(held.channel for held in stands)])
    ]
    channels = [one for one in channels if one["type"] or one["owed"] or one["held"]]
    nobody = _nobody(file)
    if as_json:
        routes, mutes = (msgspec.to_builtins(listed) for listed in (file.config.routes, file.config.mutes))
        for route in routes:
            route["continue"] = route.pop("on")
        found = {"file": str(file.path), "channels": channels, "routes": routes, "mutes": mutes}
        print_json(found | {"muted_by_verdict": [subject._asdict() for subject in muted], "note": nobody})
        return
    out = console()
    if channels:
        table = Table(
            "channel",
            "type",
            "language",
            "quiet",
            "cards sent",
            "owed",
            "since (UTC)",
            "held",
            "why",
            box=None,
            header_style="bold",
        )
        for each in channels:
            since = f"{each['oldest']:%Y-%m-%d %H:%M}" if each["oldest"] else ""
            told = (each["name"], each["type"], each["language"], each["quiet"], each["sent"], each["owed"], since, each["held"])
            table.add_row(*map(inert, (*told, each["problem"] or each["error"])))
        out.print(table)
    for number, route in enumerate(file.config.routes, 1):
        out.print(inert(f"route {number}: {_route(route)}"))
    for mute in file.config.mutes:
        out.print(inert(f"muted until {mute.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {_about(mute)}"))
    for subject in muted:
        about = f"{subject.kind} {subject.label}, tenant {subject.tenant}, by the verdict of {subject.by or 'somebody'}"
        out.print(inert(f"muted until {subject.until:%Y-%m-%d %H:%M} UTC: {about}"))
    if nobody:
        out.print(nobody)
    first = next(iter(file.config.channels), "")
    if first:
        out.print(f"next: voc notify test {first}{same_place(installation)}")


def _configured(settings: Settings, name: str) -> tuple[NotifyFile, ChannelConfig]:
    telemetry.set_up(settings.log_level)
    file = notify_file(settings.notify, os.environ)
    if name not in file.config.channels:
        known = meant(name, file.config.channels) if file.config.channels else "it names none; voc init writes one to start from"
        raise UserError(f"{file.path} has no channel “{inert(name)[:60]}”; {known}")
    return file, file.config.channels[name]


def _named(config: NotifyConfig, name: str) -> ChannelConfig:
    """A channel of notify.toml, or a bare type."""
    if name in config.channels:
        return config.channels[name]
    if name in TYPES:
        return ChannelConfig(name=name, type=name, language="zh" if name in ("feishu", "dingtalk", "wecom") else "en")
    raise UserError(f"there is no channel and no type “{inert(name)[:60]}”; {meant(name, [*config.channels, *TYPES])}")


def _card(installation: Installation, spike: str) -> Card:
    """The latest card of an episode. Raises UserError."""
    store = SpikeStore(installation.writer())  # cards as data stand in no view
    found = one(store.starting_with(spike), spike)
    card = store.card(found.id)
    if card:
        return card
    # an episode from before cards were kept as data: what its row says
    return Card(
        transition=transition_of(found), label=found.label, severity=found.severity, owner=found.owner or "nobody yet",
        where=list(found.where), spread=[], verbatims=list(found.verbatims), sql=found.sql,
    )  # fmt: skip


def _channel(file: NotifyFile, name: str, stands: Sequence[Held]) -> dict[str, Any]:
    """How a channel stands, as --json has it."""
    config = file.config.channels.get(name)
    mine = {held.state: held for held in stands if held.channel == name}
    waiting = [mine[state] for state in sorted(WAITING) if state in mine]
    problem = f"{file.path} has no channel of this name: put it back, or its cards are given up after a day"
    if config:
        problem = ""
        try:
            build(config.type, config.name, file.options(config))
        except (Misconfigured, UserError) as error:
            problem = str(error)
    return {
        "name": name,
        "type": config.type if config else "",
        "language": config.language if config else "",
        "zone": config.zone if config else "",
        "quiet": str(config.quiet) if config and config.quiet else "",
        "owed": sum(mine[state].cards for state in (OWED, SENDING) if state in mine),
        "held": mine[HELD].cards if HELD in mine else 0,
        "sent": mine[SENT].cards if SENT in mine else 0,
        "refused": mine[REFUSED].cards if REFUSED in mine else 0,
        "oldest": min((held.oldest for held in waiting), default=None),
        "error": mine[OWED].detail if OWED in mine else "",
        "problem": problem,
    }


def _nobody(file: NotifyFile) -> str:
    if not file.config.channels:
        return f"nobody is told: there are no channels in {file.path}; cards are files only (voc init writes a notify.toml)"
    if not file.config.routes:
        return f"nobody is told: there is no [[route]] in {file.path}; cards are files only"
    if all(any((route.owner, route.topic, route.tenant, route.kind, route.severity != "low")) for route in file.config.routes):
        return "what no route concerns is told to nobody: its cards are files only"
    return ""


def _route(route: Route) -> str:
    kind = f"kind {', '.join(route.kind)}" if route.kind else ""
    severity = f"severity {route.severity} or more" if route.severity != "low" else ""
    about = "; ".join(part for part in (_about(route), kind, severity) if part) or "everything"
    told = "" if len(route.transitions) == 3 else f" ({', '.join(route.transitions)})"
    wakes = ", wakes everybody" if route.mention_all else ""
    return f"{about}{told} -> {', '.join(route.channels)}{wakes}{', then the next routes' if route.on else ''}"


def _about(of: Route | Mute) -> str:
    named = (("owner", of.owner), ("topic", of.topic), ("tenant", of.tenant))
    return "; ".join(f"{name} {', '.join(patterns)}" for name, patterns in named if patterns)


def _body(message: Rendered) -> Any:
    return json.loads(message.body) if "json" in message.content_type else _readable(message)


def _readable(message: Rendered) -> str:
    if "json" in message.content_type:
        return json.dumps(json.loads(message.body), ensure_ascii=False, indent=2)
    if not message.content_type.startswith("message/"):
        return message.body.decode("utf-8", "replace")
    mail: EmailMessage = BytesParser(EmailMessage, policy=policy.default).parsebytes(message.body)
    heads = [f"{name}: {mail[name]}" for name in ("From", "To", "Subject") if mail[name]]
    parts = [part for part in mail.walk() if not part.is_multipart()]
    text = next((str(part.get_content()) for part in parts if part.get_content_type() == "text/plain"), "")
    others = [part.get_content_type() for part in parts if part.get_content_type() != "text/plain"]
    return "\n".join([*heads, "", text, f"(and {', '.join(others)})" if others else ""])
