"""Panels as this product draws them: every one says what it shows, of what, and what to do about it; nothing is decoration."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from grafana_foundation_sdk.builders import barchart, common, stat, statushistory, table, timeseries
from grafana_foundation_sdk.builders import dashboard as d
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    FieldColorModeId,
    GridPos,
    Threshold,
    ThresholdsMode,
    VariableOption,
    VariableRefresh,
)

from streams.grafana.query import Format, Query, Target, source_ref

VARIABLE = re.compile(r"\$\{(\w+):percentencode\}")
INTERVAL, STEP_S = "10m", 600
"""The shortest step of a series: expectations are kept every ten minutes."""
GREEN, YELLOW, RED, BLUE, GREY = "green", "yellow", "red", "blue", "#8e8e8e"


class Link(NamedTuple):
    """From a cell of a table to another page of ours. `${__data.fields.x}` is the row's own value."""

    column: str
    title: str
    url: str


class Says(NamedTuple):
    """What a reader is told about a panel."""

    shows: str
    of: str
    """The denominator: what is counted, and what is left out."""
    do: str
    """What to do about it."""


Steps = Sequence[tuple[float | None, str]]
"""Thresholds: from which value on which colour; the first has None."""


class Place(NamedTuple):
    """Width (of 24) and height."""

    w: int
    h: int


def _dressed(panel: Any, title: str, says: Says, place: Place, queries: Sequence[Query]) -> Any:
    names = dict.fromkeys(name for query in queries for name in VARIABLE.findall(query.sql))
    follows = f"Follows: {', '.join(names)}." if names else "Follows none of the variables."
    text = f"{says.shows}\n\n**Of:** {says.of}\n\n**What to do:** {says.do}\n\n{follows}"
    panel.title(title).description(text).datasource(source_ref()).grid_pos(GridPos(h=place.h, w=place.w, x=0, y=0))
    for query in queries:
        panel.with_target(Target(query))
    return panel


def _thresholds(steps: Steps) -> d.ThresholdsConfig:
    return d.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps([Threshold(value, color) for value, color in steps])


def number(title: str, says: Says, sql: str, place: Place, *, unit: str = "short", steps: Steps = ((None, BLUE),)) -> Any:
    """One or a few figures: a table of one row, each number with its column's name."""
    panel = _dressed(stat.Panel(), title, says, place, [Query(sql, Format.TABLE)])
    panel.unit(unit).thresholds(_thresholds(steps)).graph_mode(shapes.BigValueGraphMode.NONE)
    panel.color_mode(shapes.BigValueColorMode.VALUE).text_mode(shapes.BigValueTextMode.VALUE_AND_NAME)
    return panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False)).no_value("–")


def series(
    title: str, says: Says, queries: Sequence[str], place: Place, *, unit: str = "short", axis: str = "",
    stacked: bool = False, bars: bool = False, label: str = "", band: bool = False, ceiling: float | None = None,
) -> Any:  # fmt: skip
    """Lines over time. `label`: the column that names a line; `band`: columns low and high are drawn as a range, its points
    connected."""
    gaps = {"fillMode": {"Mode": 2, "Value": 0}} if label else {}  # an interval without rows of a line is a zero of that line
    asked = [Query(sql, Format.SERIES, "ABCDEF"[n], **gaps) for n, sql in enumerate(queries)]
    panel = _dressed(timeseries.Panel(), title, says, place, asked)
    panel.unit(unit).axis_label(axis).min(0).interval(INTERVAL).no_value("no data in this range")
    panel.legend(
        common.VizLegendOptions().display_mode(shapes.LegendDisplayMode.LIST).placement(shapes.LegendPlacement.BOTTOM)
        .show_legend(True).calcs([])
    ).tooltip(common.VizTooltipOptions().mode(shapes.TooltipDisplayMode.MULTI).sort(shapes.SortOrder.DESCENDING))  # fmt: skip
    if ceiling is not None:
        panel.max(ceiling)
    if label:
        panel.display_name("${__field.labels." + label + "}")
    if stacked:
        panel.stacking(common.StackingConfig().mode(shapes.StackingMode.NORMAL)).fill_opacity(40)
    if bars:
        panel.draw_style(shapes.GraphDrawStyle.BARS).fill_opacity(60)
    if band:
        panel.span_nulls(True).color_scheme(d.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))
        quiet = [DynamicConfigValue("custom.lineWidth", 0), DynamicConfigValue("color", {"mode": "fixed", "fixedColor": GREY})]
        filled = [DynamicConfigValue("custom.fillBelowTo", "low"), DynamicConfigValue("custom.fillOpacity", 20)]
        panel.override_by_name("high", [*quiet, *filled])
        panel.override_by_name("low", quiet)
        panel.override_by_name("expected", [quiet[1], DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [6, 6]})])
    return panel


def rows(
    title: str, says: Says, sql: str, place: Place, *, units: Mapping[str, str] | None = None, links: Sequence[Link] = (),
    hidden: Sequence[str] = (), wide: Sequence[str] = (), colours: Mapping[str, Steps] | None = None, empty: str = "nothing",
) -> Any:  # fmt: skip
    """A table. `units` by column; `hidden` columns are there for links only; `wide` ones hold sentences."""
    panel = _dressed(table.Panel(), title, says, place, [Query(sql, Format.TABLE)])
    panel.cell_height(shapes.TableCellHeight.SM).no_value(empty).filterable(True)
    changes: dict[str, list[DynamicConfigValue]] = {}
    for column, unit in (units or {}).items():
        changes.setdefault(column, []).append(DynamicConfigValue("unit", unit))
    for column, steps in (colours or {}).items():
        config = {"mode": "absolute", "steps": [{"value": value, "color": color} for value, color in steps]}
        changes.setdefault(column, []).extend(
            [DynamicConfigValue("thresholds", config), DynamicConfigValue("custom.cellOptions", {"type": "color-text"})]
        )
    for link in links:
        found = {"title": link.title, "url": link.url, "targetBlank": False}
        changes.setdefault(link.column, []).append(DynamicConfigValue("links", [found]))
    for column in hidden:
        changes.setdefault(column, []).append(DynamicConfigValue("custom.hidden", True))
    for column in wide:
        changes.setdefault(column, []).extend(
            [
                DynamicConfigValue("custom.minWidth", 380),
                DynamicConfigValue("custom.cellOptions", {"type": "auto", "wrapText": True}),
            ]
        )
    for column, properties in changes.items():
        panel.override_by_name(column, properties)
    return panel


def bars(title: str, says: Says, sql: str, place: Place, *, along: str, axis: str, unit: str = "short") -> Any:
    """Horizontal bars: `along` names the column of the categories, the numbers are drawn beside each other."""
    panel = _dressed(barchart.Panel(), title, says, place, [Query(sql, Format.TABLE)])
    panel.x_field(along).orientation(shapes.VizOrientation.HORIZONTAL).unit(unit).axis_label(axis).min(0).no_value("–")
    return panel.legend(
        common.VizLegendOptions().display_mode(shapes.LegendDisplayMode.LIST).placement(shapes.LegendPlacement.BOTTOM)
        .show_legend(True).calcs([])
    )  # fmt: skip


def grid(title: str, says: Says, sql: str, place: Place, *, label: str, steps: Steps, unit: str = "short") -> Any:
    """A row for each value of `label`, a cell for each interval, coloured by the value."""
    panel = _dressed(statushistory.Panel(), title, says, place, [Query(sql)])
    panel.display_name("${__field.labels." + label + "}").unit(unit).thresholds(_thresholds(steps)).interval(INTERVAL)
    panel.color_scheme(d.FieldColor().mode(FieldColorModeId.THRESHOLDS)).show_value(shapes.VisibilityMode.AUTO)
    return panel.row_height(0.9).col_width(0.95).no_value("–")


def variable(
    name: str, label: str, sql: str, about: str, *, multi: bool = True, everything: bool = True, regex: str = ""
) -> d.QueryVariable:
    """A choice above the dashboard, filled by one column of text."""
    built = (
        d.QueryVariable(name).label(label).description(about).datasource(source_ref())
        .query(Query(sql, Format.TABLE, name).to_json() | {"queryType": "sql"}).refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(multi).include_all(everything).allow_custom_value(False)
    )  # fmt: skip
    if everything:
        everyone = ["$__all"] if multi else "$__all"
        built.all_value("*").current(VariableOption(selected=True, text=["All"] if multi else "All", value=everyone))
    return built.regex(regex) if regex else built


def annotation(name: str, sql: str, color: str) -> d.AnnotationQuery:
    """Marks or regions on every panel over time: columns time, timeEnd, text, title, tags."""
    built = d.AnnotationQuery().name(name).datasource(source_ref()).enable(True).hide(False).icon_color(color)
    built._internal.target = Query(sql, Format.TABLE, "Anno")  # type: ignore[assignment]  # the SDK's type fits the built-in source only
    return built
