"""One turn of a conversation on its way through UNDERSTAND, and which step writes what into it."""

from dataclasses import dataclass, field

import msgspec


class Span(msgspec.Struct, frozen=True):
    """Where one piece of personal data stood: `kind` ("phone", "id", "email") and [start, end) in the text as it came
    in.
    """

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class Utterance:
    """A customer's or agent's turn; mutable on purpose: steps fill it in place, a batch at a time, and nothing is
    copied.

    | field | written by |
    |---|---|
    | text, sender_role, kind, attributes | the decoder; `redact` then replaces the personal data in `text` and `attributes` |
    | pii | redact (offsets in the text *before* redaction) |
    | matching | normalise; made from the redacted text, so it holds no personal data either |
    | language | language ("zh-Hans", "zh-Hant", "en", "mixed", "other") |
    | speech_act | nobody yet; "" means unknown |
    | intents | intents; sorted names, empty = no rule holds (the warehouse counts topic "other") |
    | sentiment, polarity, snow_score, evidence, urgent | sentiment; the defaults below stand for every turn it does not judge |
    | attributes | the unknown event fields that pipeline.toml lists, then any custom step |
    """

    text: str
    sender_role: str
    kind: str = "chat"
    """"chat", "call" or "survey"."""
    matching: str = ""
    language: str = ""
    speech_act: str = ""
    intents: list[str] = field(default_factory=list)
    sentiment: str = "neutral"
    """"negative", "neutral" or "positive"."""
    polarity: float = 0.0
    """-1 (as bad as can be) … 1."""
    snow_score: float = 0.5
    """snownlp's own number, 0 … 1; .5 where it was not asked."""
    evidence: list[str] = field(default_factory=list)
    urgent: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    pii: list[Span] = field(default_factory=list)
