"""What the model sees of a turn: pieces of text, numbered by hash, for a whole batch in one pass over its characters.

East Asian characters give runs of one to three; words of spaced scripts give themselves, pairs of neighbours, and runs of
three to five letters with the word's edges, so that inflections and slips of the keyboard share pieces. Beside these stand
the meanings of its words (`meanings`). The pieces of a turn depend on that turn alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from processors.intents.meanings import meanings, named

MAX_CHARS = 400
"""Characters of a turn that the model reads; what a turn is about is said by then, and the cost of one turn is bounded."""
EAST_ASIAN = 0x2E80
"""From here on characters are written without spaces between words."""
_FIRST_EAST_ASIAN = chr(EAST_ASIAN)
_WORD_CHARS = 24
"""Letters of a word that count for telling words apart."""

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_PRIME = np.uint64(0x100000001B3)
_WORD, _PAIR = np.uint64(1 << 63), np.uint64(0x9E3779B97F4A7C15)
_RUNS = {3: np.uint64(0xC2B2AE3D27D4EB4F), 4: np.uint64(0x165667B19E3779F9), 5: np.uint64(0x27D4EB2F165667C5)}
_SHIFT = np.uint64(21)
_POWERS = np.cumprod(np.full(_WORD_CHARS, _PRIME, np.uint64), dtype=np.uint64)


class Pieces(NamedTuple):
    """The pieces of some texts, repetitions included, kind by kind."""

    rows: Rows
    """Index of the text."""
    hashes: Hashes
    """The same in every process and version: they are what a model's vocabulary is stored as."""
    ends: tuple[int, int, int, int]
    """Where each kind ends: characters and words, runs of letters, meanings, pairs of meanings."""

    @property
    def written(self) -> int:
        """Return how many, from the first, are pieces of the text as written."""
        return self.ends[1]


def pieces(texts: Sequence[str]) -> Pieces:
    """Return every piece of normalised texts."""
    cut = [text[:MAX_CHARS] for text in texts]
    found = _found(cut)
    meant = meanings(cut)
    written = len(found.rows)
    ends = (found.whole, written, written + meant.single, written + len(meant.rows))
    return Pieces(np.concatenate((found.rows, meant.rows)), np.concatenate((found.hashes, meant.hashes)), ends)


def spelled(texts: Sequence[str]) -> dict[int, str]:
    """Return the pieces of texts by hash, as they stand there: what a person is shown. A word edge is “_”; a meaning is named
    in brackets.
    """
    cut = [text[:MAX_CHARS] for text in texts]
    found, meant = _found(cut), meanings(cut)
    framed = f" {' '.join(cut)} ".replace(" ", "_")
    hashes, first = np.unique(found.hashes, return_index=True)
    spans = zip(hashes.tolist(), found.begins[first].tolist(), found.ends[first].tolist(), strict=True)
    hashes, first = np.unique(meant.hashes, return_index=True)
    numbers = zip(hashes.tolist(), meant.numbers[first].tolist(), strict=True)
    return {piece: framed[begin:end] for piece, begin, end in spans} | {piece: f"({named(number)})" for piece, number in numbers}


def is_east_asian(text: str) -> bool:
    """Say whether what the model reads of a text has a character of a script without spaces."""
    return not text.isascii() and (text[0] >= _FIRST_EAST_ASIAN or max(text[:MAX_CHARS]) >= _FIRST_EAST_ASIAN)


class _Found(NamedTuple):
    """Pieces as written: their spans [begin, end) in " text text ", runs of letters from number `whole` on."""

    rows: Rows
    hashes: Hashes
    begins: Rows
    ends: Rows
    whole: int


def _found(cut: Sequence[str]) -> _Found:
    joined = " " + " ".join(cut) + " "
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32)
    row = np.repeat(np.arange(len(cut)), np.fromiter(map(len, cut), np.int64, len(cut)) + 1)
    row = np.concatenate((np.zeros(1, np.int64), row))  # the space before the first
    whole, runs = _east_asian(codes), []
    letter = (codes > 32) & (codes < EAST_ASIAN)
    if letter.any():
        begins = np.flatnonzero(letter[1:] & ~letter[:-1]) + 1
        ends = np.flatnonzero(letter[:-1] & ~letter[1:]) + 1
        whole += _words(codes, row, begins, ends)
        runs = _runs(codes, letter, begins, ends)
    found = [*whole, *runs]
    if not found:
        empty = np.zeros(0, np.int64)
        return _Found(empty, np.zeros(0, np.uint64), empty, empty, 0)
    hashes = np.concatenate([one[0] for one in found])
    begins = np.concatenate([one[1] for one in found])
    ends = np.concatenate([one[2] for one in found])
    # a space behind a text counts as its own
    return _Found(row[ends - 1], hashes, begins, ends, sum(len(one[0]) for one in whole))


def _east_asian(codes: npt.NDArray[np.uint32]) -> list[tuple[Hashes, Rows, Rows]]:
    at = np.flatnonzero(codes >= EAST_ASIAN)
    if not len(at):
        return []
    piece = codes[at].astype(np.uint64)
    found = [(piece, at, at + 1)]
    second = np.flatnonzero(at[1:] == at[:-1] + 1)  # index into `at` where a pair begins
    pair = piece[second] | (piece[second + 1] << _SHIFT)
    found.append((pair, at[second], at[second] + 2))
    third = np.flatnonzero(second[1:] == second[:-1] + 1)
    begin = second[third]
    found.append((pair[third] | (piece[begin + 2] << (_SHIFT + _SHIFT)), at[begin], at[begin] + 3))
    return found


def _words(codes: npt.NDArray[np.uint32], row: Rows, begins: Rows, ends: Rows) -> list[tuple[Hashes, Rows, Rows]]:
    counted = np.minimum(ends - begins, _WORD_CHARS)
    firsts = np.concatenate(([0], np.cumsum(counted)[:-1]))
    within = np.arange(int(counted.sum())) - np.repeat(firsts, counted)
    values = codes[np.repeat(begins, counted) + within].astype(np.uint64) * _POWERS[within]
    word = np.add.reduceat(values, firsts) | _WORD
    same = np.flatnonzero(row[begins[1:]] == row[begins[:-1]])
    pair = (word[same] * _PAIR) ^ word[same + 1]
    return [(word, begins, ends), (pair, begins[same], ends[same + 1])]


def _runs(
    codes: npt.NDArray[np.uint32], letter: npt.NDArray[np.bool_], begins: Rows, ends: Rows
) -> list[tuple[Hashes, Rows, Rows]]:
    """Runs of 3, 4 and 5 in "_word_": all but the outermost two characters are letters."""
    lengths = ends - begins + 1  # a run may begin at the edge before the word or at any letter
    firsts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    at = np.arange(int(lengths.sum())) - np.repeat(firsts, lengths) + np.repeat(begins - 1, lengths)
    left = np.repeat(ends + 1, lengths) - at  # characters from here to the edge behind the word
    lettered = np.where(letter, codes, np.uint32(32)).astype(np.uint64)
    found = []
    run = (lettered[at] * _PRIME + lettered[at + 1]) * _PRIME  # every word has a letter and its two edges
    for size in _RUNS:
        keep = left >= size
        at, left, run = at[keep], left[keep], run[keep]
        run = (run + lettered[at + size - 1]) * _PRIME
        found.append((run ^ _RUNS[size], at, at + size))
    return found
