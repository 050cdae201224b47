"""Times and lengths of time as a reader of one time zone writes them."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

MINUTE = timedelta(minutes=1)
"""Both the first and the last minute of an episode belong to it."""


class Clock(NamedTuple):
    """A time zone. Times without one are UTC; what the calendar cannot show there is shown in UTC."""

    zone: tzinfo

    def there(self, at: datetime) -> datetime:
        """The same instant on this clock."""
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        try:
            return aware.astimezone(self.zone)
        except (OverflowError, ValueError):
            return aware

    def day(self, at: datetime) -> str:
        """2026-11-20."""
        return self.there(at).strftime("%Y-%m-%d").zfill(10)

    def full(self, at: datetime) -> str:
        """2026-11-20 11:15."""
        return f"{self.day(at)} {self.there(at):%H:%M}"

    def beside(self, at: datetime, other: datetime) -> str:
        """11:15, or 11-21 00:05 on another day than `other`, which stands before it."""
        here, there = self.there(at), self.there(other)
        if here.date() == there.date():
            return f"{here:%H:%M}"
        return f"{here:%m-%d %H:%M}" if here.year == there.year else self.full(at)

    def offset(self, at: datetime) -> str:
        """UTC, UTC+8 or UTC+5:30."""
        minutes = round((self.there(at).utcoffset() or timedelta()) / timedelta(minutes=1))
        if not minutes:
            return "UTC"
        hours, rest = divmod(abs(minutes), 60)
        return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def length(first: datetime, last: datetime) -> tuple[int, int, int]:
    """Days, hours and minutes from one time to another, none of them negative."""
    minutes = max((_aware(last) - _aware(first)) // timedelta(minutes=1), 0)
    return minutes // 1440, minutes // 60 % 24, minutes % 60


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
