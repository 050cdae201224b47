"""The score of snownlp, bit for bit, without snownlp: its segmentation and its classifier over tables of its own data.

Words are found and weighed in the same order as snownlp does; the tests compare every bit. A few texts are taken one
by one, more of them side by side.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from math import exp

import numpy as np
import numpy.typing as npt

from processors.sentiment.snow_run import words_of
from processors.sentiment.snow_runs import LONGEST, Indices, word_begins
from processors.sentiment.snow_tables import FIRST_HAN, LAST_HAN, PACKED_LENGTH, UNKNOWN, tables

Flags = npt.NDArray[np.bool_]

_FEW = 400
"""Characters of all texts; below it, one by one is faster."""
_TOGETHER = 1 << 15
"""Characters of runs that are segmented together, at about 400 bytes each; what caches hold is fastest."""

_RUN = re.compile(f"([{chr(FIRST_HAN)}-{chr(LAST_HAN)}]+)")


def snow_scores(texts: Sequence[str]) -> list[float]:
    """Return `SnowNLP(text).sentiments` for every text, in order, bit-identical; 0 … 1, high is positive.

    Any string has a score: `SnowNLP("")` divides by zero in a part that has nothing to do with sentiment, so "" has
    the prior of its classifier, as " " has. Time is linear in the length, and so is memory. The first call builds
    the tables, once (seconds), or maps them (0.1 s); raises processors.models.ModelsUnavailable.
    """
    if sum(map(len, texts)) < _FEW:
        return [_score(text) for text in texts]
    return _scores(texts) if texts else []


def load() -> None:
    """Build or map the tables now, not at the first text."""
    tables()


def _score(text: str) -> float:
    known = tables()
    first, second = known.prior
    weights, unseen = known.words, known.unseen
    for place, part in enumerate(_RUN.split(text)):
        for word in words_of(part) if place & 1 else part.split():
            for_first, for_second = weights.get(word, unseen)
            first += for_first
            second += for_second
    return _share(first, second)


def _share(first: float, second: float) -> float:
    """The probability of the positive class from the logarithms for both; snownlp computes that of the likelier one."""
    share = 1 / (1.0 + exp(-abs(first - second)))
    return share if (second > first) == tables().positive else 1 - share


def _scores(texts: Sequence[str]) -> list[float]:
    known = tables()
    together = "\n".join(chain(texts, ("",)))
    codes = np.frombuffer(together.encode("utf-32-le", "surrogatepass"), np.uint32)
    begins, space = _boundaries(together, codes)
    bounds = np.flatnonzero(begins | space)
    starts = np.flatnonzero(begins[bounds])
    start, length = bounds[starts], bounds[starts + 1] - bounds[starts]
    weights = _word_weights(together, codes, start, length)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    text_of = np.repeat(np.arange(len(texts)), lengths + 1)[start]
    rows = np.append(np.arange(len(texts)), text_of)
    # bincount adds one by one, in order: the prior, then word after word, as snownlp does.
    first, second = (
        np.bincount(rows, np.append(np.full(len(texts), prior), weights[:, place])).tolist()
        for place, prior in enumerate(known.prior)
    )
    return list(map(_share, first, second))


def _boundaries(together: str, codes: npt.NDArray[np.uint32]) -> tuple[Flags, Flags]:
    """Say where words begin and where white space is."""
    space = _white()[np.minimum(codes, len(_white()) - 1)]
    han = (codes >= FIRST_HAN) & (codes <= LAST_HAN)
    other = ~(space | han)
    begins = other.copy()
    begins[1:] &= ~other[:-1]
    run_starts = np.flatnonzero(han[1:] & ~han[:-1]) + 1
    if han[0]:
        run_starts = np.append(0, run_starts)
    run_lengths = np.flatnonzero(han[:-1] & ~han[1:]) + 1 - run_starts
    ids = np.full(len(codes), UNKNOWN)
    ids[han] = tables().ids[codes[han] - FIRST_HAN]
    short = run_lengths <= LONGEST
    starts, lengths = run_starts[short], run_lengths[short]
    batch = np.cumsum(lengths) // _TOGETHER
    for number in range(batch[-1] + 1 if len(batch) else 0):
        first, last = np.searchsorted(batch, (number, number + 1))
        if first < last:
            begins[word_begins(ids, starts[first:last], lengths[first:last])] = True
    for start, length in zip(run_starts[~short].tolist(), run_lengths[~short].tolist(), strict=True):
        sizes = [len(word) for word in words_of(together[start : start + length])]
        begins[start + np.cumsum([0, *sizes[:-1]])] = True
    return begins, space


def _word_weights(together: str, codes: npt.NDArray[np.uint32], start: Indices, length: Indices) -> npt.NDArray[np.float64]:
    """(word, class): what each word adds."""
    known = tables()
    keys = codes[start].astype(np.uint64) + np.uint64(1)
    for place in range(1, PACKED_LENGTH):
        longer = np.flatnonzero(length > place)
        keys[longer] |= (codes[start[longer] + place].astype(np.uint64) + np.uint64(1)) << np.uint64(21 * place)
    weights = known.word_weights[known.word_index.find(keys)]
    rare = np.flatnonzero(length > PACKED_LENGTH)
    if len(rare):
        where = zip(start[rare].tolist(), length[rare].tolist(), strict=True)
        weights[rare] = [known.words.get(together[at : at + size], known.unseen) for at, size in where]
    return weights


@cache
def _white() -> Flags:
    """Which characters `str.split` splits at; the last entry stands for all that follow."""
    return np.array([*(chr(code).isspace() for code in range(0x3001)), False])
