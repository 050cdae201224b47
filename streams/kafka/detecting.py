"""DETECT on Kafka: what the agent of `voc.progress` does. The order of closing is that of streams/detect.py.

1. progress is taken in; closed minutes that were touched are counted again; what can close closes; transitions are said on
   `voc.spikes`
2. how far everything was told is remembered
3. the agent acknowledges the progress

Nothing else has to survive. After a crash, or when the partition of `voc.progress` comes to us, DETECT begins anew: from its
snapshot, from the minutes that stand in the warehouse, and from a look at what is owed (ADR 0008). Two owners at once write the
same rows and say the same transitions.

All of it is touched by one thread at a time, the one that closes; who wants something of it from outside leaves a wish.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from processors.watermark import Place, Stall
from schemas.progress import Progress
from schemas.spikes import Transition
from streams import position
from streams.detect import Detect, Publish
from streams.failures import SinkUnavailable
from streams.kafka.ending import Patience
from streams.kafka.inner import progress_of
from streams.metrics import Metrics
from streams.position import Position, PositionStore
from streams.telemetry import log

MakeDetect = Callable[[Publish, Sequence[Place], Callable[[int], None]], tuple[Detect, PositionStore]]
"""Builds the stage, over a connection of its own: the one before may still be waiting for an answer in its thread. The last
argument hears of every stretch of minutes that is judged."""
Say = Callable[[Sequence[Transition]], Coroutine[None, None, None]]
"""Puts transitions on `voc.spikes`; returns when all are acknowledged."""


class _Stopped(Exception):
    """The worker ends: what is judged is written, and the rest is for the next one."""


class Detecting:
    """One worker's DETECT: made anew whenever the group gives us the partition, or the warehouse was away."""

    def __init__(self, *, make: MakeDetect, say: Say, sources: Sequence[Place], name: str, metrics: Metrics) -> None:
        self._make, self._say, self._sources, self._name, self._metrics = make, say, sources, name, metrics
        self._detect: Detect | None = None
        """As it is after a finished round; while one is going on, or after one that failed: none."""
        self._claims: dict[Place, Progress] = {}
        self._anew = False
        self._stall = Stall()
        self._closed_at = 0  # the first minute still open, as of the last round; 0: not ours
        self._waits_for: Place | None = None
        self.patience = Patience("detect_failed")
        self.moved = 0.0
        """Changes whenever a stretch of minutes is judged: a long replay is movement too."""

    def forget(self) -> None:
        """Somebody else judges now, or may have judged meanwhile: begin anew with the next progress."""
        self._anew, self._closed_at, self._waits_for = True, 0, None
        self._metrics.closed_until.set(0)

    async def take(self, values: Sequence[bytes | None]) -> None:
        """Steps 1 and 2 for records of `voc.progress`. Returns when they may be acknowledged, however long the warehouse is
        away; not at all where the worker ends and cannot do it."""
        progress = progress_of(values, self._sources, time.time())
        loop = asyncio.get_running_loop()
        with suppress(_Stopped):  # what was touched is counted or open: it may be acknowledged, and the next one closes the rest
            await self.patience.tried(lambda: self._close(progress, loop))

    @property
    def state(self) -> dict[str, object]:
        """Up to where everything is closed, and the partition that holds the next minute open; empty where others detect."""
        if not self._closed_at:
            return {}
        closed_until = datetime.fromtimestamp(self._closed_at, UTC).strftime("%Y-%m-%dT%H:%MZ")
        held_by = f"{self._waits_for[0]}/{self._waits_for[1]}" if self._waits_for else ""
        return {"closed_until": closed_until, "held_by": held_by}

    def watch(self) -> None:
        """Has any minute closed lately, if it is we who close them? Called now and then, also while nothing comes."""
        waited = self._stall.observe(time.time(), self._closed_at or 1) if self._waits_for else False
        if not self._waits_for:
            self._stall = Stall()
        elif waited:
            source, partition = self._waits_for
            log.warning("nothing_closes", open=self._closed_at, waits_for=f"{source}/{partition}")
        self._metrics.stalled.set(self._stall.told)

    def rest(self) -> None:
        """The worker has ended in order: whoever goes on starts from here. It only saves work, so it may fail. Blocking."""
        detect, self._detect = self._detect, None
        if detect:
            try:
                detect.rest()
            except SinkUnavailable as error:
                log.warning("no_snapshot", reason=error)

    def _close(self, progress: Sequence[Progress], loop: asyncio.AbstractEventLoop) -> None:
        # What judged and could not say is never used again, nor is its state saved: the next one judges the same, and says it.
        detect, self._detect = self._detect, None
        if self._anew:
            self._anew, detect = False, None
            self._claims.clear()
        for one in progress:  # claims outlive a DETECT that has to begin anew
            self._claims[one.source, one.partition] = one
        if detect is None:
            detect = self._begin(loop)
        detect.on_progress(progress)
        begun = time.monotonic()
        closed = detect.tick()
        if closed:
            position.save(self._positions, self._name, Position(closed=detect.next))
            self._metrics.minutes_closed.inc(closed)
            self._metrics.tick_seconds.observe(time.monotonic() - begun)
            self._metrics.closed_until.set(detect.next)
            log.info("minutes_closed", minutes=closed, open=detect.next, seconds=round(time.monotonic() - begun, 3))
        self._detect = detect
        self._closed_at, self._waits_for = detect.next, detect.waits_for

    def _begin(self, loop: asyncio.AbstractEventLoop) -> Detect:
        def publish(transitions: Sequence[Transition]) -> None:
            if transitions:
                asyncio.run_coroutine_threadsafe(self._say(transitions), loop).result()
                for transition in transitions:
                    self._metrics.transitions.labels(transition.transition).inc()

        def judged(minute: int) -> None:
            self.moved = time.monotonic()
            if self.patience.ends:
                raise _Stopped  # a long replay breaks off after the stretch in hand

        detect, self._positions = self._make(publish, self._sources, judged)
        detect.recover_without_position(position.told(self._positions))
        detect.on_progress(msgspec.structs.replace(one, touched=()) for one in self._claims.values())
        log.info("detect_begins", open=detect.next)
        return detect
