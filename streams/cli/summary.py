"""What `voc run` says at its end: for a newcomer also why there was no alert."""

from typing import Any

import msgspec
from rich.console import Console

from processors.lifecycle import LifecycleConfig
from streams.cli.options import same_place
from streams.embedded import RunSummary
from streams.installation import Installation
from streams.notify.terminal import draw

WANTED_DAYS = 7.0
"""A week: by then every hour of the week has been seen once."""


def run_json(summary: RunSummary) -> dict[str, Any]:
    """The contract's fields, and what the text says besides."""
    return {
        "events": summary.events,
        "accepted": summary.accepted,
        "dead_letters": summary.dead_letters,
        "seconds": round(summary.seconds, 3),
        "spikes": msgspec.to_builtins(summary.spikes),
        "late": summary.late,
        "only_charted": summary.only_charted,
        "resumed_at": summary.resumed_at,
        "first": summary.first,
        "last": summary.last,
        "customers": summary.customers,
        "other": summary.other,
        "baseline_days": {tenant: round(days, 2) for tenant, days in summary.baseline_days.items()},
        "baseline_days_wanted": WANTED_DAYS,
        "deliveries_owed": summary.owed,
    }


def print_summary(installation: Installation, summary: RunSummary, source: str, out: Console) -> None:
    """The cards of the input's span of time, then what was read."""
    for card in summary.cards:
        draw(out, card, same_place(installation))
    for line in lines(summary, source, same_place(installation)):
        out.print(line)
    for spike in summary.spikes:
        out.print(f"card: {installation.data_dir / 'out' / 'spikes' / (spike.id + '.md')}")


def lines(summary: RunSummary, source: str, place: str = "") -> list[str]:
    """The summary, a sentence a line; `place` is what a suggested command needs to ask the same installation."""
    said = [
        f"{source}: {summary.events:,} events read in {summary.seconds:.1f} s, {summary.accepted:,} accepted, "
        f"{summary.dead_letters:,} dead letters, {_alerts(len(summary.spikes))}"
    ]
    if summary.resumed_at:
        said.append(f"{summary.resumed_at:,} lines had been read before; nothing of them changes")
    if summary.replaced:
        said.append(
            "an input of this name was read before, with another beginning or another mapping: this one was read from its start"
        )
    if summary.changed:
        said.append(f"{' and '.join(summary.changed)} changed since it was read; to read it again: another --data-dir or --name")
    if summary.dead_letters:
        said.append(f'what was refused, and why: voc sql{place} "SELECT reason, input_offset, detail FROM dead_letters"')
    if summary.late:
        tested = summary.late - summary.only_charted
        too_late = f", {summary.only_charted:,} more than 24 hours late, only counted" if summary.only_charted else ""
        said.append(f"{summary.late:,} fell into minutes that had closed: {tested:,} looked at when they became known{too_late}")
    if summary.accepted and summary.only_charted * 2 > summary.accepted:
        said.append("most of it is older than what this data directory has closed; to have it tested, use another --data-dir")
    if summary.owed:
        said.append(f"{summary.owed:,} cards could not be delivered yet (voc notify list{place} says why); the next run goes on")
    if summary.first and summary.last:
        said.append(f"it spans {summary.first:%Y-%m-%d %H:%M} to {summary.last:%Y-%m-%d %H:%M} UTC")
        said += _instrument(summary)
    return said


def _instrument(summary: RunSummary) -> list[str]:
    """How far the judgement can be trusted."""
    said = []
    if summary.customers:
        share = summary.other / summary.customers
        hint = "; add subjects to a taxonomy (voc init writes one, --taxonomy FILE uses it)" if share > 0.5 else ""
        counted = f"{summary.other:,} of {summary.customers:,} customer messages ({share:.0%})"
        said.append(f"no subject known for {counted}: topic “other”{hint}")
    warm = LifecycleConfig().warm_up / 1440
    for tenant, days in summary.baseline_days.items():
        if days < WANTED_DAYS:
            verdict = "nothing can be called unusual yet" if days <= warm else "alerts are possible, seasons are not known yet"
            said.append(f"tenant {tenant}: {days:.1f} days of baseline, {WANTED_DAYS:.0f} wanted: {verdict}")
        elif not summary.spikes:
            said.append(f"tenant {tenant}: {days:.1f} days of baseline, enough; no known subject grew beyond what is normal")
    return said


def _alerts(count: int) -> str:
    return "1 alert" if count == 1 else f"{count or 'no'} alerts"
