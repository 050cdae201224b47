"""Settings, taxonomy and pipeline with mistakes: one line (a taxonomy: one a mistake) that says where and what to do. Exit 1."""

from pathlib import Path

import pytest

from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.server import READER
from tests.streams.cli.conftest import Voc
from tests.streams.cli.events import chats, written

PASSWORD = "hunter2"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('log_levl = "info"', ["voc.toml", "log_levl", "did you mean “log_level”"]),
        ('taxonomie = "x.yaml"', ["taxonomie", "did you mean “taxonomy”"]),
        ("xyzzy = 1", ["xyzzy", "batch_lines"]),
        ('batch_lines = "many"', ["batch_lines", "int"]),
        ("batch_lines = 0", ["batch_lines", "between 1 and"]),
        ("lateness_s = nan", ["lateness_s"]),
        ('log_level = "loud"', ["log_level", "warning"]),
        ("tcp_port = 99999", ["port", "65,535"]),
        ("batch_lines = = 1", ["voc.toml", "line 1"]),
        (f'clickhouse_url = "clickhouse://me:{PASSWORD}@here"', ["VOC_CLICKHOUSE_URL", "environment"]),
        (f'clickhouse_read_url = "clickhouse://me:{PASSWORD}@here"', ["VOC_CLICKHOUSE_READ_URL", "environment"]),
    ],
)
def test_a_mistake_in_the_settings_file_is_named(voc: Voc, line: str, words: list[str]) -> None:
    Path("voc.toml").write_text(line, "utf-8")
    outcome = voc("settings")
    outcome.failed(*words)
    assert PASSWORD not in outcome.err


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("VOC_BATCH_LINES", "many", ["VOC_BATCH_LINES", "int"]),
        ("VOC_BATCH_LINES", "1.5", ["VOC_BATCH_LINES"]),
        ("VOC_TCP_PORT", "-1", ["port"]),
        ("VOC_PATIENCE_S", "0", ["patience_s"]),
        ("VOC_PATIENCE_S", "nan", ["patience_s"]),
        ("VOC_LOG_LEVEL", "LOUD", ["log_level", "debug"]),
        ("VOC_DATA_DIR", "", ["data_dir"]),
        ("VOC_LOG_LEVL", "debug", ["VOC_LOG_LEVL", "did you mean VOC_LOG_LEVEL"]),
    ],
)
def test_a_mistake_in_the_environment_is_named(
    voc: Voc, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: list[str]
) -> None:
    monkeypatch.setenv(variable, value)
    voc("settings").failed(*words)


def test_what_only_shares_the_prefix_is_no_mistake(voc: Voc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_SERVICE_HOST", "10.0.0.1")
    assert voc("settings").code == 0


def test_what_comes_later_goes_first_file_environment_option(voc: Voc, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("voc.toml").write_text('data_dir = "of-file"\nbatch_lines = 7\nfalse_alerts = 2', "utf-8")
    monkeypatch.setenv("VOC_DATA_DIR", "of-environment")
    monkeypatch.setenv("VOC_BATCH_LINES", "8")
    shown = voc("settings", "--json", "--data-dir", "of-option").json
    assert (shown["data_dir"], shown["batch_lines"], shown["false_alerts"]) == ("of-option", 8, 2.0)
    assert voc("settings", "--json").json["data_dir"] == "of-environment"


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_settings_mask_secrets(voc: Voc, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]) -> None:
    for name in ("VOC_CLICKHOUSE_URL", "VOC_CLICKHOUSE_READ_URL"):
        monkeypatch.setenv(name, f"clickhouse://me:{PASSWORD}@here:9000/voc")
    outcome = voc("settings", *form)
    assert outcome.code == 0
    assert PASSWORD not in outcome.out + outcome.err
    assert outcome.out.count("***") == 2


def test_every_mistake_of_a_taxonomy_is_listed_with_file_and_line(voc: Voc) -> None:
    written(Path("chats.ndjson"), chats(1, 1))
    Path("mine.yaml").write_text(
        "groups:\n  using:\n    owner: x\n    intents:\n      time:\n        any: [调时间]\n        exampels: [怎么调时间]\n"
        "      other:\n        any: [a]\n      empty: {}\n  bad:\n    severity: loud\n    intents: {}\n",
        "utf-8",
    )
    outcome = voc("run", "--input", "chats.ndjson", "--taxonomy", "mine.yaml")
    assert (outcome.code, outcome.out) == (1, "")
    lines = outcome.err.removeprefix("voc: ").splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"mine.yaml:{number}" for number in (7, 8, 10, 12)]
    assert "did you mean “examples”" in lines[0]
    assert not Path("voc-data").exists()


@pytest.mark.parametrize(
    ("processors", "words"),
    [
        ('["redact", "normlise"]', ["normlise", "did you mean “normalise”"]),
        ('["normalise", "redact"]', ["redact", "first"]),
        ('["redact", "nowhere:mark"]', ["nowhere:mark", "cannot be imported"]),
        ('"redact"', ["processors", "list"]),
    ],
)
def test_a_pipeline_that_cannot_be_built_is_named(
    voc: Voc, monkeypatch: pytest.MonkeyPatch, processors: str, words: list[str]
) -> None:
    written(Path("chats.ndjson"), chats(1, 1))
    Path("mine.toml").write_text(f"processors = {processors}", "utf-8")
    monkeypatch.setenv("VOC_PIPELINE", "mine.toml")
    voc("run", "--input", "chats.ndjson").failed("mine.toml", *words)
    assert not Path("voc-data").exists()


@pytest.mark.parametrize("which", ["VOC_PIPELINE", "VOC_TAXONOMY"])
def test_a_file_that_a_setting_names_must_be_there(voc: Voc, monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    written(Path("chats.ndjson"), chats(1, 1))
    monkeypatch.setenv(which, "gone.file")
    voc("run", "--input", "chats.ndjson").failed("gone.file", "cannot be read")


@pytest.mark.parametrize("verb", [("sql", "SELECT 1"), ("run", "--input", "chats.ndjson")])
def test_a_warehouse_that_does_not_answer_is_one_line(voc: Voc, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]) -> None:
    written(Path("chats.ndjson"), chats(1, 1))
    for name in ("VOC_CLICKHOUSE_URL", "VOC_CLICKHOUSE_READ_URL"):
        monkeypatch.setenv(name, f"clickhouse://me:{PASSWORD}@127.0.0.1:1/voc")
    monkeypatch.setenv("VOC_PATIENCE_S", "0.2")
    monkeypatch.setenv("VOC_LOG_LEVEL", "error")  # each attempt is a warning
    outcome = voc(*verb)
    outcome.failed("has not answered", "run the same command again")
    assert PASSWORD not in outcome.err


@pytest.mark.parametrize(
    "url",
    [
        f"http://me:{PASSWORD}@here:8123/voc",
        f"clickhouse://me:{PASSWORD}@here:port/voc",
        f"clickhouse://me:{PASSWORD}#more@here:9000/voc",
        f"clickhouse://me:{PASSWORD}/more@here:9000/voc",
        f"clickhouse://me:{PASSWORD}@[::1/voc",
        f"clickhouse://me:{PASSWORD}\u2100@here/voc",
        f"clickhouse://me:{PASSWORD}@here:99999/voc",
        PASSWORD,
    ],
)
def test_a_malformed_url_is_refused_and_its_password_never_shown(voc: Voc, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("VOC_CLICKHOUSE_URL", url)
    monkeypatch.setenv("VOC_CLICKHOUSE_READ_URL", url)
    for verb in (("sql", "SELECT 1"), ("migrate",)):
        outcome = voc(*verb)
        outcome.failed("VOC_CLICKHOUSE_URL", "clickhouse://user:password@host:port/database")
        assert PASSWORD not in outcome.err
    assert voc("warehouse", "start").code == 1


def test_a_malformed_url_of_the_reading_user_is_named_by_its_own_variable(
    voc: Voc, engine: EmbeddedWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOC_CLICKHOUSE_URL", url_of(engine.endpoint()))
    monkeypatch.setenv("VOC_CLICKHOUSE_READ_URL", f"postgres://me:{PASSWORD}@here/voc")
    outcome = voc("sql", "SELECT 1")
    outcome.failed("VOC_CLICKHOUSE_READ_URL is wrong", "clickhouse://user:password@host:port/database")
    assert PASSWORD not in outcome.err


def test_sql_never_runs_as_the_user_who_writes(voc: Voc, engine: EmbeddedWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_CLICKHOUSE_URL", url_of(engine.endpoint()))
    voc("sql", "SELECT 1").failed("VOC_CLICKHOUSE_READ_URL", "may only SELECT the views")
    assert isinstance(voc("spikes", "--json").json, list)  # our own question may
    monkeypatch.setenv("VOC_CLICKHOUSE_READ_URL", url_of(engine.endpoint(READER)))
    assert voc("sql", "SELECT currentUser() AS user", "--json").json == [{"user": READER}]


def test_sql_that_is_given_a_writing_user_by_mistake_still_only_reads(
    voc: Voc, engine: EmbeddedWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VOC_CLICKHOUSE_URL", "VOC_CLICKHOUSE_READ_URL"):
        monkeypatch.setenv(name, url_of(engine.endpoint()))
    assert voc("sql", "SELECT getSetting('readonly') AS wall", "--json").json == [{"wall": 2}]
    voc("sql", "WITH 1 AS one SELECT one SETTINGS readonly = 0").failed("readonly")
    voc("sql", "EXPLAIN SELECT 1 SETTINGS allow_ddl = 1, readonly = 0").failed("readonly")


def test_sql_that_names_what_is_not_there_is_told_what_is(
    voc: Voc, engine: EmbeddedWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOC_CLICKHOUSE_URL", url_of(engine.endpoint()))
    monkeypatch.setenv("VOC_CLICKHOUSE_READ_URL", url_of(engine.endpoint(READER)))
    voc("sql", "SELECT * FROM messages").failed("messages", "topic_minute", "DESCRIBE")
    voc("sql", "SELECT message FROM feedback").failed("message", "DESCRIBE")


def url_of(endpoint: Endpoint) -> str:
    return f"clickhouse://{endpoint.user}:{endpoint.password}@{endpoint.host}:{endpoint.port}/{endpoint.database}"
