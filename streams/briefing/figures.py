"""The figures of a page: charts with their axes, legends and tables, put into words. Pure."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from markupsafe import Markup

from processors.card import Card
from processors.chart import Chart, dispersion_of
from processors.negative_binomial import normal_range
from streams.briefing.chart import Plot, svg
from streams.briefing.facts import Day
from streams.briefing.speech import Speech

MINUTE = timedelta(minutes=1)
NOON = timedelta(hours=12)
"""A day that ends at some hour is called by the date that most of it has."""
TICKS = 3
"""Times below a chart: as many as a phone has room for."""


class Tick(NamedTuple):
    """A label below a chart."""

    left: float
    """Percent of the width."""
    text: str


class Row(NamedTuple):
    """An interval as the table below a chart has it."""

    at: str
    observed: str
    expected: str
    range: str


class Figure(NamedTuple):
    """A chart and what stands around it."""

    svg: Markup
    top: str
    half: str
    ticks: list[Tick]
    onset: Tick | None
    each: str
    banded: bool
    """It shows a range that is normal ..."""
    recorded: bool
    """... which was recorded interval by interval."""
    rows: list[Row]


class _Usual(NamedTuple):
    """What was expected of an interval, and its range."""

    expected: float
    low: float
    high: float


def of_episode(card: Card, name: str, title: str, say: Speech) -> Figure | None:
    """The chart of an episode; None where nothing is known of its course."""
    chart, spike = card.chart, card.transition
    if chart is None or not chart.points:
        return None
    recorded = any(point.expected is not None for point in chart.points)
    usual = [
        _Usual(point.expected, point.low or 0.0, point.high or 0.0) if point.expected is not None else None
        for point in chart.points
    ]
    if not recorded:
        usual = _even(card, chart)
    counts = [point.observed for point in chart.points]
    starts = [point.start for point in chart.points]
    onset = (chart.onset - starts[0]) / (chart.minutes * MINUTE)
    placed = onset if 0 <= onset <= len(counts) else None
    plot = Plot(
        counts,
        [each.expected if each else None for each in usual],
        [each.low if each else None for each in usual],
        [each.high if each else None for each in usual],
        placed,
    )
    most = max(range(len(counts)), key=counts.__getitem__)
    described = say(
        "chart_desc", observed=say.number(spike.observed), expected=say.amount(spike.expected), onset=say.when(chart.onset),
        most=say.number(counts[most]), at=say.when(starts[most]),
    )  # fmt: skip
    return Figure(
        svg=svg(plot, name=name, title=say("chart_name", title=title, minutes=say.minutes(chart.minutes)), description=described),
        top=say.number(plot.top),
        half=say.number(plot.top / 2),
        ticks=_ticks(starts, say),
        onset=None if placed is None else Tick(round(100 * placed / len(counts), 1), say.clock.beside(chart.onset, starts[0])),
        each=say("each", minutes=say.minutes(chart.minutes)),
        banded=any(usual),
        recorded=recorded,
        rows=[
            Row(
                say.when(start),
                say.number(count),
                say.amount(each.expected) if each else "",
                f"{say.number(each.low)}–{say.number(each.high)}" if each else "",
            )
            for start, count, each in zip(starts, counts, usual, strict=True)
        ],
    )


def of_days(by_day: Sequence[Day], compared: bool, say: Speech) -> Figure:
    """Messages day by day, with the same days of the span before as the line, if that is known."""
    counts = [day.messages for day in by_day]
    plot = Plot(counts, [float(day.before) for day in by_day] if compared else ())
    before = ", ".join(say.number(day.before) for day in by_day) if compared else say("unknown")
    described = say("by_day_desc", now=", ".join(map(say.number, counts)), before=before)
    step = max(1, math.ceil(len(by_day) / 7))
    return Figure(
        svg=svg(plot, name="days", title=say("by_day"), description=described),
        top=say.number(plot.top),
        half=say.number(plot.top / 2),
        ticks=[
            Tick(round(100 * (n + 0.5) / len(by_day), 1), say.day(by_day[n].start + NOON)) for n in range(0, len(by_day), step)
        ],
        onset=None,
        each="",
        banded=False,
        recorded=compared,
        rows=[
            Row(say.when(day.start), say.number(day.messages), say.number(day.before) if compared else "", "") for day in by_day
        ],
    )


def _even(card: Card, chart: Chart) -> list[_Usual | None]:
    """The expectation of the whole episode, spread evenly over its intervals."""
    spike = card.transition
    minutes = (spike.updated - spike.started) / MINUTE + 1
    if spike.expected <= 0 or minutes < 1:
        return [None] * len(chart.points)
    expected = spike.expected * min(chart.minutes / minutes, 1.0)
    low, high = normal_range(expected, dispersion_of(spike.expected, spike.high))
    each = _Usual(expected, float(low), float(high))
    step = chart.minutes * MINUTE
    return [each if point.start + step > spike.started and point.start <= spike.updated else None for point in chart.points]


def _ticks(starts: Sequence[datetime], say: Speech) -> list[Tick]:
    step = max(1, math.ceil(len(starts) / TICKS))
    shown = list(range(0, len(starts), step))
    return [
        Tick(
            round(100 * n / len(starts), 1),
            say.clock.beside(starts[n], starts[shown[place - 1]]) if place else say.short(starts[n]),
        )
        for place, n in enumerate(shown)
    ]
