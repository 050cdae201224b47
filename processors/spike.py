"""How surprising is this minute's count of every topic? A function of the minutes in order, and of nothing else.

1. What is expected, and how sure that is: the topic's share of all feedback, its season, its level (spike_level, spike_traffic).
   A topic is judged by what everything else does, so that a promotion is not a spike of every topic.
2. Evidence of several windows that end now: the log-likelihood ratio of a lifted rate against the expected one, negative
   binomial, each minute capped (a clump is a clump), with the uncertainty of the expectation in its dispersion (spike_windows).
   The same downwards: a topic that went quiet.
3. `surprise` is that evidence on the scale of -ln p of an hour of one topic: an alarm at `ln(24,000 / budget)`, with a cool-down
   of an hour, gives about `budget` false alerts per 1,000 topics a day. The map is one line for all topics, fitted on simulated
   service desks (benchmarks/adapters_spike.py drives them).
4. What a silence owed: late feedback first fills what was missing, and only the rest is evidence (spike_windows).

Units: counts are feedback a minute; hour is 0 <= hour < 24 with its fraction, weekday 0 = Monday.

Bounded: about 2.2 KB a topic (rings of `windows[-1]` minutes x 3 float32, 96 season numbers, some 40 others) and 3 KB a tenant;
topics are never forgotten, so the caller bounds their number. 100,000 topics: 220 MB, and as much again while one is added.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from processors.spike_level import Level
from processors.spike_traffic import Traffic
from processors.spike_windows import Windows

Floats = NDArray[np.float64]
VERSION = 1


@dataclass(frozen=True)
class SpikeConfig:
    """The numbers of the model. Changing one makes another detector (its configuration is part of a spike's identity)."""

    share: bool = True
    """Judge by the share of the total; False for a series that is all there is."""
    windows: tuple[int, ...] = (5, 10, 30, 60, 120)
    """Minutes over which a rise may show: from a sharp one of a busy topic to the slow burn of a rare one."""
    factors: tuple[float, ...] = (1.7, 3.0, 6.0)
    """The rises looked for, as multiples; the likelihood between them is within a nat of the nearest."""
    drop_windows: tuple[int, ...] = (30, 60, 120)
    """Minutes over which a fall may show: silence is judged slowly."""
    drop_factors: tuple[float, ...] = (0.5, 0.1)
    """The falls looked for."""
    cap_factor: float = 5.0
    """One minute may prove no more than `cap_evidence` nats of a rise by this factor: an odd minute is as often one customer who
    repeats himself or a delivery as it is a surge."""
    cap_evidence: float = 5.0
    cap_ratio: float = 0.0
    """One minute may always prove this multiple of what is expected."""
    doubt: float = 0.8
    """How much of the expectation's variance counts in a window: below 1, as the windows overlap what the level has learnt."""
    voice_weight: float = 3.0
    """Messages that one customer can be worth as evidence."""
    level_days: float = 10.0
    """Half-life of the base rate and of the dispersion, days."""
    base_prior: float = 0.3
    """Counts' worth of belief in `base_prior_rate` before anything is seen: so little that a cold start is unsure, and quiet."""
    base_prior_rate: float = 0.2
    """Counts per unit of traffic believed at first (`share`: a fifth of all feedback)."""
    season_prior: float = 25.0
    """Counts' worth of "no season of its own" in every hour: a standard deviation of a fifth."""
    season_visits: float = 14.0
    """Half-life of the season, in visits of its hour."""
    traffic_days: float = 10.0
    """Half-life of the total's level, days."""
    traffic_prior: float = 5.0
    """Counts' worth of "no lift" in the traffic of the others."""
    traffic_prior_minutes: float = 40.0
    """Minutes' worth of the usual day in each hour of the week."""
    lift_step: float = 0.1
    """How far the log lift of everything may move in a minute, standard deviation: promotions begin within minutes."""
    trim_minutes: float = 60.0
    """From when on single surging topics are left out of the lift of everything."""
    elasticity_sd: float = 0.15
    """How differently topics follow a lift of everything (1: in proportion), standard deviation."""
    elasticity_step: float = 0.001
    """How far that may wander in a minute."""
    lift_noise: float = 0.3
    """Log lifts up to this teach nothing about a topic's elasticity: they are as likely errors of the total's season."""
    elasticity_minutes: float = 3 * 1440.0
    """From when on it is learnt: before, a lift is as likely the season of the total, which is not yet known."""
    slow_sd: float = 0.15
    """Standard deviation of the log rate's drift over `slow_minutes`."""
    slow_minutes: float = 1440.0
    slow_limit: float = 1.2
    """Largest log drift that is followed at once; more has to be learnt by the base."""
    fast_sd: float = 0.12
    """Standard deviation of the log rate's unrest over `fast_minutes`, before the topics have shown theirs."""
    fast_minutes: float = 20.0
    learn_sd: float = 3.0
    """Outliers are cut off here before they are learnt: a spike must not become the new normal at once."""
    alpha_prior: float = 0.06
    """Relative variance of a minute beyond Poisson's believed at first, and (`alpha_weight`) for how much evidence."""
    alpha_weight: float = 30.0
    noise_window: int = 30
    """The window (of `windows`) on which unrest is measured: the one at which it matters most."""
    noise_prior: float = 50.0
    """Windows' worth of belief that a topic is as restless as the others of its tenant."""
    noise_days: float = 10.0
    """Half-life of the unrest learnt, days."""
    silence_evidence: float = 5.0
    """Nats at which a topic counts as silent: learning nearly stops; at twice as many what is missing may come late."""
    silence_weight: float = 0.05
    """What a minute of silence teaches, of an ordinary one: an outage is forgotten, the end of a topic accepted in a day."""
    silence_total: float = 5.0
    """A minute in which nobody says anything although so much is expected is an outage, and teaches nothing about shares."""
    late_half_life: float = 720.0
    """Minutes after which half of what was missing is no longer waited for."""
    late_margin: float = 1.6
    """What late feedback may fill, of what was missing: before it is known for a silence, it has lowered the expectation."""
    scale: float = 0.92
    """Surprise = scale * evidence - offset: maps the greatest window's evidence to the budget's scale. Fitted to the false alerts
    of simulated weeks (budgets 1, 5, 20; with and without promotions; drifts, unrest and clumps of several sizes)."""
    offset: float = 0.6

    @classmethod
    def total(cls) -> "SpikeConfig":
        """For one series judged on its own, not as a share: the total volume of a tenant. Its season is its own to
        learn, and a busy minute of all feedback is no clump."""
        return cls(share=False, season_prior=4.0, cap_ratio=5.0)


class Verdicts(NamedTuple):
    """What is thought of every topic in one minute: float64 arrays (topics,) in the model's row order."""

    count: Floats  # type: ignore[assignment]  # a tuple's own `count` is not used
    """As given."""
    expected: Floats
    """Of this minute."""
    dispersion: Floats
    """Variance / mean of this minute's expectation."""
    surprise: Floats
    """0 and more, on the scale of -ln p: see the module."""
    window: Floats
    """Minutes of the window that was most surprising; 0: none was."""
    observed: Floats
    """The counts in that window, as far as they are evidence."""
    expected_there: Floats
    """The expectation in that window."""
    drop: Floats
    """The same scale for too few; 0 until a whole window has been seen and where so little is expected that silence proves
    nothing."""


class SpikeModel:
    """One tenant's model: `step` the minutes in order."""

    def __init__(self, config: SpikeConfig) -> None:
        self.config = config
        self._traffic = Traffic(config.traffic_days, config.traffic_prior_minutes)
        # column 0 is a topic that has never been heard of: what a new one starts from
        self._level = Level(config, 1)
        self._windows = Windows(config, 1)

    @property
    def rows(self) -> int:
        """How many topics it judges."""
        return int(self._level.state["lift"].shape[-1]) - 1

    def add(self, n: int) -> None:
        """`n` topics appear now, as if they had always been silent."""
        for state in (self._level.state, self._windows.state):
            for name, old in state.items():
                state[name] = np.concatenate([old, np.repeat(old[..., :1], n, axis=-1)], axis=-1)

    def step(
        self,
        hour: float,
        weekday: int,
        counts: Floats,
        total: float,
        *,
        parts: Mapping[int, Sequence[float]] | None = None,
        voices: Floats | None = None,
    ) -> Verdicts:
        """Judge the next minute, and learn from it.

        `counts` (rows,) may be negative (withdrawals: judged as none) but must be finite; `total` is of all feedback, of which
        the topics are parts. `parts`: row -> the pieces of its count by the minute they are about, where some is late: each is
        capped by itself. `voices` (rows,): customers who had not spoken of it in the last two hours; where given, a window's
        evidence is at most `voice_weight` messages a voice. Raises ValueError if an array has another length."""
        if len(counts) != self.rows or (voices is not None and len(voices) != self.rows):
            raise ValueError(f"{self.rows} topics are known; counts and voices must have as many")
        c = self.config
        x = np.zeros(self.rows + 1)
        np.maximum(counts, 0.0, out=x[1:])
        total = max(total, 0.0)
        expected_total = self._traffic.expect(hour, weekday)
        noise = self._traffic.noise(total)
        believed = self._level.expect(hour, weekday, x, total, expected_total, noise)
        seen = self._windows.admit(x, believed, {row + 1: pieces for row, pieces in (parts or {}).items()})
        spoken = None if voices is None else np.concatenate([[0.0], np.maximum(voices, 0.0)])
        found = self._windows.step(seen, believed, spoken)
        silent = self._windows.silence(x, believed)
        if not (c.share and total == 0 and expected_total >= c.silence_total):  # of nothing, nobody has a share
            self._level.learn(hour, weekday, x, believed, np.where(silent, c.silence_weight, 1.0))
        self._traffic.learn(hour, weekday, total, expected_total)
        surprise, drop = (np.maximum(c.scale * v - c.offset, 0.0) for v in (found.rise, found.fall))
        dispersion = 1 + believed.alpha * believed.tracked
        columns = (believed.tracked, dispersion, surprise, found.window, found.observed, found.expected, drop)
        return Verdicts(np.array(counts, float), *(v[1:] for v in columns))

    def fill(self, rows: Sequence[int], arrived: float) -> float:
        """Let what arrives late fill what these topics missed in a silence; the part of it (0 … 1) that does."""
        owed = self._windows.state["missing"][2]
        columns = np.array(rows, np.int64) + 1
        missed = float(owed[columns].sum())
        filled = min(missed, arrived)
        if filled > 0:
            owed[columns] *= 1 - filled / missed
        return filled / arrived if arrived > 0 else 0.0

    def pause(self) -> None:
        """Minutes were left out: the windows begin anew, what was learnt stays."""
        self._windows.clear()

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {
            **self._traffic.state,
            **self._level.state,
            **self._windows.state,
            "age": self._level.clock,
            "clock": self._windows.clock,
        }

    def snapshot(self) -> bytes:
        """The whole state, versioned: NumPy's npz, without pickles."""
        out = io.BytesIO()
        np.savez(out, allow_pickle=False, version=np.array(VERSION), **self._arrays())
        return out.getvalue()

    @classmethod
    def restore(cls, config: SpikeConfig, body: bytes) -> "SpikeModel":
        """The model that wrote the snapshot. Raises ValueError for another version, for other windows, and for what is
        no snapshot."""
        model = cls(config)
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
        except (BadZipFile, EOFError, OSError, ValueError) as error:
            raise ValueError(f"this is no snapshot of a spike model: {error}") from error
        version = int(arrays.pop("version", -1))
        if version != VERSION:
            raise ValueError(f"snapshot version {version} is not known")
        if _forms(arrays) != _forms(model._arrays()):
            raise ValueError("the snapshot is of a model with another configuration")
        for state in (model._traffic.state, model._level.state, model._windows.state):
            for name in state:
                state[name] = arrays[name]
        model._level.clock, model._windows.clock = arrays["age"], arrays["clock"]
        return model


def _forms(arrays: Mapping[str, NDArray[Any]]) -> dict[str, tuple[object, ...]]:
    """Types and shapes, but for the number of topics."""
    whole = ("age", "clock", "traffic", "traffic_day", "traffic_week")
    return {name: (array.dtype, array.shape if name in whole else array.shape[:-1]) for name, array in arrays.items()}
