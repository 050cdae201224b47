"""`voc warehouse`, `voc migrate`, `voc sql`: the embedded warehouse from the outside."""

import os
from pathlib import Path

import pytest

from streams.warehouse.server import claim
from streams.warehouse.views import VIEWS
from tests.streams.cli.conftest import Voc
from tests.streams.cli.outcome import until


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path(f"/proc/{pid}/stat").exists() else True


def test_a_warehouse_starts_stays_is_found_and_stops(voc: Voc) -> None:
    assert voc("warehouse", "status", "--json").json == {
        "running": False, "stays": False, "pid": None, "tcp_port": None, "http_port": None, "data_dir": "voc-data",
    }  # fmt: skip
    assert not Path("voc-data").exists()  # a question starts and makes nothing
    started = voc("warehouse", "start", "--json").json
    try:
        assert started["running"] is started["stays"] is True
        assert voc("warehouse", "status", "--json").json == started
        assert voc("warehouse", "start", "--json").json == started  # it was running already
        assert voc("sql", "SELECT count() AS n FROM feedback", "--json").json == [{"n": 0}]
        assert voc("warehouse", "status", "--json").json["pid"] == started["pid"]
        assert f"port {started['tcp_port']}" in voc("warehouse", "status").out
    finally:
        stopped = voc("warehouse", "stop", "--json")
    assert stopped.json == {"running": False, "was_running": True}
    until(lambda: not alive(started["pid"]))
    assert voc("warehouse", "stop", "--json").json == {"running": False, "was_running": False}


def test_the_warehouse_of_another_is_not_ours_to_start(voc: Voc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_CLICKHOUSE_URL", "clickhouse://me:secret@127.0.0.1:1/voc")
    for verb in ("start", "status", "stop"):
        voc("warehouse", verb).failed("VOC_CLICKHOUSE_URL is set")


def test_migrate_says_what_it_applied(voc: Voc) -> None:
    assert voc("migrate", "--json").json == {"applied": [1, 2, 3]}
    assert voc("migrate", "--json").json == {"applied": []}
    assert voc("migrate").out == "up to date\n"


@pytest.mark.usefixtures("warm")
def test_sql_reads_and_prints_json_or_a_table(voc: Voc) -> None:
    statement = "SELECT toDate('2026-11-20') AS day, [1, 2] AS list, NULL AS nothing, '中文 [bold]' AS text, 1.5 AS half"
    assert voc("sql", statement, "--json").json == [
        {"day": "2026-11-20", "list": [1, 2], "nothing": None, "text": "中文 [bold]", "half": 1.5}
    ]
    assert "中文 [bold]" in voc("sql", statement).out
    assert voc("sql", "SELECT 1 WHERE 0", "--json").json == []
    assert [row["name"] for row in voc("sql", "SHOW TABLES", "--json").json] == sorted(VIEWS)


@pytest.mark.usefixtures("warm")
def test_the_views_have_the_columns_of_the_reference(voc: Voc) -> None:
    for name, view in VIEWS.items():
        described = [column["name"] for column in voc("sql", f"DESCRIBE TABLE {name}", "--json").json]
        assert sorted(described) == sorted(view.columns), name


@pytest.mark.usefixtures("warm")
def test_sql_refuses_in_one_line_what_is_not_reading(voc: Voc) -> None:
    for statement in (
        "DROP VIEW feedback",
        "INSERT INTO feedback_local (text) VALUES ('x')",
        "INSERT INTO feedback_local (text) SELECT 'x'",
        "CREATE TABLE t (a Int8) ENGINE = Memory",
        "ALTER TABLE feedback_local DELETE WHERE 1",
        "TRUNCATE TABLE feedback_local",
        "SYSTEM SHUTDOWN",
        "GRANT ALL ON *.* TO voc_read",
        "SELECT * FROM feedback_local",
        "SELECT * FROM dead_letter_raw_local",
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM url('http://127.0.0.1:1', 'LineAsString')",
        "SELEC 1",
        "SELECT nowhere FROM feedback",
        "",
        "SELECT 1; SELECT 2",
    ):
        voc("sql", statement).failed()
    assert voc("sql", "SELECT count() AS n FROM feedback", "--json").json == [{"n": 0}]
    voc("sql", "SELECT 1 INTO OUTFILE 'stolen.txt'")
    assert not list(Path().rglob("stolen.txt"))


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SELECT length(groupArray(number)) FROM numbers(100000000) SETTINGS max_memory_usage = 1000000", "emory limit"),
        ("SELECT sum(sleepEachRow(1)) FROM numbers(30) SETTINGS max_execution_time = 1, max_block_size = 1", "Timeout exceeded"),
        ("SELECT 1 SETTINGS max_execution_time = 3600", "max_execution_time shouldn't be greater than 60"),
    ],
)
def test_sql_says_at_once_what_the_server_refuses(voc: Voc, statement: str, words: str) -> None:
    outcome = voc("sql", statement)
    outcome.failed(words)
    assert "warehouse_away" not in outcome.err  # each further attempt would be a line


def test_a_warehouse_that_is_still_starting_is_shown_as_that(voc: Voc) -> None:
    directory = Path("voc-data/warehouse")
    directory.mkdir(parents=True)
    with claim(directory):
        assert voc("warehouse", "status").out.endswith("starting; its ports are not settled yet\n")
        assert voc("warehouse", "status", "--json").json["pid"] == os.getpid()
