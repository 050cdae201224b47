"""From what the rules read and what the trained parts say to a label, a polarity and a mood: plain arithmetic.

Short service talk goes by the rules; the review model decides in long texts that ask for nothing, where rules count less.
"""

from math import sqrt, tanh

import msgspec

from processors.sentiment.reading import BOUNDARY, Reading
from processors.sentiment.terms import Tells

REVIEW_LENGTH = 40
"""Characters; a longer text that asks for nothing is read as a review. What a survey brings always is."""
_RULES, _REVIEWS = 0.5, 0.45
"""Weights of the terms found and of the margin of the review model in a polarity. snownlp's number has none: on reviews
of hotels it takes away two points of accuracy, elsewhere it adds nothing to the margin.
"""
_SUREST = 8.0
"""The largest margin that counts, either way."""
_PHRASES = 0.3
"""How far a phrase of complaint counts in a review: they are made for talk to a service."""
_LENGTH = 0.7
"""What a text of 100 characters has above one of 20: who praises at length also tells what was not good, so the same
margin means more praise.
"""
_CALM = 0.2
"""The largest |polarity| of a neutral turn, and the smallest of an emotional one."""
_SURE = 0.8
"""A call's words count in full from this confidence of the recogniser on, below it in proportion."""


class Judgement(msgspec.Struct, frozen=True):
    """What a turn comes to."""

    label: str
    polarity: float
    emotion: str


def judged(reading: Reading, length: int, margin: float, *, survey: bool = False, confidence: float = 1.0) -> Judgement:
    """Return label, polarity and emotion of a turn of `length` characters.

    `margin` is the review model's, 0 = boundary and nothing known. A `confidence` under .8 pulls all of it towards
    neutral, in proportion.
    """
    margin = min(max(margin, -_SUREST), _SUREST)
    fused = _REVIEWS * margin + _RULES * _in_review(reading) / sqrt(max(1.0, length / 20))
    if margin:
        fused += _LENGTH * (min(max(length, 20), 100) - 20) / 80
    score = reading.score
    if margin and (survey or (length > REVIEW_LENGTH and not (reading.agent or (reading.service and reading.asks)))):
        score = fused
    heard = min(1.0, max(0.0, confidence) / _SURE)
    score *= heard
    polarity = round(tanh(0.5 * fused * heard), 4)
    if score <= -BOUNDARY:
        return Judgement("negative", min(polarity, -_CALM), _emotion(reading.tells, positive=False))
    if score >= BOUNDARY:
        return Judgement("positive", max(polarity, _CALM), _emotion(reading.tells, positive=True))
    return Judgement("neutral", round(_CALM * polarity, 4), "anxiety" if Tells.ANXIETY in reading.tells else "")


def _in_review(reading: Reading) -> float:
    if not reading.weighed or reading.agent:
        return 0.0
    worth = sum(w.weight * (_PHRASES if w.kind == "phrase" else 1.0) for w in reading.weighed)
    return min(max(worth, -6.0), 6.0)


def _emotion(tells: Tells, *, positive: bool) -> str:
    if positive:
        return "gratitude" if Tells.GRATITUDE in tells else "joy"
    if Tells.ANGER in tells or Tells.ESCALATION in tells:
        return "anger"
    return "anxiety" if Tells.ANXIETY in tells else "disappointment"
