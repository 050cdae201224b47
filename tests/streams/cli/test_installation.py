"""What stands in a command's way: another run, a taken port, a directory that cannot be written. One line, exit 1."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.streams.cli.conftest import Script, Voc
from tests.streams.cli.events import chats, written
from tests.streams.cli.outcome import ended, until


def test_a_second_run_on_the_same_directory_names_the_first(voc: Voc, script: Script, warm: Path) -> None:
    written(Path("chats.ndjson"), chats(1, 3))
    first = script("run", "--input", "-", stdin=subprocess.PIPE)
    assert first.stdin
    first.stdin.write(chats(1, 2).decode())
    first.stdin.flush()  # it goes on waiting for more, and holds the directory
    until(lambda: (warm / "run.lock").exists() and (warm / "run.lock").read_text() == str(first.pid))
    voc("run", "--input", "chats.ndjson").failed(f"process {first.pid}", str(warm), "--data-dir")
    assert ended(first).code == 0
    assert voc("run", "--input", "chats.ndjson", "--json").json["accepted"] == 3


def test_a_taken_port_is_named_and_nothing_stays_behind(voc: Voc, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("VOC_TCP_PORT", str(port))
        voc("sql", "SELECT 1").failed(f"port {port} is in use", "tcp_port")
    assert voc("sql", "SELECT 1 AS one", "--json").json == [{"one": 1}]  # the port is free again: the same command works


@pytest.mark.parametrize("verb", [("run", "--input", "chats.ndjson"), ("sql", "SELECT 1"), ("warehouse", "start"), ("migrate",)])
def test_a_data_directory_below_a_file_is_refused(voc: Voc, verb: tuple[str, ...]) -> None:
    written(Path("chats.ndjson"), chats(1, 1))
    voc(*verb, "--data-dir", "chats.ndjson/data").failed("cannot use the data directory chats.ndjson/data", "--data-dir")


@pytest.mark.parametrize(
    "verb",
    [
        ("explain", "3f2a"), ("verdict", "3f2a", "useful"), ("briefing", "--json"),
        ("backtest", "--days", "3"), ("forget", "c1"), ("rerun", "--from", "2026-11-01"),
        ("notify", "preview", "3f2a", "--channel", "feishu"), ("taxonomy", "promote", "3f2a"),
    ],
)  # fmt: skip
def test_who_asks_where_there_is_nothing_is_told_so_and_nothing_is_made(voc: Voc, verb: tuple[str, ...]) -> None:
    written(Path("chats.ndjson"), chats(1, 1))
    for place in ("typo", "chats.ndjson/data"):
        voc(*verb, "--data-dir", place).failed(f"there is no installation in {place}", "voc run", "--data-dir")
    assert not Path("typo").exists()


def test_a_list_of_a_new_installation_is_empty_and_says_that_it_is_new(voc: Voc) -> None:
    assert voc("spikes", "--data-dir", "scripted", "--json").json == []
    first, again = voc("spikes", "--data-dir", "typo"), voc("spikes", "--data-dir", "typo")
    assert first.code == again.code == 0
    assert "there was no installation in typo" in first.out
    assert again.out == "no episode\n"


def test_a_data_directory_that_is_a_file_is_refused(voc: Voc) -> None:
    written(Path("chats.ndjson"), chats(1, 1))
    voc("run", "--input", "chats.ndjson", "--data-dir", "chats.ndjson").failed("cannot use the data directory", "--data-dir")


def test_a_data_directory_on_which_nothing_may_be_written_is_refused(script: Script) -> None:
    written(Path("chats.ndjson"), chats(1, 1))
    Path("closed").mkdir(mode=0o555)
    prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    try:
        outcome = ended(script("run", "--input", "chats.ndjson", "--data-dir", "closed", prefix=prefix))
    except FileNotFoundError:
        pytest.skip("needs a user who is not root, or setpriv")
    outcome.failed("cannot use the data directory closed", "Permission denied", "--data-dir")
