"""How a worker ends that was told to, or that failed: in order where it can, and in time in any case.

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
COMMIT_S = 30.0
"""How long all may be done and not be committed: more than a reader needs to give up what it has in hand (lane.GRACE_S)."""
STILL_S = 10.0
"""After this it is said that the end takes long."""
TWICE_S = 1.0
"""A second signal that comes sooner is the first once more, as from a shell that passes on what the terminal has sent already."""
LOOK_S = 0.2


class Patience:
    """An agent's work, tried until it is done: while the worker works for ever, then for as long as a stop may take."""

    def __init__(self, event: str) -> None:
        """`event` is logged of every attempt that failed."""
        self._event, self._until = event, math.inf
        self.failures = 0
        """In a row."""
        self.in_hand = False
        """Is there work that is not done?"""
        self.given_up = ""
        """Why what was in hand when the worker was told to stop will not be done here; empty: it is done, or tried."""

    def stop(self) -> None:
        """The worker ends."""
        self._until = time.monotonic() + GRACE_S

    @property
    def ends(self) -> bool:
        """Has it been told to stop? Work that takes long may break off then."""
        return self._until < math.inf

    async def tried(self, work: Callable[[], None]) -> None:
        """Call `work` in a thread until it raises no SinkUnavailable. Does not return from what is given up: it must not be
        acknowledged. One call at a time."""
        self.in_hand = True
        try:
            while True:
                try:
                    await asyncio.to_thread(work)
                    break
                except SinkUnavailable as error:
                    self.failures += 1
                    log.warning(self._event, attempt=self.failures, reason=error)
                    if time.monotonic() > self._until:
                        self.given_up = str(error)
                        await asyncio.Event().wait()
                    await asyncio.sleep(min(0.2 * 2**self.failures, LONGEST_PAUSE_S) * random.random())
            self.failures = 0
        finally:
            self.in_hand = False


class Ending:
    """Ends the process hard when an end in order cannot be had: an agent has given up, it takes too long, or somebody insists."""

    def __init__(
        self, agents: Sequence[Patience], finish: Callable[[], None] = lambda: None, end: Callable[[int], None] = os._exit
    ) -> None:
        """`finish` is called before a hard end; with somebody who insists it is not waited for."""
        self._agents, self._finish, self._end = agents, finish, end
        self._insisted = threading.Event()
        self._signalled = self._begun = 0.0

    def signal(self) -> None:
        """A signal has come."""
        now = time.monotonic()
        if not self._signalled:
            self._signalled = now
            self.begin()
        elif now - self._signalled > TWICE_S:
            self._insisted.set()

    def begin(self) -> None:
        """The worker ends from now on, whatever the reason."""
        if self._begun:
            return
        self._begun = time.monotonic()
        log.info("worker_stops")
        for agent in self._agents:
            agent.stop()
        threading.Thread(target=self._watched, name="ending", daemon=True).start()

    def _watched(self) -> None:
        said, at_rest = False, self._begun
        while True:
            now = time.monotonic()
            if any(agent.in_hand for agent in self._agents):
                at_rest = now
            if reason := self._reason(now - self._begun, now - at_rest):
                break
            if now - self._begun > STILL_S and not said:
                log.warning("still_stopping", note="what is in hand is being finished; a second signal ends it at once")
                said = True
            self._insisted.wait(LOOK_S)
        finishing = threading.Thread(target=self._finish, name="finishing", daemon=True)
        finishing.start()
        until = time.monotonic() + FINISH_S
        while finishing.is_alive() and time.monotonic() < until and not self._insisted.wait(LOOK_S):
            pass
        log.warning("worker_ended_hard", reason=reason, note="nothing is lost: the next worker does what was in hand")
        self._end(1)

    def _reason(self, seconds: float, at_rest: float) -> str:
        """Why it is to end now; empty: it is not."""
        if self._insisted.is_set():
            return "a second signal came"
        if self._agents and at_rest > COMMIT_S:
            return f"nothing is in hand, and it has not ended for {COMMIT_S:g} s: Kafka or the warehouse does not answer"
        if seconds > LATEST_S:
            return f"it could not end in order within {LATEST_S:g} s"
        return next((agent.given_up for agent in self._agents if agent.given_up), "")
