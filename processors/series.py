"""How surprising is each row of a series of counts? For few series that are not parts of a whole: any CSV, a metric of one's own.

Where counts are parts of one stream, `processors.spike` judges their shares of it; here each series is judged alone, one row at
a time, by what came before it in that series and by nothing else. A row:
1. is expected at `level * season`: a level that forgets over 7 days, an hour-of-day season (working days and weekend apart);
2. is judged with the rows before it, over 15 and 60 minutes: a negative-binomial tail with the series' own dispersion. Not
   alone, where rows are closer than that: one odd row is a clump as often as the beginning of something;
3. is compared, on the scale of standard deviations, with the series' own record of large surprises: beyond its 99th percentile
   they are taken to fall off exponentially at the pace they did (peaks over a threshold, Pickands 1975). A series of habitual
   bursts has to do more. So scores compare over series: a row reaches `score` by chance about once in exp(score) rows;
4. is news or not: a burst that was told is told again only when it has become `exp(told_margin)` times as rare. The memory
   of it fades over a day;
5. is learnt, with outliers cut off, so that a burst does not become the new normal at once.

Rows that are missing are unknown, not zero. Bounded: about 2 KB of numbers a series.
"""

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import msgspec
from msgspec import Struct, field
from scipy.special import gammaincinv

from processors.negative_binomial import normal_range, tail

VERSION = 1
MINUTE_MS = 60_000
DAY_MS = 86_400_000
MOST = 1e12
"""Counts beyond it are taken for it, so that no arithmetic overflows."""


@dataclass(frozen=True)
class SeriesConfig:
    """The numbers of the model; where time is meant, in time, so that they hold for every step."""

    step_minutes: float = 5.0
    """Time between rows: 1 minute to 1 day."""
    windows: tuple[float, ...] = (15.0, 60.0)
    """Minutes judged together; a row alone where rows are further apart."""
    level_days: float = 7.0
    """Half-life of level and dispersion."""
    season_visits: float = 14.0
    """Half-life of an hour's season, in visits."""
    season_prior: float = 30.0
    """Counts' worth of "no season"."""
    season_unseen: float = 1.0
    """Squared relative error of the expectation in an hour of the day never seen: a day's rhythm is often as strong."""
    level_prior: float = 0.2
    """Counts a row believed before anything is seen ..."""
    level_prior_rows: float = 1.0
    """... and for how many rows."""
    level_error: float = 0.01
    """Squared relative error of the expectation, always."""
    dispersion_prior: float = 1.3
    dispersion_prior_rows: float = 40.0
    dispersion_min: float = 1.02
    cut_sd: float = 4.0
    """Outliers are cut here before they are learnt."""
    settle_rows: int = 12
    """Rows that teach the level alone, as they are, before any is judged; and late rows in order before the clock is taken to
    have been set back."""
    min_count: float = 3.0
    """Fewer in a window prove nothing."""
    tail_quantile: float = 0.99
    tail_start: float = 2.1
    """That quantile, of the root of surprise, before anything is seen: sqrt(-ln .01) ..."""
    tail_scale: float = 0.25
    """... and the mean excess over it, of a model that fits perfectly ..."""
    tail_prior: float = 10.0
    """... which count as much as so many peaks, a week's or two."""
    tail_peaks: float = 100.0
    """Half-life of the record, in peaks."""
    tail_cap: float = 6.0
    """One peak teaches no more than so many mean excesses."""
    peak_hours: float = 3.0
    """Half-life of a peak: what rises less high meanwhile belongs to it."""
    told_hours: float = 24.0
    """Half-life of what was told."""
    told_margin: float = 2.0
    clustering: float = 0.25
    """Alerts for each row expected at or above a score by chance: rows share windows, and a burst is told once. Measured on
    simulated series (docs/detection.md)."""

    def __post_init__(self) -> None:
        """Refuse steps that the windows and the season do not fit. Raises ValueError."""
        if not 1 <= self.step_minutes <= 1440:
            raise ValueError("a step is 1 minute to 1 day")

    @cached_property
    def window_rows(self) -> tuple[int, ...]:
        """The windows in rows, shortest first."""
        return tuple(sorted({max(1, round(window / self.step_minutes)) for window in self.windows}))

    @property
    def rows_a_day(self) -> float:
        """How many rows a day has."""
        return 1440 / self.step_minutes

    def threshold(self, alerts_a_day: float, series: int = 1) -> float:
        """The score from which on a row is an alert, if all series together may raise so many false alerts a day.

        No budget makes alerts of what lies within the 99th percentile of a series' surprises.
        """
        rows = self.clustering * self.rows_a_day * max(series, 1)
        return max(math.log(rows / alerts_a_day), self.tail_floor + 0.1)

    @property
    def tail_floor(self) -> float:
        """The score at the percentile where the record begins; what was told already has no higher one."""
        return -math.log(1 - self.tail_quantile)

    def _fades(self, rows: float) -> float:
        return float(0.5 ** (1 / rows))

    @cached_property
    def level_fades(self) -> float:
        """What a row leaves of level and dispersion."""
        return self._fades(self.level_days * self.rows_a_day)

    @cached_property
    def season_fades(self) -> float:
        """What a visit leaves of an hour's season."""
        return self._fades(self.season_visits)

    @cached_property
    def record_fades(self) -> float:
        """What a peak leaves of the record."""
        return self._fades(self.tail_peaks)

    @cached_property
    def peak_fades(self) -> float:
        """What a row leaves of a peak."""
        return self._fades(self.peak_hours * 60 / self.step_minutes)

    @cached_property
    def told_fades(self) -> float:
        """What a row leaves of what was told."""
        return self._fades(self.told_hours * 60 / self.step_minutes)


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


class SeriesState(Struct):
    """What is remembered of one series."""

    counts: list[float]
    """The last rows, newest last, as many as the longest window has; with `plain`, what was expected then."""
    plain: list[float]
    spread: list[float]
    """Sum of squared errors over expectation, of each window and, last, of single rows."""
    season: list[float] = field(default_factory=lambda: [0.0] * 48)
    season_exposure: list[float] = field(default_factory=lambda: [0.0] * 48)
    origin_ms: int = 0
    newest: int = -1
    """Place of the newest row, in steps from the origin; -1: none yet."""
    late: int = 0
    """Place of the last late row ..."""
    late_rows: int = 0
    """... and how many came before it in order."""
    rows: int = 0
    level: float = 0.0
    level_exposure: float = 0.0
    spread_rows: float = 0.0
    hour: int = -1
    hour_sum: float = 0.0
    hour_exposure: float = 0.0
    quantile: float = 0.0
    peaks: float = 0.0
    excess: float = 0.0
    peak: float = 0.0
    told: float = 0.0


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
            longest, windows = config.window_rows[-1], len(config.window_rows)
            state = SeriesState([0.0] * longest, [0.0] * longest, [0.0] * (windows + 1), quantile=config.tail_start)
        self.state = state

    def snapshot(self) -> bytes:
        """The state, versioned."""
        return msgspec.msgpack.encode(_Saved(VERSION, self.config.window_rows, 0, {"": self.state}))

    @classmethod
    def restore(cls, config: SeriesConfig, body: bytes) -> "Series":
        """The series that wrote the snapshot. Raises ValueError if it is of another version or of other windows."""
        saved = _decoded(config, body)
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
        spread = self._dispersion(-1) + expected.mean * (c.level_error + c.season_unseen * expected.unseen)
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
        longest = c.window_rows[-1]
        if place <= s.newest:
            s.late_rows = s.late_rows + 1 if place > s.late else 1
            s.late = place
            if s.late_rows < c.settle_rows:
                return False
            gap = longest  # the clock was set back: nothing that is remembered is of the last hour
        else:
            gap = place - s.newest if s.newest >= 0 else 1
        s.newest, s.late, s.late_rows = place, -(1 << 62), 0
        for ring in (s.counts, s.plain):
            ring[:] = [*ring[min(gap, longest) :], *[0.0] * min(gap, longest)]
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

    def _dispersion(self, window: int) -> float:
        """Variance / mean of a window's count, or with -1 of a row's."""
        s, c = self.state, self.config
        prior = c.dispersion_prior * c.dispersion_prior_rows
        return max((s.spread[window] + prior) / (s.spread_rows + c.dispersion_prior_rows), c.dispersion_min)

    def _surprise(self, count: float, expected: _Expectation) -> float:
        """-ln of the least likely window's tail; what the windows' counts vary by is learnt."""
        s, c = self.state, self.config
        s.counts[-1], s.plain[-1] = count, expected.mean
        greatest = 0.0
        error = 1 / (s.level + c.level_prior * c.level_prior_rows) + c.level_error + c.season_unseen * expected.unseen
        for j, rows in enumerate(c.window_rows):
            total, mean = sum(s.counts[-rows:]), sum(s.plain[-rows:])
            dispersion = self._dispersion(j)
            if total >= c.min_count:
                greatest = max(greatest, tail(total, mean, dispersion + mean * error))
            cut = min(total, mean + c.cut_sd * math.sqrt(dispersion * mean) + 1)
            s.spread[j] = c.level_fades * s.spread[j] + (cut - mean) ** 2 / mean
        return greatest

    def _score(self, surprise: float) -> float:
        """The surprise, in standard deviations, by the series' own record; what was told already is held at its threshold."""
        s, c = self.state, self.config
        floor = c.tail_floor
        scale = (s.excess + c.tail_prior * c.tail_scale) / (s.peaks + c.tail_prior)
        excess = surprise - s.quantile
        hit = excess > 0
        score = floor + excess / scale if hit else floor * surprise / s.quantile
        s.quantile = max(s.quantile + 0.01 * scale * (c.tail_quantile if hit else c.tail_quantile - 1), 0.2 * c.tail_start)
        if hit and surprise > s.peak:
            s.peaks = c.record_fades * s.peaks + 1
            s.excess = c.record_fades * s.excess + min(excess, c.tail_cap * scale)
        s.peak = max(s.peak, surprise)
        if hit:
            if surprise > s.told + c.told_margin * scale:
                s.told = surprise
            else:
                score = floor
        return score

    def _learn(self, count: float, expected: _Expectation) -> None:
        s, c = self.state, self.config
        mean, dispersion = expected.mean, self._dispersion(-1)
        cut = min(count, mean + c.cut_sd * math.sqrt(dispersion * mean) + 1)
        s.spread[-1] = c.level_fades * s.spread[-1] + (cut - mean) ** 2 / mean
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
        states = {key: series.state for key, series in self._series.items()}
        return msgspec.msgpack.encode(_Saved(VERSION, self.config.window_rows, self.forgotten, states))

    @classmethod
    def restore(
        cls, config: SeriesConfig, body: bytes, *, per_day: float = 1.0, per_week: float | None = None, limit: int = 20_000
    ) -> "SeriesSet":
        """The set that wrote the snapshot. Raises ValueError if it is of another version or of other windows."""
        saved = _decoded(config, body)
        series = cls(config, per_day=per_day, per_week=per_week, limit=limit)
        series.forgotten = saved.forgotten
        series._series.update((key, Series(config, state)) for key, state in saved.series.items())
        return series


class _Saved(Struct, array_like=True, forbid_unknown_fields=True):
    """What a snapshot holds: one series is a set with one key."""

    version: int
    windows: tuple[int, ...]
    forgotten: int
    series: dict[str, SeriesState]


def _decoded(config: SeriesConfig, body: bytes) -> _Saved:
    try:
        saved = msgspec.msgpack.decode(body, type=_Saved)
    except msgspec.DecodeError as error:
        raise ValueError(f"no snapshot of series: {error}") from error
    if (saved.version, saved.windows) != (VERSION, config.window_rows):
        raise ValueError(f"a snapshot of version {saved.version} with windows of {saved.windows} rows cannot be used here")
    return saved
