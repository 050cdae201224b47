"""The users of deploy/clickhouse, on the real engine: they may do what the product needs, and no more."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clickhouse_driver import Client, errors

from streams.warehouse.endpoint import Endpoint
from streams.warehouse.schema import migrate
from streams.warehouse.views import VIEWS
from tests.deploy.engine import USERS

ROOT = Path(__file__).resolve().parents[2]
SQL = ROOT / "deploy" / "clickhouse" / "users.sql"
PASSWORDS = {"voc_write": "from-the-environment-1", "voc_read": "from-the-environment-2"}
REFUSED = {497, 164}  # ACCESS_DENIED, READONLY
NOT_WITHIN = {452}  # SETTING_CONSTRAINT_VIOLATION
SYNTAX = 62


class Engine:
    """Connections to it, by user."""

    def __init__(self, port: int) -> None:
        self.port = port

    def endpoint(self, user: str) -> Endpoint:
        return Endpoint("127.0.0.1", self.port, user, PASSWORDS[user], "voc")

    def ask(self, user: str, query: str, **settings: Any) -> Any:
        client: Client = self.endpoint(user).client()
        try:
            return client.execute(query, settings=settings or None)
        finally:
            client.disconnect()

    def code(self, user: str, query: str, **settings: Any) -> int:
        """The error that the engine answers with; 0: none."""
        try:
            self.ask(user, query, **settings)
        except errors.ServerException as error:
            return int(error.code)
        return 0


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    directory = tmp_path_factory.mktemp("engine")
    environment = {
        **os.environ,
        "CLICKHOUSE_WRITE_PASSWORD": PASSWORDS["voc_write"],
        "CLICKHOUSE_READ_PASSWORD": PASSWORDS["voc_read"],
    }
    command = [sys.executable, "-m", "tests.deploy.engine", str(directory)]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"READY\n", (directory / "log").read_text("utf-8", "replace")[-2000:]
        engine = Engine(json.loads((directory / "server.json").read_text())["tcp"])
        migrate(engine.endpoint("voc_write"))
        yield engine
    finally:
        process.kill()
        process.wait()


def statements() -> list[str]:
    text = re.sub(r"--.*", "", SQL.read_text("utf-8"))
    return [" ".join(statement.split()) for statement in text.split(";") if statement.strip()]


def test_the_users_made_by_sql_have_the_same_rights_and_limits() -> None:
    xml = ET.parse(USERS).getroot()
    granted = {
        f"{query.text} TO {user.tag}" for user in xml.findall("users/*") for query in user.findall("grants/query")
    }  # fmt: skip
    assert {statement for statement in statements() if statement.startswith("GRANT")} == granted
    limits = {limit.tag: limit.text for limit in xml.findall("profiles/voc_reader/*") if limit.tag != "constraints"}
    (profile,) = (statement for statement in statements() if statement.startswith("CREATE SETTINGS PROFILE"))
    assert dict(re.findall(r"(\w+) = (\d+)", profile)) == limits
    for limit in xml.findall("profiles/voc_reader/constraints/*"):
        assert f"{limit.tag} = {limits[limit.tag]} MIN {limit.findtext('min')} MAX {limit.findtext('max')}" in profile
    assert {user for statement in statements() for user in re.findall(r"USER IF NOT EXISTS (\w+)", statement)} == set(PASSWORDS)


@pytest.mark.parametrize("statement", statements())
def test_the_engine_can_read_the_sql(engine: Engine, statement: str) -> None:
    assert engine.code("voc_write", f"EXPLAIN AST {statement}") == 0
    assert engine.code("voc_write", f"EXPLAIN AST {statement} NONSENSE") == SYNTAX


def test_the_writer_builds_the_schema_from_nothing_and_a_second_time_changes_nothing(engine: Engine) -> None:
    engine.ask("voc_write", "DROP DATABASE voc SYNC")
    assert migrate(engine.endpoint("voc_write"))
    assert migrate(engine.endpoint("voc_write")) == []


def test_what_the_writer_stores_the_reader_sees_through_the_view(engine: Engine) -> None:
    engine.ask("voc_write", "TRUNCATE TABLE voc.dead_letter_local")
    engine.ask("voc_write", "INSERT INTO voc.dead_letter_local (input, sha256, reason) VALUES ('a', 'b', 'not_json')")
    assert engine.ask("voc_read", "SELECT input, reason FROM voc.dead_letters") == [("a", "not_json")]


@pytest.mark.parametrize("view", VIEWS)
def test_the_reader_may_read_every_view(engine: Engine, view: str) -> None:
    engine.ask("voc_read", f"SELECT * FROM voc.{view} LIMIT 1", max_execution_time=5)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM voc.feedback_local",
        "SELECT raw FROM voc.dead_letter_raw_local",
        "INSERT INTO voc.dead_letter_local (input) VALUES ('x')",
        "DROP VIEW voc.feedback",
        "CREATE TABLE voc.mine (a UInt8) ENGINE = Memory",
        "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
        "SELECT * FROM system.users",
    ],
)
def test_the_reader_may_do_nothing_else(engine: Engine, query: str) -> None:
    assert engine.code("voc_read", query) in REFUSED


@pytest.mark.parametrize("limits", [{"max_execution_time": 61}, {"max_execution_time": 0}, {"max_memory_usage": 0}])
def test_the_reader_cannot_lift_its_limits(engine: Engine, limits: dict[str, int]) -> None:
    assert engine.code("voc_read", "SELECT count() FROM voc.feedback", **limits) in NOT_WITHIN


@pytest.mark.parametrize(
    "query",
    ["CREATE DATABASE other", "SELECT * FROM system.users", "CREATE USER another", "SELECT * FROM file('/etc/passwd', 'CSV')"],
)
def test_the_writer_has_its_own_database_and_no_other(engine: Engine, query: str) -> None:
    assert engine.code("voc_write", query) in REFUSED


@pytest.mark.parametrize("user", PASSWORDS)
def test_a_password_is_asked_for(engine: Engine, user: str) -> None:
    endpoint = Endpoint("127.0.0.1", engine.port, user, "another", "voc")
    assert not endpoint.answers()
