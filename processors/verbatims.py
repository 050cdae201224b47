"""Which of many customers' words are shown: a few that say it differently. Pure."""

from collections.abc import Iterable

COMPARED = 300
"""Characters of a verbatim that are compared, and shown on a card: likeness of 200 long texts would take minutes."""


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
