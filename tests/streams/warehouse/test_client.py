"""The one client: what it sends again, what it gives up, what it never says."""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clickhouse_driver import errors

from streams.failures import SinkUnavailable
from streams.warehouse.client import AWAY, WarehouseClient, disk_is_full, is_away, is_unreachable
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.schema import migrate


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedWarehouse]:
    """A server that a test may kill."""
    warehouse = EmbeddedWarehouse(tmp_path / "data")
    migrate(warehouse.endpoint())
    yield warehouse
    warehouse.release()


def kill_when_it_runs(warehouse: EmbeddedWarehouse, mark: str) -> threading.Thread:
    """Kill the server as soon as it is in the middle of the statement that holds the mark."""
    watcher, pid = warehouse.endpoint().client(), warehouse.status().pid
    assert pid

    def kill() -> None:
        deadline = time.monotonic() + 30
        running = "SELECT count() FROM system.processes WHERE query LIKE %(like)s AND query NOT LIKE '%%system.processes%%'"
        while watcher.execute(running, {"like": f"%{mark}%"}) == [(0,)] and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def test_a_statement_whose_server_is_killed_in_the_middle_is_sent_again(own_server: EmbeddedWarehouse) -> None:
    client, before = WarehouseClient(own_server.endpoint, patience_s=60), own_server.status().pid
    killer = kill_when_it_runs(own_server, "in_the_middle")
    rows = client.query("SELECT /* in_the_middle */ number, sleepEachRow(0.3) FROM numbers(4) SETTINGS max_block_size = 1")
    killer.join()
    assert rows == [(0, 0), (1, 0), (2, 0), (3, 0)]
    assert own_server.status().pid != before

    killer = kill_when_it_runs(own_server, "sleepEachRow")
    client.write("INSERT INTO position_local (input, body) SELECT toString(number), toString(sleepEachRow(0.3)) FROM numbers(4)")
    killer.join()
    assert client.query("SELECT count() FROM position_local FINAL") == [(4,)]
    client.close()


def test_no_condition_finds_an_old_version(endpoint: Endpoint) -> None:
    """The settings for reading let the server judge conditions before it has found the version that stands."""
    client, columns = (
        WarehouseClient(lambda: endpoint),
        ("tenant", "minute", "time", "feedback_id", "version", "withdrawn", "text"),
    )
    at = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
    for version, withdrawn, text in ((1, 0, "first"), (2, 0, "second")):  # a part each: nothing is merged yet
        client.insert("feedback_local", columns, [("acme", at, at, n, version, withdrawn, text) for n in (1, 2)])
    client.insert("feedback_local", columns, [("acme", at, at, 2, 3, 1, "third")])
    asked = "SELECT text FROM feedback WHERE tenant = 'acme' AND minute = toDateTime(%(at)s, 'UTC') AND feedback_id = %(id)s"
    values = {"at": int(at.timestamp())}
    one, two = ({**values, "id": f"{n:016x}"} for n in (1, 2))
    assert client.query(asked, one) == [("second",)]
    assert client.query(asked + " AND text = 'first'", one) == []
    assert client.query(asked, two) == [], "it was withdrawn"
    client.close()


def test_patience_ends_in_one_clear_failure(caplog: pytest.LogCaptureFixture) -> None:
    asked = []

    def nowhere() -> Endpoint:
        asked.append(time.monotonic())
        return Endpoint("127.0.0.1", 1, "voc_write", "hunter2-secret")

    client = WarehouseClient(nowhere, patience_s=0.4)
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(SinkUnavailable, match=r"has not answered for .* run the same command again"),
    ):
        client.insert("feedback_local", ("text",), [("what a customer said",)])
    assert len(asked) > 1, "it did not try again"
    assert asked[-1] - asked[0] < 5
    assert "hunter2" not in caplog.text
    assert "customer said" not in caplog.text


def test_a_defect_is_neither_retried_nor_renamed(endpoint: Endpoint) -> None:
    asked = []

    def connect() -> Endpoint:
        asked.append(1)
        return endpoint

    client = WarehouseClient(connect, patience_s=5)
    with pytest.raises(errors.ServerException) as raised:
        client.query("SELECT nonsense FROM nowhere")
    assert raised.value.code not in AWAY
    assert len(asked) == 1
    assert client.query("SELECT 1") == [(1,)]


FULL = [
    errors.ServerException("Cannot reserve 1.00 MiB, not enough space", 243),
    errors.ServerException("std::exception. Code: 1001, type: filesystem error: No space left on device", 1001),
    errors.ServerException("Cannot write to file: , errno: 28, strerror: No space left on device", 75),
    OSError(28, "No space left on device"),
]


@pytest.mark.parametrize("error", FULL, ids=lambda error: str(error)[:30])
def test_a_full_disk_is_the_warehouse_being_away_and_named_as_what_it_is(error: BaseException) -> None:
    assert disk_is_full(error)
    assert is_away(error)
    client = WarehouseClient(lambda: _raise(error), patience_s=0.1)
    with pytest.raises(SinkUnavailable, match="disk is full; free some space"):
        client.query("SELECT 1")


@pytest.mark.parametrize("error", [errors.ServerException("Memory limit exceeded", 241), EOFError(), ConnectionResetError(),
                                   errors.SocketTimeoutError(), errors.NetworkError()], ids=repr)  # fmt: skip
def test_a_server_that_cannot_now_is_away_but_its_disk_is_not_full(error: BaseException) -> None:
    assert is_away(error)
    assert not disk_is_full(error)


def test_a_failure_that_the_server_names_is_passed_on_by_its_code() -> None:
    refused = errors.ServerException("Memory limit exceeded: while inserting 'what a customer said'", 241)
    client = WarehouseClient(lambda: _raise(refused), patience_s=0.1)
    with pytest.raises(SinkUnavailable, match=r"has refused for 0\.1 s \(its error 241 MEMORY_LIMIT_EXCEEDED\)") as told:
        client.query("SELECT 1")
    assert "customer" not in str(told.value)
    unknown = WarehouseClient(lambda: _raise(errors.ServerException("?", 999)), patience_s=0.1)
    with pytest.raises(SinkUnavailable, match=r"\(its error 999( \w+)?\); see"):
        unknown.query("SELECT 1")


@pytest.mark.parametrize("code", sorted(AWAY))
def test_what_a_server_answers_to_people_is_never_asked_again(code: int) -> None:
    refused, asked = errors.ServerException("No", code), []

    def connect() -> Endpoint:
        asked.append(1)
        raise refused

    client = WarehouseClient(connect, patience_s=60, away=is_unreachable)
    with pytest.raises(errors.ServerException) as raised:
        client.execute("SELECT 1")
    assert (raised.value, asked) == (refused, [1])


@pytest.mark.parametrize(
    "error", [EOFError(), ConnectionResetError(), errors.SocketTimeoutError(), errors.NetworkError()], ids=repr
)
def test_a_connection_that_fails_people_is_opened_again(error: BaseException, endpoint: Endpoint) -> None:
    failures = [error]
    client = WarehouseClient(lambda: _raise(failures.pop()) if failures else endpoint, patience_s=60, away=is_unreachable)
    assert client.execute("SELECT 1") == [(1,)]
    assert failures == []
    client.close()


def test_a_url_names_a_warehouse_and_its_password_is_never_shown() -> None:
    endpoint = Endpoint.from_url("clickhouses://voc:p%40ss@ch.example/db")
    assert (endpoint.host, endpoint.port, endpoint.user, endpoint.password, endpoint.database, endpoint.secure) == (
        "ch.example", 9440, "voc", "p@ss", "db", True)  # fmt: skip
    assert "p@ss" not in repr(endpoint)
    assert Endpoint.from_url("clickhouse://h").port == 9000
    with pytest.raises(ValueError) as wrong:
        Endpoint.from_url("postgres://u:s3cret@h/db")
    assert "s3cret" not in str(wrong.value)


def _raise(error: BaseException) -> Endpoint:
    raise error
