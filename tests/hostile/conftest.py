"""One run over everything that is hostile, and what it left."""

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.server import READER, WRITER
from tests.conftest import voc_environment
from tests.hostile.bad_lines import bad_lines
from tests.hostile.good_lines import LISTED, good_lines
from tests.hostile.plants import Plants
from tests.hostile.table import MAPPING, table

VOC = Path(sys.executable).with_name("voc")


@dataclass(frozen=True)
class Hostile:
    """What went in, and where it went."""

    plants: Plants
    data_dir: Path
    lines: dict[int, str]
    """Of the NDJSON file: line -> "" if it is good, else the reason that it must get."""
    good_rows: int
    bad_rows: int
    printed: str
    """All that the commands wrote to standard output and standard error, at log level debug."""
    warehouse: EmbeddedWarehouse

    def ask(self, statement: str, role: str = WRITER) -> list[tuple[Any, ...]]:
        client = self.warehouse.endpoint(role).client()
        try:
            rows: list[tuple[Any, ...]] = client.execute(statement)
        finally:
            client.disconnect()
        return rows

    def read(self, statement: str) -> list[tuple[Any, ...]]:
        """As the user who may read the views."""
        return self.ask(statement, READER)


def voc(folder: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """The console script in a folder of its own, with nothing of this environment's settings, at log level debug."""
    environment = voc_environment(**({"VOC_LOG_LEVEL": "debug", "VOC_PIPELINE": "quick.toml"} | settings))
    listed = ", ".join(f'"{name}"' for name in LISTED)
    pipeline = f'processors = ["redact", "normalise", "language", "intents"]\nattributes = [{listed}]\n'
    (folder / "quick.toml").write_text(pipeline, "utf-8")
    command = [str(VOC), *arguments]
    return subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """The NDJSON and the table, read by the console script into one installation whose warehouse then stays."""
    folder = tmp_path_factory.mktemp("hostile")
    plants = Plants()
    good = [(line, "") for line in good_lines(plants)]
    surge, rest = good[:56], good[56:] + list(bad_lines(plants))
    random.Random(5).shuffle(rest)
    lines = surge + rest
    file = folder / f"{plants.value('phone', 'plain', 'file name')}.ndjson"
    file.write_bytes(b"".join(line + b"\n" for line, _ in lines))
    text, good_rows, bad_rows = table(plants)
    (folder / "table.csv").write_text(text, "utf-8")
    (folder / "map.toml").write_text(MAPPING, "utf-8")
    warehouse = EmbeddedWarehouse(folder / "voc-data")
    warehouse.endpoint()
    commands = (
        ["run", "--input", file.name],
        ["run", "--input", file.name, "--json"],
        ["run", "--input", "table.csv", "--map", "map.toml"],
        ["spikes", "--all"],
        ["sql", "SELECT * FROM dead_letters"],
        ["sql", "SELECT text FROM feedback", "--json"],
    )
    printed = []
    for command in commands:
        done = voc(folder, *command)
        assert done.returncode == 0, done.stderr[-2000:]
        printed += [done.stdout, done.stderr]
    expected = {number: reason for number, (_, reason) in enumerate(lines, start=1)}
    yield Hostile(plants, folder / "voc-data", expected, good_rows, bad_rows, "\n".join(printed), warehouse)
    warehouse.release()


@pytest.fixture
def warm_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose warehouse runs as long as the test, so that each command need not start it."""
    warehouse = EmbeddedWarehouse(tmp_path / "voc-data")
    warehouse.endpoint()
    yield tmp_path
    warehouse.release()
