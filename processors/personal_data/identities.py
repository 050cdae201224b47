"""Numbers that a state gave to a person: resident ids, passports."""

import re
from collections.abc import Iterator
from datetime import date

from stdnum.cn import ric

from processors.expressions import lazy
from processors.personal_data.matching import GAP, is_labelled_otherwise, judged, of_group
from processors.utterance import Span

_G = f"{GAP}[0-9]"
_RESIDENT_ID = lazy(  # six of the county, a year 18xx to 20xx, month, day, three in order, the checksum
    rf"(?<![0-9])[1-9](?:{_G}){{5}}{GAP}(?:1{GAP}[89]|2{GAP}0)(?:{_G}){{2}}{GAP}[01]{_G}{GAP}[0-3]"
    rf"(?:{_G}){{4}}{GAP}(?:[Xx]|[0-9](?![0-9]))"
)
_OLD_ID = lazy(  # 15 digits, given until 1999: county, yymmdd, three in order; no checksum, so the provinces must do
    r"(?<![0-9A-Za-z.-])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])[0-9]{4} ?"
    r"(?P<born>[0-9]{6}) ?[0-9]{3}(?![0-9A-Za-z]|[.-][0-9])"
)
_PASSPORT = lazy(r"(?<![A-Za-z0-9.-])(?:[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7})(?![A-Za-z0-9]|[.-][0-9])")
_ANNOUNCED_PASSPORT = lazy(
    r"(?:passport|护照|護照|通行证|通行證)(?:号码?|號碼?|编号| ?(?:number|no\.?|num|id|#))?[ :：是为為=#]{0,4}(?:is |的)?"
    r"(?P<it>[A-Za-z]{0,2} ?[0-9]{6,9}(?:[ -]?[0-9]{1,3})?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_NEAR_PASSPORT = lazy(
    r"(?<![A-Za-z0-9.-])(?:[A-Z]{1,2} ?[0-9]{6,9}|(?=[A-Z0-9]{0,8}[0-9][A-Z0-9]{0,8}[0-9])"
    r"(?=[0-9]{0,8}[A-Z])[A-Z0-9]{8,9}|[a-z]{1,2}[0-9]{7,8}|[0-9]{8,9})"
    r"(?![A-Za-z0-9]|[.-][0-9])"
)
_PASSPORT_WORD = lazy(r"passport|护照|護照|通行证|通行證|回乡证|台胞证|パスポート|reisepass", re.IGNORECASE)
_CARD_OF_HONG_KONG = lazy(
    r"(?:身份[证證]|身分[证證]|hk ?id|id card|居留[证證]|national id|identity card)[^\n0-9A-Za-z]{0,8}(?:is |no\.? ?)?"
    r"(?P<it>[A-Z]{1,2}[0-9]{6} ?(?:\([0-9A]\)|[0-9A])|[A-Z][1289A-D][0-9]{8})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SSN = lazy(
    r"(?:\bssn\b|social security)(?: ?(?:number|no\.?|#))?[ :=#]{0,3}(?:is )?(?P<it>[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4})(?![0-9])",
    re.I,
)


def resident_ids(text: str) -> Iterator[Span]:
    """Yield ids of 18 characters whose date and checksum hold."""
    return judged("id", _RESIDENT_ID, text, lambda match: is_resident_id("".join(filter(str.isalnum, match.group())).upper()))


def is_resident_id(number: str) -> bool:
    """Say whether checksum and date hold. The register of counties is not asked: it is incomplete, and a doubt hides
    the number.
    """
    return number[-1] == ric.calc_check_digit(number) and _is_a_day(int(number[6:10]), number[10:14])


def old_resident_ids(text: str) -> Iterator[Span]:
    """Yield ids of 15 digits of a province that there is and a day that there was; one number in eighty looks so by
    chance.
    """
    return judged(
        "id",
        _OLD_ID,
        text,
        lambda match: (
            _is_a_day(1900 + int(match["born"][:2]), match["born"][2:]) and not is_labelled_otherwise(text, match.start())
        ),
    )


def social_security_numbers(text: str) -> Iterator[Span]:
    """Yield the numbers that are announced as the American ones."""
    return of_group("id", _SSN, text, lambda _match: True)


def passports(text: str) -> Iterator[Span]:
    """Yield Chinese passport numbers, whose form says it, and what is announced as a passport or a travel permit."""
    yield from judged("passport", _PASSPORT, text, lambda _match: True)


def announced_passports(text: str) -> Iterator[Span]:
    """Yield the numbers after "passport", 护照 and 通行证, and what has the form of one with such a word on either side."""
    at = 0
    announced = [match.span("it") for match in _ANNOUNCED_PASSPORT.finditer(text)]
    for match in _NEAR_PASSPORT.finditer(text):
        while at < len(announced) and announced[at][1] <= match.start():
            yield Span("passport", *announced[at])
            at += 1
        if at < len(announced) and announced[at][0] < match.end():
            continue
        if _is_beside_passport(match):
            yield Span("passport", *match.span())
    yield from (Span("passport", *span) for span in announced[at:])


def foreign_cards(text: str) -> Iterator[Span]:
    """Yield what 身份证 announces in the forms of Hong Kong and Taiwan."""
    return of_group("id", _CARD_OF_HONG_KONG, text, lambda _match: True)


def _is_beside_passport(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - 28) : start].rpartition("\n")[2]
    after = text[end : end + 16].partition("\n")[0]
    reach = before[-14:] if match.group().isdigit() else before
    found = _PASSPORT_WORD.search(reach) or _PASSPORT_WORD.search(after)
    return found is not None and not is_labelled_otherwise(text, start)


def _is_a_day(year: int, month_and_day: str) -> bool:
    try:
        date(year, int(month_and_day[:2]), int(month_and_day[2:]))
    except ValueError:
        return False
    return True
