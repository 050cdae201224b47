from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.failures import UserError
from streams.warehouse import schema
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.schema import MIGRATIONS, migrate
from streams.warehouse.views import VIEWS
from tests.conftest import migrated_database
from tests.rig.tables import local_tables

TABLES = {
    "feedback_local",
    "minute_local",
    "tested_local",
    "verdict_local",
    "spike_transition_local",
    "card_local",
    "delivery_local",
    "emergent_local",
    "spike_verdict_local",
    "detector_state_local",
    "position_local",
    "understanding_local",
    "survey_local",
    "order_local",
    "conversation_local",
    "context_local",
    "dead_letter_local",
    "dead_letter_raw_local",
}
RANGE = "started opened updated closed observed expected low high"
PRODUCT = "product_model product_sku product_category firmware"
RECORD = "time tenant id source subject channel shop region attributes input input_partition input_offset ingested_at"
CONTRACT = {
    "feedback": "tenant minute time feedback_id revision conversation_id customer_hash kind sender_role channel shop region "
    f"{PRODUCT} caller_role language text speech_act intents sentiment polarity snow_score evidence urgent attributes input "
    "input_partition input_offset ingested_at",
    "topic_minute": "tenant topic minute count negative positive",
    "minute_total": "tenant minute count negative positive",
    "topic_tested": "tenant topic minute count",
    "topic_band": "tenant topic minute expected low high surprise",
    "spikes": f"id kind tenant topic label severity {RANGE} where verbatims owner sql",
    "spike_transitions": f"spike_id transition at tenant kind topic {RANGE} surprise",
    "emergent_topics": "spike_id at tenant label phrases topics messages representative",
    "spike_verdicts": "spike_id verdict by note at tenant until",
    "deliveries": "tenant spike_id at transition channel state detail changed_at",
    "surveys": f"{RECORD} {PRODUCT} response_id metric score scale_min scale_max higher_is_better resolved comment touchpoint",
    "orders": f"{RECORD} {PRODUCT} order_hash line_id kind quantity amount_minor currency reason_code reason_text",
    "conversations": f"{RECORD} kind queue_ms team",
    "context": f"{RECORD} kind title start end products channels owner",
    "dead_letters": "input input_partition input_offset reason detail sha256 seen_at",
}
"""The columns that outside SQL may rely on, as the documentation of the command line promises them."""


@pytest.fixture
def endpoint(embedded: EmbeddedWarehouse) -> Iterator[Endpoint]:
    """The writer, in a database of the test's own, as the migrations left it."""
    with migrated_database(embedded) as fresh:
        yield fresh


def test_a_migrated_warehouse_has_every_table_and_view(endpoint: Endpoint) -> None:
    client = endpoint.client()
    assert set(local_tables(client)) == TABLES
    views = client.execute("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View'")
    assert {name for (name,) in views} == set(VIEWS) == CONTRACT.keys()


def test_the_columns_of_the_views_are_the_contract(endpoint: Endpoint) -> None:
    rows = endpoint.client().execute(
        "SELECT table, groupArray(name) FROM system.columns WHERE database = currentDatabase() GROUP BY table"
    )
    found = {table: set(names) for table, names in rows if table in CONTRACT}
    assert found == {view: set(columns.split()) for view, columns in CONTRACT.items()}


def test_applying_the_migrations_again_does_nothing(endpoint: Endpoint) -> None:
    before = endpoint.client().execute(
        "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name"
    )
    assert migrate(endpoint) == []
    assert (
        endpoint.client().execute(
            "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name"
        )
        == before
    )


def test_a_migration_that_was_killed_in_the_middle_is_applied_whole_the_next_time(endpoint: Endpoint) -> None:
    client = endpoint.client()
    client.execute("TRUNCATE TABLE schema_versions")  # the migration's last word
    client.execute("DROP VIEW spikes")
    client.execute("DROP TABLE context_local")
    assert migrate(endpoint) == [number_of(path) for path in sorted(MIGRATIONS.glob("*.sql"))]
    assert set(local_tables(client)) == TABLES
    assert client.execute("SELECT count() FROM spikes") == [(0,)]


def test_a_broken_migration_is_a_clear_error(endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in MIGRATIONS.glob("*.sql"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "999_broken.sql").write_text("CREATE TABLE nowhere.t (a Int8) ENGINE = Memory;")
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path)
    with pytest.raises(UserError, match="cannot be brought up to date"):
        migrate(endpoint)


def number_of(path: Path) -> int:
    return int(path.name.split("_")[0])
