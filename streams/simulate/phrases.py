"""The words of the watch story: reads the tables in watch_*.yaml and puts a turn together from them.

A table that does not fit (unknown key, unknown slot) fails when it is loaded, not in the middle of a story.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from random import Random
from string import Formatter
from typing import Literal, TypeAlias, TypeVar

import msgspec
import opencc

from streams.simulate.personal import Personal

T = TypeVar("T")
Language: TypeAlias = Literal["zh", "hant", "en"]

_ENDED = tuple("啊呢呀吗?？。！!～~…")
_ASIDE, _EMOJI, _TYPO, _MISHEARD, _LOWER_CASE = 0.16, 0.06, 0.05, 0.05, 0.3
_OPENER, _CLOSER = 0.4, 0.5
"""Shares of the turns that have each of these."""
_BRIEFLY = 0.3
"""Thanks and the like are mostly said bare: openers and closers so much less often."""


class Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases in a block, one a line."""

    zh: str
    en: str


class Subject(Lines, frozen=True, forbid_unknown_fields=True):
    """A subject: its phrases and its share of the conversations."""

    weight: float


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pieces of a turn in both languages."""

    zh: list[str]
    en: list[str]

    def of(self, language: Language) -> list[str]:
        """Those of one language."""
        return self.en if language == "en" else self.zh


class Swaps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is written for what by mistake."""

    zh: dict[str, str]
    en: dict[str, str]


class Surge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of the surge."""

    opening: Lines
    detail: Lines


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of the desk, of surveys and of return forms."""

    bot: Lines
    agent: Lines
    how_to: Lines
    praise: Lines
    blame: Lines
    return_reason: dict[str, str]
    surge_return_reason: dict[str, str]


class Manner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How customers talk."""

    opener: Pair
    spoken_opener: Pair
    closer: Pair
    emoji: list[str]
    aside: Pair
    typo: Swaps
    misheard: Swaps
    slots: dict[str, Pair]
    personal: dict[str, Pair]


@cache
def _lines(block: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in block.splitlines() if line.strip())


def lines_of(lines: Lines, language: Language) -> tuple[str, ...]:
    """The phrases in one language; Traditional Chinese is written from the Simplified ones."""
    return _lines(lines.en if language == "en" else lines.zh)


class PhraseBook:
    """Every word of the story, checked."""

    def __init__(self) -> None:
        product = _read("watch_subjects_product", dict[str, Subject])
        order = _read("watch_subjects_order", dict[str, Subject])
        self.subjects: Mapping[str, Subject] = {**product, **order}
        self.surge = _read("watch_surge", Surge)
        self.answers = _read("watch_answers", Answers)
        self.manner = _read("watch_manner", Manner)
        self._to_hant = opencc.OpenCC("s2t")
        self._check_slots()

    def turn(
        self,
        rng: Random,
        lines: Lines,
        language: Language,
        model: str,
        *,
        spoken: bool = False,
        brief: bool = False,
    ) -> str:
        """A customer's turn: one of the phrases, filled, in the manner of a chat or of a transcribed call."""
        text = self._filled(rng, rng.choice(lines_of(lines, language)), language, model)
        text = self._spoken(rng, text, language) if spoken else self._typed(rng, text, language, brief)
        return self._to_hant.convert(text) if language == "hant" else text

    def answer(self, rng: Random, lines: Lines, language: Language) -> str:
        """What the desk says, or a customer's survey comment: as it stands in the table."""
        text = rng.choice(lines_of(lines, language))
        return self._to_hant.convert(text) if language == "hant" else text

    def with_personal(self, rng: Random, text: str, personal: Personal, language: Language) -> str:
        """The turn with personal data brought in at its end, the value untouched."""
        clause = rng.choice(self.manner.personal[personal.kind].of(language))
        if language == "hant":
            clause = self._to_hant.convert(clause)
        return text + clause.format(value=personal.written)

    def edited(self, rng: Random, text: str, language: Language) -> str:
        """The text of an edit: the same with something added."""
        aside = rng.choice(self.manner.aside.of(language))
        return text + (self._to_hant.convert(aside) if language == "hant" else aside)

    def _filled(self, rng: Random, phrase: str, language: Language, model: str) -> str:
        if "{" not in phrase:
            return phrase
        thing = rng.choice(self.manner.slots["thing"].of(language))
        bare = model.replace("-", "")
        values = {name: rng.choice(pair.of(language)) for name, pair in self.manner.slots.items()}
        values |= {
            "thing": thing,
            "model": rng.choice((model, model, bare, bare.lower())) if model else thing,
            "n": str(rng.randrange(2, 9)),
            "pct": str(rng.randrange(8, 96)),
            "amount": str(rng.randrange(1, 40) * 10),
            "clock": f"{rng.randrange(1, 24)}:{rng.randrange(60):02d}",
        }
        return phrase.format_map(values)

    def _typed(self, rng: Random, text: str, language: Language, brief: bool) -> str:
        manner, calm = self.manner, _BRIEFLY if brief else 1.0
        if rng.random() < _TYPO:
            text = _swapped(rng, text, manner.typo, language)
        if language == "en" and rng.random() < _LOWER_CASE:
            text = text.lower()
        if rng.random() < _OPENER * calm:
            text = rng.choice(manner.opener.of(language)) + text
        if not brief and rng.random() < _ASIDE:
            text += rng.choice(manner.aside.of(language))
        elif rng.random() < _CLOSER * calm:
            text += self._closer(rng, text, language)
        if rng.random() < _EMOJI:
            text += rng.choice(manner.emoji)
        return text

    def _closer(self, rng: Random, text: str, language: Language) -> str:
        """An ending; no second particle behind a first."""
        closer = rng.choice(self.manner.closer.of(language))
        return "" if text.endswith(_ENDED) and closer.startswith(_ENDED) else closer

    def _spoken(self, rng: Random, text: str, language: Language) -> str:
        """As speech recognition writes it: fillers, words misheard, hardly any punctuation."""
        if rng.random() < _MISHEARD:
            text = _swapped(rng, text, self.manner.misheard, language)
        if rng.random() < _OPENER:
            text = rng.choice(self.manner.spoken_opener.of(language)) + text
        return text.lower() if language == "en" else text.replace("，", "")

    def _check_slots(self) -> None:
        known = {*self.manner.slots, "thing", "model", "n", "pct", "amount", "clock"}
        for lines in (*self.subjects.values(), self.surge.opening, self.surge.detail):
            for phrase in (*lines_of(lines, "zh"), *lines_of(lines, "en")):
                unknown = {name for _, name, _, _ in Formatter().parse(phrase) if name is not None} - known
                if unknown:
                    raise ValueError(f"phrase {phrase!r} has unknown slots {sorted(unknown)}; known: {sorted(known)}")


def _swapped(rng: Random, text: str, swaps: Swaps, language: Language) -> str:
    """The text with one of the mistakes that it allows, if any."""
    table = swaps.en if language == "en" else swaps.zh
    pattern = r"\b%s\b" if language == "en" else "%s"
    found = [word for word in table if re.search(pattern % word, text)]
    if not found:
        return text
    word = rng.choice(found)
    return re.sub(pattern % word, table[word], text, count=1)


def _read(name: str, kind: type[T]) -> T:
    return msgspec.yaml.decode((files("streams.simulate") / f"{name}.yaml").read_bytes(), type=kind)
