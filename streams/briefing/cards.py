"""The cards of a briefing's episodes: as they were recorded, or else made now from what is known."""

from collections.abc import Mapping, Sequence

import msgspec

from processors.card import Card
from processors.intents.taxonomy import Taxonomy
from schemas.spikes import Spike, transition_of
from streams.tell import card_of, explained, subject_of
from streams.warehouse.questions import Questions
from streams.warehouse.spikes import SpikeStore


class Cards:
    """`spikes` may read what TELL recorded. Blocking."""

    def __init__(self, spikes: SpikeStore, questions: Questions, taxonomy: Taxonomy) -> None:
        self._spikes, self._questions, self._taxonomy = spikes, questions, taxonomy

    def __call__(self, spikes: Sequence[Spike]) -> Mapping[str, Card]:
        """A card for each episode, by its id."""
        return {spike.id: self._recorded(spike) or self._made(spike) for spike in spikes}

    def _recorded(self, spike: Spike) -> Card | None:
        """None: it was recorded before cards were kept as data, or by a version that wrote them otherwise."""
        try:
            return self._spikes.card(spike.id)
        except msgspec.MsgspecError:
            return None

    def _made(self, spike: Spike) -> Card:
        transition = transition_of(spike)
        reason = explained(self._questions, transition)
        return card_of(transition, reason, subject_of(transition, self._taxonomy, reason.emergent))
