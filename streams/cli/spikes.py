"""`voc spikes`: the episodes."""

from collections.abc import Mapping, Sequence

import click
import msgspec
from rich.table import Table

from processors.card import called
from processors.proportions import wilson
from schemas.spikes import Spike
from streams.cli.options import console, inert, installed, print_json
from streams.installation import Installation
from streams.warehouse.spikes import SpikeStore


@click.command()
@click.option("--all", "everything", is_flag=True, help="Closed episodes too.")
@installed
def spikes(installation: Installation, everything: bool, as_json: bool) -> None:
    """List the episodes that are open.

    \b
    Example:
      voc spikes --all
    """
    new = not installation.exists()
    store = SpikeStore(installation.reader())
    episodes = store.episodes(only_open=not everything)
    if as_json:
        print_json(msgspec.to_builtins(episodes))
        return
    out = console()
    if new:
        out.print(
            f"no episode: there was no installation in {inert(installation.data_dir)}, and it is empty; is it the right one?"
        )
        return
    if not episodes:
        closed = 0 if everything else len(store.episodes())
        out.print("no episode" if everything or not closed else f"no episode is open; {closed} closed: voc spikes --all")
        return
    out.print(listed(episodes))
    if everything:
        out.print(precision(store.verdicts()))


def listed(episodes: Sequence[Spike]) -> Table:
    """A row for each. Of no width is an id cut."""
    table = Table(box=None, header_style="bold")
    table.add_column("id", no_wrap=True, min_width=16)  # it is to be copied
    for name in ("kind", "topic", "where", "since (UTC)", "closed", "observed", "expected", "owner"):
        table.add_column(name, overflow="fold")
    for spike in episodes:
        where = ", ".join(f"{called(found.dimension)} {found.value}" for found in spike.where) or "everywhere"
        closed_at = f"{spike.closed:%H:%M}" if spike.closed else "open"
        since, observed, expected = f"{spike.started:%Y-%m-%d %H:%M}", str(spike.observed), f"{spike.expected:.1f}"
        owner = spike.owner.partition(" (")[0]  # without the advice that stands on the card
        table.add_row(*map(inert, (spike.id, spike.kind, spike.label, where, since, closed_at, observed, expected, owner)))
    return table


def precision(verdicts: Mapping[str, int]) -> str:
    """What people said of the alerts, in a sentence: the share of useful ones, with its interval."""
    useful, known, noise = (verdicts.get(name, 0) for name in ("useful", "known", "noise"))
    judged = useful + known + noise
    if not judged:
        return "nobody has said what an alert was worth: voc verdict ID useful|known|noise"
    share = wilson(useful, judged)
    return (
        f"verdicts: {useful} useful, {known} known, {noise} noise; useful of those judged: {useful / judged:.0%} "
        f"({share.low:.0%} to {share.high:.0%})"
    )
