"""The emergent model as the yardstick calls it: `emergent_lab.py --detector benchmarks.adapters_emergent:make`."""

from collections.abc import Sequence
from typing import NamedTuple

from processors.emergent import EmergentConfig, EmergentModel, Message

START = 1_767_571_200
"""2026-01-05 00:00 UTC, a Monday 08:00 in China: the yardstick's minute 0."""


class Alert(NamedTuple):
    """What the yardstick reads of an emergent topic."""

    label: str
    messages: list[int]
    verbatims: list[str]
    score: float = 0.0


class Adapter:
    """Numbers messages as the yardstick does, and tells the topics that a minute opened."""

    def __init__(self, config: EmergentConfig) -> None:
        self.model = EmergentModel(config)
        self.next_id = 0

    def step(self, minute: int, messages: Sequence[tuple[str, str]]) -> list[Alert]:
        """Judge a minute counted from the start."""
        first, self.next_id = self.next_id, self.next_id + len(messages)
        batch = [Message(first + i, conversation, text) for i, (conversation, text) in enumerate(messages)]
        told = self.model.step(START + 60 * minute, batch)
        return [Alert(burst.label, burst.messages, [], burst.score) for burst in told.opened]


def make() -> Adapter:
    """Return the detector as configured by default."""
    return Adapter(EmergentConfig())
