"""TELL: a transition becomes a card, which is owed to channels, and recorded; then the outbox sends it.

The order, in one place:
1. already recorded? then nothing
2. explain, card, its file, the terminal
3. what it is owed to is written
4. the card is recorded
5. the outbox is woken: it sends, in threads of its own (streams/notify/deliver.py)

A kill before 4 tells it once more, with the same content, and owes the same; nothing is ever lost.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from processors.attribution import Attribution, attribute
from processors.card import (
    ALL_FEEDBACK,
    AND,
    EVERYBODY,
    FEEDS,
    NOBODY,
    UNNAMED,
    Card,
    Coincidence,
    Elsewhere,
    Spread,
    numbers_sql,
    parts,
)
from processors.chart import Chart, Plan, dispersion_of, drawn, trend
from processors.elsewhere import elsewhere
from processors.intents.taxonomy import Intent, Taxonomy
from processors.markdown import markdown
from processors.names import unnamed
from processors.verbatims import Chosen, Verbatim, chosen
from processors.wording import Language
from schemas.spikes import CHANNEL, EVERYTHING, Transition
from streams.telemetry import log
from streams.warehouse.questions import Consequences, Emergent, Feedback, Minutes, Series, Who
from streams.warehouse.spikes import SpikeStore

RELEVANT = 0.05
"""The part of a spike that a product or channel must have for what was done there to be mentioned."""
PRODUCTS = ("product_model", "product_sku", "product_category")
MOSTLY = 0.5
"""From which part on an emergent topic is the business of the owner of a known subject."""
VALUES = 50
"""How many values of a dimension a card keeps."""


class Asked(Protocol):
    """What is asked about a spike: streams/warehouse/questions.py."""

    def feedback(self, spike: Transition, said: Minutes = ...) -> Feedback:
        """Its own feedback and other, in the episode and before it."""

    def words(self, spike: Transition, whose: Mapping[str, str] = ..., said: Minutes = ...) -> list[Verbatim]:
        """The customers' words; only of feedback that has these values."""

    def who(self, spike: Transition) -> Who:
        """How many customers, and how much in each minute."""

    def series(self, spike: Transition) -> Series:
        """What was counted and expected, minute by minute."""

    def consequences(self, spike: Transition, products: Mapping[str, Sequence[str]], channels: Sequence[str]) -> Consequences:
        """Orders, what became of them, and satisfaction."""

    def emergent(self, spike: Transition) -> Emergent | None:
        """What an emergent topic is."""

    def context(self, spike: Transition, products: Sequence[str], channels: Sequence[str]) -> list[Coincidence]:
        """What was done in the days before."""


class Reason(NamedTuple):
    """Why, where, in whose words, what was done before, and what came of it."""

    attribution: Attribution
    chosen: Chosen
    context: list[Coincidence]
    emergent: Emergent | None = None
    elsewhere: Sequence[Elsewhere] = ()
    who: Who | None = None
    series: Series | None = None
    consequences: Consequences | None = None

    @property
    def verbatims(self) -> list[str]:
        """The customers' words that are shown."""
        return self.chosen.texts


class Subject(NamedTuple):
    """What a spike is about, by the taxonomy or by its kind."""

    label: str
    severity: str
    owner: str
    label_zh: str = ""
    label_en: str = ""
    moves_zh: tuple[str, ...] = ()
    moves_en: tuple[str, ...] = ()
    mostly_zh: str = ""
    mostly_en: str = ""
    """Of an emergent topic: the known subject that most of it is about, whose owner it has."""


class Odds(NamedTuple):
    """The alert budget in force: false alerts per 1,000 topics a day, or, if that is set, a week in all."""

    false_alerts: float = 0.0
    alerts_per_week: float = 0.0


NO_ODDS = Odds()


class Notifier(Protocol):
    """Somebody who looks on: the terminal."""

    def notify(self, card: Card, body: str) -> None:
        """`body` is the card as Markdown."""


class Outbox(Protocol):
    """What sends cards: streams/notify/deliver.py."""

    def owe(self, card: Card) -> object:
        """Write down to whom it is owed; again is the same. Raises SinkUnavailable."""

    def wake(self) -> None:
        """What was owed is recorded, and may go out."""


class Tell:
    """One card a transition; the file of an episode is replaced by its latest card."""

    def __init__(
        self, *, questions: Asked, spikes: SpikeStore, taxonomy: Taxonomy, out: Path, notifiers: Sequence[Notifier] = (),
        odds: Odds = NO_ODDS, outbox: Outbox | None = None, language: Language = "en", zone: tzinfo = UTC,
    ) -> None:  # fmt: skip
        self._questions, self._spikes, self._taxonomy, self._notifiers = questions, spikes, taxonomy, notifiers
        self._odds, self._outbox, self._language, self._zone = odds, outbox, language, zone
        self._folder = out / "spikes"

    def __call__(self, transitions: Sequence[Transition]) -> None:
        """Tell each transition that is not recorded yet, in order; nobody is notified of a muted subject."""
        for transition in transitions:
            if self._spikes.told(transition):
                continue
            card = self.card(transition)
            body = markdown(card, language=self._language, zone=self._zone)
            self._write(transition.spike_id, body)
            if not self._spikes.muted(transition):
                for notifier in self._notifiers:
                    notifier.notify(card, body)
            if self._outbox:
                self._outbox.owe(card)  # who mutes it is asked again when it is sent
            self._spikes.write_card(card, body)
            if self._outbox:
                self._outbox.wake()
            log.info("told", spike=transition.spike_id, transition=transition.transition, topic=transition.topic)

    def card(self, transition: Transition) -> Card:
        """Explain a transition: who is behind it, in whose words."""
        reason = explained(self._questions, transition)
        return card_of(transition, reason, subject_of(transition, self._taxonomy, reason.emergent), self._odds)

    def _write(self, spike_id: str, body: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f".{spike_id}.new"
        fresh.write_text(body, encoding="utf-8")
        fresh.replace(self._folder / f"{spike_id}.md")


def subject_of(transition: Transition, taxonomy: Taxonomy, emergent: Emergent | None = None) -> Subject:
    """What a spike is about. What a feed or everything does has no owner in a taxonomy; what nobody had named has one if most
    of it is about a subject that has."""
    if transition.kind == "emergent":
        label = (unnamed(emergent.label) if emergent else "") or transition.topic
        if mostly := _mostly(emergent, taxonomy):
            return Subject(label, "normal", mostly.owner, mostly_zh=mostly.label_zh, mostly_en=mostly.label_en)
        return Subject(label, "normal", UNNAMED)
    if transition.kind == "total":
        return Subject(ALL_FEEDBACK, "normal", EVERYBODY)
    if transition.kind == "silence" and transition.topic == EVERYTHING:
        return Subject(ALL_FEEDBACK, "high", FEEDS)
    if transition.kind == "silence" and transition.topic.startswith(CHANNEL):
        return Subject(unnamed(transition.topic.removeprefix(CHANNEL)), "high", FEEDS)
    intent = taxonomy.by_name.get(transition.topic)
    if intent is None:
        return Subject(transition.topic, "normal", NOBODY)
    label = " / ".join(label for label in (intent.label_zh, intent.label_en) if label) or transition.topic
    subject = Subject(label, intent.severity, intent.owner, intent.label_zh, intent.label_en)
    if transition.kind == "silence":  # the moves are for too much of it
        return subject
    return subject._replace(moves_zh=intent.moves_zh, moves_en=intent.moves_en)


def _mostly(emergent: Emergent | None, taxonomy: Taxonomy) -> Intent | None:
    """The known subject that at least half of an emergent topic is about."""
    found = [(part, name) for name, part in emergent.intents if part >= MOSTLY] if emergent else []
    return taxonomy.by_name.get(max(found)[1]) if found else None


def explained(questions: Asked, transition: Transition) -> Reason:
    """Ask the warehouse why. Of a silence only what was done before and its numbers are known: its feedback is missing."""
    emergent = questions.emergent(transition) if transition.kind == "emergent" else None
    series = questions.series(transition)
    if transition.kind == "silence":
        channel = [transition.topic.removeprefix(CHANNEL)] if transition.topic.startswith(CHANNEL) else []
        context = questions.context(transition, [], channel)
        return Reason(Attribution([], [], []), Chosen([], ""), context, series=series)
    who = questions.who(transition)
    feedback = questions.feedback(transition, who.minutes)
    observed, expected, complete = transition.observed, transition.expected, feedback.complete
    apart = ("language",) if emergent else ()  # its words are of one language: that explains nothing
    found = attribute(feedback.groups, observed, expected, complete=complete, apart=apart)
    whose = parts(found.where[0]) if transition.kind == "total" and found.where else {}  # else anybody's, about anything
    products, channels = _products(found), _relevant(found, "channel")
    return Reason(
        found,
        chosen(questions.words(transition, whose, who.minutes)),
        questions.context(transition, _relevant(found, *PRODUCTS), channels),
        emergent,
        elsewhere(feedback.groups, found.where, observed, expected, complete=complete),
        who,
        series,
        questions.consequences(transition, products, channels),
    )


def card_of(transition: Transition, reason: Reason, subject: Subject, odds: Odds = NO_ODDS) -> Card:
    """The card of a transition whose reason is known. Names and other personal data in labels are hidden once more: whoever sends
    events may call a shop as he likes."""
    where, spread, unchanged = reason.attribution
    who, series, known = reason.who, reason.series, reason.consequences
    return Card(
        transition=transition,
        label=subject.label,
        severity=subject.severity,
        owner=subject.owner,
        where=[replace(c, value=_hidden(c.value)) for c in where],
        spread=[Spread(s.dimension, tuple((unnamed(value), n) for value, n in s.values[:VALUES])) for s in spread],
        verbatims=reason.chosen.texts,
        sql=numbers_sql(transition),
        unchanged=unchanged,
        context=[replace(done, title=unnamed(done.title)) for done in reason.context],
        label_zh=subject.label_zh,
        label_en=subject.label_en,
        customers=who.customers if who else None,
        customers_at_least=who.at_least if who else False,
        contacts=series.contacts if series else None,
        orders=known.orders if known else None,
        trend=_trend(transition, who, series),
        elsewhere=[replace(e, value=unnamed(e.value)) for e in reason.elsewhere],
        odd=reason.chosen.odd,
        impact=known.outcomes if known else [],
        rating=known.rating if known else None,
        moves_zh=list(subject.moves_zh),
        moves_en=list(subject.moves_en),
        mostly_zh=subject.mostly_zh,
        mostly_en=subject.mostly_en,
        false_alerts=odds.false_alerts,
        alerts_per_week=odds.alerts_per_week,
        chart=_chart(transition, who, series),
    )


def _hidden(value: str) -> str:
    """A contributor's value, or both of a pair."""
    return AND.join(map(unnamed, value.split(AND)))


def _trend(spike: Transition, who: Who | None, series: Series | None) -> str:
    """Of an episode that is over, and of a silence, nothing."""
    if spike.closed or spike.kind == "silence" or who is None or series is None:
        return ""
    return trend(who.minutes if spike.kind == "emergent" else series.counts, spike.started, spike.updated)


def _chart(spike: Transition, who: Who | None, series: Series | None) -> Chart | None:
    """None where nothing was counted by the minute: of a channel's silence, or of everything's."""
    if series is None or (spike.kind == "silence" and not series.bands):
        return None
    counts = who.minutes if spike.kind == "emergent" and who else series.counts
    dispersion = dispersion_of(spike.expected, spike.high)
    return drawn(Plan.of(spike.started, spike.updated), counts, series.bands, dispersion=dispersion, onset=spike.started)


def _products(found: Attribution) -> dict[str, list[str]]:
    """The products of the spike, by one dimension: those that carry it, else those that have a part of it."""
    for name in PRODUCTS:
        if carrying := [values[name] for values in map(parts, found.where) if name in values]:
            return {name: list(dict.fromkeys(carrying))}
    return next(({name: values} for name in PRODUCTS if (values := _relevant(found, name))), {})


def _relevant(found: Attribution, *dimensions: str) -> list[str]:
    """The values of these dimensions that carry the spike, or have a part of it."""
    carrying = [values[name] for values in map(parts, found.where) for name in dimensions if name in values]
    for spread in found.spread:
        total = sum(count for _, count in spread.values)
        if spread.dimension in dimensions:
            carrying += [value for value, count in spread.values if value and count >= RELEVANT * total]
    return list(dict.fromkeys(carrying))
