"""The surge of the watch story as a curve: how many customers a minute ask how to set the new watch's time."""

import math
from dataclasses import dataclass
from random import Random

from streams.simulate.events import HOUR_MS, MINUTE_MS
from streams.simulate.rhythm import rhythm

SILENCE_MINUTES = (30, 90)
"""From the launch to the first question: the first buyers are unpacking."""
SHARP_MINUTES = (240, 300)
"""How long the sharp part lasts."""
PEAK_PER_MINUTE = (0.78, 0.92)
"""Customers a minute at the height of it."""
RAMP_MINUTES = 4
"""It starts within minutes: one live stream, one parcel wave."""
FLAT_MINUTES = 150
"""At full height for so long; then down in a line to HALF_WAY of it when the sharp part ends."""
HALF_WAY = 0.5
FALL_MINUTES = 20
"""After the sharp part, what is left halves in this time, down to the tail."""
TAIL_PER_MINUTE, TAIL_HALF_HOURS = 0.045, 16
"""The low level of the days after: it follows the rhythm of the day and halves in this time."""


@dataclass(frozen=True, slots=True)
class Surge:
    """One surge: [start_ms, end_ms) is its sharp part; both are whole minutes."""

    start_ms: int
    end_ms: int
    peak: float

    @classmethod
    def after(cls, launch_ms: int, rng: Random) -> "Surge":
        """Draw the surge that follows a launch."""
        start_ms = launch_ms + rng.randint(*SILENCE_MINUTES) * MINUTE_MS
        return cls(start_ms, start_ms + rng.randint(*SHARP_MINUTES) * MINUTE_MS, rng.uniform(*PEAK_PER_MINUTE))

    def customers(self, minute_ms: int) -> float:
        """Expected customers in a minute."""
        if minute_ms < self.start_ms:
            return 0.0
        minutes = (minute_ms - self.start_ms) // MINUTE_MS
        if minute_ms < self.end_ms:
            down = max(0.0, (minutes - FLAT_MINUTES) / ((self.end_ms - self.start_ms) // MINUTE_MS - FLAT_MINUTES))
            return self.peak * min(1.0, (minutes + 1) / RAMP_MINUTES) * (1 - (1 - HALF_WAY) * down)
        since_ms = minute_ms - self.end_ms
        fall = HALF_WAY * self.peak * math.exp2(-since_ms / (FALL_MINUTES * MINUTE_MS))
        tail = TAIL_PER_MINUTE * rhythm(minute_ms) * math.exp2(-since_ms / (TAIL_HALF_HOURS * HOUR_MS))
        return max(fall, tail)
