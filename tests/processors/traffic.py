"""Simulated minutes for the tests of the detector: seeded, in event time, no clock."""

import copy
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from processors.spike import SpikeConfig, SpikeModel, Verdict

CONFIG = SpikeConfig()
MONDAY = 1_763_942_400
"""2025-11-24T00:00:00Z."""
DAY = 1440

Counts = dict[str, int]


def poisson(rng: random.Random, mean: float) -> int:
    """One draw (Knuth for small means, the normal approximation above 30)."""
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, k, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        k += 1
        product *= rng.random()
    return k


def minutes(
    rates: Mapping[str, float], count: int, seed: int = 0, factor: Callable[[str, int], float] = lambda _topic, _n: 1.0
) -> Iterator[Counts]:
    """`count` minutes of independent Poisson counts; `factor(topic, n)` multiplies a topic's rate in minute n."""
    rng = random.Random(seed)
    for n in range(count):
        yield {topic: poisson(rng, rate * factor(topic, n)) for topic, rate in rates.items()}


class Bench:
    """A spike model and the number of the minute it is at (the first one is a Monday's 00:00)."""

    def __init__(self, config: SpikeConfig = CONFIG) -> None:
        self.config, self.model, self.n = config, SpikeModel.new(config), 0

    def step(
        self, counts: Mapping[str, int], total: int | None = None, parts: Mapping[str, list[int]] | None = None
    ) -> dict[str, Verdict]:
        """Judge the next minute; the total is that of the topics unless given."""
        hour, weekday = self.n % DAY / 60, self.n // DAY % 7
        self.n += 1
        return self.model.step(self.config, hour, weekday, counts, sum(counts.values()) if total is None else total, parts or {})

    def run(self, stream: Iterable[Counts]) -> list[dict[str, Verdict]]:
        """Judge them all."""
        return [self.step(counts) for counts in stream]


RATES = {"time": 0.5, "battery": 2.0, "strap": 0.1, "returns": 5.0, "rest": 12.0}


@cache
def _day(seed: int) -> Bench:
    bench = Bench()
    bench.run(minutes(RATES, DAY, seed))
    return bench


def settled(seed: int = 0) -> Bench:
    """A model that has seen an ordinary day of RATES; the caller's own copy."""
    return copy.deepcopy(_day(seed))
