"""`voc rerun`: history understood again with the present taxonomy."""

from datetime import UTC, datetime

import click
from rich.console import Console

from streams.cli.dead_letters import MOMENT
from streams.cli.options import announce, console, existing, print_json
from streams.cli.spinner import Spinner
from streams.failures import RefusesAll, UserError
from streams.installation import Installation
from streams.recount import Recount, publisher
from streams.rerun import Reran, Rerun
from streams.understanding import load_understanding
from streams.warehouse.history import Day, History
from streams.warehouse.memory import Memory
from streams.warehouse.minutes import DAY, Minutes


@click.command()
@click.option("--from", "start", type=MOMENT, required=True, metavar="TIME", help="From this day or time on (UTC) ...")
@click.option(
    "--to", "end", type=MOMENT, metavar="TIME",
    help="... up to before this one (default: a day before the last minute that was judged).",
)  # fmt: skip
@click.option("--tenant", default="", metavar="T", help="Only this tenant's feedback.")
@click.option("--taxonomy", metavar="FILE", help="The subjects to tell apart (default: the setting, else the packaged ones).")
@existing
def rerun(
    installation: Installation, start: datetime, end: datetime | None, tenant: str, taxonomy: str | None, as_json: bool
) -> None:
    """Understand stored feedback again, with the pipeline and taxonomy of now: its intents, feelings, speech acts and the other
    signs. Everything else stays as it came. Charts and counts follow; alerts that were given stay. The words are redacted
    already: what was taken out then is not there to be understood.

    The last day that was judged is left as it is unless --to reaches into it: the detector is given its differences as news, so
    a subject that a new taxonomy finds there may be told as a surge.

    It goes on where an interrupted one stopped, and changes nothing the second time. Workers and a voc run --follow that are at
    work go on with the taxonomy that they began with: first change the setting and restart them.

    \b
    Example:
      voc rerun --from 2026-11-01
      voc rerun --from 2026-11-01 --to 2026-11-08 --taxonomy taxonomy.yaml --tenant acme
    """
    if end and start >= end:
        raise click.UsageError("--from must lie before --to")
    _, pipeline = load_understanding(installation.settings, taxonomy, announce)
    client = installation.writer()
    first, last = _minute(start), _minute(end) if end else Minutes(client).last_given() - DAY
    if first >= last:
        raise UserError(f"nothing that was judged more than a day ago begins at {start:%Y-%m-%d %H:%M}; name a --to")
    understanding = Memory(client).understanding(pipeline.fingerprint)
    with publisher(installation.settings) as publish, _Display(console(err=True), "reading", quiet=as_json) as display:
        again = Rerun(
            history=History(client, understanding, tenant),
            pipeline=pipeline,
            understanding=understanding,
            recount=Recount(Minutes(client), publish),
            progress=display.read,
        )
        try:
            reran = again(first, last)
        except RefusesAll as error:
            raise UserError(f"{error}; mend it, then run the same command again: what was understood stays") from error
    if as_json:
        print_json(reran._asdict() | {"from": datetime.fromtimestamp(first, UTC), "to": datetime.fromtimestamp(last, UTC)})
    else:
        console().print(f"{_said(reran)}; up to {datetime.fromtimestamp(last, UTC):%Y-%m-%d %H:%M} UTC")


def _said(reran: Reran) -> str:
    if not reran.feedback:
        return "there is no feedback in that time"
    said = (
        f"{reran.feedback:,} pieces of feedback stand there; {reran.understood:,} understood again, {reran.changed:,} of them "
        f"differently; {reran.minutes:,} minutes counted again (understanding {reran.understanding})"
    )
    return said + (f"; a processor failed on {reran.failed:,}, which are as they were" if reran.failed else "")


class _Display(Spinner):
    def __init__(self, terminal: Console, first: str, *, quiet: bool) -> None:
        super().__init__(terminal, first, quiet=quiet)

    def read(self, day: Day, done: int) -> None:
        """So much of a day is done."""
        self.say(f"{datetime.fromtimestamp(day.start, UTC):%Y-%m-%d}: {done:,} of {day.to_do:,} understood again")


def _minute(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp()) // 60 * 60
