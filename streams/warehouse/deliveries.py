"""What is owed to whom, in the warehouse: one row for each card and channel, whose highest version stands.

    owed -> sending -> sent | refused        sending is written before a send: after a kill the message is known to be doubtful
         -> held (quiet hours) -> sending    owed again, one attempt later, when a send did not succeed
         -> too_old | muted

A version is made of the attempt and the state's rank, never of a clock: what is final outranks what is not, a later attempt an
earlier one, and to owe once more what is owed, or was sent, changes nothing.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec
from msgspec import Struct

from processors.card import Card
from schemas.spikes import Transition
from streams.telemetry import log
from streams.warehouse.client import WarehouseClient
from streams.warehouse.spikes import SpikeStore

OWED, HELD, SENDING, TOO_OLD, MUTED, REFUSED, SENT = "owed", "held", "sending", "too_old", "muted", "refused", "sent"
STATES = (OWED, HELD, SENDING, TOO_OLD, MUTED, REFUSED, SENT)
"""By rank."""
WAITING = frozenset((OWED, HELD, SENDING))
"""Whoever starts loads these; the others are final."""
_FINAL = 1 << 48
_RANKS = 8
_PIECE = 300
"""Cards that one statement reads: each may be ten kilobytes."""
_TRIED_MOST = 10
"""Attempts in a minute, as the pauses between them grow."""
_STEPS = ("opened", "updated", "closed")

Key = tuple[str, str, int, str, str]
"""Tenant, spike, minute (seconds since 1970), step and channel: unique."""


class Delivery(Struct, frozen=True):
    """A card's way to one channel, as it stands."""

    transition: Transition
    channel: str
    state: str = OWED
    attempt: int = 0
    thread: str = ""
    """Of what was sent: what later messages of the episode answer to."""
    detail: str = ""
    """Of what was sent or is being sent: the message's id and into how many parts it was cut. Else why it was not."""

    @property
    def key(self) -> Key:
        """What no other has."""
        step = self.transition
        return step.tenant, step.spike_id, int(step.at.timestamp()), step.transition, self.channel

    @property
    def version(self) -> int:
        """The higher one stands."""
        return (0 if self.state in WAITING else _FINAL) + self.attempt * _RANKS + STATES.index(self.state)


class Owed(NamedTuple):
    """A card that waits."""

    delivery: Delivery
    card: Card
    age_s: float
    """How long its delivery has stood so, by the warehouse's clock."""


class Recent(NamedTuple):
    """A message of the last minute."""

    channel: str
    age_s: float
    """Of the last attempt."""
    parts: int
    """In all attempts together."""


class Held(NamedTuple):
    """How a channel stands, for people."""

    channel: str
    state: str
    cards: int
    oldest: datetime
    """Minute of the earliest transition."""
    last: datetime
    """When the latest row was written ..."""
    detail: str
    """... and what it says."""


class Store(Protocol):
    """What the deliverer keeps its state in. Blocking; raises SinkUnavailable. One thread at a time."""

    def owe(self, transition: Transition, states: Mapping[str, str]) -> list[Delivery]:
        """Owe a transition to channels (or record that it is too old); what stands now for each of them."""

    def owed(self, known: Container[Key] = ()) -> list[Owed]:
        """Everything that waits and whose card is recorded, earliest first; without what is `known` already."""

    def cards(self, deliveries: Collection[Delivery]) -> dict[Key, Card]:
        """Their cards as they are recorded now: words may have been erased. One that cannot be read is left out."""

    def standing(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        """The same ones as they stand now."""

    def write(self, deliveries: Sequence[Delivery]) -> None:
        """Replace what stands, where these outrank it."""

    def threads(self, deliveries: Collection[Delivery]) -> dict[tuple[str, str, str], str]:
        """By tenant, spike and channel: the thread of the earliest message of the episode, if it has one."""

    def recent(self) -> list[Recent]:
        """The messages of the last minute, of all channels, rather too many than too few."""

    def muted(self, transition: Transition) -> bool:
        """Does a verdict mute what this is about?"""

    def close(self) -> None:
        """Let go of the connection."""


class Deliveries:
    """The table of deliveries. Blocking; raises SinkUnavailable. Not thread-safe, as its client."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client, self._spikes = client, SpikeStore(client)
        self._unreadable: set[tuple[object, ...]] = set()

    def owe(self, transition: Transition, states: Mapping[str, str]) -> list[Delivery]:
        """Owe a transition to channels, by the state to begin with (owed, too_old); what stands now for each of them.

        What stands already is left as it is, so whoever was killed before the card was recorded may owe it again.
        """
        fresh = [Delivery(transition, channel, state) for channel, state in states.items()]
        there = {one.channel: one for one in self._read(fresh)}
        self.write([one for one in fresh if one.channel not in there])
        return [there.get(one.channel, one) for one in fresh]

    def owed(self, known: Container[Key] = ()) -> list[Owed]:
        """Everything that waits and whose card is recorded, earliest first; without what is `known` already.

        Cards, the widest column of all, are read only of what waits. A card that this version cannot read stays owed: another
        one may.
        """
        rows = self._client.query(
            """SELECT tenant, spike_id, toUnixTimestamp(at), transition, channel, state, version, thread, detail,
                      toUInt32(greatest(dateDiff('second', changed_at, now()), 0))
               FROM delivery_local FINAL WHERE state IN %(waiting)s""",
            {"waiting": tuple(sorted(WAITING))},
        )
        waiting = [row for row in rows if tuple(row[:5]) not in known]
        waiting.sort(key=lambda row: (row[2], _STEPS.index(row[3]), *row[:2], row[4]))
        cards = self._cards({tuple(row[:4]) for row in waiting})
        return [
            Owed(Delivery(card.transition, channel, state, version % _FINAL // _RANKS, thread, detail), card, float(age_s))
            for *step, channel, state, version, thread, detail, age_s in waiting
            if (card := cards.get(tuple(step)))
        ]

    def cards(self, deliveries: Collection[Delivery]) -> dict[Key, Card]:
        """Their cards as they are recorded now: words may have been erased. One that cannot be read is left out."""
        found = self._cards({one.key[:4] for one in deliveries})
        return {one.key: found[one.key[:4]] for one in deliveries if one.key[:4] in found}

    def standing(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        """The same ones as they stand now; one of which there is no row as it is."""
        there = {one.key: one for one in self._read(deliveries)}
        return [there.get(one.key, one) for one in deliveries]

    def write(self, deliveries: Sequence[Delivery]) -> None:
        """One block of rows: after a crash all are there, or none (of one year)."""
        names = ("tenant", "spike_id", "at", "transition", "channel", "version", "state", "thread", "detail")
        rows = [
            (
                one.transition.tenant, one.transition.spike_id, one.transition.at, one.transition.transition, one.channel,
                one.version, one.state, one.thread, one.detail,
            )
            for one in deliveries
        ]  # fmt: skip
        self._client.insert("delivery_local", names, rows)

    def threads(self, deliveries: Collection[Delivery]) -> dict[tuple[str, str, str], str]:
        """By tenant, spike and channel: the thread of the earliest message of the episode, if it has one."""
        if not deliveries:
            return {}
        rows = self._client.query(
            """SELECT tenant, spike_id, channel, argMin(thread, (at, version)) FROM delivery_local FINAL
               WHERE (tenant, spike_id, channel) IN %(episodes)s AND state = 'sent' AND thread != ''
               GROUP BY tenant, spike_id, channel""",
            {"episodes": _tuples({(one.transition.tenant, one.transition.spike_id, one.channel) for one in deliveries})},
        )
        return {(tenant, spike, channel): thread for tenant, spike, channel, thread in rows}

    def recent(self) -> list[Recent]:
        """The messages of the last minute, of all channels, also those of which it is not known whether they went out.

        Of a message that was tried again only the last attempt has a row, which counts two for each (sent, owed once more) and
        does not say when they were: all are taken as of the last minute, up to ten.
        """
        rows = self._client.query(
            f"""SELECT channel, toUInt32(greatest(dateDiff('second', max(changed_at), now()), 0)),
                       greatest(toUInt32OrZero(splitByChar(' ', detail)[2]), 1)
                         * greatest(least(intDiv(intDiv(max(version) % {_FINAL}, {_RANKS}) + 1, 2), {_TRIED_MOST}), 1)
                FROM delivery_local FINAL
                WHERE state IN ('owed', 'sending', 'sent', 'refused') AND version >= {_RANKS} AND changed_at > now() - 60
                GROUP BY channel, state, detail, if(state = 'refused', spike_id, '')"""
        )
        return [Recent(channel, float(age), int(parts)) for channel, age, parts in rows]

    def muted(self, transition: Transition) -> bool:
        """Does a verdict mute what this is about?"""
        return self._spikes.muted(transition)

    def summary(self) -> list[Held]:
        """How every channel stands, by state."""
        rows = self._client.query(
            """SELECT channel, state, count(), min(at), max(changed_at), argMax(detail, changed_at)
               FROM deliveries GROUP BY channel, state ORDER BY channel, state"""
        )
        return [Held(*row) for row in rows]

    def close(self) -> None:
        """Let go of the connection; the next statement opens another."""
        self._client.close()

    def _read(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        if not deliveries:
            return []
        asked = {one.key: one.transition for one in deliveries}
        rows = self._client.query(
            """SELECT tenant, spike_id, toUnixTimestamp(at), transition, channel, state, version, thread, detail
               FROM delivery_local FINAL
               WHERE (tenant, spike_id, toUnixTimestamp(at), transition, channel) IN %(keys)s""",
            {"keys": _tuples(asked)},
        )
        return [
            Delivery(asked[tuple(key)], key[-1], state, version % _FINAL // _RANKS, thread, detail)
            for *key, state, version, thread, detail in rows
        ]

    def _cards(self, steps: Collection[tuple[object, ...]]) -> dict[tuple[object, ...], Card]:
        """By tenant, spike, minute and step; what cannot be read is said once."""
        found, listed = dict[tuple[object, ...], Card](), _tuples(steps)
        for begin in range(0, len(listed), _PIECE):
            rows = self._client.query(
                """SELECT tenant, spike_id, toUnixTimestamp(at), transition, card FROM card_local FINAL
                   PREWHERE (tenant, spike_id, toUnixTimestamp(at), transition) IN %(steps)s WHERE card != ''""",
                {"steps": listed[begin : begin + _PIECE]},
            )
            for *step, text in rows:
                try:
                    found[tuple(step)] = msgspec.json.decode(text, type=Card)
                except msgspec.MsgspecError:
                    if tuple(step) not in self._unreadable:
                        self._unreadable.add(tuple(step))
                        log.warning("card_unreadable", spike=step[1], transition=step[3])
        return found


def _tuples(found: Collection[tuple[object, ...]]) -> tuple[tuple[object, ...], ...]:
    return tuple(sorted(found, key=repr))
