"""Phone numbers: mobile and landline of China in every usual spelling, of other countries with "+", and as English speakers
write theirs.

Where a number may be a phone or not, it is taken for one: a price hidden by mistake costs a word, a phone number stored by
mistake is there for good. Hotlines (400, 800, 95…, toll-free numbers) are nobody's own and stay.
"""

import re
from collections.abc import Iterator

from processors.expressions import lazy
from processors.personal_data.matching import FIRST, GAP, LINK, digits_of, is_labelled_otherwise, judged, of_group
from processors.utterance import Span

_EXTENSION = r"(?: ?(?:转|轉|分机|分機|ext\.?|x|-) ?[0-9]{1,5}(?![0-9A-Za-z-]))?"
_MOBILE = lazy(rf"{FIRST}(?:(?P<country>\+|00)?86{GAP})?0?(?P<number>1{GAP}[3-9](?:{GAP}[0-9]){{9}})(?![0-9])")
_AREA = "(?:10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = lazy(
    rf"{FIRST}\(?(?:(?:\+|00)86{GAP}(?!400|800){_AREA}|(?:86{GAP})?0{_AREA})"
    rf"(?P<gap>{GAP})(?P<local>[1-9](?:[ .-]?[0-9]){{6,7}})(?![0-9]){_EXTENSION}"
)
_ABROAD = lazy(  # a bracket opens only about an area code: what follows the number in brackets is not part of it
    r"(?<![0-9A-Za-z])\+[1-9][0-9]{0,2}(?:[ .-]{0,2}\([0-9]{1,4}\)|[ .-]{0,2}[0-9])(?:[ .-]{0,2}[0-9]){6,12}(?![0-9])"
)
_NOT_ABROAD = ("86", "1800", "1833", "1844", "1855", "1866", "1877", "1888")
_TOLL_FREE = "8(?:00|33|44|55|66|77|88)"
_NORTH_AMERICAN = lazy(
    rf"(?<![0-9A-Za-z.+/])(?<![0-9]-)(?:1[ .-]{{1,2}})?(?!\(?(?:400|{_TOLL_FREE}))"
    rf"(?:\([2-9][0-9]{{2}}\)[ .-]?|[2-9][0-9]{{2}}(?P<sign>[ .-]))[2-9][0-9]{{2}}(?(sign)(?P=sign)|[ .-]?)[0-9]{{4}}"
    rf"(?![0-9A-Za-z]|[.-][0-9]){_EXTENSION}"
)
_BRITISH = lazy(
    r"(?<![0-9A-Za-z.+-])(?:0[17][0-9]{3}[ -][0-9]{3}[ -]?[0-9]{3}|01[0-9]{2}[ -][0-9]{3}[ -][0-9]{4})(?![0-9]|[.-][0-9])"
)
_TAIWANESE = lazy(r"(?<![0-9A-Za-z.+-])09[0-9]{2}(?P<gap>[ -]?)[0-9]{3}(?P=gap)[0-9]{3}(?![0-9]|[.-][0-9])")
CUE = (
    r"(?:电话|電話|手机|手機|座机|座機|固话|固話|联系方式|聯繫方式|号码|號碼|(?:打|拨|撥)(?:给我)?|"
    r"(?<![a-z])(?:tel|phone|cell|mobile|whatsapp|dial|number|call(?:ing)?(?: (?:me|us|him|her|back))?"
    r"|(?:reach|contact|text|ring)(?: (?:me|us))?))"
)
"""Announces a phone number."""
_ANNOUNCED = lazy(
    rf"{CUE}(?:号码?|號碼?| ?(?:number|no\.?|num|#))?{LINK}"
    rf"(?P<it>\(?[0-9](?:[ ).-]{{0,2}}[0-9]){{6,13}}){_EXTENSION}(?![0-9A-Za-z]|[.-][0-9])",
    re.IGNORECASE,
)
_NOT_ANNOUNCED = lazy(
    r"(?:订单|訂單|单|單|order|tracking|serial|model|part|card|case|ticket|卡|序列|型)(?: ?(?:号|的|no\.?|#))? ?$", re.IGNORECASE
)
_LABELLED_NUMBER = lazy(
    r"(?:发票|發票|专利|專利|证书|证件|設備|设备|房间|座位|批准|许可|车架|机身|中奖|彩票|排队|取餐|快照|商品|产品"
    r"|版本|流水|航班|车次|账单|文件|合同"
    r"|invoice|patent|certificate|version|batch|flight|contract|lot|item|product|sku|reference|queue|error)(?: "
    r"|的)?(?:号码|號碼|(?:phone )?number)[ :：=是为為#]{0,4}(?:is )?$",
    re.IGNORECASE,
)
_HOTLINE = lazy(
    rf"[48]00[0-9]{{7}}|95[0-9]{{3,7}}|1?{_TOLL_FREE}[0-9]{{7}}|1010[0-9]{{4}}|10[0-9]{{3,4}}|12[0-9]{{3,4}}|96[0-9]{{3,6}}"
)
_A_TIME = lazy(
    r"(?:19|20)[0-9]{2}[ .-]?(?:0?[1-9]|1[0-2])[ .-]?(?:0?[1-9]|[12][0-9]|3[01])(?:[ .-][0-9 .-]*)?|[0-9]{3,4}-[0-9]{3,4}"
)

# How people cut eleven digits of a mobile number; other cuts are dates, ranges and addresses of machines.
_USUAL = {(3, 4, 4), (3, 8), (1,) * 11}
_UNUSUAL = {(8, 3), (7, 4), (4, 7), (5, 6), (6, 5), (4, 4, 3), (4, 3, 4), (3, 3, 5), (3, 2, 2, 2, 2), (3, 4, 2, 2)}
_UNUSUAL |= {(3, 2, 3, 3), (3, 3, 3, 2)}


def numbers_abroad(text: str) -> Iterator[Span]:
    """Yield international numbers with "+", except China's and toll-free ones."""
    return judged("phone", _ABROAD, text, lambda match: not digits_of(match.group()).startswith(_NOT_ABROAD))


def mobiles(text: str) -> Iterator[Span]:
    """Yield mobile numbers of China."""
    return judged("phone", _MOBILE, text, lambda match: bool(match["country"]) or _is_cut_like_a_mobile(match["number"]))


def landlines(text: str) -> Iterator[Span]:
    """Yield landlines of China with their area code. Glued to it, the number must at least begin as subscribers' do."""
    return judged("phone", _LANDLINE, text, _is_a_landline)


def north_american_phones(text: str) -> Iterator[Span]:
    """Yield numbers of ten digits with the separators that North America uses, except toll-free ones."""
    return judged("phone", _NORTH_AMERICAN, text, _is_not_labelled)


def british_phones(text: str) -> Iterator[Span]:
    """Yield British numbers as they are written at home, grouped."""
    return judged("phone", _BRITISH, text, _is_not_labelled)


def taiwanese_phones(text: str) -> Iterator[Span]:
    """Yield mobile numbers of Taiwan."""
    return judged("phone", _TAIWANESE, text, _is_not_labelled)


def announced_phones(text: str) -> Iterator[Span]:
    """Yield the seven to fourteen digits after 电话, "call me at" and the like, unless they are a hotline or a date."""
    return of_group("phone", _ANNOUNCED, text, lambda match: _may_be_a_phone(text, match))


def is_phone(digits: str) -> bool:
    """Say whether digits alone are a mobile number or a landline with area code of China."""
    return bool(re.fullmatch(r"(?:(?:00)?86)?(?:1[3-9][0-9]{9}|0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7})", digits))


def is_hotline(digits: str) -> bool:
    """Say whether a number is a service line that everybody may know."""
    return bool(_HOTLINE.fullmatch(digits))


def _is_not_labelled(match: re.Match[str]) -> bool:
    return not is_labelled_otherwise(match.string, match.start())


def _is_a_landline(match: re.Match[str]) -> bool:
    """Say whether the local part is cut as people cut seven or eight digits, or is whole."""
    local = match["local"]
    if not match["gap"] and local[0] not in "2345678":
        return False
    if local.isdigit():
        return bool(match["gap"]) or _is_not_labelled(match)
    cut = [len(group) for group in re.findall("[0-9]+", local)]
    return min(cut) >= 2 and len(cut) <= 4 and not is_labelled_otherwise(match.string, match.start())


def _may_be_a_phone(text: str, match: re.Match[str]) -> bool:
    digits = digits_of(match["it"])
    if is_hotline(digits) or _A_TIME.fullmatch(match["it"]):
        return False
    start = match.start("it")
    if is_labelled_otherwise(text, start) or _LABELLED_NUMBER.search(text, max(0, start - 16), start):
        return False
    return not _NOT_ANNOUNCED.search(text[max(0, match.start() - 12) : match.start()])


def _is_cut_like_a_mobile(number: str) -> bool:
    """The unusual cuts must be made with one and the same sign, or "1500-2000 300" (a range and a price) would be a
    phone.
    """
    if number.isdigit():
        return True
    cut = tuple(map(len, re.findall("[0-9]+", number)))
    return cut in _USUAL or (cut in _UNUSUAL and len(set(re.findall("[^0-9]+", number))) == 1)
