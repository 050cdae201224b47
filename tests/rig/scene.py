"""A stage for stories on a real Kafka: topics with a prefix, tables, and workers."""

import logging
import random
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import KafkaError

from schemas.kafka_topics import SOURCES, kafka_name
from streams import position
from streams.kafka.admin import create
from streams.kafka.connection import Connection
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.memory import Memory
from streams.warehouse.schema import migrate
from streams.warehouse.server import HOST
from tests.conftest import ROOT, voc_environment
from tests.rig.kafka.server import PORTS
from tests.rig.parts import PIPELINE, QUICK
from tests.rig.workers import Worker

SESSION_S = 6.0
"""The shortest that the broker allows."""
for client in ("kafka", "clickhouse_driver"):  # servers that are away are what these stories are about
    logging.getLogger(client).setLevel(logging.CRITICAL)


class NotQuiet(AssertionError):
    """Something is still to be done after a long time; the message says where it stands."""


class State(NamedTuple):
    """How far everything is. `lag` counts records that are not committed; before `closed` DETECT has said everything."""

    lag: int
    lag_of_progress: int
    closed: int
    rows: tuple[int, ...]


class Stage:
    """Topics with a prefix on one broker, tables in one database of one warehouse, and whoever works on them."""

    def __init__(
        self, bootstrap: str, endpoint: Endpoint, folder: Path, *, prefix: str, partitions: Mapping[str, int],
        arguments: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """`arguments` are those of every worker (tests/soak/worker.py)."""
        self.bootstrap, self.endpoint, self.folder, self.prefix = bootstrap, endpoint, folder, prefix
        self._partitions, self._arguments = dict(partitions), list(arguments)
        self.workers: list[Worker] = []

    def set_up(self) -> None:
        """Make tables and topics."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        migrate(self.endpoint)
        create(Connection(bootstrap=self.bootstrap, prefix=self.prefix), partitions=self._partitions)

    @property
    def sources(self) -> list[str]:
        """The source topics' names on the broker."""
        return [kafka_name(self.prefix, name) for name in SOURCES]

    def worker(self, name: str, roles: str, *arguments: str, **settings: str) -> Worker:
        """A worker of this stage, not yet started."""
        place = self.endpoint
        url = f"clickhouse://{place.user}:{place.password}@{place.host}:{place.port}/{place.database}"
        own = {
            "VOC_FALSE_ALERTS": f"{QUICK.lifecycle.false_alerts:g}",
            "VOC_KAFKA": self.bootstrap, "VOC_KAFKA_PREFIX": self.prefix, "VOC_CLICKHOUSE_URL": url, "VOC_LOG_LEVEL": "debug",
            "VOC_SESSION_TIMEOUT_S": f"{SESSION_S:g}", "VOC_PIPELINE": str(PIPELINE), "VOC_WORKER_PORT": "0",
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.soak.worker", "--roles", roles, "--data-dir", str(self.folder / "data")]
        environment = voc_environment(**(own | settings))
        made = Worker(name, [*command, *self._arguments, *arguments], environment, self.folder / "logs")
        self.workers.append(made)
        return made

    def client(self, patience_s: float = 60.0) -> WarehouseClient:
        """Somebody who looks into the tables."""
        return WarehouseClient(lambda: self.endpoint, patience_s=patience_s)

    def state(self, client: WarehouseClient, admin: KafkaAdminClient) -> State:
        """How far everything is now."""
        counts = [
            int(client.query(statement)[0][0])
            for statement in (
                "SELECT count() FROM feedback_local FINAL", "SELECT sum(weight) FROM minute_local FINAL",
                "SELECT count() FROM dead_letter_local FINAL", "SELECT count() FROM spike_transition_local FINAL",
                "SELECT count() FROM card_local FINAL",
            )
        ]  # fmt: skip
        return State(
            self._lag(admin, "understand", self.sources),
            min(self._lag(admin, group, [kafka_name(self.prefix, "progress")]) for group in ("detect", "detect-tell")),
            position.told(Memory(client)),
            tuple(counts),
        )

    def wait_until_quiet(self, bound: int, patience_s: float, still_s: float = 5.0) -> State:
        """Wait until everything is read, the minutes before `bound` are closed, each transition has its card, and nothing has
        changed for `still_s`. Raises NotQuiet."""
        client, admin = self.client(), KafkaAdminClient(bootstrap_servers=self.bootstrap, reconnect_backoff_max_ms=1000)
        deadline, last, since = time.monotonic() + patience_s, None, time.monotonic()
        try:
            while True:
                try:
                    state = self.state(client, admin)
                except KafkaError:  # a broker that has just come back knows no coordinator yet
                    state = State(-1, -1, 0, ())
                if last is None or state.rows != last.rows:
                    last, since = state, time.monotonic()
                done = state.lag == 0 and state.closed >= bound and state.rows[-1] == state.rows[-2]
                if done and time.monotonic() - since >= still_s:
                    return state
                if time.monotonic() > deadline:
                    said = "; ".join(f"{worker.name}: {worker.last_line}" for worker in self.workers)
                    raise NotQuiet(f"not quiet after {patience_s:.0f} s: {state}, of {bound}; {said}")
                time.sleep(0.5)
        finally:
            client.close()
            admin.close()

    def close(self) -> None:
        """Kill every worker that is left."""
        for worker in self.workers:
            worker.kill()

    def _lag(self, admin: KafkaAdminClient, group: str, topics: Sequence[str]) -> int:
        places = [
            TopicPartition(name, partition)
            for name in topics
            for partition in range(self._partitions.get(name.removeprefix(f"{self.prefix}."), 1))
        ]
        ends = admin.list_partition_offsets(dict.fromkeys(places, -1))
        group = f"{self.prefix}-{group}"
        committed = admin.list_group_offsets({group: None})[group]
        return sum(ends[place].offset - (max(committed[place].offset, 0) if place in committed else 0) for place in places)


def warehouse(folder: Path) -> EmbeddedWarehouse:
    """An embedded warehouse that comes back at the same port after a kill: below the ports of outgoing connections, so that
    nobody has taken it meanwhile."""
    tcp, http = _free_ports(2)
    return EmbeddedWarehouse(folder, tcp_port=tcp, http_port=http)


def _free_ports(count: int) -> list[int]:
    found: list[int] = []
    for port in random.Random(time.monotonic_ns()).sample(PORTS, 200):
        with suppress(OSError), socket.socket() as probe:
            probe.bind((HOST, port))
            found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no free ports")
