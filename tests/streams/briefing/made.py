"""A briefing made by hand: whatever a warehouse may hold, in any number."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from processors.card import Card, Coincidence
from processors.chart import Chart, Point
from schemas.spikes import Contributor, Spike, SpikeKind, Transition
from streams.briefing.facts import (
    Alerts,
    Announced,
    Briefing,
    Day,
    Episode,
    Feed,
    Instrument,
    Moved,
    Precision,
    Refused,
    Share,
    Span,
    Subject,
    Volume,
)

UNTIL = datetime(2026, 11, 8, 15, 54, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=7)
UNJUDGED = Precision(0, 0, 0, 1, 0.0, 1.0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOSTILE = (
    "<script>alert(1)</script>",
    "</style><style>*{display:none}",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "<a href=//evil.example>free</a>",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200fend",
    "a\x00b\x1b[31mc\x7f",
    "</title></svg><svg onload=alert(1)>",
    "&lt;b&gt; &#0; %s %(tenant)s {n}",
    "W" * 10_000,
    "a" + "\u0301" * 2_000,
    "]]><!-- -->",
    "\ud800 half",
)
"""What customers may write, and so what labels, channels and titles may hold."""


def card(
    n: int = 1,
    *,
    kind: SpikeKind = "topic",
    text: str = "请问这个手表怎么调时间",
    intervals: int = 24,
    closed: bool = False,
    band: bool = True,
) -> Card:
    """A card whose every text is `text`."""
    started = SINCE + 3 * DAY
    ended = started + 6 * HOUR
    step = timedelta(minutes=30)
    points = tuple(
        Point(
            started - (intervals // 2 - i) * step,
            40 if i >= intervals // 2 else i % 3,
            1.5 if band else None,
            0.0 if band else None,
            4.0 if band else None,
        )
        for i in range(intervals)
    )
    transition = Transition(
        spike_id=f"{n:016x}",
        transition="closed" if closed else "updated",
        at=ended,
        tenant="acme",
        kind=kind,
        topic="setting_time",
        started=started,
        opened=started + HOUR / 4,
        updated=ended,
        closed=ended if closed else None,
        observed=244,
        expected=9.3,
        low=3,
        high=16,
        surprise=80.0,
    )
    return Card(
        transition=transition,
        label=text,
        severity="high",
        owner=text,
        where=[Contributor("product_model", text, 216, 3.3, 0.887)],
        spread=[],
        verbatims=[text, f"{text} {n}", f"{n} {text}"],
        odd=f"{text} odd",
        sql=f"SELECT '{text}'",
        context=[Coincidence("launch", text, started - HOUR)],
        chart=Chart(30, points, started) if intervals else None,
    )


def spike(n: int, text: str = "label") -> Spike:
    """An episode without a card."""
    return Spike(
        id=f"{n:016x}",
        kind="topic",
        tenant="acme",
        topic="setting_time",
        label=text,
        severity="normal",
        started=SINCE,
        opened=SINCE,
        updated=SINCE,
        closed=None,
        observed=10,
        expected=1.0,
        low=0,
        high=3,
        where=[],
        verbatims=[],
        owner="",
        sql="",
    )


def moved(topic: str, now: int, before: int, *, label: str = "", changed: bool = True) -> Moved:
    """A topic of which there were so many."""
    return Moved(
        tenant="acme",
        topic=topic,
        label={"zh": label, "en": label} if label else {},
        owner="product-watch",
        now=Share(now, 4776),
        before=Share(before, 3989),
        p=0.0001,
        q=0.002 if changed else 0.8,
        changed=changed,
        expected=float(before),
        judged=now,
        days=[before // 7] * 7 + [now // 7] * 7,
    )


def briefing(
    *,
    open_: Sequence[Card] = (),
    closed: Sequence[Card] = (),
    topics: Sequence[Moved] = (),
    text: str = "label",
    verdict: str = "",
    precision: Precision = UNJUDGED,
    more: Sequence[Spike] = (),
    known_before: float = 1.0,
    first: datetime = SINCE - timedelta(days=14),
    tenants: Sequence[str] = ("acme",),
) -> Briefing:
    """One week, whose every name is `text`."""
    return Briefing(
        made_at=UNTIL + 2 * HOUR,
        days=7,
        tenants=list(tenants),
        span=Span(SINCE, UNTIL, SINCE - 7 * DAY, known_before, first, UNTIL - timedelta(minutes=1)),
        now=Volume(4776, 2061, 2060),
        before=Volume(3989, 1685, 1685),
        by_day=[Day(SINCE + n * DAY, 600 + 50 * n, 500) for n in range(7)],
        unnamed=Share(1641, 4776),
        unnamed_before=Share(1149, 3989),
        alerts=Alerts(len(open_) + len(closed), 0, len(open_), precision, precision),
        moved=list(topics),
        rare=5,
        open=[Episode(each, verdict) for each in open_],
        closed=[Episode(each, verdict) for each in closed],
        more=list(more),
        subjects=[Subject("1".zfill(16), "acme", text, [text], [("setting_time", 3)], 244, SINCE, open=True)],
        feeds=[Feed("acme", text, 100, 90, UNTIL), Feed("acme", f"{text} 2", 0, 40, SINCE - DAY)],
        announced=[Announced("acme", "launch", text, SINCE, SINCE + DAY, [text]), Announced("acme", text, text, SINCE, None, [])],
        instrument=Instrument(10080, 2925, 14.0, 3, 0, 7240, [Refused(text, 4, UNTIL)]),
    )
