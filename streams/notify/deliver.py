"""What TELL owes reaches its channels: one thread a channel, so that one that is down delays only itself.

For each transition TELL calls `owe` (rows in the warehouse), records the card, and calls `wake`. What a process that was killed
left owed is loaded by the next one at its start: run one deliverer over a warehouse at a time.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from msgspec import Struct

from processors.card import Card
from processors.said import Language, Links, said
from streams.failures import SinkUnavailable, UserError
from streams.notify.channel import Channel, Misconfigured
from streams.notify.channels import build
from streams.notify.clock import Clock, SystemClock
from streams.notify.config import ChannelConfig, NotifyConfig
from streams.notify.digest import Item
from streams.notify.file import NotifyFile
from streams.notify.lane import UNDER_WAY_S, Lane, LaneState, Wiring
from streams.notify.pace import Pace, retry_wait
from streams.notify.routing import channels_of, is_routed, mentions_all, muted_until
from streams.telemetry import log
from streams.warehouse.deliveries import OWED, SENDING, TOO_OLD, WAITING, Delivery, Key, Store

CLOCK = SystemClock()
LOOK_S = 2.0
"""How often notify.toml and its secrets' files are looked at."""
READY_S = 0.2
"""How often a channel's thread that has not begun looks whether it should end."""
REFILL_S = 60.0
"""How often it is looked for what is owed and in no queue."""
AT_MOST_S = 60.0
"""How long a channel's thread sleeps at a time: the wall's clock may be set."""
STOP_S = 35.0
"""How long a send may take that is under way, and a little more."""

Linker = Callable[[Card, str], Links]
"""The links of a card that is sent through a channel (by name)."""
Builder = Callable[[str, str, Mapping[str, str]], Channel]
"""Makes a channel of type, name and options, secrets in them. Raises UserError or Misconfigured with what to do."""


class DeliveryState(Struct, frozen=True):
    """How telling people stands."""

    problem: str
    """What is wrong with notify.toml; empty: nothing."""
    channels: dict[str, LaneState]


class Deliverer:
    """`owe` and `wake` from one thread at a time (TELL's), everything else from any.

    As a context it starts, and at its end stops. A defect in one of its threads is raised by the next `owe`, `wake`, `drain` or
    `stop`.
    """

    def __init__(
        self,
        *,
        notify: NotifyFile,
        stores: Callable[[], Store],
        links: Linker,
        build: Builder = build,
        clock: Clock = CLOCK,
    ) -> None:
        """`stores` gives each thread its own connection."""
        self._notify, self._stores, self._links, self._build = notify, stores, links, build
        self._clock = clock
        self._store = stores()
        self._told: list[tuple[str, Item]] = []
        self._nobody: set[tuple[str, str]] = set()
        self._built: dict[str, tuple[object, Channel | None, str]] = {}
        self._paces: dict[str, Pace] = {}
        self._lanes: dict[str, Lane] = {}
        self._opened: list[Store] = [self._store]
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._moved = threading.Condition()
        self._defect: BaseException | None = None
        self._loaded, self._running = threading.Event(), False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def owe(self, card: Card) -> tuple[str, ...]:
        """Write down to whom the card is owed; their channels. To owe it again changes nothing. Raises SinkUnavailable."""
        self.check()
        config = self._notify.config
        names = channels_of(config, card)
        if not names:
            self._note_nobody(config, card)
            return ()
        age = self._clock.now() - card.transition.at
        states = {name: TOO_OLD if age > timedelta(hours=config.channels[name].max_age_h) else OWED for name in names}
        for delivery in self._store.owe(card.transition, states):
            if delivery.state in WAITING:
                self._told.append((delivery.channel, self._item(card, delivery)))
        return names

    def wake(self) -> None:
        """The cards that were owed are recorded: they may go out."""
        self.check()
        told, self._told = self._told, []
        for name, item in told:
            self._lane(name).add([item])

    def start(self) -> None:
        """Load what is owed, and send, in threads of their own. Returns at once."""
        self._ending.clear()
        with self._lock:
            self._running = True
            for lane in self._lanes.values():
                self._run(f"channel {lane.name}", partial(self._work, lane))
            self._run("deliverer", partial(self._keep, self._connected()))

    def stop(self, timeout_s: float = STOP_S) -> None:
        """Finish what is being sent, leave the rest owed. Returns when the threads have ended, or after so long."""
        self._ending.set()
        with self._lock:
            self._running, threads, self._threads = False, self._threads, []
        self._loaded.clear()
        for lane in self._all():
            lane.woken.set()
        until = self._clock.monotonic() + timeout_s
        for thread in threads:
            thread.join(max(until - self._clock.monotonic(), 0.01))
        if not any(thread.is_alive() for thread in threads):
            for store in self._opened:
                store.close()
        self.check()

    def drain(self, timeout_s: float) -> int:
        """Wait until everything has gone out that can now (not for the morning, nor for a person), at most so long. How many
        deliveries are still owed: the next process goes on with them."""
        until = self._clock.monotonic() + timeout_s
        with self._moved:
            while not self._defect and (left := until - self._clock.monotonic()) > 0:
                for lane in [lane for lane in self._all() if not lane.hurry]:  # also those that come while we wait
                    lane.hurry = True
                    lane.woken.set()
                if self._loaded.is_set() and all(lane.settled for lane in self._all()):
                    break
                self._moved.wait(min(left, 0.1))
        for lane in self._all():
            lane.hurry = False
        self.check()
        states = [lane.state for lane in self._all()]
        return sum(state.owed + state.held for state in states)

    def check(self) -> None:
        """Raise what one of the threads ended with, if one did."""
        if self._defect:
            raise self._defect

    @property
    def state(self) -> DeliveryState:
        """How telling people stands, for health and metrics."""
        return DeliveryState(self._notify.problem, {lane.name: lane.state for lane in self._all()})

    def load(self, store: Store | None = None) -> None:
        """Take over what is owed in the warehouse, whoever left it. Raises SinkUnavailable. `start` does it in its own thread."""
        store = store or self._store
        now = self._clock.monotonic()
        for recent in store.recent():
            if recent.channel in self._notify.config.channels and (pace := self._lane(recent.channel).pace):
                pace.sent([now - recent.age_s] * recent.parts)
        self.refill(store)
        self._loaded.set()

    def refill(self, store: Store | None = None) -> None:
        """Take what stands as owed and is in no queue here: whoever owed it may have lost the right to send. Raises
        SinkUnavailable."""
        owed = (store or self._store).owed(set[Key]().union(*(lane.keys for lane in self._all())))
        for delivery, card, age_s in owed:
            self._lane(delivery.channel).add([self._item(card, delivery, age_s)])
        if owed:
            log.info("owed_before", deliveries=len(owed))

    def look(self) -> None:
        """Put into force what has changed in notify.toml and the secrets' files."""
        if self._notify.changed():
            self._nobody.clear()
            for name in self._notify.config.channels:
                self._lane(name)
            for lane in self._all():
                lane.wire(self._wiring(lane.name))

    def lanes(self) -> list[Lane]:
        """Of every channel that notify.toml names or that something is owed to; for whoever steps them by hand."""
        for name in self._notify.config.channels:
            self._lane(name)
        return self._all()

    def _keep(self, store: Store) -> None:
        """The deliverer's own thread: load, then look for changes, and for what nobody sends."""
        failures = 0
        self.lanes()
        while not self._ending.is_set() and not self._loaded.is_set():
            try:
                self.load(store)
            except SinkUnavailable:
                failures += 1
                self._ending.wait(retry_wait(failures, None))
        refilled = self._clock.monotonic()
        while not self._ending.wait(LOOK_S):
            self.look()
            if self._clock.monotonic() - refilled >= REFILL_S:
                refilled = self._clock.monotonic()
                try:
                    self.refill(store)
                except SinkUnavailable as error:
                    log.warning("not_refilled", reason=error)

    def _item(self, card: Card, delivery: Delivery, age_s: float = 0.0) -> Item:
        """What has just been marked by another process may still be on its way."""
        now = self._clock.monotonic()
        return Item(card, delivery, now, not_before=now + UNDER_WAY_S - age_s if delivery.state == SENDING else 0.0)

    def _work(self, lane: Lane) -> None:
        """A channel's thread. Until what was owed before is here, a later card of an episode could overtake it."""
        while not self._loaded.wait(READY_S) and not self._ending.is_set():
            pass
        while not self._ending.is_set():
            lane.woken.clear()
            wait = lane.step()
            with self._moved:
                self._moved.notify_all()
            if wait != 0.0:
                lane.woken.wait(AT_MOST_S if wait is None else min(wait, AT_MOST_S))

    def _run(self, name: str, work: Callable[[], None]) -> None:
        """Called with the lock."""

        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - nobody would see it in this thread; TELL's raises it
                self._defect = error
            with self._moved:
                self._moved.notify_all()

        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _lane(self, name: str) -> Lane:
        with self._lock:
            lane = self._lanes.get(name)
            if lane is None:
                lane = self._lanes[name] = Lane(name, self._connected(), self._clock, self._wiring(name))
                if self._running:
                    self._run(f"channel {name}", partial(self._work, lane))
            return lane

    def _all(self) -> list[Lane]:
        with self._lock:
            return list(self._lanes.values())

    def _connected(self) -> Store:
        store = self._stores()
        self._opened.append(store)
        return store

    def _wiring(self, name: str) -> Wiring:
        """What notify.toml makes of a channel now; one whose options are as they were is kept."""
        config = self._notify.config
        own = config.channels.get(name)
        channel, problem = self._made(own) if own else (None, "")
        pace = self._paces.setdefault(channel.bucket, Pace(channel.limits)) if channel else None
        language: Language = own.language if own else "en"
        zone = ZoneInfo(own.zone if own else "UTC")
        return Wiring(
            config=own,
            channel=channel,
            problem=problem,
            pace=pace,
            said=lambda card: said(card, language=language, zone=zone, links=self._links(card, name)),
            mentions=lambda card: mentions_all(config, card, name),
            muted_until=lambda card, now: muted_until(config, card, now),
            empty=not config.channels,
        )

    def _made(self, own: ChannelConfig) -> tuple[Channel | None, str]:
        try:
            options = self._notify.options(own)
        except Misconfigured as error:
            self._built.pop(own.name, None)
            return None, str(error)
        made_of = own.type, options
        before = self._built.get(own.name)
        if before and before[0] == made_of:
            return before[1:]
        try:
            channel, problem = self._build(own.type, own.name, options), ""
        except (Misconfigured, UserError) as error:
            channel, problem = None, str(error)
        self._built[own.name] = made_of, channel, problem
        return channel, problem

    def _note_nobody(self, config: NotifyConfig, card: Card) -> None:
        """Once for each subject until notify.toml changes, and never of a transition that a route leaves out on purpose."""
        step = card.transition
        about = step.tenant, step.topic
        if about not in self._nobody and not is_routed(config, card):
            self._nobody.add(about)
            log.warning("no_route", tenant=step.tenant, topic=step.topic, spike=step.spike_id, told="the files only")
