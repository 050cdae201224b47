"""A briefing, put together: which span, what changed in it by more than chance, which episodes. Blocking."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from processors.card import Card
from processors.intents.taxonomy import Taxonomy
from processors.proportions import Blocks, benjamini_hochberg, changes, wilson
from schemas.spikes import Spike
from streams.briefing.facts import Alerts, Briefing, Day, Episode, Moved, Precision, Share, Span
from streams.briefing.questions import Asked, Counts, Ends
from streams.failures import UserError

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OTHER = "other"
ENOUGH = 10
"""Messages that a topic must have in one of the spans to be compared."""
FALSE_SHARE = 0.05
"""The part of what is said to have changed that may have changed by chance."""
COMPARABLE = 0.5
"""The part of the span before that the warehouse must hold for anything to be compared with it."""
ROOM = 50
"""Episodes that are shown in full."""

Explain = Callable[[Sequence[Spike]], Mapping[str, Card]]
"""The cards of episodes, by their ids; one that is not known may be missing."""


def gather(
    asked: Asked, spikes: Sequence[Spike], explain: Explain, taxonomy: Taxonomy,
    *, days: int, until: datetime | None, made_at: datetime,
) -> Briefing:  # fmt: skip
    """The briefing of the last `days` days up to the newest closed minute, or up to `until` if that is earlier.

    `spikes` are the episodes of its tenants, whenever they were. Raises UserError: there is nothing to brief anybody of.
    """
    ends = asked.ends()
    if ends is None:
        raise UserError("the warehouse holds no feedback to brief anybody of; read some with voc run --input FILE")
    span = span_of(ends, days, until)
    counts = asked.counts(span)
    now, before = asked.volumes(span)
    opened = [spike for spike in spikes if spike.opened < span.until]
    shown = sorted(
        (spike for spike in opened if spike.closed is None or spike.closed >= span.since),
        key=lambda spike: (_is_open(spike, span), {"high": 2, "normal": 1}.get(spike.severity, 0), spike.opened, spike.id),
        reverse=True,
    )
    verdicts = asked.verdicts()
    cards = explain(shown[:ROOM])
    episodes = [Episode(cards[spike.id], verdicts.get(spike.id, "")) for spike in shown[:ROOM] if spike.id in cards]
    here = [spike for spike in opened if spike.opened >= span.since]
    moved, rare = _moved(counts, span, asked.expected(span), taxonomy)
    return Briefing(
        made_at=made_at,
        days=days,
        tenants=ends.tenants,
        span=span,
        now=now,
        before=before,
        by_day=_by_day(counts, span, days),
        unnamed=_share(counts, range(days, 2 * days)),
        unnamed_before=_share(counts, range(days)),
        alerts=Alerts(
            opened=len(here),
            opened_before=sum(span.before <= spike.opened < span.since for spike in opened),
            open_now=sum(_is_open(spike, span) for spike in opened),
            precision=precision([spike.id for spike in here], verdicts),
            ever=precision([spike.id for spike in opened], verdicts),
        ),
        moved=moved,
        rare=rare,
        open=[episode for episode, spike in zip(episodes, shown, strict=False) if _is_open(spike, span)],
        closed=[episode for episode, spike in zip(episodes, shown, strict=False) if not _is_open(spike, span)],
        more=[spike for spike in shown if spike.id not in {episode.card.transition.spike_id for episode in episodes}],
        subjects=asked.subjects(shown, span.until),
        feeds=asked.feeds(span),
        announced=asked.announced(span),
        instrument=asked.instrument(span, ends.first),
    )


def span_of(ends: Ends, days: int, until: datetime | None) -> Span:
    """Whole days that end with the newest closed minute, or with the last minute before `until`. Raises UserError."""
    end = ends.newest + MINUTE
    if until is not None:
        if until <= ends.first:
            raise UserError(f"nothing is known of the time before {ends.first:%Y-%m-%d %H:%M} UTC; name a later --until")
        end = min(end, until.replace(second=0, microsecond=0))
    since, before = end - days * DAY, end - 2 * days * DAY
    known = (since - max(min(ends.first, since), before)) / (since - before)
    return Span(since=since, until=end, before=before, known_before=known, first=ends.first, newest=ends.newest)


def precision(ids: Sequence[str], verdicts: Mapping[str, str]) -> Precision:
    """What people said of these episodes."""
    said = Counter(verdicts[spike_id] for spike_id in ids if spike_id in verdicts)
    useful, noise = said["useful"], said["noise"]
    return Precision(useful, noise, said["known"], len(ids), *wilson(useful, useful + noise))


def _moved(
    counts: Counts, span: Span, expected: Mapping[tuple[str, str], tuple[float, int]], taxonomy: Taxonomy
) -> tuple[list[Moved], int]:
    """The topics that can be compared, what changed most surely first; and how many cannot be."""
    days = round((span.until - span.since) / DAY)
    before, now = range(days), range(days, 2 * days)
    topics = [key for key in counts if key[1]]
    if span.known_before < COMPARABLE:
        return [], len(topics)
    compared = [key for key in topics if max(_sum(counts[key], before), _sum(counts[key], now)) >= ENOUGH]
    blocks = [[_blocks(counts, key, days_) for key in compared] for days_ in (now, before)]
    found = changes(*blocks)
    q = benjamini_hochberg([change.p for change in found])
    moved = []
    for key, change, rate, current, earlier in zip(compared, found, q, *blocks, strict=True):
        intent = taxonomy.by_name.get(key[1])
        usual, judged = expected.get(key, (None, 0))
        moved.append(
            Moved(
                tenant=key[0],
                topic=key[1],
                label={"zh": intent.label_zh, "en": intent.label_en} if intent else {},
                owner=intent.owner if intent else "",
                now=Share(sum(current.counts), sum(current.totals)),
                before=Share(sum(earlier.counts), sum(earlier.totals)),
                p=change.p,
                q=rate,
                changed=rate <= FALSE_SHARE,
                expected=usual,
                judged=judged,
                days=[*earlier.counts, *current.counts],
            )
        )
    return sorted(moved, key=lambda one: (one.p, one.tenant, one.topic)), len(topics) - len(compared)


def _blocks(counts: Counts, key: tuple[str, str], days: range) -> Blocks:
    own, all_ = counts[key], counts[key[0], ""]
    return Blocks([own[day] for day in days], [all_[day] for day in days])


def _by_day(counts: Counts, span: Span, days: int) -> list[Day]:
    totals = [sum(own[day] for (_, topic), own in counts.items() if not topic) for day in range(2 * days)]
    return [Day(span.since + number * DAY, totals[days + number], totals[number]) for number in range(days)]


def _share(counts: Counts, days: range) -> Share:
    def of(wanted: str) -> int:
        return sum(_sum(own, days) for (_, topic), own in counts.items() if topic == wanted)

    return Share(of(OTHER), of(""))


def _sum(own: Mapping[int, int], days: range) -> int:
    return sum(own.get(day, 0) for day in days)


def _is_open(spike: Spike, span: Span) -> bool:
    return spike.closed is None or spike.closed >= span.until
