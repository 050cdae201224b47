"""What the reader may see: the views, and nothing else."""

import stat

import pytest
from clickhouse_driver import errors

from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.views import VIEWS
from tests.streams.warehouse.test_schema import TABLES

DENIED = (164, 291, 344, 497)
"""READONLY, DATABASE_ACCESS_DENIED, SUPPORT_IS_DISABLED, ACCESS_DENIED."""
SETTING_CONSTRAINT_VIOLATION = 452


@pytest.mark.parametrize("view", VIEWS)
def test_the_reader_can_select_every_view(view: str, reader: Endpoint) -> None:
    assert isinstance(reader.client().execute(f"SELECT * FROM {view} LIMIT 1"), list)


@pytest.mark.parametrize("table", sorted(TABLES | {"schema_versions"}))
def test_the_reader_can_read_no_table(table: str, reader: Endpoint) -> None:
    assert_denied(reader, f"SELECT * FROM {table} LIMIT 1")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO feedback_local (tenant) VALUES ('x')",
        "INSERT INTO feedback (tenant) SELECT 'x'",
        "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a String')",
        "SELECT * FROM file('/etc/passwd', LineAsString)",
        "INSERT INTO FUNCTION file('/tmp/x.csv') SELECT 1",
        "SELECT * FROM remote('127.0.0.1:1', system.one)",
        "SELECT * FROM s3('http://127.0.0.1:1/bucket/x', CSV, 'a String')",
        "SELECT * FROM executable('x', CSV, 'a String', (SELECT 1))",
        "SELECT name FROM system.users",
        "SELECT query FROM system.processes WHERE user != 'voc_read'",
        "SELECT * FROM system.parts",
        "CREATE TABLE t (a Int8) ENGINE = Memory",
        "CREATE USER someone",
        "GRANT ALL ON *.* TO voc_read",
        "ALTER TABLE feedback_local DELETE WHERE 1",
        "DROP VIEW feedback",
        "TRUNCATE TABLE feedback_local",
        "SYSTEM FLUSH LOGS",
        "KILL QUERY WHERE 1",
        "SET readonly = 0",
    ],
)
def test_the_reader_can_do_nothing_else(statement: str, reader: Endpoint) -> None:
    assert_denied(reader, statement)


def test_the_reader_sees_no_other_database(reader: Endpoint, endpoint: Endpoint) -> None:
    assert_denied(reader, f"SELECT * FROM {endpoint.database}.feedback")
    assert {name for (name,) in reader.client().execute("SHOW TABLES")} == set(VIEWS)


@pytest.mark.parametrize(
    "settings",
    ["max_execution_time = 61", "max_execution_time = 0", "max_execution_time = DEFAULT", "max_memory_usage = 4000000001",
     "max_memory_usage = 0", "max_memory_usage = DEFAULT", "profile = 'default', max_execution_time = 100", "readonly = 0"],
)  # fmt: skip
def test_the_reader_cannot_raise_its_limits(settings: str, reader: Endpoint) -> None:
    assert_denied(reader, f"SELECT 1 SETTINGS {settings}", (*DENIED, SETTING_CONSTRAINT_VIOLATION))


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_execution_time", 30), ("max_execution_time", 60), ("max_execution_time", 0.5), ("max_memory_usage", 1_000_000)],
)
def test_the_reader_can_lower_its_limits_as_grafana_does(name: str, value: float, reader: Endpoint) -> None:
    asked = f"SELECT getSetting('{name}') SETTINGS {name} = {value}"
    assert reader.client().execute(asked) == [(value,)]
    assert reader.client().execute(f"SELECT getSetting('{name}')", settings={name: value}) == [(value,)]


def test_the_limits_hold_when_nothing_is_asked(reader: Endpoint) -> None:
    assert reader.client().execute("SELECT getSetting('max_execution_time'), getSetting('max_memory_usage')") == [(60, 4 * 10**9)]


@pytest.mark.parametrize("user", ["voc_write", "voc_read"])
def test_nobody_gets_in_without_a_password(user: str, reader: Endpoint) -> None:
    assert not Endpoint(reader.host, reader.port, user, "").answers()


def test_the_user_without_a_password_can_read_nothing(reader: Endpoint) -> None:
    nobody = Endpoint(reader.host, reader.port, "default", "", database="system")
    for statement in (
        "SELECT * FROM voc.feedback",
        "SELECT * FROM voc.feedback_local",
        "SELECT name FROM system.users",
        "CREATE TABLE default.t (a Int8) ENGINE = Memory",
        "SELECT * FROM file('/etc/passwd', LineAsString)",
    ):
        assert_denied(nobody, statement)


def test_passwords_lie_in_one_private_file_and_in_no_log(embedded: EmbeddedWarehouse, reader: Endpoint) -> None:
    secrets = [embedded.endpoint().password.encode(), reader.password.encode()]
    assert all(len(secret) >= 24 for secret in secrets)
    holding = set()
    for path in embedded.directory.rglob("*"):
        if path.is_file() and any(secret in path.read_bytes() for secret in secrets):
            holding.add(path.name)
    assert holding == {"server.json"}
    for name in ("server.json", "users.xml", "config.xml"):
        assert stat.S_IMODE((embedded.directory / name).stat().st_mode) == 0o600, name
    assert reader.password not in repr(reader)


def test_what_the_warehouse_holds_is_its_owners_to_read(embedded: EmbeddedWarehouse, endpoint: Endpoint) -> None:
    endpoint.client().execute("INSERT INTO position_local (input, body) VALUES ('a', 'b')")
    assert stat.S_IMODE(embedded.directory.stat().st_mode) == 0o700
    files = [path for path in (embedded.directory / "data").rglob("*") if path.is_file() and not path.is_symlink()]
    assert any("data" in path.name for path in files)
    assert [path for path in files if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def assert_denied(endpoint: Endpoint, statement: str, codes: tuple[int, ...] = DENIED) -> None:
    client = endpoint.client()
    try:
        with pytest.raises(errors.ServerException) as refused:
            client.execute(statement)
        assert refused.value.code in codes, refused.value.message[:200]
    finally:
        client.disconnect()
