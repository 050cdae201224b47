"""The conversations of the last hour: who speaks again, and which phrases each has said already."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from processors.emergent.tokens import Integers

Phrases = npt.NDArray[np.int32]


class Conversation:
    """One that spoke within the hour."""

    __slots__ = ("number", "said")

    def __init__(self, number: int) -> None:
        self.number = number
        self.said: list[tuple[int, Phrases]] = []
        """Minute, and the slots of phrases first said in it; the last entry is the minute it spoke last."""


class Speaking(NamedTuple):
    """Who sends the messages of a minute."""

    conversations: list[Conversation]
    """Each once, in order of their first message."""
    who: Integers
    """Of each message the index into `conversations`."""

    @property
    def numbers(self) -> Integers:
        """Of each message the number of its conversation."""
        return np.array([one.number for one in self.conversations], np.int64)[self.who]


class Conversations:
    """Bounded by the messages of an hour: one that has not spoken for so long is forgotten."""

    def __init__(self) -> None:
        self.by_name: OrderedDict[str, Conversation] = OrderedDict()
        """The longest silent first."""
        self.next_number = 0

    def forget(self, oldest: int) -> None:
        """Let go of those that spoke last in the minute `oldest` or before."""
        while self.by_name:
            name = next(iter(self.by_name))
            if self.by_name[name].said[-1][0] > oldest:
                break
            del self.by_name[name]

    def state(self) -> list[tuple[str, int, list[int]]]:
        """Return name, number and the minutes it spoke in of each, in order."""
        return [(name, one.number, [minute for minute, _ in one.said]) for name, one in self.by_name.items()]

    def load(
        self, state: Sequence[tuple[str, int, list[int]]], said: Mapping[tuple[int, int], Phrases], next_number: int
    ) -> None:
        """Become what gave this state; `said` holds what each number said first in each minute, where it said anything."""
        nothing = np.zeros(0, np.int32)
        for name, number, minutes in state:
            one = self.by_name[name] = Conversation(number)
            one.said = [(minute, said.get((number, minute), nothing)) for minute in minutes]
        self.next_number = next_number

    def speaking(self, names: Sequence[str]) -> Speaking:
        """Return the conversations of these names, one a message; who is not known gets the next number."""
        by_name = self.by_name
        place: dict[str, int] = {}
        heard: list[Conversation] = []
        who = []
        for name in names:
            index = place.get(name)
            if index is None:
                index = place[name] = len(heard)
                one = by_name.get(name)
                if one is None:
                    one = by_name[name] = Conversation(self.next_number)
                    self.next_number += 1
                heard.append(one)
            by_name.move_to_end(name)
            who.append(index)
        return Speaking(heard, np.array(who, np.int64))

    @staticmethod
    def said_since(speaking: Speaking, oldest: int) -> tuple[Integers, Phrases]:
        """Return owners (index into the speaking) and slots of what they said after the minute `oldest`; forget the rest."""
        owners, said = [], []
        for index, one in enumerate(speaking.conversations):
            if one.said:
                one.said = [entry for entry in one.said if entry[0] > oldest]
                owners += [index] * len(one.said)
                said += [slots for _, slots in one.said]
        if not said:
            return np.zeros(0, np.int64), np.zeros(0, np.int32)
        return np.repeat(np.array(owners, np.int64), [len(slots) for slots in said]), np.concatenate(said)

    @staticmethod
    def say(minute: int, speaking: Speaking, owners: Integers, slots: Phrases) -> None:
        """Remember what each said first in this minute; `owners`, ascending, are indices into the speaking."""
        edges = np.searchsorted(owners, np.arange(len(speaking.conversations) + 1)).tolist()
        for index, one in enumerate(speaking.conversations):
            one.said.append((minute, slots[edges[index] : edges[index + 1]]))
