"""The evidence of the last minutes, vectorised over topics: windows, likelihood ratios, what is missing, what is late."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from processors.negative_binomial import likelihood_ratio

if TYPE_CHECKING:
    from processors.spike import SpikeConfig
    from processors.spike_level import Expectation

Floats = NDArray[np.float64]

SEEN, MEAN, VOICES, SQUARE = range(4)


class Evidence(NamedTuple):
    """Arrays (topics,); log-likelihood ratios, not yet calibrated."""

    rise: Floats
    window: Floats
    observed: Floats
    expected: Floats
    fall: Floats


class Windows:
    """Rings of the longest window's minutes, float32, and running sums. `state`: arrays (..., topics)."""

    def __init__(self, config: "SpikeConfig", topics: int) -> None:
        self._config = config
        self.lengths = np.array(sorted({*config.windows, *config.drop_windows, config.noise_window}))
        self._rising, self._falling = (
            np.flatnonzero(np.isin(self.lengths, wanted)) for wanted in (config.windows, config.drop_windows)
        )
        self._measured = int(np.flatnonzero(self.lengths == config.noise_window)[0])
        self._averaged = _averaged(self.lengths / config.fast_minutes)[:, None]
        self.state: dict[str, NDArray[Any]] = {
            "ring": np.zeros((3, self.lengths[-1], topics), np.float32),  # seen (capped), mean, voices
            "sums": np.zeros((4, len(self.lengths), topics)),
            "noise": np.zeros((2, topics)),
            "missing": np.zeros((3, topics)),  # evidence that it is silent, what this silence lacks, what late feedback may fill
        }
        self.clock = np.zeros(2)  # position in the rings, minutes since the last pause

    def clear(self) -> None:
        """Forget the windows, not what may still come late."""
        for name in ("ring", "sums"):
            self.state[name][:] = 0.0
        self.state["missing"][:2] = 0.0
        self.clock[1] = 0.0

    def admit(self, counts: Floats, believed: "Expectation", parts: Mapping[int, Sequence[float]]) -> Floats:
        """The counts as evidence: every minute capped where it alone would prove `cap_evidence` nats of a `cap_factor`-fold rate,
        a late piece by itself. `parts`: by column. Late pieces first fill what was missed in a silence."""
        c = self._config
        mean, r = believed.mean, 1 / believed.alpha
        gap = np.log((c.cap_factor * mean + r) / (mean + r))
        cap = np.maximum((c.cap_evidence + r * gap) / (np.log(c.cap_factor) - gap), c.cap_ratio * mean)
        seen: Floats = np.minimum(counts, cap)
        owed = self.state["missing"][2]
        for column, pieces in parts.items():
            total = max(sum(min(piece, cap[column]) for piece in pieces), 0.0)
            fill = min(max(total - mean[column], 0.0), owed[column])
            owed[column] = max(owed[column] - max(counts[column] - mean[column], 0.0), 0.0)
            seen[column] = total - fill
        return seen

    def silence(self, counts: Floats, believed: "Expectation") -> NDArray[np.bool_]:
        """Take in the raw counts; True where a topic has been silent, or near it, for so long that it is likely an outage.

        Page's CUSUM (1954) of the likelihood ratio of three tenths of the rate. Where twice the evidence is there (chance alone
        brings the single one several times a day), what was missing since it began is added to what late feedback may fill; that
        is forgotten by half every `late_half_life` minutes, which bounds it."""
        c = self._config
        mean, r = believed.mean, 1 / believed.alpha
        evidence, lacking, owed = self.state["missing"]
        gap = np.log((0.3 * mean + r) / (mean + r))
        evidence[:] = (evidence + counts * (np.log(0.3) - gap) - r * gap).clip(0.0, 2 * c.silence_evidence)
        lacking += mean - counts
        lacking[evidence <= 0] = 0.0
        silent: NDArray[np.bool_] = evidence >= c.silence_evidence
        owed *= 0.5 ** (1 / c.late_half_life)
        certain = evidence >= 2 * c.silence_evidence
        owed += np.where(certain, c.late_margin * np.maximum(lacking, 0.0), 0.0)
        lacking[certain] = 0.0
        return silent

    def step(self, seen: Floats, believed: "Expectation", voices: Floats | None) -> Evidence:
        """Take in the minute; the greatest evidence of the windows that end now."""
        ring, sums, longest, now = self.state["ring"], self.state["sums"], int(self.lengths[-1]), int(self.clock[0])
        spoken = seen / self._config.voice_weight if voices is None else voices
        entering = np.stack([seen, believed.mean, spoken]).astype(np.float32)
        leaving = ring[:, (now - self.lengths) % longest]
        sums[:SQUARE] += entering[:, None]
        sums[:SQUARE] -= leaving
        sums[SQUARE] += np.square(entering[MEAN], dtype=float)
        sums[SQUARE] -= np.square(leaving[MEAN], dtype=float)
        ring[:, now] = entering
        self.clock[:] = (now + 1) % longest, min(self.clock[1] + 1, longest)
        return self._judge(believed, voices is not None)

    def _judge(self, believed: "Expectation", voiced: bool) -> Evidence:
        c, sums, unrest = self._config, self.state["sums"], self._unrest()
        seen, mean = np.maximum(sums[SEEN], 0.0), np.maximum(sums[MEAN], 1e-6)
        within = believed.alpha * np.maximum(sums[SQUARE], 0.0)
        doubt = within / (mean * mean) + c.doubt * (believed.error + unrest * self._averaged)
        self._learn_noise(seen[self._measured], mean[self._measured], within[self._measured], believed.error, unrest)
        up = self._rising
        spoken = np.minimum(seen, c.voice_weight * np.maximum(sums[VOICES], 0.0)) if voiced else seen
        found = likelihood_ratio(spoken[up], mean[up], doubt[up], c.factors)
        best = found.argmax(axis=0)
        column = np.arange(seen.shape[1])
        rise = found[best, column]
        window = np.where(rise > 0, self.lengths[up[best]].astype(float), 0.0)
        down = self._falling[self.lengths[self._falling] <= self.clock[1]]
        if len(down):
            fall = likelihood_ratio(seen[down], mean[down], doubt[down], c.drop_factors).max(axis=0)
        else:
            fall = np.zeros_like(rise)
        return Evidence(rise, window, seen[up[best], column], mean[up[best], column], fall)

    def _unrest(self) -> Floats:
        """Variance of the fast deviation of the log rate, as the windows of `noise_window` showed it: of all topics, shrunk to
        what is believed; of each, shrunk to all."""
        c, (seen, weight) = self._config, self.state["noise"]
        believed = c.fast_sd**2
        typical = (seen.sum() + c.noise_prior * believed) / (weight.sum() + c.noise_prior)
        unrest: Floats = ((seen + c.noise_prior * typical) / (weight + c.noise_prior)).clip(0.1 * believed, 25.0)
        return unrest

    def _learn_noise(self, seen: Floats, mean: Floats, extra: Floats, error: Floats, unrest: Floats) -> None:
        c, state = self._config, self.state["noise"]
        variance = mean + extra
        wanted = float(self._averaged[self._measured, 0]) * mean * mean
        whole = variance + error * mean * mean + unrest * wanted
        reach = 3.5 * np.sqrt(whole)
        off = (seen - mean).clip(-reach, reach)
        certainty = (unrest * wanted / whole) ** 2 / c.noise_window
        state *= 0.5 ** (1 / (c.noise_days * 1440))
        state[0] += certainty * (off * off - variance - error * mean * mean) / wanted
        state[1] += certainty


def _averaged(u: Floats) -> Floats:
    """Variance of the mean of an Ornstein-Uhlenbeck process of variance 1 over u time constants."""
    return np.asarray(2 / (u * u) * (u - 1 + np.exp(-u)))
