"""Which language a turn is in, by counting its letters: as good as a model on turns of ten characters, and a hundred
times cheaper.
"""

import re
from collections.abc import Sequence

from processors.normalise import is_traditional
from processors.registry import processor
from processors.utterance import Utterance

_HAN_LETTERS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_LATIN_LETTERS = "a-zß-öø-ɏ"
_HAN = re.compile(f"[{_HAN_LETTERS}]+")
_LATIN = re.compile(f"[{_LATIN_LETTERS}]+")
# Any other letter: kana, hangul, Cyrillic, Arabic, Thai … (what is neither non-word nor a digit is a letter).
_OTHER = re.compile(rf"[^\W\d_{_LATIN_LETTERS}{_HAN_LETTERS}]+")
_LETTERS_PER_HAN = 4
"""An English word has about five letters, a Chinese one under two characters: so many letters weigh as much as one
character.
"""


def language_of(text: str, matching: str) -> str:
    """Return "zh-Hans", "zh-Hant", "en", "mixed" or "other".

    Letters are counted in the normalised form (no links, markup or placeholders). "mixed": Chinese and Latin letters
    both carry at least a quarter of the weight. "other": no letters at all, or at least a quarter of the weight in a
    third script (Japanese has kana). "zh-Hant": Chinese that OpenCC changes on its way to simplified. "en" stands for
    every language in Latin letters.
    """
    latin_letters = sum(map(len, _LATIN.findall(matching)))
    latin = latin_letters / _LETTERS_PER_HAN
    han = other = 0
    if not matching.isascii():
        han = sum(map(len, _HAN.findall(matching)))
        if han + latin_letters + matching.count(" ") + matching.count("0") < len(matching):  # most turns end here
            other = sum(map(len, _OTHER.findall(matching)))
    whole = han + latin + other
    if not whole or other >= whole / 4:
        return "other"
    if han >= whole / 4 and latin >= whole / 4:
        return "mixed"
    if latin > han:
        return "en"
    return "zh-Hant" if is_traditional(text) else "zh-Hans"


@processor("language", needs=("normalise",))
def language(batch: Sequence[Utterance]) -> None:
    """Fill `language`."""
    for utterance in batch:
        utterance.language = language_of(utterance.text, utterance.matching)
