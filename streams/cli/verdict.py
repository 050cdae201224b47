"""`voc verdict`: what people say of an alert. “mute” also keeps its subject quiet for a while."""

import re
from datetime import UTC, datetime, timedelta

import click

from processors.redact import redact
from streams.cli.episode import one
from streams.cli.options import console, existing, inert, print_json
from streams.installation import Installation
from streams.warehouse.spikes import MUTED, VERDICTS, SpikeStore

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Duration(click.ParamType):
    """A time such as 90m, 24h or 7d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Between a minute and a year."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,6})([mhd])", str(value).strip())
        length = int(found[1]) * UNITS[found[2]] if found else timedelta()
        if not timedelta(minutes=1) <= length <= timedelta(days=366):
            self.fail(f"“{value}” is no time between 1m and 366d, such as 90m, 24h or 7d", param, ctx)
        return length


@click.command()
@click.argument("spike")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option("--by", default="", metavar="WHO", help="Who says so.")
@click.option("--note", default="", metavar="TEXT", help="Why.")
@click.option("--for", "muted", type=Duration(), metavar="TIME", help="How long a mute lasts: 90m, 24h, 7d (default).")
@existing
def verdict(
    installation: Installation, spike: str, verdict: str, by: str, note: str, muted: timedelta | None, as_json: bool
) -> None:
    """Record what an alert was worth. With “mute” nobody is told of its subject for a week, or --for so long; its episodes are
    recorded all the same; an emergent topic is muted for as long as it is the same one, at most. Any later verdict on that
    episode by the same person replaces the earlier one, and so lifts a mute. SPIKE is an id, or the beginning of one.

    \b
    Example:
      voc verdict 3f2a useful
      voc verdict 3f2a mute --for 24h --by ann --note "known since Monday"
    """
    if muted and verdict != "mute":
        raise click.UsageError("--for is how long a mute lasts, and this is none")
    lasts = muted or MUTED
    store = SpikeStore(installation.writer())
    found = one(store.starting_with(spike), spike)
    by, note = redact(by)[0], redact(note)[0]
    store.write_verdict(found, verdict, by, note, lasts)
    if as_json:
        print_json({"spike_id": found.id, "verdict": verdict, "by": by, "note": note})
    else:
        quiet = ""
        if verdict == "mute":
            ends = datetime.now(UTC) + lasts
            quiet = f"; nobody is told of {found.label} until {ends:%Y-%m-%d %H:%M} UTC"
            quiet += ", or until it ends" if found.kind == "emergent" else ""
        out = console()
        out.print(f"{found.id}: {verdict}{inert(quiet)}")
        subject = (found.tenant, found.kind, found.topic)
        for mute in store.mutes() if verdict != "mute" else ():
            if (mute.tenant, mute.kind, mute.topic) == subject:
                whose = f"{mute.by or 'somebody without --by'}, until {mute.until:%Y-%m-%d %H:%M} UTC"
                out.print(inert(f"its subject is still muted by {whose}: only a later verdict of the same person lifts that"))
