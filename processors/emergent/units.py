"""The phrases of messages, as numbers of counters: words, pairs of words near each other in whatever order, and words in
unheard company.

The third kind is a word that stands in a pair which nobody said before. A new subject that has only old words is known by it:
"delivery" is said daily, but not with "customs". How often a word is in unheard company anyway is history like any other.
Chinese is read in pairs of characters, which are pieces of words: every new sentence puts them in unheard company, so there it
proves nothing.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from processors.emergent.tokens import Integers, Tokens

Slots = npt.NDArray[np.int64]
_PAIR = np.uint64(0xD6E8FEB86659FD93)


class Units(NamedTuple):
    """The phrases of some messages, repetitions included, in no order that means anything."""

    rows: Integers
    """Index of the message."""
    slots: Slots
    """Words, then pairs."""
    words: int
    """So many are words."""
    ends: tuple[Slots, Slots]
    """Of each pair the two words; -1 for what is not a whole word."""


class Slotting(NamedTuple):
    """How phrases are numbered: words, words in unheard company (a quarter of 2^bits each), pairs (2^bits)."""

    bits: int
    reach: int

    @property
    def word_slots(self) -> int:
        """How many numbers words have: 0 … word_slots."""
        return 1 << (self.bits - 2)

    @property
    def first_pair(self) -> int:
        """Below are words, from `word_slots` on those in unheard company; from here on pairs."""
        return 2 * self.word_slots

    @property
    def total(self) -> int:
        """How many numbers there are."""
        return self.first_pair + (1 << self.bits)

    def words(self, hashes: npt.NDArray[np.uint64]) -> Slots:
        """Return the numbers of words."""
        return (hashes >> np.uint64(64 - (self.bits - 2))).astype(np.int64)

    def pairs(self, first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64]) -> Slots:
        """Return the numbers of pairs, the same for both orders."""
        summed = (first + second) * _PAIR
        return (summed >> np.uint64(64 - self.bits)).astype(np.int64) + self.first_pair

    def units(self, tokens: Tokens) -> Units:
        """Return every word that may burst alone and every pair."""
        rows, hashes = tokens.rows, tokens.hashes
        words = self.words(hashes)
        some_rows, some_slots = [rows[tokens.alone]], [words[tokens.alone]]
        words = np.where(tokens.whole, words, -1)
        firsts, seconds = [words[:0]], [words[:0]]
        for apart in range(1, min(self.reach, len(rows) - 1) + 1):
            near = np.flatnonzero((rows[apart:] == rows[:-apart]) & (hashes[apart:] != hashes[:-apart]))
            some_rows.append(rows[near])
            some_slots.append(self.pairs(hashes[near], hashes[near + apart]))
            firsts.append(words[near])
            seconds.append(words[near + apart])
        ends = np.concatenate(firsts), np.concatenate(seconds)
        return Units(np.concatenate(some_rows), np.concatenate(some_slots), len(some_slots[0]), ends)

    def in_unheard_company(self, units: Units, unheard: npt.NDArray[np.bool_]) -> tuple[Integers, Slots]:
        """Return rows and numbers of the words of those pairs that nobody said before; `unheard` has an entry for each pair."""
        rows = units.rows[units.words :][unheard]
        ends = np.concatenate([end[unheard] for end in units.ends])
        known = np.flatnonzero(ends >= 0)
        return np.concatenate((rows, rows))[known], ends[known] + self.word_slots
