"""From messages to tokens: word stems of spaced scripts, character pairs of Chinese; a whole minute in one pass.

What says nothing of a subject (function words, greetings, courtesy, numbers, placeholders of personal data) gives no token.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from processors.emergent.stop_words import STOP_CHARACTERS, STOP_PAIRS, STOP_WORDS
from processors.normalise import simplified
from processors.personal_data import KINDS

MAX_CHARS = 300
"""Characters of a message that are read: what it is about is said by then."""
MAX_WORD = 24
"""A longer word is a number or a link, and nothing that people say."""
CACHED_WORDS = 1 << 16
"""Words whose stem is remembered; beyond that the memory starts anew."""

Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_DROPPED = re.compile(rf"\[(?:{'|'.join(KINDS)})\]|(?:https?://|www\.)[!-;=?-~]+", re.IGNORECASE)
_LETTER, _CHINESE, _STOP_CHARACTER = 1, 2, 3
_M1, _M2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_S = np.uint64(31)
_SPACE, _LINE_END = np.uint32(32), np.uint32(10)

Codes = npt.NDArray[np.uint32]


class Tokens(NamedTuple):
    """The tokens of some messages, in order."""

    rows: Integers
    """Index of the message, ascending."""
    hashes: Hashes
    """64 bits, the same in every process."""
    alone: npt.NDArray[np.bool_]
    """Whether the token may burst alone; a single Chinese character may not."""
    whole: npt.NDArray[np.bool_]
    """Whether the token is a word; a pair of Chinese characters is a piece of one or of two."""


class _Stems(dict[str, int]):
    """Hash of the stem of a word, 0 for words that are no token."""

    def __missing__(self, word: str) -> int:
        if len(self) >= CACHED_WORDS:
            self.clear()
        token = 0 if is_stop_word(word) else crc32(stem(word).encode("utf-8", "replace")) | 1 << 32
        self[word] = token
        return token


def is_stop_word(word: str) -> bool:
    """Say whether a lower-case word is no token: of one letter, without letters, with many digits, or in the list."""
    if len(word) < 2 or len(word) > MAX_WORD or word in STOP_WORDS:
        return True
    digits = sum(map(str.isdigit, word))
    return digits == len(word) or digits > 4


def stem(word: str) -> str:
    """Return an English word without its inflection: charge, charged, charges and charging are one. Rough on purpose."""
    if len(word) > 4 and word.isascii():
        if word.endswith("ies") or word.endswith("ied"):
            word = word[:-3] + "y"
        elif word.endswith("ing") and len(word) > 5:
            word = _single(word[:-3])
        elif word.endswith("ed"):
            word = _single(word[:-2])
        elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _single(word: str) -> str:
    """Topp -> top; but call, pass, buzz stay."""
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


def surface(texts: Sequence[str]) -> str:
    """Return the texts folded to one spelling and joined by line ends: as many lines as texts.

    Character by character: compatible forms, simplified, lower case; links and the placeholders of personal data are left out.
    """
    cut = [text[:MAX_CHARS] for text in texts]
    joined = "\n".join(cut)
    if joined.count("\n") != len(cut) - 1:
        joined = "\n".join(text.replace("\n", " ") for text in cut)
    if "[" in joined or "://" in joined or "www." in joined:
        joined = _DROPPED.sub(" ", joined)
    if joined.isascii():
        return joined.lower()
    return _decoded(_folds()[np.minimum(_encoded(joined), 0xFFFF)])


def tokenised(joined: str) -> Tokens:
    """Return the tokens of what `surface` gave."""
    codes = _encoded(joined)
    kinds = _kinds()[np.minimum(codes, 0xFFFF)]
    letter = np.zeros(len(codes) + 1, np.bool_)
    np.equal(kinds, _LETTER, out=letter[1:])
    begins = np.flatnonzero(letter[1:] > letter[:-1])
    words = _decoded(np.where(letter[1:], codes, _SPACE)).split()
    raw = np.fromiter(map(_stems.__getitem__, words), np.int64, len(words)).astype(np.uint64)
    kept = np.flatnonzero(raw)
    at, tokens = begins[kept], raw[kept]
    alone = whole = np.ones(len(kept), bool)
    chinese = kinds == _CHINESE
    if chinese.any():
        at, tokens, alone, whole = _with_chinese(codes, chinese, at, tokens)
    rows = np.searchsorted(np.flatnonzero(codes == _LINE_END), at)
    return Tokens(rows, mixed(tokens), alone, whole)


def _with_chinese(
    codes: Codes, chinese: npt.NDArray[np.bool_], at: Integers, words: Hashes
) -> tuple[Integers, Hashes, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Merge pairs of neighbouring characters, and characters that have no neighbour, into the words, by place."""
    both = chinese[:-1] & chinese[1:]
    pair = np.flatnonzero(both)
    code = codes[pair].astype(np.uint64) << np.uint64(16) | codes[pair + 1].astype(np.uint64)
    stop = _stop_pairs()
    keep = stop[np.minimum(np.searchsorted(stop, code), len(stop) - 1)] != code
    pair, code = pair[keep], code[keep]
    lonely = chinese.copy()
    lonely[:-1] &= ~both
    lonely[1:] &= ~both
    single = np.flatnonzero(lonely)
    places = np.concatenate((at, pair, single))
    order = np.argsort(places, kind="stable")
    tokens = np.concatenate((words, code | np.uint64(1 << 33), codes[single].astype(np.uint64) | np.uint64(1 << 34)))
    alone = np.ones(len(places), bool)
    alone[len(at) + len(pair) :] = False
    return places[order], tokens[order], alone[order], order < len(at)


def word_hash(word: str) -> int:
    """Return the hash that `tokenised` gives a word or a pair of Chinese characters; 0 if it is no token."""
    if len(word) == 2 and all(_kinds()[min(ord(c), 0xFFFF)] in (_CHINESE, _STOP_CHARACTER) for c in word):
        if word in STOP_PAIRS or any(c in STOP_CHARACTERS for c in word):
            return 0
        token = ord(word[0]) << 16 | ord(word[1]) | 1 << 33
    else:
        token = _stems[word]
    return int(mixed(np.array([token], np.uint64))[0]) if token else 0


def mixed(values: Hashes) -> Hashes:
    """Spread 64-bit numbers evenly (the finalizer of splitmix64, less one round)."""
    x = values * _M1
    x = (x ^ (x >> _S)) * _M2
    return x ^ (x >> _S)


def _encoded(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def _decoded(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le")


@cache
def _folds() -> Codes:
    """For each character up to U+FFFF its compatible, simplified, lower-case form, if that is one character. Beyond there are
    emoji, which say what people feel, and characters too rare to matter: they become U+FFFF."""
    table = np.arange(0x10000, dtype=np.uint32)
    for code in range(0x80, 0x10000):
        if 0xAC00 <= code < 0xE000:  # Hangul stays, surrogates stand alone nowhere
            continue
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(folded) == 1:
            table[code] = ord(folded)
    table[:0x80] = [ord(chr(code).lower()) for code in range(0x80)]
    han = range(0x3400, 0xA000)
    for code, character in zip(han, simplified("\n".join(map(chr, han))).split("\n"), strict=True):
        table[code] = ord(character)
    table[0xD800:0xE000] = table[0x2028:0x202A] = table[0x85] = _SPACE
    return table


@cache
def _kinds() -> npt.NDArray[np.int8]:
    """What each character up to U+FFFF is: letter or digit, Chinese, Chinese without a subject, or nothing."""
    table = np.fromiter((chr(code).isalnum() for code in range(0x10000)), np.int8, 0x10000)
    table[0x2E80:0xA960] *= _CHINESE  # and kana; Hangul is written in words
    for character in STOP_CHARACTERS:
        table[ord(character)] = _STOP_CHARACTER
    return table


@cache
def _stop_pairs() -> Hashes:
    return np.array(sorted(ord(a) << 16 | ord(b) for a, b in map(tuple, STOP_PAIRS)), np.uint64)


_stems = _Stems()
