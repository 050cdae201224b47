"""Episodes under verdicts that the test dictates: Judged and Recent are the real ones, only the models have no opinion."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from processors.emergent import Burst, Step
from processors.judged import Judged
from processors.lifecycle import Episodes, LifecycleConfig
from processors.recent import HISTORY, Recent, Span
from processors.spike import Verdicts
from processors.watermark import MINUTE
from schemas.spikes import EVERYTHING, Transition
from tests.processors.traffic import MONDAY


class Said(NamedTuple):
    """What a minute of a series is to be thought of. voices None: not known of anybody in it."""

    count: int = 2
    expected: float = 2.0
    surprise: float = 0.0
    drop: float = 0.0
    voices: int | None = 100
    dispersion: float = 1.3


CALM, LOUD, SILENT = Said(), Said(20, surprise=12.0), Said(0, drop=16.0)


class DictatedPanel:
    """Stands where a Panel stands."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.recent = Recent()
        self.verdicts = self._verdicts({})

    def dictate(self, said: Mapping[str, Said]) -> None:
        new = [name for name in said if name not in self.names]
        self.names += new
        self.recent.add(len(new))
        self.verdicts = verdicts = self._verdicts(said)
        known = all(one.voices is not None for one in said.values())
        voices = np.array([float(said.get(name, CALM).voices or 0) for name in self.names]) if known else None
        self.recent.push(verdicts.count, verdicts.expected, verdicts.dispersion, voices)

    def row(self, name: str) -> int | None:
        return self.names.index(name) if name in self.names else None

    def began(self, name: str, *, fewer: bool = False, at_most: int = HISTORY) -> Span:
        return self.recent.began(self.names.index(name), fewer=fewer, at_most=at_most)

    def since(self, name: str, minutes: int) -> Span:
        return self.recent.since(self.names.index(name), minutes)

    def excess(self, minutes: int) -> dict[str, float]:
        return dict(zip(self.names, self.recent.excess(minutes).tolist(), strict=True))

    def pause(self) -> None:
        self.recent.clear()

    def _verdicts(self, said: Mapping[str, Said]) -> Verdicts:
        each = [said.get(name, CALM) for name in self.names]
        values = {field: np.array([float(getattr(one, field, 0.0)) for one in each]) for field in Verdicts._fields}
        return Verdicts(**values)


class Dictated:
    """A tenant's episodes, minute by minute from MONDAY on."""

    def __init__(self, config: LifecycleConfig, *, detector: str = "d", first: int = 0) -> None:
        self.config, self.detector, self.episodes, self.n = config, detector, Episodes(), first
        self.topics, self.total = DictatedPanel(), DictatedPanel()
        self._bursts: dict[str, Burst] = {}

    def minute(
        self,
        topics: Mapping[str, Said] | Said = CALM,
        total: Said = CALM,
        *,
        bursts: Iterable[Burst] = (),
        announced: bool = False,
    ) -> list[Transition]:
        """The transitions of the next minute; a lone verdict is topic t's."""
        self.topics.dictate({"t": topics} if isinstance(topics, Said) else topics)
        self.total.dictate({EVERYTHING: total})
        alive = {burst.key: burst for burst in bursts}
        opened = [burst for key, burst in alive.items() if key not in self._bursts]
        old = [burst for key, burst in alive.items() if key in self._bursts]
        known = frozenset(message for burst in self._bursts.values() for message in burst.messages)
        step = Step(opened, old, [key for key in self._bursts if key not in alive])
        self._bursts = alive
        judged = Judged(
            MONDAY + self.n * MINUTE, topics=self.topics, channels=0, total=self.total, step=step, bursts=alive, known=known,  # type: ignore[arg-type]
            announced=announced,
        )  # fmt: skip
        self.n += 1
        return self.episodes.step(self.config, self.detector, "acme", judged)

    def play(self, stream: Iterable[Mapping[str, Said] | Said]) -> list[Transition]:
        """The transitions of these minutes of topics."""
        return [transition for one in stream for transition in self.minute(one)]

    def pause(self, to: int) -> None:
        """Minutes are left out: the next is number `to`."""
        self.n = to
        self.topics.pause()
        self.total.pause()


def told(transitions: Iterable[Transition]) -> list[tuple[str, int]]:
    """What happened, and in which minute."""
    return [(t.transition, (int(t.at.timestamp()) - MONDAY) // MINUTE) for t in transitions]


def stories(transitions: Iterable[Transition]) -> list[tuple[str, str, str, int]]:
    """What happened to what, and in which minute."""
    return [(t.kind, t.topic, t.transition, (int(t.at.timestamp()) - MONDAY) // MINUTE) for t in transitions]


def burst(key: str, messages: Iterable[int], *, first: int = 0, score: float = 9.0, **topics: int) -> Burst:
    """A burst that began in minute `first`; `topics`: known intents among its messages."""
    ids, began = list(messages), MONDAY + first * MINUTE
    return Burst(key, f"label {key}", ["phrase"], began, began, ids, len(ids), 0.5, score, topics, ids[:1])
