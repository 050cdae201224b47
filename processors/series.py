"""How surprising is each row of a series of counts? For few series that are not parts of a whole: any CSV, a metric of one's own.

Where counts are parts of one stream, `processors.spike` judges their shares of it; here each series is judged alone, one row at
a time, by what came before it in that series and by nothing else. A row:
1. is expected at `level * season`: a level that forgets over 7 days, an hour-of-day season (working days and weekend apart);
2. is judged with the rows before it, a quarter of an hour together: a negative-binomial tail with the series' own dispersion. Not
   alone, where rows are closer than that: one odd row is a clump as often as the beginning of something;
3. is compared, on the scale of standard deviations, with the series' own record of large surprises: beyond its 99th percentile
   they are taken to fall off exponentially at the pace they did (peaks over a threshold, Pickands 1975). A series of habitual
   bursts has to do more. So scores compare over series: a row reaches `score` by chance about once in exp(score) rows;
4. is news or not: after a burst was told, only what is `exp(told_margin)` times as rare as it is told. The memory of it fades:
   the score that was told halves in 12 hours;
5. is learnt, with outliers cut off, so that a burst does not become the new normal at once.

Rows that are missing are unknown, not zero. Bounded: about 1 KB of numbers a series.
"""

import math
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct
from scipy.special import gammaincinv

from processors.negative_binomial import normal_range, tail
from processors.series_config import SeriesConfig
from processors.series_state import SeriesState, decoded, encoded

__all__ = ["Reading", "Series", "SeriesConfig", "SeriesSet"]

MINUTE_MS = 60_000
DAY_MS = 86_400_000
MOST = 1e12
"""Counts beyond it are taken for it, so that no arithmetic overflows."""


class Reading(Struct, frozen=True, gc=False):
    """What is thought of one row."""

    count: float | None
    """As given; None if it was no number."""
    expected: float
    low: int
    high: int
    """19 of 20 ordinary rows lie within low and high."""
    score: float
    """0: ordinary, or not judged; 7: about once in exp(7) rows, in this series; comparable over series."""
    alert: bool
    late: bool
    """Late or doubled: not judged, not learnt."""


class _Expectation(NamedTuple):
    mean: float
    season: float
    level: float
    unseen: float
    """0 … 1: how far the hour is one never seen."""
    slot: int


class Series:
    """One series: `step` its rows as they come."""

    def __init__(self, config: SeriesConfig, state: SeriesState | None = None) -> None:
        self.config = config
        if state is None:
            rows = config.window_rows
            state = SeriesState([0.0] * rows, [0.0] * rows, quantile=config.tail_start)
        self.state = state

    def snapshot(self) -> bytes:
        """The state, versioned."""
        return encoded(self.config, {"": self.state})

    @classmethod
    def restore(cls, config: SeriesConfig, body: bytes) -> "Series":
        """The series that wrote the snapshot. Raises ValueError if it is of another version or of another window."""
        saved = decoded(config, body)
        if list(saved.series) != [""]:
            raise ValueError("a snapshot of a set of series, where one was asked for")
        return cls(config, saved.series[""])

    def step(self, time_ms: int, value: float, threshold: float = math.inf) -> Reading:
        """Judge the next row, of `time_ms` since 1970 (UTC); an alert if its score reaches the threshold.

        A row may lie half a step off its place. Rows left out are unknown. A row at a place already taken, or before it, is
        not judged, until `settle_rows` of them came in order: then the clock was set back. NaN and infinity are unknown;
        below 0 counts as 0. Never raises.
        """
        s, c = self.state, self.config
        step_ms = c.step_minutes * MINUTE_MS
        if s.newest < 0:
            s.origin_ms = time_ms
        place = math.floor((time_ms - s.origin_ms) / step_ms + 0.5)
        given = value if math.isfinite(value) else None
        count = min(max(value, 0.0), MOST) if given is not None else None
        expected = self._expected(time_ms)
        spread = self._dispersion(s.spread) + expected.mean * (c.level_error + c.season_unseen * expected.unseen)
        low, high = _ordinary(expected.mean, spread)
        late = not self._moves_to(place)
        if late or count is None:
            return Reading(given, expected.mean, low, high, 0.0, False, late)
        s.rows += 1
        if s.rows <= c.settle_rows:
            s.level += count
            s.level_exposure += 1
            return Reading(given, expected.mean, low, high, 0.0, False, False)
        score = self._score(math.sqrt(self._surprise(count, expected)))
        self._learn(count, expected)
        return Reading(given, expected.mean, low, high, score, score >= threshold, False)

    def _moves_to(self, place: int) -> bool:
        """Make room for a row at that place, unknown rows before it; False if it comes late."""
        s, c = self.state, self.config
        rows = c.window_rows
        if place <= s.newest:
            s.late_rows = s.late_rows + 1 if place > s.late else 1
            s.late = place
            if s.late_rows < c.settle_rows:
                return False
            gap = rows  # the clock was set back: no row that is remembered lies in this window
        else:
            gap = place - s.newest if s.newest >= 0 else 1
        s.newest, s.late, s.late_rows = place, -(1 << 62), 0
        for ring in (s.counts, s.plain):
            ring[:] = [*ring[min(gap, rows) :], *[0.0] * min(gap, rows)]
        s.peak *= c.peak_fades ** min(gap, 1 << 20)
        s.told *= c.told_fades ** min(gap, 1 << 20)
        return True

    def _expected(self, time_ms: int) -> _Expectation:
        s, c = self.state, self.config
        day, in_day = divmod(time_ms + int(c.step_minutes * MINUTE_MS / 2), DAY_MS)  # the middle of the row
        week = 24 if (day + 3) % 7 >= 5 else 0  # day 0 was a Thursday
        hour = in_day / 3_600_000
        slot = week + int(hour)

        def season(k: int) -> float:
            return (s.season[k] + c.season_prior) / (s.season_exposure[k] + c.season_prior)

        if c.step_minutes < 60:  # between the middles of two hours
            first = math.floor(hour - 0.5)
            towards = hour - 0.5 - first
            a, b = week + first % 24, week + (first + 1) % 24
            shape = (1 - towards) * season(a) + towards * season(b)
            unseen = (1 - towards) * (s.season_exposure[a] == 0) + towards * (s.season_exposure[b] == 0)
        else:
            shape, unseen = season(slot), float(s.season_exposure[slot] == 0)
        level = (s.level + c.level_prior * c.level_prior_rows) / (s.level_exposure + c.level_prior_rows)
        return _Expectation(max(level * shape, 1e-3), shape, level, unseen, slot)

    def _dispersion(self, spread: float) -> float:
        """Variance / mean of a window's count or of a row's, from its squared errors."""
        s, c = self.state, self.config
        prior = c.dispersion_prior * c.dispersion_prior_rows
        return max((spread + prior) / (s.spread_rows + c.dispersion_prior_rows), c.dispersion_min)

    def _surprise(self, count: float, expected: _Expectation) -> float:
        """-ln of the window's tail; what the window's counts vary by is learnt."""
        s, c = self.state, self.config
        s.counts[-1], s.plain[-1] = count, expected.mean
        total, mean = sum(s.counts), sum(s.plain)
        dispersion = self._dispersion(s.window_spread)
        error = 1 / (s.level + c.level_prior * c.level_prior_rows) + c.level_error + c.season_unseen * expected.unseen
        cut = min(total, mean + c.cut_sd * math.sqrt(dispersion * mean) + 1)
        s.window_spread = c.level_fades * s.window_spread + (cut - mean) ** 2 / mean
        return tail(total, mean, dispersion + mean * error) if total >= c.min_count else 0.0

    def _score(self, surprise: float) -> float:
        """The surprise, in standard deviations, by the series' own record; what is no news is held at the record's threshold."""
        s, c = self.state, self.config
        scale = (s.excess + c.tail_prior * c.tail_scale) / (s.peaks + c.tail_prior)
        excess = surprise - s.quantile
        hit = excess > 0
        score = c.tail_floor + excess / scale if hit else c.tail_floor * surprise / s.quantile
        s.quantile = max(s.quantile + 0.01 * scale * (c.tail_quantile if hit else c.tail_quantile - 1), 0.2 * c.tail_start)
        if hit and surprise > s.peak:
            s.peaks = c.record_fades * s.peaks + 1
            s.excess = c.record_fades * s.excess + min(excess, c.tail_cap * scale)
        s.peak = max(s.peak, surprise)
        if not hit:
            return score
        if score <= s.told + c.told_margin:
            return c.tail_floor
        s.told = score
        return score

    def _learn(self, count: float, expected: _Expectation) -> None:
        s, c = self.state, self.config
        mean, dispersion = expected.mean, self._dispersion(s.spread)
        cut = min(count, mean + c.cut_sd * math.sqrt(dispersion * mean) + 1)
        s.spread = c.level_fades * s.spread + (cut - mean) ** 2 / mean
        s.spread_rows = c.level_fades * s.spread_rows + 1
        learnt = min(count, mean + c.cut_sd * math.sqrt(dispersion * mean + c.level_error * mean * mean) + 1)
        s.level = c.level_fades * s.level + learnt
        s.level_exposure = c.level_fades * s.level_exposure + expected.season
        if expected.slot != s.hour:
            if s.hour >= 0:
                s.season[s.hour] = c.season_fades * s.season[s.hour] + s.hour_sum
                s.season_exposure[s.hour] = c.season_fades * s.season_exposure[s.hour] + s.hour_exposure
            s.hour, s.hour_sum, s.hour_exposure = expected.slot, 0.0, 0.0
        s.hour_sum += learnt
        s.hour_exposure += expected.level


def _ordinary(mean: float, dispersion: float) -> tuple[int, int]:
    """The counts within which 19 of 20 fall: by summation where that is short, else of the gamma with the same moments."""
    if mean + 4 * math.sqrt(mean * dispersion) < 40:
        return normal_range(mean, dispersion)
    low, high = gammaincinv(mean / dispersion, (0.025, 0.975)) * dispersion
    return int(low), int(high)


class SeriesSet:
    """Series by key, under one budget of false alerts. Bounded: beyond `limit` the key longest not fed is forgotten."""

    def __init__(self, config: SeriesConfig, *, per_day: float = 1.0, per_week: float | None = None, limit: int = 20_000) -> None:
        """A budget of `per_day` false alerts per 1,000 series, or of `per_week` in all."""
        self.config = config
        self.per_day, self.per_week, self.limit = per_day, per_week, limit
        self.forgotten = 0
        self._series: OrderedDict[str, Series] = OrderedDict()

    def __len__(self) -> int:
        return len(self._series)

    def __iter__(self) -> Iterator[str]:
        """The keys, the one longest not fed first."""
        return iter(self._series)

    @property
    def threshold(self) -> float:
        """The score from which on a row is an alert, with the series there are now."""
        if self.per_week is not None:
            return self.config.threshold(self.per_week / 7, len(self._series))
        return self.config.threshold(self.per_day / 1000)

    def step(self, time_ms: int, key: str, value: float) -> Reading:
        """Judge the next row of that key's series, as `Series.step` does."""
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = Series(self.config)
            if len(self._series) > self.limit:
                self._series.popitem(last=False)
                self.forgotten += 1
        self._series.move_to_end(key)
        return series.step(time_ms, value, self.threshold)

    def snapshot(self) -> bytes:
        """All that is remembered, versioned; the budget is not part of it."""
        return encoded(self.config, {key: series.state for key, series in self._series.items()}, self.forgotten)

    @classmethod
    def restore(
        cls, config: SeriesConfig, body: bytes, *, per_day: float = 1.0, per_week: float | None = None, limit: int = 20_000
    ) -> "SeriesSet":
        """The set that wrote the snapshot. Raises ValueError if it is of another version or of another window."""
        saved = decoded(config, body)
        series = cls(config, per_day=per_day, per_week=per_week, limit=limit)
        series.forgotten = saved.forgotten
        series._series.update((key, Series(config, state)) for key, state in saved.series.items())
        return series
