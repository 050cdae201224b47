"""What the words of a turn mean, as far as the table of synonyms knows: numbered by hash, for a whole batch in one pass.

Each meaning gives a piece, and so does every pair of meanings that stand near each other, in whatever order: a sentence of
the customer's own making shares those with an example, where it shares hardly a run of letters.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from processors.intents.synonyms import MEANINGS

REACH = 5
"""Meanings so many places apart still make a pair."""

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_LATIN = re.compile(r"[a-z0-9]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PAIR = np.uint64(0xD6E8FEB86659FD93)


class Lexicon(NamedTuple):
    """The table, compiled: by number of the word its meaning."""

    automaton: ahocorasick_rs.AhoCorasick
    meaning: npt.NDArray[np.int64]
    hashes: Hashes
    """By meaning; the same in every process and version of the table, as long as the meaning keeps its name."""
    names: list[str]


@cache
def lexicon() -> Lexicon:
    """Return the table, compiled once a process."""
    words: dict[str, int] = {}
    names: list[str] = []
    for name, synonyms in MEANINGS.items():
        for synonym in synonyms:
            words.setdefault(_pattern(synonym), len(names))
        names.append(name)
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    digests = [hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names]
    hashes = np.array([int.from_bytes(digest, "little") for digest in digests], np.uint64)
    return Lexicon(ahocorasick_rs.AhoCorasick(list(words), matchkind=kind), np.array(list(words.values())), hashes, names)


class Meanings(NamedTuple):
    """The meanings in some texts, repetitions included, and behind them the pairs."""

    rows: Rows
    """Index of the text."""
    hashes: Hashes
    numbers: Rows
    """What `named` takes."""
    single: int
    """So many are no pairs."""


def meanings(texts: Sequence[str]) -> Meanings:
    """Return every meaning and pair of meanings in normalised texts."""
    table = lexicon()
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts):
        joined = "\n".join(text.replace("\n", " ") for text in texts)
    joined = _SURROGATE.sub("\ufffd", _LATIN.sub(r" \g<0> ", joined))
    raw = table.automaton.find_matches_as_indexes(joined)
    found = np.fromiter(chain.from_iterable(raw), np.int64, 3 * len(raw)).reshape(-1, 3)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32)
    row = np.cumsum(codes == ord("\n"))[found[:, 1]] if len(found) else np.zeros(0, np.int64)
    meaning = table.meaning[found[:, 0]]
    rows, hashes, numbers = [row], [table.hashes[meaning]], [meaning]
    for apart in range(1, REACH + 1):
        near = np.flatnonzero(row[apart:] == row[:-apart]) if len(row) > apart else np.zeros(0, np.int64)
        near = near[meaning[near] != meaning[near + apart]]
        first, second = meaning[near], meaning[near + apart]
        rows.append(row[near])
        hashes.append((table.hashes[first] + table.hashes[second]) * _PAIR)
        numbers.append((np.minimum(first, second) + 1 << 16) + np.maximum(first, second))
    return Meanings(np.concatenate(rows), np.concatenate(hashes), np.concatenate(numbers), len(row))


def named(number: int) -> str:
    """Return what a number of `meanings` is called."""
    names = lexicon().names
    if number < 1 << 16:
        return names[number]
    return f"{names[(number >> 16) - 1]} … {names[number & 0xFFFF]}"


def _pattern(synonym: str) -> str:
    """Latin words stand between spaces of their own: with the one between two words there are three."""
    if not synonym.isascii():
        return _LATIN.sub(r" \g<0> ", synonym)
    stem = synonym.endswith("-")
    pattern = _LATIN.sub(r" \g<0> ", synonym.rstrip("-").replace("_", " "))
    return pattern[:-1] if stem else pattern
