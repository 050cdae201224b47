"""`kill -9` of `voc run` and of its server at seeded random moments, the same command again each time: nothing may differ."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import VOC, voc_environment
from tests.rig.events import Traffic
from tests.rig.parts import PIPELINE
from tests.rig.tables import Dump, differences, dump

SEED = 20261122
KILLS = ["run", "server", "both", "run", "server", "server", "run", "both", "server", "run", "server", "run", "server"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the input lies: thirty hours of two tenants, with a surge after the first day."""
    folder = tmp_path_factory.mktemp("kills")
    traffic = Traffic(hours=30, hourly=145, seed=SEED, surge=25, surging=240)
    assert 4500 <= len(traffic.write(folder / "story.ndjson").read_bytes().splitlines()) <= 6000
    return folder


class Disturbed:
    """One data directory, and the command that works on it again and again."""

    def __init__(self, folder: Path, name: str) -> None:
        self.directory, self._folder, self._dice = folder / name, folder, random.Random(SEED)
        self.hits: list[str] = []
        self.given_up: list[str] = []

    def start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*VOC, "run", "--input", str(self._folder / "story.ndjson"), "--json", "--data-dir", str(self.directory)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self._folder,
            env=voc_environment(VOC_PIPELINE=str(PIPELINE), VOC_BATCH_LINES="200", VOC_LOG_LEVEL="info"),
        )

    def run_to_the_end(self, kills: list[str]) -> dict[str, object]:
        """Kill as listed, start again after each death; what the last run printed."""
        process = self.start()
        for kind in kills:
            if not self._moment(process):
                process = self._again(process)  # it gave up, or was done
            hit = [self._kill(process.pid)] if kind != "server" else []
            hit += [self._kill(self._server())] if kind != "run" else []
            if all(hit):
                self.hits.append(kind)
            if kind != "server":
                process.communicate()
                process = self.start()
        while True:
            said, complaints = process.communicate(timeout=200)
            if process.returncode == 0:
                result: dict[str, object] = json.loads(said)
                return result
            self.given_up.append(complaints[-500:])
            assert len(self.given_up) < 5, self.given_up
            process = self.start()

    def _moment(self, process: "subprocess.Popen[str]") -> bool:
        """Wait for none or one more batch and a moment; whether the process lives."""
        assert process.stderr
        lines: Iterator[str] = iter(process.stderr.readline, "")
        for _ in range(self._dice.choice([0, 0, 1])):
            next((line for line in lines if "batch_read" in line), None)
        until = time.monotonic() + self._dice.uniform(0.0, 0.5)
        while time.monotonic() < until and process.poll() is None:
            time.sleep(0.005)
        return process.poll() is None

    def _again(self, process: "subprocess.Popen[str]") -> "subprocess.Popen[str]":
        _, complaints = process.communicate()
        assert process.returncode, "the run was over before the last kill"
        self.given_up.append(complaints[-500:])
        return self.start()

    def _server(self) -> int:
        try:
            return int(json.loads((self.directory / "warehouse" / "server.json").read_text())["pid"])
        except OSError:
            return 0  # none has been started yet

    def _kill(self, pid: int) -> bool:
        try:
            os.kill(pid or 2**22 + 1, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


def tables(directory: Path) -> Dump:
    warehouse = EmbeddedWarehouse(directory)
    try:
        return dump(warehouse.endpoint())
    finally:
        warehouse.release()


def test_kills_of_the_run_and_of_the_server_leave_the_same_tables(folder: Path) -> None:
    calm, disturbed = Disturbed(folder, "calm"), Disturbed(folder, "disturbed")
    expected = calm.run_to_the_end([])
    found = disturbed.run_to_the_end(KILLS)
    assert len(disturbed.hits) >= 10, disturbed.hits
    assert disturbed.given_up == []
    assert [spike["topic"] for spike in expected["spikes"]] == ["setting_time"]  # type: ignore[attr-defined,index]
    assert found["spikes"] == expected["spikes"]
    before, after = tables(folder / "calm"), tables(folder / "disturbed")
    assert before["card_local"] and before["dead_letter_local"] and before["order_local"]
    assert differences(before, after) == {}
    card = "out/spikes/" + str(expected["spikes"][0]["id"]) + ".md"  # type: ignore[index]
    assert (folder / "calm" / card).read_bytes() == (folder / "disturbed" / card).read_bytes()
