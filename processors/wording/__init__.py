"""What a card says, one module a language: every word that is not a customer's or the installation's own."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from processors.card import Card
from processors.wording.clock import Clock

Language = Literal["zh", "en"]


class Wording(Protocol):
    """One language. Methods give one line each, or "" where there is nothing to say."""

    names: Mapping[str, str]
    """What the parts of a card are called: the keys of facts, and quotes, odd, context, moves, dashboard, verbatims, verdicts,
    useful, known, noise, mute, sql."""
    everywhere: str
    """No dimension explains it ..."""
    too_few: str
    """... or too little is known of it to say."""

    def label(self, card: Card) -> str:
        """What it is about."""

    def title(self, card: Card, label: str, model: str) -> str:
        """What it is about, with the model if one carries it; of the total and of a silence also that."""

    def state(self, card: Card) -> str:
        """The transition in a word or two."""

    def summary(self, card: Card, clock: Clock, where: str) -> str:
        """How many, since when, where."""

    def size(self, card: Card) -> str:
        """How many against how many expected, with the range."""

    def odds(self, card: Card) -> str:
        """How often such an alert is false."""

    def customers(self, card: Card) -> str:
        """How many customers."""

    def part(self, card: Card) -> str:
        """The share of all contacts, and how many for 1,000 orders."""

    def since(self, card: Card, clock: Clock) -> str:
        """Since when, noticed when, and until when."""

    def trend(self, card: Card) -> str:
        """Does it still grow?"""

    def dimension(self, name: str) -> str:
        """What a reader calls a dimension."""

    def carried(self, card: Card, dimension: str) -> str:
        """The values of a dimension, or of a pair, that carry the excess."""

    def spread(self, values: Sequence[tuple[str, int]], dimension: str) -> str:
        """That nothing stands out in a dimension, and how it is spread."""

    def elsewhere(self, card: Card) -> str:
        """Where everything is as always."""

    def unchanged(self, card: Card) -> str:
        """Dimensions that are spread as always."""

    def impact(self, card: Card) -> str:
        """What became of orders, and of satisfaction."""

    def owner(self, card: Card) -> str:
        """Who owns it."""

    def severity(self, card: Card) -> str:
        """How severe it is."""

    def spike(self, card: Card) -> str:
        """Which spike of which tenant, for those who look it up."""

    def context(self, card: Card, clock: Clock) -> Sequence[str]:
        """What was done in the days before, newest first."""

    def moves(self, card: Card) -> Sequence[str]:
        """First moves."""

    def hint(self, spike_id: str, *, verdicts: bool, dashboard: bool) -> str:
        """Commands in place of the verdict links and of the dashboard, where there are none."""
