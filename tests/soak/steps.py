"""A worker that kills itself at a named step, or waits there: what a kill from outside hits by chance, hit every time."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from streams.kafka.detecting import Detecting
from streams.telemetry import log
from streams.understand import Understand
from streams.warehouse.minutes import Minutes
from streams.warehouse.sink import WarehouseSink
from streams.warehouse.spikes import SpikeStore

STEPS: dict[str, tuple[type, str]] = {
    "understand": (Understand, "batch"),
    "rows": (WarehouseSink, "write_rows"),
    "close": (Detecting, "_close"),
    "give": (Minutes, "give"),
    "transitions": (SpikeStore, "write_transitions"),
    "card": (SpikeStore, "write_card"),
}


def die_at(where: str) -> None:
    """SIDE:STEP:HIT, such as before:rows:2. Only steps that have something to do count."""
    side, step, hit = where.split(":")
    kind, name = STEPS[step]
    setattr(kind, name, _dying(getattr(kind, name), side, int(hit)))


def wait_at(where: str) -> None:
    """STEP:SECONDS, such as rows:2."""
    step, seconds = where.split(":")
    kind, name = STEPS[step]
    function = getattr(kind, name)

    def call(self: Any, *given: Any, **named: Any) -> Any:
        if not given or given[0]:
            log.info("waits", step=step)
            time.sleep(float(seconds))
        return function(self, *given, **named)

    setattr(kind, name, call)


def _dying(function: Callable[..., Any], side: str, hit: int) -> Callable[..., Any]:
    hits = 0

    def call(self: Any, *given: Any, **named: Any) -> Any:
        nonlocal hits
        hits += not given or bool(given[0])
        if side == "before" and hits == hit:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = function(self, *given, **named)
        if side == "after" and hits == hit:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return call
