"""`voc verdict`: what people say of an alert. “mute” also keeps its subject quiet for a while."""

import click

from processors.redact import redact
from streams.cli.explain import one
from streams.cli.options import console, installed, print_json
from streams.installation import Installation
from streams.warehouse.spikes import MUTED_DAYS, SpikeStore

VERDICTS = ("useful", "known", "noise", "mute")


@click.command()
@click.argument("spike")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option("--by", default="", metavar="WHO", help="Who says so.")
@click.option("--note", default="", metavar="TEXT", help="Why.")
@installed
def verdict(installation: Installation, spike: str, verdict: str, by: str, note: str, as_json: bool) -> None:
    """Record what an alert was worth. With “mute” nobody is told of its subject for a week; its episodes are recorded all the
    same; an emergent topic is muted for as long as it is the same one. Any later verdict on that episode by the same person
    replaces the earlier one, and so lifts a mute. SPIKE is an id, or the beginning of one.

    \b
    Example:
      voc verdict 3f2a useful
      voc verdict 3f2a mute --by ann --note "known since Monday"
    """
    store = SpikeStore(installation.writer())
    found = one(store.starting_with(spike), spike)
    by, note = redact(by)[0], redact(note)[0]
    store.write_verdict(found, verdict, by, note)
    if as_json:
        print_json({"spike_id": found.id, "verdict": verdict, "by": by, "note": note})
    else:
        long = "while it lasts" if found.kind == "emergent" else f"for {MUTED_DAYS} days"
        muted = f"; nobody is told of {found.label} {long}" if verdict == "mute" else ""
        console().print(f"{found.id}: {verdict}{muted}")
