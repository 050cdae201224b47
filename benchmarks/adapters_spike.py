"""The product's spike model in the form that the yardstick (spike_lab.py) drives: factories of detectors.

spike_lab.py --detector benchmarks.adapters_spike:surge --detector benchmarks.adapters_spike:surge_alarm
"""

import math

import numpy as np
from numpy.typing import NDArray

from processors.spike import SpikeConfig, SpikeModel, Verdicts

Floats = NDArray[np.float64]


class Surge:
    """The surprise of every topic."""

    def __init__(self, topics: int, config: SpikeConfig | None = None) -> None:
        self.model = SpikeModel(config or SpikeConfig())
        self.model.add(topics)

    def judge(self, counts: Floats, hour: float, weekday: int) -> Verdicts:
        """The verdicts of the next minute; the topics are all there is."""
        return self.model.step(hour, weekday, counts, float(counts.sum()))

    def step(self, counts: Floats, hour: float, dow: int) -> NDArray[np.generic]:
        """What the yardstick calls once a minute."""
        return self.judge(counts, hour, dow).surprise


class Alarm(Surge):
    """The product's own rule: an alert where the surprise reaches what the budget allows."""

    def __init__(self, topics: int, budget: float) -> None:
        super().__init__(topics)
        self.threshold = math.log(24_000 / budget)

    def step(self, counts: Floats, hour: float, dow: int) -> NDArray[np.generic]:
        """Booleans: nothing is fitted."""
        return super().step(counts, hour, dow) >= self.threshold


class Total(Surge):
    """One row for all: the total judged on its own, repeated for every topic (of interest with `promo`)."""

    def __init__(self, topics: int) -> None:
        super().__init__(1, SpikeConfig.total())
        self.topics = topics

    def step(self, counts: Floats, hour: float, dow: int) -> NDArray[np.generic]:
        """The total's surprise in every row."""
        total = counts.sum(keepdims=True)
        return np.repeat(self.judge(total, hour, dow).surprise, self.topics)


def surge(topics: int) -> Surge:
    """The surprise; the yardstick fits the threshold."""
    return Surge(topics)


def surge_alarm(topics: int, budget: float) -> Alarm:
    """Booleans at the configured budget."""
    return Alarm(topics, budget)


def total(topics: int) -> Total:
    """The total-volume alarm."""
    return Total(topics)
