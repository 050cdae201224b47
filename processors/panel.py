"""Many named series, judged minute by minute by one spike model, with the last two hours of each.

Names appear as they are heard of; up to `limit` of them are judged, what comes after is counted elsewhere and not judged here
(`refused` says how many). Bounded by the limit: about 4 KB a series.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from processors.recent import HISTORY, Floats, Recent, Span
from processors.spike import SpikeConfig, SpikeModel, Verdicts


class Panel:
    """A model, its series' names, and their recent minutes."""

    def __init__(self, config: SpikeConfig, limit: int) -> None:
        self._config, self._limit = config, limit
        self.names: list[str] = []
        self._rows: dict[str, int] = {}
        self._model, self._recent = SpikeModel(config), Recent()
        self.refused = 0
        """How often a name came for which there was no room: the same one again in each of its minutes."""
        self.verdicts = _nothing()
        """Of the last minute, by row."""

    def step(
        self,
        hour: float,
        weekday: int,
        counts: Mapping[str, int],
        total: int,
        parts: Mapping[str, Sequence[float]],
        voices: Mapping[str, int] | None,
    ) -> Verdicts:
        """Judge the next minute; the arguments as SpikeModel.step has them, by name."""
        self._hear_of(counts)
        given = self._array(counts)
        heard = None if voices is None else self._array(voices)
        late = {self._rows[name]: [float(part) for part in pieces] for name, pieces in parts.items() if name in self._rows}
        self.verdicts = verdicts = self._model.step(hour, weekday, given, float(total), parts=late, voices=heard)
        self._recent.push(verdicts.count, verdicts.expected, verdicts.dispersion, heard)
        return verdicts

    def row(self, name: str) -> int | None:
        """Where the series stands in `verdicts`; None: never heard of."""
        return self._rows.get(name)

    def began(self, name: str, *, fewer: bool = False, at_most: int = HISTORY) -> Span:
        """Since when a known series has been elevated (or low), up to now; of the last `at_most` minutes."""
        return self._recent.began(self._rows[name], fewer=fewer, at_most=at_most)

    def since(self, name: str, minutes: int) -> Span:
        """The last minutes of a known series."""
        return self._recent.since(self._rows[name], minutes)

    def excess(self, minutes: int) -> dict[str, float]:
        """Every series of which there was more than expected in the last `minutes`, and how much."""
        more = self._recent.excess(minutes)
        return {self.names[row]: float(more[row]) for row in (more > 0).nonzero()[0]}

    def fill(self, names: Iterable[str], arrived: float) -> float:
        """Let what arrives late fill what these series missed in a silence; the part of it (0 … 1) that does."""
        return self._model.fill([self._rows[name] for name in names if name in self._rows], arrived)

    def pause(self) -> None:
        """Minutes were left out."""
        self._model.pause()
        self._recent.clear()

    def snapshot(self) -> bytes:
        """The whole state."""
        return msgspec.msgpack.encode((self.names, self.refused, self._model.snapshot(), self._recent.snapshot()))

    @classmethod
    def restore(cls, config: SpikeConfig, limit: int, body: bytes) -> "Panel":
        """The panel that wrote the snapshot. Raises ValueError for a model's version that this code does not know."""
        names, refused, model, recent = msgspec.msgpack.decode(body, type=tuple[list[str], int, bytes, bytes])
        panel = cls(config, limit)
        panel.names, panel._rows, panel.refused = names, {name: row for row, name in enumerate(names)}, refused
        panel._model, panel._recent = SpikeModel.restore(config, model), Recent.restore(recent)
        return panel

    def _hear_of(self, counts: Mapping[str, int]) -> None:
        new = [name for name in counts if name not in self._rows]
        room = self._limit - len(self.names)
        self.refused += max(len(new) - room, 0)
        new = new[:room]
        if new:
            self._rows |= {name: row for row, name in enumerate(new, len(self.names))}
            self.names += new
            self._model.add(len(new))
            self._recent.add(len(new))

    def _array(self, values: Mapping[str, int]) -> Floats:
        array = np.zeros(len(self.names))
        for name, value in values.items():
            row = self._rows.get(name)
            if row is not None:
                array[row] = value
        return array


def _nothing() -> Verdicts:
    return Verdicts(*(np.zeros(0) for _ in Verdicts._fields))
