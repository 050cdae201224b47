"""Episodes: from opened over updated to closed, with hysteresis, and who is told what where two alerts would say the same.

A function of the judged minutes in order. One open episode a key; a closed key may not reopen for `cool_down` minutes.
Bounded: one episode a key.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import Struct, field

from processors.akin import akin
from processors.judged import Judged, Key
from processors.negative_binomial import normal_range
from processors.recent import HISTORY, Span
from processors.watermark import MINUTE
from schemas.spikes import CHANNEL, EVERYTHING, SpikeKind, Transition, TransitionKind, spike_id


@dataclass(frozen=True)
class LifecycleConfig:
    """When an episode opens, is updated and closes."""

    false_alerts: float = 1.0
    """The alert budget: false alerts per 1,000 topics a day. It sets how surprising an opening must be: among topics judged
    24 hours, of which each hour is about one independent look, ln(24 * 1000 / budget)."""
    per_week: float = 0.0
    """If set, the budget instead: false alerts a week, of all the topics of a tenant together."""
    close_below: float = 4.0
    close_after: int = 15  # minutes below it in a row
    update_every: int = 15  # minutes
    cool_down: int = 60  # minutes
    warm_up: int = 1440  # minutes of a tenant's history before anything opens
    silence_warm_up: int = 7 * 1440  # minutes before anything can be called too quiet: each hour of the week was seen once
    min_voices: int = 4
    """Customers who must have spoken of a topic since it began to grow: fewer are no surge."""
    total_ratio: float = 2.0
    """Times its expectation that the total must be: what moves everything moves it far, a third more is somebody's holiday."""
    total_excess: float = 60.0
    """Messages above its expectation that the total must be: they come in conversations, so that chance brings fewer."""
    silence_expected: float = 60.0
    """Messages that must be missing before anything is called silent, for the same reason."""
    covered: float = 0.5
    """An alert whose excess is this far another open alert's is that alert."""

    def __post_init__(self) -> None:
        if not (self.false_alerts > 0 and self.per_week >= 0):
            raise ValueError("an alert budget must be greater than 0")

    def open_at(self, topics: int) -> float:
        """The surprise (-ln p) at which an episode opens, with so many topics judged; however large the budget, none opens
        that would be closing."""
        looks = 24 * 7 * max(topics, 1) / self.per_week if self.per_week else 24 * 1000 / self.false_alerts
        return max(math.log(looks), self.close_below)


class Episode(Struct):
    """An open spike. Minutes are seconds since 1970."""

    kind: SpikeKind
    topic: str
    started: int
    opened: int
    told: int
    observed: int
    expected: float
    variance: float
    peak: float
    quiet: int = 0
    within: list[str] = field(default_factory=list)
    """Of an emergent topic: the known topics that most of its messages are about. It tells theirs too."""

    @property
    def key(self) -> Key:
        """What it is about."""
        return Key(self.kind, self.topic)


class Episodes(Struct):
    """All episodes of a tenant. The fields are its snapshot."""

    minutes: int = 0
    """How many minutes were judged: the history that judgements rest on."""
    open: list[Episode] = field(default_factory=list)
    """In the order in which they opened."""
    closed: list[tuple[str, str, int]] = field(default_factory=list)
    """(kind, topic, minute) of the last episodes: they may not reopen at once, and the next begins after them. Forgotten after
    the cool-down, or when nothing looks back so far."""

    def step(self, config: LifecycleConfig, detector: str, tenant: str, judged: Judged) -> list[Transition]:
        """Take in a judged minute; what changed or closed in it, then what opened."""
        self.minutes += 1
        minute = judged.minute
        self.closed = [entry for entry in self.closed if minute < entry[2] + max(config.cool_down, HISTORY) * MINUTE]
        found = []
        for episode in list(self.open):
            transition = _continue(config, episode, judged)
            if transition:
                found.append(_transition(detector, tenant, minute, transition, episode))
            if transition == "closed":
                self.open.remove(episode)
                self.closed.append((episode.kind, episode.topic, minute))
                self.closed += [("topic", name, minute) for name in episode.within]
        if self.minutes > config.warm_up:
            for key, surprise in judged.loud(config.open_at(judged.subjects)):
                span = judged.began(key, self._since_closed(key, minute))
                if self._may_open(config, judged, key, span):
                    episode = Episode(
                        kind=key.kind,
                        topic=key.topic,
                        started=minute - (span.minutes - 1) * MINUTE,
                        opened=minute,
                        told=minute,
                        observed=span.observed,
                        expected=span.expected,
                        variance=span.variance,
                        peak=surprise,
                    )
                    self.open.append(episode)
                    found.append(_transition(detector, tenant, minute, "opened", episode))
        return found

    def opened(self, kind: SpikeKind) -> list[str]:
        """The topics of the open episodes of a kind."""
        return [episode.topic for episode in self.open if episode.kind == kind]

    def _since_closed(self, key: Key, minute: int) -> int:
        """Minutes since the last episode of the key: no two claim the same minutes."""
        return min(((minute - entry[2]) // MINUTE for entry in self.closed if entry[:2] == key), default=HISTORY)

    def _may_open(self, config: LifecycleConfig, judged: Judged, key: Key, span: Span) -> bool:
        """Is it open, just closed, too few people's, announced, or told by another alert?"""
        if any(episode.key == key for episode in self.open) or self._since_closed(key, judged.minute) < config.cool_down:
            return False
        if key.kind == "topic":
            few = span.voices is not None and span.voices < config.min_voices
            told = sum(judged.bursts[name].topics.get(key.topic, 0) for name in self.opened("emergent") if name in judged.bursts)
            return not few and told < config.covered * (span.observed - span.expected)
        if key.kind == "total":
            one = judged.carried(span.minutes)
            least = max(config.total_ratio * span.expected, span.expected + config.total_excess)
            if judged.announced or span.observed < least:
                return False
            return one < config.covered * (span.observed - span.expected)
        if key.kind == "silence":
            proven = self.minutes > config.silence_warm_up and span.expected >= config.silence_expected and judged.silent(span)
            return proven and not self._wider_silence(key)
        burst = judged.bursts[key.topic]
        if any(akin(burst, judged.bursts[name]) for name in self.opened("emergent") if name in judged.bursts):
            return False
        return all(burst.topics.get(name, 0) < config.covered * len(burst.messages) for name in self.opened("topic"))

    def _wider_silence(self, key: Key) -> bool:
        """Is it the silence of everything, or of a channel, that is heard here?"""
        silent = self.opened("silence")
        if key.topic == EVERYTHING:
            return False
        return EVERYTHING in silent or (not key.topic.startswith(CHANNEL) and any(name.startswith(CHANNEL) for name in silent))


def _continue(config: LifecycleConfig, episode: Episode, judged: Judged) -> TransitionKind | None:
    reading = judged.reading(episode.key)
    episode.observed += reading.count
    episode.expected += reading.expected
    episode.variance += reading.variance
    episode.peak = max(episode.peak, reading.surprise)
    if episode.kind == "emergent":
        burst = judged.bursts.get(episode.topic)
        if burst is None:
            return "closed"
        episode.within = (
            sorted(name for name, k in burst.topics.items() if k >= config.covered * len(burst.messages)) or episode.within
        )
    else:
        episode.quiet = 0 if reading.surprise >= config.close_below else episode.quiet + 1
        since = min((judged.minute - episode.opened) // MINUTE, config.close_after)
        back = episode.kind == "silence" and judged.is_back(episode.key, since)
        if back or episode.quiet >= config.close_after:
            return "closed"
    if judged.minute >= episode.told + config.update_every * MINUTE:
        episode.told = judged.minute
        return "updated"
    return None


def _transition(detector: str, tenant: str, minute: int, transition: TransitionKind, episode: Episode) -> Transition:
    at = datetime.fromtimestamp(minute, UTC)
    low, high = normal_range(episode.expected, episode.variance / max(episode.expected, 1e-9))
    return Transition(
        spike_id=spike_id(detector, tenant, episode.kind, episode.topic, episode.opened),
        transition=transition,
        at=at,
        tenant=tenant,
        kind=episode.kind,
        topic=episode.topic,
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
