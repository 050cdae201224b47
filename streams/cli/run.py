"""`voc run`: a file through the whole pipeline, in one process."""

import os
import signal
from collections.abc import Collection
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from processors.detector import DetectorConfig
from processors.lifecycle import LifecycleConfig
from processors.redact import redact, redact_identifier
from streams import position
from streams.cli.budget import budget_of, with_budget
from streams.cli.options import announce, asked_to_stop, console, installed, print_json, same_place
from streams.cli.spinner import Spinner
from streams.cli.summary import print_summary, run_json
from streams.detect import Detect
from streams.embedded import EmbeddedRun, RunSummary
from streams.failures import UserError
from streams.inputs.lines import LineReader
from streams.inputs.mapping import load_mapping
from streams.inputs.reader import Reader
from streams.inputs.table import TableReader
from streams.installation import Installation
from streams.notify.file import notify_file
from streams.notify.outbox import deliverer_of
from streams.notify.terminal import TerminalNotifier
from streams.tell import Notifier, Odds, Tell
from streams.understand import Partition, Understand
from streams.understanding import load_understanding
from streams.warehouse.memory import Memory
from streams.warehouse.minutes import Minutes
from streams.warehouse.questions import Questions
from streams.warehouse.sink import WarehouseSink
from streams.warehouse.spikes import SpikeStore

SETTLED = timedelta(minutes=2)
"""What is owed at the end of a file is judged in the minute after it: a spike may open there."""
ANSWER_S = 30
"""How long the warehouse may take for an answer to those who send cards."""


@click.command()
@click.option("--input", "path", required=True, metavar="FILE|-", help="NDJSON of CloudEvents, also .gz; - is standard input.")
@click.option("--format", "form", type=click.Choice(["cloudevents", "csv"]), help="Default: cloudevents; csv if --map is given.")
@click.option("--map", "mapping", metavar="MAP.toml", help="Which column of a CSV means what.")
@click.option("--name", metavar="N", help="The input's name, under which its position is kept (default: the file's name).")
@click.option(
    "--tenant", metavar="T", default="default", show_default=True, help="The tenant of events that name none, or name “default”."
)
@click.option("--taxonomy", metavar="FILE", help="The subjects to tell apart (default: the setting, else the packaged ones).")
@click.option("--follow", is_flag=True, help="Go on reading as the file grows; silence closes minutes too. Ctrl-C ends it.")
@installed
def run(
    installation: Installation, path: str, form: str | None, mapping: str | None, name: str | None, tenant: str,
    taxonomy: str | None, follow: bool, as_json: bool,
) -> None:  # fmt: skip
    """Run the whole pipeline over a file: understand, count, detect, tell.

    The run remembers how far it has read an input of that name: the same file again changes nothing, a file that grew is
    read on, another file of the same name is read from its beginning. It ends by closing all minutes (not with --follow).

    \b
    Example:
      voc run --input chats.ndjson.gz
      voc run --input export.csv --map map.toml --data-dir ./trial
    """
    with open_reader(path, form, mapping, follow) as reader:
        given = name or ("stdin" if path == "-" else Path(path).name)
        source = redact_identifier(given)  # a file may be called after a customer
        summary = run_input(installation, reader, source, tenant=tenant, taxonomy=taxonomy, follow=follow, quiet=as_json)
    if as_json:
        print_json(run_json(summary))
    else:
        print_summary(installation, summary, source, console())
    if summary.truncated:
        raise UserError(
            f"{redact(path)[0]} is damaged after line {reader.offset}: what came before is stored; "
            "run the same command again with the whole file"
        )
    if summary.interrupted:
        raise KeyboardInterrupt


def open_reader(path: str, form: str | None, mapping: str | None, follow: bool) -> Reader:
    """The reader of a file; raises UsageError or InputError."""
    form = form or ("csv" if mapping else "cloudevents")
    if form == "csv" and not mapping:
        raise click.UsageError("--format csv needs --map MAP.toml: which column is the text, which the time?")
    if form == "cloudevents" and mapping:
        raise click.UsageError("--map is for --format csv")
    if form == "csv" and follow:
        raise click.UsageError("--follow reads NDJSON only")
    return TableReader(path, load_mapping(mapping)) if mapping else LineReader(path, follow=follow)


def run_input(
    installation: Installation, reader: Reader, source: str, *, tenant: str = "default", taxonomy: str | None = None,
    without: Collection[str] = (), follow: bool = False, quiet: bool = False, deliver: bool = True,
) -> RunSummary:  # fmt: skip
    """Read an input into an installation, with progress on a terminal; what it did, and the episodes of its span of time. The
    packaged taxonomy is used `without` these intents. `deliver`: cards go to whom notify.toml names."""
    settings = installation.settings
    notify = notify_file(settings.notify, os.environ) if deliver else None
    subjects, pipeline = load_understanding(settings, taxonomy, announce, without)
    installation.claim_run()
    client = installation.writer()
    memory, spikes, questions = Memory(client), SpikeStore(client), Questions(client)
    notifiers: list[Notifier] = [TerminalNotifier(console(err=quiet), same_place(installation))] if follow else []
    sends = notify if notify and (follow or notify.config.channels) else None
    deliverer = deliverer_of(settings, sends, lambda: installation.worker_client(ANSWER_S)) if sends else None
    tell = Tell(
        questions=questions, spikes=spikes, taxonomy=subjects, out=installation.data_dir / "out", notifiers=notifiers,
        odds=Odds(settings.false_alerts, settings.alerts_per_week), outbox=deliverer,
        language=settings.language, zone=ZoneInfo(settings.zone),
    )  # fmt: skip
    config = DetectorConfig(lifecycle=with_budget(LifecycleConfig(), budget_of(settings)))
    with _Display(console(err=True)) as display, deliverer or nullcontext():
        detect = Detect(
            minutes=Minutes(client), memory=memory, spikes=spikes, publish=tell, config=config, progress=display.closed
        )
        understanding = memory.understanding(pipeline.fingerprint)
        state = position.load(memory, source)
        now = {"pipeline or taxonomy": understanding, "--tenant": tenant}
        before = {"pipeline or taxonomy": state.understanding, "--tenant": state.tenant}
        state.understanding, state.tenant, state.clock.lateness = understanding, tenant, settings.lateness_s
        understand = Understand(
            pipeline=pipeline, understanding=understanding, sink=WarehouseSink(client), publish=detect.on_progress, tenant=tenant
        )
        embedded = EmbeddedRun(
            reader=reader, partition=Partition(source, 0, state.clock), understand=understand, detect=detect, positions=memory,
            state=state, batch_lines=settings.batch_lines, progress=display.read,
        )  # fmt: skip
        if follow:
            asked = asked_to_stop()
            summary = embedded.follow(lambda: bool(asked))
            summary.interrupted = signal.SIGINT in asked
        else:
            summary = embedded.to_the_end()
        if deliverer:
            display.say("sending what is owed")
            summary.owed = deliverer.drain(settings.patience_s)
    summary.changed = [name for name in now if summary.resumed_at and now[name] != before[name]]
    summary.baseline_days = detect.baseline_days
    if summary.first and summary.last:
        summary.customers, summary.other = questions.shares(summary.first, summary.last)
        summary.spikes = spikes.episodes(summary.first, summary.last + SETTLED)
        summary.cards = [spikes.body(spike.id) for spike in summary.spikes]
    return summary


class _Display(Spinner):
    def __init__(self, terminal: Console) -> None:
        super().__init__(terminal, "reading")
        self._events = 0

    def read(self, summary: RunSummary) -> None:
        """A batch is done."""
        self._events = summary.events

    def closed(self, minute: int) -> None:
        """Minutes before this one are judged."""
        at = datetime.fromtimestamp(minute, UTC)
        self.say(f"{self._events:,} events read, judged up to {at:%Y-%m-%d %H:%M} UTC")
