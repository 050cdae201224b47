"""Numbers, times and names as a page writes them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from streams.briefing.speech import LONGEST, Speech
from tests.streams.briefing import made

EN, ZH = Speech("en", UTC), Speech("zh", ZoneInfo("Asia/Shanghai"))
NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "part, shown",
    [
        (0, "0%"),
        (0.0001, "<0.1%"),
        (0.001, "0.1%"),
        (0.0349, "3.5%"),
        (0.05, "5%"),
        (0.099, "9.9%"),
        (0.31, "31%"),
        (1, "100%"),
        (1.3, "100%"),
    ],
)
def test_shares(part: float, shown: str) -> None:
    assert EN.share(part) == shown


@pytest.mark.parametrize("now, before, shown", [(0.06, 0.03, "×2"), (0.01, 0.03, "×0.33"), (0.5, 0.03, "×17"), (0.1, 0, "–")])
def test_times(now: float, before: float, shown: str) -> None:
    assert EN.times(now, before) == shown


def test_a_change_is_only_said_of_enough() -> None:
    assert (EN.change(120, 100), EN.change(80, 100), EN.change(9, 3)) == ("+20%", "−20%", "")


def test_ages_are_in_their_two_greatest_units() -> None:
    ages = [
        EN.age(NOON, NOON + timedelta(**span))
        for span in ({"minutes": 5}, {"hours": 2, "minutes": 1}, {"days": 3, "hours": 4, "minutes": 5})
    ]
    assert ages == ["5 min", "2 h 1 min", "3 days 4 h"]
    assert EN.age(NOON, NOON - timedelta(days=1)) == "0 min"
    assert ZH.age(NOON, NOON + timedelta(days=1)) == "1 天"


def test_times_are_of_the_zone() -> None:
    assert (EN.when(NOON), ZH.when(NOON)) == ("2026-11-05 12:00", "2026-11-05 20:00")
    assert (ZH.short(NOON), ZH.day(NOON), ZH.hour(NOON)) == ("11-05 20:00", "11-05", "20:00")


def test_lengths() -> None:
    assert [EN.minutes(minutes) for minutes in (5, 60, 90, 720, 1440)] == ["5 min", "1 h", "90 min", "12 h", "day"]


def test_of_many_names_some_are_said_and_the_rest_counted() -> None:
    assert EN.names(["a", "b"]) == "a, b"
    assert EN.names(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert ZH.names(["a", "b", "c", "d"]) == "a、b、c 另有 1 个"


@pytest.mark.parametrize("text", made.HOSTILE)
def test_names_are_one_line_and_not_long(text: str) -> None:
    name = EN.name(text)
    assert len(name) <= LONGEST
    assert name.isprintable()
