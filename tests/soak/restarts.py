"""How soon a worker works again: from its start, or from the kill of the one before, to the first batch that is committed."""

import time
from typing import Any

from tests.rig.events import MINUTE, WORDS, chat
from tests.rig.feed import Feed
from tests.rig.scene import Stage
from tests.rig.workers import Worker, spread

TIMES = 3
PATIENCE_S = 40.0
EVENT = "batch_committed"


def restart_times(stage: Stage, feed: Feed, after: int) -> dict[str, Any]:
    """Of one worker of all roles on every partition, with events coming in all the time (times after `after`): seconds to its
    first committed batch after a clean restart (from the start of the process), and after a kill (from the kill)."""
    worker = stage.worker("restarted", "understand,detect,tell")
    drip = _Drip(feed, after)
    clean, killed = [], []
    worker.start()
    _first_batch(worker, drip)
    for _ in range(TIMES):
        worker.stop()
        worker.start()
        clean.append(_first_batch(worker, drip) - worker.lives[-1].started)
        at = worker.kill()
        worker.start()
        killed.append(_first_batch(worker, drip) - at)
    worker.stop()
    feed.close()
    return {"clean": spread(clean), "killed": spread(killed)}


class _Drip:
    """A few events each time it is called."""

    def __init__(self, feed: Feed, after: int) -> None:
        self._feed, self._at, self._number = feed, after + 10 * MINUTE, 0

    def __call__(self) -> None:
        for _ in range(10):
            self._number += 1
            self._at += 1
            self._feed.send(
                "chat", f"c-r{self._number}".encode(), chat(self._at, list(WORDS)[self._number % 7], id=f"r{self._number}")
            )


def _first_batch(worker: Worker, drip: _Drip) -> float:
    """When its process committed its first batch; waits for that."""
    until = time.monotonic() + PATIENCE_S
    life = worker.lives[-1]
    while time.monotonic() < until:
        drip()
        if (seconds := worker.first(EVENT, life)) is not None:
            return life.started + seconds
        time.sleep(0.2)
    raise AssertionError(f"{worker.name} committed nothing for {PATIENCE_S:.0f} s after its start; see {life.log}")
