"""DETECT: when a minute closes, have it counted, read back what the detector is given, judge it. It keeps no counts.

The order, in one place (ADR 0002):
1. recount the closed minutes that were touched since
2. count the closing minutes
3. give them to the detector, with what earlier minutes gained or lost; the first insert stands
4. read back what stands, and judge it
5. write the verdicts
6. write the transitions, and what the emergent topics among them are
7. publish the transitions (TELL)
8. is anything still owed? A later minute carries it
9. snapshot, now and then

Crash anywhere: load any snapshot and judge the stored minutes since. What a minute gave never changes once it can be read,
so the second judgement is the first, whoever makes it. Minutes are seconds since 1970.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from processors.detector import Detector, DetectorConfig
from processors.judged import Judged
from processors.negative_binomial import normal_range
from processors.watermark import MINUTE, Place, Watermarks
from schemas.progress import Progress
from schemas.spikes import Transition
from streams.warehouse.memory import Memory
from streams.warehouse.minutes import DAY, Minutes, among, between
from streams.warehouse.spikes import EmergentRow, SpikeStore, VerdictRow

QUIET = 2 * DAY
"""A minute is closed if there was any feedback within this span before it; the others are jumped over: an import may begin
years before it goes on, and an hour of silence after two days of it says nothing new."""
AT_ONCE = 50_000
"""Rows (tenants times minutes) that one statement closes in a replay ..."""
AT_LEAST = 240
"""... but never fewer minutes than this, however many tenants there are."""
SNAPSHOT_EVERY = 360
"""Minutes between snapshots."""
BAND_EVERY = 10 * MINUTE
LIVE = 0.01
"""Feedback a minute from which a topic's band is worth drawing."""


class Publish(Protocol):
    """Where transitions go; returns when they are told or safely queued. May see a transition again after a crash."""

    def __call__(self, transitions: Sequence[Transition]) -> None:
        """Tell them, in order."""


class Detect:
    """All tenants of one warehouse."""

    def __init__(
        self,
        *,
        minutes: Minutes,
        memory: Memory,
        spikes: SpikeStore,
        publish: Publish,
        config: DetectorConfig,
        partitions: Collection[Place] = (),
        progress: Callable[[int], None] = lambda _: None,
        at_once: int = AT_ONCE,
    ) -> None:
        self.config, self._at_once = config, at_once
        self._minutes, self._memory, self._spikes, self._publish, self._progress = minutes, memory, spikes, publish, progress
        self._watermarks = Watermarks(frozenset(partitions))
        self._detectors: dict[str, Detector] = {}
        self._touched: set[int] = set()  # not counted since
        self._owed: set[int] = set()  # counted since, but perhaps not given as counted
        self._given = 0  # before this every minute had its row when the process began
        self._told = 0  # before this every transition was told when the process began
        self._saved = 0
        self.next = 0
        """The first minute not judged; 0: none was."""

    @property
    def pending(self) -> list[int]:
        """Minutes whose change is not yet given: whoever resumes must know them."""
        return sorted(self._touched | self._owed)

    @property
    def baseline_days(self) -> dict[str, float]:
        """How much history each tenant's judgements rest on."""
        return {tenant: detector.baseline_days for tenant, detector in sorted(self._detectors.items())}

    def recover(self, pending: Sequence[int] = (), closed: int = 0, told: int = 0) -> None:
        """Begin where the last process stopped: its snapshot, the minutes it left `pending`, the first it left open
        (`closed`), and the first whose transitions may not have been told."""
        judged, snapshots = self._memory.load_detectors(self.config.name)
        for tenant, body in snapshots.items():
            self._detectors[tenant] = Detector.restore(self.config, tenant, body)
        self._close_orphans()
        self.next = self._saved = judged + MINUTE if judged else 0
        last = self._minutes.last_given()
        self._given = max(last + MINUTE if last else 0, closed)
        self._told = max(told, closed)
        self._watermarks.closed = self.next
        # What was touched and still open is not owed yet: it is given when it closes, and would be given twice.
        self._touched |= {minute for minute in pending if minute >= closed}
        self._owed |= {minute for minute in pending if minute < closed}

    def recover_without_position(self, told: int) -> None:
        """`recover`, where no position says what is pending. What was touched and closed was counted before its progress was
        committed, but perhaps by an owner who did not know what another had closed; so the last day is counted once more, and
        what is owed is found by looking. What is open is counted when it closes."""
        self.recover(told=told)
        if self._given:
            day = between(self._given - DAY, self._given)
            self._minutes.count(day)
            self._owed = self._minutes.owed(day, self._given - DAY)

    def _close_orphans(self) -> None:
        """Close what another detector (an older version, another configuration) left open, at the last that it said: this one
        would never close it. Nobody is told."""
        if left := self._spikes.orphans(self.config.name):
            self._spikes.write_transitions(
                [
                    msgspec.structs.replace(last, transition="closed", at=last.at + timedelta(minutes=1), closed=last.updated)
                    for last in left
                ]
            )

    def on_progress(self, progress: Iterable[Progress]) -> None:
        """Readers say how far they are, and what they touched."""
        for said in progress:
            self._watermarks.claim((said.source, said.partition), said.watermark)
            self._touched |= set(said.touched)

    @property
    def waits_for(self) -> Place | None:
        """The partition that holds the next minute open."""
        return self._watermarks.slowest

    def tick(self) -> int:
        """Recount, close, judge what can be closed; the number of minutes closed."""
        bound = self._watermarks.advance()
        self.next = before = self.next or (self._minutes.first_feedback(0, bound) if bound else 0)
        late = sorted(minute for minute in self._touched if minute < self.next)
        for i in range(0, len(late), AT_LEAST):
            self._minutes.count(among(late[i : i + AT_LEAST]))
        self._counted(late)
        self._close_until(bound)
        return (self.next - before) // MINUTE

    def finish(self) -> None:
        """The input has ended, and nothing will close by itself: judge what a process before this one gave, look at the last
        day once more, and close one more minute if something is owed."""
        self.tick()
        if not self.next:
            return
        self._close_until(self._given)
        self._look_again()
        if self._owed:
            self._close(self.next, self.next + MINUTE)
        self._watermarks.closed = max(self._watermarks.closed, self.next)
        self.rest()

    def rest(self) -> None:
        """The process ends: whoever goes on, perhaps with another budget, knows which episodes are open."""
        if self.next > self._saved:
            self.snapshot()

    def _look_again(self) -> None:
        """Is any minute of the last day not given as it is counted? Whatever went wrong, the next minute carries it."""
        self._owed = self._minutes.owed(between(self.next - DAY, self.next), self.next - DAY)

    def snapshot(self) -> None:
        """Save every tenant's detector as it is after the last minute judged."""
        states = {tenant: (detector.minute, detector.snapshot()) for tenant, detector in self._detectors.items()}
        self._memory.save_detectors(self.config.name, self.next - MINUTE, states)
        self._saved = self.next

    def _counted(self, minutes: Sequence[int]) -> None:
        """They may be given otherwise than they are counted now; what is older than a day is counted, not tested."""
        self._touched -= set(minutes)
        self._owed |= {minute for minute in minutes if minute >= self.next - DAY}

    def _close_until(self, bound: int) -> None:
        while self.next and self.next < bound:
            reach = self._reach(bound)
            alive = self._minutes.last_feedback(self.next - QUIET, self.next)
            spoken = self._minutes.feedback_minutes(self.next, reach)
            if alive or spoken[:1] == [self.next]:
                self._close(self.next, min(reach, _last_alive(alive or self.next, spoken) + QUIET + MINUTE))
                if self.next - self._saved >= SNAPSHOT_EVERY * MINUTE:
                    self._look_again()
                    self.snapshot()
            else:
                self.next = spoken[0] if spoken else self._minutes.first_feedback(reach, bound) or bound

    def _reach(self, bound: int) -> int:
        """How far to close at once: weeks, but a minute that carries something is closed alone, and a statement stays
        within a month, whose rows are one part on disk: all of them are there after a crash, or none."""
        at = datetime.fromtimestamp(self.next, UTC)
        month = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
        minutes = max(self._at_once // max(len(self._detectors), 1), AT_LEAST)
        reach = min(bound, int(month.timestamp()), self.next + minutes * MINUTE)
        if self.next < self._given:  # these have their rows: judge them again, nothing to carry
            return min(reach, self._given)
        return self.next + MINUTE if self._owed else reach

    def _close(self, start: int, end: int) -> None:
        """Steps 2 to 8 for the minutes [start, end)."""
        carried = [] if start < self._given else sorted(minute for minute in self._owed if start - DAY <= minute < start)
        self._minutes.count(between(start, end))
        if end > self._given:
            self._minutes.give(start, end, carried)
        verdicts: list[VerdictRow] = []
        emergent: list[EmergentRow] = []
        transitions: list[Transition] = []
        for tenant, given in self._minutes.tested(start, end):
            detector = self._detectors.get(tenant)
            if detector is None and given.anything:
                detector = self._detectors[tenant] = Detector(self.config, tenant)
            if detector and given.minute > detector.minute:  # else judged before its snapshot
                judgement = detector.step(given)
                if given.minute >= self._told:  # else history that a detector without a snapshot learns from
                    verdicts += self._worth_keeping(tenant, judgement.judged)
                    emergent += _emergent(judgement.judged, judgement.transitions)
                    transitions += judgement.transitions
            if given.minute % DAY == 0:
                self._progress(given.minute)
        self._spikes.write_verdicts(verdicts)
        self._spikes.write_emergent(emergent)
        self._spikes.write_transitions(transitions)
        self._publish(transitions)
        self.next = end
        self._progress(end)
        self._counted([minute for minute in self._touched if start <= minute < end])
        if end > self._given:  # older than a day: counted, not tested
            mine = [minute for minute in self._owed if minute >= end - DAY]
            self._owed = self._minutes.owed(among(mine), min(mine)) if mine else set()

    def _worth_keeping(self, tenant: str, judged: Judged) -> list[VerdictRow]:
        """Every ten minutes the band of all live topics; in between only what would keep a spike open."""
        kept = judged.verdicts(self.config.lifecycle.close_below, LIVE if judged.minute % BAND_EVERY == 0 else None)
        if not kept:
            return []
        ranges = [normal_range(verdict.expected, verdict.dispersion) for verdict in kept.values()]
        return [
            VerdictRow(
                tenant,
                datetime.fromtimestamp(judged.minute, UTC),
                list(kept),
                [verdict.expected for verdict in kept.values()],
                [float(low) for low, _ in ranges],
                [float(high) for _, high in ranges],
                [verdict.surprise for verdict in kept.values()],
            )
        ]


def _emergent(judged: Judged, transitions: Sequence[Transition]) -> list[EmergentRow]:
    """What the emergent topics are that opened or changed; one that closed has said everything before."""
    bursts = ((transition, judged.bursts.get(transition.topic)) for transition in transitions if transition.kind == "emergent")
    return [
        EmergentRow(
            transition.tenant,
            transition.spike_id,
            transition.at,
            burst.label,
            burst.phrases,
            sorted(burst.topics.items()),
            burst.messages,
            burst.representative,
        )
        for transition, burst in bursts
        if burst
    ]


def _last_alive(alive: int, spoken: Sequence[int]) -> int:
    """From a minute with feedback on: the last one before a silence longer than QUIET."""
    for minute in spoken:
        if minute - alive > QUIET:
            break
        alive = max(alive, minute)
    return alive
