"""Every valid example leaves exactly the rows that lie beside this test (python -m tests.golden.write wrote them)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from processors.pipeline import Pipeline
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from tests.conftest import fresh_database
from tests.golden.rows import EXPECTED, expected_path, rows_of_example, text_of
from tests.schemas.examples import VALID, name


@pytest.fixture(scope="module")
def database(embedded: EmbeddedWarehouse) -> Iterator[Endpoint]:
    """One for all examples; each begins with empty tables."""
    with fresh_database(embedded) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def packaged() -> Pipeline:
    return Pipeline.default()


@pytest.mark.parametrize("path", VALID, ids=name)
def test_an_example_leaves_exactly_the_expected_rows(path: Path, database: Endpoint, packaged: Pipeline) -> None:
    found = text_of(rows_of_example(database, packaged, path))
    assert msgspec.json.decode(found) == msgspec.json.decode(expected_path(path).read_bytes())


def test_no_expectation_is_left_of_an_example_that_is_gone() -> None:
    assert sorted(EXPECTED.glob("*/*")) == sorted(expected_path(path) for path in VALID)
