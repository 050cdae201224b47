"""The real engine for every test that wants it: one embedded server a session, an empty database a test."""

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from processors import models
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.schema import migrate
from streams.warehouse.server import READER

ROOT = Path(__file__).resolve().parents[1]
VOC = [str(Path(sys.executable).with_name("voc"))]
Voc = Callable[..., "subprocess.CompletedProcess[str]"]
MODELS = ROOT / ".pytest_cache" / "models"
"""Where the tests' models lie, also those of commands in processes of their own; their keys cover the code."""
models.use(models.ModelStore(MODELS))
WITH_THE_TESTS_MODELS = (
    f"from pathlib import Path; from processors import models; models.use(models.ModelStore(Path({str(MODELS)!r}))); "
)
"""What a Python of its own runs first."""
pytest_plugins = ("tests.kafka_fixtures",)
_numbers = count(1)
_spare: list[Endpoint] = []
"""Databases of the session's server that are empty again: to migrate one takes ten times as long as to empty it."""


def voc_environment(**settings: str) -> dict[str, str]:
    """This environment, with no settings of Groundswell but these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("VOC_")}
    return own | {"VOC_MODELS_DIR": str(MODELS)} | settings


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedWarehouse]:
    """The session's server, whose database `voc` is migrated and empty."""
    warehouse = EmbeddedWarehouse(tmp_path_factory.mktemp("session"))
    migrate(warehouse.endpoint())
    yield warehouse
    warehouse.release()
    if pid := warehouse.status().pid:
        os.kill(pid, signal.SIGKILL)  # nothing of it is worth an orderly end


@pytest.fixture
def endpoint(embedded: EmbeddedWarehouse) -> Iterator[Endpoint]:
    """The writer, in an empty database that nobody else sees."""
    with fresh_database(embedded) as fresh:
        yield fresh


@pytest.fixture
def second(embedded: EmbeddedWarehouse) -> Iterator[Endpoint]:
    """Another such database, to compare with."""
    with fresh_database(embedded) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def reader(embedded: EmbeddedWarehouse) -> Endpoint:
    """The reader, in database `voc`: the only one that it may see."""
    return embedded.endpoint(READER)


@pytest.fixture
def voc(tmp_path: Path) -> Voc:
    """Runs `voc ARGUMENTS --data-dir TMP/data` to its end; settings as keywords (VOC_...)."""

    def run(
        *arguments: str, data_dir: Path | None = None, stdin: str = "", **settings: str
    ) -> "subprocess.CompletedProcess[str]":
        command = [*VOC, *arguments, "--data-dir", str(data_dir or tmp_path / "data")]
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=voc_environment(**settings),
            timeout=240,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def evaluation_data() -> Path:
    """The folder of real texts and series: beside the checkout, or where VOC_TEST_DATA says."""
    folder = Path(os.environ.get("VOC_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "streams").is_dir():
        pytest.skip(f"no evaluation data in {folder}: name its folder in VOC_TEST_DATA")
    return folder


def first_lines(path: Path, limit: int) -> list[bytes]:
    """The first lines of an NDJSON file, plain or gzip, without their ends."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return [line.rstrip(b"\n") for _, line in zip(range(limit), file, strict=False)]


@contextmanager
def fresh_database(embedded: EmbeddedWarehouse) -> Iterator[Endpoint]:
    """A migrated and empty database of the session's server; emptied afterwards, and somebody else's then. Who changes its
    schema wants `migrated_database`."""
    fresh = _spare.pop() if _spare else _migrated(embedded)
    yield fresh
    client = fresh.client()
    for (table,) in client.execute("SHOW TABLES LIKE '%\\_local'"):
        client.execute(f"TRUNCATE TABLE {table}")
    client.disconnect()
    _spare.append(fresh)


@contextmanager
def migrated_database(embedded: EmbeddedWarehouse) -> Iterator[Endpoint]:
    """A migrated database of the session's server that nobody has used, forgotten afterwards."""
    fresh = _migrated(embedded)
    yield fresh
    client = embedded.endpoint().client()
    client.execute(f"DROP DATABASE IF EXISTS {fresh.database} SYNC")
    client.disconnect()


def _migrated(embedded: EmbeddedWarehouse) -> Endpoint:
    fresh = replace(embedded.endpoint(), database=f"test{next(_numbers)}")
    migrate(fresh)
    return fresh


@pytest.fixture
def own(tmp_path: Path) -> Iterator[EmbeddedWarehouse]:
    """A warehouse of the test's own, which may be killed: it comes back at the same port."""
    from tests.rig.scene import warehouse  # which asks this module where the tests are

    server = warehouse(tmp_path / "warehouse")
    yield server
    server.stop()
    server.release()
