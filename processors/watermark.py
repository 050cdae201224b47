"""Watermarks: up to which minute is everything in? Times are seconds since 1970 (UTC); `now` is a parameter.

`PartitionClock` runs where a partition is read (UNDERSTAND); `Watermarks` runs where minutes are closed (DETECT) and takes
the minimum over all partitions. A claim is published after the insert is acknowledged and states a fact: "what this
partition holds before W, bar stragglers, can be read". Facts may be repeated or reordered: the greatest counts (ADR 0003).
"""

from msgspec import Struct, field

MINUTE = 60
NEVER = float("-inf")
BACKFILL = 600.0
"""A record that comes this late is history that is filled in, s ..."""
RELEASED_AFTER = 30.0
"""... and a partition whose last record was one, and came this long ago, holds nothing back any more, s."""
Place = tuple[str, int]
"""Source (Kafka topic or file) and partition."""


class PartitionClock(Struct):
    """The clock of one partition. Its state is its fields; it is saved with the position."""

    lateness: float = 60.0
    """How far behind the greatest event time most records arrive, s."""
    skew: float = 120.0
    """How far ahead of the append time an event time is believed, s."""
    idle_after: float = 10.0
    """How long silence must last before it counts as news, s."""
    greatest: float = 0.0
    """The greatest event time believed so far; 0: none yet."""
    lag: float = 0.0
    """How long after its event time the record of `greatest` was appended, s."""
    heard: float = 0.0
    """When the last record of all was appended, also one that could not be read; 0: none yet."""

    @property
    def watermark(self) -> float:
        """Minutes that start before this may close."""
        return self.greatest - self.lateness

    @property
    def final(self) -> float:
        """What takes the watermark's place when the input has ended for good: the last believed minute may close too. The
        clock itself does not move, so the end may be told again, and records that come after all find it as it was."""
        return self.greatest // MINUTE * MINUTE + MINUTE if self.greatest else self.watermark

    def holds(self, now: float) -> bool:
        """Must others wait for this partition, which is read to its end at `now`? Not if nothing in it was ever believed, nor if
        a backfill into it is over or pauses: its clock would stay as far behind as the last record was, and hold the minutes
        of all others open for good."""
        return bool(self.greatest) and not (self.lag > BACKFILL and now - self.heard > RELEASED_AFTER)

    def observe(self, event_time: float, append_time: float) -> None:
        """A record was read. A time that runs ahead is stored in its minute, but not believed here."""
        if self.greatest < event_time <= append_time + self.skew:
            self.greatest, self.lag = event_time, max(append_time - event_time, 0.0)

    def hear(self, append_time: float) -> None:
        """A record was read, whatever is in it."""
        self.heard = max(self.heard, append_time)

    def silence(self, now: float) -> None:
        """A poll begun at `now` found the partition at its end: time passes there too, as late as the last record was, so
        that the end of a backfill does not leap to today. Called by the reader only."""
        if self.greatest:
            self.greatest = max(self.greatest, now - self.lag - self.idle_after)


class Watermarks(Struct):
    """Where minutes close. A partition that claims nothing (dead reader, backlog, never heard of) holds every minute open:
    late beats wrong. Bounded by the number of partitions."""

    expected: frozenset[Place] = frozenset()
    """What must be heard of before anything closes; others are waited for once they were heard of."""
    closed: int = 0
    """Every minute that starts before this is closed; it never moves back."""
    claims: dict[Place, float] = field(default_factory=dict)
    released: set[Place] = field(default_factory=set)
    """Partitions that hold nothing back, by their reader's word, until it says otherwise."""

    def claim(self, place: Place, watermark: float | None) -> None:
        """A reader's fact; None: the partition holds nothing back."""
        if watermark is None:
            self.released.add(place)
        else:
            self.released.discard(place)
            self.claims[place] = max(watermark, self.claims.get(place, NEVER))

    def advance(self) -> int:
        """The first minute that must stay open. Where no partition holds anything back, all is read, and the furthest that any
        of them has come is the time."""
        waited_for = (self.expected | self.claims.keys()) - self.released
        furthest = max(self.claims.values(), default=NEVER)
        bound = min((self.claims.get(place, NEVER) for place in waited_for), default=furthest)
        if bound > self.closed:
            self.closed = max(self.closed, int(bound // MINUTE * MINUTE))
        return self.closed

    @property
    def slowest(self) -> Place | None:
        """The partition that holds the next minute open; None: none does."""
        waited_for = (self.expected | self.claims.keys()) - self.released
        return min(waited_for, key=lambda place: (self.claims.get(place, NEVER), place), default=None)


class Stall(Struct):
    """Have minutes stopped closing? A reader that is dead or far behind holds all of them open, and nobody would be warned of
    anything: that has to be said itself. Times are those of the wall clock, s."""

    patience: float = 300.0
    closed: int = 0
    since: float = 0.0
    told: bool = False

    def observe(self, now: float, closed: int) -> bool:
        """`closed` is the first minute still open. True once, when it has stood still for longer than `patience`."""
        if closed != self.closed:
            self.closed, self.since, self.told = closed, now, False
        if not self.closed or self.told or now - self.since <= self.patience:
            return False
        self.told = True
        return True
