"""The tables moved to two shards, as docs/operations.md describes it: not a statement of the product changes, nor a row."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clickhouse_driver import Client, errors

from streams.warehouse.endpoint import Endpoint
from streams.warehouse.schema import migrate
from streams.warehouse.server import free_port
from streams.warehouse.views import VIEWS
from tests.deploy.shards import PASSWORD, SETTINGS, SHARDS
from tests.deploy.test_names import PAGE
from tests.rig.events import DAY_ONE, HOUR, Traffic
from tests.rig.parts import Parts
from tests.rig.tables import differences, dump, local_tables

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTED_REFUSES = {36, 48}  # BAD_ARGUMENTS, NOT_IMPLEMENTED


@pytest.fixture
def sharded(tmp_path: Path) -> Iterator[Endpoint]:
    """The writer, in a database whose tables are spread over two others."""
    port = free_port()
    command = [sys.executable, "-m", "tests.deploy.shards", str(tmp_path / "server"), str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"READY\n", (tmp_path / "log").read_text("utf-8", "replace")[-2000:]
        endpoint = Endpoint("127.0.0.1", port, "voc_write", PASSWORD, "voc")
        migrate(endpoint)
        client = endpoint.client()
        spread(client)
        client.disconnect()
        yield endpoint
    finally:
        process.kill()
        process.wait()


def spread(client: Client) -> None:
    """Every table with the data gets another name, and a Distributed table its own."""
    for database in SHARDS:
        client.execute(f"CREATE DATABASE {database}")
    for table in local_tables(client):
        shard = table.replace("_local", "_shard")
        by_tenant = client.execute(
            "SELECT count() FROM system.columns WHERE database = 'voc' AND table = %(table)s AND name = 'tenant'",
            {"table": table},
        )[0][0]
        for database in SHARDS:
            client.execute(f"CREATE TABLE {database}.{shard} AS voc.{table}")
        client.execute(f"DROP TABLE voc.{table} SYNC")
        engine = f"Distributed('all', '', '{shard}', cityHash64(tenant))" if by_tenant else f"Distributed('first', '', '{shard}')"
        client.execute(f"CREATE TABLE voc.{table} AS {SHARDS[0]}.{shard} ENGINE = {engine}")


def test_two_shards_hold_what_one_server_holds(sharded: Endpoint, endpoint: Endpoint, tmp_path: Path) -> None:
    path = Traffic(hours=3, hourly=40, seed=3, surge=1.5, lasting=0.5).write(tmp_path / "traffic.ndjson")
    for where in (sharded, endpoint):
        parts = Parts(where, tmp_path / where.database)
        parts.embedded(path, 400).to_the_end()
        parts.close()
    client = sharded.client()
    try:
        halves = [client.execute(f"SELECT count() FROM {database}.feedback_shard")[0][0] for database in SHARDS]
        assert min(halves) > 0, "all of it lies on one shard, so this shows nothing"
        tables = [table for table in local_tables(client) if table != "understanding_local"]
        spread_out, single = dump(sharded, tables=tables), dump(endpoint, tables=tables)
        assert single["spike_transition_local"] and single["verdict_local"] and single["dead_letter_local"]
        assert differences(spread_out, single) == {}
        for view in VIEWS:
            client.execute(f"SELECT * FROM {view} LIMIT 1")
        assert client.execute("SELECT count() FROM feedback WHERE minute >= %(from)s", {"from": DAY_ONE - HOUR})[0][0] > 100
        for refused in ("MODIFY TTL ingested_at + INTERVAL 30 DAY", "DELETE WHERE tenant = ''"):
            with pytest.raises(errors.ServerException) as caught:
                client.execute(f"ALTER TABLE feedback_local {refused}")
            assert caught.value.code in DISTRIBUTED_REFUSES
    finally:
        client.disconnect()


def test_the_page_names_the_settings_that_this_was_run_with() -> None:
    for name, value in SETTINGS.items():
        assert f"`{name} = {value}`" in PAGE or f"`{name} = '{value}'`" in PAGE
