"""The files: current, the same each time, and what Grafana and a reader ask of them."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.grafana import delivery, files, provisioning, query, rules
from streams.warehouse.views import VIEWS
from tests.conftest import ROOT
from tests.rig.grafana import boards, evaluation

BOARDS = files.boards()
MACROS = {"timeFilter", "timeInterval", "fromTime", "toTime", "interval_s"}
"""Those that the old and the new macro engine of the plugin both know."""


def test_the_files_of_the_repository_are_current() -> None:
    assert files.stale(ROOT / files.OUT) == []
    there = {path.relative_to(ROOT / files.OUT) for path in (ROOT / files.OUT).rglob("*") if path.is_file()}
    assert there == set(files.files()), "nothing else lies there"


def test_what_is_missing_or_changed_is_stale_and_written_again(tmp_path: Path) -> None:
    assert files.write(tmp_path) == list(files.files())
    assert files.write(tmp_path) == [] == files.stale(tmp_path)
    (tmp_path / "dashboards" / "voc-today.json").write_text("{}")
    (tmp_path / "provisioning" / "alerting" / "rules.yaml").unlink()
    changed = [Path("dashboards/voc-today.json"), Path("provisioning/alerting/rules.yaml")]
    assert files.stale(tmp_path) == changed == files.write(tmp_path)


def test_they_are_the_same_in_another_process(tmp_path: Path) -> None:
    program = "import sys, pathlib; from streams.grafana import files; files.write(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, cwd=ROOT, env={"PYTHONHASHSEED": "7"})
    assert files.stale(tmp_path) == []


def test_dashboards_have_nothing_that_grafana_refuses_or_a_reader_misses() -> None:
    assert list(boards.problems(BOARDS)) == []
    assert [board["uid"] for board in BOARDS] == ["voc-today", "voc-spike", "voc-topics", "voc-instrument"]


def spoilt(change: Any) -> list[str]:
    found = copy.deepcopy(list(BOARDS))
    change(found)
    return list(boards.problems(found))


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found[1].update(uid="voc-today"),
        lambda found: found[1].update(title=found[0]["title"]),
        lambda found: found[0].update(uid="x" * 41),
        lambda found: found[0]["panels"][1].update(id=found[0]["panels"][2]["id"]),
        lambda found: found[0]["panels"][1].update(title=found[0]["panels"][2]["title"]),
        lambda found: found[0]["panels"][1].update(description="A number."),
        lambda found: found[0]["panels"][1].update(title="Contacts"),
        lambda found: found[0]["panels"][1].update(targets=[]),
        lambda found: found[0]["panels"][1]["fieldConfig"]["defaults"].pop("unit"),
        lambda found: found[0]["panels"][1]["gridPos"].update(w=9),
        lambda found: found[0]["panels"][1]["targets"][0].update(rawSql="SELECT ${city:percentencode}"),
        lambda found: found[0]["panels"][1].update(links=[{"url": "/d/voc-nowhere?x=1"}]),
        lambda found: found[0]["panels"][1].update(links=[{"url": "/d/voc-today?${city:queryparam}"}]),
        lambda found: found[0]["panels"][1].update(links=[{"url": "/d/voc-today?var-tenant=${__data.fields.city}"}]),
        lambda found: found[0]["panels"][1].update(links=[{"url": "/d/voc-today?var-tenant=a&${tenant:queryparam}"}]),
        lambda found: found[0]["panels"][1]["gridPos"].update(x=20, w=6),
    ],
)
def test_the_check_of_dashboards_can_fail(change: Any) -> None:
    assert spoilt(change)


def test_the_variables_are_those_of_the_issue() -> None:
    names = {board["uid"]: [choice["name"] for choice in board["templating"]["list"]] for board in BOARDS}
    common = ["tenant", "channel", "shop", "category", "model", "language"]
    assert names == {
        "voc-today": common,
        "voc-spike": ["spike", *common, "conversation"],
        "voc-topics": [*common, "topic"],
        "voc-instrument": ["tenant"],
    }
    for board in BOARDS:
        for choice in board["templating"]["list"]:
            assert choice["name"] in ("spike", "conversation") or (choice["includeAll"], choice["allValue"]) == (True, "*")


def test_statements_use_views_safe_formats_and_known_macros() -> None:
    for asked in files.queries():
        assert set(re.findall(r"\$\{\w+(:\w+)?\}", asked.sql)) <= {":percentencode"}
        assert set(re.findall(r"\$__(\w+)", asked.sql)) <= MACROS, asked
        assert "_local" not in asked.sql
        assert set(re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)\b", asked.sql)) <= set(VIEWS), asked
        assert not re.search(r"--|/\*|\$\w*\$", asked.sql), "the newer engine takes these for comments and quotes"
        assert asked.sql.count(";") == 0 and len(asked.sql) < 6000
        assert "$" not in re.sub(r"\$\{\w+:percentencode\}|\$__\w+", "", asked.sql)


def test_every_query_says_its_format_as_a_number_and_the_source_by_uid() -> None:
    found = 0
    for board in BOARDS:
        for text in re.findall(r'"format": ("?\w+"?)', json.dumps(board)):
            assert text in ("0", "1")
            found += 1
        assert set(re.findall(r'"uid": "([^"]+)"', json.dumps(board["panels"]))) == {query.SOURCE}
    assert found > 80


def test_a_dashboard_says_which_files_it_is_of_and_another_content_is_another_build() -> None:
    stamps = [files.stamp(board["description"]) for board in BOARDS]
    assert len(set(stamps)) == len(stamps) and all(re.fullmatch(r"[0-9a-f]{10}", stamp) for stamp in stamps)
    assert files.stamp("What customers say.") == ""


def document(name: str) -> dict[str, Any]:
    path = Path("provisioning") / name
    read: dict[str, Any] = yaml.safe_load(files.files()[path])
    assert read["apiVersion"] == 1
    return read


def test_rules_have_nothing_that_grafana_refuses() -> None:
    found = document("alerting/rules.yaml")
    assert found == rules.groups()
    assert list(evaluation.refusals(found)) == []
    listed = found["groups"][0]["rules"]
    assert len({rule["uid"] for rule in listed}) == len({rule["title"] for rule in listed}) == len(listed) == 7


@pytest.mark.parametrize(
    "change",
    [
        lambda group, rule: group.update(interval="15s"),
        lambda group, rule: group.pop("folder"),
        lambda group, rule: rule.update(uid="a b"),
        lambda group, rule: rule.update(title=""),
        lambda group, rule: rule.update(condition="Z"),
        lambda group, rule: rule.pop("noDataState"),
        lambda group, rule: rule.update(execErrState="Ok"),
        lambda group, rule: rule.update(labels={"a": "$HOME"}),
        lambda group, rule: rule.update(annotations={"a": "{{ $labels.x }}"}),
        lambda group, rule: rule["data"][0].update(relativeTimeRange={"from": 0, "to": 0}),
        lambda group, rule: rule["data"][0]["model"].update(format="table"),
        lambda group, rule: rule["data"][0]["model"].pop("intervalMs"),
    ],
)
def test_the_check_of_rules_can_fail(change: Any) -> None:
    found = copy.deepcopy(rules.groups())
    change(found["groups"][0], found["groups"][0]["rules"][0])
    assert list(evaluation.refusals(found))


def test_policies_contact_points_mute_times_and_templates_name_one_another() -> None:
    (tree,) = document("alerting/policies.yaml")["policies"]
    points = {point["name"] for point in document("alerting/contact-points.yaml")["contactPoints"]}
    times = {time["name"] for time in document("alerting/mute-times.yaml")["muteTimes"]}
    (template,) = document("alerting/templates.yaml")["templates"]
    for node in (tree, *tree["routes"]):
        assert node["receiver"] in points
        assert set(node.get("mute_time_intervals", [])) <= times
        assert not node.get("continue"), "it would go to the next sibling, never to the root's receiver"
    assert tree["routes"][0]["object_matchers"][1] == ["severity", "=", "high"]
    assert not tree["routes"][0].get("mute_time_intervals"), "what is severe is told at night too"
    used = set(re.findall(r'\{\{ template "([\w.]+)"', json.dumps(delivery.documents()["contact-points"]).replace('\\"', '"')))
    assert used and used <= set(re.findall(r'\{\{ define "([\w.]+)"', template["template"]))


def test_only_named_variables_of_the_environment_are_expanded() -> None:
    for name in ("alerting/contact-points.yaml", "alerting/policies.yaml", "datasources/clickhouse.yaml"):
        text = files.files()[Path("provisioning") / name].decode()
        assert set(re.findall(r"\$(\w*)", text)) <= {"GRAFANA_ALERT_WEBHOOK", "CLICKHOUSE_READ_PASSWORD"}


def test_messages_of_operators_hold_no_customers_words() -> None:
    (template,) = document("alerting/templates.yaml")["templates"]
    assert set(re.findall(r"\.(?:Labels|Annotations|CommonLabels)\.(\w+)", template["template"])) == {
        "summary",
        "description",
        "alertname",
    }
    for rule in rules.RULES:
        assert set(re.findall(r"\.Labels\.(\w+)", rule.summary)) <= {"severity", "tenant", "channel"}
        labels = re.match(r"SELECT (.*?)toFloat64|SELECT if", rule.sql.strip())
        assert labels and set(re.findall(r"\w+", labels[1] or "")) <= {"severity", "tenant", "channel"}


def test_the_source_is_asked_as_the_reader_and_dashboards_lie_where_they_are_mounted() -> None:
    (source,) = document("datasources/clickhouse.yaml")["datasources"]
    assert (source["uid"], source["type"], source["editable"]) == (query.SOURCE, query.PLUGIN, False)
    assert source["jsonData"]["username"] == provisioning.READER
    assert all(isinstance(source["jsonData"][name], str) for name in ("dialTimeout", "queryTimeout"))
    (provider,) = document("dashboards/groundswell.yaml")["providers"]
    assert (provider["folder"], provider["allowUiUpdates"]) == (rules.FOLDER, False)


def test_the_page_names_every_dashboard_and_rule_and_only_statements_that_are_there() -> None:
    page = (ROOT / "docs" / "grafana.md").read_text("utf-8")
    for board in BOARDS:
        assert f"`/d/{board['uid']}`" in page
    table = dict(re.findall(r"^\| `(voc-[\w-]+)` \|.*\| (\S+) \| \S.*\|$", page, re.MULTILINE))
    outcome = {"OK": "normal", "Alerting": "**fires**"}
    assert table == {rule.uid: outcome[rule.no_data] for rule in rules.RULES}
    distinct = {(asked.sql, asked.hours) for asked in files.queries()}
    assert f"All {len(distinct)} statements" in page
