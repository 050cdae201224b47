"""Is what our files say there, on a running Grafana? Asks and changes nothing."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from streams.grafana import files, rules
from streams.grafana.query import PLUGIN, PLUGIN_VERSION, SOURCE
from streams.grafana.server import Grafana, Unanswered

OK, WARNING, WRONG = "ok", "warning", "wrong"
GRAFANA = (11, 6)
"""Before it the plugin's version that we pin is not supported."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    state: str
    """ok, warning or wrong."""
    says: str
    do: str = ""


def look(grafana: Grafana) -> list[Finding]:
    """All findings; where the server itself cannot be reached, that one."""
    try:
        first = _server(grafana)
    except Unanswered as answer:
        return [Finding("server", WRONG, answer.says, answer.do)]
    found = [first]
    parts: tuple[tuple[str, Callable[[Grafana], Iterator[Finding]]], ...] = (
        ("plugin", _plugin), ("data source", _source), ("dashboards", _dashboards), ("alert rules", _rules),
    )  # fmt: skip
    for name, part in parts:
        try:
            found += part(grafana)
        except Unanswered as answer:
            found.append(Finding(name, WRONG, answer.says, answer.do))
    return found


def _server(grafana: Grafana) -> Finding:
    health = _fields(grafana.get("/health"))
    version = str(health.get("version", ""))
    if not version:
        return Finding("server", WARNING, "it does not say its version", "see whether the address is Grafana's")
    if health.get("database") != "ok":
        return Finding("server", WRONG, f"Grafana {_short(version)}: its own database is not in order", "see its log")
    if _numbers(version) < GRAFANA:
        return Finding("server", WRONG, f"Grafana {_short(version)}", "the plugin's version needs 11.6 or later")
    return Finding("server", OK, f"Grafana {_short(version)}")


def _plugin(grafana: Grafana) -> Iterator[Finding]:
    answer = _fields(grafana.get(f"/plugins/{PLUGIN}/settings"))
    version = str(_fields(answer.get("info")).get("version", ""))
    if version == PLUGIN_VERSION:
        yield Finding("plugin", OK, f"{PLUGIN} {version}")
    else:
        do = f"install {PLUGIN_VERSION} (GF_PLUGINS_PREINSTALL), or look at every dashboard once"
        yield Finding("plugin", WARNING, f"{PLUGIN} {_short(version) or '?'}, made for {PLUGIN_VERSION}", do)


def _source(grafana: Grafana) -> Iterator[Finding]:
    known = _fields(grafana.get(f"/datasources/uid/{SOURCE}"))
    if known.get("type") != PLUGIN:
        yield Finding("data source", WRONG, f"the data source {SOURCE} is of another type", "take it away, mount our file")
        return
    yield Finding("data source", OK, f"{SOURCE} is there")
    try:
        health = _fields(grafana.get(f"/datasources/uid/{SOURCE}/health"))
    except Unanswered as answer:
        if answer.status not in (400, 500):
            raise
        health = {}
    if health.get("status") == "OK":
        yield Finding("warehouse", OK, "the data source reaches it")
    else:
        do = "voc warehouse status; then host, port, user and CLICKHOUSE_READ_PASSWORD of Grafana"
        yield Finding("warehouse", WRONG, "the data source does not reach it", do)


def _dashboards(grafana: Grafana) -> Iterator[Finding]:
    for board in files.boards():
        name = f"dashboard {board['uid']}"
        try:
            answer = _fields(_fields(grafana.dashboard(board["uid"])).get("dashboard"))
        except Unanswered as answer_:
            if answer_.status not in (403, 404):
                raise
            yield Finding(name, WRONG, answer_.says, answer_.do)
            continue
        there = files.stamp(str(answer.get("description", "")))
        if there == files.stamp(board["description"]):
            yield Finding(name, OK, f"build {there}")
        else:
            do = "mount the files of this version; Grafana reads them twice a minute"
            yield Finding(name, WRONG, f"of other files ({_short(there) or 'no build'})", do)


def _rules(grafana: Grafana) -> Iterator[Finding]:
    answer = grafana.get("/v1/provisioning/alert-rules")
    there = {str(rule.get("uid")): rule for rule in answer if isinstance(rule, dict)} if isinstance(answer, list) else {}
    for rule in rules.RULES:
        ours, known = rules.data(rule), there.get(rule.uid)
        name = f"alert rule {rule.uid}"
        if known is None:
            yield Finding(name, WRONG, "is not there", "mount deploy/grafana/provisioning/alerting and start Grafana anew")
        elif _judges(known) != _judges(ours):
            yield Finding(name, WRONG, "asks something else than our file", "mount our file and start Grafana anew")
        elif known.get("isPaused"):
            yield Finding(name, WARNING, "is paused", "let it go on, or nobody is told")
        else:
            yield Finding(name, OK, "as in our file")


def _judges(rule: dict[str, Any]) -> list[object]:
    """What decides whether a rule fires."""
    data = rule.get("data")
    models = [_fields(query.get("model")) for query in data if isinstance(query, dict)] if isinstance(data, list) else []
    asked = [model.get("rawSql") or model.get("conditions") for model in models]
    return [asked, rule.get("condition"), rule.get("noDataState"), rule.get("execErrState")]


def _fields(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _short(text: str) -> str:
    """What a server says of itself, as it may be shown."""
    return quote(text[:40], safe=" .+-_")


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split("-")[0].split("+")[0].split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdigit() and part.isascii() for part in parts) else (0,)
