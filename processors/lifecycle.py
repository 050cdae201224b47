"""Episodes: a topic's spike from opened over updated to closed, with hysteresis, and the estimate of when it began.

A function of the verdicts in order. One open episode a topic; a closed topic may not reopen for `cool_down` minutes.
Bounded: 120 minutes of counts a topic ever judged.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import Struct, field

from processors.negative_binomial import normal_range
from processors.spike import Verdict
from processors.watermark import MINUTE
from schemas.spikes import Transition, TransitionKind, spike_id

HISTORY = 120


@dataclass(frozen=True)
class LifecycleConfig:
    """When an episode opens, is updated and closes."""

    false_alerts: float = 1.0
    """The alert budget: false alerts per 1,000 topics a day. It sets how surprising an opening must be: among topics judged
    24 hours, of which each hour is about one independent look, ln(24 * 1000 / budget)."""
    close_below: float = 4.0
    close_after: int = 15  # minutes below it in a row
    update_every: int = 15  # minutes
    cool_down: int = 30  # minutes
    warm_up: int = 1440  # minutes of a tenant's history before anything opens

    @property
    def open_at(self) -> float:
        """The surprise (-ln p) at which an episode opens."""
        return math.log(24 * 1000 / self.false_alerts)


class Episode(Struct):
    """An open spike. Minutes are seconds since 1970."""

    started: int
    opened: int
    told: int
    observed: int
    expected: float
    variance: float
    peak: float
    quiet: int = 0


class History(Struct):
    """The last two hours of a topic: what it takes to say since when."""

    counts: list[int] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)
    variances: list[float] = field(default_factory=list)


class Episodes(Struct):
    """All episodes of a tenant. The fields are its snapshot."""

    minutes: int = 0
    """How many minutes were judged: the history that judgements rest on."""
    open: dict[str, Episode] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    """When a topic's last episode closed; forgotten after the cool-down."""
    history: dict[str, History] = field(default_factory=dict)

    def step(
        self, config: LifecycleConfig, detector: str, tenant: str, minute: int, verdicts: Mapping[str, Verdict]
    ) -> list[Transition]:
        """Take in a minute's verdicts; what opened, changed or closed in it, in the order of the topics' names."""
        self.minutes += 1
        self.closed = {topic: at for topic, at in self.closed.items() if minute < at + config.cool_down * MINUTE}
        found = []
        for topic, verdict in sorted(verdicts.items()):
            self._remember(topic, verdict)
            episode = self.open.get(topic)
            transition: TransitionKind | None = None
            if episode:
                transition = _continue(config, episode, minute, verdict)
            elif self._opens(config, topic, verdict):
                episode, transition = self._begin(topic, minute, verdict), "opened"
            if episode and transition:
                found.append(_transition(detector, tenant, topic, minute, transition, episode, verdict))
                if transition == "closed":
                    del self.open[topic]
                    self.closed[topic] = minute
                    del self.history[topic]  # told: the next episode begins after this one
        return found

    def pause(self) -> None:
        """Minutes were left out: what came before them says nothing about when a spike began."""
        self.history.clear()

    def _remember(self, topic: str, verdict: Verdict) -> None:
        kept = self.history.setdefault(topic, History())
        kept.counts.append(verdict.count)
        kept.expected.append(verdict.expected)
        kept.variances.append(verdict.expected * verdict.dispersion)
        if len(kept.counts) > HISTORY:
            del kept.counts[0], kept.expected[0], kept.variances[0]

    def _opens(self, config: LifecycleConfig, topic: str, verdict: Verdict) -> bool:
        warm = self.minutes > config.warm_up
        return warm and verdict.surprise >= config.open_at and topic not in self.closed

    def _begin(self, topic: str, minute: int, verdict: Verdict) -> Episode:
        kept = self.history[topic]
        n = onset(kept.counts, kept.expected)
        self.open[topic] = episode = Episode(
            started=minute - (n - 1) * MINUTE,
            opened=minute,
            told=minute,
            observed=sum(kept.counts[-n:]),
            expected=sum(kept.expected[-n:]),
            variance=sum(kept.variances[-n:]),
            peak=verdict.surprise,
        )
        return episode


def onset(counts: list[int], expected: list[float]) -> int:
    """For how many minutes, up to now, has it been elevated? The span whose Poisson likelihood ratio against the expectation
    is greatest: k ln(k/e) - (k - e), the scan statistic of Kulldorff (1997) with its end fixed to the present."""
    best, length = -1.0, 1
    k, e = 0, 0.0
    for n in range(1, len(counts) + 1):
        k += counts[-n]
        e += expected[-n]
        ratio = k * math.log(k / e) - (k - e) if k > e > 0 else 0.0
        if ratio > best:
            best, length = ratio, n
    return length


def _continue(config: LifecycleConfig, episode: Episode, minute: int, verdict: Verdict) -> TransitionKind | None:
    episode.observed += verdict.count
    episode.expected += verdict.expected
    episode.variance += verdict.expected * verdict.dispersion
    episode.peak = max(episode.peak, verdict.surprise)
    episode.quiet = 0 if verdict.surprise >= config.close_below else episode.quiet + 1
    if episode.quiet >= config.close_after:
        return "closed"
    if minute >= episode.told + config.update_every * MINUTE:
        episode.told = minute
        return "updated"
    return None


def _transition(
    detector: str, tenant: str, topic: str, minute: int, transition: TransitionKind, episode: Episode, verdict: Verdict
) -> Transition:
    at = datetime.fromtimestamp(minute, UTC)
    low, high = normal_range(episode.expected, episode.variance / max(episode.expected, 1e-9))
    return Transition(
        spike_id=spike_id(detector, tenant, topic, episode.opened),
        transition=transition,
        at=at,
        tenant=tenant,
        kind="topic",
        topic=topic,
        started=datetime.fromtimestamp(episode.started, UTC),
        opened=datetime.fromtimestamp(episode.opened, UTC),
        updated=at,
        closed=at if transition == "closed" else None,
        observed=max(episode.observed, 0),
        expected=episode.expected,
        low=low,
        high=high,
        surprise=episode.peak,
        detector=detector,
    )
