"""Two mistakes that one could make: the crash tests must see them, or they prove nothing."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from processors.given import Given
from streams import detect
from streams.embedded import EmbeddedRun
from streams.warehouse import minutes
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.minutes import Minutes, between
from tests.conftest import fresh_database
from tests.crash.killer import Kill, run_with_kills, story
from tests.rig.tables import Dump, differences, dump


class SavedTooEarly(EmbeddedRun):
    """Saves the position before the batch's minutes are closed (step 3 before step 2)."""

    def _add(self, count: object) -> None:
        super()._add(count)  # type: ignore[arg-type]
        self._save()


class OwnReading(Minutes):
    """Lets DETECT judge what is counted now, not what was given and stands."""

    def tested(self, start: int, end: int, *, texts: bool = True) -> Iterator[minutes.Tested]:
        stands = {(given.minute, tenant): given for tenant, given in super().tested(start, end, texts=texts)}
        statement = (
            f"SELECT minute, tenant, topics, n FROM minute_local FINAL WHERE {between(start, end)} ORDER BY minute, tenant"
        )
        for minute, tenant, topics, n in self._client.query(statement):
            at = int(minute.timestamp())
            given = stands.get((at, tenant), Given(at, {}))
            yield minutes.Tested(tenant, msgspec.structs.replace(given, counts=dict(zip(topics, n, strict=True))))


MUTANTS = [
    pytest.param(SavedTooEarly, {}, [Kill("after", "save_position", 3)] * 2, id="saved too early"),
    pytest.param(
        EmbeddedRun, {"minutes": OwnReading}, [Kill("before", "save_position", hit) for hit in (3, 1)], id="own reading"
    ),
]
"""Who is wrong, and the kills that show it; SavedTooEarly saves twice a batch, so its third time is the second batch's first."""


def tables(embedded: EmbeddedWarehouse, folder: Path, kills: list[Kill], run: type[EmbeddedRun], kinds: dict[str, type]) -> Dump:
    with fresh_database(embedded) as endpoint:
        assert run_with_kills(endpoint, story(folder), folder, kills, run=run, kinds=kinds) == len(kills)
        return dump(endpoint)


@pytest.fixture(autouse=True)
def seldom(often: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots after the first batch and at the end only: who comes back has much to judge again."""
    monkeypatch.setattr(detect, "SNAPSHOT_EVERY", 10_000)


@pytest.mark.parametrize(("run", "kinds", "kills"), MUTANTS)
def test_a_mistake_in_the_order_is_seen_by_the_comparison_of_the_crash_tests(
    run: type[EmbeddedRun], kinds: dict[str, type], kills: list[Kill], embedded: EmbeddedWarehouse, tmp_path: Path
) -> None:
    found = differences(tables(embedded, tmp_path, [], run, kinds), tables(embedded, tmp_path, kills, run, kinds))
    assert "detector_state_local" in found, found.keys()


def test_such_kills_change_nothing_of_the_real_thing(embedded: EmbeddedWarehouse, tmp_path: Path, undisturbed: Dump) -> None:
    kills = [Kill("after", "save_position", 1), Kill("before", "save_position", 2), Kill("after", "give", 2)]
    assert differences(undisturbed, tables(embedded, tmp_path, kills, EmbeddedRun, {})) == {}
