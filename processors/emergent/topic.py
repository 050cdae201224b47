"""A topic that is being watched: what it is known by, and who says it."""

import math
from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np

from processors.emergent.burst import Burst
from processors.emergent.history import Floats
from processors.emergent.units import Slots

_LEAST_PART = 1 / 8
"""Part of a topic's conversations that say a word which tells it from others."""


class Member(msgspec.Struct, frozen=True):
    """A message of a topic."""

    minute: int
    conversation: int
    """The number that the window gave it."""
    words: list[int]
    """Slots of its words that its conversation had not said before."""
    surface: str
    """As `tokens.surface` gives it."""
    topics: tuple[str, ...]


class Topic(msgspec.Struct):
    """One emergent topic, from the minute it was told until it is forgotten."""

    burst: Burst
    """As last told."""
    last: int
    """Minute of its last message."""
    is_open: bool
    hot: list[int]
    """Slots that proved it: a new message with one of them says the same."""
    known_by: dict[int, float]
    """Slot of a word -> log of how much likelier it is here than elsewhere (nats)."""
    members: dict[int, Member]
    """By id, of the last hour, oldest first."""
    share: float
    """Part of messages that history lets expect to say so."""
    learned_from: int = 0
    """Members when `known_by` was learned."""

    def forget(self, oldest: int, most: int) -> None:
        """Let go of messages of the minute `oldest` and before, and of more than `most`."""
        while self.members:
            first = next(iter(self.members))
            if self.members[first].minute > oldest and len(self.members) <= most:
                break
            del self.members[first]
        self.learned_from = min(self.learned_from, len(self.members))

    def intents(self) -> dict[str, int]:
        """Return the known intents among its messages, most frequent first."""
        counted = Counter(name for member in self.members.values() for name in member.topics)
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def words_of(members: Sequence[Member]) -> tuple[Slots, Slots]:
    """Return the different words of some messages, and in how many conversations each is."""
    said = [slot for member in members for slot in member.words]
    return np.unique(np.array(said, np.int64), return_counts=True)


def learned(words: Slots, counts: Slots, conversations: int, elsewhere: Floats) -> dict[int, float]:
    """Return what tells a topic's messages from others: words of an eighth of its conversations at least, with their log lift
    where that is above 1. `elsewhere` is the part of other messages with each word.
    """
    here = counts / (conversations + 1)
    lift = np.log(here / np.maximum(elsewhere, 1e-9))
    kept = (counts >= max(2.0, conversations * _LEAST_PART)) & (lift > 1)
    return dict(zip(words[kept].tolist(), lift[kept].tolist(), strict=True))


def likeness(one: dict[int, float], other: dict[int, float]) -> float:
    """Return the cosine of what two topics are known by."""
    both = sum(weight * other[slot] for slot, weight in one.items() if slot in other)
    norm = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return both / norm if norm else 0.0
