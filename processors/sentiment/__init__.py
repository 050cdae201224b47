"""How the customer feels. `snow_scores` is snownlp's number; see `label` for what is made of it."""

from collections.abc import Sequence


def snow_scores(texts: Sequence[str]) -> list[float]:
    """Return `SnowNLP(text).sentiments` for every text, bit-identical; see processors.sentiment.snow."""
    from processors.sentiment.snow import snow_scores as scores

    return scores(texts)
