"""Takes personal data out of a text before anything else sees it, and leaves a typed placeholder: [PHONE], [ID],
[CARD], [EMAIL], [ADDRESS], [PLATE], [ORDER], [SOCIAL], [PASSPORT].

This is the first step of every pipeline (`Pipeline` insists on it). The normalised form, the tags and the row are
then made from a text that no longer holds the data; redacting after normalising would have to do the work twice, and
offsets would not be those of the input.
"""

import hashlib
import html
import re
from collections.abc import Sequence

from processors.expressions import lazy
from processors.personal_data import FIELD, IDENTIFIER, KINDS, PROSE, Rules, find, folded, replaced
from processors.registry import processor
from processors.utterance import Span, Utterance

ATTRIBUTE_LENGTH = 200
"""Characters of an attribute that are kept."""
_PLACEHOLDER = lazy(r"\[(?:" + "|".join(KINDS).upper() + r")\]")
_ONE_WORD = lazy(r"[!-~]{1,64}")
_LAYERS = 8
"""Escapes within escapes that are undone in an attribute: more would let a hostile one cost the square of its length."""
_WINDOW = 4096
"""Bytes of a dead letter that are looked at."""
_ESCAPE = lazy(r"\\+u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})|((?:%[0-9a-fA-F]{2})+)|(\\+[ntrbf])")
_TOKEN = lazy(r"[^\s\"'{}\[\],:，。：]*")
_LONG_NUMBER = lazy(r"[0-9](?:[\s.()/\ufffd-]{0,3}[0-9]){5,}")
_LIKE_AN_EMAIL = lazy(r"[^\s@\"'<>,;:(){}\[\]，；：。]{1,254}\s?@\s?[^\s@\"'<>,;:(){}\[\]，；：。]{1,254}")
_CONTROL = lazy("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def redact(text: str) -> tuple[str, list[Span]]:
    """Return `text` with placeholders for personal data, and where it stood: offsets in `text`, ascending, never
    overlapping.

    What is found and what is not: `processors.personal_data.find`.
    """
    spans = find(text)
    return replaced(text, spans, _placeholder), spans


def redact_attribute(value: str) -> str:
    """Return an attribute as it may be stored: redacted while it is whole, and only then cut to 200 characters.

    One word without Chinese is taken for a code of the sender's own: there phones, ids, e-mail addresses and cards are looked
    for, and not what may be such a code as well (an order, a plate, a passport). A placeholder is kept whole or not at all. A
    value in which escapes hide personal data (JSON within JSON) is first written without them.
    """
    opened = _unescaped(value, _LAYERS)
    rules = _rules_for(value)
    spans, hidden = find(value, rules), find(opened, _rules_for(opened)) if opened != value else []
    if len(hidden) > len(spans):
        value, spans = opened, hidden
    whole = replaced(value, spans, _placeholder)
    if len(whole) <= ATTRIBUTE_LENGTH:
        return whole
    torn = (found.start() for found in _PLACEHOLDER.finditer(whole) if found.start() < ATTRIBUTE_LENGTH < found.end())
    cut = whole[: next(torn, ATTRIBUTE_LENGTH)]
    while spans := find(cut, rules):  # a longer number may look like a phone when it is cut
        cut = cut[: spans[0].start]
    return cut


def redact_identifier(value: str) -> str:
    """Return an identifier unchanged, or as "h:" and 16 hex digits (blake2b of the raw value) if it holds a phone number,
    a resident id or an e-mail address. The number of an order or a card, a plate and the like are left: an identifier may look
    like any of them.
    """
    if not find(value, IDENTIFIER):
        return value
    return "h:" + hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@processor("redact")
def redact_batch(batch: Sequence[Utterance]) -> None:
    """Redact `text` and the values of `attributes`, which are then cut; record in `pii` what was found in `text`.
    Nothing else is computed again.
    """
    for utterance in batch:
        utterance.text, utterance.pii = redact(utterance.text)
        for key, value in utterance.attributes.items():
            utterance.attributes[key] = redact_attribute(value)


def excerpt(raw: bytes, limit: int = 200) -> str:
    """Return the beginning of arbitrary bytes as at most `limit` characters that are safe to store and to show.

    For messages that could not be decoded, so nothing is known of them: escapes (JSON, percent, HTML) are undone
    first so that nothing hides in them, personal data is redacted, and besides every run of six or more digits
    becomes "#" and whatever looks like an e-mail address "[EMAIL]". Control characters show as "·". Only the first 4
    KiB are looked at; what that edge may have torn is left out.
    """
    text = raw[:_WINDOW].decode("utf-8", "replace")
    torn = len(raw) > _WINDOW
    if torn:
        text = _without_last_token(text)
    text = _unescaped(text)
    if torn:
        text = text[: len(folded(text).rstrip("0123456789 .()-+/\n\r\ufffd"))]  # "138 1234" before the token that was cut
    text = redact(text)[0]
    for pattern, placeholder in ((_LIKE_AN_EMAIL, "[EMAIL]"), (_LONG_NUMBER, "#")):
        spans = [Span("", *match.span()) for match in pattern.finditer(folded(text))]
        text = replaced(text, spans, lambda _span, placeholder=placeholder: placeholder)  # type: ignore[misc]
    return _CONTROL.sub("·", text)[:limit]


def _rules_for(value: str) -> Rules:
    return FIELD if _ONE_WORD.fullmatch(value) else PROSE


def _without_last_token(text: str) -> str:
    token = _TOKEN.match(text[::-1])
    return text[: len(text) - (token.end() if token else 0)]


def _placeholder(span: Span) -> str:
    return f"[{span.kind.upper()}]"


def _unescaped(text: str, layers: int = _WINDOW) -> str:
    """Undo escapes, escaped escapes too, until none is left or so many layers are undone. A layer is one pass over the
    text and shortens it, so a text of `layers` characters has none left.
    """
    for _ in range(layers):
        opened = html.unescape(_ESCAPE.sub(_character, text))
        if opened == text:
            break
        text = opened
    return text


def _character(match: re.Match[str]) -> str:
    four, two, percents, _space = match.groups()
    if percents:
        return bytes.fromhex(percents.replace("%", "")).decode("utf-8", "replace")
    code = four or two
    return chr(int(code, 16)) if code else " "
