"""The one client of the warehouse: pinned settings, retries in place, a closed list of what counts as "away".

Every statement of the product is idempotent (ADR 0002), so whatever may have reached the server is simply sent again.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from clickhouse_driver import Client, errors
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from streams.failures import SinkUnavailable
from streams.telemetry import log
from streams.warehouse.endpoint import Endpoint

T = TypeVar("T")

# An insert is acknowledged when it can be read, and replacement is the only deduplication. Both defaults changed in 26.2.
WRITE = {
    "async_insert": 0,
    "deduplicate_insert": "disable",
    "insert_deduplicate": 0,
    "max_partitions_per_insert_block": 0,
    "max_insert_threads": 1,  # one part a partition: a statement's rows are all there after a crash, or none
}
# A row's partition follows from its sort key, so FINAL never has to look across partitions.
READ = {
    "do_not_merge_across_partitions_select_final": 1,
    "optimize_move_to_prewhere_if_final": 1,  # conditions on the sort key: all versions of a row meet them, or none
    "max_threads": 2,
    "use_query_cache": 0,
}

NO_SPACE = {243}  # NOT_ENOUGH_SPACE
# The server is there but cannot now: timeouts, memory, too many parts or queries, shutting down, disk, and of replicas: Keeper is
# gone, the table is read-only, too few are alive (its ErrorCodes.cpp).
AWAY = NO_SPACE | {74, 75, 76, 159, 160, 202, 209, 210, 225, 236, 241, 242, 252, 285, 286, 289, 319, 394, 425, 439, 999}
_NAMES = {code: name for name, code in vars(errors.ErrorCodes).items() if isinstance(code, int)}
_DISK_WORDS = ("No space left on device", "Not enough space", "Cannot reserve")


def is_away(error: BaseException) -> bool:
    """Is this the warehouse being away (retry), rather than a defect of ours (crash)?"""
    if isinstance(error, errors.ServerException):
        return error.code in AWAY or disk_is_full(error)
    return isinstance(error, (errors.NetworkError, errors.SocketTimeoutError, OSError, EOFError))


def is_unreachable(error: BaseException) -> bool:
    """Has the server not answered at all? What it answers, it has judged: sent again it would say the same."""
    return is_away(error) and not isinstance(error, errors.ServerException)


def disk_is_full(error: BaseException) -> bool:
    """Is it the disk?"""
    code = getattr(error, "code", None)
    return code in NO_SPACE or any(word in str(error) for word in _DISK_WORDS)


def patiently(call: Callable[[], T], patience_s: float, away: Callable[[BaseException], bool] = is_away) -> T:
    """What `call` returns, called again while the warehouse is away, for so long; then SinkUnavailable. Blocking."""
    retrying = Retrying(
        retry=retry_if_exception(away),
        wait=wait_random_exponential(multiplier=0.05, max=5),
        stop=stop_after_delay(patience_s),
        before_sleep=_note,
        reraise=True,
    )
    try:
        return retrying(call)
    except Exception as error:
        if not away(error):
            raise
        raise SinkUnavailable(_explain(error, patience_s)) from error


def _note(attempt: RetryCallState) -> None:
    error = attempt.outcome.exception() if attempt.outcome else None
    # never the message: a server's error may quote what was inserted
    log.warning("warehouse_away", attempt=attempt.attempt_number, error=type(error).__name__, code=getattr(error, "code", ""))


def _explain(error: BaseException, patience_s: float) -> str:
    if disk_is_full(error):
        return "the warehouse's disk is full; free some space and run the same command again (nothing is lost)"
    if isinstance(error, errors.ServerException):
        state = f"has refused for {patience_s:g} s (its error {error.code} {_NAMES.get(error.code, '')}".rstrip() + ")"
    else:
        state = f"has not answered for {patience_s:g} s ({type(error).__name__})"
    return f"the warehouse {state}; see `voc warehouse status`, then run the same command again (nothing is lost)"


class WarehouseClient:
    """Statements to ClickHouse, sent again while it is away.

    `connect` returns the endpoint; it is asked again after every failure, so an embedded server that died is revived.
    `patience_s` bounds how long one statement is tried; then SinkUnavailable. `away` says which failures it is tried
    again after. Blocking. Not thread-safe.
    """

    def __init__(
        self, connect: Callable[[], Endpoint], patience_s: float = 60, away: Callable[[BaseException], bool] = is_away
    ) -> None:
        self._connect, self._patience_s, self._away = connect, patience_s, away
        self._client: Client | None = None

    def execute(self, query: str, parameters: Any = None, **options: Any) -> Any:
        """Rows of a SELECT, or the number of rows of an INSERT; `options` as clickhouse_driver.Client.execute has them."""
        return patiently(lambda: self._once(query, parameters, options), self._patience_s, self._away)

    def query(
        self, query: str, parameters: Any = None, *, threads: int = READ["max_threads"], **options: Any
    ) -> list[tuple[Any, ...]]:
        """Rows, read with the settings for reading; `threads`: of the server, at most."""
        rows: list[tuple[Any, ...]] = self.execute(query, parameters, settings=READ | {"max_threads": threads}, **options)
        return rows

    def write(self, statement: str, parameters: Any = None) -> None:
        """INSERT ... SELECT inside the server."""
        self.execute(statement, parameters, settings={**READ, **WRITE})

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """One block of rows; nothing is sent for none."""
        listed = list(rows)
        if listed:
            names = ", ".join(f"`{name}`" for name in columns)
            self.execute(f"INSERT INTO {table} ({names}) VALUES", listed, settings=WRITE)

    def close(self) -> None:
        """Drop the connection; the next statement opens another."""
        if self._client:
            self._client.disconnect()
            self._client = None

    def _once(self, query: str, parameters: Any, options: dict[str, Any]) -> Any:
        self._client = self._client or self._connect().client()
        try:
            return self._client.execute(query, parameters, **options)
        except BaseException:
            self.close()  # a connection in an unknown state is not used again, also after Ctrl-C
            raise
