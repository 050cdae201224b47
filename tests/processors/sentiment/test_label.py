import gzip
from collections.abc import Iterable
from pathlib import Path

import pytest

from processors.language import language_of
from processors.normalise import normalised
from processors.sentiment.label import explain, sentiment
from processors.sentiment.snow import snow_scores
from processors.utterance import Utterance


def judged(texts: Iterable[str], **fields: object) -> list[Utterance]:
    utterances = [Utterance(text, **({"sender_role": "customer"} | fields)) for text in texts]  # type: ignore[arg-type]
    for utterance in utterances:
        utterance.matching = normalised(utterance.text)
        utterance.language = utterance.language or language_of(utterance.text, utterance.matching)
    sentiment(utterances)
    return utterances


def test_a_complaint_fills_its_fields() -> None:
    (turn,) = judged(["打了五次电话都没人管，再也不买了，我要投诉你们，今天必须退款"])
    assert (turn.sentiment, turn.emotion) == ("negative", "anger")
    assert turn.polarity <= -0.2
    assert (turn.escalation, turn.churn_risk, turn.effort, turn.urgent) == (True, True, True, True)
    assert turn.evidence[0] == "没人管"
    assert turn.snow_score == snow_scores([turn.text])[0]


def test_a_plain_question_keeps_the_defaults() -> None:
    (turn,) = judged(["请问这个手表怎么调时间"])
    untouched = Utterance("", "")
    for name in ("sentiment", "emotion", "evidence", "urgent", "escalation", "churn_risk", "effort", "price_stance"):
        assert getattr(turn, name) == getattr(untouched, name)
    assert turn.snow_score < 0.1  # snownlp takes it for anger
    assert abs(turn.polarity) <= 0.2


@pytest.mark.parametrize("role", ["agent", "bot"])
def test_others_than_customers_stay_as_they_were(role: str) -> None:
    assert judged(["垃圾"], sender_role=role) == [Utterance("垃圾", role, matching="垃圾", language="zh-Hans")]


def test_each_language_has_its_rules() -> None:
    texts = ["客服態度太差", "this is ridiculous", "👍👍", "とても悪い", ""]
    assert [turn.sentiment for turn in judged(texts)] == ["negative", "negative", "positive", "neutral", "neutral"]


def test_only_a_call_is_doubted() -> None:
    assert [turn.sentiment for turn in judged(["太慢了"], kind="call", confidence=0.3)] == ["neutral"]
    assert [turn.sentiment for turn in judged(["太慢了"], kind="chat", confidence=0.3)] == ["negative"]


def test_batch_boundaries_change_nothing() -> None:
    texts = ["太慢了", "很满意", "", "hello", "請問", "👍", "三天了还没发货" * 9, "what a joke"]
    assert judged(texts) == [turn for text in texts for turn in judged([text])]


def test_explain_says_which_terms_decided() -> None:
    terms = explain("东西不错，但是客服太差", "zh-Hans")
    assert [(one.term, one.kind) for one in terms] == [("太差", "opinion"), ("不错", "opinion")]
    assert terms[0].weight < 0 < terms[1].weight
    assert explain("とても", "other") == ()


def test_real_service_talk(evaluation_data: Path) -> None:
    """The goals; `make bench-understand` gives the figures."""
    rows = _rows(evaluation_data / "chat_dev.tsv.gz")
    said = [turn.sentiment for turn in judged(text for _, text in rows)]
    truth = [label for label, _ in rows]
    hits = sum(a == b == "negative" for a, b in zip(truth, said, strict=True))
    f1 = 2 * hits / (truth.count("negative") + said.count("negative"))
    alarms = sum(a == "neutral" != b for a, b in zip(truth, said, strict=True)) / truth.count("neutral")
    assert f1 >= 0.75
    assert alarms <= 0.03


@pytest.mark.parametrize(("source", "least"), [("waimai", 0.86), ("htl", 0.87), ("shop", 0.91)])
def test_real_reviews(evaluation_data: Path, source: str, least: float) -> None:
    rows = [(label, text) for name, label, text in _rows(evaluation_data / "reviews" / "dev.tsv.gz") if name == source]
    said = judged(text for _, text in rows)
    assert (
        sum((turn.polarity > 0) == (label == "positive") for turn, (label, _) in zip(said, rows, strict=True)) / len(rows)
        >= least
    )


def _rows(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file][1:]
