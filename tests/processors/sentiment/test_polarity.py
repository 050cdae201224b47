import pytest

from processors.sentiment.polarity import judged
from processors.sentiment.reading import Reading, read


def test_short_service_talk_goes_by_the_rules() -> None:
    question = judged(read("请问这个手表怎么调时间"), 11, -6.0)
    assert question.label == "neutral"
    assert -0.2 <= question.polarity < 0
    assert judged(read("客服态度太差"), 6, 1.0).label == "negative"


def test_a_long_text_that_asks_nothing_goes_by_the_review_model() -> None:
    assert judged(Reading(), 60, -6.0).label == "negative"
    assert judged(Reading(), 60, 6.0).label == "positive"
    assert judged(Reading(question=True, service=True), 60, -6.0).label == "neutral"
    assert judged(Reading(agent=True), 60, -6.0).label == "neutral"


def test_a_survey_is_a_review_however_short() -> None:
    assert judged(Reading(), 5, 6.0, survey=True).label == "positive"
    assert judged(Reading(), 5, 6.0).label == "neutral"


@pytest.mark.parametrize("text", ["垃圾", "非常满意，太棒了", "请问多少钱"])
@pytest.mark.parametrize("margin", [-9.0, -1.0, 0.0, 1.0, 9.0])
def test_label_and_polarity_agree(text: str, margin: float) -> None:
    judgement = judged(read(text), len(text), margin)
    assert -1 <= judgement.polarity <= 1
    assert {
        "negative": judgement.polarity <= -0.2,
        "neutral": abs(judgement.polarity) <= 0.2,
        "positive": judgement.polarity >= 0.2,
    }[judgement.label]


def test_a_turn_heard_badly_is_pulled_towards_neutral() -> None:
    reading = read("你们太慢了")
    sure, unsure, deaf = (judged(reading, 5, -2.0, confidence=confidence) for confidence in (0.8, 0.3, 0.0))
    assert sure == judged(reading, 5, -2.0)
    assert sure.label == "negative"
    assert sure.polarity < unsure.polarity < deaf.polarity == 0
    assert (unsure.label, deaf.label) == ("neutral", "neutral")


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("你们太过分了", "anger"),
        ("太失望了", "disappointment"),
        ("急死了", "anxiety"),
        ("太满意了", "joy"),
        ("万分感谢", "gratitude"),
        ("好的", ""),
    ],
)
def test_emotion(text: str, emotion: str) -> None:
    assert judged(read(text), len(text), 0.0).emotion == emotion
