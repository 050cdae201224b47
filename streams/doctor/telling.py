"""Telling people: notify.toml, each channel, the links of cards, Grafana."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from streams.doctor.finding import Check, Finding, ok, problem, warning
from streams.failures import UserError
from streams.notify.channel import Later, Misconfigured, Refused
from streams.notify.channels import build
from streams.notify.config import ChannelConfig
from streams.notify.file import NotifyFile, notify_file
from streams.notify.inert import plain
from streams.settings import Settings

GRAFANA_S = 3.0
"""How long Grafana may take for one answer."""
LOCAL = ("localhost", "127.0.0.1", "::1")


def notify(settings: Settings) -> Iterator[Finding]:
    """Is notify.toml readable, and is anybody told anything?"""
    name = "notify.toml"
    try:
        file = notify_file(settings.notify, os.environ)
    except UserError as error:
        yield problem(name, str(error), "correct it; workers keep the version before in force until then")
        return
    config = file.config
    if not config.channels:
        todo = "voc init writes one to start from; until then cards are files in the data directory"
        yield warning(name, f"nobody is told: {file.path} names no channel" if file.path.exists() else f"no {file.path}", todo)
        return
    routed = {channel for route in config.routes for channel in route.channels}
    idle = sorted(set(config.channels) - routed)
    if idle:
        yield warning(name, f"no route leads to {', '.join(idle)}", "add a [[route]] with it, or take the channel out")
    else:
        yield ok(name, f"{len(config.channels)} channels, {len(config.routes)} routes")


def channels(settings: Settings) -> list[Check]:
    """One check for each channel; none where notify.toml cannot be read: that is said already."""
    try:
        file = notify_file(settings.notify, os.environ)
    except UserError:
        return []
    return [
        Check(f"channel {name}", lambda config=config: _channel(file, config))  # type: ignore[misc]  # a default of the closure
        for name, config in file.config.channels.items()
    ]


def secrets(settings: Settings) -> list[str]:
    """The values of channels' options that stand nowhere but in the environment or a file: never to be shown."""
    try:
        file = notify_file(settings.notify, os.environ)
    except UserError:
        return []
    found: list[str] = []
    for config in file.config.channels.values():
        try:
            values = file.options(config)
        except Misconfigured:
            continue
        found += [values[key] for key, given in config.options.items() if values[key] != str(given)]
    return found


def links(settings: Settings) -> Iterator[Finding]:
    """Do cards lead anywhere?"""
    name = "links"
    address = urlsplit(settings.public_url)
    if not settings.public_url:
        todo = "set public_url and VOC_LINK_SECRET for buttons; until then people answer with voc verdict"
        yield warning(name, "public_url is not set: cards name commands instead of buttons", todo)
    elif address.scheme == "http" and address.hostname not in LOCAL:
        yield warning(
            name, f"{settings.public_url} is not encrypted", "put TLS before the workers' web views, and write https://"
        )
    elif settings.worker_port == 0:
        yield problem(name, "public_url is set, and worker_port is 0: nobody serves it", "set worker_port")
    else:
        yield ok(name, f"verdicts lead to {settings.public_url}")
    if not settings.grafana_url:
        yield warning(
            name, "grafana_url is not set: cards do not link to the dashboard of their spike", "set it, if there is one"
        )


def grafana(settings: Settings) -> Iterator[Finding]:
    """Does Grafana answer where cards lead to, and with a token: is there what our files say?"""
    if not settings.grafana_url:
        return
    from streams.grafana.check import OK, WARNING, look
    from streams.grafana.server import TOKEN, Grafana

    token = settings.grafana_token
    if not token:
        yield _health(settings.grafana_url, f"set {TOKEN} for a look at data source, dashboards and rules (voc grafana check)")
        return
    for found in look(Grafana(settings.grafana_url, token, timeout_s=GRAFANA_S)):
        name = f"Grafana: {found.what}"
        if found.state == OK:
            yield ok(name, found.says)
        else:
            yield (warning if found.state == WARNING else problem)(name, found.says, found.do)


def _health(url: str, todo: str) -> Finding:
    """Whether a Grafana answers there. It may be reached by browsers and not from here: no problem in itself."""
    try:
        answer = requests.get(f"{url.rstrip('/')}/api/health", timeout=GRAFANA_S, allow_redirects=False)
        version = str(answer.json()["version"]) if answer.ok else ""
    except requests.ConnectionError:
        return warning(
            "Grafana", f"nobody answers at {url}", "start it, or correct grafana_url, if it should be reached from here"
        )
    except (requests.RequestException, ValueError, KeyError, TypeError):
        version = ""
    if not version:
        return warning("Grafana", f"what answers at {url} is no Grafana, or not ready", "correct grafana_url, or see its log")
    return warning("Grafana", f"Grafana {plain(version, 20)} answers at {url}", todo)


def _channel(file: NotifyFile, config: ChannelConfig) -> Iterator[Finding]:
    name = f"channel {config.name}"
    try:
        found = build(config.type, config.name, file.options(config)).check()
    except Later as error:
        yield warning(name, f"{config.type}: {error}", "its cards wait; look whether it answers later, or correct its address")
    except (Misconfigured, UserError) as error:
        mend = f"correct it in notify.toml, or in the environment, then: voc notify test {config.name}"
        yield problem(name, f"{config.type}: {error}", mend)
    except Refused as error:
        yield problem(name, f"{config.type}: {error}", f"voc notify test {config.name}")
    else:
        yield ok(name, f"{config.type}: {found}")
