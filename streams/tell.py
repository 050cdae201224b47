"""TELL: a transition becomes a card, the card is told, and then recorded.

The order, in one place: already recorded? -> explain -> card -> file and notifiers -> record. A kill between telling and
recording tells it once more, with the same content; nothing is ever lost.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from processors.card import DIMENSIONS, Card, Spread, markdown, numbers_sql
from processors.explain import Cell, contributors, different
from processors.intents.taxonomy import Taxonomy
from schemas.spikes import Transition
from streams.telemetry import log
from streams.warehouse.questions import Questions
from streams.warehouse.spikes import SpikeStore

NOBODY = "nobody (name an owner in taxonomy.yaml)"


class Notifier(Protocol):
    """A way to tell people. Blocks until the card is delivered."""

    def notify(self, card: Card, body: str) -> None:
        """`body` is the card as Markdown."""


class Tell:
    """One card a transition; the file of an episode is replaced by its latest card."""

    def __init__(
        self, *, questions: Questions, spikes: SpikeStore, taxonomy: Taxonomy, out: Path, notifiers: Sequence[Notifier] = ()
    ) -> None:
        self._questions, self._spikes, self._taxonomy, self._notifiers = questions, spikes, taxonomy, notifiers
        self._folder = out / "spikes"

    def __call__(self, transitions: Sequence[Transition]) -> None:
        """Tell each transition that is not recorded yet, in order."""
        for transition in transitions:
            if self._spikes.told(transition):
                continue
            card = self.card(transition)
            body = markdown(card)
            self._write(transition.spike_id, body)
            for notifier in self._notifiers:
                notifier.notify(card, body)
            self._spikes.write_card(card, body)
            log.info("told", spike=transition.spike_id, transition=transition.transition, topic=transition.topic)

    def card(self, transition: Transition) -> Card:
        """Explain a transition: who is behind it, in whose words."""
        cells = self._questions.cells(transition)
        intent = self._taxonomy.by_name.get(transition.topic)
        labels = [label for label in (intent.label_zh, intent.label_en) if label] if intent else []
        return Card(
            transition=transition,
            label=" / ".join(labels) or transition.topic,
            severity=intent.severity if intent else "normal",
            owner=intent.owner if intent else NOBODY,
            where=contributors(cells, transition.observed, transition.expected),
            spread=[_spread(dimension, cells) for dimension in DIMENSIONS],
            verbatims=different(self._questions.verbatims(transition)),
            sql=numbers_sql(transition),
        )

    def _write(self, spike_id: str, body: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f".{spike_id}.new"
        fresh.write_text(body, encoding="utf-8")
        fresh.replace(self._folder / f"{spike_id}.md")


def _spread(dimension: str, cells: Sequence[Cell]) -> Spread:
    mine = [(cell.value, cell.now) for cell in cells if cell.dimension == dimension and cell.now]
    return Spread(dimension, tuple(sorted(mine, key=lambda pair: (-pair[1], pair[0]))))
