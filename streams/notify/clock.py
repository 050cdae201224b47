"""Time as the deliverer knows it: given, so that nights and outages take no time in tests."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The wall's time for quiet hours and ages, one that only goes forward for everything that is waited for."""

    def now(self) -> datetime:
        """UTC, aware."""

    def monotonic(self) -> float:
        """Seconds."""


class SystemClock:
    """This machine's."""

    def now(self) -> datetime:
        """UTC, aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()
