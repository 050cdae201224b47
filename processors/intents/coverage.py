"""What a taxonomy makes of texts: how many it knows, by rule or by model, and which intents they are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from processors.intents.tagger import Tagger
from processors.normalise import normalised
from processors.utterance import IntentMatch

BATCH = 1024


class IntentShare(msgspec.Struct, frozen=True):
    """One intent among the texts; a text may have several."""

    name: str
    texts: int
    share: float
    """Of all texts."""
    by_model: int
    """Of its texts, those that only the model gave it."""


class Coverage(msgspec.Struct, frozen=True):
    """Texts by who knew them: rule + model + other = texts."""

    texts: int
    rule: int
    model: int
    other: int
    intents: list[IntentShare]
    """Most frequent first; those without a text too."""

    @property
    def other_share(self) -> float:
        """Of all texts, those without an intent; 0 without texts."""
        return self.other / self.texts if self.texts else 0.0


def cover(tagger: Tagger, texts: Iterable[str]) -> Coverage:
    """Tag texts, as written, a batch at a time, and count; memory does not grow with their number."""
    total, by_source = 0, Counter[str]()
    having, by_model = Counter[str](), Counter[str]()
    source = iter(texts)
    while batch := list(islice(source, BATCH)):
        total += len(batch)
        for found in tagger.matches([normalised(text) for text in batch]):
            by_source[_who(found)] += 1
            for match in found:
                having[match.name] += 1
                by_model[match.name] += match.source == "model"
    ordered: Sequence[str] = sorted(tagger.names, key=lambda name: (-having[name], name))
    shares = [IntentShare(name, having[name], round(having[name] / max(1, total), 4), by_model[name]) for name in ordered]
    return Coverage(total, by_source["rule"], by_source["model"], by_source["other"], shares)


def _who(found: Sequence[IntentMatch]) -> str:
    if not found:
        return "other"
    return "model" if all(match.source == "model" for match in found) else "rule"
