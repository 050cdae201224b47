"""One line in, one line out: what is understood of a text, without a warehouse.

A line is a text as it is, or a JSON object with `text` and, if known, `sender_role` (default: customer), `language` (a BCP 47
tag; what is not Chinese or English is "other"), `kind` and `asr_confidence`; null is not known, and other fields are ignored,
so lines of an export need not be cut down. Every line has an answer, in order: one that cannot be read has `error` instead of
the rest, and holds nothing of what was in it.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from processors.pipeline import Pipeline
from processors.sentiment.label import explain as explain_sentiment
from processors.utterance import SIGNALS, Utterance


class Line(msgspec.Struct):
    """What a JSON line may say."""

    text: str
    sender_role: Literal["customer", "agent", "bot", "system", "supervisor", ""] | None = None
    language: str | None = None
    kind: Literal["chat", "call", "survey"] | None = None
    asr_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Unreadable(msgspec.Struct):
    """A line that is no text and no such object, and why."""

    error: str


_decoder = msgspec.json.Decoder(Line)
_ALLOWED = {"sender_role": "customer, agent, bot, system, supervisor", "kind": "chat, call, survey"}


def read_line(raw: bytes, *, plain: bool) -> Utterance | Unreadable:
    """Return what stands in a line; with `plain` every line is a text. What is not UTF-8 in it becomes U+FFFD."""
    raw = raw.rstrip(b"\r\n")
    if plain or not raw.lstrip(b" \t").startswith(b"{"):
        return Utterance(raw.decode("utf-8", "replace"), "customer")
    try:
        line = _decoder.decode(raw)
    except msgspec.ValidationError as error:
        return Unreadable(f"not a turn: {_without_value(str(error))}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Unreadable("not JSON, or half of a surrogate pair in it; a text that begins with “{” needs --plain")
    sure = 1.0 if line.asr_confidence is None else line.asr_confidence
    return Utterance(
        line.text, line.sender_role or "customer", line.kind or "chat", sure, language=_language(line.language or "")
    )


def _without_value(message: str) -> str:
    """The decoder's message; where it would repeat what stood there, the field and what may stand there."""
    if not message.startswith("Invalid enum value"):
        return message
    field = message.rpartition("$.")[2].rstrip("`")
    return f"{field} must be one of {_ALLOWED[field]}" if field in _ALLOWED else "a value that is not allowed"


def _language(tag: str) -> str:
    """A BCP 47 tag as one of our languages; "" lets the pipeline find out."""
    parts = tag.replace("_", "-").lower().split("-")
    if not tag or parts == ["zh"]:
        return ""
    if parts[0] == "zh":
        return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(parts) else "zh-Hans"
    return "en" if parts[0] == "en" else "mixed" if tag == "mixed" else "other"


def tag_lines(lines: Sequence[bytes], pipeline: Pipeline, *, plain: bool = False, explain: bool = False) -> list[bytes]:
    """Return the answer to each line, as JSON without a line end."""
    read = [read_line(line, plain=plain) for line in lines]
    pipeline([turn for turn in read if isinstance(turn, Utterance)])
    return [msgspec.json.encode(answer(turn, explain=explain)) for turn in read]


def answer(turn: Utterance | Unreadable, *, explain: bool = False) -> Any:
    """Return the fields of docs/reference/cli.md for one turn."""
    if isinstance(turn, Unreadable):
        return turn
    found: dict[str, Any] = {
        "text": turn.text,
        "language": turn.language,
        "speech_act": turn.speech_act,
        "intents": [{"name": match.name, "score": match.score, "source": match.source} for match in turn.intent_matches],
        "sentiment": {
            "label": turn.sentiment,
            "polarity": turn.polarity,
            "snow": turn.snow_score,
            "evidence": turn.evidence,
        },
        "urgent": turn.urgent,
        **{name: getattr(turn, name) for name in SIGNALS},
        "attributes": turn.attributes,
        "pii": turn.pii,
    }
    if explain:
        found["explain"] = {
            "matching": turn.matching,
            "intents": [{"name": match.name, "source": match.source, "terms": match.terms} for match in turn.intent_matches],
            "sentiment": explain_sentiment(turn.text, turn.language) if turn.sender_role == "customer" else (),
        }
    return found
