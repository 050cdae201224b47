"""What one example leaves in the warehouse: every row of every table that UNDERSTAND writes, as JSON."""

from pathlib import Path
from typing import Any

import msgspec

from processors.pipeline import Pipeline
from streams.understand import Message, Partition, Understand
from streams.warehouse.client import WarehouseClient
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.sink import TABLES, WarehouseSink
from tests.rig.tables import CLOCKS
from tests.schemas.examples import ARRIVED, name

EXPECTED = Path(__file__).parent / "expected"
WRITTEN = (*TABLES.values(), "dead_letter_local")


def rows_of_example(endpoint: Endpoint, pipeline: Pipeline, path: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the example as line 1 of an input "golden", with the packaged pipeline; tables without rows are left out."""
    client = WarehouseClient(lambda: endpoint)
    try:
        for table in (*WRITTEN, "dead_letter_raw_local"):
            client.execute(f"TRUNCATE TABLE {table}")
        understand = Understand(pipeline=pipeline, understanding=1, sink=WarehouseSink(client), publish=lambda _: None)
        understand.batch([(Partition("golden"), [Message(1, path.read_bytes(), ARRIVED)])])
        return {table: rows for table in WRITTEN if (rows := _rows(client, table))}
    finally:
        client.close()


def text_of(rows: dict[str, list[dict[str, Any]]]) -> str:
    """As it is kept: a field a line, so that a change is seen in a review."""
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n"


def expected_path(path: Path) -> Path:
    """Where the rows of an example are kept."""
    return EXPECTED / name(path)


def _rows(client: WarehouseClient, table: str) -> list[dict[str, Any]]:
    rows, columns = client.execute(f"SELECT * FROM {table} FINAL", with_column_types=True)
    return [{column: value for (column, _), value in zip(columns, row, strict=True) if column not in CLOCKS} for row in rows]
