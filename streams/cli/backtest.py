"""`voc backtest`: what would have been alerted, on the warehouse's own history."""

from datetime import UTC, datetime

import click
import msgspec
from rich.table import Table

from processors.detector import DetectorConfig
from processors.lifecycle import LifecycleConfig
from streams.backtest import BackTest, Outcome, back_test
from streams.cli.budget import Budget, budget_of, with_budget
from streams.cli.options import console, existing, inert, print_json
from streams.cli.spinner import Spinner
from streams.failures import UserError
from streams.installation import Installation
from streams.warehouse.minutes import Minutes

TIGHTER, LOOSER = 0.2, 5.0
"""What is set beside the budget, as parts of it, when only one is given."""


@click.command()
@click.option("--days", type=click.IntRange(1, 3650), required=True, help="How many days, up to the last one closed, count.")
@click.option(
    "--budget", "budgets", type=Budget(), multiple=True, metavar="N|N/week",
    help="False alerts per 1,000 topics a day, or a week in all; may be repeated (default: the setting, a fifth, five times).",
)  # fmt: skip
@existing
def backtest(installation: Installation, days: int, budgets: tuple[str, ...], as_json: bool) -> None:
    """Say what would have been alerted in the last days, when, and at what delay; and what a tighter or a looser alert budget
    would have done. Nothing is written and nobody is told. All that is stored is judged again, however few days count: that takes
    about as long as reading it did.

    \b
    Example:
      voc backtest --days 14
      voc backtest --days 30 --budget 1 --budget 2/week
    """
    wanted = budgets or _around(budget_of(installation.settings))
    lifecycles = {budget: with_budget(LifecycleConfig(), budget) for budget in wanted}
    with _Display(console(err=True), "judging", quiet=as_json) as display:
        found = back_test(Minutes(installation.writer()), DetectorConfig(), lifecycles, days, display.at)
    if found is None:
        raise UserError("there is no history to test on; read some with voc run --input FILE")
    if as_json:
        print_json(msgspec.to_builtins(found))
    else:
        _print(found)


def _around(budget: str) -> tuple[str, ...]:
    number, week = float(budget.removesuffix("/week")), "/week" if budget.endswith("/week") else ""
    return budget, f"{number * TIGHTER:g}{week}", f"{number * LOOSER:g}{week}"


def _print(found: BackTest) -> None:
    out = console()
    out.print(
        f"{found.first:%Y-%m-%d %H:%M} to {found.last:%Y-%m-%d %H:%M} UTC, {found.days:.1f} days; "
        f"{found.history_days:.1f} days of history before"
    )
    first = found.outcomes[0]
    if first.spikes:
        out.print(_alerts(first))
    table = Table("budget", "alerts", "a week", "median delay", box=None, header_style="bold")
    for outcome in found.outcomes:
        delay = "-" if outcome.delay_minutes is None else f"{outcome.delay_minutes:.0f} min"
        table.add_row(outcome.budget, str(outcome.alerts), f"{outcome.per_week:.1f}", delay)
    out.print(table)
    if found.history_days < 7:
        out.print("less than a week of history before: what is usual at which hour was not known yet")


def _alerts(outcome: Outcome) -> Table:
    columns = ("since (UTC)", "told", "closed", "kind", "topic", "tenant", "observed", "expected", "surprise")
    table = Table(*columns, box=None, header_style="bold", title=f"with budget {outcome.budget}", title_justify="left")
    for alert in outcome.spikes:
        closed = f"{alert.closed:%H:%M}" if alert.closed else "open"
        when = (f"{alert.started:%Y-%m-%d %H:%M}", f"{alert.opened:%H:%M}", closed)
        numbers = (str(alert.observed), f"{alert.expected:.1f}", f"{alert.surprise:.0f}")
        table.add_row(*when, alert.kind, inert(alert.label), inert(alert.tenant), *numbers)
    return table


class _Display(Spinner):
    def at(self, first: int, now: int, last: int) -> None:
        """A day is judged."""
        done = (now - first) / max(last - first, 1)
        self.say(f"judged up to {datetime.fromtimestamp(now, UTC):%Y-%m-%d} ({done:.0%})")
