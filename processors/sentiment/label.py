"""How the customer feels: rules made for service talk, and a model of reviews that decides where a text is one.

snownlp learned from reviews and calls most plain service questions negative; its number is kept for comparison, and the
label is none of its business (`polarity.judged`). English goes to VADER with a service overlay.
"""

import re
from collections.abc import Sequence

from processors.registry import BatchFunction, Resources, processor_factory
from processors.sentiment import review_model, snow
from processors.sentiment.english import read_english
from processors.sentiment.polarity import judged
from processors.sentiment.price import price_stance
from processors.sentiment.reading import Reading, Weighed, prepared, read
from processors.sentiment.review_model import review_margins
from processors.sentiment.snow import snow_scores
from processors.sentiment.terms import Tells
from processors.utterance import Utterance

_LETTER = re.compile(r"[^\W\d_]")
_CHINESE = frozenset({"zh-Hans", "zh-Hant", "mixed"})


def reading_of(text: str, language: str) -> Reading:
    """Return what the rules make of a redacted `text`; an empty reading for a language that has none. Pure."""
    if language in _CHINESE:
        return read(prepared(text, language))
    if language == "en":
        return read_english(text)
    return _SILENT if _LETTER.search(text) else read(prepared(text, "zh-Hans"))  # faces say something in any language


def explain(text: str, language: str) -> tuple[Weighed, ...]:
    """Return every term of a redacted `text` that counts, with its weight in its place and its kind, weightiest first."""
    return tuple(sorted((w for w in reading_of(text, language).weighed if w.weight), key=lambda w: -abs(w.weight)))


@processor_factory("sentiment", needs=("language",))
def build(_resources: Resources) -> BatchFunction:
    """Return the step, its models built or mapped: what takes seconds or cannot be had shows before the first turn."""
    snow.load()
    review_model.load()
    return sentiment


def sentiment(batch: Sequence[Utterance]) -> None:
    """Fill `sentiment` … `price_stance` of customers' turns in Chinese, in English, or in faces alone; all others
    stay neutral.
    """
    chinese = [u for u in batch if u.sender_role == "customer" and u.language in _CHINESE]
    margins = review_margins([u.matching for u in chinese])
    for utterance, score, margin in zip(chinese, snow_scores([u.text for u in chinese]), margins, strict=True):
        utterance.snow_score = score
        _fill(utterance, margin)
    for utterance in batch:
        if utterance.sender_role == "customer" and utterance.language not in _CHINESE:
            _fill(utterance, 0.0)


_SILENT = Reading()


def _fill(utterance: Utterance, margin: float) -> None:
    text = utterance.text
    reading = reading_of(text, utterance.language)
    confidence = utterance.confidence if utterance.kind == "call" else 1.0
    judgement = judged(reading, len(text), margin, survey=utterance.kind == "survey", confidence=confidence)
    utterance.sentiment = judgement.label
    utterance.polarity = judgement.polarity
    utterance.emotion = judgement.emotion
    utterance.price_stance = price_stance(text, utterance.language)
    if reading.weighed:
        tells = reading.tells
        utterance.evidence = reading.evidence
        utterance.urgent = Tells.URGENT in tells
        utterance.escalation = Tells.ESCALATION in tells
        utterance.churn_risk = Tells.CHURN in tells
        utterance.effort = Tells.EFFORT in tells
