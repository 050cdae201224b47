"""Who is behind a spike: the value, or the pair of values, that carries its excess, or the answer that none does.

A scan over all values and pairs of them (Kulldorff, "A spatial scan statistic", 1997), with three differences.

1. What is expected of a value is how all other feedback is spread *now* (a launch moves that, and explains nothing), times how
   far the topic leans on the value, as its own baseline shows. The lean is shrunk: a gamma prior, whose width is estimated
   from all values of the dimension (empirical Bayes).
2. The expectation is not taken for certain. The evidence is the likelihood ratio of two samples (Dunning 1993): now, and a
   baseline whose effective size is what the expectation rests on. So a value with a thin baseline needs more.
3. The simplest explanation stands. A pair must show, within each of its values, that the other one is still surprising; what
   stands out only because it goes with something better is gone once that is taken out.

Whatever is looked at costs ln(how many dimensions) + ln(how many values this one has). Pure.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln, xlogy

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Columns = Mapping[str, Codes]
"""By dimension: the code of each contact's value, one entry a contact; the same dimensions and length in all. A negative code is
a value that is not known."""

REPORT = 2.5
"""Evidence (nats, after what looking costs) that an explanation must reach."""
BEYOND = 1.0
"""The same, of the second value of a pair within the first."""
MIN_SHARE = 0.3
"""What carries less of the excess explains nothing."""
AT_MOST = 3
"""Explanations that are given."""
BEAM = 10
"""Values of which pairs are looked at."""
LEAST = 5
"""Contacts that an explanation must have: two customers of a rare model are a coincidence."""
DRIFT = 1 / 200
"""Variance of the log of a share from one day to another."""
INTERACTION = 60.0
"""How many contacts' worth it is that two leans multiply."""
STRENGTHS = np.array([1.0, 1.5, 2, 3, 4, 6, 8, 12, 16, 32, 64, 200])
"""Gamma shapes that a dimension's leans may have: the log of a lean then has about the standard deviation 1/sqrt(shape)."""
STRENGTH_PRIOR = -0.5 * np.log(STRENGTHS / 5) ** 2
"""Their log prior: about 5, which is 0.45; the baseline of one topic says little about it."""
ALIKE = 0.9
"""Two values that select the same contacts to this part (Jaccard) are one; the earlier dimension names it."""
ENOUGH = 30
"""Contacts from which on it can be said that a dimension is spread as always."""
PLAIN = 0.1
"""Chance of a difference so large, above which a dimension is spread as always."""


class Explanation(NamedTuple):
    """A value, or two of different dimensions, that carries the excess, beside what earlier explanations carry."""

    values: tuple[tuple[str, int], ...]
    """(dimension, code)."""
    observed: int
    usual: float
    """The part of the topic's contacts that would be here."""
    evidence: float
    """Nats, after what looking costs."""


class Explained(NamedTuple):
    """The answer."""

    explanations: list[Explanation]
    """Best first; empty: no dimension explains it."""
    unchanged: list[str]
    """Dimensions that are spread as always; those of which nothing is known are not among them."""


def explain(base: Columns, now: Columns, base_all: Columns, now_all: Columns, *, expected: float = 0.0) -> Explained:
    """Explain why a topic has more contacts now than before.

    `base` and `now` are the topic's contacts before and now, `base_all` and `now_all` all contacts of the same spans (the
    topic's included). Where there are no others, the topic's own baseline says how contacts are spread. `expected`: the part of
    the topic's contacts now that was to be expected (0: all of them are excess). Earlier dimensions are preferred to later
    ones that say the same.
    """
    dimensions = list(now)
    if not dimensions or not len(now[dimensions[0]]):
        return Explained([], [])
    world = _World.of(dimensions, base, now, base_all, now_all)
    threshold = MIN_SHARE * (1 - min(max(expected, 0.0), 1.0)) * world.now.shape[1]
    scan = _Scan(world)
    unchanged = [dimension for n, dimension in enumerate(dimensions) if scan.plain(n)]
    found: list[Explanation] = []
    unexplained = 1.0
    while best := scan.best(threshold):
        score, values, observed, here = best
        usual = unexplained * here / scan.total
        found.append(Explanation(world.named(values), observed, usual, score))
        unexplained = max(unexplained - usual, 0.0)
        if len(found) == AT_MOST or scan.total - observed <= threshold:
            break
        world = world.without(values)
        scan = _Scan(world)
    return Explained(found, unchanged)


_Candidate = tuple[float, tuple[int, ...], int, float]
"""Evidence, cells, observed, expected."""


class _World(NamedTuple):
    """Contacts as matrices (dimension × contact) of cells: every value of every dimension has a number of its own."""

    dimensions: list[str]
    start: Codes
    """The first cell of each dimension, its unknown value; and the number of cells."""
    base: Codes
    now: Codes
    others_base: Codes
    """How many other contacts had each cell in the baseline."""
    all_now: Codes
    """Of others and the topic."""

    @classmethod
    def of(cls, dimensions: list[str], base: Columns, now: Columns, base_all: Columns, now_all: Columns) -> Self:
        sizes = [2 + max(int(x[d].max(initial=-1)) for x in (base, now, base_all, now_all)) for d in dimensions]
        start = np.concatenate([[0], np.cumsum(sizes)])

        def cells(columns: Columns) -> Codes:
            return np.stack([np.maximum(columns[d], -1) + first + 1 for d, first in zip(dimensions, start, strict=False)])

        b, n, all_now = cells(base), cells(now), cells(now_all)
        all_base = np.bincount(cells(base_all).ravel(), minlength=start[-1])
        if all_now.shape[1] <= n.shape[1]:
            all_now, all_base = np.concatenate([n, b], axis=1), 2 * np.bincount(b.ravel(), minlength=start[-1])
        others_base = np.maximum(all_base - np.bincount(b.ravel(), minlength=start[-1]), 0)
        return cls(dimensions, start, b, n, others_base, all_now)

    def has(self, contacts: Codes, values: tuple[int, ...]) -> NDArray[np.bool_]:
        """Which contacts have all these cells."""
        rows = np.searchsorted(self.start, values, side="right") - 1
        found = np.ones(contacts.shape[1], dtype=np.bool_)
        for row, cell in zip(rows, values, strict=True):
            found &= contacts[row] == cell
        return found

    def without(self, values: tuple[int, ...]) -> Self:
        """The contacts that do not have all these cells. How the others were spread in the baseline stays: only shares of it
        are used."""
        left = (contacts[:, ~self.has(contacts, values)] for contacts in (self.base, self.now, self.all_now))
        base, now, all_now = left
        return self._replace(base=base, now=now, all_now=all_now)

    def named(self, values: tuple[int, ...]) -> tuple[tuple[str, int], ...]:
        """Cells as (dimension, code)."""
        rows = [int(np.searchsorted(self.start, cell, side="right")) - 1 for cell in values]
        return tuple((self.dimensions[row], int(cell - self.start[row] - 1)) for row, cell in zip(rows, values, strict=True))


class _Scan:
    """Counts, expectations and evidence of every cell of a world."""

    def __init__(self, world: _World) -> None:
        self.world, self.total = world, int(world.now.shape[1])
        size = int(world.start[-1])
        self.k = np.bincount(world.now.ravel(), minlength=size)
        self.others = np.maximum(np.bincount(world.all_now.ravel(), minlength=size) - self.k, 0)
        before = np.bincount(world.base.ravel(), minlength=size)
        used = (self.k + self.others + before + world.others_base) > 0
        self.row = np.repeat(np.arange(len(world.dimensions)), np.diff(world.start))
        values = np.bincount(self.row[used], minlength=len(world.dimensions))[self.row]
        share_base = _shares(world.others_base, values, self.row)
        share_now = _shares(self.others, values, self.row)
        exposure = world.base.shape[1] * share_base
        strength = np.ones(size)
        for first, end in pairwise(world.start):
            mine = first + np.flatnonzero(used[first:end])
            strength[first:end] = _strength(before[mine], exposure[mine])
        rests_on = strength + before
        lean = rests_on / (strength + exposure)
        weight = share_now * lean * used
        norm = np.bincount(self.row, weight, minlength=len(world.dimensions))[self.row]
        self.lean = lean / np.maximum(norm, 1e-12)
        self.expected = self.total * weight / np.maximum(norm, 1e-12)
        self.weight = 1 / (1 / rests_on + 1 / (self.others + 0.5) + DRIFT)
        self.cost = np.log(len(world.dimensions)) + np.log(np.maximum(values, 1))
        known = used & (values > 1)
        known[world.start[:-1]] = False
        self.known, self.used = known, used
        self.evidence = np.where(known, evidence(self.k, self.total, self.expected, self.weight), 0) - self.cost

    def best(self, threshold: float) -> _Candidate | None:
        """The best explanation that carries at least so many contacts more than expected."""
        order = np.argsort(-self.evidence, kind="stable")[:BEAM]
        candidates: list[_Candidate] = [
            (float(self.evidence[x]), (int(x),), int(self.k[x]), float(self.expected[x])) for x in order
        ]
        for x in order:
            if self.known[x] and self.evidence[x] + self.cost[x] > 1:
                candidates += self._pairs(int(x))
        good = [c for c in candidates if c[0] > REPORT and self._carries(c[2], c[3], threshold)]
        if not good:
            return None
        score, values, observed, expected = max(good, key=lambda c: (c[0], -len(c[1]), c[1]))
        for other in sorted(good, key=lambda c: c[1]):
            if other[1] < values and len(other[1]) == len(values) and self._alike(other[1], values):
                score, values, observed, expected = other
                break
        return score, values, observed, expected

    def plain(self, row: int) -> bool:
        """Is a dimension, of which something is known, spread as it is always? Cells of which less than 1 is expected count as
        one. The statistic is about chi-squared."""
        first, end = self.world.start[row : row + 2]
        k, e, s = (x[first:end][self.used[first:end]] for x in (self.k, self.expected, self.weight))
        if self.total < ENOUGH or self.known[first:end].sum() < 2 or self.k[first] > self.total / 2:
            return False
        small = e < 1
        if small.any():
            k, e, s = (np.append(x[~small], x[small].sum()) for x in (k, e, s))
        if len(k) < 2:
            return False
        distance = float(((k - e) ** 2 / np.maximum(e * (1 + e / s), 1e-9)).sum())
        chance = float(gammaincc((len(k) - 1) / 2, distance / 2))
        return chance > PLAIN

    def _carries(self, observed: int, expected: float, threshold: float) -> bool:
        return observed >= LEAST and observed - expected >= threshold * (1 - expected / self.total)

    def _alike(self, one: tuple[int, ...], other: tuple[int, ...]) -> bool:
        a, b = (self.world.has(self.world.all_now, x) for x in (one, other))
        return int((a & b).sum()) >= ALIKE * int((a | b).sum())

    def _pairs(self, x: int) -> list[_Candidate]:
        """Pairs of x with cells of other dimensions, each of which is surprising within the other."""
        world, size = self.world, int(self.world.start[-1])

        def within(contacts: Codes) -> Codes:
            counted: Codes = np.bincount(contacts[:, contacts[self.row[x]] == x].ravel(), minlength=size)
            return counted

        k = within(world.now)
        y = np.flatnonzero((k >= LEAST) & self.known & (self.row != self.row[x]))
        if not len(y):
            return []
        others, before = np.maximum(within(world.all_now) - k, 0)[y], within(world.base)[y]
        every_before = np.bincount(world.base.ravel(), minlength=size)
        k = k[y]
        both = np.full(len(y), x)

        def given(z: Codes, w: Codes) -> tuple[Floats, Floats]:
            """The evidence of w within z, and the part of z expected to be w: more than in all traffic, and more than the
            topic leans."""
            traffic = np.minimum((others + 0.5) / (self.others[z] + 1.0), 0.999)
            sure = 1 / (1 / (others + 0.5) + 1 / INTERACTION)
            prior = 1 / (1 / (others + 0.5) + 1 / self.weight[w] + 1 / INTERACTION)
            leaning = np.minimum((prior + before) / (prior / np.minimum(traffic * self.lean[w], 0.999) + every_before[z]), 0.999)
            here = self.k[z]
            most = np.minimum(evidence(k, here, here * traffic, sure), evidence(k, here, here * leaning, prior + before))
            return most - self.cost[w], leaning

        y_given_x, part = given(both, y)
        x_given_y, _ = given(y, both)
        score = np.maximum(self.evidence[x] + y_given_x, self.evidence[y] + x_given_y) + np.log(2)
        expected = np.minimum(self.expected[x] * part, self.expected[y])
        good = np.flatnonzero((y_given_x > BEYOND) & (x_given_y > BEYOND))
        return [(float(score[n]), (min(x, int(y[n])), max(x, int(y[n]))), int(k[n]), float(expected[n])) for n in good]


def evidence(k: Floats | Codes, n: Floats | Codes | int, expected: Floats, weight: Floats) -> Floats:
    """Log likelihood ratio that `k` of `n` is a larger part than `expected` of n, which rests on `weight` contacts; 0 where it
    is not more."""
    e = np.clip(expected, 1e-9, 0.9999 * np.asarray(n, float))
    sample = weight * n / e
    part = (k + weight) / (n + sample)
    ratio = (
        xlogy(k, k / (n * part))
        + xlogy(n - k, (n - k) / (n * (1 - part)))
        + xlogy(weight, weight / (sample * part))
        + xlogy(sample - weight, (sample - weight) / (sample * (1 - part)))
    )
    return np.where(k > e, ratio, 0.0)


def _shares(counts: Codes, values: Codes, row: Codes) -> Floats:
    """The part of its dimension that each cell has, half a contact added to each value."""
    totals = np.bincount(row, counts)[row]
    shares: Floats = (counts + 0.5) / (totals + 0.5 * np.maximum(values, 1))
    return shares


def _strength(before: Codes, exposure: Floats) -> float:
    """The gamma shape of a dimension's leans (mean 1), given what was counted where `exposure` was to be expected: the
    precision averaged over its posterior. What was never counted anywhere has no lean that could be usual: whatever a new topic
    leans on is what is new about it."""
    if not before.any():
        return float(STRENGTHS[-1])
    a = STRENGTHS[:, None]
    likelihood = gammaln(a + before) - gammaln(a) + xlogy(a, a / (a + exposure)) + xlogy(before, exposure / (a + exposure))
    log = likelihood.sum(axis=1) + STRENGTH_PRIOR
    posterior = np.exp(log - log.max())
    return float(posterior.sum() / (posterior / STRENGTHS).sum())
