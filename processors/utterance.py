"""One turn of a conversation on its way through UNDERSTAND, and which step writes what into it."""

from dataclasses import dataclass, field

import msgspec


class Span(msgspec.Struct, frozen=True):
    """Where one piece of personal data stood: `kind` (processors.personal_data lists them) and [start, end) in the text
    as it came in.
    """

    kind: str
    start: int
    end: int


class IntentMatch(msgspec.Struct, frozen=True):
    """One intent of a turn and why it was given."""

    name: str
    score: float
    """0 … 1: how sure; a rule that holds counts for .9 and more. Comparable between intents of one turn."""
    source: str
    """"rule", "model", or "rule+model" if both say so."""
    terms: tuple[str, ...] = ()
    """The literals (of a rule) or the weightiest pieces of text (of the model) that decided, weightiest first."""


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
    | encoding_damaged | normalise; the text came through a wrong encoding |
    | speech_act | speech_act; "" means unknown |
    | intents, intent_matches | intents; sorted names, and the same with scores, best first; empty = "other" |
    | sentiment … price_stance | sentiment; the defaults below stand for every turn it does not judge |
    | attributes | the unknown event fields that pipeline.toml lists, then any custom step |
    """

    text: str
    sender_role: str
    kind: str = "chat"
    """"chat", "call" or "survey"."""
    confidence: float = 1.0
    """How sure the speech recogniser was, 0 … 1; 1 for what was written."""
    matching: str = ""
    encoding_damaged: bool = False
    language: str = ""
    """A language that the input names stands; "" lets `language` find out."""
    speech_act: str = ""
    """"complaint", "request", "question", "praise", "thanks" or "other"."""
    intents: list[str] = field(default_factory=list)
    intent_matches: list[IntentMatch] = field(default_factory=list)
    sentiment: str = "neutral"
    """"negative", "neutral" or "positive"."""
    polarity: float = 0.0
    """-1 (as bad as can be) … 1."""
    snow_score: float = 0.5
    """snownlp's own number, 0 … 1; .5 where it was not asked."""
    evidence: list[str] = field(default_factory=list)
    """The terms that decided, as normalised, weightiest first; at most 8."""
    urgent: bool = False
    emotion: str = ""
    """"anger", "disappointment", "anxiety", "joy", "gratitude" or ""."""
    escalation: bool = False
    """Threatens or asks to go further: a superior, an authority, the press, a lawyer, a public complaint."""
    churn_risk: bool = False
    """Says that he leaves or will not buy again."""
    effort: bool = False
    """Tells of trouble taken: asked many times, waited long, sent from one to the other."""
    price_stance: str = ""
    """"too_dear", "not_premium" or ""; apart from sentiment."""
    attributes: dict[str, str] = field(default_factory=dict)
    pii: list[Span] = field(default_factory=list)


SIGNALS = ("emotion", "escalation", "churn_risk", "effort", "price_stance", "encoding_damaged")
"""Fields without a column of their own: where they say something, the stored row has an attribute of that name."""
