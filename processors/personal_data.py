"""Where personal data stands in a text: phone numbers, resident ids, e-mail addresses.

Where a number may be a phone or not, it is taken for one: a price hidden by mistake costs a word, a phone number
stored by mistake is there for good. Digits, letters and separators are folded by a translation of the same length
(full-width, keycap … to ASCII; NFKC would move them), so every offset is one in the text as it came. All patterns are
bounded: time grows with the length of the text and not faster.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from stdnum.cn import ric

from processors.utterance import Span


def _same_length_fold() -> dict[int, str]:
    """Map what reads as a digit, an e-mail character or a separator inside a number to one ASCII character each."""
    fold = {full: chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)}
    # Decimal digits only: ① and ² are bullets and exponents, and would glue themselves to the number after them.
    fold |= {code: str(value) for code in range(128, 0x20000) if (value := unicodedata.decimal(chr(code), None)) is not None}
    fold |= {code: " " for code in range(128, 0x3001) if unicodedata.category(chr(code)) in ("Zs", "Cf")}
    fold |= dict.fromkeys((*range(10), 11, 12, *range(14, 32), 0x7F), " ")  # tab, NUL …; a line break does separate numbers
    fold |= dict.fromkeys((0xFE0F, 0xFEFF, 0x20E3), " ")  # keycap digits, zero-width space
    fold |= dict.fromkeys(map(ord, "‐‑‒–—―−－﹣﹘_＿"), "-")
    fold |= dict.fromkeys(map(ord, "。｡．·•・﹒"), ".")
    return fold | {ord("﹫"): "@"}


_FOLD = _same_length_fold()
_WORTH_A_LOOK = re.compile(r"[@＠﹫]|\d(?:\D{0,3}\d){9}")
"""Ten digits close together, or an "@": nothing below can match without, and few texts have them."""

_GAP = "[ .()-]{0,3}"
_START = r"(?<![0-9])(?<!(?<![0-9])0\.)"
"""Not inside a longer number, not the digits of a fraction."""
_MOBILE = re.compile(rf"{_START}(?:(?P<country>\+|00)?86{_GAP})?0?(?P<number>1{_GAP}[3-9](?:{_GAP}[0-9]){{9}})(?![0-9])")
_AREA = "(?:10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = re.compile(
    rf"{_START}\(?(?:(?:\+|00)86{_GAP}{_AREA}|(?:86{_GAP})?0{_AREA})"
    rf"(?P<gap>{_GAP})(?P<local>[1-9][0-9]{{2,3}}[ .-]?[0-9]{{4}})(?![0-9])"
)
_ABROAD = re.compile(r"(?<![0-9A-Za-z])\+[1-9][0-9]{0,2}[ .()-]{0,2}[0-9](?:[ .)-]{0,2}[0-9]){7,12}(?![0-9])")
_G = f"{_GAP}[0-9]"
_RESIDENT_ID = re.compile(  # six of the county, a year 18xx to 20xx, month, day, three in order, the checksum
    rf"(?<![0-9])[1-9](?:{_G}){{5}}{_GAP}(?:1{_GAP}[89]|2{_GAP}0)(?:{_G}){{2}}{_GAP}[01]{_G}{_GAP}[0-3](?:{_G}){{4}}{_GAP}[0-9Xx](?![0-9])"
)
_NUMERAL = "[零〇○一幺二两三四五六七八九]"
_SPOKEN = re.compile(f"[一幺](?<!{_NUMERAL}[一幺])[三四五六七八九]{_NUMERAL}{{9}}(?!{_NUMERAL})")
"""A mobile number as a call transcript may have it."""
_AT = re.compile(r"(?<=[\w.!#$%&'*+/=?^`{|}~-])@(?=[A-Za-z0-9])")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,24}")
_LOCAL_PART = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^`{|}~-"

# How people cut eleven digits of a mobile number; other cuts are dates, ranges and addresses of machines.
_USUAL = {(3, 4, 4), (3, 8), (1,) * 11}
_UNUSUAL = {(8, 3), (7, 4), (4, 7), (5, 6), (6, 5), (4, 4, 3), (4, 3, 4), (3, 3, 5), (3, 2, 2, 2, 2), (3, 4, 2, 2)}


def folded(text: str) -> str:
    """Return `text` in the same length with everything that reads as a digit, a letter, a separator or an "@" in its
    ASCII form.
    """
    return text.translate(_FOLD)


def find(text: str) -> list[Span]:
    """Return where personal data stands in `text`, ascending, never overlapping; kinds "phone", "id" and "email".

    Found: mobile numbers of China (usual groupings, +86/0086, spoken digits), landlines with area code, numbers
    abroad with "+", resident ids of 18 characters whose date and checksum hold, e-mail addresses. Not found: bank
    cards, postal addresses, names, 15-digit ids.
    """
    spans = [Span("phone", *match.span()) for match in _SPOKEN.finditer(text)]
    if _WORTH_A_LOOK.search(text):
        rest = folded(text)
        for search in (_emails, _resident_ids, _numbers_abroad, _mobiles, _landlines):
            found = list(search(rest))
            if found:
                spans += found
                rest = replaced(
                    rest, found, lambda span: "\n" * (span.end - span.start)
                )  # nothing is found in it or across it again
    return sorted(spans, key=lambda span: span.start)


def replaced(text: str, spans: Sequence[Span], placeholder: Callable[[Span], str]) -> str:
    """Return `text` with a placeholder in the place of each span (ascending)."""
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces += text[at : span.start], placeholder(span)
        at = span.end
    return "".join(pieces) + text[at:]


def _judged(kind: str, pattern: re.Pattern[str], text: str, judge: Callable[[re.Match[str]], bool]) -> Iterator[Span]:
    """Yield the matches that the judge accepts; after a refused one the search goes on at the next character, not
    behind it.
    """
    at = 0
    while match := pattern.search(text, at):
        accepted = judge(match)
        if accepted:
            yield Span(kind, *match.span())
        at = match.end() if accepted else match.start() + 1


def _emails(text: str) -> Iterator[Span]:
    """From each "@" outwards: its domain must be one, its local part is what stands before it (at most 254
    characters).
    """
    done = 0
    for sign in _AT.finditer(text):
        at = sign.start()
        before = text[max(done, at - 254) : max(done, at)]
        local = len(before) - len(before.rstrip(_LOCAL_PART))
        domain = _DOMAIN.match(text, at + 1)
        if local and domain:
            done = domain.end()
            yield Span("email", at - local, done)


def _resident_ids(text: str) -> Iterator[Span]:
    return _judged("id", _RESIDENT_ID, text, lambda match: _is_resident_id("".join(filter(str.isalnum, match.group())).upper()))


def _is_resident_id(number: str) -> bool:
    """Say whether checksum and date hold. The register of counties is not asked: it is incomplete, and a doubt hides
    the number.
    """
    if number[-1] != ric.calc_check_digit(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return True


def _numbers_abroad(text: str) -> Iterator[Span]:
    return _judged("phone", _ABROAD, text, lambda match: not match.group().startswith("+86"))


def _mobiles(text: str) -> Iterator[Span]:
    return _judged("phone", _MOBILE, text, lambda match: bool(match["country"]) or _is_cut_like_a_mobile(match["number"]))


def _is_cut_like_a_mobile(number: str) -> bool:
    """The unusual cuts must be made with one and the same sign, or "1500-2000 300" (a range and a price) would be a
    phone.
    """
    if number.isdigit():
        return True
    cut = tuple(map(len, re.findall("[0-9]+", number)))
    return cut in _USUAL or (cut in _UNUSUAL and len(set(re.findall("[^0-9]+", number))) == 1)


def _landlines(text: str) -> Iterator[Span]:
    """Glued to its area code, the number must at least begin as subscribers' numbers do."""
    return _judged("phone", _LANDLINE, text, lambda match: bool(match["gap"]) or match["local"][0] in "2345678")
