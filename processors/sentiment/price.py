"""What a turn says about the price: too dear, or not premium enough for it. Apart from sentiment.

Two passes: one hides words that only look alike (贵公司, 不贵, "cheap and cheerful") and finds what is clear by itself; words
of price that a question takes back (贵不贵, "is it expensive?") count only where their clause asks nothing.
"""

import re
from functools import cache
from itertools import islice

from processors.sentiment import price_forms as forms
from processors.sentiment import price_words as words
from processors.sentiment.phrasebook import Phrasebook
from processors.sentiment.reading import prepared

_COVER, _TOO_DEAR, _NOT_PREMIUM, _DEAR, _CHEAP_LOOKING, _TRIGGER = range(6)
_LISTS = (words.COVERS, words.TOO_DEAR, words.NOT_PREMIUM, words.DEAR, words.PLAIN_LOOKING, words.TRIGGERS)
_book = cache(lambda: Phrasebook(_LISTS, spaced=False))

_MOST_FOUND = 300
"""What stands in a text more often says nothing new."""
_CLAUSE = re.compile(r"[，,。；;！!~～、\n]+|[.](?!\d)|(?<=[?？])|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_QUESTION = (
    r"[?？]|[吗么嘛](?:[~～。\s]|$)|多少|怎么|能不能|会不会|是不是|有没有|贵不|哪|还是.{0,12}的$|^\s*(?:is|are|does|"
    r"do(?!n)|will|would|how|can|could|which|what|should)\b"
)
_ASKS = re.compile(_QUESTION)
_SUPPOSES = re.compile(_QUESTION + r"|如果|要是|的话|担心|怕(?!是)|\b(?:if|worried|wondering)\b")
_COMPLAINS = re.compile(
    r"为什么|为啥|凭什么|凭啥|怎么(?:这么|那么|卖|会|还|又)|why|how come|这么|那么|太|也太|真的|还不|\bso\b|\btoo\b|\bthis\b"
)


@cache
def _forms(english: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what says too dear, and not premium, in more ways than can be listed; compiled when first needed."""
    return (
        (re.compile("|".join(forms.ENGLISH_DEAR)), re.compile(forms.ENGLISH_PLAIN))
        if english
        else (re.compile("|".join(forms.CHINESE_DEAR)), re.compile(forms.CHINESE_PLAIN))
    )


_HALF = {_TOO_DEAR: "too_dear", _NOT_PREMIUM: "not_premium", _DEAR: "too_dear", _CHEAP_LOOKING: "not_premium"}


def price_stance(text: str, language: str) -> str:
    """Return "too_dear", "not_premium" (where both: the first) or "" for a redacted `text`: any string.

    Linear in its length, and only the first 10,000 characters count; pure.
    """
    text = prepared(text, "zh-Hans" if language == "en" else language)
    if "’" in text:
        text = text.replace("’", "'")
    try:
        found = list(islice(_book().found(text), _MOST_FOUND))
    except UnicodeEncodeError:
        text = words.SURROGATE.sub("\ufffd", text)
        found = list(islice(_book().found(text), _MOST_FOUND))
    if not found:
        return ""
    stance = ""
    covers = [one for one in found if one.subject == _COVER]
    for one in found:
        if one.subject in (_COVER, _TRIGGER) or any(cover.start <= one.start and one.end <= cover.end for cover in covers):
            continue
        if one.subject == _NOT_PREMIUM and _asked(text, one.start, one.end, _SUPPOSES):
            continue
        if one.subject not in (_DEAR, _CHEAP_LOOKING) or not _doubted(text, one.start, one.end):
            stance = stance if stance == "too_dear" else _HALF[one.subject]
    if stance == "too_dear":
        return stance
    dear, plain = _forms(text.isascii() or language == "en")
    compared = dear.search(text)
    if compared and "不贵" not in compared[0] and not _asked(text, compared.start(), compared.end(), _ASKS):
        return "too_dear"
    found_plain = None if stance else plain.search(text)
    if found_plain and not any(cover.start <= found_plain.start() and found_plain.end() <= cover.end for cover in covers):
        return "" if _asked(text, found_plain.start(), found_plain.end(), _SUPPOSES) else "not_premium"
    return stance


def _clause(text: str, start: int, end: int) -> str:
    begin = max((found.end() for found in _CLAUSE.finditer(text, max(0, start - 60), start)), default=max(0, start - 60))
    stop = _CLAUSE.search(text, end, end + 60)
    return text[begin : stop.end() if stop else min(len(text), end + 60)]


def _asked(text: str, start: int, end: int, expression: re.Pattern[str]) -> bool:
    clause = _clause(text, start, end)
    return expression.search(clause) is not None and _COMPLAINS.search(clause) is None


_NEGATED = re.compile(
    r"(?:不|没|没有|并不|不算|不是|不会|也不|不太|不怎么|并不算|谈不上|别|未必|not|n't|never|nothing|hardly|no longer)"
    r"(?: (?:that|too|so|very|at all|really|as|a|an|even|overly|look|feel|looking|feeling)){0,3} ?$"
)


def _doubted(text: str, start: int, end: int) -> bool:
    return _NEGATED.search(text, max(0, start - 24), start) is not None or _asked(text, start, end, _SUPPOSES)
