"""Ids of WeChat and QQ, which only the word before them tells from any other word."""

import re
from collections.abc import Iterator

from processors.expressions import lazy
from processors.personal_data.matching import is_labelled_otherwise, of_group
from processors.utterance import Span

_NAME = r"(?:微 ?信|薇信|威信|微芯|v信|wei ?xin|we-?chat|(?<![a-z])[vw]x|加我?的?(?:v(?![a-z])|[微薇]))"
_MARK = r"(?:号码|號碼|账号|帳號|号|號|名| ?id| ?account| ?number| ?handle)"
_WECHAT = lazy(
    rf"{_NAME}(?P<mark>{_MARK}?(?:[ ,]{{0,2}}(?:[:：=]|是|为|為|叫|is(?![a-z])|->?))?) {{0,2}}"
    r"(?P<it>[a-z][a-z0-9_-]{4,19}|[0-9]{5,11})(?![a-z0-9_@-]|\.[a-z])",
    re.IGNORECASE,
)
_QQ = lazy(
    rf"(?:(?<![a-z])q ?q|扣扣|企鹅|加我?扣)(?:群)?{_MARK}?[ :：=是为為,叫]{{0,4}}(?:is )?"
    r"(?P<it>[1-9](?:[ -]?[0-9]){4,10})(?![0-9a-z@]|[.][0-9])",
    re.IGNORECASE,
)
_Q = lazy(
    r"(?:(?<![a-z])q(?: ?号| ?號|[:：=]| )|(?:加|我|个|的)q ?(?:号|號|是)?[:： ]?)(?:is |是)?"
    r"(?P<it>[1-9][0-9]{5,10})(?![0-9a-z@]|[.:-][0-9])",
    re.IGNORECASE,
)
_BEFORE_ITS_NAME = lazy(
    r"(?<![a-z0-9_@-])(?P<it>[a-z][a-z0-9_-]{5,19}|[1-9][0-9]{5,10}) ?[,，]?(?:(?:这个|就)?是?(?:我|本人|俺)的?"
    r"|是)(?:新的?|小号)?(?:微信|薇信|v信|vx|wx|wechat|qq|扣扣)"
    r"|(?<![a-z0-9_@-])(?P<en>[a-z][a-z0-9_-]{5,19}) (?:is|=) my (?:wechat|weixin|qq)",
    re.IGNORECASE,
)
_OWN_FORM = lazy(r"(?<![a-z0-9_])wxid[-_][a-z0-9]{8,20}(?![a-z0-9_])", re.IGNORECASE)
_ANOTHER = lazy(
    r"[^\n]{0,6}?(?:换成|換成|改成|改为|改為|换了|现在用|现在是|新的?是|新号|小号|另一个|还有|或者|和|备用|变成"
    r"|旧的|老的|以前是|now|changed to|or|and|new one)"
    r"(?:微信|号|是|个|了|一个|叫|[ :：,，])*(?:is |to )?(?P<it>[a-z][a-z0-9_-]{5,19}|[1-9][0-9]{5,10})(?![a-z0-9_@-]|\.[a-z])",
    re.IGNORECASE,
)
_WORDS = lazy(
    r"(?:i?phone|ipad|android|ios|mac|windows|win|huawei|xiaomi|redmi|honor|galaxy|mate|app|version|ver)[0-9.-]*[a-z]{0,4}"
    r"|pay|payment|mini|official|support|service|login|account|please|customer|group|public|works?|messages?|scan"
    r"|code|number|video"
    r"|watch|moments|store|thanks|hello",
    re.IGNORECASE,
)
_ENGLISH = lazy(r"(?:wechat|we-chat|weixin)", re.IGNORECASE)


def wechat_ids(text: str) -> Iterator[Span]:
    """Yield what follows "微信" and its many names. Letters alone count only after a colon, 号 or 是: "微信pay" and "WeChat
    is down" name no one.
    """
    done = 0
    for match in _WECHAT.finditer(text):
        if match.start() < done or not _is_wechat_id(match):
            continue
        yield Span("social", *match.span("it"))
        done = match.end("it")
        another = _ANOTHER.match(text, done)
        if another and re.search("[0-9_-]", another["it"]) and not _WORDS.fullmatch(another["it"]):
            done = another.end("it")
            yield Span("social", *another.span("it"))


def qq_ids(text: str) -> Iterator[Span]:
    """Yield the five to eleven digits after "QQ" and its other names."""
    yield from of_group("social", _QQ, text, lambda _match: True)


def ids_before_their_name(text: str) -> Iterator[Span]:
    """Yield what stands before "是我微信" and the like, and ids that WeChat itself gave."""
    yield from (Span("social", *match.span()) for match in _OWN_FORM.finditer(text))
    for match in _BEFORE_ITS_NAME.finditer(text):
        group = "it" if match["it"] else "en"
        if not _WORDS.fullmatch(match[group]) and not _OWN_FORM.fullmatch(match[group]):
            yield Span("social", *match.span(group))


def q_ids(text: str) -> Iterator[Span]:
    """Yield the six to eleven digits after a "Q" alone, as people shorten it."""
    return of_group("social", _Q, text, lambda match: not is_labelled_otherwise(text, match.start("it")))


def _is_wechat_id(match: re.Match[str]) -> bool:
    found, mark = match["it"], match["mark"].strip()
    if _WORDS.fullmatch(found):
        return False
    if re.search("[0-9_-]", found):
        return not re.fullmatch(r"[a-z]{1,3}-?[0-9]{1,3}", found, re.IGNORECASE) or bool(mark)
    if _ENGLISH.match(match.group()):
        return bool(re.search("id|account|number|handle|[:：=号號]", mark, re.IGNORECASE))
    return bool(mark)
