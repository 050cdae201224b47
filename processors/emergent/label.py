"""What a topic is called: the words most telling of it, in the customers' own phrase."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from processors.emergent.stop_words import STOP_CHARACTERS
from processors.emergent.tokens import is_stop_word, stem

MAX_LABEL = 40
"""Characters."""
_WORD = re.compile(r"[^\W\d_]*[^\W_]+|\n")
_HAN = re.compile("[\u3400-\u9fff]+")
_RUN = re.compile(f"(?:(?![{STOP_CHARACTERS.replace('了', '')}])[\u3400-\u9fff])+")
"""Chinese between the characters that no phrase holds; 了 may end one: it is broken, it cannot be set."""
_LEADING = "不没未无别想要能会可怎太最第一"
"""What leads to the next word: a phrase that ends there is cut in two."""
_LONGEST_PIECE = 7
_ALWAYS = 0.75
_OFTEN = 0.4
"""Part of a phrase's mentions from which a longer one that holds it is told in its place."""
_TOO_COMMON = 0.01
"""Part of all messages: a word more usual than that names nothing."""

Share = Callable[[Sequence[str]], Sequence[float]]
"""Of words and pairs of Chinese characters: the part of earlier messages with each."""


def named(surfaces: Sequence[str], share: Share) -> tuple[str, list[str]]:
    """Return label and phrases of messages as `tokens.surface` gives them, one conversation each."""
    han = sum(bool(_HAN.search(surface)) for surface in surfaces)
    if 2 * han >= len(surfaces):
        found = _chinese(surfaces, share)
        if found:
            return _joined(found), found
    found = _spaced(surfaces, share)
    return _joined(found), found


def _joined(phrases: Sequence[str]) -> str:
    label = ""
    for phrase in phrases:
        longer = f"{label} · {phrase}" if label else phrase
        if len(longer) > MAX_LABEL:
            break
        label = longer
    return label or (phrases[0][:MAX_LABEL] if phrases else "")


def _telling(count: int, messages: int, share: float) -> float:
    """How much a phrase says of the topic: Kullback-Leibler part of it, less for what many say anyway."""
    here = count / (messages + 1)
    value = here * math.log(max(here / max(share, 1e-6), 1.0))
    return value * min(1.0, _TOO_COMMON / max(share, 1e-9))


def _spaced(surfaces: Sequence[str], share: Share) -> list[str]:
    said: Counter[str] = Counter()
    form: dict[str, Counter[str]] = {}
    sentences = []
    for surface in surfaces:
        words = _WORD.findall(surface)
        sentences.append(words)
        kept = {word for word in words if not is_stop_word(word)}
        said.update({stem(word) for word in kept})
        for word in kept:
            form.setdefault(stem(word), Counter())[word] += 1
    stems = sorted(said)
    shares = dict(zip(stems, share(stems), strict=True))
    telling = {s: _telling(said[s], len(surfaces), shares[s]) for s in stems if said[s] >= 2}
    best = sorted(telling, key=lambda s: (-telling[s], s))[:3]
    words = [max(sorted(form[s]), key=lambda word: form[s][word]) for s in best]
    phrase = _phrase(sentences, telling)
    return [phrase, *(word for word in words if word not in phrase.split())] if phrase else words


def _phrase(sentences: Sequence[list[str]], telling: dict[str, float]) -> str:
    """The run of two to five words, said in two messages at least, that has most of what is telling."""
    seen: Counter[tuple[str, ...]] = Counter()
    for words in sentences:
        runs = {tuple(words[i : i + n]) for n in range(2, 6) for i in range(len(words) - n + 1)}
        seen.update(run for run in runs if not is_stop_word(run[0]) and not is_stop_word(run[-1]))
    values: dict[tuple[str, ...], float] = {
        run: count**0.5 * sum({stem(word): telling.get(stem(word), 0.0) for word in run}.values())
        for run, count in seen.items()
        if count >= 2
    }
    best = max(sorted(values), key=values.__getitem__, default=())
    return " ".join(best)


def _chinese(surfaces: Sequence[str], share: Share) -> list[str]:
    """Up to three phrases of two to seven characters, each the longest that is often said for what tells."""
    said: Counter[str] = Counter()
    neighbours: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for surface in surfaces:
        pieces = [piece for run in _RUN.findall(surface) for piece in _pieces(run)]
        said.update({piece for piece, _, _ in pieces})
        for piece, before, after in pieces:
            left, right = neighbours.setdefault(piece, (Counter(), Counter()))
            left[before] += 1
            right[after] += 1
    frequent = sorted(piece for piece, count in said.items() if count >= max(2, 0.15 * len(surfaces)))
    pairs = sorted(set().union(*map(_pairs, frequent)))
    shares = dict(zip(pairs, share(pairs), strict=True))
    values = {}
    for piece in frequent:
        rarest = min(shares[pair] for pair in _pairs(piece))
        if shares[piece[:2]] < 1 and piece[-1] not in _LEADING and not any(map(_bound, neighbours[piece])):
            values[piece] = _telling(said[piece], len(surfaces), rarest) * (len(piece) - 1) ** 0.5
    chosen: list[str] = []
    for piece in sorted(values, key=lambda piece: (-values[piece], piece)):
        if all(_pairs(piece).isdisjoint(_pairs(other)) for other in chosen):
            wider = [other for other in values if piece in other and said[other] >= _OFTEN * said[piece]]
            chosen.append(max(wider, key=lambda other: (len(other), said[other], other)))
        if len(chosen) == 3:
            break
    return chosen


def _pairs(piece: str) -> set[str]:
    return {piece[i : i + 2] for i in range(len(piece) - 1)}


def _pieces(run: str) -> Iterator[tuple[str, str, str]]:
    """Every piece of a run of characters, with the characters before and after it ("" at the ends)."""
    for n in range(2, _LONGEST_PIECE + 1):
        for i in range(len(run) - n + 1):
            yield run[i : i + n], run[i - 1 : i], run[i + n : i + n + 1]


def _bound(neighbours: Counter[str]) -> bool:
    """Say whether a piece is part of a longer word on that side: nearly always beside the same character (the boundary variety
    by which new Chinese words are found, Harris 1955)."""
    character, count = neighbours.most_common(1)[0]
    return character != "" and count >= _ALWAYS * neighbours.total()
