"""The form of a text in which rules are matched: one spelling for what people write in many.

What is dropped here is dropped for matching only; the text itself stays as said. It runs after `redact`, so the
placeholders of personal data are dropped too: a turn with a redacted number must not match the word "phone".
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import opencc

from processors.damage import is_damaged
from processors.personal_data import KINDS
from processors.registry import processor
from processors.spoken import as_written
from processors.utterance import Utterance

_to_simplified = opencc.OpenCC("t2s").convert


def _changed_by_opencc() -> str:
    """Every character up to U+FFFF that t2s changes alone (it takes 10 ms to ask for all), and those that it changes only in a
    phrase (沈默, 回覆, 藉口, 瞭解 …).

    One is left out on purpose: 坏, which t2s takes for an old form of 坯 in 打坏.
    """
    han = [*map(chr, range(0x3400, 0xA000)), *map(chr, range(0xF900, 0xFB00))]
    simplified = _to_simplified("\n".join(han)).split("\n")
    return "".join(before for before, after in zip(han, simplified, strict=True) if before != after) + "沈藉覆瞭哩甦衹"


_SURROGATE = re.compile("[\ud800-\udfff]")
_MAY_CHANGE = re.compile(f"[{_changed_by_opencc()}\U00020000-\U000323af\ud800-\udfff]")
"""Without one of these, OpenCC returns what it was given; nine turns in ten are spared the call."""
# Soft hyphen, zero-width characters, bidi marks, variation selectors: people do not see them, so rules must not
# either.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]+"
)
_LINK_OR_MARKUP = re.compile(
    r"(?:https?://|www\.)[!-;=?-~]+"  # a link: printable ASCII except < and >, so that the Chinese after it stays
    r"|<[!/a-z][^<>]{0,500}>"  # a tag; bounded, as "<a<a<a" must not cost a square
    r"|&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});"  # an entity
    rf"|\[(?:{'|'.join(KINDS)})\]"  # what redact put there
)
_DIGITS = re.compile(r"\d+")
# ASCII, Latin-1, general and CJK punctuation and all spaces and controls; what is left are letters, digits, emoji and
# other symbols.
_PUNCTUATION = re.compile(r"[\x00-/:-@\[-`{-©«-±´¶-¹»-¿×÷\u2000-\u206f\u3000-\u303f\ufe10-\ufe6f]+")
_REPEATED = re.compile(r"(.)\1\1+", re.DOTALL)
_MARKS = "，。？！、：；,.?!…～~ "
_NOT_PLAIN = re.compile(f"[^\u4e00-\u9fffa-z{_MARKS}]")
"""Most turns have nothing but Chinese, small letters and these marks, and only the marks change in them."""
_MARKS_OF_PLAIN = re.compile(f"[{_MARKS}]+")


def normalised(text: str) -> str:
    """Return `text` as rules see it: NFKC, simplified, lower case, without links and markup, numbers as 0, punctuation and
    space folded, no character more than twice in a row.

    Accepts any string, lone surrogates and NUL included, in linear time. Emoji are kept. Literals of rules and lexicons go
    through it too, so both sides always meet.
    """
    if not _NOT_PLAIN.search(text) and not _MAY_CHANGE.search(text):
        return _REPEATED.sub(r"\1\1", _MARKS_OF_PLAIN.sub(" ", text).strip(" "))
    if not text.isascii():
        text = _compatible(text)
        if _MAY_CHANGE.search(text):
            text = simplified(text)
    text = text.lower()
    if "<" in text or "&" in text or "[" in text or "://" in text or "www." in text:
        text = _LINK_OR_MARKUP.sub(" ", text)
    return _REPEATED.sub(r"\1\1", _PUNCTUATION.sub(" ", _DIGITS.sub("0", text)).strip(" "))


def simplified(text: str) -> str:
    """Return the text in simplified characters (OpenCC, t2s), lone surrogates as U+FFFD."""
    if not _MAY_CHANGE.search(text):
        return text
    text = _encodable(text)
    converted = str(_to_simplified(text))
    if "坏" in text and len(converted) == len(text):
        return "".join("坏" if before == "坏" else after for before, after in zip(text, converted, strict=True))
    return converted


@processor("normalise", needs=("redact",))
def normalise(batch: Sequence[Utterance]) -> None:
    """Fill `matching` from `text`, and `encoding_damaged`. What was said in a call is first written as one would write it."""
    for utterance in batch:
        text = utterance.text
        utterance.matching = normalised(as_written(text) if utterance.kind == "call" else text)
        utterance.encoding_damaged = not text.isascii() and is_damaged(text)


def _compatible(text: str) -> str:
    """NFKC without what nobody sees; runs of combining marks are capped at 30 (UAX #15, stream-safe), as NFKC sorts
    them in square time.
    """
    if len(text) > 1000:
        text = _marks_to_cap().sub(r"\1", text)
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


@cache
def _marks_to_cap() -> re.Pattern[str]:
    """Everything that combines lies below U+1F000 (checked by a test); looking takes 20 ms, and few texts are that long."""
    combining = "".join(map(chr, filter(lambda code: unicodedata.combining(chr(code)), range(0x1F000))))
    return re.compile(f"([{combining}]{{30}})[{combining}]+")


def _encodable(text: str) -> str:
    """Lone surrogates become U+FFFD: OpenCC, the automaton and every database take UTF-8 only."""
    return _SURROGATE.sub("\ufffd", text)
