"""The score of snownlp, bit for bit. This is the seam behind which a faster equal takes its place."""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

_CACHED_LENGTH = 200
_CACHED_TEXTS = 50_000
"""At most 50,000 texts of at most 200 characters: about 30 MB when full. Service talk repeats itself, and snownlp
does 450 texts a second.
"""


def snow_scores(texts: Sequence[str]) -> list[float]:
    """Return `SnowNLP(text).sentiments` for every text, in order, bit-identical; 0 … 1, high is positive.

    Any string has a score: `SnowNLP("")` divides by zero in a part that has nothing to do with sentiment, so its
    classifier is asked directly and answers with its prior. The first call loads snownlp (about 3 s, 430 MB). Blocks:
    a text of n characters takes about n/2 ms.
    """
    return [_remembered_score(text) if len(text) <= _CACHED_LENGTH else _score(text) for text in texts]


def _score(text: str) -> float:
    return float(_classifier().classify(text))


_remembered_score = lru_cache(maxsize=_CACHED_TEXTS)(_score)


@cache
def _classifier() -> Any:  # snownlp has no types
    segger = import_module("snownlp.seg").segger.segger
    # 98 % of a score is segmentation, nearly all of it this pure function of three characters: remembered, the same
    # scores cost less than half (bit-identical, tested). About 50 MB when full.
    segger.log_prob = lru_cache(1 << 17)(segger.log_prob)
    return import_module("snownlp.sentiment")
