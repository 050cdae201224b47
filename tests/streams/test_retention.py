"""Retention: the tables keep what the settings say, counted from when it was stored, and nothing is shortened by accident."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from streams.failures import UserError
from streams.settings import Settings, load, shown
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.retention import KEPT, days, retain
from streams.warehouse.schema import migrate
from tests.conftest import migrated_database


@pytest.fixture(scope="module")
def migrated(embedded: EmbeddedWarehouse) -> Iterator[Endpoint]:
    """A database whose tables the tests may alter."""
    with migrated_database(embedded) as fresh:
        yield fresh


def test_what_is_not_set_is_left_as_the_table_has_it(migrated: Endpoint) -> None:
    before = days(migrated)
    assert {
        "feedback_local": 400,
        "dead_letter_local": 90,
        "dead_letter_raw_local": 7,
        "minute_local": 800,
    }.items() <= before.items()
    assert retain(migrated, Settings()) == {}
    assert days(migrated) == before
    assert {table for tables in KEPT.values() for table in tables} <= before.keys()


def test_the_tables_of_a_setting_keep_what_it_says_from_when_it_was_stored_on(migrated: Endpoint) -> None:
    settings = Settings(feedback_days=30, dead_letter_raw_days=3)
    changed = retain(migrated, settings)
    assert changed == dict.fromkeys(KEPT["feedback_days"], 30) | {"dead_letter_raw_local": 3}
    assert changed.items() <= days(migrated).items()
    assert days(migrated)["minute_local"] == 800
    assert retain(migrated, settings) == {}
    assert retain(migrated, Settings()) == {}  # who runs without the settings of the installation changes nothing
    assert migrate(migrated) == []
    assert changed.items() <= days(migrated).items()
    client = migrated.client()
    ((ttl,),) = client.execute(
        "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'feedback_local'"
    )
    assert "TTL ingested_at + toIntervalDay(30)" in ttl
    assert "ttl_only_drop_parts = 1" in ttl


def test_what_has_expired_goes_and_old_events_that_came_lately_stay(migrated: Endpoint) -> None:
    retain(migrated, Settings(dead_letter_days=5))
    client, now = migrated.client(), datetime.now(UTC)
    rows = [("i", 0, n, "0", "invalid_json", "d", now - timedelta(days=age)) for n, age in enumerate((0, 4, 6))]
    client.execute(
        "INSERT INTO dead_letter_local (input, input_partition, input_offset, sha256, reason, detail, seen_at) VALUES", rows
    )
    client.execute("OPTIMIZE TABLE dead_letter_local FINAL")
    assert client.execute("SELECT input_offset FROM dead_letter_local ORDER BY 1") == [(0,), (1,)]


def test_they_are_shown_and_checked() -> None:
    assert shown(load(environment={"VOC_FEEDBACK_DAYS": "30"}))["feedback_days"] == 30
    for value in ("-1", "10001"):
        with pytest.raises(UserError, match="count_days must lie between 1 and 10,000, or be 0"):
            load(environment={"VOC_COUNT_DAYS": value})
