"""What a topic is called: the words most telling of it, in the customers' own phrase."""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from processors.emergent.tokens import is_stop_word, stem

MAX_LABEL = 40
"""Characters."""
_WORD = re.compile(r"[^\W\d_]*[^\W_]+|\n")
_HAN = re.compile("[\u3400-\u9fff]+")
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
            return _joined(found, ""), found
    found = _spaced(surfaces, share)
    return _joined(found, " "), found


def _joined(phrases: Sequence[str], _gap: str) -> str:
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
    return [*words, phrase] if phrase else words


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
    said: Counter[str] = Counter()
    for surface in surfaces:
        said.update({run[i : i + n] for run in _HAN.findall(surface) for n in range(2, 7) for i in range(len(run) - n + 1)})
    frequent = sorted(piece for piece, count in said.items() if count >= max(2, 0.15 * len(surfaces)))
    pairs = sorted({piece[i : i + 2] for piece in frequent for i in range(len(piece) - 1)})
    shares = dict(zip(pairs, share(pairs), strict=True))
    values = {}
    for piece in frequent:
        rarest = min(shares[piece[i : i + 2]] for i in range(len(piece) - 1))
        whole = all(shares[piece[i : i + 2]] < 1 for i in (0, len(piece) - 2))
        if whole:
            values[piece] = _telling(said[piece], len(surfaces), rarest) * (len(piece) - 1) ** 0.5
    chosen: list[str] = []
    for piece in sorted(values, key=lambda piece: (-values[piece], piece)):
        pieces = {piece[i : i + 2] for i in range(len(piece) - 1)}
        if all(not pieces & {other[i : i + 2] for i in range(len(other) - 1)} for other in chosen):
            chosen.append(piece)
        if len(chosen) == 3:
            break
    return chosen
