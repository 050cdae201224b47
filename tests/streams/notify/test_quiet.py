"""Quiet hours over midnight and over the days on which clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.notify.quiet import Quiet

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
NIGHT = Quiet.parse("22:00-08:00")


def local(text: str, zone: ZoneInfo, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-20T21:59:59", None),
        ("2026-11-20T22:00:00", "2026-11-21T08:00:00"),
        ("2026-11-20T23:59:59", "2026-11-21T08:00:00"),
        ("2026-11-21T00:00:00", "2026-11-21T08:00:00"),
        ("2026-11-21T07:59:59", "2026-11-21T08:00:00"),
        ("2026-11-21T08:00:00", None),
        ("2026-11-21T12:00:00", None),
    ],
)
def test_over_midnight_in_the_zones_own_time(now: str, until: str | None) -> None:
    found = NIGHT.until(local(now, SHANGHAI).astimezone(UTC), SHANGHAI)
    assert found == (local(until, SHANGHAI).astimezone(UTC) if until else None)


def test_within_a_day() -> None:
    noon = Quiet.parse("12:00 - 13:30")
    assert noon.until(local("2026-11-20T12:30:00", SHANGHAI), SHANGHAI) == local("2026-11-20T13:30:00", SHANGHAI)
    assert noon.until(local("2026-11-20T13:30:00", SHANGHAI), SHANGHAI) is None
    assert noon.until(local("2026-11-21T00:30:00", SHANGHAI), SHANGHAI) is None


@pytest.mark.parametrize(
    ("evening", "hours"), [("2026-03-28T22:00:00", 9), ("2026-10-24T22:00:00", 11), ("2026-06-01T22:00:00", 10)]
)
def test_a_night_in_which_the_clocks_change_is_shorter_or_longer(evening: str, hours: int) -> None:
    begins = local(evening, BERLIN).astimezone(UTC)
    assert NIGHT.until(begins, BERLIN) == begins + timedelta(hours=hours)
    assert NIGHT.until(begins + timedelta(hours=hours, seconds=-1), BERLIN) == begins + timedelta(hours=hours)
    assert NIGHT.until(begins + timedelta(hours=hours), BERLIN) is None


def test_an_hour_that_the_clock_shows_twice_is_not_quiet_a_second_time() -> None:
    quiet = Quiet.parse("22:00-02:30")
    assert quiet.until(local("2026-10-25T02:15:00", BERLIN, 0), BERLIN)
    assert quiet.until(local("2026-10-25T02:15:00", BERLIN, 1), BERLIN) is None


def test_an_end_that_the_clock_leaves_out_ends_all_the_same() -> None:
    quiet = Quiet.parse("22:00-02:30")
    ends = quiet.until(local("2026-03-29T01:59:00", BERLIN), BERLIN)
    assert ends and ends.astimezone(BERLIN).date().isoformat() == "2026-03-29"
    assert quiet.until(local("2026-03-29T03:30:00", BERLIN), BERLIN) is None


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.sampled_from([BERLIN, SHANGHAI, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe")]),
    st.times(), st.times(),
)  # fmt: skip
def test_quiet_hours_always_end_within_a_day_and_are_over_then(now: datetime, zone: ZoneInfo, start: time, end: time) -> None:
    start, end = start.replace(microsecond=0, second=0), end.replace(microsecond=0, second=0)
    if start == end:
        return
    quiet = Quiet(start, end)
    until = quiet.until(now, zone)
    if until:
        assert timedelta(0) < until - now <= timedelta(hours=25)
        again = quiet.until(until, zone)
        assert again is None or again > until  # where a night begins when another one ends: on no day but one with a gap
        assert (
            until.astimezone(zone).time().replace(fold=0) == end
            or until.astimezone(zone).utcoffset() != now.astimezone(zone).utcoffset()
        )


@pytest.mark.parametrize("text", ["22-8", "24:00-08:00", "22:00", "", "22:60-23:00", "08:00-08:00", "22:00-08:00-09:00"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        Quiet.parse(text)
