import pytest

from processors.sentiment.label import sentiment
from processors.sentiment.snow import snow_scores
from processors.utterance import Utterance


def judged(text: str, role: str = "customer", language: str = "zh-Hans") -> Utterance:
    utterance = Utterance(text, role, language=language)
    sentiment([utterance])
    return utterance


@pytest.mark.parametrize(
    ("text", "label"), [("这个手表很好用，非常满意", "positive"), ("太差了，质量垃圾，失望", "negative"), ("今天", "neutral")]
)
def test_the_score_decides_the_label(text: str, label: str) -> None:
    utterance = judged(text)
    (score,) = snow_scores([text])
    assert (utterance.snow_score, utterance.polarity, utterance.sentiment) == (score, 2 * score - 1, label)


@pytest.mark.parametrize(
    ("role", "language", "length"),
    [("agent", "zh-Hans", 1), ("customer", "en", 1), ("customer", "other", 1), ("customer", "zh-Hans", 1000)],
)
def test_everyone_else_stays_neutral(role: str, language: str, length: int) -> None:
    utterance = judged("非常满意" * length, role, language)
    assert (utterance.snow_score, utterance.polarity, utterance.sentiment) == (0.5, 0.0, "neutral")
