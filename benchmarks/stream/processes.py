"""Candidates: each a process of its own, which says how far it is; ended when all of it is done."""

import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from benchmarks.texts import ROOT


class Mark(NamedTuple):
    """A line of a Gauge."""

    count: int
    cpu: float
    at: float
    parts: dict[str, float]


class Candidate:
    """One process that runs."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.marks: list[Mark] = []
        self.begun = time.time()
        self._said: IO[bytes] = TemporaryFile()  # noqa: SIM115 - as long as the process
        self.process = subprocess.Popen(  # noqa: S603 - ours
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said, cwd=ROOT, start_new_session=True,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def count(self) -> int:
        """How many events it has done."""
        return self.marks[-1].count if self.marks else 0

    @property
    def resident_mb(self) -> float:
        """Its RSS now (Linux)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)

    def check(self) -> None:
        """Raises RuntimeError with its last words, if it has ended."""
        if self.process.poll() is not None:
            self._said.seek(0)
            tail = self._said.read().decode(errors="replace").strip()[-1500:]
            raise RuntimeError(f"a candidate ended with {self.process.returncode} after {self.count} events:\n{tail}")

    def end(self, patience_s: float = 30.0) -> None:
        """SIGTERM; SIGKILL if it does not go."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._thread.join(5)
        self._said.close()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            if line.startswith(b"{"):
                self.marks.append(Mark(**json.loads(line)))


class Run(NamedTuple):
    """What was measured of one run of one or more processes together."""

    us: float
    """CPU of an event, from the first mark to the last."""
    a_second: float
    """Events a second of wall-clock time, from when the last of them had begun."""
    events: int
    parts: dict[str, float]
    """CPU of an event, of the parts that were timed."""


def run(
    commands: Sequence[Sequence[str]],
    events: int,
    environment: Mapping[str, str] | None = None,
    watch: Callable[[Sequence[Candidate]], None] = lambda _candidates: None,
    timeout_s: float = 600.0,
    every_s: float = 0.05,
) -> Run:
    """Start them and let them work until they have done `events` together. Raises RuntimeError, TimeoutError."""
    candidates = [Candidate(command, environment) for command in commands]
    try:
        until = time.monotonic() + timeout_s
        while sum(candidate.count for candidate in candidates) < events:
            for candidate in candidates:
                candidate.check()
            watch(candidates)
            if time.monotonic() > until:
                raise TimeoutError(f"{commands[0]}: {sum(candidate.count for candidate in candidates)} of {events} events")
            time.sleep(every_s)
        return measured([list(candidate.marks) for candidate in candidates])
    finally:
        for candidate in candidates:
            candidate.end()


def measured(marks: Sequence[Sequence[Mark]]) -> Run:
    """CPU an event of all together, and how many a second while all worked."""
    worked = [mine for mine in marks if len(mine) > 1]
    if not worked:
        raise RuntimeError("too few events: the first batch had all of them")
    events = sum(mine[-1].count - mine[0].count for mine in worked)
    cpu = sum(mine[-1].cpu - mine[0].cpu for mine in worked)
    begin, end = max(mine[0].at for mine in worked), max(mine[-1].at for mine in worked)
    before = sum(max((mark.count for mark in mine if mark.at <= begin), default=0) for mine in worked)
    done = sum(mine[-1].count for mine in worked)
    parts = {
        name: 1e6 * sum(mine[-1].parts[name] - mine[0].parts[name] for mine in worked) / events for name in worked[0][0].parts
    }
    return Run(1e6 * cpu / events, (done - before) / max(end - begin, 1e-9), events, parts)


def tell(what: str, us: float) -> None:
    """Say on a terminal, or in a log, what was measured just now."""
    print(f"  {what}: {us:.2f} µs an event", file=sys.stderr, flush=True)


class Spread(NamedTuple):
    """Of several rounds."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        """Shown in tables."""
        digits = 2 if abs(self.median) < 20 else 1 if abs(self.median) < 200 else 0
        return f"{self.median:.{digits}f} ({self.low:.{digits}f} … {self.high:.{digits}f})"


def spread(values: Sequence[float]) -> Spread:
    """Median, least and greatest."""
    return Spread(statistics.median(values), min(values), max(values))


def load() -> str:
    """The load averages of 1 and 5 minutes, for the title: other people's work on this machine is noise here."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} / {five:.1f}, {os.cpu_count()} cores"
