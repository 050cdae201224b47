"""What sends a worker's or a run's cards: the deliverer of an installation, put together in one place."""

from collections.abc import Callable

from streams.notify.deliver import Deliverer
from streams.notify.file import NotifyFile
from streams.notify.links import CardLinks
from streams.settings import Settings
from streams.warehouse.client import WarehouseClient
from streams.warehouse.deliveries import Deliveries


def deliverer_of(settings: Settings, notify: NotifyFile, connect: Callable[[], WarehouseClient]) -> Deliverer:
    """A deliverer, not started. `connect` makes a client of its own for each of its threads."""
    return Deliverer(notify=notify, stores=lambda: Deliveries(connect()), links=CardLinks(settings))
