"""The ring against its definition in plain Python."""

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.recent import HISTORY, Recent, Span


class Minute(NamedTuple):
    """One minute of one series. voices None: not known."""

    count: int
    expected: float
    dispersion: float
    voices: int | None


def filled(stream: list[Minute], row: int = 0, rows: int = 1) -> Recent:
    recent = Recent(rows)
    for one in stream:
        push(recent, one, row, rows)
    return recent


def push(recent: Recent, one: Minute, row: int = 0, rows: int = 1) -> None:
    """The other rows have something else."""
    arrays = [np.full(rows, 7.0) for _ in range(4)]
    for array, value in zip(arrays, one, strict=True):
        array[row] = value or 0
    recent.push(arrays[0], arrays[1], arrays[2], None if one.voices is None else arrays[3])


def span(stream: list[Minute]) -> Span:
    """What is said of these minutes."""
    known = stream and all(one.voices is not None for one in stream)
    return Span(
        len(stream),
        sum(one.count for one in stream),
        sum(one.expected for one in stream),
        sum(one.expected * one.dispersion for one in stream),
        sum(one.voices or 0 for one in stream) if known else None,
    )


def began(stream: list[Minute], fewer: bool, at_most: int) -> int:
    """How many minutes ago: the smallest of the spans that are least likely by chance; 1 where none is unlikely."""
    best, length = 0.0, 1
    kept = stream[-min(at_most, HISTORY) :]
    for n in range(1, len(kept) + 1):
        k, e = sum(one.count for one in kept[-n:]), sum(one.expected for one in kept[-n:])
        if k == e or (k < e) is not fewer or e <= 0:
            continue
        ratio = (k * math.log(k / e) if k > 0 else 0.0) - (k - e)
        if ratio > best * (1 + 1e-9) + 1e-9:
            best, length = ratio, n
    return length


MINUTE = st.builds(
    Minute,
    st.integers(0, 30),
    st.sampled_from([0.125, 0.5, 1.0, 2.0, 8.0]),
    st.sampled_from([1.0, 1.5, 4.0]),
    st.one_of(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.none()),
)
STREAM = st.lists(MINUTE, min_size=1, max_size=150)


@settings(max_examples=100, deadline=None)
@given(STREAM, st.integers(1, 140))
def test_the_last_minutes_are_those_that_were_pushed(stream: list[Minute], minutes: int) -> None:
    recent = filled(stream, row=1, rows=3)
    assert recent.since(1, minutes) == span(stream[-min(minutes, HISTORY) :])


@settings(max_examples=150, deadline=None)
@given(STREAM, st.booleans(), st.integers(1, 140))
def test_it_began_where_chance_explains_it_least(stream: list[Minute], fewer: bool, at_most: int) -> None:
    found = filled(stream).began(0, fewer=fewer, at_most=at_most)
    assert found == span(stream[-began(stream, fewer, at_most) :])


def plain(*counts: int, expected: float = 1.0) -> list[Minute]:
    return [Minute(count, expected, 1.0, count) for count in counts]


@pytest.mark.parametrize(
    ("counts", "minutes"), [((1, 0, 2, 1, 9, 8, 9), 3), ((9, 8, 9, 1), 4), ((0, 0, 0), 1), ((7,), 1), ((1, 1, 1), 1)]
)
def test_one_calm_minute_does_not_hide_three_loud_ones_and_nothing_is_the_present_minute(
    counts: tuple[int, ...], minutes: int
) -> None:
    assert filled(plain(*counts)).began(0).minutes == minutes


def test_what_became_less_began_where_it_became_less() -> None:
    assert filled(plain(4, 5, 4, 0, 0, 1, 0, expected=4.0)).began(0, fewer=True) == Span(4, 1, 16.0, 16.0, 1)


def test_where_nothing_is_expected_nothing_began() -> None:
    assert filled(plain(5, 5, expected=0.0)).began(0) == Span(1, 5, 0.0, 0.0, 5)


def test_more_taken_back_than_there_was_is_less() -> None:
    recent = filled([*plain(4, 4, expected=4.0), Minute(-50, 4.0, 1.0, 0)])
    assert recent.began(0).minutes == 1
    assert recent.began(0, fewer=True).observed == -50


def test_nothing_is_known_before_the_first_minute_or_of_no_minutes() -> None:
    nothing = Span(0, 0, 0, 0, None)
    assert Recent(2).since(1, 5) == Recent(2).began(1) == nothing
    assert filled(plain(3, 3)).since(0, 0) == filled(plain(3, 3)).began(0, at_most=0) == nothing


def test_after_a_pause_only_what_came_after_it_is_known() -> None:
    recent = filled(plain(*[9] * 130))
    recent.clear()
    assert recent.since(0, 60).minutes == 0
    for one in plain(9, 9):
        push(recent, one)
    assert recent.began(0) == recent.since(0, 60) == Span(2, 18, 2.0, 2.0, 18)


def test_a_series_that_appears_was_silent_and_expected_nothing() -> None:
    recent = filled(plain(*[9] * 10))
    recent.add(2)
    assert recent.since(2, 60) == Span(10, 0, 0.0, 0.0, 0)
    for _ in range(3):
        push(recent, Minute(6, 1.0, 1.0, 5), 2, 3)
    assert recent.began(2) == Span(3, 18, 3.0, 3.0, 15)
    assert recent.since(0, 60).observed == 9 * 10 + 7 * 3


def test_customers_are_known_only_where_they_are_known_in_every_minute() -> None:
    stream = [Minute(3, 1.0, 1.0, None), *plain(3, 3)]
    recent = filled(stream)
    assert (recent.since(0, 2).voices, recent.since(0, 3).voices) == (6, None)


@settings(max_examples=30, deadline=None)
@given(STREAM, STREAM)
def test_a_restored_ring_goes_on_bit_for_bit(before: list[Minute], after: list[Minute]) -> None:
    straight = filled(before)
    again = Recent.restore(straight.snapshot())
    assert again.snapshot() == straight.snapshot()
    for one in after:
        push(straight, one)
        push(again, one)
    assert again.snapshot() == straight.snapshot()
    assert again.began(0) == straight.began(0)


def test_it_does_not_grow() -> None:
    assert len(filled(plain(*[3] * 500)).snapshot()) - len(filled(plain(3)).snapshot()) < 8
