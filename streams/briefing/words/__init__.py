"""What a briefing says around its facts, one module a language. Both have the same keys; a test holds it."""

from collections.abc import Mapping

from processors.wording import Language
from streams.briefing.words.en import ENGLISH
from streams.briefing.words.zh import CHINESE

WORDS: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
"""Sentences with {names} for values."""
