"""The last hour: which message said what, each phrase once a conversation."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from processors.emergent.burst import Message
from processors.emergent.conversations import Conversations, Speaking
from processors.emergent.tokens import Integers, surface, tokenised
from processors.emergent.units import Slotting

MINUTE = 60
COPIED_LATIN, COPIED_HAN = 60, 25
"""Characters from which the same text is a copy (an advertisement, a quoted notice), that says nothing new the second time."""
_MESSAGE_BITS, _SLOT_BITS = 16, 26
_MOST_SPANS = 4


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
    """How much the newest blocks hold."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        self.messages = self.unheard = self.blocks = 0
        """How many are within it; `unheard`: messages with words in unheard company."""


class Window:
    """Blocks of the last hour and counts of the last minutes. Bounded by `long_minutes` times messages of a minute.

    A phrase's counts within all spans lie side by side (8 bytes a slot) and change as one number: what such random access costs
    is reaching the memory. At most four spans, of fewer than 65,536 conversations each: ValueError for more spans.
    """

    def __init__(self, slotting: Slotting, windows: Sequence[int]) -> None:
        if not 0 < len(windows) <= _MOST_SPANS:
            raise ValueError(f"from one to {_MOST_SPANS} windows, not {len(windows)}")
        self.slotting, self.long_minutes = slotting, max(windows)
        self.spans = [Span(minutes) for minutes in windows]
        self._counts = np.zeros(slotting.total, np.uint64)
        """Four times 16 bits: conversations that said each phrase, by span."""
        self._ones = np.eye(_MOST_SPANS, dtype=np.uint16).view(np.uint64)[:, 0]
        """What adds 1 to one span."""
        self.blocks: deque[Block] = deque()
        self.conversations = Conversations()
        self.lines: OrderedDict[str, int] = OrderedDict()
        """Long texts of the hour, with the minute each was last sent in; the oldest first."""
        self.marks = np.zeros(slotting.total, np.int16)
        """Scratch for who looks phrases up in blocks; 0 everywhere between uses."""

    def expire(self, minute: int) -> list[Block]:
        """Forget what is older than the hour before `minute`, and return it."""
        oldest = minute - self.long_minutes * MINUTE
        self._let_go(minute)
        gone = []
        while self.blocks and self.blocks[0].minute <= oldest:
            gone.append(self.blocks.popleft())
        while self.lines:
            line = next(iter(self.lines))
            if self.lines[line] > oldest:
                break
            del self.lines[line]
        self.conversations.forget(oldest)
        return gone

    def add(self, minute: int, messages: Sequence[Message], heard: npt.NDArray[np.float32] | None = None) -> Block:
        """Take in the messages of the newest minute. `heard` says of every slot how often it was said before (more than 0 is
        enough); without it no company is unheard."""
        joined = surface([message.text for message in messages])
        speaking = self.conversations.speaking([message.conversation for message in messages])
        copied = self._copied(minute, joined)
        owners, rows, slots = self._first_said(minute, speaking, *self._units(joined, copied, heard))
        self.conversations.say(minute, speaking, owners, slots)
        block = Block(
            minute,
            np.array([message.id for message in messages], np.uint64),
            speaking.numbers,
            [message.topics for message in messages],
            joined,
            slots,
            rows,
            len(set(rows[(slots >= self.slotting.word_slots) & (slots < self.slotting.first_pair)].tolist())),
        )
        self._count(block)
        return block

    def counts(self, slots: npt.NDArray[np.signedinteger]) -> npt.NDArray[np.uint16]:
        """Return how many conversations said each of some phrases: [slot, span]."""
        counts: npt.NDArray[np.uint16] = self._counts[slots].view(np.uint16).reshape(-1, _MOST_SPANS)
        return counts[:, : len(self.spans)]

    def _units(self, joined: str, copied: list[int], heard: npt.NDArray[np.float32] | None) -> tuple[Integers, Integers]:
        """Return rows and slots of all phrases, repetitions included; copies have none."""
        units = self.slotting.units(tokenised(joined))
        rows, slots = units.rows, units.slots
        if heard is not None:
            more_rows, more_slots = self.slotting.in_unheard_company(units, heard[slots[units.words :]] == 0)
            rows, slots = np.concatenate((rows, more_rows)), np.concatenate((slots, more_slots))
        if copied:
            own = np.ones(joined.count("\n") + 1, bool)
            own[copied] = False
            rows, slots = rows[own[rows]], slots[own[rows]]
        return rows, slots

    def _copied(self, minute: int, joined: str) -> list[int]:
        """Which texts are copies: as long as nobody writes twice by chance, and sent within the hour before, by whomever."""
        copied = []
        for row, line in enumerate(joined.split("\n")):
            if len(line) >= COPIED_HAN and (len(line) >= COPIED_LATIN or not line.isascii()):
                if line in self.lines:
                    copied.append(row)
                    self.lines.move_to_end(line)
                self.lines[line] = minute
        return copied

    def _first_said(
        self, minute: int, speaking: Speaking, rows: Integers, slots: Integers
    ) -> tuple[Integers, npt.NDArray[np.uint16], npt.NDArray[np.int32]]:
        """Return owner (ascending), row and slot of every phrase that its conversation has not said within the hour, once."""
        key = (speaking.who[rows] << _SLOT_BITS | slots) << _MESSAGE_BITS | rows
        key.sort()
        phrase = key >> _MESSAGE_BITS
        first = np.ones(len(key), bool)
        np.not_equal(phrase[1:], phrase[:-1], out=first[1:])
        who, said = self.conversations.said_since(speaking, minute - self.long_minutes * MINUTE)
        if len(said):
            earlier = who << _SLOT_BITS | said
            earlier.sort()
            at = np.searchsorted(earlier, phrase)
            first &= earlier[np.minimum(at, len(earlier) - 1)] != phrase
        key, phrase = key[first], phrase[first]
        rows, slots = key & ((1 << _MESSAGE_BITS) - 1), phrase & ((1 << _SLOT_BITS) - 1)
        return phrase >> _SLOT_BITS, rows.astype(np.uint16), slots.astype(np.int32)

    def _count(self, block: Block) -> None:
        self.blocks.append(block)
        np.add.at(self._counts, block.slots.astype(np.int64), self._ones[: len(self.spans)].sum())
        for span in self.spans:
            span.messages += len(block.ids)
            span.unheard += block.unheard
            span.blocks += 1

    def load(
        self, blocks: Sequence[Block], conversations: Sequence[tuple[str, int, list[int]]], number: int, minute: int
    ) -> None:
        """Become the window of the minute that had these blocks; `conversations` in order, with the minutes they spoke in."""
        said: dict[tuple[int, int], npt.NDArray[np.int32]] = {}
        for block in blocks:
            self._count(block)
            self._copied(block.minute, block.surface)
            owners = block.conversations[block.rows]  # phrases stand by conversation
            begins = np.flatnonzero(np.diff(owners, prepend=-1))
            parts = np.split(block.slots, begins[1:])
            said.update({(number, block.minute): part for number, part in zip(owners[begins].tolist(), parts, strict=False)})
        self._let_go(minute)
        self.conversations.load(conversations, said, number)

    def _let_go(self, minute: int) -> None:
        for span, one in zip(self.spans, self._ones, strict=False):
            while span.blocks and self.blocks[-span.blocks].minute <= minute - span.minutes * MINUTE:
                block = self.blocks[-span.blocks]
                np.subtract.at(self._counts, block.slots.astype(np.int64), one)
                span.messages -= len(block.ids)
                span.unheard -= block.unheard
                span.blocks -= 1
