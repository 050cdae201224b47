"""Numbers of orders and parcels: after a word that announces one, in the form of a marketplace or a courier, or a long number
beside a word about orders.
"""

import re
from collections.abc import Iterator

from processors.expressions import lazy
from processors.personal_data.matching import digits_of, is_labelled_otherwise, judged, of_group
from processors.personal_data.phones import is_hotline
from processors.utterance import Span

_ZH_CUE = (
    r"(?:(?:订单|訂單|定单|运单|運單|快递|快遞|物流|发货|退货|退款|售后|交易|流水|包裹|支付|工单|取件|购物|单|單|货运|面单|商户)"
    r"(?:号码?|號碼?|编号|編號|单号|單號|单|單|id|no\.?)|(?:订单|訂單|定单|运单|運單)(?=[ :：是#为]{0,3}"
    r"(?:[0-9a-z-]{0,4}[0-9]{8}|#[0-9]{4}|[a-z]{1,4}-?[0-9]{3,8}-[0-9]{2}|[0-9]{3,8}-[0-9]{3})))"
)
_EN_CUE = (
    r"(?<![a-z0-9])(?:(?:order|tracking|waybill|parcel|shipment|shipping|delivery|package|purchase|transaction"
    r"|confirmation|reference|return|rma|ref)"
    r"(?: (?:number|num|no\.?|id|code|ref(?:erence)?|confirmation)(?: ?#)?"
    r"| ?#|#|[ :]{1,2}(?=[a-z]{0,4}-?[0-9]{3}[0-9-]{4}|[a-z]{1,4}-?[0-9]{5})))"
)
_NUMBER = (
    r"(?P<it>[a-z]{0,6}[0-9]?[a-z]{0,3}-?[0-9][a-z0-9]{2,29}(?:-[a-z0-9]{2,20}){0,4}(?: [0-9]{4,8}){0,4})"
    r"(?![a-z0-9]|[.:/年月][0-9])"
)
_ANNOUNCED = lazy(rf"(?:{_ZH_CUE}|{_EN_CUE})(?:[ :：=#,，是為为]|is(?= )|was(?= )|号|的){{0,5}}{_NUMBER}", re.IGNORECASE)
_A_TIME = lazy(
    r"20[0-4][0-9](?:-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
    r"(?:[ -]?(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?)?"
    r"|[0-9]{1,2}-[0-9]{1,2}(?:-[0-9]{2,4})?"
)

_BARE = lazy(
    r"(?<![A-Za-z0-9.-])(?:"
    r"2[0-9]{5}-[0-9]{15}"  # Pinduoduo: date and number
    r"|[0-9]{3}-[0-9]{7}-[0-9]{7}"  # Amazon
    # couriers
    r"|(?i:SF ?[0-9]{12,15}|(?:YT|JT|ZTO?|STO?|YD|DB|DPK|JD[A-Z]{0,2}|JYM|KY|UC|HT|TT|BEST|YZPY|LP|CAINIAO)[0-9]{10,18})"
    r"|[A-Z]{2}[0-9]{9}(?:CN|US|GB|HK|TW|JP|SG|DE)"  # post (UPU S10)
    r"|1Z[0-9A-Z]{16}"  # UPS
    r")(?![A-Za-z0-9]|-[0-9])"
)
_LONG = lazy(r"(?<![A-Za-z0-9.-])[0-9]{18,19}(?![A-Za-z0-9]|[.-][0-9])")
_NEAR = lazy(r"(?<![A-Za-z0-9.-])[A-Za-z]{0,4}[0-9]{10,24}(?![A-Za-z0-9]|[.-][0-9])")
_ABOUT = lazy(
    r"订单|訂單|定单|单号|单子|[这那]单|一单|这个单|快递|快遞|物流|包裹|运单|運單|发货|到哪(?!里输)"
    r"|(?i:(?<![a-z])(?:order|parcel|package|tracking|shipment))"
)
_LOOK_UP = lazy(r"查(?:一下|下|询|個|个|查)?[^0-9A-Za-z]{0,4}$")
_ABOUT_ELSE = lazy(
    r"卡|身份|证件|證件|序列|条码|條碼|型号|型號|编码|imei|(?<![a-z])s/?n(?![a-z])|card|serial|model|barcode|firmware",
    re.IGNORECASE,
)
_HASHED = lazy(r"(?<![A-Za-z0-9#&])# ?(?P<it>[A-Za-z]{0,4}-?[0-9]{4,20}(?:-[0-9A-Za-z]{2,12}){0,3})(?![A-Za-z0-9]|[.-][0-9])")
_DASHED = lazy(
    r"(?<![A-Za-z0-9.-])(?:[A-Za-z]{1,5}-?[0-9]{2,12}(?:-[0-9A-Za-z]{2,12}){1,3}|[A-Za-z]{1,5}-[0-9]{5,14}"
    r"|[0-9]{4,14}(?:-[0-9]{2,12}){1,3})"
    r"(?![A-Za-z0-9]|[.-][0-9])"
)
_ABOUT_HERE = lazy(
    r"订单|訂單|定单|单号|單號|单子|[这那]单|一单|[这那]个单|运单|運單|快递单|(?i:(?<![a-z])(?:order|parcel"
    r"|package|tracking|shipment))"
)
_HASH_ELSE = lazy(
    r"(?i:issue|ticket|bug|pr|case|line|room|apt|unit|suite|error|page|model|color|size|top|level|rule|question|工单|楼|话题) ?$"
)
_REACH = 14
"""Characters on either side in which a word about orders makes a long number one; a line break ends it."""


def announced_orders(text: str) -> Iterator[Span]:
    """Yield what follows 订单号, "order #" and the like: four digits at least, and no date."""
    return of_group("order", _ANNOUNCED, text, lambda match: _has_four_digits(match["it"]) and not _A_TIME.fullmatch(match["it"]))


def _has_four_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= 4


def marketplace_orders(text: str) -> Iterator[Span]:
    """Yield numbers in a form that only marketplaces and couriers use."""
    yield from judged("order", _BARE, text, lambda _match: True)


def taobao_orders(text: str) -> Iterator[Span]:
    """Yield numbers of 18 or 19 digits as Taobao gives them. What begins as a card or a resident id does and fails their
    checksum is left, and so is a time stamp.
    """
    return judged(
        "order", _LONG, text, lambda match: _is_like_taobao(match.group()) and not is_labelled_otherwise(text, match.start())
    )


def orders_near_their_word(text: str) -> Iterator[Span]:
    """Yield numbers of 10 to 24 digits with a word about orders or parcels on either side."""
    return judged("order", _NEAR, text, lambda match: _is_about_an_order(text, match))


def _is_about_an_order(text: str, match: re.Match[str]) -> bool:
    if _A_TIME.fullmatch(match.group()):
        return False
    before = text[max(0, match.start() - _REACH) : match.start()].rpartition("\n")[2]
    after = text[match.end() : match.end() + _REACH].partition("\n")[0]
    if _ABOUT_ELSE.search(before) or is_labelled_otherwise(text, match.start()):
        return False
    return bool(_ABOUT.search(before) or _LOOK_UP.search(before) or _ABOUT.search(after))


def orders_with_a_sign(text: str) -> Iterator[Span]:
    """Yield what "#" begins, or what dashes hold together, with 订单 or "order" on either side."""
    if "#" in text:
        yield from of_group("order", _HASHED, text, _is_beside_order)
    elif "-" in text:
        yield from (Span("order", *match.span()) for match in _DASHED.finditer(text) if _is_beside_order(match))


def _is_beside_order(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    number = match.group().lstrip("# ")
    if sum(map(str.isdigit, number)) < (4 if match.group()[0] == "#" else 6) or _A_TIME.fullmatch(match.group()):
        return False
    before = text[max(0, start - 24) : start].rpartition("\n")[2]
    after = text[end : end + 24].partition("\n")[0]
    if _HASH_ELSE.search(before) or _ABOUT_ELSE.search(before) or is_labelled_otherwise(text, start):
        return False
    if match.group()[0] != "#" and is_hotline(digits_of(number)):
        return False
    return bool(_ABOUT_HERE.search(before) or _ABOUT_HERE.search(after))


def _is_like_taobao(number: str) -> bool:
    if re.match("62|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])", number):
        return False
    return not (len(number) == 18 and re.match("[1-6][1-7][0-9]{4}(?:19|20)[0-9]{2}[01]", number))
