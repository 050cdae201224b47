"""One channel's way out: what waits for it, and what is done next. Threads and the clock are given (streams/notify/deliver.py).

The order of a message, in one place:
1. what could not be recorded before is recorded
2. muted? quiet hours? does the first wait for others? what of it has somebody else sent?
3. rate limit
4. `sending` is written
5. the channel sends
6. `sent`, `refused`, or `owed` once more is written

A kill before 5 repeats nothing, one after 6 neither; between them the message is sent once more, with the same id and into the
same thread. So it is when the channel's answer did not come: the message stays `sending`.
While the warehouse is away nothing is sent, as 4 cannot be done. What waits is bounded by what DETECT says in an outage: a few
cards an hour.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from processors.card import Card
from processors.said import Said
from streams.failures import SinkUnavailable
from streams.notify.channel import Channel, Later, Misconfigured, Outgoing, Receipt, Refused, Unanswered
from streams.notify.clock import Clock
from streams.notify.config import ChannelConfig
from streams.notify.digest import LATERS, MOST, Batch, Item, compose
from streams.notify.pace import Pace, retry_wait
from streams.notify.routing import at_least
from streams.telemetry import log
from streams.warehouse.deliveries import HELD, MUTED, OWED, REFUSED, SENDING, SENT, WAITING, Delivery, Key, Store

MEND_S = 300.0
"""How often it is tried whether a person has mended what only a person can, if no file says so at once."""
GONE_H = 24.0
"""How long cards wait for a channel that notify.toml names no more."""
UNDER_WAY_S = 40.0
"""So long another process may still be sending what it has marked: a send takes half a minute at most."""

Episode = tuple[str, str, str]
"""Tenant, spike and channel."""


class Wiring(Struct, frozen=True):
    """What notify.toml makes of a channel now."""

    config: ChannelConfig | None
    """None: it is not in notify.toml any more."""
    channel: Channel | None
    """None: it cannot be built ..."""
    problem: str
    """... for this reason."""
    pace: Pace | None
    said: Callable[[Card], Said]
    mentions: Callable[[Card], bool]
    muted_until: Callable[[Card, datetime], datetime | None]
    empty: bool = False
    """notify.toml names no channel at all: nobody would take all of them out on purpose."""


class LaneState(Struct, frozen=True):
    """How a channel stands."""

    owed: int
    """Cards that should have gone out."""
    oldest_s: float
    """How long ago the earliest transition of these was; 0: there is none."""
    error: str
    """Why the last attempt failed; empty: it did not. No secrets, no customer's words."""
    misconfigured: bool
    """Nothing gets through until a person changes something."""
    held: int = 0
    """Cards that wait for the end of the quiet hours."""


class Lane:
    """`add` and `wire` from any thread; `step` from one."""

    def __init__(self, name: str, store: Store, clock: Clock, wiring: Wiring) -> None:
        self.name, self._store, self._clock = name, store, clock
        self.hurry = False
        """Do not wait for others: the process is about to end."""
        self.woken = threading.Event()
        """There may be something to do now."""
        self._wiring, self._lock = wiring, threading.Lock()
        self._items: dict[Key, Item] = {}
        self._unrecorded: list[Delivery] = []
        self._not_before, self._gone = 0.0, clock.monotonic()
        self._failures = self._away = 0
        self._error, self._misconfigured = "", False

    def add(self, items: Iterable[Item]) -> None:
        """Cards that are owed here; those that wait already are left as they are."""
        with self._lock:
            for item in items:
                self._items.setdefault(item.key, item)
        self.woken.set()

    def wire(self, wiring: Wiring) -> None:
        """What notify.toml says now. What a person had to mend is tried at once."""
        mended = self._misconfigured or wiring.channel is not self._wiring.channel or wiring.problem != self._wiring.problem
        if self._wiring.config or self._wiring.empty:
            self._gone = self._clock.monotonic()
        self._wiring = wiring
        if mended:
            self._not_before = 0.0
        self.woken.set()

    @property
    def keys(self) -> set[Key]:
        """Of what waits."""
        with self._lock:
            return set(self._items)

    @property
    def pace(self) -> Pace | None:
        """What its channel may still get; None: it cannot be built."""
        return self._wiring.pace

    @property
    def state(self) -> LaneState:
        """How it stands."""
        with self._lock:
            items = list(self._items.values())
        owed = [item.card.transition.at for item in items if item.delivery.state != HELD]
        age = max((self._clock.now() - min(owed)).total_seconds(), 0.0) if owed else 0.0
        return LaneState(len(owed), age, self._error, self._misconfigured, len(items) - len(owed))

    @property
    def settled(self) -> bool:
        """Is there nothing that could go out soon: all is sent and recorded, or waits for the morning or for a person?"""
        with self._lock:
            items = list(self._items.values())
        return not self._unrecorded and (self._misconfigured or all(item.delivery.state == HELD for item in items))

    def step(self) -> float | None:
        """Do the next thing. Seconds until there may be another; None: nothing waits. Blocks while it sends."""
        try:
            self._record(())
            wait = self._next()
        except SinkUnavailable:
            self._away += 1
            return retry_wait(self._away, None)
        self._away = 0
        return wait

    def _next(self) -> float | None:
        wiring, now = self._wiring, self._clock.monotonic()
        items = self._waiting()
        if not items:
            return None
        if wiring.config is None:
            return self._give_up(items, now)
        if self._not_before > now:
            return self._not_before - now
        if wiring.channel is None or wiring.pace is None:
            return self._mend(wiring.problem)
        young = {item.episode: item.not_before for item in items if item.not_before > now}
        passing, wait = self._awake([item for item in items if item.episode not in young], wiring.config)
        if not passing:
            return min([wait] * bool(wait) + [until - now for until in young.values()])
        first = min(item.since for item in passing)
        if not self.hurry and first + wiring.config.digest_wait_s > now:
            return first + wiring.config.digest_wait_s - now
        # the longer the channel takes nothing, the smaller the message: it may be one card that it does not take
        most = max(MOST >> self._failures // LATERS, 1)
        batch = compose(passing, wiring.config.digest_above, most)
        if self._is_done_otherwise(batch.covered, wiring):
            return 0.0
        threads = self._store.threads([item.delivery for item in batch.covered])
        cards = self._store.cards([item.delivery for item in batch.told])
        if gone := [item for item in batch.told if item.key not in cards]:
            self._record((), gone)  # it cannot be read (any more); it stands as owed, and is found again when it can
            return 0.0
        outgoing, parts = self._rendered(batch, wiring, wiring.channel, threads, cards)
        while parts > 1 and len(batch.told) > 1 and not batch.doubtful:
            # what does not fit waits for the next message: if one of several were not accepted, all would be repeated
            smaller = compose(passing, wiring.config.digest_above, max(len(batch.told) // parts, 1))
            rendered = self._rendered(smaller, wiring, wiring.channel, threads, cards)
            if rendered[1] >= parts:
                break
            batch, (outgoing, parts) = smaller, rendered
        return self._message(batch, outgoing, parts, threads, wiring.channel, wiring.pace)

    def _rendered(
        self, batch: Batch, wiring: Wiring, channel: Channel, threads: Mapping[Episode, str], cards: Mapping[Key, Card]
    ) -> tuple[Outgoing, int]:
        """The message, and how many the channel makes of it."""
        thread = threads.get((*batch.told[0].episode, self.name), "") if len(batch.told) == 1 else ""
        said = tuple(wiring.said(cards[item.key]) for item in batch.told)
        outgoing = Outgoing(batch.id, said, thread, any(wiring.mentions(item.card) for item in batch.covered))
        return outgoing, max(len(channel.render(outgoing)), 1)

    def _message(
        self, batch: Batch, outgoing: Outgoing, parts: int, threads: Mapping[Episode, str], channel: Channel, pace: Pace
    ) -> float:
        """Steps 3 to 6."""
        if wait := pace.take(parts, self._clock.monotonic()):
            return wait
        sending = [
            replace(item.delivery, state=SENDING, attempt=item.delivery.attempt + 1, detail=f"{batch.id} {parts}")
            for item in batch.covered
        ]
        self._store.write(sending)
        self._keep(batch.covered, sending)
        try:
            receipt = channel.send(outgoing)
        except Later as error:
            self._failures += 1
            self._again(batch, error, retry_wait(self._failures, error.after_s))
        except Misconfigured as error:
            self._again(batch, error, MEND_S)
        except Refused as error:
            self._refused(batch, str(error))
        else:
            self._sent(batch, receipt, threads)
        return 0.0

    def _sent(self, batch: Batch, receipt: Receipt, threads: Mapping[Episode, str]) -> None:
        done = [
            replace(one, state=SENT, thread=threads.get((*item.episode, self.name), "") or receipt.thread)
            for item, one in self._stands(batch.covered)
        ]
        self._failures, self._error, self._misconfigured = 0, "", False
        log.info("delivered", channel=self.name, message=batch.id, cards=len(batch.told), transitions=len(done))
        self._record(done, batch.covered)

    def _again(self, batch: Batch, error: Later | Misconfigured, wait: float) -> None:
        """Still owed; what may have arrived is tried again as it is, else the same, or more if more has come."""
        reason, later = str(error), isinstance(error, Later)
        self._complain(reason, misconfigured=not later)
        self._not_before = self._clock.monotonic() + wait
        doubtful = bool(batch.doubtful) or isinstance(error, Unanswered)
        again = [replace(one, attempt=one.attempt + 1) for _, one in self._stands(batch.covered)]
        if not doubtful:
            again = [replace(one, state=OWED, detail=reason) for one in again]
        vain = later and (doubtful or len(batch.told) == 1)
        self._keep([replace(item, laters=item.laters + vain) for item in batch.covered], again)
        self._record([] if doubtful else again)

    def _refused(self, batch: Batch, reason: str) -> None:
        """A card that nobody will ever accept is done with; of a digest each is tried alone, to find which it was."""
        self._complain(reason, misconfigured=False)
        if len(batch.told) > 1:
            owed = [replace(one, state=OWED, attempt=one.attempt + 1, detail=reason) for _, one in self._stands(batch.covered)]
            self._keep([replace(item, alone=True) for item in batch.covered], owed)
            self._record(owed)
            return
        refused = [replace(one, state=REFUSED, detail=reason) for _, one in self._stands(batch.covered)]
        self._record(refused, batch.covered)

    def _is_done_otherwise(self, items: Sequence[Item], wiring: Wiring) -> bool:
        """Drop what was sent by somebody else since we loaded it, and what is muted; leave what somebody else is sending now.
        Was there anything?"""
        standing = self._store.standing([item.delivery for item in items])
        gone = [item for item, one in zip(items, standing, strict=True) if one.state not in WAITING]
        theirs = [
            (replace(item, not_before=self._clock.monotonic() + UNDER_WAY_S), one)
            for item, one in zip(items, standing, strict=True)
            if one.state == SENDING and one.version > item.delivery.version
        ]
        if theirs:
            self._keep(*zip(*theirs, strict=True))
            return True
        muted, verdicts = [], dict[object, bool]()
        for item in items:
            step = item.card.transition
            about = step.tenant, step.kind, step.topic
            if item in gone:
                continue
            if about not in verdicts:
                verdicts[about] = self._store.muted(step)
            until = wiring.muted_until(item.card, self._clock.now())
            if verdicts[about] or until:
                why = f"notify.toml mutes it until {until:%Y-%m-%d %H:%M} UTC" if until else "by a verdict"
                muted.append((item, replace(item.delivery, state=MUTED, detail=why)))
        self._record([one for _, one in muted], [*gone, *(item for item, _ in muted)])
        return bool(gone or muted)

    def _awake(self, items: Sequence[Item], config: ChannelConfig) -> tuple[list[Item], float]:
        """What may ring now; and when the quiet hours end for the rest, which is recorded as held. An episode of which one card
        may ring does so with all of them, in their order; what may have arrived is not held and not taken apart."""
        now = self._clock.now()
        until = config.quiet.until(now, ZoneInfo(config.zone)) if config.quiet else None
        if not until:
            return list(items), 0.0
        loud = {item.episode for item in items if at_least(item.card.severity, config.quiet_except)}
        together = {item.doubtful for item in items if item.episode in loud} - {""}
        loud |= {item.episode for item in items if item.doubtful in together}
        held = [item for item in items if item.episode not in loud and item.delivery.state == OWED]
        rows = [
            replace(item.delivery, state=HELD, attempt=item.delivery.attempt + 1, detail=f"{until:%H:%M} UTC") for item in held
        ]
        self._store.write(rows)
        self._keep(held, rows)
        return [item for item in items if item.episode in loud], (until - now).total_seconds()

    def _mend(self, problem: str) -> float:
        """The channel could not be built: only a person can help, and notify.toml or a secret's file will say so."""
        self._complain(problem, misconfigured=True)
        return MEND_S

    def _give_up(self, items: Sequence[Item], now: float) -> float:
        """Nobody will name the channel again: cards that waited a day for that are done with."""
        self._complain("notify.toml has no channel of this name", misconfigured=True)
        limit = now - GONE_H * 3600
        old = [item for item in items if max(item.since, self._gone) <= limit and not self._wiring.empty]
        rows = [replace(item.delivery, state=REFUSED, detail=self._error) for item in old]
        self._record(rows, old)
        return MEND_S

    def _complain(self, reason: str, *, misconfigured: bool) -> None:
        """Once for each change of the reason."""
        if (reason, misconfigured) != (self._error, self._misconfigured):
            event = "channel_misconfigured" if misconfigured else "channel_failed"
            log.warning(event, channel=self.name, reason=reason)
        self._error, self._misconfigured = reason, misconfigured

    def _record(self, deliveries: Iterable[Delivery], done: Iterable[Item] = ()) -> None:
        """Write what has happened; what cannot be written now is written before anything else happens. `done` waits no more."""
        self._unrecorded += deliveries
        with self._lock:
            for item in done:
                self._items.pop(item.key, None)
        if self._unrecorded:
            self._store.write(self._unrecorded)
            self._unrecorded = []

    def _waiting(self) -> list[Item]:
        with self._lock:
            return sorted(self._items.values(), key=lambda item: item.order)

    def _stands(self, items: Iterable[Item]) -> list[tuple[Item, Delivery]]:
        """With the delivery as it is by now."""
        with self._lock:
            return [(item, self._items.get(item.key, item).delivery) for item in items]

    def _keep(self, items: Iterable[Item], deliveries: Iterable[Delivery]) -> None:
        with self._lock:
            for item, delivery in zip(items, deliveries, strict=True):
                self._items[item.key] = replace(item, delivery=delivery)
