"""Ctrl-C, a reader that goes away, a disk that is full: nothing is lost, and the same command goes on."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.streams.cli.conftest import SCRIPT, Script, Voc
from tests.streams.cli.events import chats, written
from tests.streams.cli.outcome import Outcome, ended

FILL_UP = """
cd "$1" && voc="$2" && disk="$3" && mount -t tmpfs -o size=200m none "$disk" || exit 77
try() { "$voc" "${@:2}" --data-dir "$disk/data" --json >"$1.out" 2>"$1.err"; echo $? >"$1.code"; }
try before run --input small.ndjson
try started warehouse start
cat /dev/zero >"$disk/ballast" 2>/dev/null
try full run --input large.ndjson
try stopped warehouse stop
cat /dev/zero >"$disk/more" 2>/dev/null
try cold run --input large.ndjson
rm "$disk/ballast" "$disk/more"
try after run --input large.ndjson
try counted sql "SELECT count() AS n, uniqExact(feedback_id) AS different FROM feedback"
"""
"""A small file system that only this shell sees, filled up between runs."""


def test_ctrl_c_is_130_and_the_same_command_goes_on(
    script: Script, voc: Voc, warm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOC_BATCH_LINES", "10")
    monkeypatch.setenv("VOC_LOG_LEVEL", "info")
    path = written(Path("chats.ndjson"), chats(1, 2000))
    running = script("run", "--input", path)
    assert running.stderr
    said = [running.stderr.readline() for _ in range(5)]  # five batches are stored: it is in the midst of them
    assert all("event=batch_read" in line for line in said), said
    running.send_signal(signal.SIGINT)
    outcome = ended(running)
    assert (outcome.code, outcome.out) == (130, "")
    last = outcome.err.splitlines()[-1]
    assert last == "voc: interrupted; what was read is safe, the same command goes on from there"
    assert "Traceback" not in outcome.err
    monkeypatch.setenv("VOC_BATCH_LINES", "2000")
    monkeypatch.delenv("VOC_LOG_LEVEL")
    resumed = voc("run", "--input", path, "--json").json
    assert 50 <= resumed["resumed_at"] < 2000
    assert resumed["resumed_at"] + resumed["events"] == 2000
    statement = "SELECT count() AS n, uniqExact(feedback_id) AS different FROM feedback"
    assert voc("sql", statement, "--json").json == [{"n": 2000, "different": 2000}]
    assert warm.exists()


@pytest.mark.parametrize("form", ["", "--json"])
def test_a_reader_that_goes_away_is_no_error(warm: Path, form: str) -> None:
    assert warm.exists()
    statement = "SELECT number, repeat('x', 200) AS x FROM numbers(2000)"
    line = f'"{SCRIPT}" sql {form} "{statement}" | head -c 50 >/dev/null; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", line], check=False, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_full_disk_says_what_to_do_and_with_space_the_same_command_completes(
    tmp_path: Path, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux" or not shutil.which("unshare"):
        pytest.skip("needs a file system of its own: Linux and unshare")
    monkeypatch.setenv("VOC_PATIENCE_S", "1")
    (tmp_path / "disk").mkdir()
    written(clean / "small.ndjson", chats(1, 5))
    written(clean / "large.ndjson", chats(100, 1000))
    enter = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    shell = [*enter, "bash", "-c", FILL_UP, "bash", str(clean), str(SCRIPT), str(tmp_path / "disk")]
    done = subprocess.run(shell, check=False, capture_output=True, text=True, timeout=180)
    if done.returncode == 77 or "unshare:" in done.stderr:
        pytest.skip(f"this machine lets a test mount nothing: {done.stderr.strip()}")

    def outcome(name: str) -> Outcome:
        out, err, code = ((clean / f"{name}.{what}").read_text("utf-8") for what in ("out", "err", "code"))
        return Outcome(int(code), out, "\n".join(line for line in err.splitlines() if "event=warehouse_away" not in line))

    outcome("full").failed("warehouse's disk is full", "free some space and run the same command again")
    outcome("cold").failed("did not start: its disk is full", "free some space and run the same command again")
    assert outcome("before").json["accepted"] == 5  # its files are there: what fails next is the insert, then the start
    assert outcome("after").json["dead_letters"] == 0
    assert outcome("counted").json == [{"n": 1005, "different": 1005}]
