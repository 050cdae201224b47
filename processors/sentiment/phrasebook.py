"""Finds which of many phrases stand in a turn, in one Aho-Corasick pass.

A phrase is written with alternatives in brackets, "(very |really |)happy", and a star for up to four words. One with few
readings becomes that many literals; of one with many, only its rarest piece is looked for, and a regular expression is
tried where that stands. Nothing repeats without a bound, so a text costs time linear in its length.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

_MOST_READINGS = 64
_MOST_TRIGGERS = 128
_COMMON = frozenset(
    [
        "a",
        "an",
        "the",
        "to",
        "of",
        "in",
        "on",
        "for",
        "with",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "this",
        "that",
        "i",
        "you",
        "we",
        "they",
        "me",
        "my",
        "your",
        "not",
        "no",
        "does",
        "do",
        "did",
        "have",
        "has",
        "had",
        "so",
        "very",
        "can",
        "could",
        "will",
        "would",
        "at",
        "by",
        "from",
        "as",
        "if",
        "but",
        "what",
        "how",
        "when",
        "why",
        "up",
    ]
)


class Found(NamedTuple):
    """One phrase in a text, at [start, end)."""

    subject: int
    """Which of the lists of phrases it belongs to."""
    phrase: str
    start: int
    end: int


class Phrasebook:
    """Lists of phrases, numbered as they come.

    Written in Latin letters they count as whole words only. A book that is `spaced` takes texts whose words are parted by
    one space, with one at either end, and needs not look around for that.
    """

    def __init__(self, lists: Sequence[str], *, spaced: bool) -> None:
        """Take lists of phrases parted by slashes; ValueError for one without a piece that every reading has."""
        means: dict[str, list[tuple[int, str]]] = {}
        edge = " " if spaced else ""
        for subject, lines in enumerate(lists):
            for template in templates(lines):
                readings = _readings(template, _MOST_READINGS)
                for reading in readings:
                    means.setdefault(f"{edge}{' '.join(reading.split())}{edge}", []).append((subject, ""))
                if not readings:
                    for trigger in _triggers(template):
                        means.setdefault(trigger, []).append((subject, _form(template, spaced=spaced)))
        self._spaced = spaced
        self._strings = tuple(means)
        self._means = tuple(tuple(dict.fromkeys(told)) for told in means.values())
        self._find = AhoCorasick(self._strings, matchkind=MatchKind.Standard).find_matches_as_indexes

    def __len__(self) -> int:
        """Return the number of strings that one pass looks for."""
        return len(self._strings)

    def found(self, text: str) -> Iterator[Found]:
        """Yield what stands in `text`, in no order; UnicodeEncodeError for a lone surrogate."""
        tried = set()
        for number, start, end in self._find(text, overlapping=True):
            for subject, form in self._means[number]:
                if not form:
                    if self._spaced:
                        yield Found(subject, self._strings[number].strip(), start, end)
                    elif _is_whole(text, start, end):
                        yield Found(subject, self._strings[number], start, end)
                elif (subject, form) not in tried:
                    tried.add((subject, form))
                    for one in _compiled(form).finditer(text):
                        yield Found(subject, one[0].strip(), one.start(), one.end())

    def first_of_each(self, text: str) -> dict[int, str]:
        """Return for every list that has a phrase in `text` the first one found; `text` as for `found`."""
        first: dict[int, str] = {}
        failed: set[str] = set()
        means = self._means
        for number, start, end in self._find(text, overlapping=True):
            for subject, form in means[number]:
                if subject in first:
                    continue
                if form:
                    if form in failed:
                        continue
                    if one := _compiled(form).search(text):
                        first[subject] = one[0].strip()
                    else:
                        failed.add(form)
                elif self._spaced or _is_whole(text, start, end):
                    first[subject] = self._strings[number].strip()
        return first


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (_is_latin(text[start]) and _is_latin(text[start - 1 : start])) and not (
        _is_latin(text[end - 1]) and _is_latin(text[end : end + 1])
    )


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def templates(lines: str) -> list[str]:
    """Return the phrases of `lines`, which a slash parts; a line may be broken at a space or after a bar."""
    folded = (_FOLD.sub("|", " ".join(line.split())) for line in lines.split("/"))
    return [template for template in folded if template]


@cache
def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(form)


_FOLD = re.compile(r"\| (?=\S)")
_OPTIONAL = re.compile(r" \(([^()]*[^() |])\|\)")


def _form(template: str, *, spaced: bool) -> str:
    form = _OPTIONAL.sub(r"( (\1)|)", template)  # a last word that may be missing takes its space along
    form = form.replace("* ", "~").replace("(", "(?:").replace("$", r"\$").replace("^", r"\^").replace(".", r"\.")
    form = form.replace("~", "(?:[^ ]{1,30} ){0,4}")
    if spaced:
        return f" {form} "
    return rf"(?<![a-z0-9]){form}(?![a-z0-9])" if re.search("[a-z]", template) else form


def _readings(template: str, most: int) -> list[str]:
    """Return every string that `template` stands for, or nothing if they are more than `most`."""
    done: list[str] = []
    todo = [template]
    if "*" in template:
        return []
    while todo:
        one = todo.pop()
        end = one.find(")")
        if end < 0:
            done.append(one)
            continue
        begin = one.rindex("(", 0, end)
        todo += [one[:begin] + part + one[end + 1 :] for part in one[begin + 1 : end].split("|")]
        if len(done) + len(todo) > most:
            return []
    return done


def _triggers(template: str) -> Iterable[str]:
    """Return strings of which every reading of `template` holds one: its piece of the rarest words."""
    pieces = list(_pieces(template))
    if not pieces:
        raise ValueError(f"a phrase needs a piece that every reading has: {template!r}")
    return max(pieces, key=_rarity)


def _rarity(piece: list[str]) -> float:
    return (
        min(max((len(word) if word not in _COMMON else 0 for word in one.split()), default=0) for one in piece) - len(piece) / 8
    )


def _pieces(template: str) -> Iterator[list[str]]:
    depth = begin = 0
    for place, sign in enumerate(f"{template}("):
        if sign == "(":
            if not depth and template[begin:place].strip():
                yield from ([piece.strip()] for piece in template[begin:place].split("*") if piece.strip())
            begin = begin if depth else place + 1
            depth += 1
        elif sign == ")":
            depth -= 1
            if not depth:
                group = template[begin:place]
                begin = place + 1
                parts = [
                    " ".join(part.split()) for one in _alternatives(group) for part in _readings(one, _MOST_TRIGGERS) or [""]
                ]
                if all(parts):
                    yield parts


def _alternatives(group: str) -> list[str]:
    """Return what the bars outside of inner brackets part."""
    parts = [""]
    depth = 0
    for sign in group:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
