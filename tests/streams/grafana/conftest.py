"""The story in a warehouse, once for all tests of Grafana."""

from collections.abc import Iterator

import pytest

from streams.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import fresh_database
from tests.rig.grafana.plugin import Plugin
from tests.rig.grafana.story import Told, told


@pytest.fixture(scope="session")
def story(embedded: EmbeddedWarehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with fresh_database(embedded) as endpoint, told(endpoint, tmp_path_factory.mktemp("grafana")) as story:
        yield story


@pytest.fixture(scope="session")
def plugin(story: Told) -> Plugin:
    """The data source over the story; it may read and nothing else."""
    return Plugin(story.endpoint.client(readonly=2))
