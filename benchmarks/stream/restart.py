"""Section `restart`: from the start of a worker's process to its first batch stored and committed, after an orderly end."""

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import measure
from benchmarks.stream import processes
from benchmarks.stream.desk import Desk, desk
from benchmarks.stream.processes import spread
from tests.rig.workers import Worker

GOAL_S = 10.0
EVENTS = 400_000
COMMAND = (str(Path(sys.executable).with_name("voc")), "worker")


def restart(options: argparse.Namespace, broker: str) -> dict[str, Any]:
    """Packaged pipeline, models built, warehouse running; records wait."""
    found: dict[str, list[float]] = {}
    with desk(broker) as place, TemporaryDirectory() as folder:
        prefix = place.filled(EVENTS, 6)
        for roles in ("understand", "understand,detect,tell"):
            found[roles] = _restarts(place, prefix, roles, Path(folder), options.rounds)
            place.again(prefix)
    rows = [
        (f"voc worker --roles {roles}", spread(seconds), f"≤ {GOAL_S:g}: {'reached' if max(seconds) <= GOAL_S else 'MISSED'}")
        for roles, seconds in found.items()
    ]
    measure.show(
        f"Seconds from the start of a process to its first committed batch, {options.rounds} clean restarts; {processes.load()}",
        ("", "seconds", "goal"),
        rows,
    )
    return {"seconds": found, "goal_s": GOAL_S}


def _restarts(place: Desk, prefix: str, roles: str, folder: Path, rounds: int) -> list[float]:
    environment = {**os.environ, **place.environment(prefix, VOC_LOG_LEVEL="debug", VOC_BATCH_RECORDS="1000")}
    worker = Worker(roles.replace(",", "-"), (*COMMAND, "--roles", roles), environment, folder)
    seconds: list[float] = []
    for number in range(rounds + 1):  # the first is no restart
        worker.start()
        until = time.monotonic() + 120
        while (first := worker.first("batch_committed", worker.lives[-1])) is None:
            if not worker.alive or time.monotonic() > until:
                raise RuntimeError(worker.lives[-1].log.read_text(errors="replace")[-1500:])
            time.sleep(0.1)
        if number:
            seconds.append(first)
        worker.stop()
    return seconds
