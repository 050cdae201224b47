"""With --json a verb prints exactly one JSON value on standard output, and the fields are those that scripts rely on."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from streams.cli import demo, reference
from streams.simulate import truth_path
from streams.simulate.story import StorySummary
from tests.streams.cli.conftest import Voc
from tests.streams.cli.events import chats, surge, written
from tests.streams.cli.test_taxonomy import GOOD

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
RUN = {"events": int, "accepted": int, "dead_letters": int, "seconds": float, "spikes": list}
SPIKE = {
    "id": str, "kind": str, "tenant": str, "topic": str, "label": str, "severity": str, "observed": int, "expected": float,
    "low": float, "high": float, "where": list, "verbatims": list, "owner": str, "sql": str,
}  # fmt: skip
WHERE = {"dimension": str, "value": str, "observed": int, "expected": float, "share_of_excess": float}


def typed(value: dict[str, Any], fields: dict[str, type]) -> None:
    for name, kind in fields.items():
        assert type(value[name]) is kind, (name, value[name])


def check_run(run: dict[str, Any]) -> None:
    typed(run, RUN)
    for spike in run["spikes"]:
        check_spike(spike)


def check_spike(spike: dict[str, Any]) -> None:
    typed(spike, SPIKE)
    assert re.fullmatch("[0-9a-f]{16}", spike["id"])
    assert spike["kind"] in ("topic", "emergent", "total", "silence")
    assert spike["severity"] in ("low", "normal", "high")
    for name in ("started", "opened", "updated"):
        assert TIME.fullmatch(spike[name]), name
    assert spike["closed"] is None or TIME.fullmatch(spike["closed"])
    assert spike["started"] <= spike["opened"] <= spike["updated"]
    for contributor in spike["where"]:
        typed(contributor, WHERE)
    assert all(type(verbatim) is str for verbatim in spike["verbatims"])


def test_run_spikes_and_the_card_of_an_episode(voc: Voc, warm: Path, surged: dict[str, Any]) -> None:
    first = surged
    check_run(first)
    assert (first["events"], first["accepted"], first["dead_letters"]) == (56, 56, 0)
    (spike,) = first["spikes"]
    assert (spike["topic"], spike["tenant"], spike["kind"]) == ("setting_time", "default", "topic")
    assert 5 <= spike["observed"] <= 30
    assert len(spike["verbatims"]) == 3
    listed = voc("spikes", "--all", "--json").json
    assert listed == first["spikes"]
    assert voc("spikes", "--json").json == [one for one in listed if one["closed"] is None]
    assert voc("sql", spike["sql"], "--json").json == [{"observed": spike["observed"]}]
    card = (warm / "out" / "spikes" / f"{spike['id']}.md").read_text("utf-8")
    assert spike["label"].partition(" / ")[2] in card  # the card is of one language
    assert spike["verbatims"][0] in card
    again = voc("run", "--input", "surge.ndjson", "--json").json  # reads nothing anew, and shows the episode again
    assert (again["events"], again["accepted"], again["resumed_at"]) == (0, 0, 56)
    assert again["spikes"] == first["spikes"]
    table = voc("spikes", "--all")
    assert table.code == 0
    assert spike["id"] in table.out


def test_a_run_without_events_is_a_run(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    run = voc("run", "--input", written(Path("empty.ndjson"), b""), "--json").json
    check_run(run)
    assert (run["events"], run["accepted"], run["dead_letters"], run["spikes"]) == (0, 0, 0, [])


def test_a_run_with_dead_letters_prints_one_value_and_tells_people_why(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    path = written(Path("mixed.ndjson"), chats(1, 2) + b"{broken\n" + chats(3, 1))
    run = voc("run", "--input", path, "--json").json
    assert (run["events"], run["accepted"], run["dead_letters"]) == (4, 3, 1)
    told = voc("run", "--input", written(Path("more.ndjson"), b"{broken\n" + chats(9, 1)))
    assert told.code == 0
    assert "1 accepted, 1 dead letters, no alerts" in told.out
    assert "SELECT reason, input_offset, detail FROM dead_letters" in told.out
    assert "days of baseline" in told.out


def test_demo(voc: Voc, warm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(name: str, out: Path) -> StorySummary:
        written(out, gzip.compress(surge()))
        return StorySummary(name, 1, 21, out, truth_path(out), 56, 56)

    assert warm.exists()
    monkeypatch.setattr(demo, "write_story", short)  # the plot itself is told by the tests of the story and of the demo
    check_run(voc("demo", "--json").json)


def test_every_other_verb_prints_one_value(voc: Voc) -> None:
    mine = written(Path("mine.yaml"), GOOD.encode())
    tried = {
        "voc init": voc("init", "--dir", "fresh", "--json"),
        "voc settings": voc("settings", "--json"),
        "voc warehouse start": voc("warehouse", "start", "--json"),
        "voc migrate": voc("migrate", "--json"),
        "voc sql": voc("sql", "SELECT 1", "--json"),
        "voc spikes": voc("spikes", "--json"),
        "voc warehouse status": voc("warehouse", "status", "--json"),
        "voc warehouse stop": voc("warehouse", "stop", "--json"),
        "voc notify list": voc("notify", "list", "--json"),
        "voc grafana build": voc("grafana", "build", "--out", "grafana", "--json"),
        "voc taxonomy check": voc("taxonomy", "check", mine, "--json"),
        "voc taxonomy train": voc("taxonomy", "train", mine, "--json"),
        "voc taxonomy stats": voc("taxonomy", "stats", mine, "--json", stdin=b"hello\n"),
    }
    for name, outcome in tried.items():
        assert isinstance(outcome.json, list if name in ("voc sql", "voc spikes") else dict), name
    leaves = {name for name, command, _ in reference.commands() if not hasattr(command, "commands")}
    own = {"run", "demo", "simulate", "tag", "detect", "explain", "verdict", "backtest", "discover", "taxonomy promote",
           "worker", "kafka create", "kafka describe", "kafka lag", "produce", "dead-letters list", "dead-letters show",
           "dead-letters replay", "rerun", "forget", "briefing", "notify test", "notify preview", "grafana check",
           "doctor"}  # fmt: skip
    assert leaves - set(tried) == {f"voc {name}" for name in own}, "a new verb needs its line: these have tests of their own"


def test_errors_leave_standard_output_empty_with_json_too(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    voc("run", "--input", "gone.ndjson", "--json").failed("gone.ndjson")
    voc("sql", "SELEC", "--json").failed()
