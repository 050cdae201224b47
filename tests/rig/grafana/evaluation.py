"""How Grafana evaluates a rule of a provisioning file: a model written after its source (pkg/services/ngalert, pkg/expr)."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.rig.grafana.plugin import Frame, Plugin, QueryError

STATES = {"noDataState": {"NoData", "OK", "Alerting", "KeepLast"}, "execErrState": {"Error", "OK", "Alerting", "KeepLast"}}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
Labelled = list[tuple[dict[str, str], float | None]]


class EvaluationError(Exception):
    """What makes the state Error."""


class Instance(NamedTuple):
    """One alert of a rule."""

    state: str
    """Alerting, Normal, NoData or Error."""
    labels: dict[str, str]
    value: float | None


def refusals(document: dict[str, Any]) -> Iterator[str]:
    """What the file provisioner refuses, and what it accepts and one regrets."""
    for group in document["groups"]:
        for key in ("name", "folder", "interval"):
            if not group.get(key):
                yield f"group without {key}"
        seconds = sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([smhd])", str(group.get("interval", ""))))
        if not seconds or seconds % 10:
            yield "interval must be a multiple of 10s"
        for rule in group["rules"]:
            for problem in _of_rule(rule):
                yield f"{rule.get('title') or rule.get('uid')}: {problem}"


def _of_rule(rule: dict[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", rule.get("uid") or ""):
        yield "uid missing, or not 1 to 40 of [A-Za-z0-9_-]"
    if not rule.get("title"):
        yield "no title"
    refs = [query.get("refId") for query in rule["data"]]
    if rule.get("condition") not in refs:
        yield f"condition is not one of {refs}"
    for key, allowed in STATES.items():
        if rule.get(key) not in allowed:
            yield f"{key} must be one of {sorted(allowed)}"
    for text in (rule.get("labels") or {}).values():
        if re.search(r"(?<!\$)\$(?!\$)", str(text)):
            yield "a single $ in a label is read as an environment variable"
    for text in (rule.get("annotations") or {}).values():
        if "$" in str(text):
            yield "a $ in an annotation differs between versions"
    for query in rule["data"]:
        span = query.get("relativeTimeRange") or {}
        if not span.get("from", 0) > span.get("to", 0):
            yield "relativeTimeRange.from must be greater than .to"
        if query["datasourceUid"] != "__expr__":
            if not isinstance(query["model"].get("format"), int):
                yield "format must be an integer"
            if not query["model"].get("intervalMs"):
                yield "intervalMs is 1000 unless it is set"


def evaluate(rule: dict[str, Any], plugin: Plugin, now: float) -> list[Instance]:
    """The alerts of a rule at a time (seconds since 1970), before what noDataState and execErrState make of them."""
    done: dict[str, Labelled] = {}
    try:
        for query in rule["data"]:
            model = query["model"]
            if query["datasourceUid"] == "__expr__":
                done[query["refId"]] = _threshold(model, done[model["expression"]])
            else:
                span = query["relativeTimeRange"]
                frame = plugin.query(model, int((now - span["from"]) * 1000), int((now - span["to"]) * 1000), 1000)
                done[query["refId"]] = numbers(frame)
        found = done[rule["condition"]]
        _no_twins(found)
    except (QueryError, EvaluationError) as error:
        return [Instance("Error", {"error": str(error)}, None)]
    if not found:
        return [Instance("NoData", {}, None)]
    values = {json.dumps(labels, sort_keys=True): value for labels, value in done["A"]}
    return [
        Instance(
            "NoData" if fires is None else "Alerting" if fires else "Normal", labels, values[json.dumps(labels, sort_keys=True)]
        )
        for labels, fires in found
    ]


def handled(rule: dict[str, Any], instance: Instance) -> str:
    """What becomes of an instance's state."""
    if instance.state in ("NoData", "Error"):
        setting = rule["noDataState" if instance.state == "NoData" else "execErrState"]
        return {"OK": "Normal", "KeepLast": "as before"}.get(setting, setting)
    return instance.state


def numbers(frame: Frame) -> Labelled:
    """A table of strings and one number, as labelled numbers. Raises EvaluationError for every other shape."""
    if not frame:
        return []
    kinds = [column.kind for column in frame]
    if kinds.count("number") != 1 or set(kinds) - {"number", "string"}:
        raise EvaluationError(f"a table needs exactly one number, all else strings; it has {kinds}")
    (value,) = (column.values for column in frame if column.kind == "number")
    texts = [column for column in frame if column.kind == "string"]
    return [
        ({text.name: text.values[row] or "" for text in texts}, math.nan if cell is None else cell)
        for row, cell in enumerate(value)
    ]


def _threshold(model: dict[str, Any], given: Labelled) -> Labelled:
    (condition,) = model["conditions"]
    evaluator = condition["evaluator"]
    if model["type"] != "threshold" or evaluator["type"] != "gt":
        raise EvaluationError("only a threshold above is modelled here")
    (limit,) = evaluator["params"]
    return [(labels, float(value > limit) if value is not None else None) for labels, value in given]


def _no_twins(found: Labelled) -> None:
    seen = [json.dumps(labels, sort_keys=True) for labels, _ in found]
    if len(seen) != len(set(seen)):
        raise EvaluationError("duplicate results with labels: rows cannot be told apart")
