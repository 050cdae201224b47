"""The embedded server's life: it lasts as long as somebody uses it, and no longer."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams.warehouse import embedded as starter
from streams.warehouse import server
from streams.warehouse.embedded import EmbeddedError, EmbeddedWarehouse, Status
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


HOLDER = """
import sys
from pathlib import Path
from streams.warehouse.server import claim
owner = claim(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
"""A server that has its lock and is still starting."""


@pytest.fixture
def innocent() -> Iterator["subprocess.Popen[str]"]:
    """A process that has nothing to do with any warehouse."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def starting(warehouse: EmbeddedWarehouse) -> Iterator["subprocess.Popen[str]"]:
    """A server that is still starting."""
    warehouse.directory.mkdir(parents=True)
    command = [sys.executable, "-c", HOLDER, str(warehouse.directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.parametrize("old", [False, True])
def test_a_server_that_is_still_starting_is_the_one_that_is_shown_and_stopped(
    warehouse: EmbeddedWarehouse, starting: "subprocess.Popen[str]", innocent: "subprocess.Popen[str]", old: bool
) -> None:
    if old:  # the last server of this directory had a process id that is somebody else's now
        (warehouse.directory / "server.json").write_text(json.dumps({"pid": innocent.pid, "tcp": 1, "http": 2}))
    assert warehouse.status() == Status(running=True, stays=False, pid=starting.pid, tcp_port=None, http_port=None)
    assert warehouse.stop()
    assert starting.wait(10) == -signal.SIGTERM
    assert innocent.poll() is None
    assert not warehouse.stop()


def test_nobody_is_stopped_for_having_the_process_id_that_a_killed_server_left(
    warehouse: EmbeddedWarehouse, innocent: "subprocess.Popen[str]"
) -> None:
    warehouse.directory.mkdir(parents=True)
    lock = warehouse.directory / "server.lock"
    lock.write_text(str(innocent.pid))
    assert not warehouse.stop()
    with lock.open("a") as owner:  # the next server, before it has said who it is
        fcntl.flock(owner, fcntl.LOCK_EX)
        assert warehouse.status() == Status(running=True, stays=False, pid=None, tcp_port=None, http_port=None)
        with pytest.raises(EmbeddedError, match="did not stop within"):
            warehouse.stop(patience_s=0.2)
    assert innocent.poll() is None


def test_a_server_waits_for_who_only_looks_whether_one_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = (tmp_path / "server.lock").open("a")
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr(server.time, "sleep", lambda _seconds: looking.close())
    with server.claim(tmp_path):
        assert looking.closed
        assert (tmp_path / "server.lock").read_text() == str(os.getpid())


def test_a_second_server_of_a_directory_gives_up_and_leaves_the_first_ones_name(
    warehouse: EmbeddedWarehouse, starting: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CLAIM_S", 0.1)
    with pytest.raises(server.StartError, match="another process already serves"):
        server.claim(warehouse.directory)
    assert (warehouse.directory / "server.lock").read_text() == str(starting.pid)


class Mute:
    """An engine that runs and never answers."""

    error = ""

    def __init__(self, _directory: Path) -> None:
        self.alive = True

    def start(self) -> None:
        """Nothing to do."""

    def is_alive(self) -> bool:
        return self.alive


@pytest.mark.parametrize("answer", [b"", b"garbage\r\n\r\n"])
def test_an_engine_that_never_answers_sensibly_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.chdir(tmp_path)  # the server changes it
    monkeypatch.setitem(sys.modules, "chdb", object())
    monkeypatch.setattr(server, "_Engine", Mute)
    monkeypatch.setattr(server, "START_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setattr(server, "_settle_ports", lambda *_: other.getsockname()[1])
        other.settimeout(20)

        def answers() -> None:
            while True:
                try:
                    with other.accept()[0] as connection:
                        connection.recv(4096)
                        connection.sendall(answer)
                except OSError:
                    return

        thread = threading.Thread(target=answers)
        thread.start()
        with pytest.raises(server.StartError, match=r"has not answered for 0\.3 s; see .*server\.log"):
            server._start(tmp_path, 0, 0)
        other.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_server_that_says_nothing_is_ended_and_the_next_command_may_try(
    warehouse: EmbeddedWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = tmp_path / "silent"
    silent.write_text(f"#!/bin/sh\necho $$ > {tmp_path / 'pid'}\nexec sleep 600\n")
    silent.chmod(0o755)
    with monkeypatch.context() as broken:
        broken.setattr(starter.sys, "executable", str(silent))
        broken.setattr(starter, "PATIENCE_S", 1.0)
        with pytest.raises(EmbeddedError, match=r"did not start within 1 s; see .*server\.log"):
            warehouse.endpoint()
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert warehouse.endpoint().answers()
