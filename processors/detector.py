"""The detector of one tenant: a pure function of the minutes it was given, in order, and of nothing else.

After a crash any snapshot is loaded and the stored minutes since are judged again: the second judgement is the first. Live
run, replay and back-test use this same object. `Models` says what is surprising, `Episodes` who is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from processors.emergent import Burst, EmergentConfig, EmergentModel
from processors.given import OTHER, TOTAL, Given, Late
from processors.judged import Judged
from processors.lifecycle import Episodes, LifecycleConfig
from processors.panel import Panel
from processors.spike import SpikeConfig
from processors.watermark import MINUTE
from schemas.spikes import CHANNEL, EVERYTHING, Transition

ALGORITHM = "surge-3"
VERSION = 2
"""Of the snapshot's shape."""
CHANNELS = 200
"""So many are judged: whoever sends events may name them as he likes."""


@dataclass(frozen=True)
class DetectorConfig:
    """Everything that decides a verdict."""

    spike: SpikeConfig = field(default_factory=SpikeConfig)
    total: SpikeConfig = field(default_factory=SpikeConfig.total)
    emergent: EmergentConfig = field(default_factory=EmergentConfig)
    lifecycle: LifecycleConfig = field(default_factory=LifecycleConfig)
    topics: int = 100_000
    """So many are judged, channels among them; later ones are counted only."""

    @property
    def name(self) -> str:
        """Algorithm and configuration in a word: part of a spike's identity and of a snapshot's key. The alert budget is not
        part of it: another budget opens other episodes, on the same memory."""
        model = replace(self, lifecycle=replace(self.lifecycle, false_alerts=1.0, per_week=0.0))
        return f"{ALGORITHM}-{blake2b(repr(model).encode(), digest_size=4).hexdigest()}"


class Judgement(NamedTuple):
    """What a minute brought."""

    judged: Judged
    transitions: list[Transition]


class _Version(msgspec.Struct):
    version: int


class _State(_Version):
    minute: int
    topics: bytes
    total: bytes
    emergent: bytes
    bursts: dict[str, Burst]
    episodes: Episodes


class Models:
    """Everything that is known of a tenant's ordinary life. `minute` is the last one judged (seconds since 1970; 0: none)."""

    def __init__(self, config: DetectorConfig) -> None:
        self._config = config
        self.minute = 0
        self._topics, self._total = Panel(config.spike, config.topics), Panel(config.total, 1)
        self._emergent = EmergentModel(config.emergent)
        self._bursts: dict[str, Burst] = {}
        self._channels: set[str] = set()

    def _heard(self, channels: Mapping[str, int]) -> dict[str, int]:
        """Counts by channel, as they stand among the topics; of at most CHANNELS channels, those first heard of."""
        counts = {CHANNEL + channel: count for channel, count in channels.items()}
        self._channels.update(sorted(counts.keys() - self._channels)[: CHANNELS - len(self._channels)])
        return {name: count for name, count in counts.items() if name in self._channels}

    def judge(self, given: Given) -> Judged:
        """The next minute. Minutes may be left out (a pause), not repeated: ValueError, and nothing has changed."""
        if given.minute <= self.minute:
            raise ValueError(f"minute {given.minute} is not after {self.minute}")
        if self.minute and given.minute > self.minute + MINUTE:
            for panel in (self._topics, self._total):
                panel.pause()
        self.minute = given.minute
        counts, parts = _gather(given.minute, given.counts, given.late)
        total, own = max(counts.pop(TOTAL, 0), 0), max(given.counts.get(TOTAL, 0), 0)
        counts.pop(OTHER, None)
        arrived = sum(max(difference, 0) for _, topic, difference in given.late if topic == TOTAL)
        if arrived:  # of a feed that comes back: what it had missed is nobody's surge, whatever the topics
            new = 1 - self._topics.fill(self._channels, arrived)
            parts = {topic: [pieces[0], *(piece * new for piece in pieces[1:])] for topic, pieces in parts.items()}
        counts |= self._heard(given.channels)
        at = datetime.fromtimestamp(given.minute, UTC)
        hour, weekday = at.hour + at.minute / 60, at.weekday()
        everybody = None if given.voices is None else {EVERYTHING: given.voices.get(TOTAL, 0)}
        self._topics.step(hour, weekday, counts, total, parts, given.voices)
        self._total.step(hour, weekday, {EVERYTHING: own}, own, {}, everybody)  # late feedback says nothing of this minute
        step = self._emergent.step(given.minute, given.messages)
        known = frozenset(message for burst in self._bursts.values() for message in burst.messages)
        self._bursts = {burst.key: burst for burst in (*step.alive, *step.opened)}
        return Judged(
            given.minute, topics=self._topics, channels=len(self._channels), total=self._total, step=step,
            bursts=self._bursts, known=known, announced=given.announced,
        )  # fmt: skip

    def state(self, episodes: Episodes) -> bytes:
        """Everything, with the episodes, as versioned bytes."""
        return msgspec.msgpack.encode(
            _State(
                version=VERSION,
                minute=self.minute,
                topics=self._topics.snapshot(),
                total=self._total.snapshot(),
                emergent=self._emergent.snapshot(),
                bursts=self._bursts,
                episodes=episodes,
            )
        )

    def load(self, body: bytes) -> Episodes:
        """Be what wrote the snapshot. Raises ValueError for a version that this code does not know."""
        version = msgspec.msgpack.decode(body, type=_Version).version  # first: another version may have another shape
        if version != VERSION:
            raise ValueError(f"snapshot version {version} is not known")
        state, config = msgspec.msgpack.decode(body, type=_State), self._config
        self.minute, self._bursts = state.minute, state.bursts
        self._topics = Panel.restore(config.spike, config.topics, state.topics)
        self._channels = {name for name in self._topics.names if name.startswith(CHANNEL)}
        self._total = Panel.restore(config.total, 1, state.total)
        self._emergent = EmergentModel.restore(config.emergent, state.emergent)
        return state.episodes


class Detector:
    """Models and episodes of one tenant."""

    def __init__(self, config: DetectorConfig, tenant: str) -> None:
        self.config, self.tenant = config, tenant
        self._name = config.name
        self._models, self._episodes = Models(config), Episodes()

    @property
    def minute(self) -> int:
        """The last minute judged."""
        return self._models.minute

    @property
    def baseline_days(self) -> float:
        """How much history the judgements rest on."""
        return self._episodes.minutes / 1440

    def step(self, given: Given) -> Judgement:
        """Judge the next minute, and say what opened, changed or closed in it."""
        judged = self._models.judge(given)
        return Judgement(judged, self._episodes.step(self.config.lifecycle, self._name, self.tenant, judged))

    def snapshot(self) -> bytes:
        """The whole state."""
        return self._models.state(self._episodes)

    @classmethod
    def restore(cls, config: DetectorConfig, tenant: str, body: bytes) -> "Detector":
        """The detector that wrote the snapshot. Raises ValueError for a version that this code does not know."""
        detector = cls(config, tenant)
        detector._episodes = detector._models.load(body)
        return detector


def _gather(minute: int, tested: Mapping[str, int], late: Iterable[Late]) -> tuple[dict[str, int], dict[str, list[float]]]:
    """Sums by topic, and, where late feedback is among them, the parts by the minute they are about, the minute's own first."""
    counts: dict[str, int] = dict(tested)
    by_minute: dict[str, dict[int, float]] = defaultdict(dict)
    for about, topic, difference in late:
        parts = by_minute[topic] or {minute: tested.get(topic, 0)}
        parts[about] = parts.get(about, 0) + difference
        by_minute[topic] = parts
        counts[topic] = counts.get(topic, 0) + difference
    return counts, {topic: list(parts.values()) for topic, parts in by_minute.items()}
