"""Ask a statement several times, and say how long it took and how much the server read for it."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from os import sysconf
from pathlib import Path
from typing import Any, NamedTuple

from clickhouse_driver import Client, errors

from streams.warehouse.client import READ, WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint

ROUNDS = 5
CACHES = ("MARK", "UNCOMPRESSED", "QUERY CONDITION", "INDEX MARK", "PRIMARY INDEX")
TICKS = sysconf("SC_CLK_TCK")


class Asked(NamedTuple):
    """One statement, or several that were asked together: milliseconds, rows and bytes that the server read."""

    cold: float
    """The first time, with the server's caches dropped; the kernel's stay."""
    median: float
    most: float
    cpu: float
    """Milliseconds of the server's processor time, the median: what other work on the machine changes least."""
    rows: int
    megabytes: float
    answered: int
    """Rows of the answer."""


class Tally(NamedTuple):
    """What one statement cost."""

    statement: str
    ms: float
    rows: int
    bytes: int


class WatchedClient(WarehouseClient):
    """The product's client, which keeps what every question cost."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(lambda: endpoint)
        self.tallies: list[Tally] = []

    def query(self, query: str, parameters: Any = None, **options: Any) -> list[tuple[Any, ...]]:
        """Ask as the product does."""
        began = time.perf_counter()
        rows = super().query(query, parameters, **options)
        took = 1000 * (time.perf_counter() - began)
        progress = self._client.last_query.progress if self._client else None
        self.tallies.append(Tally(query, took, *((progress.rows, progress.bytes) if progress else (0, 0))))
        return rows


def asked(work: Callable[[], tuple[int, int, int]], server: "Server", rounds: int = ROUNDS) -> Asked:
    """Do the work once cold and `rounds` times warm. It returns rows of the answer, and rows and bytes read."""
    server.forget()
    times, burnt = [], []
    for _ in range(rounds + 1):
        began, cpu = time.perf_counter(), server.cpu_ms()
        answered, read, size = work()
        times.append(1000 * (time.perf_counter() - began))
        burnt.append(server.cpu_ms() - cpu)
    return Asked(times[0], statistics.median(times[1:]), max(times[1:]), statistics.median(burnt[1:]), read, size / 1e6, answered)


def by_plugin(client: Client, statement: str) -> tuple[int, int, int]:
    """Ask as Grafana's plugin does: with no settings of ours but the cores that the product uses too."""
    settings = {"max_threads": READ["max_threads"], "use_query_cache": 0}
    rows: Sequence[Any] = client.execute(statement, settings=settings)
    progress = client.last_query.progress
    return len(rows), progress.rows, progress.bytes


class Server:
    """The engine's process: its caches, and the processor time it has used."""

    def __init__(self, warehouse: EmbeddedWarehouse) -> None:
        self._client = warehouse.endpoint().client()
        self._pid = warehouse.status().pid

    def forget(self) -> None:
        """Drop the caches that this version of the engine has."""
        for cache in CACHES:
            with suppress(errors.ServerException):
                self._client.execute(f"SYSTEM DROP {cache} CACHE")

    def cpu_ms(self) -> float:
        """User and system time of all its threads so far, in ticks of 10 ms (Linux; elsewhere 0)."""
        try:
            fields = Path(f"/proc/{self._pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS
