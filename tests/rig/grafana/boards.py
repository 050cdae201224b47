"""What a dashboard's file must have: what Grafana refuses, and what a reader needs."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.rig.grafana.front import VARIABLE

UNITS = {"short", "percentunit", "s", "ms"}


def problems(boards: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Of all dashboards of one provider together: two with one uid or title stop the whole provider from updating."""
    for key in ("uid", "title"):
        seen = [board.get(key) for board in boards]
        if len(seen) != len(set(seen)):
            yield f"two dashboards have the same {key}"
    for board in boards:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", board.get("uid") or ""):
            yield f"{board.get('uid')}: uid missing, or not 1 to 40 of [A-Za-z0-9_-]"
        yield from (f"{board['uid']}: {problem}" for problem in _of_board(board, {other["uid"] for other in boards}))


def _of_board(board: dict[str, Any], known: set[str]) -> Iterator[str]:
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    ids = [panel["id"] for panel in board["panels"]]
    if len(ids) != len(set(ids)):
        yield "two panels have the same id"
    titles = [panel.get("title") for panel in panels]
    if len(titles) != len(set(titles)):
        yield "two panels have the same title"
    names = {choice["name"] for choice in board["templating"]["list"]}
    for panel in panels:
        yield from (f"{panel.get('title')}: {problem}" for problem in _of_panel(panel, names, known))
    for one in panels:
        for other in panels:
            if one["id"] < other["id"] and _overlap(one["gridPos"], other["gridPos"]):
                yield f"{one['title']} and {other['title']} overlap"


def _of_panel(panel: dict[str, Any], names: set[str], known: set[str]) -> Iterator[str]:
    for part in ("**Of:**", "**What to do:**"):
        if part not in panel.get("description", ""):
            yield f"its description lacks {part}"
    if not re.search(r"[A-Za-z].*[\u4e00-\u9fff]", panel.get("title") or ""):
        yield "its title is not in both languages"
    if not panel.get("targets"):
        yield "it asks nothing"
    defaults = panel.get("fieldConfig", {}).get("defaults", {})
    if panel["type"] != "table" and defaults.get("unit") not in UNITS:
        yield "it has no unit"
    if panel["type"] in ("timeseries", "barchart") and not defaults.get("custom", {}).get("axisLabel"):
        yield "its axis has no name"
    for target in panel.get("targets", []):
        for found in VARIABLE.finditer(target["rawSql"]):
            name = found[1] or found[3] or found[4]
            if name not in names:
                yield f"variable {name} is not on the dashboard"
    for url in re.findall(r'"url": "([^"]*)"', json.dumps(panel)):
        if not re.fullmatch(r"/d/([\w-]+)\?.*", url) or url.split("/")[2].split("?")[0] not in known:
            yield f"leads nowhere: {url}"
        if unknown := set(re.findall(r"\$\{(?!__)(\w+)", url)) - names:
            yield f"a link names variables that are not there: {unknown}"
        columns = " ".join(target["rawSql"] for target in panel["targets"])
        if missing := [name for name in re.findall(r"\$\{__data\.fields\.(\w+)", url) if not re.search(rf"\b{name}\b", columns)]:
            yield f"a link names columns that are not there: {missing}"
        given = re.findall(r"[?&](?:var-(\w+)=|\$\{(\w+):queryparam\})", url)
        if len(given) != len({name or other for name, other in given}):
            yield f"a link gives a variable twice: {url}"
    position = panel["gridPos"]
    if position["x"] + position["w"] > 24:
        yield "wider than the screen"


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )
