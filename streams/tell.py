"""TELL: a transition becomes a card, the card is told, and then recorded.

The order, in one place: already recorded? -> explain -> card -> file and notifiers -> record. A kill between telling and
recording tells it once more, with the same content; nothing is ever lost.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from processors.attribution import Attribution, attribute
from processors.card import ALL_FEEDBACK, Card, Coincidence, markdown, numbers_sql, parts
from processors.intents.taxonomy import Taxonomy
from processors.verbatims import different
from schemas.spikes import CHANNEL, EVERYTHING, Transition
from streams.telemetry import log
from streams.warehouse.questions import Emergent, Feedback
from streams.warehouse.spikes import SpikeStore

NOBODY = "nobody (name an owner in taxonomy.yaml)"
UNNAMED = "nobody yet (voc taxonomy promote drafts an intent from it)"
FEEDS = "whoever runs the feeds"
EVERYBODY = "everybody who answers customers"
RELEVANT = 0.05
"""The part of a spike that a product or channel must have for what was done there to be mentioned."""


class Asked(Protocol):
    """What is asked about a spike: streams/warehouse/questions.py."""

    def feedback(self, spike: Transition) -> Feedback:
        """Its own feedback and other, in the episode and before it."""

    def verbatims(self, spike: Transition, whose: Mapping[str, str] = ...) -> list[str]:
        """The customers' words; only of feedback that has these values."""

    def emergent(self, spike: Transition) -> Emergent | None:
        """What an emergent topic is."""

    def context(self, spike: Transition, products: Sequence[str], channels: Sequence[str]) -> list[Coincidence]:
        """What was done in the days before."""


class Reason(NamedTuple):
    """Why, where, in whose words, and what was done before."""

    attribution: Attribution
    verbatims: list[str]
    context: list[Coincidence]
    emergent: Emergent | None = None


class Notifier(Protocol):
    """A way to tell people. Blocks until the card is delivered."""

    def notify(self, card: Card, body: str) -> None:
        """`body` is the card as Markdown."""


class Tell:
    """One card a transition; the file of an episode is replaced by its latest card."""

    def __init__(
        self, *, questions: Asked, spikes: SpikeStore, taxonomy: Taxonomy, out: Path, notifiers: Sequence[Notifier] = ()
    ) -> None:
        self._questions, self._spikes, self._taxonomy, self._notifiers = questions, spikes, taxonomy, notifiers
        self._folder = out / "spikes"

    def __call__(self, transitions: Sequence[Transition]) -> None:
        """Tell each transition that is not recorded yet, in order; nobody is notified of a muted subject."""
        for transition in transitions:
            if self._spikes.told(transition):
                continue
            card = self.card(transition)
            body = markdown(card)
            self._write(transition.spike_id, body)
            if not self._spikes.muted(transition):
                for notifier in self._notifiers:
                    notifier.notify(card, body)
            self._spikes.write_card(card, body)
            log.info("told", spike=transition.spike_id, transition=transition.transition, topic=transition.topic)

    def card(self, transition: Transition) -> Card:
        """Explain a transition: who is behind it, in whose words."""
        reason = explained(self._questions, transition)
        label, severity, owner = self._named(transition, reason.emergent)
        return card_of(transition, reason, label=label, severity=severity, owner=owner)

    def _named(self, transition: Transition, emergent: Emergent | None) -> tuple[str, str, str]:
        """Label, severity, owner. What a feed or everything does has no owner in a taxonomy."""
        if transition.kind == "emergent":
            return (emergent.label if emergent else "") or transition.topic, "normal", UNNAMED
        if transition.kind == "total":
            return ALL_FEEDBACK, "normal", EVERYBODY
        if transition.kind == "silence" and transition.topic == EVERYTHING:
            return ALL_FEEDBACK, "high", FEEDS
        if transition.kind == "silence" and transition.topic.startswith(CHANNEL):
            return transition.topic.removeprefix(CHANNEL), "high", FEEDS
        intent = self._taxonomy.by_name.get(transition.topic)
        if intent is None:
            return transition.topic, "normal", NOBODY
        labels = [label for label in (intent.label_zh, intent.label_en) if label]
        return " / ".join(labels) or transition.topic, intent.severity, intent.owner

    def _write(self, spike_id: str, body: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f".{spike_id}.new"
        fresh.write_text(body, encoding="utf-8")
        fresh.replace(self._folder / f"{spike_id}.md")


def explained(questions: Asked, transition: Transition) -> Reason:
    """Ask the warehouse why. Of a silence only what was done before is known: its feedback is what is missing."""
    emergent = questions.emergent(transition) if transition.kind == "emergent" else None
    if transition.kind == "silence":
        channel = [transition.topic.removeprefix(CHANNEL)] if transition.topic.startswith(CHANNEL) else []
        return Reason(Attribution([], [], []), [], questions.context(transition, [], channel))
    feedback = questions.feedback(transition)
    apart = ("language",) if emergent else ()  # its words are of one language: that explains nothing
    found = attribute(feedback.groups, transition.observed, transition.expected, complete=feedback.complete, apart=apart)
    whose = parts(found.where[0]) if transition.kind == "total" and found.where else {}  # else anybody's, about anything
    verbatims = different(questions.verbatims(transition, whose))
    products = _relevant(found, "product_model", "product_sku", "product_category")
    return Reason(found, verbatims, questions.context(transition, products, _relevant(found, "channel")), emergent)


def card_of(transition: Transition, reason: Reason, *, label: str, severity: str, owner: str) -> Card:
    """The card of a transition whose reason is known."""
    where, spread, unchanged = reason.attribution
    return Card(
        transition=transition,
        label=label,
        severity=severity,
        owner=owner,
        where=where,
        spread=spread,
        verbatims=reason.verbatims,
        sql=numbers_sql(transition),
        unchanged=unchanged,
        context=reason.context,
    )


def _relevant(found: Attribution, *dimensions: str) -> list[str]:
    """The values of these dimensions that carry the spike, or have a part of it."""
    carrying = [values[name] for values in map(parts, found.where) for name in dimensions if name in values]
    for spread in found.spread:
        total = sum(count for _, count in spread.values)
        if spread.dimension in dimensions:
            carrying += [value for value, count in spread.values if value and count >= RELEVANT * total]
    return list(dict.fromkeys(carrying))
