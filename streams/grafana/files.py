"""Everything under deploy/grafana, as bytes by path: what `voc grafana build` writes and its `--check` compares."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from streams.grafana import delivery, provisioning, rules
from streams.grafana.dashboards import dashboards
from streams.grafana.panel import INTERVAL, STEP_S
from streams.grafana.query import Asked, Format

OUT = Path("deploy") / "grafana"
STAMP = "Build "
_HEAD = "# Written by `voc grafana build`: change streams/grafana, not this file. docs/grafana.md says what it is for.\n"


@cache
def boards() -> tuple[dict[str, Any], ...]:
    """The dashboards as plain data. Each says in its description which files it is of: Grafana numbers versions by itself."""
    built = (json.loads(json.dumps(board.build(), cls=JSONEncoder)) for board in dashboards())
    return tuple(board | {"description": f"{board['description']} {STAMP}{_digest(board)}"} for board in built)


def stamp(description: str) -> str:
    """Which files a dashboard's description says it is of; empty: it says nothing."""
    return description.rpartition(STAMP)[2] if STAMP in description else ""


@cache
def files() -> Mapping[Path, bytes]:
    """Path below deploy/grafana -> contents; the same on every machine and every day."""
    found: dict[Path, bytes] = {}
    for board in boards():
        found[Path("dashboards") / f"{board['uid']}.json"] = _json(board)
    base = Path("provisioning")
    found[base / "datasources" / "clickhouse.yaml"] = _yaml(provisioning.sources())
    found[base / "dashboards" / "groundswell.yaml"] = _yaml(provisioning.providers())
    found[base / "alerting" / "rules.yaml"] = _yaml(rules.groups())
    for name, content in delivery.documents().items():
        found[base / "alerting" / f"{name}.yaml"] = _yaml(content)
    return found


def write(out: Path) -> list[Path]:
    """Write what is not current below `out`; which files those were. Raises OSError."""
    changed = stale(out)
    for path in changed:
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(files()[path])
    return changed


def stale(out: Path) -> list[Path]:
    """The files below `out` that are missing or not what would be written. Raises OSError."""
    return [path for path, content in files().items() if not (out / path).exists() or (out / path).read_bytes() != content]


def queries() -> list[Asked]:
    """Every statement of dashboards (panels, variables, annotations) and rules, as Grafana would send it after filling in its
    variables: `${name:percentencode}` and the plugin's macros are still in it."""
    found = [asked for board in boards() for asked in _asked(board)]
    found += [Asked(rules.GROUP, rule.title, _sql(rules.data(rule)), Format.TABLE, rule.seconds / 3600) for rule in rules.RULES]
    return found


def _asked(board: dict[str, Any]) -> Iterator[Asked]:
    hours = float(board["time"]["from"].removeprefix("now-").removesuffix("h"))
    for choice in board["templating"]["list"]:
        if choice["type"] == "query":
            yield Asked(board["uid"], f"variable {choice['name']}", choice["query"]["rawSql"], Format.TABLE, hours)
    for mark in board["annotations"]["list"]:
        yield Asked(board["uid"], f"annotation {mark['name']}", mark["target"]["rawSql"], Format.TABLE, hours)
    for panel in board["panels"]:
        step = STEP_S if panel.get("interval") == INTERVAL else 60
        for target in panel.get("targets", []):
            more = f" ({target['refId']})" if len(panel["targets"]) > 1 else ""
            yield Asked(board["uid"], panel["title"] + more, target["rawSql"], Format(target["format"]), hours, step)


def _sql(rule: dict[str, Any]) -> str:
    return str(rule["data"][0]["model"]["rawSql"])


def _digest(board: dict[str, Any]) -> str:
    return hashlib.sha256(_json(board)).hexdigest()[:10]


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


class _Plain(yaml.SafeDumper):
    """Statements and templates as blocks, and no references between parts of a file."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Plain.add_representer(str, _text)


def _yaml(value: dict[str, Any]) -> bytes:
    body = yaml.dump(value, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=130)
    return (_HEAD + body).encode()
