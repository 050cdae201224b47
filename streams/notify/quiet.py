"""Quiet hours: when nothing rings, in a place's own time, whatever its clocks do in spring and autumn."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")
DAY = timedelta(days=1)


class Quiet(Struct, frozen=True):
    """From a time of the day to another, over midnight if the second is the earlier one."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "Quiet":
        """Of "22:00-08:00". Raises ValueError with what it must be."""
        found = _SPAN.fullmatch(text.strip())
        if not found:
            raise ValueError("must be two times of the day, as 22:00-08:00")
        hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
        quiet = cls(time(hour, minute), time(end_hour, end_minute))
        if quiet.start == quiet.end:
            raise ValueError("must not begin when it ends; to be told of nothing, take the channel out of the routes")
        return quiet

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end in which `now` (aware) lies, UTC; None: it lies in none.

        Each night is the span between two moments, so an hour that a clock shows twice is not quiet a second time, and one that
        it leaves out ends no night twice.
        """
        today = now.astimezone(zone).date()
        for first in (today - DAY, today):
            last = first + DAY if self.end < self.start else first
            begins = datetime.combine(first, self.start, zone).astimezone(UTC)
            ends = datetime.combine(last, self.end, zone).astimezone(UTC)
            if begins <= now < ends:
                return ends
        return None
