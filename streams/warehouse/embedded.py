"""Starting, finding and stopping the embedded warehouse of a data directory.

One server a data directory, whoever comes first starts it, everybody else finds it. Locks (all released by the kernel when
a process dies): `in-use`, shared, held by every command that talks to the server; `start`, exclusive, held while one looks
and starts; `server.lock`, exclusive, held by the server itself, whose process id it holds (or nothing: just starting, or no
server). Who looks whether the server runs holds `server.lock`, shared, for a moment.
"""

import errno
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from streams.failures import UserError
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.server import CLAIM_S, HOST, START_S, WRITER

PATIENCE_S = CLAIM_S + START_S + 10
"""How long the starter waits for the server's word: longer than the server itself takes to give up."""
TRIES = 3
"""How often a server is started whose ports nobody named."""


class EmbeddedError(UserError):
    """The embedded warehouse cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Status:
    """What `voc warehouse status` shows. Running without ports: starting; without `pid`: it began this very moment."""

    running: bool
    stays: bool
    pid: int | None
    tcp_port: int | None
    http_port: int | None


class EmbeddedWarehouse:
    """The server of one data directory. `endpoint()` may be called as often as one likes: it revives a server that died."""

    def __init__(self, data_dir: Path, tcp_port: int = 0, http_port: int = 0) -> None:
        self.directory = data_dir / "warehouse"
        self._ports = tcp_port, http_port
        self._in_use: IO[str] | None = None

    def endpoint(self, role: str = WRITER) -> Endpoint:
        """Where to connect, the server started if need be. Blocks, a minute for each start or stop. Raises EmbeddedError."""
        self._hold()
        until = time.monotonic() + 60
        tries = 0
        with self._locked("start"):
            while not self._alive():
                if not self._served():
                    tries += 1
                    self._try(last=tries == TRIES or any(self._ports))
                elif time.monotonic() > until:
                    raise EmbeddedError(
                        f"the warehouse does not answer; see {self.directory / 'server.log'}, then: voc warehouse stop"
                    )
                else:
                    time.sleep(0.1)  # it is stopping, and another will be started
        return self._known(role, self._kept())

    def release(self) -> None:
        """This process no longer needs the server; the server stops when nobody does."""
        if self._in_use:
            self._in_use.close()
            self._in_use = None

    def stay(self) -> Status:
        """Start the server, and keep it after this command ends."""
        self.endpoint()
        (self.directory / "stay").write_text(str(self._kept()["pid"]))
        return self.status()

    def stop(self, patience_s: float = 30) -> bool:
        """End the server, whoever uses it. Returns whether one was running."""
        (self.directory / "stay").unlink(missing_ok=True)
        until = time.monotonic() + patience_s
        told: int | None = None
        was_running = False
        while self._served():
            was_running = True
            holder = self._holder()
            if told is None and holder is not None:  # an empty lock file: it began this very moment
                with suppress(ProcessLookupError):
                    os.kill(holder, signal.SIGTERM)
                told = holder
            elif told is not None and holder != told:
                break  # that one has stopped; a command at work has started the next
            if time.monotonic() > until:
                raise EmbeddedError(f"the warehouse did not stop within {patience_s:.0f} s; see {self.directory / 'server.log'}")
            time.sleep(0.05)
        return was_running

    def status(self) -> Status:
        """Is a server running here, and will it stay?"""
        if not self._served():
            return Status(False, False, None, None, None)
        pid, state = self._holder(), self._kept()
        stay = self.directory / "stay"
        stays = pid is not None and stay.exists() and stay.read_text() == str(pid)
        if state.get("pid") != pid:
            return Status(True, stays, pid, None, None)
        return Status(True, stays, pid, state.get("tcp"), state.get("http"))

    def _hold(self) -> None:
        if self._in_use:
            return
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._in_use = (self.directory / "in-use").open("a")
        except OSError as error:
            raise EmbeddedError(
                f"cannot use the data directory {self.directory.parent}: {error.strerror}; name another with --data-dir"
            ) from error
        fcntl.flock(self._in_use, fcntl.LOCK_SH)  # waits for a server that is just stopping

    def _locked(self, name: str) -> IO[str]:
        file = (self.directory / name).open("a")
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def _served(self) -> bool:
        """Does a server process hold this directory? (Alive in the kernel's eyes, perhaps still starting or stopping.)

        If none does, the process id that the last one left is wiped out: what `server.lock` says is then always its holder's.
        """
        try:
            with (self.directory / "server.lock").open("a") as owner:
                fcntl.flock(owner, fcntl.LOCK_SH | fcntl.LOCK_NB)
                owner.truncate(0)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _holder(self) -> int | None:
        """The process that holds the directory, if one does (ask `_served` first) and has said so already."""
        said = (self.directory / "server.lock").read_text("utf-8")
        return int(said) if said else None

    def _kept(self) -> dict[str, Any]:
        """What the server, or the one before it, wrote into server.json; nothing if it is not there yet."""
        try:
            state: dict[str, Any] = json.loads((self.directory / "server.json").read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return state

    def _known(self, role: str, state: dict[str, Any]) -> Endpoint:
        password = str(state["write_password" if role == WRITER else "read_password"])
        return Endpoint(HOST, state["tcp"], role, password)

    def _alive(self) -> bool:
        if not self._served():
            return False
        state = self._kept()
        return bool(state) and state["pid"] == self._holder() and self._known(WRITER, state).answers()

    def _try(self, *, last: bool) -> None:
        """Start it. A free port may be taken by somebody else before the engine listens there, so a start that fails is
        tried again with others, but for the last time."""
        try:
            self._start()
        except EmbeddedError:
            if last:
                raise

    def _start(self) -> None:
        tcp, http = self._ports
        command = [
            sys.executable,
            "-m",
            "streams.warehouse.server",
            str(self.directory),
            "--tcp",
            str(tcp),
            "--http",
            str(http),
        ]
        with (self.directory / "server.log").open("ab") as log:
            # A session of its own: Ctrl-C at the terminal must reach the command, which then ends in order, not the server.
            server = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )
        with cast(IO[bytes], server.stdout) as told:  # a pipe, as was asked for
            if not select.select([told], [], [], PATIENCE_S)[0]:
                server.kill()
                server.wait()
                raise EmbeddedError(
                    f"the embedded warehouse did not start within {PATIENCE_S:g} s; see {self.directory / 'server.log'}, "
                    "then run the same command again"
                )
            line = told.readline().decode(errors="replace").strip()
        if line != "READY":
            reason = line.removeprefix("FAILED ") or f"it ended without a word; see {self.directory / 'server.log'}"
            if os.strerror(errno.ENOSPC) in reason:
                reason = "its disk is full; free some space and run the same command again"
            raise EmbeddedError(f"the embedded warehouse did not start: {reason}")
