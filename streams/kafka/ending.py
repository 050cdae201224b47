"""How a worker ends that was told to: in order where it can, and in time in any case.

What is in hand is finished and committed first; that is done by the parts themselves. Where it cannot be done, because the
warehouse or Kafka is away, the process ends all the same, and whoever goes on does it: nothing that was not done is committed.
It then ends without a word to Faust, which waits for a commit for ever, in a thread that Python waits for.
"""

import asyncio
import math
import os
import random
import threading
import time
from collections.abc import Callable, Sequence

from streams.failures import SinkUnavailable
from streams.kafka.lane import GRACE_S, LONGEST_PAUSE_S
from streams.telemetry import log

LATEST_S = 65.0
"""After this an end in order is no longer waited for ..."""
FINISH_S = 20.0
"""... but for so long for a message that is on its way. Together less than orchestrators wait."""
STILL_S = 10.0
"""After this it is said that the end takes long."""
LOOK_S = 0.2


class Patience:
    """An agent's work, tried until it is done: while the worker works for ever, then for as long as a stop may take."""

    def __init__(self, role: str) -> None:
        self._role, self._until = role, math.inf
        self.failures = 0
        """In a row."""
        self.given_up = ""
        """Why what was in hand when the worker was told to stop will not be done here; empty: it is done, or tried."""

    def stop(self) -> None:
        """The worker ends."""
        self._until = time.monotonic() + GRACE_S

    async def tried(self, work: Callable[[], None]) -> None:
        """Call `work` in a thread until it raises no SinkUnavailable. Does not return from what is given up: it must not be
        acknowledged."""
        while True:
            try:
                await asyncio.to_thread(work)
                break
            except SinkUnavailable as error:
                self.failures += 1
                log.warning(f"{self._role}_failed", attempt=self.failures, reason=error)
                if time.monotonic() > self._until:
                    self.given_up = str(error)
                    await asyncio.Event().wait()
                await asyncio.sleep(min(0.2 * 2**self.failures, LONGEST_PAUSE_S) * random.random())
        self.failures = 0


class Ending:
    """Ends the process hard when an end in order cannot be had: an agent has given up, it takes too long, or a second signal
    comes."""

    def __init__(
        self, agents: Sequence[Patience], finish: Callable[[], None] = lambda: None, end: Callable[[int], None] = os._exit
    ) -> None:
        """`finish` is called before a hard end, unless somebody insists."""
        self._agents, self._finish, self._end = agents, finish, end
        self._insisted = threading.Event()
        self._watch: threading.Thread | None = None

    def begin(self) -> None:
        """A signal has come; called again by the next."""
        if self._watch:
            self._insisted.set()
            return
        log.info("worker_stops")
        for agent in self._agents:
            agent.stop()
        self._watch = threading.Thread(target=self._watched, name="ending", daemon=True)
        self._watch.start()

    def _watched(self) -> None:
        begun, said = time.monotonic(), False
        while not (reason := self._reason(time.monotonic() - begun)):
            if time.monotonic() - begun > STILL_S and not said:
                log.warning("still_stopping", note="what is in hand is being finished; a second signal ends it at once")
                said = True
            self._insisted.wait(LOOK_S)
        log.warning("worker_ended_hard", reason=reason, note="nothing is lost: the next worker does what was in hand")
        if not self._insisted.is_set():
            finishing = threading.Thread(target=self._finish, name="finishing", daemon=True)
            finishing.start()
            finishing.join(FINISH_S)
        self._end(1)

    def _reason(self, seconds: float) -> str:
        """Why it is to end now; empty: it is not."""
        if self._insisted.is_set():
            return "a second signal came"
        if seconds > LATEST_S:
            return f"it could not end in order within {LATEST_S:g} s"
        return next((agent.given_up for agent in self._agents if agent.given_up), "")
