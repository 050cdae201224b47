"""One spelling, of the same length, for what people write in many: every offset stays one in the text as it came.

NFKC would do it better and move the offsets.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from processors.expressions import lazy
from processors.utterance import Span

BLANK = "\n"
"""Stands where something was found: no pattern reads across a line break."""


_ZEROS = "٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐᥆᧐᪀᪐᭐᮰᱀᱐꘠꣐꤀꧐꧰꩐꯰０𐒠𐴰𑁦𑃰𑄶𑇐𑋰𑑐𑓐𑙐𑛀𑜰𑣠𑥐𑱐𑵐𑶠𖩠𖫀𖭐𝟎𝟘𝟢𝟬𝟶𞅀𞋰𞥐🯰"
"""The zeros of Unicode; the digits of each follow it. Written out (a test compares), as looking for them takes 20 ms."""


def _same_length_fold() -> dict[int, str]:
    """Map what reads as a digit, an e-mail character or a separator inside a number to one ASCII character each."""
    fold = {full: chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)}
    # Decimal digits only: ① and ² are bullets and exponents, and would glue themselves to the number after them.
    fold |= {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
    fold |= {code: " " for code in range(128, 0x3001) if unicodedata.category(chr(code)) in ("Zs", "Cf")}
    fold |= dict.fromkeys((*range(10), 11, 12, *range(14, 32), 0x7F), " ")  # tab, NUL …; a line break does separate numbers
    fold |= dict.fromkeys((0xFE0F, 0xFEFF, 0x20E3), " ")  # keycap digits, zero-width space
    fold |= dict.fromkeys(map(ord, "‐‑‒–—―−－﹣﹘_＿"), "-")
    fold |= dict.fromkeys(map(ord, "。｡．·•・﹒"), ".")
    return fold | {ord("﹫"): "@"}


_FOLD = _same_length_fold()
_FOLDS = lazy("[" + "".join(re.escape(chr(code)) for code in _FOLD if code < 0x10000) + "\U00010000-\U0001ffff]")
_SHORT = 100


def folded(text: str) -> str:
    """Return `text` in the same length with everything that reads as a digit, a letter, a separator or an "@" in its
    ASCII form.
    """
    if len(text) > _SHORT:
        return text.translate(_FOLD)
    return _FOLDS.sub(_fold_one, text)


def _fold_one(match: re.Match[str]) -> str:
    return _FOLD.get(ord(match.group()), match.group())


def replaced(text: str, spans: Sequence[Span], placeholder: Callable[[Span], str]) -> str:
    """Return `text` with a placeholder in the place of each span (ascending)."""
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces += text[at : span.start], placeholder(span)
        at = span.end
    return "".join(pieces) + text[at:]


def blanked(text: str, spans: Sequence[Span]) -> str:
    """Return `text` in the same length with line breaks in the place of each span (ascending)."""
    return replaced(text, spans, lambda span: BLANK * (span.end - span.start))
