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


def assert_denied(endpoint: Endpoint, statement: str) -> None:
    client = endpoint.client()
    try:
        with pytest.raises(errors.ServerException) as refused:
            client.execute(statement)
        assert refused.value.code in DENIED, refused.value.message[:200]
    finally:
        client.disconnect()
