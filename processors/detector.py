"""The detector of one tenant: a pure function of the minutes it was given, in order, and of nothing else.

After a crash any snapshot is loaded and the stored minutes since are judged again: the second judgement is the first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from processors.lifecycle import Episodes, LifecycleConfig
from processors.spike import SpikeConfig, SpikeModel, Verdict
from processors.watermark import MINUTE
from schemas.spikes import Transition

ALGORITHM = "surge-py-1"
TOTAL = ""
"""The name of a tenant's total among the topics of a minute."""
VERSION = 1
"""Of the snapshot's shape."""
OTHER = "other"
"""What no intent matches: counted and shown, not judged."""


@dataclass(frozen=True)
class DetectorConfig:
    """Everything that decides a verdict."""

    spike: SpikeConfig = field(default_factory=SpikeConfig)
    lifecycle: LifecycleConfig = field(default_factory=LifecycleConfig)

    @property
    def name(self) -> str:
        """Algorithm and configuration in a word: part of a spike's identity and of a snapshot's key. The alert budget is not
        part of it: another budget opens other episodes, on the same memory."""
        model = (self.spike, replace(self.lifecycle, false_alerts=1.0))
        return f"{ALGORITHM}-{blake2b(repr(model).encode(), digest_size=4).hexdigest()}"


class Late(NamedTuple):
    """What an earlier minute has gained (or lost) since it was last given."""

    about: int
    topic: str
    difference: int


class Judgement(NamedTuple):
    """What a minute brought."""

    verdicts: dict[str, Verdict]
    transitions: list[Transition]


class _Version(msgspec.Struct):
    version: int


class _State(_Version):
    minute: int
    model: SpikeModel
    episodes: Episodes


class Detector:
    """Spike model and episodes of one tenant. `minute` is the last one judged (seconds since 1970; 0: none)."""

    def __init__(self, config: DetectorConfig, tenant: str) -> None:
        self.config, self.tenant = config, tenant
        self._state = _State(VERSION, 0, SpikeModel.new(config.spike), Episodes())

    @property
    def minute(self) -> int:
        """The last minute judged."""
        return self._state.minute

    @property
    def baseline_days(self) -> float:
        """How much history the judgements rest on."""
        return self._state.episodes.minutes / 1440

    def step(self, minute: int, tested: Mapping[str, int], late: Iterable[Late] = ()) -> Judgement:
        """Judge the next minute: its own counts by topic (TOTAL among them) and what became known of earlier ones.
        Minutes may be left out (a pause), not repeated."""
        state, config = self._state, self.config
        if state.minute and minute > state.minute + MINUTE:
            state.model.pause(config.spike)
            state.episodes.pause()
        counts, parts = _gather(minute, tested, late)
        total = max(counts.pop(TOTAL, 0), 0)
        counts.pop(OTHER, None)
        at = datetime.fromtimestamp(minute, UTC)
        verdicts = state.model.step(config.spike, at.hour + at.minute / 60, at.weekday(), counts, total, parts)
        state.minute = minute
        return Judgement(verdicts, state.episodes.step(config.lifecycle, config.name, self.tenant, minute, verdicts))

    def snapshot(self) -> bytes:
        """The whole state, as versioned JSON."""
        return msgspec.json.encode(self._state)

    @classmethod
    def restore(cls, config: DetectorConfig, tenant: str, body: bytes) -> "Detector":
        """The detector that wrote the snapshot. Raises ValueError for a version that this code does not know."""
        detector = cls(config, tenant)
        version = msgspec.json.decode(body, type=_Version).version  # first: another version may have another shape
        if version != VERSION:
            raise ValueError(f"snapshot version {version} is not known")
        detector._state = msgspec.json.decode(body, type=_State)
        return detector


def _gather(minute: int, tested: Mapping[str, int], late: Iterable[Late]) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Sums by topic, and, where late feedback is among them, the parts by the minute they are about."""
    counts: dict[str, int] = dict(tested)
    by_minute: dict[str, dict[int, int]] = defaultdict(dict)
    for about, topic, difference in late:
        parts = by_minute[topic] or {minute: tested.get(topic, 0)}
        parts[about] = parts.get(about, 0) + difference
        by_minute[topic] = parts
        counts[topic] = counts.get(topic, 0) + difference
    return counts, {topic: list(parts.values()) for topic, parts in by_minute.items()}
