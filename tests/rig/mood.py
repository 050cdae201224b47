"""A processor for the tests: a smiley is positive, a frown is negative."""

from collections.abc import Sequence

from processors.utterance import Utterance


def mark(batch: Sequence[Utterance]) -> None:
    """Set the sentiment of every turn."""
    for utterance in batch:
        utterance.sentiment = "positive" if ":)" in utterance.text else "negative" if ":(" in utterance.text else "neutral"
