"""Plays a visit: turns a customer's plan into chat messages or call segments, the desk's answers, and what follows.

Everything goes through the outbox, which decides how it arrives; everything a reader may want to check, into the ledger.
"""

from dataclasses import dataclass, replace
from random import Random

from streams.simulate.events import (
    MINUTE_MS,
    Json,
    Place,
    Product,
    Spoken,
    Thread,
    call_segment,
    chat_message,
    conversation_step,
    survey_response,
)
from streams.simulate.outbox import Outbox
from streams.simulate.personal import Personal, personal
from streams.simulate.phrases import Language, PhraseBook
from streams.simulate.truth import Ledger

ANSWERED = 0.44
"""Share of customer turns that an agent answers with a turn of his own (one answer often covers several)."""
BOT_FIRST = 0.25
"""Share of chats that a bot greets."""
PERSONAL = 0.015
"""Share of everyday turns with personal data."""
EDITED, RECALLED = 0.01, 0.002
"""Shares of everyday customer messages that are edited or recalled afterwards."""
PARTIAL, RECOGNISED_AGAIN = 0.1, 0.015
"""Shares of a live call's utterances with a partial result before the final one, or a second final one after it."""
POST_CALL, POST_CALL_LATE = 0.3, 0.06
"""Share of calls whose transcript comes in one piece after the end; share of those where it takes up to two hours."""
POST_CALL_WITHIN_MS = 120 * MINUTE_MS
CLOSE_KNOWN = 0.25
"""Share of the other desks' conversations whose end is reported."""
ABANDONED = 0.05
"""Share of queueing customers who give up before an agent answers."""
SURVEYED, NPS, COMMENTED = 0.12, 0.25, 0.35
"""Share of visits with a survey; of those, the share asked for NPS instead of CSAT, and the share with a comment."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer who contacts the desk once; `subjects` has one entry a turn."""

    name: str
    at_ms: int
    place: Place
    language: Language
    product: Product | None
    subjects: tuple[str, ...]
    customer_hash: str
    surge: bool = False
    plants: bool = False
    """The first turn certainly holds personal data."""
    queues: bool = False
    """This desk's provider reports waiting times."""
    team: str = ""
    campaign_id: str | None = None
    order_hash: str | None = None

    @property
    def calls(self) -> bool:
        """By telephone, else by chat."""
        return self.place.channel == "phone"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance of a call; `bare` is its text without personal data."""

    seq: int
    role: str
    text: str
    bare: str
    when: Spoken
    subject: str = ""
    found: Personal | None = None


class Desk:
    """Plays visits one after the other; holds nothing between them."""

    def __init__(self, outbox: Outbox, ledger: Ledger, book: PhraseBook, rng: Random) -> None:
        self._outbox, self._ledger, self._book, self._rng = outbox, ledger, book, rng

    def play(self, visit: Visit) -> None:
        """Send everything that this visit causes."""
        thread = Thread(f"{'k' if visit.calls else 'c'}{visit.name}", visit.place, visit.customer_hash, visit.product)
        start_ms, abandoned = self._queue(visit, thread)
        end_ms = self._call(visit, thread, start_ms) if visit.calls else self._chat(visit, thread, start_ms, abandoned)
        closed_ms = end_ms + self._rng.randint(1, 9 if visit.calls else 200) * 1000
        if not abandoned and (visit.queues or self._rng.random() < CLOSE_KNOWN):
            self._outbox.send(conversation_step(thread, "closed", closed_ms, team=visit.team or None), closed_ms)
        if self._rng.random() < SURVEYED:
            self._survey(visit, thread, closed_ms + self._rng.randint(1, 40) * MINUTE_MS)

    def _queue(self, visit: Visit, thread: Thread) -> tuple[int, bool]:
        """Waiting for an agent: when the conversation starts, and whether no agent ever came.

        On the telephone nobody talks while waiting, so a caller who gives up is heard of no more: only chats are abandoned.
        """
        rng = self._rng
        if not visit.queues:
            return visit.at_ms, False
        waited_ms = int(rng.expovariate(1 / 40_000)) + 1000
        over_ms = visit.at_ms + waited_ms
        abandoned = not visit.calls and rng.random() < ABANDONED
        self._outbox.send(conversation_step(thread, "queued", visit.at_ms, team=visit.team), visit.at_ms)
        kind = "abandoned" if abandoned else "answered"
        self._outbox.send(conversation_step(thread, kind, over_ms, team=visit.team, queue_ms=waited_ms), over_ms)
        return (over_ms if visit.calls else visit.at_ms), abandoned

    def _chat(self, visit: Visit, thread: Thread, at_ms: int, abandoned: bool) -> int:
        rng, seq = self._rng, 0
        for k, subject in enumerate(visit.subjects):
            seq += 1
            self._customer_message(visit, thread, seq, k, subject, at_ms)
            if k == 0 and rng.random() < BOT_FIRST:
                seq += 1
                at_ms += rng.randint(700, 2500)
                self._bot_message(visit, thread, seq, subject, at_ms)
            if not abandoned and rng.random() < ANSWERED:
                seq += 1
                at_ms += rng.randint(8_000, 80_000)
                self._outbox.send(chat_message(thread, seq, "agent", self._agent_says(visit), at_ms), at_ms)
            at_ms += 6_000 + int(rng.expovariate(1 / 40_000))
        return at_ms

    def _customer_message(self, visit: Visit, thread: Thread, seq: int, k: int, subject: str, at_ms: int) -> None:
        rng, book = self._rng, self._book
        bare, found = self._customer_says(visit, k, subject)
        text = book.with_personal(rng, bare, found, visit.language) if found else bare
        more: Json = {"campaign_id": visit.campaign_id, "order_hash": visit.order_hash, "queue": visit.team or None}
        message_id = f"{thread.id}-{seq}"
        if not self._outbox.send(chat_message(thread, seq, "customer", text, at_ms, more=more), at_ms):
            return
        self._heard(visit, message_id, subject, at_ms, found)
        fate = rng.random()
        later_ms = at_ms + rng.randint(5_000, 180_000)
        if fate < EDITED:
            text = book.edited(rng, text, visit.language)
            edit = chat_message(thread, seq, "customer", text, later_ms, created_ms=at_ms, more=more)
            self._outbox.send(edit, later_ms)
        elif fate < EDITED + RECALLED and not visit.surge:
            recall = chat_message(thread, seq, "customer", "", later_ms, created_ms=at_ms, recalled=True)
            if self._outbox.send(recall, later_ms):
                self._ledger.recall(message_id)

    def _bot_message(self, visit: Visit, thread: Thread, seq: int, subject: str, at_ms: int) -> None:
        rng = self._rng
        matched = rng.random() < 0.6
        bot: Json = {"matched": matched, "confidence": round(rng.uniform(0.55, 0.97) if matched else 0.2, 2)}
        if matched:
            bot["intent"] = subject
        text = self._book.answer(rng, self._book.answers.bot, visit.language)
        message = chat_message(thread, seq, "bot", text, at_ms, more={"is_auto_reply": True, "bot": bot})
        self._outbox.send(message, at_ms)

    def _call(self, visit: Visit, thread: Thread, call_ms: int) -> int:
        """A call, and its transcript: live, or in one piece after the end."""
        rng = self._rng
        utterances, end_ms = self._talk(visit, call_ms)
        if rng.random() >= POST_CALL:
            for utterance in utterances:
                self._transcribe_live(visit, thread, utterance)
            return end_ms
        made_ms = end_ms + rng.randint(20_000, 90_000)
        slow = rng.random() < POST_CALL_LATE
        held_ms = rng.randint(15 * MINUTE_MS, POST_CALL_WITHIN_MS) if slow else rng.randint(500, 5_000)
        for utterance in utterances:
            self._segment(visit, thread, utterance, made_ms, revision=0, held_ms=held_ms)
        return end_ms

    def _talk(self, visit: Visit, call_ms: int) -> tuple[list[Utterance], int]:
        """What is said in a call, in turn, and when it ends."""
        rng, said, clock = self._rng, list[Utterance](), self._rng.randint(800, 3000)
        for k, subject in enumerate(visit.subjects):
            bare, found = self._customer_says(visit, k, subject)
            text = self._book.with_personal(rng, bare, found, visit.language) if found else bare
            when = Spoken(call_ms, clock, clock + 900 + 180 * len(text))
            said.append(Utterance(len(said) + 1, "customer", text, bare, when, subject, found))
            clock = when.end_ms + rng.randint(300, 2500)
            if rng.random() < ANSWERED:
                text = self._agent_says(visit)
                when = Spoken(call_ms, clock, clock + 900 + 160 * len(text))
                said.append(Utterance(len(said) + 1, "agent", text, text, when))
                clock = when.end_ms + rng.randint(500, 20_000)
        return said, call_ms + clock

    def _transcribe_live(self, visit: Visit, thread: Thread, utterance: Utterance) -> None:
        """An utterance as it is recognised: sometimes a partial result first, sometimes a better final one after."""
        rng, revision = self._rng, 0
        made_ms = utterance.when.call_ms + utterance.when.end_ms + rng.randint(200, 900)
        if rng.random() < PARTIAL and len(utterance.bare) > 5:
            self._partial(thread, utterance)
            revision = 1
        self._segment(visit, thread, utterance, made_ms, revision=revision)
        if rng.random() < RECOGNISED_AGAIN:
            better = replace(utterance, text=utterance.text + "。")
            self._segment(visit, thread, better, made_ms + rng.randint(4_000, 30_000), revision=revision + 1, again=True)

    def _segment(
        self,
        visit: Visit,
        thread: Thread,
        utterance: Utterance,
        made_ms: int,
        *,
        revision: int,
        held_ms: int | None = None,
        again: bool = False,
    ) -> None:
        """A final segment; `again` says that the customer has been heard already."""
        more: Json = {"asr_confidence": round(self._rng.uniform(0.76, 0.98), 2), "caller_role": "owner"}
        seq, role, when = utterance.seq, utterance.role, utterance.when
        segment = call_segment(thread, seq, role, utterance.text, when, made_ms, revision=revision, more=more)
        sent = self._outbox.send(segment, made_ms, held_ms=held_ms)
        if sent and role == "customer" and not again:
            self._heard(visit, f"{thread.id}-{seq}", utterance.subject, when.call_ms + when.begin_ms, utterance.found)

    def _partial(self, thread: Thread, utterance: Utterance) -> None:
        """The first half of an utterance while it is still being spoken; without its personal data, which come last."""
        when, bare = utterance.when, utterance.bare
        half = Spoken(when.call_ms, when.begin_ms, (when.begin_ms + when.end_ms) // 2)
        sent_ms = half.call_ms + half.end_ms
        text = bare[: len(bare) // 2]
        partial = call_segment(thread, utterance.seq, utterance.role, text, half, sent_ms, is_final=False)
        self._outbox.send(partial, sent_ms)

    def _survey(self, visit: Visit, thread: Thread, at_ms: int) -> None:
        rng, answers = self._rng, self._book.answers
        happy = rng.random() < (0.45 if visit.surge else 0.78)
        if nps := rng.random() < NPS:
            metric, scale, score = "nps", (0, 10), rng.randint(7, 10) if happy else rng.randint(0, 6)
        else:
            metric, scale, score = "csat", (1, 5), rng.randint(4, 5) if happy else rng.randint(1, 3)
        comment = None
        if rng.random() < COMMENTED:
            comment = self._book.answer(rng, answers.praise if happy else answers.blame, visit.language)
        event = survey_response(
            thread,
            metric,
            score,
            scale,
            at_ms,
            resolved=None if nps else happy,
            comment=comment,
            touchpoint="call" if visit.calls else "chat",
        )
        if self._outbox.send(event, at_ms) and comment:
            self._ledger.comment(f"{thread.id}.{metric}", "other")

    def _customer_says(self, visit: Visit, k: int, subject: str) -> tuple[str, Personal | None]:
        """The k-th turn without its personal data, and those."""
        rng, book = self._rng, self._book
        if visit.surge and subject == "setting_time":
            lines = book.surge.detail if k else book.surge.opening
        else:
            lines = book.subjects[subject]
        model = visit.product.model if visit.product else ""
        brief = subject in ("small_talk", "other")
        text = book.turn(rng, lines, visit.language, model, spoken=visit.calls, brief=brief)
        plants = (k == 0 and visit.plants) or rng.random() < PERSONAL
        return text, personal(rng, visit.calls) if plants else None

    def _agent_says(self, visit: Visit) -> str:
        answers = self._book.answers
        searching = visit.surge and self._rng.random() < 0.4
        return self._book.answer(self._rng, answers.how_to if searching else answers.agent, visit.language)

    def _heard(self, visit: Visit, native_id: str, subject: str, said_ms: int, found: Personal | None) -> None:
        model = visit.product.model if visit.product else ""
        surge = visit.surge and subject == "setting_time"
        self._ledger.turn(native_id, subject, said_ms, visit.place.channel, model, surge)
        if found:
            self._ledger.planted.append(found.planted_in(native_id))
