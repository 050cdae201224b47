"""Shares of counts: how sure they are, and which of many changed by more than chance. Pure."""

import math
from collections.abc import Sequence
from typing import NamedTuple

PRIOR_BLOCKS = 20
"""How many blocks of its own a subject's variation is outweighed by: with a week of days, the variation of all subjects counts
three times as much as its own, which seven numbers tell badly (moderated as in Smyth 2004)."""
Z95 = 1.959964


class Interval(NamedTuple):
    """The 95 % interval of a share, parts of 1."""

    low: float
    high: float


class Blocks(NamedTuple):
    """A subject's counts and the totals they are part of, block by block (of a day, say): equally many of both."""

    counts: Sequence[int]
    totals: Sequence[int]


class Change(NamedTuple):
    """A share now against a share before. `p` is the two-sided probability of so much by chance."""

    now: float
    before: float
    p: float


def wilson(successes: int, of: int) -> Interval:
    """The 95 % interval of a share; everything is possible of none (Wilson 1927)."""
    if of <= 0:
        return Interval(0.0, 1.0)
    share, z2 = successes / of, Z95 * Z95
    middle, width = share + z2 / (2 * of), Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return Interval(max((middle - width) / (1 + z2 / of), 0.0), min((middle + width) / (1 + z2 / of), 1.0))


def changes(now: Sequence[Blocks], before: Sequence[Blocks]) -> list[Change]:
    """Each subject's share now against before, in the order given: two proportions, where messages are not independent.

    One conversation brings several messages and one day is not like another, so the variance of the difference is multiplied by
    how much more the share varied from block to block before than independent messages would (Pearson's dispersion of the
    quasi-binomial, McCullagh & Nelder 1989, 4.5): of the subject itself, moderated by that of all subjects, never below 1. What
    happens now is left out of it, or a surge would excuse itself.
    """
    pearson = [_pearson(blocks) for blocks in before]
    freedom = sum(df for _, df in pearson)
    pooled = max(sum(chi2 for chi2, _ in pearson) / freedom, 1.0) if freedom else 1.0
    found = []
    for (chi2, df), current, earlier in zip(pearson, now, before, strict=True):
        dispersion = max((PRIOR_BLOCKS * pooled + chi2) / (PRIOR_BLOCKS + df), 1.0)
        found.append(_change(current, earlier, dispersion, PRIOR_BLOCKS + df))
    return found


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """For each p the smallest false discovery rate at which it is a discovery among all of them (Benjamini & Hochberg 1995)."""
    order = sorted(range(len(p)), key=p.__getitem__, reverse=True)
    q, least = [1.0] * len(p), 1.0
    for rank, index in zip(range(len(p), 0, -1), order, strict=True):
        least = min(least, p[index] * len(p) / rank)
        q[index] = least
    return q


def _pearson(blocks: Blocks) -> tuple[float, int]:
    """Chi-square of the share being the same in all blocks, and its degrees of freedom; 0, 0 where nothing can be said."""
    pairs = [(count, total) for count, total in zip(blocks.counts, blocks.totals, strict=True) if total > 0]
    said, of = sum(count for count, _ in pairs), sum(total for _, total in pairs)
    if len(pairs) < 2 or not 0 < said < of:
        return 0.0, 0
    share = said / of
    return sum((count - total * share) ** 2 / (total * share * (1 - share)) for count, total in pairs), len(pairs) - 1


def _change(now: Blocks, before: Blocks, dispersion: float, freedom: int) -> Change:
    n, m = sum(now.totals), sum(before.totals)
    x, y = sum(now.counts), sum(before.counts)
    if not n or not m:
        return Change(x / n if n else 0.0, y / m if m else 0.0, 1.0)
    share = (x + y) / (n + m)
    variance = dispersion * share * (1 - share) * (1 / n + 1 / m)
    if variance <= 0:
        return Change(x / n, y / m, 1.0)
    f = (x / n - y / m) ** 2 / variance
    from scipy.special import betainc  # half a second, which the other functions need not wait for

    return Change(x / n, y / m, float(betainc(freedom / 2, 0.5, freedom / (freedom + f))))  # the tail of F(1, freedom)
