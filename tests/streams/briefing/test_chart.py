"""Charts: what is drawn stands where its numbers say, and says them in words too."""

import re
from datetime import UTC, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.chart import Point
from streams.briefing.chart import Plot, nice, spark, svg
from streams.briefing.facts import Day
from streams.briefing.figures import of_days, of_episode
from streams.briefing.speech import Speech
from tests.streams.briefing import made

SAY = Speech("en", UTC)


def drawn(plot: Plot, name: str) -> str:
    found = re.search(rf'class="{name}" d="([^"]*)"', svg(plot, name="n", title="t", description="d"))
    return found[1] if found else ""


def test_bars_are_as_high_as_their_counts() -> None:
    assert Plot([0, 5, 10]).top == 10
    assert drawn(Plot([0, 5, 10]), "bars") == "M11 100v-50h8v50zM21 100v-100h8v100z"


def test_the_band_and_the_line_break_where_nothing_is_known() -> None:
    plot = Plot([10, 0, 0, 0], [None, 5, None, 2], [None, 0, None, 1], [None, 10, None, 3])
    assert drawn(plot, "line") == "M10 50V50H20M30 80V80H40"
    assert drawn(plot, "band") == "M10 100V0H20V100H10zM30 90V70H40V90H30z"
    assert drawn(Plot([1, 2]), "band") == drawn(Plot([1, 2]), "line") == ""


def test_the_onset_stands_where_it_was() -> None:
    assert drawn(Plot([1, 2], onset=0.5), "onset") == "M5 0V100"
    assert drawn(Plot([1, 2]), "onset") == ""


def test_titles_are_escaped() -> None:
    assert '<desc id="n-d">&lt;/desc&gt;&lt;script&gt;</desc>' in svg(
        Plot([1]), name="n", title="a", description="</desc><script>"
    )


@given(st.floats(0.1, 1e9))
def test_an_axis_ends_at_a_round_number_not_far_above(value: float) -> None:
    top = nice(value)
    assert value <= top <= max(2.0, 2.01 * value)
    assert float(f"{top:.0e}") == top


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_nothing_is_drawn_outside(counts: list[int]) -> None:
    plot = Plot(counts, [float(c) * 3 for c in counts], [0.0 for _ in counts], [c * 5.0 for c in counts])
    heights = [float(y) for y in re.findall(r"V(-?[\d.]+)", drawn(plot, "line") + drawn(plot, "band"))]
    assert all(0 <= y <= 100 for y in heights)
    assert all(float(h) <= 100 for h in re.findall(r"v-([\d.]+)", drawn(plot, "bars")))
    assert "nan" not in str(spark(counts, counts))


def test_a_figure_says_in_words_and_in_a_table_what_it_draws() -> None:
    figure = of_episode(made.card(1), "e", "title", SAY)
    assert figure is not None
    assert "244 messages in the episode against 9.3 expected" in figure.svg
    assert "The highest interval has 40, at 2026-11-04 15:54" in figure.svg
    assert len(figure.rows) == 24
    assert figure.rows[0] == ("2026-11-04 09:54", "0", "1.5", "0–4")
    assert figure.onset == (50.0, "15:54")
    assert (figure.top, figure.half, figure.each) == ("40", "20", "messages each 30 min")
    assert figure.recorded


def test_without_a_recorded_band_the_expectation_of_the_episode_is_spread_over_it_alone() -> None:
    card = made.card(1, kind="emergent", band=False)
    figure = of_episode(card, "e", "title", SAY)
    assert figure is not None and figure.banded and not figure.recorded
    assert [row.expected for row in figure.rows[:12]] == [""] * 12, "before the onset nothing is said"
    assert figure.rows[13].expected == "0.8", "9.3 in six hours"
    nothing = msgspec.structs.replace(card, transition=msgspec.structs.replace(card.transition, expected=0.0))
    without = of_episode(nothing, "e", "title", SAY)
    assert without is not None and not without.banded


def test_an_onset_before_the_chart_is_not_drawn() -> None:
    card = made.card(1)
    assert card.chart is not None
    later = tuple(msgspec.structs.replace(point, start=point.start + timedelta(days=3)) for point in card.chart.points)
    figure = of_episode(msgspec.structs.replace(card, chart=msgspec.structs.replace(card.chart, points=later)), "e", "t", SAY)
    assert figure is not None and figure.onset is None and "onset" not in re.findall(r'class="(\w+)"', figure.svg)


def test_no_course_no_figure() -> None:
    assert of_episode(made.card(1, intervals=0), "e", "t", SAY) is None


@pytest.mark.parametrize("days", [1, 7, 31, 366])
def test_days_have_few_labels(days: int) -> None:
    by_day = [Day(made.SINCE + n * made.DAY, n, 2 * n) for n in range(days)]
    figure = of_days(by_day, compared=True, say=SAY)
    assert 1 <= len(figure.ticks) <= 7
    assert len(figure.rows) == days
    assert 'class="line"' in figure.svg
    assert 'class="line"' not in of_days(by_day, compared=False, say=SAY).svg


def test_a_point_may_have_a_band_of_nothing() -> None:
    card = made.card(1)
    assert card.chart is not None
    one = msgspec.structs.replace(card.chart, points=(Point(made.SINCE, 0, 0.0, 0.0, 0.0),))
    figure = of_episode(msgspec.structs.replace(card, chart=one), "e", "t", SAY)
    assert figure is not None and figure.rows[0].expected == "0"
