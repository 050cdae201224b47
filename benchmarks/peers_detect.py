"""What others would take for the same jobs: detectors of spikes for the yardstick spike_lab.py, and of anomalies for NAB.

The yardstick's own (z-score, Farrington, SigniTrend, ratio, fixed) are used as they are; here are those it does not have.
river is an optional dependency (`pip install -e .[bench]`); without it its rows are left out, and the table says so.
"""

import math
from collections import deque
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.nab import Series

Floats = NDArray[np.float64]
Factory = Callable[..., Any]

WINDOW = 10
"""Minutes: what the yardstick's detectors sum over."""


def on_share(factory: Factory) -> Factory:
    """The detector on counts divided by the traffic of the last 10 minutes, times its long mean: what an analyst does who has
    been through one promotion."""

    def build(topics: int) -> Any:
        inner, recent = factory(topics), deque([0.0], maxlen=WINDOW)
        long, minutes = 0.0, 0

        def step(counts: Floats, hour: float, dow: int) -> Floats:
            nonlocal long, minutes
            total = float(counts.sum())
            recent.append(total)
            minutes += 1
            long += (total - long) / min(minutes, 7 * 1440)
            scale = (long + 1) / (sum(recent) / len(recent) + 1)
            return np.asarray(inner.step(counts * scale, hour, dow))

        return SimpleNamespace(step=step)

    return build


def river_detectors() -> dict[str, Factory]:
    """river's online anomaly detectors, one a topic, on 10-minute counts. Empty where river is not installed."""
    if find_spec("river") is None:
        return {}
    anomaly, models = import_module("river.anomaly"), import_module("river.time_series")
    compose, scale = import_module("river.compose"), import_module("river.preprocessing")

    def gaussian() -> Any:
        scorer = anomaly.GaussianScorer(window_size=1440, grace_period=60)
        return _River(lambda x: scorer.score_one(None, x), lambda x: scorer.learn_one(None, x))

    def holt_winters() -> Any:
        forecast = models.HoltWinters(alpha=0.05, beta=0.0001, gamma=0.3, seasonality=144)  # a day of 10-minute counts
        detector = anomaly.PredictiveAnomalyDetection(forecast, horizon=1, n_std=3.0, warmup_period=288)
        return _River(lambda x: detector.score_one(None, x), lambda x: detector.learn_one(None, x), settle=288)

    def half_space_trees() -> Any:
        trees = compose.Pipeline(scale.MinMaxScaler(), anomaly.HalfSpaceTrees(n_trees=10, height=8, window_size=144, seed=1))
        return _River(lambda x: trees.score_one({"x": x}), lambda x: trees.learn_one({"x": x}))

    return {
        "river GaussianScorer": _each_topic(gaussian),
        "river HoltWinters": _each_topic(holt_winters, every=WINDOW),
        "river HalfSpaceTrees": _each_topic(half_space_trees, every=WINDOW),
    }


class _River:
    """Score, then learn; 0 for the first `settle` values, of which some models can say nothing."""

    def __init__(self, score: Callable[[float], float], learn: Callable[[float], object], settle: int = 0) -> None:
        self.score, self.learn, self.settle = score, learn, settle

    def __call__(self, x: float) -> float:
        self.settle -= 1
        found = self.score(x) if self.settle < 0 else 0.0
        self.learn(x)
        return float(found) if math.isfinite(found) else 0.0


def _each_topic(make: Callable[[], _River], every: int = 1) -> Factory:
    """A detector a topic, fed the 10-minute count each minute, or every so many minutes."""

    def build(topics: int) -> Any:
        detectors = [make() for _ in range(topics)]
        recent: deque[Floats] = deque(maxlen=WINDOW)
        scores, minute = np.zeros(topics), 0

        def step(counts: Floats, hour: float, dow: int) -> Floats:
            nonlocal scores, minute
            recent.append(counts)
            minute += 1
            if minute % every == 0:
                sums = np.sum(recent, axis=0)
                scores = np.array([detect(float(x)) for detect, x in zip(detectors, sums, strict=True)])
            return scores

        return SimpleNamespace(step=step)

    return build


def windowed_gaussian(one: Series) -> Floats:
    """NAB's windowedGaussian by its description: two-sided normal tail over the last 6,400 rows, brought up every 100."""
    scores, window, pending = np.zeros(len(one.values)), [], []
    mean, deviation = 0.0, 1.0
    for i, value in enumerate(one.values):
        if window:
            scores[i] = math.erf(abs(value - mean) / deviation / math.sqrt(2)) / 2 + 0.5
        if len(window) < 6400:
            window.append(value)
        else:
            pending.append(value)
            if len(pending) < 100:
                continue
            window, pending = [*window[100:], *pending], []
        mean, deviation = float(np.mean(window)), max(float(np.std(window)), 1e-6)
    return scores


def relative_entropy(one: Series) -> Floats:
    """Wang et al., "Statistical techniques for online anomaly detection in data centers", IM 2011, as NAB sets it.

    5 bins, 52 rows, chi-squared .99; but the bins span the first 15 %, where the benchmark's own looks ahead for their range.
    """
    bins, rows, limit = 5, 52, 13.277
    first = one.values[: max(int(0.15 * len(one.values)), rows)]
    low, high = float(first.min()), float(first.max())
    place = np.clip(((one.values - low) / max((high - low) / bins, 1e-9)).astype(int), 0, bins - 1)
    scores, known, counts = np.zeros(len(one.values)), np.zeros((0, bins)), np.zeros(0)
    for i in range(rows - 1, len(one.values)):
        share = np.bincount(place[i - rows + 1 : i + 1], minlength=bins) / rows
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = 2 * rows * np.where(share > 0, share * np.log(share / known), 0.0).sum(axis=1)
        near = int(distance.argmin()) if len(known) else -1
        if near >= 0 and distance[near] < limit:
            counts[near] += 1
            scores[i] = float(counts[near] <= 1)
        else:
            scores[i] = float(len(known) > 0)
            known, counts = np.vstack([known, share]), np.append(counts, 1.0)
    return scores


def trailing_z(one: Series) -> Floats:
    """How many standard deviations above the mean of the last day: the rule people type into a dashboard."""
    values, n = one.values, 288
    sums, squares = np.cumsum(np.insert(values, 0, 0.0)), np.cumsum(np.insert(values**2, 0, 0.0))
    ends = np.arange(len(values))
    starts = np.maximum(ends - n, 0)
    rows = np.maximum(ends - starts, 1)
    mean = (sums[ends] - sums[starts]) / rows
    deviation = np.sqrt(np.maximum((squares[ends] - squares[starts]) / rows - mean**2, 0.0))
    return np.maximum((values - mean) / np.maximum(deviation, 1.0), 0.0)


def river_trees(one: Series) -> Floats:
    """river's half-space trees on log counts."""
    anomaly = import_module("river.anomaly")
    trees = anomaly.HalfSpaceTrees(n_trees=25, height=8, window_size=288, limits={"x": (0.0, 12.0)}, seed=1)
    scores = np.zeros(len(one.values))
    for i, value in enumerate(np.log1p(np.maximum(one.values, 0.0))):
        scores[i] = trees.score_one({"x": float(value)})
        trees.learn_one({"x": float(value)})
    return scores


def nab_peers() -> dict[str, Callable[[Series], Floats]]:
    """Detectors for NAB; none looks ahead."""
    peers = {
        "windowed Gaussian": windowed_gaussian,
        "relative entropy": relative_entropy,
        "z over the last day": trailing_z,
        "river HalfSpaceTrees": river_trees,
    }
    return {name: peer for name, peer in peers.items() if "river" not in name or find_spec("river")}
