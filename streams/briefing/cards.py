"""The cards of a briefing's episodes: as they were recorded, or else made now from what is known."""

from collections.abc import Mapping, Sequence

import msgspec

from processors.card import Card
from processors.intents.taxonomy import Taxonomy
from schemas.spikes import Spike, Transition
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
        transition = last_state(spike)
        reason = explained(self._questions, transition)
        return card_of(transition, reason, subject_of(transition, self._taxonomy, reason.emergent))


def last_state(spike: Spike) -> Transition:
    """An episode as it stands."""
    return Transition(
        spike_id=spike.id, transition="closed" if spike.closed else "updated", at=spike.updated, tenant=spike.tenant,
        kind=spike.kind, topic=spike.topic, started=spike.started, opened=spike.opened, updated=spike.updated,
        closed=spike.closed, observed=spike.observed, expected=spike.expected, low=spike.low, high=spike.high, surprise=0.0,
    )  # fmt: skip
