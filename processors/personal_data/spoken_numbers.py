"""Personal numbers that were said digit by digit, judged by the rules for written ones."""

import re
from collections.abc import Iterator

from processors.expressions import lazy
from processors.personal_data.cards import is_card
from processors.personal_data.identities import is_resident_id
from processors.personal_data.phones import CUE, is_hotline, is_phone
from processors.spoken import Run, spoken_runs
from processors.utterance import Span

_PHONE = lazy(r"(?:86)?1[3-9][0-9]{9}|0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}")
_PHONE_CUE = lazy(CUE + r"[^\n\[\]0-9]{0,10}$", re.IGNORECASE)
_ORDER_CUE = lazy(
    r"(?:订单|訂單|单号|單號|运单|快递|物流|\b(?:order|tracking|confirmation|reference|parcel|shipment))[^\n\[\]0-9]{0,12}$",
    re.IGNORECASE,
)
_SOCIAL_CUE = lazy(r"(?:微信|qq|扣扣|wechat)[^\n\[\]0-9]{0,6}$", re.IGNORECASE)
_COUNTED = "0123456789012345678901234567890"


def spoken_numbers(text: str) -> Iterator[Span]:
    """Yield phone numbers, ids, cards and announced order numbers that were spoken."""
    for run in spoken_runs(text):
        if not is_phone(run.digits) and (phone := _phone_between_pauses(run)):
            yield phone
            continue
        spoken = _spoken_part(text, run)
        for part in (run,) if spoken.start == run.start else (run, spoken):
            if kind := _kind(part, text[max(0, part.start - 24) : part.start]):
                yield Span(kind, part.start, part.end)
                break


def spoken_mobiles(text: str) -> Iterator[Span]:
    """Yield mobile numbers only."""
    return (span for span in spoken_numbers(text) if span.kind == "phone")


def _kind(run: Run, before: str) -> str:
    digits = run.digits
    if len(digits) == 18 and digits[:17].isdigit() and is_resident_id(digits):
        return "id"
    if not digits.isdigit():
        return ""
    if is_phone(digits):
        return "phone"
    if _ORDER_CUE.search(before):
        return "order"
    if _is_north_american(digits) or _is_british(digits):
        return "phone"
    if is_card(digits):
        return "card"
    if is_hotline(digits) or digits in _COUNTED:
        return ""
    if len(digits) <= 15 and len(digits) >= 7 and _PHONE_CUE.search(before):
        return "phone"
    return "social" if _SOCIAL_CUE.search(before) and len(digits) <= 11 else ""


def _spoken_part(text: str, run: Run) -> Run:
    """The run without the written digits that it begins with: a date may stand before a number that is spoken."""
    first = next(
        (index for index, (begin, _end) in enumerate(run.places) if not text[begin].isdigit() or not text[begin].isascii()), 0
    )
    return Run(run.places[first][0], run.end, run.digits[first:], run.places[first:])


def _is_north_american(digits: str) -> bool:
    number = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    if digits in _COUNTED or len(set(digits)) < 3 or is_hotline(digits):
        return False
    return bool(re.fullmatch("[2-9][0-9]{2}[2-9][0-9]{6}|[2-9][0-9]{6}", number)) and len(number) in (7, 10)


def _is_british(digits: str) -> bool:
    return bool(re.fullmatch("07[0-9]{9}|0[12][0-9]{9}|44[1-9][0-9]{9}", digits))


def _phone_between_pauses(run: Run) -> Span | None:
    """The first phone number of China in a longer run that pauses set off on both sides."""
    for match in _PHONE.finditer(run.digits):
        first, last = match.start(), match.end() - 1
        begins = first == 0 or run.places[first - 1][1] < run.places[first][0]
        ends = last + 1 == len(run.digits) or run.places[last][1] < run.places[last + 1][0]
        if begins and ends:
            return Span("phone", run.places[first][0], run.places[last][1])
    return None
