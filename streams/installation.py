"""One installation: a data directory, its settings and its warehouse. Every command works on one."""

import fcntl
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from streams.failures import UserError
from streams.settings import Settings
from streams.warehouse.client import WarehouseClient, is_away, is_unreachable, patiently
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.retention import retain
from streams.warehouse.schema import migrate
from streams.warehouse.server import READER, WRITER

WORKER_PATIENCE_S = 5.0
"""How long a part of a worker waits for one statement before it pauses its input."""


class Installation:
    """Opens what a command needs, when it needs it; leaving it (a context) lets go of everything. `may_begin`: an embedded
    warehouse is made where there is none; else that is a UserError."""

    def __init__(self, settings: Settings, *, may_begin: bool = True) -> None:
        self.settings, self._may_begin = settings, may_begin
        self.data_dir = Path(settings.data_dir)
        self.embedded = EmbeddedWarehouse(self.data_dir, settings.tcp_port, settings.http_port)
        self._clients: list[WarehouseClient] = []
        self._run_lock: IO[str] | None = None
        self._starting = threading.Lock()  # parts of a worker may find at the same moment that the server has died

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for client in self._clients:
            client.close()
        self.embedded.release()
        if self._run_lock:
            self._run_lock.close()

    def exists(self) -> bool:
        """Has it been begun? A server of one's own is taken to be there."""
        return bool(self.settings.clickhouse_url) or self.embedded.directory.exists()

    def migrate(self) -> list[int]:
        """Bring the warehouse to the newest schema; what was applied now."""
        applied = patiently(lambda: migrate(self._endpoint(WRITER)), self.settings.patience_s)
        patiently(lambda: retain(self._endpoint(WRITER), self.settings), self.settings.patience_s)
        return applied

    def writer(self) -> WarehouseClient:
        """The product's own client, of a warehouse whose schema is current."""
        self.migrate()
        return self._client(WRITER)

    def reader(self) -> WarehouseClient:
        """A client for our own fixed questions to the views. The writing user asks them where no reading one is set."""
        self.migrate()
        return self._client(READER)

    def visitor(self) -> WarehouseClient:
        """A client for SQL that people write: as the reading user or not at all, and what the server refuses is not asked
        again. Raises UserError.
        """
        if self.settings.clickhouse_url and not self.settings.clickhouse_read_url:
            raise UserError(
                "VOC_CLICKHOUSE_URL is set and VOC_CLICKHOUSE_READ_URL is not, so SQL would run as the user who writes; "
                "set VOC_CLICKHOUSE_READ_URL to a user that may only SELECT the views"
            )
        self.migrate()
        return self._client(READER, away=is_unreachable)

    def worker_client(self, answer_s: int) -> WarehouseClient:
        """A writing client of its own for one part of a worker, of a warehouse whose schema is current and that may take so long
        for an answer. It gives up soon: the part pauses its input and tries again, for as long as it takes."""
        patience_s = min(self.settings.patience_s, WORKER_PATIENCE_S)
        return WarehouseClient(lambda: replace(self._endpoint(WRITER), answer_s=answer_s), patience_s)

    def make_directory(self) -> None:
        """Have the data directory. Raises UserError."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"cannot use the data directory {self.data_dir}: {error.strerror}; name another with --data-dir"
            ) from error

    def claim_run(self) -> None:
        """Be the only `voc run` of this data directory until this process ends. Raises UserError."""
        self.make_directory()
        try:
            lock = (self.data_dir / "run.lock").open("a+")
        except OSError as error:
            raise UserError(
                f"cannot use the data directory {self.data_dir}: {error.strerror}; name another with --data-dir"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise UserError(
                f"another run (process {lock.read().strip() or '?'}) is at work in {self.data_dir}; "
                "wait for it, or name another directory with --data-dir"
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        self._run_lock = lock

    def _client(self, role: str, away: Callable[[BaseException], bool] = is_away) -> WarehouseClient:
        client = WarehouseClient(lambda: self._endpoint(role), self.settings.patience_s, away)
        self._clients.append(client)
        return client

    def _endpoint(self, role: str) -> Endpoint:
        url = self.settings.clickhouse_url
        if not url:
            if not (self._may_begin or self.exists()):
                raise UserError(f"there is no installation in {self.data_dir}: voc run makes one, --data-dir names another")
            with self._starting:
                return self.embedded.endpoint(role)
        name = "VOC_CLICKHOUSE_URL"
        if role == READER and self.settings.clickhouse_read_url:
            url, name = self.settings.clickhouse_read_url, "VOC_CLICKHOUSE_READ_URL"
        try:
            return Endpoint.from_url(url)
        except ValueError as error:
            raise UserError(f"{name} is wrong: {error}") from None
