"""What a customer does with a turn: complain, request, ask, praise, thank, or none of these.

Of a turn that does several, the first of this order counts. It stands on the same reading as sentiment, which is
remembered between the two steps.
"""

from collections.abc import Sequence

from processors.registry import processor
from processors.sentiment.label import reading_of
from processors.sentiment.reading import BOUNDARY, Reading
from processors.sentiment.terms import Tells
from processors.utterance import Utterance


def speech_act_of(reading: Reading) -> str:
    """Return "complaint", "request", "question", "praise", "thanks" or "other": the first that applies."""
    if reading.score <= -BOUNDARY or (Tells.ESCALATION in reading.tells and reading.score < 0 and not reading.question):
        return "complaint"
    if reading.request:
        return "request"
    if reading.question:
        return "question"
    if reading.score >= BOUNDARY:
        return "praise"
    return "thanks" if reading.thanks else "other"


@processor("speech_act", needs=("language",))
def speech_act(batch: Sequence[Utterance]) -> None:
    """Fill `speech_act` of customers' turns; "" stays for all others."""
    for utterance in batch:
        if utterance.sender_role == "customer":
            utterance.speech_act = speech_act_of(reading_of(utterance.text, utterance.language))
