"""`voc`: verbs of the job. Exit codes: 0 done, 1 failed (one line says what and what to do), 2 usage, 130 interrupted."""

import errno
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import click
from clickhouse_driver import errors

from processors.intents.taxonomy import TaxonomyError
from processors.models import ModelsUnavailable
from processors.pipeline import PipelineError
from streams.cli import (
    backtest,
    briefing,
    dead_letters,
    demo,
    detect,
    discover,
    doctor,
    explain,
    forget,
    grafana,
    init,
    kafka,
    notify,
    produce,
    rerun,
    run,
    simulate,
    spikes,
    sql,
    tag,
    taxonomy,
    verdict,
    warehouse,
    worker,
)
from streams.cli import settings as settings_verb
from streams.failures import RefusesAll, SinkUnavailable, UserError
from streams.inputs.record import InputError

CLEAR = (UserError, SinkUnavailable, RefusesAll, InputError, PipelineError, TaxonomyError, ModelsUnavailable)
"""Failures whose message is written for the person at the keyboard."""
ACCESS_DENIED = 497
"""Of the warehouse's errors."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="groundswell", prog_name="voc")
def voc() -> None:
    """Groundswell reads customer-service conversations as they happen and tells the team that owns a subject when it grows
    beyond what is normal."""


VERBS = (
    demo.demo,
    run.run,
    worker.worker,
    kafka.kafka,
    produce.produce,
    init.init,
    simulate.simulate,
    tag.tag,
    detect.detect,
    discover.discover,
    taxonomy.taxonomy,
    spikes.spikes,
    explain.explain,
    verdict.verdict,
    briefing.briefing,
    notify.notify,
    grafana.grafana,
    backtest.backtest,
    sql.sql,
    dead_letters.dead_letters,
    rerun.rerun,
    forget.forget,
    warehouse.warehouse,
    warehouse.migrate,
    settings_verb.settings,
    doctor.doctor,
)
for verb in VERBS:
    voc.add_command(verb)


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
    except CLEAR as error:
        _fail(str(error))
    except errors.ServerException as error:
        if error.code != ACCESS_DENIED:
            _internal(error)
        _fail("the warehouse's user has not the right to that; `voc doctor` says what is missing (deploy/clickhouse/users.sql)")
    except OSError as error:
        full = error.errno == errno.ENOSPC
        _fail("the disk is full; free some space and run the same command again" if full else str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, one line and an exit code; debug raises it again
        _internal(error)


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
