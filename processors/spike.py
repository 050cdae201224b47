"""How surprising is this minute's count of a topic? A negative-binomial tail on the topic's share of all feedback.

Thin form: pure Python, two windows, one pass a minute. Everything here is a function of the counts in order, and of nothing
else. Units: counts are feedback a minute; surprise is -ln of a tail probability, calibrated per topic (0: ordinary;
10: about once in 24,000 topic-hours).

What it does, a topic and minute:
1. expects `level * season * traffic`: a level that forgets over 7 days, an hour-of-day season (working days and weekend
   apart), and the traffic's own hour-of-week, so that a topic is judged by its share;
2. lifts the expectation by what lifts everything else (leave-one-out), so that a promotion is not a spike;
3. caps what one minute may prove: a clump, such as one angry customer or one delivery, is not a trend. Late feedback is
   capped by the minute it is about (prototypes' rule 11: or a late burst in one delivery would prove nothing);
4. asks each window how improbable its sum is (Lugannani-Rice saddlepoint, as in Farrington's quasi-Poisson family);
5. calibrates with the topic's own record of surprises, which may only make it quieter;
6. learns, with outliers cut off, so that a spike does not become the new normal at once.

Bounded: one TopicState a topic ever seen, about 2 KB each; the taxonomy bounds the topics.
"""

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct, field

from processors.negative_binomial import tail

MINUTES_A_DAY = 1440


@dataclass(frozen=True)
class SpikeConfig:
    """The numbers of the model. Changing one makes another detector (its configuration is part of a spike's identity)."""

    windows: tuple[int, ...] = (10, 30)  # minutes
    level_days: float = 7.0  # half-life of level and dispersion
    season_decay: float = 0.5 ** (1 / 14)  # a day's weight in the season: half-life 14 days
    season_prior: float = 30.0  # counts' worth of "no season"
    level_prior: float = 0.2  # counts a minute believed before anything is seen ...
    level_prior_minutes: float = 30.0  # ... and for how long
    traffic_prior: float = 100.0  # counts' worth of "no lift" in the traffic
    dispersion_prior: float = 2.0  # variance / mean believed before anything is seen: turns come in conversations ...
    dispersion_prior_minutes: float = 4320.0  # ... and for how long: rare clumps take days to show
    dispersion_min: float = 1.02
    level_error: float = 0.04  # squared relative error of the expectation
    lift_error: float = 0.15  # the same, per log of the lift
    cap_sd: float = 4.0  # evidence cap: standard deviations above,
    cap_add: float = 2.0  # plus these many,
    cap_ratio: float = 5.0  # or this multiple, whichever is more
    learn_sd: float = 4.0  # outliers are cut here before they are learnt
    min_ratio: float = 1.3
    min_count: int = 8  # more than one long conversation holds
    tail_quantile: float = 0.99
    tail_prior: float = 100.0
    tail_decay: float = 0.5 ** (1 / 100)
    tail_cap: float = 6.0
    peak_decay: float = 0.5 ** (1 / 180)
    window_penalty: float = math.log(1.2)

    @cached_property
    def forget(self) -> float:
        """What a minute leaves of the level and the dispersion learnt before it."""
        return float(0.5 ** (1 / (self.level_days * MINUTES_A_DAY)))


class Verdict(Struct, frozen=True, gc=False):
    """What is thought of one topic in one minute."""

    count: int
    """What was given, which edits and withdrawals of earlier minutes may make negative."""
    expected: float
    dispersion: float
    """Variance / mean of the expectation."""
    surprise: float


class Traffic(Struct):
    """All feedback of a tenant, a minute at a time: what a topic's share is a share of."""

    ring: list[float]
    ring_expected: list[float]
    sums: list[float]
    sums_expected: list[float]
    season: list[float] = field(default_factory=lambda: [0.0] * 168)
    season_exposure: list[float] = field(default_factory=lambda: [0.0] * 168)
    level_sum: float = 0.0
    level_exposure: float = 0.0
    hour_sum: float = 0.0
    hour_exposure: float = 0.0
    hour: int = -1
    minutes: int = 0
    # of the present minute only:
    now: float = 0.0
    expected: float = 0.0
    shape: float = 1.0
    last3: float = 0.0
    last3_expected: float = 0.0


class TopicState(Struct):
    """One topic's memory."""

    ring: list[float]
    ring_expected: list[float]
    sums: list[float]
    sums_expected: list[float]
    spread: list[float]
    season: list[float] = field(default_factory=lambda: [0.0] * 48)
    season_exposure: list[float] = field(default_factory=lambda: [0.0] * 48)
    level_sum: float = 0.0
    level_exposure: float = 0.0
    hour_sum: float = 0.0
    hour_exposure: float = 0.0
    hour: int = -1
    spread_minute: float = 0.0
    spread_minutes: float = 0.0
    quantile: float = 4.6
    tail_hits: float = 0.0
    tail_sum: float = 0.0
    peak: float = 0.0
    minutes: int = 0


class SpikeModel(Struct):
    """One tenant's model: `step` the minutes in order. The fields are its snapshot."""

    traffic: Traffic
    silent: TopicState
    """A topic that has never been heard of: what a new one starts from."""
    topics: dict[str, TopicState] = field(default_factory=dict)

    @classmethod
    def new(cls, config: SpikeConfig) -> "SpikeModel":
        """A model that has seen nothing."""
        n, longest = len(config.windows), max(config.windows)
        traffic = Traffic([0.0] * longest, [0.0] * longest, [0.0] * n, [0.0] * n)
        return cls(traffic, _silent(config))

    def step(
        self,
        config: SpikeConfig,
        hour: float,
        weekday: int,
        counts: Mapping[str, int],
        total: int,
        parts: Mapping[str, Iterable[int]],
    ) -> dict[str, Verdict]:
        """Judge the next minute: `hour` of the day with its fraction, `weekday` 0 = Monday, `counts` by topic, their `total`
        (of feedback, not of topics; not negative); `parts[topic]` are the minutes a count is made of, where some is late."""
        _advance(self.traffic, config, float(total), hour, weekday)
        for topic in counts:
            if topic not in self.topics:
                self.topics[topic] = copy.deepcopy(self.silent)
        judged = {
            topic: _judge(state, config, self.traffic, hour, weekday, counts.get(topic, 0), parts.get(topic))
            for topic, state in self.topics.items()
        }
        _judge(self.silent, config, self.traffic, hour, weekday, 0, None)
        return judged

    def pause(self, config: SpikeConfig) -> None:
        """Minutes were left out: the windows begin anew, what was learnt stays."""
        memories: list[TopicState | Traffic] = [*self.topics.values(), self.silent, self.traffic]
        for state in memories:
            state.ring[:] = state.ring_expected[:] = [0.0] * max(config.windows)
            state.sums[:] = state.sums_expected[:] = [0.0] * len(config.windows)


def _silent(config: SpikeConfig) -> TopicState:
    n, longest = len(config.windows), max(config.windows)
    return TopicState([0.0] * longest, [0.0] * longest, [0.0] * n, [0.0] * n, [0.0] * n)


def _between_hours(hour: float) -> tuple[int, int, float]:
    """The two hours whose middles enclose `hour`, and how far it is towards the second."""
    centred = hour - 0.5
    first = math.floor(centred)
    return first % 24, (first + 1) % 24, centred - first


def _advance(traffic: Traffic, config: SpikeConfig, total: float, hour: float, weekday: int) -> None:
    """Take in the minute's total: expectation, sums over windows and over the last three minutes, learning."""
    first, second, towards = _between_hours(hour)
    level = (traffic.level_sum + 1) / (traffic.level_exposure + 1)
    prior = 0.5 * level * 60

    def season(i: int) -> float:
        k = weekday * 24 + i
        return (traffic.season[k] + prior) / (traffic.season_exposure[k] + prior + 1e-9)

    traffic.shape = (1 - towards) * season(first) + towards * season(second)
    expected = level * traffic.shape
    longest = len(traffic.ring)
    traffic.last3, traffic.last3_expected = total, expected
    for back in (1, 2):
        if traffic.minutes >= back:
            traffic.last3 += traffic.ring[(traffic.minutes - back) % longest]
            traffic.last3_expected += traffic.ring_expected[(traffic.minutes - back) % longest]
    for j, window in enumerate(config.windows):
        leaving = (traffic.minutes - window) % longest
        full = traffic.minutes >= window
        traffic.sums[j] += total - (traffic.ring[leaving] if full else 0.0)
        traffic.sums_expected[j] += expected - (traffic.ring_expected[leaving] if full else 0.0)
    traffic.ring[traffic.minutes % longest], traffic.ring_expected[traffic.minutes % longest] = total, expected
    traffic.now, traffic.expected = total, expected
    slot = weekday * 24 + int(hour)
    if slot != traffic.hour:
        if traffic.hour >= 0:
            traffic.season[traffic.hour] = 0.7 * traffic.season[traffic.hour] + traffic.hour_sum
            traffic.season_exposure[traffic.hour] = 0.7 * traffic.season_exposure[traffic.hour] + traffic.hour_exposure
        traffic.hour, traffic.hour_sum, traffic.hour_exposure = slot, 0.0, 0.0
    forget = config.forget
    traffic.level_sum = forget * traffic.level_sum + total
    traffic.level_exposure = forget * traffic.level_exposure + traffic.shape
    traffic.hour_sum += total
    traffic.hour_exposure += level
    traffic.minutes += 1


def _judge(
    state: TopicState,
    c: SpikeConfig,
    traffic: Traffic,
    hour: float,
    weekday: int,
    count: int,
    parts: Iterable[int] | None,
) -> Verdict:
    """One topic, one minute; the steps of the module's docstring."""
    given, count = count, max(count, 0)  # withdrawals may exceed a minute's own count; a rate cannot be negative
    week = 24 if weekday >= 5 else 0
    first, second, towards = _between_hours(hour)
    a, b = week + first, week + second
    season = (1 - towards) * (state.season[a] + c.season_prior) / (state.season_exposure[a] + c.season_prior) + towards * (
        state.season[b] + c.season_prior
    ) / (state.season_exposure[b] + c.season_prior)
    seen = state.level_sum + c.level_prior * c.level_prior_minutes
    base = seen / (state.level_exposure + c.level_prior_minutes)
    plain = max(base * season * traffic.shape, 1e-4)
    # what lifts everything else, in the last three minutes and in this one
    share = plain / max(traffic.expected, plain)
    lift = (traffic.last3 - count + c.traffic_prior) / (traffic.last3_expected * (1 - share) + c.traffic_prior)
    lift = min(max(lift, 0.2), 50.0)
    lift_now = (traffic.now - count + c.traffic_prior) / (traffic.expected * (1 - share) + c.traffic_prior)
    lifted = plain * max(lift, lift_now, 1.0)
    known = state.spread_minutes + c.dispersion_prior_minutes
    dispersion = max((state.spread_minute + c.dispersion_prior * c.dispersion_prior_minutes) / known, c.dispersion_min)
    cap = max(lifted + c.cap_sd * math.sqrt(dispersion * lifted) + c.cap_add, c.cap_ratio * lifted)
    evidence = min(float(count), cap) if parts is None else max(sum((min(part, cap) for part in parts), 0.0), 0.0)

    surprise = _windows(state, c, traffic, plain, evidence, seen, known)
    surprise = _calibrated(state, c, surprise)

    expected = plain * lift
    cut = min(count, expected + c.learn_sd * math.sqrt(dispersion * expected) + 1)
    forget = c.forget
    state.spread_minute = forget * state.spread_minute + (cut - expected) ** 2 / expected
    state.spread_minutes = forget * state.spread_minutes + 1
    learnt = min(float(count), expected + c.learn_sd * math.sqrt(dispersion * expected + c.level_error * expected * expected) + 1)
    state.level_sum = forget * state.level_sum + learnt
    state.level_exposure = forget * state.level_exposure + season * traffic.shape * lift
    slot = week + int(hour)
    if slot != state.hour:
        if state.hour >= 0:
            state.season[state.hour] = c.season_decay * state.season[state.hour] + state.hour_sum
            state.season_exposure[state.hour] = c.season_decay * state.season_exposure[state.hour] + state.hour_exposure
        state.hour, state.hour_sum, state.hour_exposure = slot, 0.0, 0.0
    state.hour_sum += learnt
    state.hour_exposure += base * traffic.shape * lift
    state.minutes += 1
    return Verdict(given, expected, dispersion, surprise)


def _windows(
    state: TopicState, c: SpikeConfig, traffic: Traffic, plain: float, evidence: float, seen: float, known: float
) -> float:
    """The greatest surprise of the windows that end now; the windows' sums move on."""
    longest = len(state.ring)
    greatest = 0.0
    forget = c.forget
    for j, window in enumerate(c.windows):
        leaving = (state.minutes - window) % longest
        full = state.minutes >= window
        state.sums[j] = total = max(state.sums[j] + evidence - (state.ring[leaving] if full else 0.0), 0.0)
        state.sums_expected[j] = unlifted = state.sums_expected[j] + plain - (state.ring_expected[leaving] if full else 0.0)
        unlifted = max(unlifted, 1e-4)
        others = max(traffic.sums_expected[j] - unlifted, 0.0)
        lift = min(max((traffic.sums[j] - total + c.traffic_prior) / (others + c.traffic_prior), 0.2), 50.0)
        expected = unlifted * lift
        dispersion = max((state.spread[j] + c.dispersion_prior * c.dispersion_prior_minutes) / known, c.dispersion_min)
        if total >= c.min_count and total >= c.min_ratio * expected:
            error = c.level_error + (c.lift_error * math.log(lift)) ** 2 + 1.5 / (others * lift + c.traffic_prior)
            greatest = max(greatest, tail(total, expected, dispersion + expected / seen + expected * error))
        cut = min(total, expected + c.learn_sd * math.sqrt(dispersion * expected) + 1)
        state.spread[j] = forget * state.spread[j] + (cut - expected) ** 2 / expected
    state.ring[state.minutes % longest], state.ring_expected[state.minutes % longest] = evidence, plain
    return max(greatest - c.window_penalty, 0.0)


def _calibrated(state: TopicState, c: SpikeConfig, surprise: float) -> float:
    """The topic's own record of large surprises: a bursty topic has to surprise more. It may only make it quieter."""
    floor = -math.log(1 - c.tail_quantile)
    scale = max((state.tail_sum + c.tail_prior) / (state.tail_hits + c.tail_prior), 1.0)
    before, hit = state.quantile, surprise > state.quantile
    out = min(floor + (surprise - before) / scale, surprise) if hit else min(floor * surprise / before, surprise)
    state.quantile = max(before + 0.01 * scale * (c.tail_quantile if hit else c.tail_quantile - 1), floor)
    state.peak *= c.peak_decay
    if hit and surprise > state.peak:
        state.tail_hits = c.tail_decay * state.tail_hits + 1
        state.tail_sum = c.tail_decay * state.tail_sum + min(surprise - before, c.tail_cap * scale)
    state.peak = max(state.peak, surprise)
    return out
