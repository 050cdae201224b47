"""What is expected of every topic in a minute, and how sure is that? Season, share, level; vectorised over topics.

    log expected = log(base * season * traffic) + elasticity * lift + slow + fast

- base: the topic's long-run rate a unit of traffic (half-life of weeks), a gamma posterior;
- season: its own deviation from the traffic's season by hour, working days and weekend apart, shrunk, linear between the hours;
- lift: by how much everything else (leave-one-out) is above its expectation now; `elasticity` how much of it the topic follows;
- slow, fast: two Ornstein-Uhlenbeck deviations of the log rate, of a day and of minutes.

(elasticity, slow, fast) are tracked by an extended Kalman filter on the score of the negative binomial,
(x - m) / (1 + alpha m), with information m / (1 + alpha m) and innovations cut at a few standard deviations (West, Harrison &
Migon 1985, dynamic generalised linear models; Masreliez 1975 for the cut). What is tested is the expectation *without* `fast`:
its variance is part of the uncertainty, or a slow surge would explain itself away.
"""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from processors.spike_traffic import between_hours

if TYPE_CHECKING:
    from processors.spike import SpikeConfig

Floats = NDArray[np.float64]


class Expectation(NamedTuple):
    """Of one minute; arrays (topics,)."""

    mean: Floats
    """Without the fast deviation: what the windows test against."""
    tracked: Floats
    """With it."""
    alpha: Floats
    """Variance of a minute = mean + alpha * mean ** 2."""
    error: Floats
    """Squared relative error of `mean` but for the fast deviation."""
    exposure: Floats
    """Of the base: what it was multiplied by."""
    season_exposure: Floats
    """Of the season and the base: what they were multiplied by."""
    lift: Floats
    """Log of what lifts everything else, as far as the topic's elasticity can be learnt from it: none while the traffic's own
    season is unknown."""


class Level:
    """The memory of what is usual. `state`: arrays (..., topics), float64 but the season's (float32)."""

    def __init__(self, config: "SpikeConfig", topics: int) -> None:
        c = self._config = config
        self._forget = 0.5 ** (1 / (c.level_days * 1440))
        self._keep_slow, self._keep_fast = math.exp(-1 / c.slow_minutes), math.exp(-1 / c.fast_minutes)
        self._season_decay = 0.5 ** (1 / c.season_visits)

        def rows(n: int) -> Floats:
            return np.zeros((n, topics))

        self.state: dict[str, NDArray[Any]] = {
            "base": rows(2),  # counts, exposure
            "season": np.zeros((2, 48, topics), np.float32),  # counts, expected; hours 0-23 of working days, then of weekends
            "hour": rows(2),  # of the hour that is not over
            "deviation": rows(3),  # elasticity - 1, slow, fast
            "covariance": rows(6),  # ee, ss, ff, es, ef, sf
            "alpha": rows(2),
            "lift": rows(2),  # log lift of everything else, and how far it lags behind, squared
        }
        self.state["covariance"][0] = c.elasticity_sd**2
        self.state["covariance"][1] = c.slow_sd**2
        self.state["covariance"][2] = c.fast_sd**2
        self.clock = np.array([-1.0, 0.0])  # the season's hour that is not over, minutes learnt from

    def expect(self, hour: float, weekday: int, counts: Floats, total: float, expected_total: float, noise: float) -> Expectation:
        """Expectations for the minute with these counts and this total. `noise`: variance / mean of the total."""
        c, s = self._config, self.state
        first, second, towards = between_hours(hour, weekday)
        season, season_error = 0.0, 0.0
        for slot, weight in ((first, 1 - towards), (second, towards)):
            seen, believed = s["season"][:, slot % 24 + (24 if slot >= 120 else 0)].astype(float)
            season = season + weight * (seen + c.season_prior) / (believed + c.season_prior)
            season_error = season_error + weight / (believed + c.season_prior)
        shape = self._shape(expected_total)
        counted = s["base"][0] + c.base_prior
        base = counted / (s["base"][1] + c.base_prior / c.base_prior_rate)
        plain = np.maximum(base * season * shape, 1e-6)
        lift, lift_error = self._lift(counts, plain, total, expected_total, noise)
        e, slow, fast = s["deviation"]
        ee, ss, _, es, _, _ = s["covariance"]
        known = lift - lift.clip(-c.lift_noise, c.lift_noise) if self.clock[1] >= c.elasticity_minutes else np.zeros_like(lift)
        follows = np.exp(lift + known * e)
        steady = follows * np.exp(slow)
        mean = plain * steady
        alpha = ((s["alpha"][0] + c.alpha_prior * c.alpha_weight) / (s["alpha"][1] + c.alpha_weight)).clip(0.003, 3.0)
        error = ss + 2 * known * es + ee * lift * lift + lift_error + 1 / counted + season_error
        return Expectation(mean, mean * np.exp(fast), alpha, error, season * shape * follows, shape * steady, known)

    def _shape(self, expected_total: float) -> float:
        return expected_total if self._config.share else 1.0

    def _lift(self, counts: Floats, plain: Floats, total: float, expected: float, noise: float) -> tuple[Floats, Floats]:
        """Log lift of everything else and its variance: a local-level filter, so that a busy tenant's lift follows at once and
        a small one's is averaged over minutes. The topic itself is left out on both sides; what single topics have far above
        the rest is left out for all, or one topic's surge would be everybody's lift, and its end everybody's silence."""
        c, s = self._config, self.state
        if not c.share:
            return np.zeros_like(plain), np.zeros_like(plain)
        usual, common, before = plain * np.exp(s["deviation"][1].clip(-0.3, 0.3)), total, math.inf
        for _ in range(8 if self.clock[1] >= c.trim_minutes else 1):
            if common > 0.98 * before:
                break
            moved = usual * ((common + c.traffic_prior) / (expected + c.traffic_prior))
            ordinary = np.minimum(counts, 1.5 * moved + 3 * np.sqrt(moved) + 3)
            if self.clock[1] < c.trim_minutes:  # nothing is known that a topic could be above
                ordinary = counts
            before, common = common, max(total - float((counts - ordinary).sum()), 0.0)
        others = np.maximum(expected - plain, 0.0) + c.traffic_prior
        observed = np.log((np.maximum(common - ordinary, 0.0) + c.traffic_prior) / others)
        variance = noise / others + 2e-4
        lift, lag = s["lift"]
        off = observed - lift
        # a jump that noise does not explain is a jump
        ratio = (c.lift_step**2 + np.maximum(off * off - 3 * variance, 0.0)) / variance
        gain = (np.sqrt(ratio * (ratio + 4)) - ratio) / 2
        lift += gain * off
        # while a lift begins it is followed late: that is doubted for as long as it stands in the windows that matter then
        np.maximum(0.9 * lag, np.square((1 - gain) * off), out=lag)
        return lift.clip(-3.0, 4.0), gain * variance + lag

    def learn(self, hour: float, weekday: int, counts: Floats, believed: Expectation, weight: Floats) -> None:
        """Let the minute teach, with outliers cut off; `weight` (topics,): 1, less as in an outage."""
        c, s = self._config, self.state
        mean, alpha, lift = believed.tracked, believed.alpha, believed.lift
        variance = mean + alpha * mean * mean
        ee, ss, ff, es, ef, sf = s["covariance"]
        h_e, h_s, h_f = ee * lift + es + ef, es * lift + ss + sf, ef * lift + sf + ff
        spread = lift * h_e + h_s + h_f
        reach = c.learn_sd * np.sqrt(variance + (spread + believed.error) * mean * mean) + 1
        surprise = (counts - mean).clip(-reach, reach)
        information = weight * mean / (1 + alpha * mean)
        denominator = 1 + information * spread
        step = weight * surprise / (1 + alpha * mean) / denominator
        deviation = s["deviation"]
        deviation[0] = (deviation[0] + h_e * step).clip(-0.7, 0.7)
        deviation[1] = (deviation[1] + h_s * step).clip(-c.slow_limit, c.slow_limit) * self._keep_slow
        deviation[2] = (deviation[2] + h_f * step).clip(-3 * c.fast_sd, 3 * c.fast_sd) * self._keep_fast
        shrink = information / denominator
        a, b = self._keep_slow, self._keep_fast
        ee += c.elasticity_step**2 - shrink * h_e * h_e
        np.minimum(ee, c.elasticity_sd**2, out=ee)
        ss[:] = a * a * (ss - shrink * h_s * h_s) + (1 - a * a) * c.slow_sd**2
        ff[:] = b * b * (ff - shrink * h_f * h_f) + (1 - b * b) * c.fast_sd**2
        es[:] = a * (es - shrink * h_e * h_s)
        ef[:] = b * (ef - shrink * h_e * h_f)
        sf[:] = a * b * (sf - shrink * h_s * h_f)
        reach = 4 * np.sqrt(variance) + 1
        square = (counts - mean).clip(-reach, reach) ** 2
        certainty = weight * mean * mean / (2 * variance * variance + mean)
        s["alpha"] *= self._forget
        s["alpha"][0] += (square - mean) * certainty
        s["alpha"][1] += mean * mean * certainty
        learnt = mean + surprise
        s["base"] *= self._forget
        s["base"][0] += learnt
        s["base"][1] += believed.exposure
        self._learn_season(hour, weekday, weight * learnt, weight * believed.season_exposure)

    def _learn_season(self, hour: float, weekday: int, learnt: Floats, exposure: Floats) -> None:
        s, c, slot = self.state, self._config, int(hour) + (24 if weekday >= 5 else 0)
        if slot != self.clock[0]:
            if self.clock[0] >= 0:
                # by the base as it is known now: what an hour was expected to bring is not settled by its first minutes
                base = (s["base"][0] + c.base_prior) / (s["base"][1] + c.base_prior / c.base_prior_rate)
                old = s["season"][:, int(self.clock[0])]
                old *= self._season_decay
                old += s["hour"] * np.stack([np.ones_like(base), base])
            s["hour"][:] = 0.0
            self.clock[0] = slot
        self.clock[1] += 1
        s["hour"][0] += learnt
        s["hour"][1] += exposure
