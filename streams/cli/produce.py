"""`voc produce`: a file of events to Kafka."""

import re
import signal
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console

from processors.redact import redact
from streams.cli.kafka import connect
from streams.cli.options import asked_to_stop, common, console, print_json
from streams.cli.spinner import Spinner
from streams.failures import UserError

if TYPE_CHECKING:
    from streams.kafka.produce import Produced

_SPEED = re.compile(r"(\d+(?:\.\d+)?)x?")
FASTEST = 1_000_000.0
TRUNCATED = "truncated_input"


@click.command()
@click.option("--input", "path", required=True, metavar="FILE|-", help="NDJSON of CloudEvents, also .gz; - is standard input.")
@click.option(
    "--rate", type=click.FloatRange(0, FASTEST, min_open=True), metavar="N", help="Events a second (default: as fast as it goes)."
)
@click.option("--speed", metavar="60x", help="Follow the events' own times, so many times as fast.")
@click.option("--send-invalid", is_flag=True, help="Send lines that cannot be decoded too, as they are, to the chat topic.")
@common
def produce(path: str, rate: float | None, speed: str | None, send_invalid: bool, as_json: bool, data_dir: str | None) -> None:
    """Send the events of a file to Kafka, each to the topic of its type, keyed by its subject.

    A line that is no JSON, has no known type or no subject, or is longer than 1 MiB is not sent: its number and the reason
    are told at the end. Kafka may be away for up to ten minutes: nothing is lost. Ctrl-C waits for what is on its way.

    \b
    Example:
      voc produce --input watch.ndjson.gz --speed 60x
    """
    if rate and speed:
        raise click.UsageError("--rate and --speed exclude each other")
    factor = _factor(speed) if speed else 0.0
    connection, patience_s = connect(data_dir)
    from streams.kafka import produce as sending  # here: half a second that the other verbs of `voc` need not spend

    asked = asked_to_stop()
    with _Display(console(err=True), quiet=as_json) as display:
        done = sending.produce(
            connection, path, rate=rate or 0.0, speed=factor, send_invalid=send_invalid, stopped=lambda: bool(asked),
            progress=display.sent, patience_s=patience_s,
        )  # fmt: skip
    if as_json:
        print_json(as_counts(done))
    else:
        _print(done)
    if done.interrupted:
        click.echo(
            f"voc: interrupted after {done.read:,} events; {done.sent:,} are acknowledged, {done.lost:,} may or may not be "
            "stored; the same command sends all again (an event that is sent twice counts once)",
            err=True,
        )
        sys.exit(130 if signal.SIGINT in asked else 0)
    if done.refused and not done.sent and TRUNCATED not in done.refused:
        raise UserError(f"nothing of {redact(path)[0]} was sent: each line was refused, see above why")
    if TRUNCATED in done.refused:
        raise UserError(
            f"{redact(path)[0]} is damaged after line {done.refused[TRUNCATED].lines[0]}: what came before is sent; "
            "run the same command again with the whole file"
        )


def as_counts(done: "Produced") -> dict[str, object]:
    """What was done as scripts read it."""
    return {
        "read": done.read,
        "sent": done.sent,
        "refused": {reason: refused.count for reason, refused in done.refused.items()},
        "refused_lines": {reason: refused.lines for reason, refused in done.refused.items()},
        "by_topic": done.by_topic,
        "seconds": round(done.seconds, 3),
    }


def _factor(speed: str) -> float:
    found = _SPEED.fullmatch(speed)
    if not found or not 0 < float(found[1]) <= FASTEST:
        raise click.UsageError(f"--speed wants a factor like 60x, at most {FASTEST:,.0f}x; it has “{speed}”")
    return float(found[1])


def _print(done: "Produced") -> None:
    out = console()
    rate = f", {done.sent / done.seconds:,.0f} a second" if done.seconds else ""
    out.print(f"{done.read:,} lines read, {done.sent:,} events sent and acknowledged in {done.seconds:.1f} s{rate}")
    for topic, count in sorted(done.by_topic.items()):
        out.print(f"  {topic}: {count:,}")
    for reason, refused in sorted(done.refused.items()):
        more = " …" if refused.count > len(refused.lines) else ""
        lines = "line" if refused.count == 1 else "lines"
        out.print(f"not sent, {reason}: {refused.count:,} ({lines} {', '.join(map(str, refused.lines))}{more})")


class _Display(Spinner):
    def __init__(self, terminal: Console, *, quiet: bool) -> None:
        super().__init__(terminal, "connecting", quiet=quiet)

    def sent(self, done: "Produced") -> None:
        """Some more are read, some more acknowledged."""
        self.say(f"{done.read:,} events read, {done.sent:,} acknowledged")
