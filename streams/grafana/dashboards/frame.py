"""What all dashboards have in common: variables, marks, the way to one another."""

from collections.abc import Sequence
from typing import Any

from grafana_foundation_sdk.builders import dashboard as d
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, DashboardLinkType

from streams.grafana.panel import BLUE, RED, Place, annotation, variable
from streams.grafana.query import CUSTOMERS, RECENT, TENANT

TAG = "groundswell"
FULL, HALF, THIRD, QUARTER = Place(24, 9), Place(12, 9), Place(8, 9), Place(6, 4)
LONG = Place(24, 11)
_DIMENSIONS = (
    ("channel", "Channel 渠道", "channel"),
    ("shop", "Shop 店铺", "shop"),
    ("category", "Category 品类", "product_category"),
    ("model", "Model 型号", "product_model"),
    ("language", "Language 语言", "language"),
)
SPIKE_URL = "/d/voc-spike?var-spike=${__data.fields.id:percentencode}&from=${__data.fields.from}&to=${__data.fields.to}"
"""What the card's link says too: the episode, from three hours before it began to an hour after it was last judged."""
SPAN = """toString(toUnixTimestamp(started - INTERVAL 3 HOUR) * 1000) AS from,
toString(toUnixTimestamp(updated + INTERVAL 1 HOUR) * 1000) AS to"""
"""As text: a number could reach the link as it is displayed."""
KEPT = "&".join(
    ["${__url_time_range}", *(f"${{{name}:queryparam}}" for name in ("tenant", *(name for name, _, _ in _DIMENSIONS)))]
)
"""What a link to another dashboard keeps: the range and what is chosen, each variable once."""


def tenant() -> d.QueryVariable:
    """Whose feedback."""
    return variable(
        "tenant", "Tenant 租户",
        "SELECT tenant FROM minute_total WHERE $__timeFilter(minute) GROUP BY tenant ORDER BY sum(count) DESC LIMIT 200",
        "Whose feedback. A choice, not a right: whoever sees a dashboard may see every tenant of the warehouse.", multi=False,
    )  # fmt: skip


def dimensions() -> list[d.QueryVariable]:
    """Tenant, channel, shop, category, model, language: the values among the newest contacts of the range."""
    found = [tenant()]
    for name, label, column in _DIMENSIONS:
        sql = f"""SELECT {column} FROM feedback WHERE {RECENT} AND {TENANT} AND {CUSTOMERS} AND {column} != ''
        GROUP BY {column} ORDER BY count() DESC LIMIT 300"""
        about = (
            "Filters what is read from feedback itself; a panel's description says what it follows. "
            "The 300 busiest among the newest 20,000 contacts of the range."
        )
        found.append(variable(name, label, sql, about))
    return found


def inert(column: str) -> str:
    """Text of a mark without what could be markup: Grafana shows marks as HTML, cleaned by itself."""
    return f"translateUTF8({column}, '<>&', '＜＞＆')"


def episodes() -> d.AnnotationQuery:
    """Each episode as a region, with the subject's label and nothing a customer said."""
    return annotation(
        "Spikes 突增",
        f"""SELECT started AS time, ifNull(closed, least(now(), $__toTime)) AS timeEnd, {inert('label')} AS title,
        concat(toString(observed), ' against ', toString(round(expected, 1)), ' expected') AS text,
        arrayStringConcat(['spike', severity, kind], ',') AS tags
        FROM spikes
        WHERE {TENANT} AND started <= $__toTime AND ifNull(closed, now()) >= $__fromTime ORDER BY time LIMIT 500""",
        RED,
    )  # fmt: skip


def company() -> d.AnnotationQuery:
    """What the company or the world did."""
    return annotation(
        "Context 事件",
        f"""SELECT start AS time, end AS timeEnd, {inert('context.title')} AS title,
        {inert("concat(kind, if(owner = '', '', concat(', ', owner)))")} AS text,
        arrayStringConcat(arrayConcat(['context', kind], products), ',') AS tags
        FROM context WHERE {TENANT} AND start <= $__toTime AND coalesce(end, start) >= $__fromTime ORDER BY time LIMIT 500""",
        BLUE,
    )  # fmt: skip


def board(
    uid: str, title: str, about: str, *, hours: int, variables: Sequence[d.QueryVariable | d.TextBoxVariable],
    sections: Sequence[tuple[str, Sequence[Any]]],
    refresh: str = "1m",
) -> d.Dashboard:  # fmt: skip
    """A dashboard: sections of panels under headings, ids in order of appearance."""
    built = (
        d.Dashboard(title).uid(uid).description(about).tags([TAG]).time(f"now-{hours}h", "now").refresh(refresh)
        .timezone("browser").tooltip(DashboardCursorSync.CROSSHAIR).readonly().annotation(episodes()).annotation(company())
    )  # fmt: skip
    for choice in variables:
        built.with_variable(choice)
    way = d.DashboardLink("Groundswell").type(DashboardLinkType.DASHBOARDS).tags([TAG]).as_dropdown(True)
    built.link(way.include_vars(True).keep_time(True))
    number = 0
    for heading, panels in sections:
        number += 1
        built.with_row(d.Row(heading).id(number))
        for panel in panels:
            number += 1
            built.with_panel(panel.id(number))
    return built
