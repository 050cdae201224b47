"""Number plates."""

import re
from collections.abc import Iterator

from processors.expressions import lazy
from processors.personal_data.matching import of_group
from processors.utterance import Span

_PROVINCE = "京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊使"
_L = "A-HJ-NP-Za-hj-np-z"
_PLATE = lazy(
    rf"(?P<it>[{_PROVINCE}] ?[{_L}][ .:-]{{0,2}}"
    rf"(?:[{_L}][{_L}0-9][0-9]{{4}}|[0-9]{{5}}[{_L}]|[0-9](?:[ ]?[{_L}0-9]){{3}}[挂学學警港澳]|(?:[{_L}0-9] ?){{4}}[{_L}0-9])"
    r")(?![A-Za-z0-9])"
)
_DIGIT_AND_LETTER = lazy("(?=.{0,9}[0-9])(?=.{0,9}[A-Za-z])")
_ANNOUNCED = lazy(
    r"(?:licen[cs]e plate|number plate|plate|licen[cs]e|registration|(?<![a-z])reg)(?: ?(?:number|no\.?|#))?[ :=#]{0,3}(?:is )?"
    r"(?P<it>[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def plates(text: str) -> Iterator[Span]:
    """Yield Chinese plates, those of electric cars too, and what English announces as one."""
    yield from of_group("plate", _PLATE, text, _has_digits)


def announced_plates(text: str) -> Iterator[Span]:
    """Yield what stands after "license plate" and the like and has a digit and a letter."""
    return of_group("plate", _ANNOUNCED, text, lambda match: bool(_DIGIT_AND_LETTER.match(match["it"])))


def _has_digits(match: re.Match[str]) -> bool:
    """A plate has three digits or more; "新" and "青" also begin words that are followed by a model number."""
    return sum(map(str.isdigit, match.group())) >= 3
