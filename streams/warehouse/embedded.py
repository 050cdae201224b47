"""Starting, finding and stopping the embedded warehouse of a data directory.

One server a data directory, whoever comes first starts it, everybody else finds it. Locks (all released by the kernel when
a process dies): `in-use`, shared, held by every command that talks to the server; `start`, exclusive, held while one looks
and starts; `server.lock`, exclusive, held by the server itself.
"""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from streams.failures import UserError
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.server import HOST, WRITER


class EmbeddedError(UserError):
    """The embedded warehouse cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Status:
    """What `voc warehouse status` shows."""

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
        """Where to connect, the server started if need be. Blocks up to 60 s. Raises EmbeddedError."""
        self._hold()
        until = time.monotonic() + 60
        with self._locked("start"):
            while not self._alive():
                if not self._served():
                    self._start()
                elif time.monotonic() > until:
                    raise EmbeddedError(
                        f"the warehouse does not answer; see {self.directory / 'server.log'}, then: voc warehouse stop"
                    )
                else:
                    time.sleep(0.1)  # it is stopping, and another will be started
        return self._known(role)

    def release(self) -> None:
        """This process no longer needs the server; the server stops when nobody does."""
        if self._in_use:
            self._in_use.close()
            self._in_use = None

    def stay(self) -> Status:
        """Start the server, and keep it after this command ends."""
        self.endpoint()
        (self.directory / "stay").write_text(str(self._state()["pid"]))
        return self.status()

    def stop(self, patience_s: float = 30) -> bool:
        """End the server, whoever uses it. Returns whether one was running."""
        (self.directory / "stay").unlink(missing_ok=True)
        if not self._served():
            return False
        os.kill(self._state()["pid"], signal.SIGTERM)
        until = time.monotonic() + patience_s
        while self._served():
            if time.monotonic() > until:
                raise EmbeddedError(f"the warehouse did not stop within {patience_s:.0f} s; see {self.directory / 'server.log'}")
            time.sleep(0.05)
        return True

    def status(self) -> Status:
        """Is a server running here, and will it stay?"""
        if not self._served():
            return Status(False, False, None, None, None)
        state = self._state()
        stay = self.directory / "stay"
        stays = stay.exists() and stay.read_text() == str(state["pid"])
        return Status(True, stays, state["pid"], state["tcp"], state["http"])

    def _hold(self) -> None:
        if self._in_use:
            return
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
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
        """Does a server process hold this directory? (Alive in the kernel's eyes, perhaps still starting or stopping.)"""
        try:
            with (self.directory / "server.lock").open("a") as owner:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _state(self) -> dict[str, int]:
        state: dict[str, int] = json.loads((self.directory / "server.json").read_text("utf-8"))
        return state

    def _known(self, role: str) -> Endpoint:
        state = self._state()
        password = str(state["write_password" if role == WRITER else "read_password"])
        return Endpoint(HOST, state["tcp"], role, password)

    def _alive(self) -> bool:
        return self._served() and (self.directory / "server.json").exists() and self._known(WRITER).answers()

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
        line = ""
        if server.stdout:
            with server.stdout as told:
                line = told.readline().decode(errors="replace").strip()
        if line != "READY":
            reason = line.removeprefix("FAILED ") or f"it ended without a word; see {self.directory / 'server.log'}"
            if os.strerror(errno.ENOSPC) in reason:
                reason = "its disk is full; free some space and run the same command again"
            raise EmbeddedError(f"the embedded warehouse did not start: {reason}")
