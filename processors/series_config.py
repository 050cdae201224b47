"""The numbers of `processors.series`, and what follows from them."""

import math
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class SeriesConfig:
    """The numbers of the model; where time is meant, in time, so that they hold for every step."""

    step_minutes: float = 5.0
    """Time between rows: 1 minute to 1 day."""
    window: float = 15.0
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
    told_hours: float = 12.0
    """Half-life of the score that was told last ..."""
    told_margin: float = 2.0
    """... and how far beyond what is left of it the next one has to be."""
    clustering: float = 0.4
    """Alerts for each row expected at or above a score by chance: rows share windows, and a burst is told once. Measured on
    simulated series (docs/detection.md)."""

    def __post_init__(self) -> None:
        """Refuse steps that the window and the season do not fit. Raises ValueError."""
        if not 1 <= self.step_minutes <= 1440:
            raise ValueError("a step is 1 minute to 1 day")

    @cached_property
    def window_rows(self) -> int:
        """The window in rows."""
        return max(1, round(self.window / self.step_minutes))

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
