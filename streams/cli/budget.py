"""The alert budget on a command line: “5” is false alerts per 1,000 topics a day, “2/week” so many a week in all."""

import re
from dataclasses import replace

import click

from processors.lifecycle import LifecycleConfig
from streams.settings import Settings

_WRITTEN = re.compile(r"(?P<number>\d{1,6}(?:\.\d{1,6})?)(?P<week>/week)?")


class Budget(click.ParamType):
    """Its text, checked: what it sets is `with_budget`'s."""

    name = "budget"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text itself. UsageError if it is none."""
        found = _WRITTEN.fullmatch(value)
        if not found or float(found["number"]) <= 0:
            self.fail(
                f"“{value}” is not a budget; write 1 (false alerts per 1,000 topics a day) or 2/week (all topics together)",
                param,
                ctx,
            )
        return value


def with_budget(config: LifecycleConfig, written: str) -> LifecycleConfig:
    """The configuration with the budget of that text, which `Budget` has checked."""
    number = float(written.removesuffix("/week"))
    if written.endswith("/week"):
        return replace(config, per_week=number)
    return replace(config, false_alerts=number, per_week=0.0)


def budget_of(settings: Settings) -> str:
    """The budget in force, as it is written."""
    return f"{settings.alerts_per_week:g}/week" if settings.alerts_per_week else f"{settings.false_alerts:g}"
