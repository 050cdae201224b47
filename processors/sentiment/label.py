"""The first sentiment of Groundswell: snownlp's score with the usual thresholds, for Chinese customer turns.

Known to be wrong: snownlp learned from reviews. It calls more than half of real service turns negative where under a
tenth are, most neutral questions ("how do I set the time") among them; its stop list drops 没有, 不是 and 无法; and
it says nothing about English. A scorer made for service talk replaces the label and the polarity; `snow_score` stays
what it is.
"""

from collections.abc import Sequence

from processors.registry import processor
from processors.sentiment.snow import snow_scores
from processors.utterance import Utterance

NEGATIVE_BELOW = 0.4
POSITIVE_ABOVE = 0.6
_CHINESE = frozenset({"zh-Hans", "zh-Hant", "mixed"})
_LONGEST = 2000
"""Characters; a longer turn takes snownlp over a second and would hold up the batch, so it stays neutral."""


@processor("sentiment", needs=("language",))
def sentiment(batch: Sequence[Utterance]) -> None:
    """Fill `snow_score`, `polarity` (2·score-1) and `sentiment` of Chinese customer turns up to 2,000 characters;
    leave all others neutral.
    """
    judged = [u for u in batch if u.sender_role == "customer" and u.language in _CHINESE and len(u.text) <= _LONGEST]
    for utterance, score in zip(judged, snow_scores([u.text for u in judged]), strict=True):
        utterance.snow_score = score
        utterance.polarity = 2 * score - 1
        utterance.sentiment = "negative" if score < NEGATIVE_BELOW else "positive" if score > POSITIVE_ABOVE else "neutral"
