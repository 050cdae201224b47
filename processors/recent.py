"""The last two hours of many series: what it takes to say since when, and how much against how much expected.

Bounded: four arrays of HISTORY minutes, 32-bit: about 2 KB a series.
"""

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

HISTORY = 120
"""Minutes."""

Floats = NDArray[np.float64]


class Span(NamedTuple):
    """A stretch of a series that ends now."""

    minutes: int
    observed: int
    expected: float
    variance: float
    voices: int | None
    """Customers who spoke in it, each once in two hours; None: not known."""


class Recent:
    """A ring of minutes for `rows` series."""

    def __init__(self, rows: int = 0) -> None:
        self._kept = np.zeros((4, HISTORY, rows), np.float32)  # counts, expected, variance, voices (-1: not known)
        self._minutes = 0

    def add(self, rows: int) -> None:
        """Series that appear now."""
        self._kept = np.concatenate([self._kept, np.zeros((4, HISTORY, rows), np.float32)], axis=2)

    def push(self, counts: Floats, expected: Floats, dispersion: Floats, voices: Floats | None) -> None:
        """One more minute of all series."""
        at = self._minutes % HISTORY
        self._kept[0, at], self._kept[1, at], self._kept[2, at] = counts, expected, expected * dispersion
        self._kept[3, at] = -1 if voices is None else voices
        self._minutes += 1

    def clear(self) -> None:
        """Minutes were left out: what came before them says nothing about when something began."""
        self._minutes = 0

    def since(self, row: int, minutes: int) -> Span:
        """The last `minutes` of a series (no more than are kept)."""
        counts, expected, variances, voices = self._ordered(row, minutes).tolist()
        known = bool(voices) and min(voices) >= 0
        return Span(len(counts), round(sum(counts)), sum(expected), sum(variances), round(sum(voices)) if known else None)

    def began(self, row: int, *, fewer: bool = False, at_most: int = HISTORY) -> Span:
        """The span, up to now and no longer than `at_most` minutes, whose Poisson likelihood ratio against the expectation is
        greatest, k ln(k/e) - (k - e): the scan statistic of Kulldorff (1997) with its end fixed to the present. Of more than
        expected, or of `fewer`."""
        ordered = self._ordered(row, at_most).astype(np.float64)
        if not ordered.size:
            return self.since(row, 0)
        k, e = np.cumsum(ordered[0][::-1]), np.cumsum(ordered[1][::-1])
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(k > 0, k * np.log(k / e), 0.0) - (k - e)
        ratio[~((k < e) if fewer else (k > e) & (e > 0))] = 0.0
        return self.since(row, int(np.argmax(ratio)) + 1)

    def excess(self, minutes: int) -> Floats:
        """By series: how many more than expected in the last `minutes`."""
        at = np.arange(self._minutes - min(self._minutes, minutes, HISTORY), self._minutes) % HISTORY
        more: Floats = (self._kept[0, at] - self._kept[1, at]).sum(axis=0, dtype=np.float64)
        return more

    def _ordered(self, row: int, minutes: int) -> NDArray[np.float32]:
        """(4, minutes or as many as are kept), oldest first."""
        known = min(self._minutes, HISTORY, minutes)
        return self._kept[:, np.arange(self._minutes - known, self._minutes) % HISTORY, row]

    def snapshot(self) -> bytes:
        """The whole state."""
        shape = self._kept.shape[2]
        return msgspec.msgpack.encode((self._minutes, shape, self._kept.tobytes()))

    @classmethod
    def restore(cls, body: bytes) -> "Recent":
        """What wrote the snapshot."""
        minutes, rows, kept = msgspec.msgpack.decode(body, type=tuple[int, int, bytes])
        recent = cls(rows)
        recent._minutes, recent._kept = minutes, np.frombuffer(kept, np.float32).reshape(4, HISTORY, rows).copy()
        return recent
