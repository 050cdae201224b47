"""The embedded server's life: it lasts as long as somebody uses it, and no longer."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams.warehouse.embedded import EmbeddedError, EmbeddedWarehouse
from streams.warehouse.schema import migrate
from tests.conftest import VOC, Voc, voc_environment

USER = """
import sys
from pathlib import Path
from streams.warehouse.embedded import EmbeddedWarehouse
warehouse = EmbeddedWarehouse(Path(sys.argv[1]))
warehouse.endpoint()
print(warehouse.status().pid, flush=True)
sys.stdin.read()
"""
"""A command that starts or finds the server, says its process id, and holds on to it until its standard input ends."""


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[EmbeddedWarehouse]:
    """A data directory nobody has used; whatever serves it is stopped."""
    warehouse = EmbeddedWarehouse(tmp_path / "data")
    yield warehouse
    warehouse.release()
    if (tmp_path / "data").exists():
        warehouse.stop()


def user(warehouse: EmbeddedWarehouse) -> "subprocess.Popen[str]":
    """Another process that uses the server; its `pid_served` line is to be read."""
    command = [sys.executable, "-c", USER, str(warehouse.directory.parent)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def served_by(process: "subprocess.Popen[str]") -> int:
    assert process.stdout
    return int(process.stdout.readline())


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Look again and again; whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_the_server_ends_with_the_last_command_that_uses_it(warehouse: EmbeddedWarehouse) -> None:
    with user(warehouse) as first, user(warehouse) as second:
        pid = served_by(first)
        assert served_by(second) == pid, "two commands, one server"
        first.communicate()
        assert not until(lambda: not warehouse.status().running, 1.5), "somebody still used it"
        assert warehouse.status().pid == pid
        second.communicate()
        assert until(lambda: not warehouse.status().running)


def test_the_server_ends_also_when_the_command_was_killed(warehouse: EmbeddedWarehouse) -> None:
    with user(warehouse) as process:
        served_by(process)
        process.kill()
    assert until(lambda: not warehouse.status().running)


def test_a_killed_server_is_revived_with_the_same_passwords_ports_and_data(warehouse: EmbeddedWarehouse) -> None:
    before = warehouse.endpoint()
    migrate(before)
    client = before.client()
    client.execute("INSERT INTO position_local (input, body) VALUES ('a', 'b')")
    pid = warehouse.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: not before.answers())
    assert warehouse.endpoint() == before
    assert warehouse.status().pid not in (None, pid)
    client.disconnect()
    assert client.execute("SELECT input, body FROM position_local") == [("a", "b")]
    client.disconnect()


def test_a_server_told_to_stay_stays_until_it_is_stopped(tmp_path: Path, voc: Voc) -> None:
    started = json.loads(voc("warehouse", "start", "--json").stdout)
    assert started["running"] and started["stays"]
    directory = tmp_path / "data"
    assert not until(lambda: not EmbeddedWarehouse(directory).status().running, 1.0)
    assert json.loads(voc("sql", "SELECT count() AS n FROM feedback", "--json").stdout) == [{"n": 0}]
    assert json.loads(voc("warehouse", "status", "--json").stdout) == started
    assert json.loads(voc("warehouse", "stop", "--json").stdout) == {"running": False, "was_running": True}
    assert not EmbeddedWarehouse(directory).status().running
    assert json.loads(voc("warehouse", "stop", "--json").stdout) == {"running": False, "was_running": False}


def test_two_commands_at_once_share_one_server(tmp_path: Path) -> None:
    command = [*VOC, "sql", "SELECT count() AS n FROM feedback", "--json", "--data-dir", str(tmp_path / "data")]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=voc_environment())
        for _ in range(2)
    ]
    for process in both:
        said, complaints = process.communicate(timeout=60)
        assert (process.returncode, complaints) == (0, "")
        assert json.loads(said) == [{"n": 0}]


def test_a_busy_port_is_a_clear_error(tmp_path: Path, voc: Voc) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for ports in ((port, 0), (0, port)):
            with pytest.raises(EmbeddedError, match=f"port {port} is in use; name another"):
                EmbeddedWarehouse(tmp_path / "data", *ports).endpoint()


def test_the_port_that_was_asked_for_is_the_one_that_is_served(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    warehouse = EmbeddedWarehouse(tmp_path / "data", tcp_port=port)
    try:
        assert warehouse.endpoint().port == port
    finally:
        warehouse.release()
    assert until(lambda: not warehouse.status().running)


def test_a_data_directory_that_cannot_be_one_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(EmbeddedError, match="cannot use the data directory"):
        EmbeddedWarehouse(tmp_path / "data").endpoint()
