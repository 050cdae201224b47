import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.watermark import MINUTE, NEVER, PartitionClock, Stall, Watermarks

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""

NOON = 1_763_985_600.0
CLAIMS = st.lists(st.tuples(st.integers(0, 3), st.floats(0, 2e9)), max_size=30)


def bound(claims: list[tuple[int, float]], partitions: int = 4) -> int:
    watermarks = Watermarks(frozenset(("chat", partition) for partition in range(partitions)))
    for partition, watermark in claims:
        watermarks.claim(("chat", partition), watermark)
    return watermarks.advance()


@ANY_TIME
@given(CLAIMS, st.randoms(use_true_random=False))
def test_claims_may_be_repeated_and_reordered(claims: list[tuple[int, float]], random) -> None:  # type: ignore[no-untyped-def]
    again = claims + random.choices(claims, k=5) if claims else []
    random.shuffle(again)
    assert bound(again) == bound(claims)


@ANY_TIME
@given(CLAIMS)
def test_it_never_moves_back_and_is_always_a_minute(claims: list[tuple[int, float]]) -> None:
    watermarks, before = Watermarks(frozenset({("chat", 0), ("chat", 1)})), 0
    for partition, watermark in claims:
        watermarks.claim(("chat", partition), watermark)
        now = watermarks.advance()
        assert now >= before
        assert now % MINUTE == 0
        before = now


@ANY_TIME
@given(st.lists(st.floats(0, 2e9), min_size=4, max_size=4))
def test_every_minute_before_the_smallest_claim_closes_and_no_other(watermarks: list[float]) -> None:
    assert bound(list(enumerate(watermarks))) == min(watermarks) // MINUTE * MINUTE


@pytest.mark.parametrize("silent", range(4))
def test_a_partition_that_claims_nothing_holds_every_minute_open(silent: int) -> None:
    assert bound([(partition, NOON) for partition in range(4) if partition != silent]) == 0
    assert bound([(partition, NOON) for partition in range(4) if partition != silent] + [(silent, NEVER)]) == 0
    assert bound([(partition, NOON) for partition in range(4)]) == NOON


def test_a_partition_not_known_before_is_waited_for_from_now_on() -> None:
    watermarks = Watermarks(frozenset({("chat", 0)}))
    watermarks.claim(("chat", 0), NOON)
    assert watermarks.advance() == NOON
    watermarks.claim(("calls", 0), NOON + 300)
    watermarks.claim(("chat", 0), NOON + 600)
    assert watermarks.advance() == NOON + 300
    assert watermarks.slowest == ("calls", 0)


def test_a_partition_that_holds_nothing_back_is_not_waited_for_until_it_speaks_again() -> None:
    watermarks = Watermarks(frozenset({("chat", 0), ("orders", 0)}))
    watermarks.claim(("orders", 0), None)
    assert watermarks.advance() == 0, "the other one has said nothing"
    watermarks.claim(("chat", 0), NOON)
    assert watermarks.advance() == NOON
    watermarks.claim(("orders", 0), NOON + 60)
    watermarks.claim(("chat", 0), NOON + 600)
    assert watermarks.advance() == NOON + 60


def test_where_nothing_holds_back_the_furthest_is_the_time() -> None:
    watermarks = Watermarks()
    for source in ("chat", "orders"):
        watermarks.claim((source, 0), None)
    assert watermarks.advance() == 0, "nothing was ever read"
    assert watermarks.slowest is None
    watermarks.claim(("chat", 0), NOON)
    watermarks.claim(("orders", 0), NOON - 3600)
    assert watermarks.advance() == NOON - 3600
    for source in ("chat", "orders"):
        watermarks.claim((source, 0), None)  # a backfill that ends earlier in one topic than in the other
    assert watermarks.advance() == NOON


def test_what_was_closed_before_stays_closed() -> None:
    watermarks = Watermarks(closed=int(NOON))
    watermarks.claim(("chat", 0), NOON - 3600)
    assert watermarks.advance() == NOON


def test_a_backfill_that_is_over_holds_nothing_back_and_a_live_partition_always_does() -> None:
    old, live, empty = PartitionClock(), PartitionClock(), PartitionClock()
    for clock, lag in ((old, 86_400), (live, 5)):
        clock.hear(NOON)
        clock.observe(NOON - lag, NOON)
    assert old.holds(NOON + 29) and not old.holds(NOON + 31)
    assert live.holds(NOON + 60) and live.holds(NOON + 100_000)
    empty.hear(NOON)  # what was there could not be read
    assert not empty.holds(NOON)


def test_a_clock_that_has_read_nothing_claims_nothing() -> None:
    clock = PartitionClock()
    clock.silence(NOON)
    assert clock == PartitionClock()
    assert bound([(0, clock.watermark)], 1) == 0
    assert bound([(0, clock.final)], 1) == 0


def test_the_watermark_is_a_minute_behind_the_greatest_time() -> None:
    clock = PartitionClock()
    for event_time in (NOON, NOON + 30, NOON - 500):
        clock.observe(event_time, NOON + 40)
    assert clock.watermark == NOON + 30 - 60


@pytest.mark.parametrize(("ahead", "believed"), [(-3600, True), (0, True), (120, True), (120.001, False), (86_000, False)])
def test_a_clock_more_than_two_minutes_ahead_is_not_believed(ahead: float, believed: bool) -> None:
    clock = PartitionClock()
    clock.observe(NOON, NOON)
    clock.observe(NOON + 7200 + ahead, NOON + 7200)
    assert clock.greatest == (NOON + 7200 + ahead if believed else NOON)


def test_an_unbelieved_time_does_not_stop_the_next_one() -> None:
    clock = PartitionClock()
    clock.observe(NOON + 3600, NOON)
    assert clock.greatest == 0.0
    clock.observe(NOON + 1, NOON + 2)
    assert (clock.greatest, clock.lag) == (NOON + 1, 1.0)


def test_silence_counts_after_a_while_and_as_late_as_the_last_record_was() -> None:
    live = PartitionClock()
    live.observe(NOON, NOON)
    live.silence(NOON + 9)
    assert live.greatest == NOON
    live.silence(NOON + 40)
    assert live.greatest == NOON + 30
    live.silence(NOON + 20)
    assert live.greatest == NOON + 30, "a poll told late takes nothing back"

    backfill = PartitionClock()
    backfill.observe(NOON, NOON + 86_400)
    backfill.silence(NOON + 86_400 + 11)
    assert backfill.greatest == NOON + 1, "the end of a backfill does not leap to today"


def test_a_clock_that_runs_ahead_does_not_owe_time_to_silence() -> None:
    clock = PartitionClock()
    clock.observe(NOON + 100, NOON)
    assert clock.lag == 0.0
    clock.silence(NOON + 100)
    assert clock.greatest == NOON + 100


@ANY_TIME
@given(st.lists(st.floats(1e9, 2e9), min_size=1, max_size=20))
def test_the_end_closes_the_last_believed_minute_and_nothing_later(times: list[float]) -> None:
    clock = PartitionClock()
    for time in times:
        clock.observe(time, 2e9)
    last = max(times) // MINUTE * MINUTE
    assert bound([(0, clock.final)], 1) == last + MINUTE


def test_an_end_told_again_closes_nothing_more_and_moves_no_clock() -> None:
    clock = PartitionClock()
    clock.observe(NOON + 10, NOON + 10)
    assert (clock.final, clock.final) == (NOON + 60, NOON + 60)
    assert clock.watermark == NOON + 10 - 60


def test_what_comes_after_an_end_is_closed_by_the_next_end() -> None:
    clock = PartitionClock()
    clock.observe(NOON + 10, NOON + 10)
    before = clock.final
    clock.observe(NOON + 70, NOON + 500)
    assert (before, clock.final) == (NOON + 60, NOON + 120)


def test_the_end_after_a_long_silence_takes_nothing_back() -> None:
    clock = PartitionClock()
    clock.observe(NOON, NOON)
    clock.silence(NOON + 3600)
    assert clock.final >= clock.watermark


@ANY_TIME
@given(st.lists(st.one_of(st.tuples(st.floats(1e9, 2e9), st.floats(1e9, 2e9)), st.floats(1e9, 2e9), st.none()), max_size=30))
def test_a_partitions_watermark_never_moves_back(history: list[tuple[float, float] | float | None]) -> None:
    clock, before = PartitionClock(), -math.inf
    for step in history:
        if step is None:
            assert clock.final >= clock.watermark
        elif isinstance(step, tuple):
            clock.observe(*step)
        else:
            clock.silence(step)
        assert clock.watermark >= before
        before = clock.watermark


def test_a_stall_is_told_once_when_minutes_stand_still_and_again_when_they_do_again() -> None:
    stall = Stall(patience=300)
    assert not any(stall.observe(now, 0) for now in (0.0, 1000.0)), "nothing has closed yet: nothing to wait for"
    assert [stall.observe(now, 600) for now in (1000.0, 1300.0, 1300.5, 5000.0)] == [False, False, True, False]
    assert not stall.observe(5001.0, 660)
    assert [stall.observe(now, 660) for now in (5301.0, 5302.0)] == [False, True]
