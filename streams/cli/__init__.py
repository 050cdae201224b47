"""`voc`: verbs of the job. Exit codes: 0 done, 1 failed (one line says what and what to do), 2 usage, 130 interrupted."""

import errno
import os
import sys
import traceback
from pathlib import Path
from pkgutil import resolve_name
from typing import NoReturn

import click

from processors.failure import Failure
from streams.cli.group import CommandGroup

ACCESS_DENIED = 497
"""Of the warehouse's errors."""
VERBS = {
    "demo": ("demo:demo", "See all of it: a story simulated, read, and its one alert."),
    "run": ("run:run", "Read a file or a stream: understand, count, detect, tell."),
    "worker": ("worker:worker", "Do the same on Kafka, until SIGTERM or Ctrl-C."),
    "kafka": ("kafka:kafka", "Make the workers' Kafka topics, and see how far they are."),
    "produce": ("produce:produce", "Send the events of a file to Kafka."),
    "init": ("init:init", "Write commented settings to start from."),
    "simulate": ("simulate:simulate", "Write a simulated stream of events, and what is true of it."),
    "tag": ("tag:tag", "Understand texts: intents, sentiment, speech act."),
    "detect": ("detect:detect", "Judge counts of your own."),
    "discover": ("discover:discover", "Find topics in a file that nobody had named."),
    "taxonomy": ("taxonomy:taxonomy", "Check, train and measure the taxonomy; draft an entry."),
    "spikes": ("spikes:spikes", "List the episodes that are open, or all."),
    "explain": ("explain:explain", "Explain an episode: how much, since when, in whose words."),
    "verdict": ("verdict:verdict", "Record what an alert was worth, or mute its subject."),
    "briefing": ("briefing:briefing", "Write one page about the last days, for everybody."),
    "notify": ("notify:notify", "See who is told of what, try a channel, preview a message."),
    "grafana": ("grafana:grafana", "Write dashboards and alert rules; check a Grafana."),
    "backtest": ("backtest:backtest", "Say what would have been alerted in the last days."),
    "sql": ("sql:sql", "Ask the warehouse a question."),
    "dead-letters": ("dead_letters:dead_letters", "See what could not be read, and read it again."),
    "rerun": ("rerun:rerun", "Understand stored feedback again, with today's taxonomy."),
    "forget": ("forget:forget", "Erase what one customer said."),
    "warehouse": ("warehouse:warehouse", "Start, stop and see the embedded warehouse."),
    "migrate": ("warehouse:migrate", "Bring the warehouse's schema up to date."),
    "settings": ("settings:settings", "Print every setting that is in force."),
    "doctor": ("doctor:doctor", "Look at everything that an installation needs."),
}
"""Where each verb stands, and what it does in a few words, in the order of their help."""


class Verbs(CommandGroup):
    """A verb is imported when it is called for: to list them all, or to look at the settings, nobody waits for the models."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of VERBS."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import it."""
        if cmd_name in VERBS and cmd_name not in self.commands:
            self.add_command(resolve_name(f"streams.cli.{VERBS[cmd_name][0]}"), cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in VERBS.items()])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="groundswell", prog_name="voc")
def voc() -> None:
    """Groundswell reads customer-service conversations as they happen and tells the team that owns a subject when it grows
    beyond what is normal."""


def main() -> None:
    """The console script: runs a verb, and turns whatever it raises into one line and an exit code."""
    try:
        voc.main(prog_name="voc", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("voc: interrupted; what was read is safe, the same command goes on from there", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; say nothing at exit either
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - whatever it is, one line and an exit code; debug raises it again
        message = _explained(error)
        if message is None:
            _internal(error)
        _fail(message)


def _explained(error: Exception) -> str | None:
    """What a failure says to the person at the keyboard; None: it is a defect of ours."""
    if isinstance(error, Failure):
        return str(error)
    from clickhouse_driver import errors  # what raised it has them loaded already

    if isinstance(error, errors.ServerException) and error.code == ACCESS_DENIED:
        return "the warehouse's user has not the right to that; `voc doctor` says what is missing (deploy/clickhouse/users.sql)"
    if isinstance(error, OSError):
        full = error.errno == errno.ENOSPC
        return "the disk is full; free some space and run the same command again" if full else str(error)
    return None


def _internal(error: Exception) -> NoReturn:
    if os.environ.get("VOC_LOG_LEVEL", "").lower() == "debug":
        raise error
    place = traceback.extract_tb(error.__traceback__)[-1]
    _fail(
        f"internal error ({type(error).__name__} at {Path(place.filename).name}:{place.lineno}); "
        "VOC_LOG_LEVEL=debug shows the whole of it"
    )


def _fail(message: str) -> NoReturn:
    click.echo(f"voc: {message}", err=True)
    sys.exit(1)
