"""Nine tenths of what is published, however the messages come."""

from bisect import bisect_left
from math import ceil
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.notify.channel import Limits
from streams.notify.limits import DINGTALK, FEISHU, SLACK, WECOM
from streams.notify.pace import Pace, retry_wait


def sent(limits: Limits, seconds: float, weights: list[int] | None = None) -> list[float]:
    """As fast as it lets, from a moment that is no round number: when each message went."""
    pace, at, times, number = Pace(limits), 1234.567, [], 0
    until = at + seconds
    while at < until:
        weight = weights[number % len(weights)] if weights else 1
        wait = pace.take(weight, at)
        if wait:
            at += wait
        else:
            times += [at] * weight
            number += 1
            if not limits.per_minute and not limits.per_second:
                break
    return times


def most(times: list[float], seconds: float) -> int:
    """Within any window of that length."""
    return max(bisect_left(times, start + seconds) - place for place, start in enumerate(times))


@pytest.mark.parametrize(("limits", "in_ten_minutes"), [(FEISHU, 880), (DINGTALK, 178), (WECOM, 178), (SLACK, 530)])
def test_the_published_limits_are_kept_with_room_and_used(limits: Limits, in_ten_minutes: int) -> None:
    times = sent(limits, 600)
    assert len(times) >= in_ten_minutes
    if limits.per_minute:
        assert most(times, 60) <= 0.9 * limits.per_minute
    if limits.per_second:
        assert most(times, 1) <= max(0.9 * limits.per_second, 1)
        assert len(times) <= 600 * 0.9 * limits.per_second + 1


@settings(deadline=None)
@given(
    st.integers(0, 200),
    st.one_of(st.just(0.0), st.floats(0.05, 1), st.integers(1, 20).map(float)),
    st.lists(st.integers(1, 7), min_size=1, max_size=5),
)
def test_no_limit_is_broken_whatever_it_is(per_minute: int, per_second: float, weights: list[int]) -> None:
    room = min(0.9 * (per_minute or 1e9), 0.9 * (per_second or 1e9))
    times = sent(Limits(0, per_minute, per_second, 0, ""), 130, [weight for weight in weights if weight <= room])
    assert times
    assert not per_minute or most(times, 60) <= per_minute
    assert not per_second or most(times, 1) <= max(per_second, 1)
    assert not per_second or most(times, 60) <= ceil(60 * per_second)


def test_without_limits_there_is_no_wait() -> None:
    pace = Pace(Limits(0, 0, 0, 0, ""))
    assert [pace.take(3, 0.0) for _ in range(1000)] == [0.0] * 1000


def test_more_parts_than_the_limit_allows_wait_for_all_of_it_and_do_not_wait_for_ever() -> None:
    pace = Pace(DINGTALK)
    assert pace.take(100, 0.0) == 0.0
    wait = pace.take(100, 1.0)
    assert 58 < wait <= 60
    assert pace.take(100, 1.0 + wait) == 0.0


def test_what_was_sent_before_counts() -> None:
    pace = Pace(DINGTALK)
    pace.sent([40.0] * 10 + [50.0] * 7)
    assert pace.take(1, 60.0) == 0.0
    assert pace.take(1, 60.0) == pytest.approx(40, abs=0.1)


def test_pauses_grow_differ_and_end_growing() -> None:
    pauses = [[retry_wait(failures, None) for _ in range(200)] for failures in (1, 3, 6, 50)]
    means = [mean(each) for each in pauses]
    assert means == sorted(means)
    assert all(1 <= pause <= 300 for each in pauses for pause in each)
    assert len(set(pauses[2])) > 150, "channels that failed together do not come back together"


@pytest.mark.parametrize("after_s", [0.5, 60.0, 600.0])
def test_never_sooner_than_was_asked_for(after_s: float) -> None:
    for failures in (1, 10):
        pauses = [retry_wait(failures, after_s) for _ in range(200)]
        assert min(pauses) >= after_s and max(pauses) <= after_s * 1.1 + 0.1
        assert len(set(pauses)) > 150
