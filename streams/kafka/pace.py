"""How fast events are sent: so many a second, or as their own times say, or at once."""

import time
from collections.abc import Callable
from datetime import datetime

SLICE_S = 0.2
"""How long a wait lasts at most until it is asked whether to stop."""
COARSE_S = 0.002
"""Who is less than this ahead goes on: a sleep is not more exact."""


class Pace:
    """Waits until the next event is due. `rate` events a second, or `speed` times as fast as the events' own times; 0: neither.

    An event whose time lies before that of an earlier one is due at once. `now` is seconds of any origin.
    """

    def __init__(
        self,
        *,
        rate: float = 0.0,
        speed: float = 0.0,
        stopped: Callable[[], bool] = lambda: False,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate, self._speed, self._stopped = rate, speed, stopped
        self._now, self._sleep = now, sleep
        self._start: float | None = None
        self._first: datetime | None = None
        self._passed = 0

    def wait(self, said: datetime | None = None) -> None:
        """Block until the next event, of time `said`, is due, or until it is time to stop."""
        if not self._rate and not self._speed:
            return
        if self._start is None:
            self._start, self._first = self._now(), said
        due = self._start + self._after(said)
        self._passed += 1
        while (ahead := due - self._now()) > COARSE_S and not self._stopped():
            self._sleep(min(ahead, SLICE_S))

    def _after(self, said: datetime | None) -> float:
        if self._rate:
            return self._passed / self._rate
        return (said - self._first).total_seconds() / self._speed if said and self._first else 0.0
