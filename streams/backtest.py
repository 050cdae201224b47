"""Back-test: what would have been alerted, on the warehouse's own history. The same objects as live, over the same log.

The models learn from all history there is before the span that is asked for; alerts are counted within it. Several budgets
share one pass: what is surprising does not depend on the budget, only who is told.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from statistics import median

from msgspec import Struct

from processors.detector import DetectorConfig, Models
from processors.judged import Judged
from processors.lifecycle import Episodes, LifecycleConfig
from processors.watermark import MINUTE
from schemas.spikes import SpikeKind, Transition
from streams.warehouse.minutes import DAY, Minutes

WEEK = 7 * DAY


class Alert(Struct, frozen=True):
    """An episode that would have been told, as it was at its last transition. Times are event times (UTC)."""

    id: str
    kind: SpikeKind
    tenant: str
    topic: str
    label: str
    """The words of an emergent topic; else the topic."""
    started: datetime
    opened: datetime
    closed: datetime | None
    delay_minutes: int
    """From the estimated start to the opening."""
    observed: int
    expected: float
    surprise: float


class Outcome(Struct, frozen=True):
    """What one budget would have done."""

    budget: str
    alerts: int
    per_week: float
    delay_minutes: float | None
    """Median from start to opening; None without an alert."""
    spikes: list[Alert]


class BackTest(Struct, frozen=True):
    """What was looked at, and what each budget would have done with it."""

    first: datetime
    """Alerts count from here ..."""
    last: datetime
    """... to here."""
    days: float
    history_days: float
    """What the models had learnt from before."""
    outcomes: list[Outcome]


def back_test(
    minutes: Minutes,
    config: DetectorConfig,
    budgets: Mapping[str, LifecycleConfig],
    days: int,
    progress: Callable[[int, int, int], None] = lambda _first, _now, _last: None,
) -> BackTest | None:
    """Judge all tested minutes again; what each budget (by name) would have told in the last `days`. None: there is no
    history. Blocking; about a millisecond a tenant and minute. `progress`: first minute, present one, last one."""
    first, last = minutes.first_given(), minutes.last_given()
    if not last:
        return None
    start = max(last + MINUTE - days * DAY, first)
    models: dict[str, Models] = {}
    episodes: dict[tuple[str, str], Episodes] = defaultdict(Episodes)
    told: dict[str, dict[str, Alert]] = {budget: {} for budget in budgets}
    for tenant, given in minutes.tested(first, last + MINUTE):
        if tenant not in models and not given.anything:
            continue
        judged = models.setdefault(tenant, Models(config)).judge(given)
        for budget, lifecycle in budgets.items():
            for transition in episodes[budget, tenant].step(lifecycle, config.name, tenant, judged):
                if int(transition.opened.timestamp()) >= start:
                    label = told[budget][transition.spike_id].label if transition.spike_id in told[budget] else ""
                    told[budget][transition.spike_id] = _alert(transition, judged, label)
        if given.minute % DAY == 0:
            progress(first, given.minute, last)
    spanned = last + MINUTE - start
    return BackTest(
        first=datetime.fromtimestamp(start, UTC),
        last=datetime.fromtimestamp(last, UTC),
        days=spanned / DAY,
        history_days=(start - first) / DAY,
        outcomes=[_outcome(budget, list(alerts.values()), spanned) for budget, alerts in told.items()],
    )


def _alert(transition: Transition, judged: Judged, label: str) -> Alert:
    burst = judged.bursts.get(transition.topic)
    return Alert(
        id=transition.spike_id,
        kind=transition.kind,
        tenant=transition.tenant,
        topic=transition.topic,
        label=burst.label if burst else label or transition.topic,
        started=transition.started,
        opened=transition.opened,
        closed=transition.closed,
        delay_minutes=int((transition.opened - transition.started).total_seconds()) // MINUTE,
        observed=transition.observed,
        expected=transition.expected,
        surprise=transition.surprise,
    )


def _outcome(budget: str, alerts: list[Alert], spanned: int) -> Outcome:
    delay = median(alert.delay_minutes for alert in alerts) if alerts else None
    return Outcome(budget, len(alerts), len(alerts) * WEEK / spanned, delay, alerts)
