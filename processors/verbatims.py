"""Which of many customers' words are shown: a few that say it differently, and one that does not fit. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from processors.names import named
from processors.normalise import normalised

COMPARED = 300
"""Characters of a verbatim that are compared, and shown on a card."""
LOOKED_AT = 200
"""Texts that are compared with each other."""
FITTING = 0.75
"""The part of the texts, those most like the others, of which verbatims are chosen: what is farthest from all says least."""
ALIKE = 0.6
"""A fourth or fifth verbatim that is so like one already chosen says nothing new."""
ENOUGH = 12
"""Texts from which on it can be said of one that it does not fit."""
ODD = 0.5
"""What does not fit is like the others at most this part as much as the median is."""

Floats = NDArray[np.float32]


class Verbatim(Struct, frozen=True):
    """What a customer said, redacted, and where."""

    text: str
    channel: str = ""


class Chosen(NamedTuple):
    """What is shown."""

    texts: list[str]
    odd: str
    """One that does not fit; empty if all do, or too few are known."""


def different(texts: Iterable[str], wanted: int = 3) -> list[str]:
    """Up to `wanted` verbatims that say it differently: first the one most like all others, then always the one least like
    those chosen. Likeness is the Jaccard index of the pairs of characters of the normalised texts. Looks at 200 texts at most;
    the same texts give the same."""
    candidates = list(dict.fromkeys(text for text in (" ".join(text.split()) for text in texts) if text))[:LOOKED_AT]
    if not candidates or wanted < 1:
        return []
    likeness = _likeness(candidates)
    picked = [int(likeness.sum(axis=1).argmax())]
    while len(picked) < min(wanted, len(candidates)):
        nearest = likeness[:, picked].max(axis=1)
        nearest[picked] = np.inf
        picked.append(int(nearest.argmin()))
    return [candidates[number] for number in picked]


def chosen(said: Iterable[Verbatim], *, least: int = 3, most: int = 5) -> Chosen:
    """`least` to `most` verbatims that say it differently, and one that does not fit the others.

    First the one most like all others; then, among the three quarters that are most like the others, from channels that are not
    shown yet as long as there are any, the one least like those chosen. After `least`, only what is not much like a chosen one.
    What does not fit is the text least like all, if it is not half as much like the others as the median is.

    Texts in which a person is named (processors/names.py) are never shown. The same texts give the same.
    """
    by_text: dict[str, str] = {}
    for verbatim in said:
        text = " ".join(verbatim.text.split())
        if text and len(by_text) < LOOKED_AT and text not in by_text and not named(text):
            by_text[text] = verbatim.channel
    if not by_text:
        return Chosen([], "")
    texts, channels = list(by_text), list(by_text.values())
    likeness = _likeness(texts)
    np.fill_diagonal(likeness, 0)
    fit = likeness.sum(axis=1)
    fitting = np.argsort(-fit, kind="stable")[: max(int(FITTING * len(texts)), least)]
    picked = [int(fitting[0])]
    while len(picked) < most:
        nearest = likeness[:, picked].max(axis=1)
        left = [int(number) for number in fitting if number not in picked]
        shown = {channels[number] for number in picked}
        left = [number for number in left if channels[number] not in shown] or left
        if len(picked) >= least:
            left = [number for number in left if nearest[number] < ALIKE]
        if not left:
            break
        picked.append(min(left, key=lambda number: (nearest[number], number)))
    return Chosen([texts[number] for number in picked], _odd(texts, fit, picked))


def _odd(texts: Sequence[str], fit: Floats, picked: Sequence[int]) -> str:
    if len(texts) < ENOUGH:
        return ""
    last = int(fit.argmin())
    return texts[last] if last not in picked and fit[last] < ODD * float(np.median(fit)) else ""


def _likeness(texts: Sequence[str]) -> Floats:
    """The Jaccard index of the character pairs of every two texts."""
    codes: dict[str, int] = {}
    pairs = [sorted({codes.setdefault(pair, len(codes)) for pair in _pairs(text)}) for text in texts]
    has = np.zeros((len(texts), max(len(codes), 1)), dtype=np.float32)
    for row, mine in enumerate(pairs):
        has[row, mine] = 1
    shared = has @ has.T
    size = has.sum(axis=1)
    both: Floats = shared / np.maximum(size[:, None] + size[None, :] - shared, 1)
    return both


def _pairs(text: str) -> list[str]:
    folded = f" {normalised(text[:COMPARED])} "
    return [folded[n : n + 2] for n in range(len(folded) - 1)]
