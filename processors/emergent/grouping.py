"""From single phrases to one topic: phrases that the same conversations say, weighed together.

Pooled evidence: of kindred phrases those are taken whose *union* of conversations is the greatest surprise against the sum of
their expectations (a scan, Kulldorff 1997, over sets of phrases grown greedily). Five customers who each put it in another way
prove what no single phrase does.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from processors.emergent.config import EmergentConfig
from processors.emergent.history import Floats, surprise

Matrix = npt.NDArray[np.bool_]
_LN10 = math.log(10)


class Evidence(NamedTuple):
    """Phrases that are surprising by themselves, and who said them within the window."""

    scores: Floats
    """-log10 of the chance, each alone."""
    expected: Floats
    """Conversations."""
    spreads: Floats
    """Variance of the rate over its squared mean."""
    said: Matrix
    """[phrase, conversation]"""


class Group(NamedTuple):
    """Phrases that are one topic."""

    score: float
    phrases: list[int]
    """Those whose union proves it, in the order they were taken, then their kin; index into the evidence."""
    proving: int
    """So many of them are the proof."""
    observed: int
    expected: float
    spread: float
    """Variance of the rate over its squared mean, of the proof as a whole."""
    conversations: Matrix
    """Which ones say it."""


def groups(evidence: Evidence, config: EmergentConfig) -> list[Group]:
    """Return every group that reaches the threshold, the most surprising seed first; a phrase is in one group at most."""
    found = []
    free = np.ones(len(evidence.scores), bool)
    support = evidence.said.sum(axis=1)
    weight = evidence.said.astype(np.float32)
    shared = weight @ weight.T
    kin = shared >= config.kinship * np.minimum(support[:, None], support[None, :])
    kin &= shared > 0
    free &= _promising(evidence, kin, config)
    for seed in np.argsort(-evidence.scores, kind="stable").tolist():
        if not free[seed]:
            continue
        group = _grown(seed, evidence, free, kin, config)
        free[group.phrases] = False
        if tells(group, config):
            found.append(group)
    return found


def _promising(evidence: Evidence, kin: Matrix, config: EmergentConfig) -> Matrix:
    """Which phrases are in a family that could reach the threshold, were all its conversations said to the rarest of it."""
    promising = np.zeros(len(kin), bool)
    left = np.ones(len(kin), bool)
    for first in range(len(kin)):
        if not left[first]:
            continue
        family = np.zeros(len(kin), bool)
        family[first] = True
        edge = family
        while edge.any():
            edge = kin[edge].any(axis=0) & ~family
            family = family | edge
        left &= ~family
        k = evidence.said[family].any(axis=0).sum()
        if k < config.min_conversations:
            continue
        least = evidence.expected[family].min(keepdims=True), evidence.spreads[family].min(keepdims=True)
        promising |= family & bool(surprise(np.array([k], float), *least)[0] >= config.threshold)
    return promising


def tells(group: Group, config: EmergentConfig) -> bool:
    """Say whether a group is a topic."""
    k, mean = group.observed, group.expected
    enough = k >= config.min_conversations and k - mean >= config.min_excess and k >= config.min_ratio * mean
    return enough and group.score >= config.threshold


def lifted(group: Group, factor: float, config: EmergentConfig) -> Group:
    """Return the group as it is to be judged where `factor` times as much of it was to be expected."""
    mean = group.expected * factor
    score = float(surprise(np.array([group.observed], float), np.array([mean]), np.array([group.spread]))[0])
    return group._replace(expected=mean, score=score - config.pooling_cost * (group.proving - 1))


def _grown(seed: int, evidence: Evidence, free: Matrix, kin: Matrix, config: EmergentConfig) -> Group:
    """Take the kindred phrase that adds most to the likelihood ratio, until none pays for having been chosen."""
    taken, covered = [seed], evidence.said[seed].copy()
    mean, candidates = float(evidence.expected[seed]), free.copy()
    candidates[seed] = False
    ratio = _ratio(np.array([covered.sum()], float), np.array([mean]))[0]
    reachable = kin[seed].copy()
    while True:
        options = np.flatnonzero(candidates & reachable)
        if not len(options):
            break
        k = (evidence.said[options] | covered).sum(axis=1).astype(float)
        ratios = _ratio(k, mean + evidence.expected[options])
        best = int(np.argmax(ratios))
        if ratios[best] - ratio < config.pooling_cost * _LN10:
            break
        chosen = int(options[best])
        ratio, mean = float(ratios[best]), mean + float(evidence.expected[chosen])
        covered |= evidence.said[chosen]
        taken.append(chosen)
        candidates[chosen] = False
        reachable |= kin[chosen]
    k = int(covered.sum())
    # phrases of one subject rise and fall together, so their deviations add, not their variances
    spread = (float((evidence.expected[taken] * np.sqrt(evidence.spreads[taken])).sum()) / mean) ** 2
    score = float(surprise(np.array([k], float), np.array([mean]), np.array([spread]))[0])
    score -= config.pooling_cost * (len(taken) - 1)
    relatives = np.flatnonzero(candidates & ((evidence.said & covered).sum(axis=1) * 2 >= evidence.said.sum(axis=1)))
    relatives = relatives[np.argsort(-evidence.scores[relatives], kind="stable")]
    return Group(max(score, float(evidence.scores[seed])), [*taken, *relatives.tolist()], len(taken), k, mean, spread, covered)


def _ratio(k: Floats, mean: Floats) -> Floats:
    """Log likelihood ratio of k conversations where `mean` were expected (Poisson, nats)."""
    return np.where(k > mean, k * np.log(np.maximum(k, 1e-9) / mean) - (k - mean), 0.0)
