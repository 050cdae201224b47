"""The trained half of the tagger: how much a turn resembles the examples of each intent. Reads what `train` has written.

A score is a sum of weights, one row for each piece of the turn that the examples have, divided by the turn's length in
the same space; pieces that no example has make a turn longer, so a turn that is mostly about something else scores low.
Weights lie on a grid coarse enough that their sums are exact: a turn's scores are the same bits in every batch.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from processors.intents.features import Hashes, is_east_asian, pieces

Scores = npt.NDArray[np.float32]
Sums = npt.NDArray[np.float64]

MIX = np.uint64(0x9E3779B97F4A7C15)
_FILTER_BITS = 20
_SHIFT = np.uint64(64 - _FILTER_BITS)
_AT_ONCE = 128
"""Turns whose weights are added up at a time: what these take stays in the processor's cache."""
FILES = ("vocabulary.npy", "weights.npy", "squares.npy", "about.json")


class Cut(msgspec.Struct, frozen=True):
    """What a score is worth."""

    threshold: float
    """Score from which the model alone names an intent."""
    sure: float
    """Score from which it names one beside others."""
    slope: float
    intercept: float

    def sureness(self, score: float) -> float:
        """Return 0 … 1: of the turns that score so, how many the score is right about, as the examples tell; Platt
        (1999).
        """
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.slope * score + self.intercept))))


class About(msgspec.Struct, frozen=True):
    """What there is beside the arrays."""

    intents: tuple[str, ...]
    """Their names, in the order of the columns; one more column stands behind them, small talk."""
    cuts: tuple[Cut, Cut]
    """For turns of spaced scripts only, and for turns with East Asian characters: a sentence of ten words shares more
    pieces with others by chance than one of ten characters.
    """
    unknown: float
    """Squared length that a piece adds which no example has."""
    pieces: tuple[str, ...]
    """The pieces as written, in the order of the vocabulary."""


class Weighed(msgspec.Struct, frozen=True):
    """A batch with its scores (n × intents + 1) and the pieces they came from: those of turn i are
    columns[begins[i]:begins[i + 1]].
    """

    scores: Scores
    columns: npt.NDArray[np.int64]
    begins: npt.NDArray[np.int64]


class Model:
    """One model, mapped into memory; immutable."""

    def __init__(self, directory: Path) -> None:
        vocabulary, weights, squares, about = (directory / name for name in FILES)
        self.about = msgspec.json.decode(about.read_bytes(), type=About)
        self._vocabulary: Hashes = _mapped(vocabulary)
        self._weights: Scores = _mapped(weights)
        self._squares: Sums = _mapped(squares)
        prefixes = (self._vocabulary >> _SHIFT).astype(np.int64)
        self._first = np.full(1 << _FILTER_BITS, -1, np.int32)
        """Where in the vocabulary the pieces begin that start with these bits; -1 where none does."""
        self._first[prefixes[::-1]] = np.arange(len(prefixes), dtype=np.int32)[::-1]
        self._crowd = int(np.bincount(prefixes).max(initial=0))
        """Most pieces that share their first bits: a handful."""

    def weigh(self, texts: Sequence[str]) -> Weighed:
        """Return how each of the normalised texts scores for each intent: around 1 like an example, around 0 unlike."""
        count = len(texts)
        found = pieces(texts)
        known, column = self._known(found.hashes)
        total = np.bincount(found.rows[: found.written], minlength=count)
        total -= np.bincount(found.rows[known[: np.searchsorted(known, found.written)]], minlength=count)
        keys = np.sort((found.rows[known] << 32) | column)
        keys = keys[np.flatnonzero(np.concatenate((keys[:1] == keys[:1], keys[1:] != keys[:-1])))]  # a piece counts once
        at_row, columns = keys >> 32, keys & 0xFFFFFFFF
        squares = np.bincount(at_row, self._squares[columns], count) + total * self.about.unknown
        begins = np.searchsorted(at_row, np.arange(count + 1))
        sums = np.zeros((count, self._weights.shape[1]), np.float32)
        filled = np.flatnonzero(begins[1:] > begins[:-1])
        for start in range(0, len(filled), _AT_ONCE):
            some = filled[start : start + _AT_ONCE]
            first, last = begins[some[0]], begins[some[-1] + 1]
            sums[some] = np.add.reduceat(self._weights.take(columns[first:last], axis=0), begins[some] - first, axis=0)
        scores = sums / np.sqrt(np.maximum(squares, 1.0)).astype(np.float32)[:, None]
        return Weighed(scores, columns, begins)

    def _known(self, hashes: Hashes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return which of the hashes are in the vocabulary, ascending, and where."""
        mixed = hashes * MIX
        at = self._first[mixed >> _SHIFT]
        maybe = np.flatnonzero(at >= 0)
        at, mixed = at[maybe].astype(np.int64), mixed[maybe]
        hit = self._vocabulary[at] == mixed
        for _ in range(1, self._crowd):
            missed = np.flatnonzero(~hit)
            at[missed] = np.minimum(at[missed] + 1, len(self._vocabulary) - 1)
            hit[missed] = self._vocabulary[at[missed]] == mixed[missed]
        return maybe[hit], at[hit]

    def cut(self, text: str) -> Cut:
        """Return what scores of a text are worth."""
        return self.about.cuts[is_east_asian(text)]

    def terms(self, weighed: Weighed, turn: int, intent: int, limit: int = 3) -> tuple[str, ...]:
        """Return the pieces of a turn that speak most for an intent, weightiest first."""
        columns = weighed.columns[weighed.begins[turn] : weighed.begins[turn + 1]]
        weighed_most = sorted(zip((-self._weights[columns, intent]).tolist(), columns.tolist(), strict=True))[:limit]
        return tuple(self.about.pieces[column] for weight, column in weighed_most if weight < 0)


def _mapped(path: Path) -> npt.NDArray[Any]:
    """Return the array as it lies in the file; a plain view of the mapping, as numpy indexes that several times faster."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
