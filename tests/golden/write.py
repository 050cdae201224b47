"""Writes the expected rows of every valid example: `python -m tests.golden.write`. Read the difference before you commit it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from processors.pipeline import Pipeline
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.schema import migrate
from tests.golden.rows import expected_path, rows_of_example, text_of
from tests.schemas.examples import VALID


def main() -> None:
    """Write them all."""
    pipeline = Pipeline.default()
    with TemporaryDirectory() as folder:
        warehouse = EmbeddedWarehouse(Path(folder))
        endpoint = warehouse.endpoint()
        migrate(endpoint)
        for path in VALID:
            expected_path(path).parent.mkdir(parents=True, exist_ok=True)
            expected_path(path).write_text(text_of(rows_of_example(endpoint, pipeline, path)), "utf-8")
        warehouse.release()
        warehouse.stop()


if __name__ == "__main__":
    main()
