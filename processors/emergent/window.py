"""The last hour: which message said what, each phrase once a conversation."""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from processors.emergent.burst import Message
from processors.emergent.tokens import Integers, surface, tokenised
from processors.emergent.units import Slotting

MINUTE = 60
COPIED_LATIN, COPIED_HAN = 60, 25
"""Characters from which the same text is a copy (an advertisement, a quoted notice), that says nothing new the second time."""
_MESSAGE_BITS, _SLOT_BITS = 16, 26


class Block(NamedTuple):
    """The messages of one minute."""

    minute: int
    ids: npt.NDArray[np.uint64]
    conversations: Integers
    """Numbers that the window gave them."""
    topics: list[tuple[str, ...]]
    surface: str
    """The texts as `tokens.surface` joins them."""
    slots: npt.NDArray[np.int32]
    """Phrases that their conversations said for the first time within the hour."""
    rows: npt.NDArray[np.uint16]
    """Index of the message of each."""
    unheard: int
    """Messages with words in unheard company."""


class Span:
    """Counts of the newest blocks: 2 bytes a slot."""

    def __init__(self, minutes: int, slots: int) -> None:
        self.minutes = minutes
        self.counts = np.zeros(slots, np.uint16)
        """Conversations that said each phrase."""
        self.messages = self.unheard = self.blocks = 0
        """How many are within it; `unheard`: messages with words in unheard company."""


class Window:
    """Blocks of the last hour and counts of the last minutes. Bounded by `long_minutes` times messages of a minute."""

    def __init__(self, slotting: Slotting, windows: Sequence[int]) -> None:
        self.slotting, self.long_minutes = slotting, max(windows)
        self.spans = [Span(minutes, slotting.total) for minutes in windows]
        self.blocks: deque[Block] = deque()
        self.numbers: dict[str, int] = {}
        """Of conversations heard within the hour, the longest silent first."""
        self.said: dict[int, list[tuple[int, npt.NDArray[np.int32]]]] = {}
        """By number of the conversation: minute, and phrases first said in it."""
        self.lines: dict[str, int] = {}
        """Long texts of the hour, with the minute each was last sent in."""
        self.next_number = 0
        self.marks = np.zeros(slotting.total, np.int16)
        """Scratch for who looks phrases up in blocks; 0 everywhere between uses."""

    def expire(self, minute: int) -> list[Block]:
        """Forget what is older than the hour before `minute`, and return it."""
        for span in self.spans:
            self._let_go(span, minute)
        gone = []
        while self.blocks and self.blocks[0].minute <= minute - self.long_minutes * MINUTE:
            block = self.blocks.popleft()
            gone.append(block)
            for line in block.surface.split("\n"):
                if self.lines.get(line) == block.minute:
                    del self.lines[line]
        while self.numbers:
            conversation = next(iter(self.numbers))
            number = self.numbers[conversation]
            if self.said[number][-1][0] > minute - self.long_minutes * MINUTE:
                break
            del self.numbers[conversation], self.said[number]
        return gone

    def add(self, minute: int, messages: Sequence[Message], heard: npt.NDArray[np.float32] | None = None) -> Block:
        """Take in the messages of the newest minute. `heard` says of every slot how often it was said before (more than 0 is
        enough); without it no company is unheard."""
        joined = surface([message.text for message in messages])
        units = self.slotting.units(tokenised(joined))
        rows, slots = units.rows, units.slots
        if heard is not None:
            more_rows, more_slots = self.slotting.in_unheard_company(units, heard[slots[units.words :]] == 0)
            rows, slots = np.concatenate((rows, more_rows)), np.concatenate((slots, more_slots))
        copied = self._copied(minute, joined)
        if copied.any():
            own = ~copied[rows]
            rows, slots = rows[own], slots[own]
        numbers = self._numbered(messages)
        place = {number: i for i, number in enumerate(dict.fromkeys(numbers.tolist()))}
        local = np.array([place[number] for number in numbers.tolist()], np.int64)
        key = (local[rows] << _SLOT_BITS | slots) << _MESSAGE_BITS | rows
        key.sort()
        phrase = key >> _MESSAGE_BITS
        first = np.ones(len(key), bool)
        np.not_equal(phrase[1:], phrase[:-1], out=first[1:])
        first &= self._not_said(minute, place, phrase)
        key = key[first]
        rows = key & ((1 << _MESSAGE_BITS) - 1)
        slots = (key >> _MESSAGE_BITS) & ((1 << _SLOT_BITS) - 1)
        block = Block(
            minute,
            np.array([message.id for message in messages], np.uint64),
            numbers,
            [message.topics for message in messages],
            joined,
            slots.astype(np.int32),
            rows.astype(np.uint16),
            len(set(rows[(slots >= self.slotting.word_slots) & (slots < self.slotting.first_pair)].tolist())),
        )
        self._count(block)
        spoken = self._spoken(numbers, block.rows, block.slots)
        nothing = block.slots[:0]
        for number in place:
            self.said.setdefault(number, []).append((minute, spoken.get(number, nothing)))
        return block

    def _copied(self, minute: int, joined: str) -> npt.NDArray[np.bool_]:
        """Which texts are copies: as long as nobody writes twice by chance, and sent within the hour before, by whomever."""
        copied = []
        for line in joined.split("\n"):
            long = len(line) >= (COPIED_LATIN if line.isascii() else COPIED_HAN)
            copied.append(long and line in self.lines)
            if long:
                self.lines[line] = minute
        return np.array(copied, bool)

    def _count(self, block: Block) -> None:
        self.blocks.append(block)
        for span in self.spans:
            np.add.at(span.counts, block.slots, np.uint16(1))
            span.messages += len(block.ids)
            span.unheard += block.unheard
            span.blocks += 1

    def load(
        self, blocks: Sequence[Block], conversations: Sequence[tuple[str, int, list[int]]], number: int, minute: int
    ) -> None:
        """Become the window of the minute that had these blocks; `conversations` in order, with the minutes they spoke in."""
        for block in blocks:
            self._count(block)
            self._copied(block.minute, block.surface)
        for span in self.spans:
            self._let_go(span, minute)
        by_minute = {block.minute: self._spoken(block.conversations, block.rows, block.slots) for block in blocks}
        nothing = np.zeros(0, np.int32)
        for name, own, minutes in conversations:
            self.numbers[name] = own
            self.said[own] = [(at, by_minute.get(at, {}).get(own, nothing)) for at in minutes]
        self.next_number = number

    def _let_go(self, span: Span, minute: int) -> None:
        while span.blocks and self.blocks[-span.blocks].minute <= minute - span.minutes * MINUTE:
            block = self.blocks[-span.blocks]
            np.subtract.at(span.counts, block.slots, np.uint16(1))
            span.messages -= len(block.ids)
            span.unheard -= block.unheard
            span.blocks -= 1

    def _numbered(self, messages: Sequence[Message]) -> Integers:
        numbers = []
        for message in messages:
            number = self.numbers.pop(message.conversation, -1)
            if number < 0:
                number, self.next_number = self.next_number, self.next_number + 1
            self.numbers[message.conversation] = number  # moves it to the end
            numbers.append(number)
        return np.array(numbers, np.int64)

    def _not_said(self, minute: int, place: dict[int, int], phrases: Integers) -> npt.NDArray[np.bool_]:
        """Which phrases (place of the conversation, then slot) their conversation has not said within the hour."""
        oldest = minute - self.long_minutes * MINUTE
        owners, said = [], []
        for number in place.keys() & self.said.keys():
            self.said[number] = kept = [entry for entry in self.said[number] if entry[0] > oldest]
            for _, slots in kept:
                owners.append(place[number])
                said.append(slots)
        if not said:
            return np.ones(len(phrases), bool)
        owner = np.repeat(np.array(owners, np.int64), [len(slots) for slots in said])
        earlier = owner << _SLOT_BITS | np.concatenate(said)
        earlier.sort()
        at = np.searchsorted(earlier, phrases)
        return earlier[np.minimum(at, len(earlier) - 1)] != phrases if len(earlier) else np.ones(len(phrases), bool)

    @staticmethod
    def _spoken(
        numbers: Integers, rows: npt.NDArray[np.uint16], slots: npt.NDArray[np.int32]
    ) -> dict[int, npt.NDArray[np.int32]]:
        """By number of the conversation what it said in a block; phrases are sorted by conversation."""
        owner = numbers[rows]
        if not len(owner):
            return {}
        edges = [0, *(np.flatnonzero(np.diff(owner)) + 1).tolist(), len(owner)]
        owners = owner[edges[:-1]].tolist()
        return {number: slots[a:b] for number, (a, b) in zip(owners, pairwise(edges), strict=True)}
