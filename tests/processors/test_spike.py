import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from processors.spike import SpikeConfig, SpikeModel, Verdicts

Floats = NDArray[np.float64]
Shape = Callable[[int], Floats | float]

RATES = np.array([0.5, 2.0, 0.1, 5.0, 12.0, 0.02])
TIME, BATTERY, STRAP, RETURNS, REST, RARE = range(6)
CONFIG = SpikeConfig()
START = 1440 + 11 * 60
"""Minutes of quiet history before a test: up to a Tuesday's 11:00."""
SURPRISING = math.log(24_000)
"""The opening threshold of one false alert per 1,000 topics a day."""


class Bench:
    """A model, the minute it is at (0: a Monday's 00:00), and the counts that a quiet service desk gives it."""

    def __init__(self, model: SpikeModel, n: int = 0, seed: int = 0) -> None:
        self.model, self.n, self.rng = model, n, np.random.default_rng(seed)

    def draw(self, factor: Floats | float = 1.0) -> Floats:
        hour = self.n % 1440 / 60
        day = 0.4 + math.exp(-(((hour - 14) / 4) ** 2))
        return self.rng.poisson(RATES * day * factor).astype(float)

    def feed(
        self, counts: Floats, parts: dict[int, Sequence[float]] | None = None, voices: Floats | None = None, other: float = 3.0
    ) -> Verdicts:
        found = self.model.step(
            self.n % 1440 / 60, self.n // 1440 % 7, counts, float(counts.sum()) + other, parts=parts, voices=voices
        )
        self.n += 1
        return found

    def run(self, minutes: int, factor: Shape = lambda _minute: 1.0) -> list[Verdicts]:
        return [self.feed(self.draw(factor(minute))) for minute in range(minutes)]


@cache
def _history() -> bytes:
    model = SpikeModel(CONFIG)
    model.add(len(RATES))
    Bench(model).run(START)
    return model.snapshot()


def settled(seed: int = 1) -> Bench:
    """After the quiet history."""
    return Bench(SpikeModel.restore(CONFIG, _history()), START, seed)


def only(topic: int, factor: float) -> Floats:
    factors = np.ones(len(RATES))
    factors[topic] = factor
    return factors


def greatest(judged: list[Verdicts]) -> Floats:
    return np.max([verdicts.surprise for verdicts in judged], axis=0)


def test_a_cold_start_and_ordinary_days_surprise_nobody() -> None:
    model = SpikeModel(CONFIG)
    model.add(len(RATES))
    assert greatest(Bench(model, seed=7).run(300)).max() < SURPRISING
    assert greatest(settled().run(300)).max() < SURPRISING


@pytest.mark.parametrize("topic", [TIME, BATTERY, RETURNS])
def test_ten_times_as_much_surprises_within_twelve_minutes_and_only_there(topic: int) -> None:
    judged = settled().run(30, lambda _minute: only(topic, 10.0))
    assert greatest(judged[:12])[topic] >= SURPRISING
    assert judged[-1].surprise[topic] >= SURPRISING, "it goes on for as long as the surge does"
    assert np.delete(greatest(judged), topic).max() < SURPRISING


def test_the_verdict_names_the_window_what_was_seen_in_it_and_what_was_expected() -> None:
    bench = settled()
    last = bench.run(30, lambda _minute: only(BATTERY, 10.0))[-1]
    assert last.window[BATTERY] in CONFIG.windows
    assert last.observed[BATTERY] > 4 * last.expected_there[BATTERY]
    assert last.expected_there[BATTERY] == pytest.approx(last.window[BATTERY] * 2.0 * 0.9, rel=0.5)
    assert last.surprise[RARE] == 0.0
    assert (last.expected > 0).all()
    assert (last.dispersion > 1).all()


def test_a_slow_burn_is_seen_by_a_long_window() -> None:
    last = settled().run(100, lambda _minute: only(STRAP, 7.0))
    seen = max(last, key=lambda verdicts: float(verdicts.surprise[STRAP]))
    assert seen.surprise[STRAP] >= SURPRISING
    assert seen.window[STRAP] >= 30


def test_a_surge_of_one_topic_is_nobody_elses_lift_nor_its_end_their_silence() -> None:
    bench, without = settled(), settled()
    judged = [*bench.run(40, lambda _minute: only(RETURNS, 20.0)), *bench.run(40)]
    plain = without.run(80)
    for topic in (BATTERY, REST):
        assert judged[39].expected[topic] < 2.5 * plain[39].expected[topic], "untrimmed it would be ten times"
        assert max(verdicts.drop[topic] for verdicts in judged) < SURPRISING


@pytest.mark.parametrize("factor", [3.0, 8.0])
def test_what_lifts_everything_surprises_no_topic(factor: float) -> None:
    bench = settled()
    judged = [bench.feed(bench.draw(factor), other=3.0 * factor) for _ in range(60)]
    assert greatest(judged).max() < SURPRISING


def test_a_lift_of_everything_is_one_alert_of_the_total() -> None:
    total, rng, quiet, lifted = SpikeModel(SpikeConfig.total()), np.random.default_rng(3), [], []
    total.add(1)
    for minute in range(START + 15):
        level = 20 * (0.4 + math.exp(-(((minute % 1440 / 60 - 14) / 4) ** 2)))
        count = rng.poisson(np.array([level * (3.0 if minute >= START else 1.0)])).astype(float)
        found = total.step(minute % 1440 / 60, minute // 1440, count, float(count.sum()))
        (lifted if minute >= START else quiet).append(float(found.surprise[0]))
    assert max(quiet) < SURPRISING <= max(lifted[:10])


@pytest.mark.parametrize("topic", [TIME, STRAP, REST, RARE])
def test_a_clump_of_two_hundred_in_one_minute_proves_nothing_alone_and_is_not_learnt(topic: int) -> None:
    bench, without = settled(), settled()
    clump = np.zeros(len(RATES))
    clump[topic] = 200.0
    judged = [bench.feed(bench.draw() + clump), *bench.run(40)]
    plain = [without.feed(without.draw()), *without.run(40)]
    assert greatest(judged)[topic] < SURPRISING
    assert judged[-1].expected[topic] < 1.4 * plain[-1].expected[topic]


def test_one_customer_who_repeats_himself_is_no_surge_and_twenty_customers_are() -> None:
    def surprise(voices: float) -> float:
        bench = settled()
        flood = np.zeros(len(RATES))
        flood[TIME] = 4.0
        judged = [
            bench.feed(bench.draw() + flood, voices=np.where(flood > 0, voices if minute else 1.0, 5.0)) for minute in range(12)
        ]
        return float(greatest(judged)[TIME])

    assert surprise(0.0) < SURPRISING / 2
    assert surprise(3.0) >= SURPRISING


def test_a_late_burst_about_many_minutes_alerts_when_it_arrives_and_one_about_a_single_minute_does_not() -> None:
    def surprise(pieces: list[float]) -> float:
        bench = settled()
        counts = bench.draw()
        parts = {TIME: [counts[TIME], *pieces]}
        counts[TIME] += sum(pieces)
        return float(bench.feed(counts, parts).surprise[TIME])

    assert surprise([40.0]) < SURPRISING
    assert surprise([2.0] * 20) >= SURPRISING
    assert surprise([-9.0, 2.0]) < 1.0


@pytest.mark.parametrize("seed", range(2))
def test_a_feed_that_was_silent_for_an_hour_and_delivers_it_all_at_once_does_not_alert(seed: int) -> None:
    bench = settled(seed)
    own = [BATTERY, RETURNS]
    held, judged = [], []
    for _ in range(60):
        counts = bench.draw()
        held.append(counts[own].copy())
        counts[own] = 0.0
        judged.append(bench.feed(counts))
    assert (judged[-1].drop[own] >= SURPRISING).all(), "a topic gone quiet is its own kind of alert"
    assert max(judged[-1].drop[[STRAP, RARE]]) < SURPRISING
    counts = bench.draw()
    parts = {topic: [counts[topic], *(minute[i] for minute in held)] for i, topic in enumerate(own)}
    counts[own] += np.sum(held, axis=0)
    judged += [bench.feed(counts, parts), *bench.run(40)]
    assert greatest(judged)[own].max() < SURPRISING


def test_what_a_silence_owes_is_owed_once() -> None:
    bench = settled()
    for _ in range(60):
        bench.feed(bench.draw(only(RETURNS, 0.0)))
    bench.run(60)

    def deliver() -> float:
        counts = bench.draw()
        parts = {RETURNS: [counts[RETURNS], *[5.0] * 60]}
        counts[RETURNS] += 300.0
        return float(bench.feed(counts, parts).surprise[RETURNS])

    assert deliver() < SURPRISING <= deliver()


def test_a_topic_first_heard_of_now_is_judged_as_one_that_was_silent_all_along() -> None:
    def drive(known: bool) -> list[float]:
        model, rng = SpikeModel(CONFIG), np.random.default_rng(5)
        model.add(2 if known else 1)
        seen = []
        for minute in range(400):
            x = rng.poisson([6.0, 0.0]).astype(float)
            if minute >= 300:
                x[1] = minute % 3
            if minute == 300 and not known:
                model.add(1)
            seen.append(model.step(minute / 60 % 24, 0, x[: model.rows], float(x.sum()) + 9).surprise)
        return [float(surprise[1]) for surprise in seen[300:]]

    known, fresh = drive(True), drive(False)
    assert fresh == pytest.approx(known)
    assert max(fresh) >= SURPRISING, "it speaks a hundred messages in a hundred minutes, after five silent hours"


def test_a_pause_clears_the_windows_and_keeps_what_was_learnt() -> None:
    paused, unpaused = settled(), settled()
    for bench in (paused, unpaused):
        assert bench.run(20, lambda _minute: only(BATTERY, 10.0))[-1].surprise[BATTERY] >= SURPRISING
    paused.model.pause()
    after, without = paused.feed(paused.draw()), unpaused.feed(unpaused.draw())
    assert after.surprise[BATTERY] < 1.0 < SURPRISING <= without.surprise[BATTERY]
    assert after.drop.max() == 0.0
    assert (after.expected == without.expected).all()


def test_a_restored_model_goes_on_bit_for_bit_and_writes_the_same_snapshot() -> None:
    bench = settled()
    body = bench.model.snapshot()
    other = Bench(SpikeModel.restore(CONFIG, body), bench.n, 4)
    assert other.model.snapshot() == body
    bench.rng = np.random.default_rng(4)
    for ours, theirs in zip(bench.run(60), other.run(60), strict=True):
        for a, b in zip(ours, theirs, strict=True):
            assert (a == b).all()
    assert bench.model.snapshot() == other.model.snapshot() != body


@pytest.mark.parametrize("body", [b"", b"{}", b"PK\x03\x04nothing"])
def test_what_is_no_snapshot_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        SpikeModel.restore(CONFIG, body)


def test_a_snapshot_of_another_version_or_of_other_windows_is_a_value_error(monkeypatch: pytest.MonkeyPatch) -> None:
    body = SpikeModel(CONFIG).snapshot()
    with pytest.raises(ValueError, match="snapshot"):
        SpikeModel.restore(SpikeConfig(windows=(5, 30)), body)
    monkeypatch.setattr("processors.spike.VERSION", 99)
    with pytest.raises(ValueError, match="version"):
        SpikeModel.restore(CONFIG, body)


def test_counts_of_another_length_are_a_value_error() -> None:
    with pytest.raises(ValueError, match="6 topics"):
        settled().model.step(0.0, 0, np.zeros(5), 0.0)


HOSTILE = st.sampled_from([0.0, 0.0, 1.0, 3.0, 50.0, 1e6, 1e12, -1.0, -1e9])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(HOSTILE, min_size=3, max_size=3),
            HOSTILE,
            st.dictionaries(st.integers(0, 2), st.lists(HOSTILE, max_size=4), max_size=2),
            st.sampled_from(["step", "voices", "pause", "add", "restore"]),
            st.integers(0, 6),
        ),
        max_size=40,
    )
)
def test_whatever_is_counted_every_value_is_finite_and_as_promised(
    stream: list[tuple[list[float], float, dict[int, Sequence[float]], str, int]],
) -> None:
    model = SpikeModel(CONFIG)
    model.add(3)
    for n, (counts, total, parts, event, weekday) in enumerate(stream):
        if event == "pause":
            model.pause()
        elif event == "add":
            model.add(1)
        elif event == "restore":
            model = SpikeModel.restore(CONFIG, model.snapshot())
        given_counts = np.array([*counts, *[0.0] * (model.rows - 3)])
        voices = np.abs(given_counts) if event == "voices" else None
        found = model.step(n * 7 % 24, weekday, given_counts, total, parts=parts, voices=voices)
        assert all(column.shape == (model.rows,) and np.isfinite(column).all() for column in found)
        assert (found.count == given_counts).all()
        assert (found.expected > 0).all()
        assert (found.dispersion > 1).all()
        assert min(found.surprise.min(), found.drop.min(), found.observed.min()) >= 0


def test_a_topic_takes_what_the_docstring_says() -> None:
    model = SpikeModel(CONFIG)
    empty = len(model.snapshot())
    model.add(200)
    for minute in range(200):
        model.step(minute / 60, 0, np.ones(200), 200.0)
    assert (len(model.snapshot()) - empty) / 200 < 2300
    assert model.rows == 200


def test_no_topics_at_all_is_no_error() -> None:
    assert SpikeModel(CONFIG).step(3.5, 2, np.zeros(0), 17.0).surprise.shape == (0,)
