"""Bank card numbers: a length and beginning that cards have, a usual grouping, and Luhn's checksum."""

import re
from collections.abc import Iterator

from stdnum import luhn

from processors.expressions import lazy
from processors.personal_data.matching import digits_of, is_labelled_otherwise, judged
from processors.utterance import Span

_CARD = lazy(  # a group of four and more, then the rest; or every digit by itself
    r"(?<![0-9])(?<![0-9][.-])(?:[2-69][0-9]{3}(?:[ -]{0,2}[0-9]){9,15}(?![0-9]|[.-][0-9])"
    r"|(?<![0-9][ -])[2-69](?:[ -]{1,2}[0-9]){12,18}(?![ -]{0,2}[0-9]))"
)
_MORE_FOURS = lazy(r"[ -][0-9]{4}(?![0-9])")


def cards(text: str) -> Iterator[Span]:
    """Yield the numbers of a folded text that are cards; where the checksum fails, it is some other number."""
    return judged("card", _CARD, text, _is_a_card)


def is_card(digits: str) -> bool:
    """Say whether the digits are a card's: 13 only Visa, 14 Diners, 15 American Express (so a phone's IMEI is none), 16 to
    19 by Visa, Mastercard, JCB, UnionPay and the banks of China; 1, 7 and 8 begin none.
    """
    begins = {
        13: ("4",),
        14: ("30", "36", "38", "39"),
        15: ("34", "37"),
        16: ("22", "23", "24", "25", "26", "27", "3", "4", "5", "6", "9"),
    }.get(min(len(digits), 16), ())
    return digits.startswith(begins) and len(set(digits)) > 1 and luhn.is_valid(digits)


def _is_a_card(match: re.Match[str]) -> bool:
    written = match.group()
    if _MORE_FOURS.match(match.string, match.end()) or is_labelled_otherwise(match.string, match.start()):
        return False
    if not written.isdigit():
        groups = re.findall("[0-9]+", written)
        if len(set(re.findall("[ -]+", written))) > 1 or not _is_cut_like_a_card([len(group) for group in groups]):
            return False
    return is_card(digits_of(written))


def _is_cut_like_a_card(cut: list[int]) -> bool:
    """Fours with a rest, all ones, six and the rest, or as American Express prints them."""
    if all(length == 1 for length in cut):
        return True
    fours = all(length == 4 for length in cut[:-1]) and 1 <= cut[-1] <= 7
    return (
        fours
        or (len(cut) == 2 and cut[0] in (4, 6))
        or cut in ([4, 6, 5], [4, 6, 4], [6, 4, 4, 4], [6, 4, 4, 5], [4, 4, 4, 4, 3])
    )
