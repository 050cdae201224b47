"""What a briefing states, as plain data: `voc briefing --json` prints it, page.py puts it into words.

Times are UTC, spans include their first moment and not their last. Counts are customer messages unless they say otherwise.
"""

from datetime import datetime

from msgspec import Struct

from processors.card import Card
from schemas.spikes import Spike


class Share(Struct, frozen=True):
    """A part of something, with what it is a part of."""

    count: int
    of: int

    @property
    def part(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.count / self.of if self.of else 0.0


class Span(Struct, frozen=True):
    """What the briefing is about, and what it compares with: the span of the same length before it."""

    since: datetime
    until: datetime
    before: datetime
    """Where the span before begins."""
    known_before: float
    """The part of the span before that lies after the warehouse's first minute; below `COMPARABLE` nothing is compared."""
    first: datetime
    """The first minute of the warehouse ..."""
    newest: datetime
    """... and its newest closed one."""


class Volume(Struct, frozen=True):
    """How much was said: messages, and by how many."""

    messages: int = 0
    conversations: int = 0
    customers: int = 0
    """Customers that are known by a hash."""


class Day(Struct, frozen=True):
    """Messages of a day of the span (24 hours, counted from its end), and of the day that stands in its place before."""

    start: datetime
    messages: int
    before: int


class Precision(Struct, frozen=True):
    """What people said of alerts: each episode counts once, by the latest verdict on it that is not a mute."""

    useful: int
    noise: int
    known: int
    """Said to be known already: neither right nor wrong."""
    episodes: int
    """That were opened."""
    low: float
    high: float
    """The 95 % interval of useful / (useful + noise)."""


class Alerts(Struct, frozen=True):
    """Episodes of the span."""

    opened: int
    opened_before: int
    open_now: int
    precision: Precision
    """Of the episodes that were opened in the span ..."""
    ever: Precision
    """... and of all up to its end."""


class Moved(Struct, frozen=True):
    """A topic that was compared."""

    tenant: str
    topic: str
    label: dict[str, str]
    """By language."""
    owner: str
    now: Share
    before: Share
    p: float
    q: float
    """The false discovery rate at which it counts as changed (Benjamini & Hochberg)."""
    changed: bool
    """By more than chance."""
    expected: float | None
    """What the detector expected in the intervals that it judged, ..."""
    judged: int
    """... and what was there in them."""
    days: list[int]
    """Messages day by day, those of the span before first."""


class Episode(Struct, frozen=True):
    """An alert."""

    card: Card
    """What was told of it last, or what is known of it now."""
    verdict: str
    """The latest that is not a mute: useful, known or noise; empty: none."""


class Subject(Struct, frozen=True):
    """A subject that nobody had named."""

    spike_id: str
    tenant: str
    label: str
    phrases: list[str]
    beside: list[tuple[str, int]]
    """The known topics that its messages were about as well, and in how many of them."""
    messages: int
    started: datetime
    open: bool


class Feed(Struct, frozen=True):
    """A channel that feedback comes in by."""

    tenant: str
    channel: str
    messages: int
    before: int
    last: datetime
    """The newest minute of feedback from it."""


class Announced(Struct, frozen=True):
    """What the company or the world did."""

    tenant: str
    kind: str
    title: str
    start: datetime
    end: datetime | None
    products: list[str]


class Refused(Struct, frozen=True):
    """Dead letters of one reason."""

    reason: str
    count: int
    last_seen: datetime


class Instrument(Struct, frozen=True):
    """How far the numbers can be trusted."""

    minutes: int
    """Of the span, all of them closed, ..."""
    minutes_spoken: int
    """... and those in which a customer said something."""
    history_days: float
    """From the first minute of the warehouse to the beginning of the span: what "usual" rests on."""
    late: int
    """What was counted after its minute had been judged, by topic, ..."""
    only_charted: int
    """... and more than a day late, so that it was never judged."""
    stored: int
    """Feedback of the span, also what agents and bots said."""
    refused: list[Refused]
    """All that are stored, whatever the span."""


class Briefing(Struct, frozen=True):
    """One span of time."""

    made_at: datetime
    days: int
    tenants: list[str]
    span: Span
    now: Volume
    before: Volume
    by_day: list[Day]
    unnamed: Share
    unnamed_before: Share
    alerts: Alerts
    moved: list[Moved]
    """Every topic with enough messages to be compared, what changed most surely first."""
    rare: int
    """Topics with too few messages to be compared."""
    open: list[Episode]
    closed: list[Episode]
    more: list[Spike]
    """Episodes for which there is no room on the page."""
    subjects: list[Subject]
    feeds: list[Feed]
    announced: list[Announced]
    instrument: Instrument
