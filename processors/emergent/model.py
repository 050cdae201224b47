"""The emergent model of one tenant: minute by minute, what nobody had named and many say."""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec
import numpy as np

from processors.emergent.burst import Burst, Message, Step
from processors.emergent.config import EmergentConfig
from processors.emergent.history import History
from processors.emergent.label import named
from processors.emergent.representative import representative
from processors.emergent.search import Found, search
from processors.emergent.state import VERSION, State, decode, pack, pack_block, unpack, unpack_block
from processors.emergent.tokens import Integers, word_hash
from processors.emergent.topic import Member, Topic, learned, likeness, words_of
from processors.emergent.units import Slotting
from processors.emergent.window import MINUTE, Block, Window


class EmergentModel:
    """Topics nobody had named. What is told depends on the minutes given, in order, and on nothing else.

    Bounded: counters (2^slot_bits · 1.5 slots of 20 bytes), the phrases of an hour of at most `max_messages` messages a minute,
    and `max_topics` topics. Of customers' words only those of the last hour are kept, and the words and label of topics.
    """

    def __init__(self, config: EmergentConfig | None = None) -> None:
        self.config = config = config or EmergentConfig()
        slotting = Slotting(config.slot_bits, config.reach)
        self.history = History(config, slotting)
        self.window = Window(slotting, config.windows)
        self.hot: set[int] = set()
        """Slots that were surprising when last looked at."""
        self.topics: list[Topic] = []
        """Open ones, and closed ones that would be known again; oldest first."""
        self.first = self.minute = 0
        """Minutes stepped first and last (0: none)."""

    def step(self, minute: int, messages: Sequence[Message]) -> Step:
        """Judge the next minute (seconds since 1970, a multiple of 60). Minutes may be left out, not repeated: ValueError."""
        config = self.config
        if self.minute and minute <= self.minute:
            raise ValueError(f"minute {minute} does not come after {self.minute}")
        self.first, self.minute = self.first or minute, minute
        for gone in self.window.expire(minute):
            self.history.add(gone.minute, gone.slots.astype(np.int64), gone.topics, gone.unheard)
        warm = self._is_warm(minute)
        block = None
        if messages:
            block = self.window.add(minute, _sampled(messages, config.max_messages), self.history.counts if warm else None)
        self._tend(block)
        opened: list[Topic] = []
        if warm and block and len(block.slots):
            explained = {slot for topic in self.topics if topic.is_open for slot in topic.hot}
            found, self.hot = search(self.window, self.history, config, block, self.hot, explained)
            for one in found:
                topic = self._placed(one)
                if topic is not None:
                    opened.append(topic)
        return self._told(opened)

    def _is_warm(self, minute: int) -> bool:
        return minute - self.first >= self.config.warm_up_minutes * MINUTE

    def _tend(self, block: Block | None) -> None:
        """Let topics forget what is old, and give them the new messages that say the same."""
        config, minute = self.config, self.minute
        oldest = minute - self.window.long_minutes * MINUTE
        self.topics = [t for t in self.topics if t.is_open or minute - t.last < config.cool_down_minutes * MINUTE]
        for topic in self.topics:
            topic.forget(oldest, config.max_members)
            if topic.is_open and block and len(block.slots):
                rows = self._alike(topic, block)
                if len(rows):
                    self._join(topic, [(block, rows)])

    def _alike(self, topic: Topic, block: Block) -> Integers:
        known = np.array(sorted({*topic.known_by, *topic.hot}), np.int64)
        if not len(known):
            return np.zeros(0, np.int64)
        enough = self.config.member_evidence
        proof = set(topic.hot)
        weights = np.array([enough if slot in proof else topic.known_by[slot] for slot in known.tolist()])
        at = np.minimum(np.searchsorted(known, block.slots), len(known) - 1)
        hit = np.flatnonzero(known[at] == block.slots)
        evidence = np.bincount(block.rows[hit], weights[at[hit]], len(block.ids))
        return np.flatnonzero(evidence >= enough)

    def _placed(self, found: Found) -> Topic | None:
        """Let a group join the topic that it is more of; else open one and return it."""
        config, group = self.config, found.group
        members = self._members(found.places)
        known_by = self._learn(members)
        best, rank = None, 0.0
        for topic in self.topics:
            overlap = len(members.keys() & topic.members.keys()) / max(min(len(members), len(topic.members)), 1)
            alike = likeness(known_by, topic.known_by)
            same = overlap >= config.join or (overlap >= config.join_alike and alike >= config.alike) or alike >= config.likeness
            if same and overlap + alike > rank:
                best, rank = topic, overlap + alike
        slots = found.slots.tolist()
        if best is not None:
            best.hot = list(dict.fromkeys([*best.hot, *slots]))[: config.max_hot]
            self._join(best, found.places)
            return None
        label, phrases = self._name(members)
        key = blake2b(f"{self.minute}\n{phrases[0] if phrases else slots[0]}".encode(), digest_size=8).hexdigest()
        onset = min(member.minute for member in members.values())
        burst = Burst(key, label, phrases, onset, self.minute, [], 0, 0.0, group.score, {}, [])
        topic = Topic(burst, self.minute, True, slots, known_by, members, found.share, len(members))
        self.topics.append(topic)
        if len(self.topics) > config.max_topics:
            self.topics.remove(min(self.topics, key=lambda topic: (topic.is_open, topic.last)))
        return topic

    def _join(self, topic: Topic, places: list[tuple[Block, Integers]]) -> None:
        members = self._members(places)
        if not members.keys() - topic.members.keys():
            return
        topic.members = dict(sorted({**topic.members, **members}.items(), key=lambda pair: pair[1].minute))
        topic.last = self.minute
        if len(topic.members) >= self.config.relearn * topic.learned_from:
            topic.known_by = self._learn(topic.members) or topic.known_by
            topic.learned_from = len(topic.members)

    def _members(self, places: list[tuple[Block, Integers]]) -> dict[int, Member]:
        found = {}
        for block, rows in places:
            lines = block.surface.split("\n")
            for row in rows.tolist():
                slots = block.slots[block.rows == row]
                words = slots[slots < self.window.slotting.word_slots].tolist()
                member = Member(block.minute, int(block.conversations[row]), words, lines[row], block.topics[row])
                found[int(block.ids[row])] = member
        return found

    def _learn(self, members: dict[int, Member]) -> dict[int, float]:
        words, counts = words_of(list(members.values()))
        conversations = len({member.conversation for member in members.values()})
        return learned(words, counts, conversations, self.history.share(words))

    def _name(self, members: dict[int, Member]) -> tuple[str, list[str]]:
        said: dict[int, str] = {}
        for member in members.values():
            number = member.conversation
            said[number] = f"{said[number]} \n {member.surface}" if number in said else member.surface
        return named(list(said.values()), self._share_of)

    def _share_of(self, words: Sequence[str]) -> list[float]:
        hashes = np.array([word_hash(word) for word in words], np.uint64)
        shares = self.history.share(self.window.slotting.words(hashes))
        return [float(share) for share in np.where(hashes == 0, 1.0, shares)]

    def _told(self, opened: list[Topic]) -> Step:
        told: list[Burst] = []
        alive: list[Burst] = []
        closed: list[str] = []
        for topic in self.topics:
            if not topic.is_open:
                continue
            if topic not in opened and self.minute - topic.last >= self.config.quiet_minutes * MINUTE:
                topic.is_open = False
                closed.append(topic.burst.key)
                continue
            topic.burst = self._now(topic)
            (told if topic in opened else alive).append(topic.burst)
        return Step(told, alive, closed)

    def _now(self, topic: Topic) -> Burst:
        """What is told of a topic now."""
        burst, members = topic.burst, topic.members
        chosen = burst.representative
        if not chosen or topic.learned_from == len(members) or not members.keys() >= set(chosen):
            chosen = representative(members, topic.known_by)
        return msgspec.structs.replace(
            burst,
            messages=list(members),
            observed=len({member.conversation for member in members.values()}),
            expected=topic.share * self.window.spans[-1].messages,
            topics=topic.intents(),
            representative=chosen,
        )

    def snapshot(self) -> bytes:
        """The whole state, as versioned bytes: some megabytes after days of a busy desk."""
        history, window = self.history, self.window
        said = np.flatnonzero((history.counts != 0) | (history.hour_counts != 0))
        return msgspec.msgpack.encode(
            State(
                VERSION,
                repr(self.config),
                self.minute,
                self.first,
                sorted(self.hot),
                self.topics,
                pack(said.astype(np.int32)),
                pack(history.counts[said]),
                pack(history.squares[said]),
                pack(history.hour_counts[said]),
                history.messages.tolist(),
                history.exposure.tolist(),
                history.hour_messages.tolist(),
                history.topics,
                history.weight,
                history.hour,
                [pack_block(block) for block in window.blocks],
                window.conversations.state(),
                window.conversations.next_number,
            )
        )

    @classmethod
    def restore(cls, config: EmergentConfig, body: bytes) -> "EmergentModel":
        """The model that wrote the snapshot. Raises ValueError for bytes that are none, for a version that this code does not
        know, and for other numbers than those it was made with."""
        state = decode(body)
        if state.config != repr(config):
            raise ValueError("the snapshot was made with another configuration")
        model = cls(config)
        model.minute, model.first, model.hot, model.topics = state.minute, state.first, set(state.hot), state.topics
        history, said = model.history, unpack(state.said_slots).astype(np.int64)
        history.counts[said] = unpack(state.counts)
        history.squares[said] = unpack(state.squares)
        history.hour_counts[said] = unpack(state.hour_counts)
        history.topics = state.known_topics
        history.messages, history.exposure = np.array(state.messages), np.array(state.exposure)
        history.hour_messages, history.weight, history.hour = np.array(state.hour_messages), state.weight, state.hour
        model.window.load([unpack_block(block) for block in state.blocks], state.conversations, state.next_number, state.minute)
        return model


def _sampled(messages: Sequence[Message], most: int) -> Sequence[Message]:
    """Of too many messages those of the conversations with the smallest hashes: whole conversations, in their order."""
    if len(messages) <= most:
        return messages
    rank = [blake2b(message.conversation.encode("utf-8", "replace"), digest_size=8).digest() for message in messages]
    limit = sorted(rank)[most - 1]
    return [message for message, own in zip(messages, rank, strict=True) if own <= limit][:most]
