"""`voc doctor` on the command line: one JSON value, an exit code, and nothing made for a look."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from streams.cli.doctor import doctor
from streams.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import MODELS


@pytest.fixture(autouse=True)
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory, and no settings of Groundswell but where models lie."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("VOC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VOC_MODELS_DIR", str(MODELS))


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(doctor, [*arguments, "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_a_running_installation_is_healthy(embedded: EmbeddedWarehouse) -> None:
    code, found = run("--data-dir", str(embedded.directory.parent))
    assert (code, found["healthy"]) == (0, True), found
    levels = {each["check"]: each["level"] for each in found["findings"]}
    assert {"settings", "taxonomy", "pipeline", "data directory", "disk", "warehouse", "migrations", "clock", "Kafka"} <= set(
        levels
    )
    assert levels["migrations"] == levels["reader's rights"] == levels["writer's rights"] == "ok"
    assert all(set(each) == {"check", "level", "found", "todo"} for each in found["findings"])
    assert all(each["todo"] for each in found["findings"] if each["level"] != "ok")


def test_a_look_makes_nothing(tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    code, found = run("--data-dir", str(tmp_path / "data"))
    assert (code, found["healthy"]) == (0, True), found
    assert not (tmp_path / "data").exists()
    assert sorted(tmp_path.iterdir()) == before


def test_a_broken_voc_toml_is_the_one_problem(tmp_path: Path) -> None:
    (tmp_path / "voc.toml").write_text("tcp_prot = 1\n")
    code, found = run()
    assert (code, found["healthy"], len(found["findings"])) == (1, False, 1)
    assert "tcp_port" in found["findings"][0]["found"]


def test_a_password_in_an_address_is_in_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_CLICKHOUSE_URL", "clickhouse://someone:wondersecret@127.0.0.1:1/voc")
    done = CliRunner().invoke(doctor, [])
    assert done.exit_code == 1
    assert "does not answer" in done.output
    assert "1 problem" in done.output
    assert "wondersecret" not in done.output
