"""Worker processes of the tests: started, killed, frozen, started again, watched; their logs read for what they did when."""

import os
import re
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from tests.rig.kafka.guard import Guard

_FIELD = re.compile(r'(\w+)=("[^"]*"|\S+)')
LOOKS_AROUND = ("worker_starts", "warehouse_away")
"""Events of a worker that is not yet at work."""
RESTART_S = 1.0
"""After so long somebody starts a worker again that ended by itself."""


class Logged(NamedTuple):
    """A line of a worker's log: when (seconds since 1970), what, with which fields."""

    at: float
    event: str
    fields: dict[str, str]


class Life(NamedTuple):
    """One process of a worker, from its start on; `after` is how the one before it ended."""

    started: float
    after: str
    log: Path


class End(NamedTuple):
    """How a process ended ("killed", "stopped" by SIGTERM, "stopped before it began", "itself"), its status, its last line."""

    at: float
    how: str
    status: int
    last: str


class Worker:
    """One name, one process at a time. Whoever does something to it holds `busy`."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name, self._command, self._environment, self._folder = name, list(command), dict(environment), folder
        self.busy = threading.Lock()
        self.wanted = False
        """Should it run?"""
        self.lives: list[Life] = []
        self.ends: list[End] = []
        self.memory: list[tuple[float, float]] = []
        """(when, resident MB)."""
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: Guard | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def alive(self) -> bool:
        """Is the process there? It may be frozen."""
        return self._process is not None and self._process.poll() is None

    @property
    def begun(self) -> bool:
        """Is the process there, and has it said that it was given something to do? Before that it holds nothing, and
        a SIGTERM ends it at once."""
        return self.alive and any(one.event not in LOOKS_AROUND for one in read(self.lives[-1].log))

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran last."""
        return self._process.pid if self._process else 0

    @property
    def last_line(self) -> str:
        """What the log ends with."""
        return _last_line(self.lives[-1].log) if self.lives else ""

    def start(self, *arguments: str) -> None:
        """Start a process, if none runs; `arguments` are of this one only."""
        self.wanted = True
        if self.alive:
            return
        if self._unnoted:
            self._note("itself")
        log = self._folder / f"{self.name}-{len(self.lives):02d}.log"
        after = self.ends[-1].how if self.ends else ""
        self.lives.append(Life(time.time(), after, log))
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                [*self._command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=self._environment,
                start_new_session=True,
            )
        self._guard = Guard(self._process.pid)

    def kill(self) -> float:
        """SIGKILL; when it was."""
        at = time.time()
        self.wanted = False
        self._end(signal.SIGKILL, "killed", 10)
        return at

    def stop(self, patience_s: float = 100.0) -> int:
        """SIGTERM, and wait; the exit status. One that does not end is killed, and has the status of that."""
        self.wanted = False
        self._end(signal.SIGTERM, "stopped" if self.begun else "stopped before it began", patience_s)
        return self.ends[-1].status if self.ends else 0

    def dies(self, patience_s: float) -> bool:
        """Wait for a process that kills itself; one that does not is killed. Whether it did."""
        assert self._process
        self.wanted = False
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_s)
        did = not self.alive
        self._end(signal.SIGKILL, "killed", 10)
        self.ends[-1] = self.ends[-1]._replace(how="killed" if self.ends[-1].status == -signal.SIGKILL else "itself")
        return did and self.ends[-1].how == "killed"

    def freeze(self) -> None:
        """SIGSTOP."""
        if self.alive:
            os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        if self.alive:
            os.kill(self.pid, signal.SIGCONT)

    def look(self) -> None:
        """Note its memory; start it again if it ended by itself. Called every second."""
        if self.alive:
            with suppress(OSError, StopIteration):
                lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
                resident = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
                self.memory.append((time.time(), resident / 1024))
        elif self.wanted and self.busy.acquire(blocking=False):
            try:
                self._again()
            finally:
                self.busy.release()

    def first(self, event: str, life: Life) -> float | None:
        """Seconds from the start of the process to the first such event in its log."""
        return next((one.at - life.started for one in read(life.log) if one.event == event), None)

    def _again(self) -> None:
        if self._process is None or self.alive or not self.wanted:
            return
        if self._unnoted:
            self._note("itself")
        if time.time() - self.ends[-1].at >= RESTART_S:
            self.start()

    def _end(self, number: int, how: str, patience_s: float) -> None:
        if self._process is None or not self._unnoted:
            return
        if self.alive:
            os.kill(self.pid, number)
            try:
                self._process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        else:
            how = "itself"
        self._note(how)

    @property
    def _unnoted(self) -> bool:
        """Is there a process whose end stands nowhere yet?"""
        return bool(self.lives) and (not self.ends or self.ends[-1].at < self.lives[-1].started)

    def _note(self, how: str) -> None:
        assert self._process
        self.ends.append(End(time.time(), how, self._process.wait(), self.last_line))
        if self._guard:
            self._guard.release()
            self._guard = None


class Watch:
    """Looks after the workers every second, in a thread of its own, until it is closed."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers, self._over = list(workers), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(1.0):
            for worker in self._workers:
                worker.look()

    def close(self) -> None:
        """Stop looking. The workers go on."""
        self._over.set()
        self._thread.join()


def read(log: Path) -> list[Logged]:
    """The lines of a worker's log that have an event."""
    found = []
    for line in log.read_text(errors="replace").splitlines() if log.exists() else []:
        fields = {name: value.strip('"') for name, value in _FIELD.findall(line)}
        if line.startswith("time=") and "event" in fields:
            at = datetime.strptime(line[5:28], "%Y-%m-%d %H:%M:%S,%f").timestamp()  # noqa: DTZ007 - local, as logging writes it
            found.append(Logged(at, fields["event"], fields))
    return found


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, greatest and number of some seconds or megabytes, for a table."""
    if not values:
        return {"n": 0}
    return {"n": len(values), "median": round(statistics.median(values), 2), "greatest": round(max(values), 2)}


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1][-300:] if lines else ""
