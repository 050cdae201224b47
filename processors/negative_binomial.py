"""Tails and ranges of the negative binomial distribution, by mean and dispersion (variance / mean). Pure."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LOG_2PI = math.log(2 * math.pi)


def tail(x: float, mean: float, dispersion: float) -> float:
    """-ln P(X >= x) for a negative binomial of that mean and variance dispersion * mean.

    Lugannani-Rice r* form of the saddlepoint approximation (Lugannani & Rice 1980); never underflows.
    """
    if x <= mean:
        return 0.0
    r = mean / max(dispersion - 1.0, 1e-3)
    up, back = math.log(x / mean), math.log((x + r) / (mean + r))
    likelihood = x * up - (x + r) * back
    if likelihood < 0.05:
        return 0.5
    w = math.sqrt(2 * likelihood)
    u = (1 - math.exp(back - up)) * math.sqrt(x * (1 + x / r))
    z = w + math.log(max(u, 1e-12) / w) / w
    if z <= 0:
        return 0.0
    if z < 25:
        return -math.log(max(0.5 * math.erfc(z * math.sqrt(0.5)), 1e-300))
    return z * z / 2 + 0.5 * _LOG_2PI + math.log(z)


def normal_range(mean: float, dispersion: float, outside: float = 0.05) -> tuple[int, int]:
    """The counts within which all but `outside` of ordinary life falls, for a negative binomial of that mean and dispersion.

    Exact summation; beyond a mean of 300, where the first term would underflow, the normal approximation.
    """
    if mean <= 0:
        return 0, 0
    variance = max(dispersion, 1.001) * mean
    if mean > 300:
        reach = 1.96 * math.sqrt(variance)
        return max(int(mean - reach), 0), math.ceil(mean + reach)
    p, r = mean / variance, mean * mean / (variance - mean)
    mass = cumulated = math.exp(r * math.log(p))
    low, k = (0 if cumulated > outside / 2 else -1), 0
    while cumulated < 1 - outside / 2 and k < 100_000:
        k += 1
        mass *= (k - 1 + r) / k * (1 - p)
        cumulated += mass
        if low < 0 and cumulated > outside / 2:
            low = k
    return max(low, 0), k


def likelihood_ratio(x: Floats, mean: Floats, alpha: Floats, factors: tuple[float, ...]) -> Floats:
    """ln of how much likelier x is at one of `factors` times the mean than at the mean: the largest of them, at least 0.

    Negative binomial with variance mean + alpha * mean ** 2 under both; arrays of one shape, x >= 0, mean > 0, alpha > 0.
    """
    r = 1 / alpha
    greatest = np.zeros_like(mean)
    for factor in factors:
        gap = np.log((factor * mean + r) / (mean + r))
        np.maximum(greatest, x * (math.log(factor) - gap) - r * gap, out=greatest)
    return greatest
