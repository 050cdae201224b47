"""What is drawn of a spike: intervals of equal length, what was observed in each and what was expected. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from processors.negative_binomial import normal_range

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440)
"""Minutes that an interval may have."""
INTERVALS = 48
"""At most so many, as long as a step is long enough."""
LEAD = timedelta(hours=3)
"""What is shown before the onset at least, or as much as the episode lasts ..."""
LONGEST_LEAD = timedelta(hours=24)
"""... but no more than this."""
LONGEST = timedelta(days=10)
"""Of a longer episode its end is drawn."""
STALE = timedelta(minutes=20)
"""How long an expectation stands: one is recorded every ten minutes."""
MINUTE = timedelta(minutes=1)


class Point(Struct, frozen=True):
    """One interval of the chart. `expected`, `low` and `high` are None where nothing was judged."""

    start: datetime
    observed: int
    expected: float | None
    low: float | None
    high: float | None


class Chart(Struct, frozen=True):
    """What is drawn of a spike: intervals of `minutes` minutes, earliest first; empty of a silence without a band."""

    minutes: int
    points: tuple[Point, ...]
    onset: datetime
    """Where it began, UTC."""
    name: str = ""
    """What a reader calls it."""


class Plan(NamedTuple):
    """Which minutes are drawn: from `first` to before `end`, in intervals of `minutes`; the last of them is whole."""

    first: datetime
    end: datetime
    minutes: int

    @classmethod
    def of(cls, started: datetime, updated: datetime) -> "Plan":
        """As much before the onset as the episode is long, three hours at least and a day at most; the step grows with it."""
        end = max(updated, started) + MINUTE
        begun = max(started, end - LONGEST)
        length = end - begun + min(max(end - begun, LEAD), LONGEST_LEAD)
        wanted = length / MINUTE / INTERVALS
        minutes = next((step for step in STEPS if step >= wanted), STEPS[-1])
        return cls(end - -(-length // (minutes * MINUTE)) * minutes * MINUTE, end, minutes)


class Band(NamedTuple):
    """What was expected of one minute, and its range."""

    expected: float
    low: float
    high: float


def drawn(
    plan: Plan,
    counts: Mapping[datetime, int],
    bands: Mapping[datetime, Band],
    *,
    dispersion: float,
    onset: datetime,
    name: str = "",
) -> Chart:
    """The chart of what was counted in each minute.

    An interval's expectation is the mean of what was expected of its minutes (or of the last minute before it of which that is
    known, for twenty minutes), times its minutes. Its range is not the sum of theirs: it is that of a negative binomial with this
    mean and `dispersion` (variance / mean).
    """
    step = plan.minutes * MINUTE
    known = sorted(bands)
    points = []
    place, last = 0, None
    for number in range((plan.end - plan.first) // step):
        start = plan.first + number * step
        inside = []
        while place < len(known) and known[place] < start + step:
            last = known[place]
            if last >= start:
                inside.append(bands[last].expected)
            place += 1
        if not inside and last is not None and start - last <= STALE:
            inside = [bands[last].expected]
        observed = max(sum(counts.get(start + minute * MINUTE, 0) for minute in range(plan.minutes)), 0)
        if not inside:
            points.append(Point(start, observed, None, None, None))
            continue
        expected = plan.minutes * sum(inside) / len(inside)
        low, high = normal_range(expected, dispersion)
        points.append(Point(start, observed, expected, float(low), float(high)))
    return Chart(plan.minutes, tuple(points), onset, name)


def dispersion_of(expected: float, high: float) -> float:
    """Variance / mean of a count of which so much is expected and `high` is the end of its 95 % range; 1 at least."""
    return max(((high - expected) / 1.96) ** 2 / expected, 1.0) if expected > 0 else 1.0


def trend(counts: Mapping[datetime, int], started: datetime, updated: datetime) -> str:
    """Does it still grow? "rising", "steady" or "falling"; empty where too little is known to say.

    The last stretch of the episode is compared with the one before it, each half of the episode but half an hour at most and five
    minutes at least. Of two equal stretches with a and b messages the difference is news if it is more than twice sqrt(a + b):
    what chance alone exceeds in one case of twenty.
    """
    minutes = (updated - started) // MINUTE + 1
    long = min(minutes // 2, 30)
    if long < 5:
        return ""
    late, early = (sum(_of(counts, updated - n * long * MINUTE, long)) for n in (0, 1))
    if late + early < 10:
        return ""
    if abs(late - early) <= 2 * (late + early) ** 0.5:
        return "steady"
    return "rising" if late > early else "falling"


def _of(counts: Mapping[datetime, int], last: datetime, minutes: int) -> Iterable[int]:
    return (counts.get(last - n * MINUTE, 0) for n in range(minutes))
