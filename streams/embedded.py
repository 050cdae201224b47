"""`voc run`: UNDERSTAND, DETECT and TELL in one process, over a file or standard input.

The order of a batch, in one place:
1. UNDERSTAND: dead letters, rows, claim (streams/understand.py)
2. DETECT closes what can be closed, TELL tells it (streams/detect.py, streams/tell.py)
3. the position is saved, with the clock and the minutes still pending

Batches are cut by line count and minutes close only between batches, so `tested` is a function of the file alone; a process
that was killed anywhere reads its last batch again, and every write replaces itself.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from processors.watermark import MINUTE, Stall
from schemas.spikes import Spike
from streams import position
from streams.detect import Detect
from streams.inputs.reader import Reader
from streams.position import Position, PositionStore
from streams.telemetry import log
from streams.understand import BatchCount, Message, Partition, Understand
from streams.warehouse.minutes import DAY

POLL_S = 1.0
"""How often a followed file is looked at."""


@dataclass
class RunSummary:
    """What a run did; `events` is what this call read. Times are event times."""

    events: int = 0
    accepted: int = 0
    dead_letters: int = 0
    seconds: float = 0.0
    spikes: list[Spike] = field(default_factory=list)
    late: int = 0
    """Feedback that fell into minutes that had closed: what is new of it is tested when it becomes known."""
    only_charted: int = 0
    """Of it, what came more than 24 hours after: counted, not tested."""
    resumed_at: int = 0
    """How many lines an earlier run had read; 0: none, or the file is another one."""
    replaced: bool = False
    """An input of this name was read before, but its beginning (or its mapping) is different now."""
    truncated: bool = False
    changed: list[str] = field(default_factory=list)
    """What is different from when the input was read, and would read it differently."""
    interrupted: bool = False
    """By Ctrl-C."""
    cards: list[str] = field(default_factory=list)
    """The latest card of each of `spikes`, as Markdown."""
    owed: int = 0
    """Deliveries of cards that could not go out yet: the next run goes on with them."""
    customers: int = 0
    """Feedback of customers within the input's span of time, whatever input it came from ..."""
    other: int = 0
    """... and how much of it no intent matched."""
    baseline_days: dict[str, float] = field(default_factory=dict)
    """By tenant: the history that judgements rest on."""
    first: datetime | None = None
    last: datetime | None = None
    minutes_closed: int = 0


class EmbeddedRun:
    """One input through the pipeline. Blocking; raises SinkUnavailable, InputError."""

    def __init__(
        self,
        *,
        reader: Reader,
        partition: Partition,
        understand: Understand,
        detect: Detect,
        positions: PositionStore,
        state: Position,
        batch_lines: int,
        clock: Callable[[], float] = time.time,
        progress: Callable[[RunSummary], None] = lambda _summary: None,
    ) -> None:
        self._reader, self._partition, self._understand, self._detect = reader, partition, understand, detect
        self._positions, self._state, self._batch_lines = positions, state, batch_lines
        self._clock, self._progress = clock, progress
        self.summary = RunSummary()

    def to_the_end(self) -> RunSummary:
        """Read everything there is, then close all minutes."""
        self._begin()
        while self._read():
            pass
        self._understand.end(self._partition)
        self._detect.finish()
        self._save()
        return self._finished()

    def follow(self, stopped: Callable[[], bool]) -> RunSummary:
        """Read what is there and what comes, until `stopped`; silence closes minutes too."""
        self._begin()
        stall = Stall()
        while not stopped():
            asked_at = self._clock()
            read = self._read()
            if not read:
                self._understand.silence([self._partition], asked_at)
                if self._detect.tick():
                    self._save()
            if stall.observe(self._clock(), self._detect.next):
                log.warning("nothing_closes", open=f"{datetime.fromtimestamp(self._detect.next, UTC):%Y-%m-%dT%H:%MZ}")
            if not read:
                time.sleep(POLL_S)
        self._detect.rest()
        return self._finished()

    def _begin(self) -> None:
        """Continue where the last run of this input stopped, if its beginning is still the same."""
        self._started = time.monotonic()
        if self._state.offset:
            same = self._reader.resume(self._state.offset, self._state.digest)
            self.summary.resumed_at = self._state.offset if same else 0
            self.summary.replaced = not same and self._reader.rewindable
            if not same:
                # what was pending stays pending; the clock and the lines are those of another file
                self._partition.clock.greatest = self._partition.clock.lag = 0.0
                self._state.first = self._state.last = 0.0
        self._detect.recover(self._state.pending, self._state.closed, position.told(self._positions))

    def _read(self) -> bool:
        records = self._reader.read_batch(self._batch_lines)
        if not records:
            return False
        now = datetime.fromtimestamp(self._clock(), UTC)
        messages = [Message(record.offset, record.raw, now, record.fault) for record in records]
        count = self._understand.batch([(self._partition, messages)])
        self._add(count)
        closed = self._detect.tick()
        self.summary.minutes_closed += closed
        self._save()
        self._progress(self.summary)
        log.info(
            "batch_read",
            lines=self._reader.offset,
            accepted=count.accepted,
            dead_letters=count.dead_letters,
            minutes_closed=closed,
        )
        return True

    def _add(self, count: BatchCount) -> None:
        summary = self.summary
        summary.events += count.messages
        summary.accepted += count.accepted
        summary.dead_letters += count.dead_letters
        for minute, feedback in count.minutes.items():
            if minute < self._detect.next:
                summary.late += feedback
                summary.only_charted += feedback if minute < self._detect.next - DAY else 0
        self._state.saw(count.first, count.last)

    def _save(self) -> None:
        state = self._state
        state.offset, state.digest = self._reader.offset, self._reader.digest
        state.clock, state.pending, state.closed = self._partition.clock, self._detect.pending, self._detect.next
        position.save(self._positions, self._partition.source, state)

    def _finished(self) -> RunSummary:
        summary, state = self.summary, self._state
        summary.seconds = time.monotonic() - self._started
        summary.truncated = self._reader.truncated
        if state.first:
            summary.first = datetime.fromtimestamp(state.first // MINUTE * MINUTE, UTC)
            summary.last = datetime.fromtimestamp(state.last // MINUTE * MINUTE, UTC)
        return summary
