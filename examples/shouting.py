"""A processor of your own: notes who is shouting. Name it in pipeline.toml beside this file: "shouting:mark"."""

from collections.abc import Sequence

from processors.utterance import Utterance


def mark(batch: Sequence[Utterance]) -> None:
    """Set attribute "shouting" to "yes" on customer turns in capitals or with three exclamation marks."""
    for utterance in batch:
        loud = utterance.text.isupper() and len(utterance.text) > 10
        if utterance.sender_role == "customer" and (loud or "!!!" in utterance.text.replace("！", "!")):
            utterance.attributes["shouting"] = "yes"
