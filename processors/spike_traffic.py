"""How much feedback is expected of all topics together in a minute, and by how much is everything else lifted just now?

A topic is judged by its share of this. One set of some 400 numbers a tenant, whatever the number of topics.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HOURS = 168  # of a week

LEVEL, LEVEL_EXPOSURE, SUM, EXPOSURE, SLOT, NOISE, LAST = range(7)


def between_hours(hour: float, weekday: int) -> tuple[int, int, float]:
    """The two hours of the week whose middles enclose `hour` (0 <= hour < 24), and how far it is towards the second."""
    centred = hour - 0.5
    first = math.floor(centred)
    slot = weekday * 24 + first
    return slot % HOURS, (slot + 1) % HOURS, centred - first


class Traffic:
    """The level and the hour-of-week season of the total. `state` is its snapshot: named float64 arrays."""

    def __init__(self, level_days: float, prior_minutes: float) -> None:
        self._forget = 0.5 ** (1 / (level_days * 1440))
        self._prior = prior_minutes
        self.state: dict[str, Floats] = {
            "traffic_week": np.zeros((2, HOURS)),  # sums, and the level's worth of minutes that they were expected of
            "traffic_day": np.zeros((2, 24)),  # the same by hour of the day: what an hour of the week is believed to be first
            "traffic": np.array([0.0, 0.0, 0.0, 0.0, -1.0, 1.0, -1.0]),
        }

    def expect(self, hour: float, weekday: int) -> float:
        """The total expected in the minute of that hour and weekday; positive."""
        s = self.state["traffic"]
        level = (s[LEVEL] + 1) / (s[LEVEL_EXPOSURE] + 1)
        first, second, towards = between_hours(hour, weekday)
        return float(level * ((1 - towards) * self._season(first, level) + towards * self._season(second, level)))

    def _season(self, slot: int, level: float) -> float:
        week, day = self.state["traffic_week"][:, slot], self.state["traffic_day"][:, slot % 24]
        usual = (day[0] + 60 * level) / (day[1] + 60 * level)
        return float((week[0] + self._prior * level * usual) / (week[1] + self._prior * level))

    def noise(self, total: float) -> float:
        """Take in the minute's total; how many times noisier than a Poisson count the total is from minute to minute (>= 1),
        from the differences of neighbours, with jumps cut off. Half-life about 12 hours."""
        s = self.state["traffic"]
        if s[LAST] >= 0:
            jump = (total - s[LAST]) ** 2 / (total + s[LAST] + 1)
            s[NOISE] += 0.001 * (min(jump, 4 * s[NOISE]) - s[NOISE])
        s[LAST] = total
        return max(float(s[NOISE]), 1.0)

    def learn(self, hour: float, weekday: int, total: float, expected: float) -> None:
        """Let the minute teach. A promotion is learnt as it is: a share does not depend on what the total was believed to be."""
        s, week, day = self.state["traffic"], self.state["traffic_week"], self.state["traffic_day"]
        level, slot = (s[LEVEL] + 1) / (s[LEVEL_EXPOSURE] + 1), weekday * 24 + int(hour)
        if slot != s[SLOT]:
            if s[SLOT] >= 0:
                old = int(s[SLOT])
                week[:, old] = 0.7 * week[:, old] + s[[SUM, EXPOSURE]]
                day[:, old % 24] = 0.9 * day[:, old % 24] + s[[SUM, EXPOSURE]]
            s[[SUM, EXPOSURE, SLOT]] = 0.0, 0.0, slot
        s[LEVEL] = self._forget * s[LEVEL] + total
        s[LEVEL_EXPOSURE] = self._forget * s[LEVEL_EXPOSURE] + expected / level
        s[SUM] += total
        s[EXPOSURE] += level
