"""Rerun: history understood again with the present pipeline and taxonomy; what does not come from understanding stays.

The order, in one place, a day at a time:
1. what an earlier understanding left is read, a page at a time: words that are redacted already
2. it goes through the pipeline and is written in its own place, under the present understanding, which outranks the earlier
3. the minutes that are not counted as they are now are counted (streams/recount.py)

Step 1 finds only what is still to do and step 3 asks the warehouse, so a rerun that was killed anywhere goes on where it was, and
a second one changes nothing. What was withdrawn is not touched, and alerts that were given are not taken back. DETECT gives the
detector what became different in the last day: what is understood differently there looks like news to it.
"""

import struct
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import msgspec

from processors.pipeline import Pipeline
from processors.rows import signals
from processors.utterance import SIGNALS, Utterance
from schemas.feedback import Feedback, version
from streams.failures import RefusesAll
from streams.telemetry import log
from streams.warehouse.history import Day, History, Stored
from streams.warehouse.minutes import DAY
from streams.warehouse.sink import MAX_REFUSED

PARTICULARS = frozenset(
    {"seq", "is_auto_reply", "campaign_id", "queue", "order_hash", "content_type", "bot_matched", "bot_intent", "bot_confidence",
     "asr_confidence", "begin_ms", "end_ms"}
)  # fmt: skip
"""Attributes that are fields of the event (processors/rows.py): no processor sees them."""


class Reran(NamedTuple):
    """What a rerun did. `feedback`: what stands in the span. `understood`: of it, what was understood anew; `changed`: of that,
    what is understood differently; `failed`: on which a processor failed, left as it was. `minutes`: counted again."""

    feedback: int
    understood: int
    changed: int
    failed: int
    minutes: int
    understanding: int


class Rerun:
    """Blocking; memory is bounded by a page of texts. Raises SinkUnavailable, RefusesAll."""

    def __init__(
        self, *, history: History, pipeline: Pipeline, understanding: int, recount: Callable[[Collection[int]], None],
        progress: Callable[[Day, int], None] = lambda _day, _done: None,
    ) -> None:  # fmt: skip
        self._history, self._pipeline, self._understanding = history, pipeline, understanding
        self._recount, self._progress = recount, progress
        self._failed = 0

    def __call__(self, start: int, end: int) -> Reran:
        """Understand [start, end) again (seconds since 1970, whole minutes). `progress` hears of each page, with what is done of
        its day."""
        feedback = understood = changed = minutes = 0
        for day in self._history.days(start, end):
            first, last = max(start, day.start), min(end, day.start + DAY)
            done = 0
            self._progress(day, done)
            for page in self._history.pages(first, last) if day.to_do else ():
                again = self._understand(page)
                self._history.write([new for _, new in again])
                understood += len(again)
                changed += sum(_says(old.feedback) != _says(new.feedback) for old, new in again)
                done += len(page)
                self._progress(day, done)
            stale = self._history.stale(first, last)
            self._recount(stale)
            minutes += len(stale)
            feedback += day.feedback
        return Reran(feedback, understood, changed, self._failed, minutes, self._understanding)

    def _understand(self, page: Sequence[Stored]) -> list[tuple[Stored, Stored]]:
        """Before and after. On what a processor fails, by halving, stays out and as it is."""
        utterances = [utterance_of(stored.feedback) for stored in page]
        try:
            self._pipeline(utterances)
        except MemoryError:
            raise
        except Exception as error:  # a user's own processor may fail in any way, on one text of thousands
            if len(page) > 1:
                half = len(page) // 2
                return self._understand(page[:half]) + self._understand(page[half:])
            self._failed += 1
            log.warning("processor_failed", feedback=f"{page[0].feedback.feedback_id:016x}", error=type(error).__name__)
            if self._failed > MAX_REFUSED:
                raise RefusesAll(f"a processor fails on one message after the other ({type(error).__name__})") from error
            return []
        return [
            (stored, stored._replace(feedback=understood_again(stored.feedback, utterance, self._understanding)))
            for stored, utterance in zip(page, utterances, strict=True)
        ]


def utterance_of(row: Feedback) -> Utterance:
    """A stored row as it was before it was understood, but for what redaction took."""
    sure = row.attributes.get("asr_confidence", "") if row.kind == "call" else ""
    return Utterance(
        row.text,
        row.sender_role,
        row.kind,
        min(max(float(sure), 0.0), 1.0) if sure else 1.0,
        attributes={name: value for name, value in row.attributes.items() if name not in PARTICULARS and name not in SIGNALS},
    )


def understood_again(row: Feedback, utterance: Utterance, understanding: int) -> Feedback:
    """The row with what is understood now: the same that the event would leave if it were read today."""
    kept = {name: value for name, value in row.attributes.items() if name in PARTICULARS}
    fresh = msgspec.structs.replace(
        row,
        version=0,
        language=utterance.language,
        text=utterance.text,
        speech_act=utterance.speech_act,
        intents=utterance.intents,
        sentiment=utterance.sentiment,
        polarity=utterance.polarity,
        snow_score=utterance.snow_score,
        evidence=utterance.evidence,
        urgent=utterance.urgent,
        attributes={**kept, **signals(utterance), **utterance.attributes},
    )
    content = msgspec.json.encode(msgspec.structs.replace(fresh, input="", input_partition=0, input_offset=0))
    number = version(withdrawn=False, revision=row.revision, understanding=understanding, content=content)
    return msgspec.structs.replace(fresh, version=number)


def _says(row: Feedback) -> tuple[object, ...]:
    """What was understood, as the table holds it (a polarity has 32 bits there)."""
    (polarity,) = struct.unpack("f", struct.pack("f", row.polarity))
    return (
        row.language, row.text, row.speech_act, row.intents, row.sentiment, polarity, row.snow_score, row.evidence, row.urgent,
        row.attributes,
    )  # fmt: skip
