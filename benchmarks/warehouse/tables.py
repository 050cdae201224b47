"""The tables that are printed."""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import measure
from benchmarks.warehouse.cards import GOAL_MS as CARD_MS
from benchmarks.warehouse.explanations import GOAL_MS as EXPLAIN_MS
from benchmarks.warehouse.panels import GOAL_MS as PANEL_MS

Found = Sequence[dict[str, Any]]
COST = ("cold", "median", "most", "cpu", "rows read", "MB read", "answer")


def show_filled(filled: dict[str, Any]) -> None:
    """What is asked."""
    again = ", filled by an earlier run" if filled.get("again") else ""
    measure.show(
        f"filled in {filled['seconds']['all']:.0f} s{again}",
        ("table", "rows", "parts", "MB"),
        [(each["table"], f"{each['rows']:,}", each["parts"], f"{each['bytes'] / 1e6:.1f}") for each in filled["tables"]],
    )


def show_panels(found: Found) -> None:
    """Every query of Grafana, dearest first."""
    slow = sum(each["median"] > PANEL_MS for each in found)
    measure.show(
        f"Grafana's queries, ms: {len(found)} of them, {slow} above {PANEL_MS:.0f}",
        ("query", "range", *COST, ""),
        [(each["name"], each["range"], *_cost(each), _above(each["median"], PANEL_MS)) for each in _dearest(found)],
    )


def show_explanations(found: Found) -> None:
    """Each explanation, and of what it consists."""
    rows: list[tuple[object, ...]] = []
    for each in found:
        asking = each["asking"]
        whole = f"{each['whole']['median']:.0f}"
        rows.append((each["name"], *_cost(asking), whole, _above(asking["median"], EXPLAIN_MS)))
        rows += [(f"    {name}", "", f"{one['ms']:.0f}", "", "", f"{one['rows']:,}") for name, one in each["each"].items()]
    measure.show(
        f"explaining a spike: its questions together, ms (goal {EXPLAIN_MS:.0f})", ("episode", *COST, "all of TELL", ""), rows
    )


def show_cards(found: Found) -> None:
    """From the episode to the payload, by channel."""
    measure.show(
        f"one card, from the row in the warehouse to the payload, ms (goal {CARD_MS:.0f})",
        ("channel", "of it the row", "to say and render, cpu", "median", "95 in 100 within", "most", "bytes", ""),
        [
            (each["channel"], *(f"{each[name]:.1f}" for name in ("row", "own", "median", "high", "most")), f"{each['bytes']:,}",
             _above(each["median"], CARD_MS))
            for each in found
        ],
    )  # fmt: skip


SHOWN: dict[str, Callable[[Found], None]] = {"panels": show_panels, "explain": show_explanations, "cards": show_cards}


def _dearest(found: Found) -> Found:
    return sorted(found, key=lambda each: -float(each["median"]))


def _cost(each: dict[str, Any]) -> tuple[str, ...]:
    times = (f"{each[name]:.0f}" for name in ("cold", "median", "most", "cpu"))
    return (*times, f"{each['rows']:,}", f"{each['megabytes']:.1f}", str(each["answered"]))


def _above(value: float, goal: float) -> str:
    return "above" if value > goal else ""
