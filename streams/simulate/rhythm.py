"""How busy a minute is: day and night, weekend, hours that are a little busier than they should be."""

import math
from random import Random

from streams.simulate.events import DAY_MS, HOUR_MS, MINUTE_MS

LOCAL_MS = 8 * HOUR_MS
"""Customers live in UTC+8."""
WEEKEND = 0.75
"""Traffic on a Saturday or Sunday, of a workday's."""
NIGHT = 0.15
MORNING_PEAK, EVENING_PEAK = 11, 20
"""Local hours of the two humps of a day."""
HOURLY_SHAPE = 40.0
"""Gamma shape of the factor an hour is busier by: coefficient of variation 0.16, so counts are a little over-dispersed."""


def poisson(rng: Random, mean: float) -> int:
    """A Poisson count (Knuth's product of uniforms: fast for means of a few)."""
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def _curve(minute_of_day: int) -> float:
    hour = minute_of_day / 60
    morning = math.exp(-(((hour - MORNING_PEAK) / 3) ** 2))
    return NIGHT + morning + 0.9 * math.exp(-(((hour - EVENING_PEAK) / 2.5) ** 2))


_MEAN = sum(_curve(minute) for minute in range(1440)) / 1440
_CURVE = [_curve(minute) / _MEAN for minute in range(1440)]


def rhythm(ms: int) -> float:
    """How busy the minute is, of the mean minute of a workday."""
    local = ms + LOCAL_MS
    weekday = (local // DAY_MS + 3) % 7  # the epoch was a Thursday; Monday is 0
    return _CURVE[local % DAY_MS // MINUTE_MS] * (WEEKEND if weekday >= 5 else 1.0)


def hourly_factor(rng: Random) -> float:
    """A factor around 1 for one hour."""
    return rng.gammavariate(HOURLY_SHAPE, 1 / HOURLY_SHAPE)
