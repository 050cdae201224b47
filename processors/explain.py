"""Who is behind a spike: the values of a dimension that carry its excess, or the answer that none does. Thin form.

A value's expectation is the topic's own distribution over the dimension in the baseline, smoothed towards how all other
feedback is distributed now, times the topic's total expectation. What is reported has a scan likelihood ratio (Kulldorff
1997) above chance for the number of values looked at. Pure.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from schemas.spikes import Contributor

COMPARED = 300
"""Characters of a verbatim that are compared, and shown on a card: likeness of 200 long texts would take minutes."""
SMOOTHING = 5.0
"""Counts' worth of belief that the topic is distributed like everything else."""
PROOF = 6.0
"""Log likelihood ratio, less ln(values looked at), that a value must reach."""
MIN_SHARE = 0.3
"""A value that carries less of the excess explains nothing."""


class Cell(NamedTuple):
    """One value of one dimension: the topic's count now and in the baseline windows, and all other feedback now."""

    dimension: str
    value: str
    now: int
    before: int
    others: int


def contributors(cells: Iterable[Cell], observed: int, expected: float) -> list[Contributor]:
    """The values that carry the excess, most of it first; empty when no dimension explains it.

    `observed` and `expected` are the spike's totals. A value that is empty (not known) never explains anything.
    """
    listed = list(cells)
    if observed <= expected:  # a long episode may end below what was expected of it: there is no excess to carry
        return []
    found: list[tuple[float, Contributor]] = []
    for dimension in dict.fromkeys(cell.dimension for cell in listed):
        mine = [cell for cell in listed if cell.dimension == dimension]
        before, others = sum(cell.before for cell in mine), sum(cell.others for cell in mine)
        total = sum(cell.now for cell in mine)
        for cell in mine:
            usual = (cell.others + 1) / (others + len(mine))  # not 0 for a model that only this topic speaks of
            share = (cell.before + SMOOTHING * usual) / (before + SMOOTHING)
            ratio = _ratio(cell.now, total, share) - math.log(len(listed))
            carried = (cell.now - expected * share) / (observed - expected)
            if cell.value and ratio > PROOF and carried >= MIN_SHARE:
                found.append((ratio, Contributor(dimension, cell.value, cell.now, expected * share, carried)))
    return [contributor for _, contributor in sorted(found, key=lambda pair: -pair[0])]


def _ratio(k: int, n: int, share: float) -> float:
    """k of n where `share` of n was to be expected: k ln(k/e) + (n-k) ln((n-k)/(n-e)), 0 where it is not more."""
    e = n * share
    if k <= e or e <= 0:
        return 0.0
    rest = (n - k) * math.log((n - k) / (n - e)) if n > k else 0.0
    return k * math.log(k / e) + rest


def different(texts: Iterable[str], wanted: int = 3) -> list[str]:
    """Up to `wanted` verbatims that say it differently: first the one most like all others, then always the one least like
    those chosen. Likeness is the Jaccard index of character pairs. Looks at 200 texts at most; the same texts give the same."""
    candidates = list(dict.fromkeys(text for text in (" ".join(text.split()) for text in texts) if text))[:200]
    pairs = {text: _pairs(text[:COMPARED]) for text in candidates}
    chosen: list[str] = []
    while candidates and len(chosen) < wanted:
        if chosen:
            best = min(candidates, key=lambda text: max(_likeness(pairs[text], pairs[other]) for other in chosen))
        else:
            best = max(candidates, key=lambda text: sum(_likeness(pairs[text], pairs[other]) for other in candidates))
        chosen.append(best)
        candidates.remove(best)
    return chosen


def _pairs(text: str) -> frozenset[str]:
    folded = f" {text.lower()} "
    return frozenset(folded[i : i + 2] for i in range(len(folded) - 1))


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if a or b else 1.0
