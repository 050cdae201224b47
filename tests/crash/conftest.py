"""What the short story leaves when nobody is killed, read once for all crash tests."""

from collections.abc import Iterator

import pytest

from streams import detect
from streams.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import fresh_database
from tests.crash.killer import SNAPSHOT_MINUTES, run_with_kills, story
from tests.rig.tables import Dump, dump


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short story has snapshots before, between and after its kills."""
    monkeypatch.setattr(detect, "SNAPSHOT_EVERY", SNAPSHOT_MINUTES)


@pytest.fixture(scope="session")
def undisturbed(embedded: EmbeddedWarehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dump]:
    """What the tables hold when nobody is killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with fresh_database(embedded) as endpoint, pytest.MonkeyPatch.context() as patch:
        patch.setattr(detect, "SNAPSHOT_EVERY", SNAPSHOT_MINUTES)
        run_with_kills(endpoint, story(folder), folder, [])
        yield dump(endpoint)
