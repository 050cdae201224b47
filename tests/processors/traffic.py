"""Simulated minutes for the tests of the detector: seeded, in event time, no clock."""

import math
import random
from collections.abc import Callable, Iterator, Mapping

MONDAY = 1_763_942_400
"""2025-11-24T00:00:00Z."""
DAY = 1440

Counts = dict[str, int]

RATES = {"time": 0.5, "battery": 2.0, "strap": 0.1, "returns": 5.0, "rest": 12.0}


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
