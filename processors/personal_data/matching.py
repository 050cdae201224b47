"""What the kinds share: how digits are kept apart, and how a pattern is searched for with a judge."""

import re
from collections.abc import Callable, Iterator

from processors.expressions import lazy
from processors.utterance import Span

GAP = "[ .()-]{0,3}"
"""What may stand between two digits of one number."""
FIRST = r"(?<![0-9])(?<!(?<![0-9])0\.)"
"""Not inside a longer number, not the digits of a fraction."""
LINK = "(?:[ :：=是为為叫,，;#]|is|at|on|我的?|就是){0,4}"
"""What may stand between a word that announces a number and the number."""

_LABEL = lazy(
    r"(?:(?<![a-z])(?P<latin>s/?n|imei|meid|iccid|ean|upc|isbn|sku|gtin|barcode|serial|invoice|version|firmware"
    r"|model|batch|lot|error|patent"
    r"|certificate|licen[cs]e key|product key|activation|voucher|coupon|promo|asin|part|mac|vin|api|app ?id|build|hash|checksum)"
    r"(?: ?(?:number|num|no\.?|code|id|key|card|#))?"
    r"|(?:[\u4e00-\u9fff]{0,4}|[0-9]{2}|(?<![a-z0-9])[a-z0-9]{1,4} ?)(?:(?<![号號])[码碼]|编号|編號|代号|代號|代码"
    r"|代碼|序号|序號|数字|數字|批号|批號|标号|型号|型號|货号|貨號|款号)"
    r"|序列号?|序列號|(?:发票|發票|专利|專利|批准文|许可证?|证书|證書|税|备案|注册|標準|标准|文|刊|版本|固件|设备"
    r"|設備|机身|產品|产品|商品|出厂|生产|货|款|型|批|期|股|房|桌|座位|车架|发动机)[号號](?:码|碼)?"
    r"|版本|批次号?|条码|條碼|国标|执行标准|保质期)"
    r"(?:[ :：=#,，;]|是|为|為|的|is(?![a-z])|\(?[a-z/]{1,4}\)?[:： ]){0,4}$",
    re.IGNORECASE,
)
_OF_THIS_KIND = lazy(
    r"订单|訂單|定单|单号|單號|快递|快遞|物流|运单|運單|包裹|交易|流水|取件|退货|工单|订购|order|tracking|parcel"
    r"|手机|手機|电话|電話|联系|单编|单号"
    r"|身份|银行|卡号|邮|微信|qq|护照",
    re.IGNORECASE,
)


def is_labelled_otherwise(text: str, start: int) -> bool:
    """Say whether the words right before `start` call the number there something that is nobody's own: a serial number, a
    barcode, a batch, an invoice, a code of an error or a check.
    """
    before = text[max(0, start - 20) : start].rpartition("\n")[2]
    label = _LABEL.search(before)
    return label is not None and (label["latin"] is not None or not _OF_THIS_KIND.search(label.group()))


def judged(kind: str, pattern: re.Pattern[str], text: str, judge: Callable[[re.Match[str]], bool]) -> Iterator[Span]:
    """Yield the matches that the judge accepts; after a refused one the search goes on at the next character, not
    behind it.
    """
    at = 0
    while match := pattern.search(text, at):
        accepted = judge(match)
        if accepted:
            yield Span(kind, *match.span())
        at = match.end() if accepted else match.start() + 1


def of_group(kind: str, pattern: re.Pattern[str], text: str, judge: Callable[[re.Match[str]], bool]) -> Iterator[Span]:
    """Yield the span of the group `it` of every match that the judge accepts: the words that announce it stay."""
    for match in pattern.finditer(text):
        if judge(match):
            yield Span(kind, *match.span("it"))


def digits_of(text: str) -> str:
    """Return the ASCII digits of a text, in order."""
    return "".join(filter(lambda character: "0" <= character <= "9", text))
