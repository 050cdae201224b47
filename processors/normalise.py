"""The form of a text in which rules are matched: one spelling for what people write in many.

What is dropped here is dropped for matching only; the text itself stays as said. It runs after `redact`, so the
placeholders of personal data are dropped too: a turn with a redacted number must not match the word "phone".
"""

import re
import unicodedata
from collections.abc import Sequence

import opencc

from processors.registry import processor
from processors.utterance import Utterance

_to_simplified = opencc.OpenCC("t2s").convert

# Everything that combines lies below U+1F000 (checked by a test), so that the scan at import stays at 10 ms.
_COMBINING = "".join(map(chr, filter(lambda code: unicodedata.combining(chr(code)), range(0x1F000))))
_MARKS_TO_CAP = re.compile(f"([{_COMBINING}]{{30}})[{_COMBINING}]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Soft hyphen, zero-width characters, bidi marks, variation selectors: people do not see them, so rules must not
# either.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]+"
)
_LINK_OR_MARKUP = re.compile(
    r"(?:https?://|www\.)[!-;=?-~]+"  # a link: printable ASCII except < and >, so that the Chinese after it stays
    r"|<[!/a-z][^<>]{0,500}>"  # a tag; bounded, as "<a<a<a" must not cost a square
    r"|&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});"  # an entity
    r"|\[(?:phone|id|email)\]"  # what redact put there
)
_DIGITS = re.compile(r"\d+")
# ASCII, Latin-1, general and CJK punctuation and all spaces and controls; what is left are letters, digits, emoji and
# other symbols.
_PUNCTUATION = re.compile(r"[\x00-/:-@\[-`{-©«-±´¶-¹»-¿×÷\u2000-\u206f\u3000-\u303f\ufe10-\ufe6f]+")


def normalised(text: str) -> str:
    """Return `text` as rules see it: NFKC, simplified, lower case, without links and markup, numbers as 0,
    punctuation and space folded.

    Accepts any string, lone surrogates and NUL included, in linear time. Emoji are kept.
    """
    if not text.isascii():
        text = _to_simplified(_compatible(_encodable(text)))
    text = text.lower()
    if "<" in text or "&" in text or "[" in text or "://" in text or "www." in text:
        text = _LINK_OR_MARKUP.sub(" ", text)
    return _PUNCTUATION.sub(" ", _DIGITS.sub("0", text)).strip(" ")


def is_traditional(text: str) -> bool:
    """Say whether OpenCC (t2s) changes the text on its way to simplified characters."""
    text = _encodable(text)
    return bool(_to_simplified(text) != text)


@processor("normalise", needs=("redact",))
def normalise(batch: Sequence[Utterance]) -> None:
    """Fill `matching` from `text`."""
    for utterance in batch:
        utterance.matching = normalised(utterance.text)


def _compatible(text: str) -> str:
    """NFKC without what nobody sees; runs of combining marks are capped at 30 (UAX #15, stream-safe), as NFKC sorts
    them in square time.
    """
    if len(text) > 1000:
        text = _MARKS_TO_CAP.sub(r"\1", text)
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _encodable(text: str) -> str:
    """Lone surrogates become U+FFFD: OpenCC, the automaton and every database take UTF-8 only."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
