"""The embedded warehouse: the real ClickHouse engine out of the chdb-core wheel, as a server process on loopback.

Run as `python -m streams.warehouse.server DIRECTORY [--tcp PORT] [--http PORT]`; `streams.warehouse.embedded` starts it.
It prints one line, `READY` or `FAILED why`, then says no more.

How: clickhouse-local knows SYSTEM START LISTEN TCP|HTTP (ClickHouse PR #101143); the wheel links it, and
`chdb._chdb.query(sql, path=...)` runs it with the config.xml of the working directory. That name is private, so the minor
version of chdb-core is pinned, and the tests start the server before anything else.

Lifetime: whoever uses the server holds a shared lock on DIRECTORY/in-use. When the server can take that lock
exclusively, nobody uses it, and it stops, unless DIRECTORY/stay names its process id (`voc warehouse start`).
The server holds DIRECTORY/server.lock exclusively and writes its process id into it before anything else.
The kernel frees the locks of a killed process, so no process is ever waited for in vain.
"""

import argparse
import fcntl
import hashlib
import json
import os
import random
import secrets
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import IO

from streams.warehouse.views import VIEWS

HOST = "127.0.0.1"
DATABASE = "voc"
WRITER, READER = "voc_write", "voc_read"
CLAIM_S = 2.0
"""How long a starting server tries for its lock: who looks whether one runs holds it for a moment."""
START_S = 60.0
"""How long the engine may take to answer."""

_CONFIG = """<clickhouse>
  <tcp_port>{tcp}</tcp_port><http_port>{http}</http_port><listen_host>{host}</listen_host>
  <user_directories><users_xml><path>users.xml</path></users_xml></user_directories>
  <mark_cache_size>268435456</mark_cache_size>
</clickhouse>
"""
# The engine's own session logs in as `default` from loopback without a password: it may start listeners and nothing else.
# voc_read needs readonly=2, not 1: every client sets max_execution_time. So its limits are constraints: a client may lower
# them, not raise them, and not set the 0 that means none.
_USERS = """<clickhouse>
  <profiles>
    <default></default>
    <reader><readonly>2</readonly><max_execution_time>60</max_execution_time><max_memory_usage>4000000000</max_memory_usage>
      <constraints>
        <max_execution_time><min>0.001</min><max>60</max></max_execution_time>
        <max_memory_usage><min>1</min><max>4000000000</max></max_memory_usage>
      </constraints></reader>
  </profiles>
  <users>
    <default><password></password><networks><ip>127.0.0.1</ip><ip>::1</ip></networks><profile>default</profile>
      <quota>default</quota><grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants></default>
    <{writer}><password_sha256_hex>{writer_hash}</password_sha256_hex><networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota><access_management>1</access_management></{writer}>
    <{reader}><password_sha256_hex>{reader_hash}</password_sha256_hex><networks><ip>127.0.0.1</ip></networks>
      <profile>reader</profile><quota>default</quota><grants>{grants}</grants></{reader}>
  </users>
  <quotas><default></default></quotas>
</clickhouse>
"""
_MAIN = (
    "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP;"
    "SELECT /*voc-main*/ sleep(1) FROM numbers(1000000000000) SETTINGS max_block_size=1, log_queries=0 FORMAT Null"
)
_STOP = "KILL QUERY WHERE query LIKE 'SYSTEM START LISTEN%' OR query LIKE '%/*voc-main*/%' ASYNC"


class StartError(Exception):
    """The server cannot start; the message says why and what to do."""


PORTS = range(15_000, 30_000)
"""Below those that the kernel gives to outgoing connections, which would take one between its choice and its use."""


def free_port(wanted: int = 0) -> int:
    """A loopback port nobody listens on: `wanted` itself, or one of PORTS if 0. Raises StartError when `wanted` is taken."""
    if not wanted:
        for port in random.sample(PORTS, 100):
            with suppress(OSError), socket.socket() as probe:
                probe.bind((HOST, port))
                return port
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise StartError(
                f"port {wanted} is in use; name another in voc.toml (tcp_port, http_port), or 0 for a free one"
            ) from error
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str) -> None:
    """Replace a file by one that only its owner can read, in one step."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def _settle_ports(asked: int, last: int) -> int:
    """The port asked for; else the one used last time, so that a Grafana set up by hand keeps working; else a free one."""
    if asked:
        return free_port(asked)
    try:
        return free_port(last)
    except StartError:
        return free_port()


def _prepare(directory: Path, tcp: int, http: int) -> dict[str, object]:
    """Write config.xml, users.xml and server.json; passwords are made once and kept."""
    state_file = directory / "server.json"
    try:
        state = json.loads(state_file.read_text("utf-8"))
    except (OSError, ValueError):
        state = {}
    state = {
        "pid": os.getpid(),
        "tcp": _settle_ports(tcp, int(state.get("tcp", 0))),
        "http": _settle_ports(http, int(state.get("http", 0))),
        "write_password": state.get("write_password") or secrets.token_urlsafe(24),
        "read_password": state.get("read_password") or secrets.token_urlsafe(24),
    }
    grants = "".join(f"<query>GRANT SELECT ON {DATABASE}.{view}</query>" for view in VIEWS)
    write_private(directory / "config.xml", _CONFIG.format(tcp=state["tcp"], http=state["http"], host=HOST))
    write_private(
        directory / "users.xml",
        _USERS.format(
            writer=WRITER, writer_hash=hashlib.sha256(state["write_password"].encode()).hexdigest(),
            reader=READER, reader_hash=hashlib.sha256(state["read_password"].encode()).hexdigest(), grants=grants,
        ),
    )  # fmt: skip
    write_private(state_file, json.dumps(state))
    return state


def _ask(state: dict[str, object], path: str, data: bytes | None = None) -> None:
    request = urllib.request.Request(f"http://{HOST}:{state['http']}{path}", data=data)
    request.add_header("X-ClickHouse-User", WRITER)
    request.add_header("X-ClickHouse-Key", str(state["write_password"]))
    urllib.request.urlopen(request, timeout=5).read()  # noqa: S310


class _Engine(threading.Thread):
    """The engine's main query: it lives as long as this thread does."""

    def __init__(self, directory: Path) -> None:
        super().__init__(daemon=True)
        self.directory, self.error = directory, ""

    def run(self) -> None:
        import chdb

        try:
            result = chdb._chdb.query(  # type: ignore[attr-defined]  # private; see the module's docstring
                _MAIN, "TabSeparated", path=str(self.directory / "data")
            )
            self.error = result.error_message() if result.has_error() else ""
        except Exception as error:  # noqa: BLE001  (whatever the engine raises is the reason it stopped)
            self.error = str(error)


def _start(directory: Path, tcp: int, http: int) -> tuple[_Engine, dict[str, object]]:
    import chdb  # noqa: F401  (before chdir: the package changes directory while it is imported)

    state = _prepare(directory, tcp, http)
    os.chdir(directory)
    engine = _Engine(directory)
    engine.start()
    until = time.monotonic() + START_S
    while True:
        try:
            _ask(state, "/ping")
            return engine, state
        except (OSError, HTTPException):
            if not engine.is_alive():
                reason = engine.error.strip().split("\n")[0][:300] or "unknown reason"
                raise StartError(f"the ClickHouse engine did not start: {reason}") from None
            if time.monotonic() > until:
                raise StartError(
                    f"the ClickHouse engine has not answered for {START_S:g} s; see {directory / 'server.log'}, "
                    "then run the same command again"
                ) from None
            time.sleep(0.02)


def _unused(in_use: IO[str]) -> bool:
    """Does nobody hold the shared lock? Then this process holds it exclusively from now on, and newcomers wait."""
    try:
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stays(directory: Path) -> bool:
    try:
        return (directory / "stay").read_text() == str(os.getpid())
    except OSError:
        return False


def claim(directory: Path) -> IO[str]:
    """The open server.lock, held by this process from now on and naming it. Blocks up to 2 s. Raises StartError."""
    owner = (directory / "server.lock").open("a")  # not "w": what it says is the holder's
    until = time.monotonic() + CLAIM_S
    while True:
        try:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                owner.close()
                raise StartError(f"another process already serves {directory}") from None
            time.sleep(0.02)
    owner.truncate(0)
    owner.write(str(os.getpid()))
    owner.flush()
    return owner


def main() -> None:
    """Serve until nobody uses the directory, or until SIGTERM."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--tcp", type=int, default=0)
    arguments.add_argument("--http", type=int, default=0)
    options = arguments.parse_args()
    directory = options.directory.resolve()
    os.umask(0o077)  # what customers said is the owner's to read
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the engine may print: only our own line goes to the starter
    try:
        owner = claim(directory)
        engine, state = _start(directory, options.tcp, options.http)
    except (StartError, OSError) as error:
        told.write(f"FAILED {error}\n")
        told.close()
        os._exit(1)
    told.write("READY\n")
    told.close()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with owner, (directory / "in-use").open("a") as in_use:
        while engine.is_alive() and not stop.wait(0.25):
            if not _stays(directory) and _unused(in_use):
                break
        if engine.is_alive():
            try:
                _ask(state, "/", _STOP.encode())
            except (OSError, HTTPException):  # it is stopping already, or hangs: the exit below ends it either way
                stop.set()
            engine.join(20)
        os._exit(0)  # the engine's threads know no other end


if __name__ == "__main__":
    main()
