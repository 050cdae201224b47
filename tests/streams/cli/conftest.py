"""The command line as a user meets it: a verb in this process (fast), or the console script in a process of its own."""

import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from streams.cli import main
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.schema import migrate
from tests.conftest import MODELS
from tests.streams.cli.events import QUICK, surge, written
from tests.streams.cli.outcome import Outcome

SCRIPT = Path(sys.executable).with_name("voc")
Voc = Callable[..., Outcome]
Script = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, an environment without settings but a pipeline that does not wait for sentiment."""
    for name in [name for name in os.environ if name.startswith("VOC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VOC_MODELS_DIR", str(MODELS))
    pipeline = tmp_path / "quick.toml"
    pipeline.write_text(QUICK, "utf-8")
    monkeypatch.setenv("VOC_PIPELINE", str(pipeline))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def voc(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Voc:
    """Run a verb in this process: voc("run", "--input", path, stdin=b"...") -> Outcome."""

    def run(*arguments: object, stdin: bytes = b"") -> Outcome:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["voc", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Outcome(code, *capfd.readouterr())

    return run


@pytest.fixture
def script() -> Iterator[Script]:
    """Start the console script in a process of its own, output on pipes; whatever still runs at the end is killed."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what it puts in the background; heirs ignore it too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, prefix: Sequence[str] = (), stdin: int = subprocess.DEVNULL) -> "subprocess.Popen[str]":
        command = [*prefix, str(SCRIPT), *map(str, arguments)]
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedWarehouse]:
    """A warehouse that runs as long as the tests do; it stops with them, also if they are killed."""
    embedded = EmbeddedWarehouse(tmp_path_factory.mktemp("warm") / "voc-data")
    migrate(embedded.endpoint())
    yield embedded
    embedded.release()


@pytest.fixture
def warm(engine: EmbeddedWarehouse, clean: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory that verbs use now: as good as new, but its warehouse need not be started."""
    directory = engine.directory.parent
    client = engine.endpoint().client()
    for (table,) in client.execute("SELECT name FROM system.tables WHERE database = 'voc' AND name LIKE '%_local'"):
        client.execute(f"TRUNCATE TABLE {table}")
    client.disconnect()
    shutil.rmtree(directory / "out", ignore_errors=True)
    monkeypatch.setenv("VOC_DATA_DIR", str(directory))
    return directory


@pytest.fixture(scope="session")
def surge_told() -> dict[str, Any]:
    """What the one run of the surge told, once it was made."""
    return {}


@pytest.fixture
def surged(voc: Voc, warm: Path, engine: EmbeddedWarehouse, surge_told: dict[str, Any]) -> dict[str, Any]:
    """What `voc run` told of a surge that lies in surge.ndjson; the data directory is as it left it. It ran once: a day of
    minutes takes seconds to judge, to copy what it left takes none."""
    path, aside = written(Path("surge.ndjson"), surge()), warm.parent / "aside"
    client = engine.endpoint().client()
    tables = [name for (name,) in client.execute("SHOW TABLES LIKE '%\\_local'")]
    if not surge_told:
        surge_told |= voc("run", "--input", path, "--json").json
        client.execute("CREATE DATABASE aside")
        for table in tables:
            client.execute(f"CREATE TABLE aside.{table} AS {table}")
            client.execute(f"INSERT INTO aside.{table} SELECT * FROM {table}")
        shutil.copytree(warm / "out", aside)
    else:
        for table in tables:
            client.execute(f"INSERT INTO {table} SELECT * FROM aside.{table}")
        shutil.copytree(aside, warm / "out")
    client.disconnect()
    return surge_told
