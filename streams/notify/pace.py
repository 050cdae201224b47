"""How fast one may send: nine tenths of what a channel's operator publishes, and longer pauses the more often it failed."""

import random
import threading
from collections.abc import Iterable

from pyrate_limiter import InMemoryBucket, Rate, RateItem
from tenacity import RetryCallState, Retrying, wait_random_exponential

from streams.notify.channel import Limits

SHARE = 0.9
"""Of a published limit: messages are counted where they arrive, and that is not when they leave."""
MINUTE_MS = 60_000
LONGEST_S = 300.0
_BACKOFF = wait_random_exponential(multiplier=2, min=1, max=LONGEST_S)


class Pace:
    """The messages that one robot or address may still get; channels of one `bucket` share it. Safe to use from threads."""

    def __init__(self, limits: Limits) -> None:
        rates = _rates(limits)
        self._most = min((rate.limit for rate in rates), default=0)
        self._bucket = InMemoryBucket(rates) if rates else None
        self._lock = threading.Lock()

    def take(self, messages: int, at_s: float) -> float:
        """Count so many messages as sent at `at_s` (monotonic seconds); or seconds until that may be tried again, and nothing is
        counted. More than the limit allows at once count as what it allows."""
        if not self._bucket or not messages:
            return 0.0
        now = int(at_s * 1000)
        item = RateItem("message", now, min(messages, self._most))
        with self._lock:
            self._bucket.leak(now)
            if self._bucket.put(item):
                return 0.0
            wait = self._bucket.waiting(item)
        return max(int(wait), 1) / 1000  # type: ignore[arg-type]  # a bucket in memory answers at once

    def sent(self, at_s: Iterable[float]) -> None:
        """What went out before this process began."""
        if self._bucket:
            with self._lock:
                # whether they fit is not asked: they were sent
                self._bucket.items.extend(RateItem("message", int(at * 1000)) for at in at_s)
                self._bucket.items.sort(key=lambda item: item.timestamp)


def retry_wait(failures: int, after_s: float | None) -> float:
    """Seconds until the next attempt after so many failures in a row (1: the first), with jitter; never before `after_s`."""
    attempt = RetryCallState(Retrying(), None, (), {})
    attempt.attempt_number = max(failures, 1)
    wait = _BACKOFF(attempt)
    if after_s is None or after_s <= 0:
        return wait
    return after_s + random.uniform(0, min(after_s / 10, 30))


def _rates(limits: Limits) -> list[Rate]:
    """Those of the two that bind; a limit is a whole number, so a small one is stretched in time instead."""
    second = _rate(limits.per_second, 1000)
    minute = _rate(limits.per_minute, MINUTE_MS)
    if not second or not minute:
        return [rate for rate in (second, minute) if rate]
    if minute.limit <= second.limit:
        return [minute]
    implied = minute.limit / minute.interval > second.limit / second.interval
    return [second] if implied else [second, minute]


def _rate(published: float, interval_ms: int) -> Rate | None:
    allowed = published * SHARE
    if not allowed:
        return None
    return Rate(int(allowed), interval_ms) if allowed >= 2 else Rate(1, int(interval_ms / allowed) + 1)
