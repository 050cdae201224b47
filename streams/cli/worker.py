"""`voc worker`: the pipeline on Kafka, one process of many."""

import os
import signal

import click

from processors.detector import DetectorConfig
from processors.lifecycle import LifecycleConfig
from streams.cli.budget import budget_of, with_budget
from streams.cli.options import announce, installed
from streams.installation import Installation

TOLD = 128 + signal.SIGTERM
"""Status of one that is told to end before it has begun. Without a handler process 1 of a container would not hear of it."""


class Roles(click.ParamType):
    """A list of roles, separated by commas."""

    name = "roles"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """Every name must be one of the three."""
        from streams.kafka.worker import ROLES

        roles = [role.strip() for role in value.split(",") if role.strip()]
        for role in roles:
            if role not in ROLES:
                self.fail(f"“{role}” is none of {', '.join(ROLES)}", param, ctx)
        return roles or list(ROLES)


@click.command()
@click.option(
    "--roles", type=Roles(), default="understand,detect,tell", show_default=True, metavar="LIST",
    help="What this worker does; DETECT and TELL belong in the same workers, or each in its own.",
)  # fmt: skip
@installed
def worker(installation: Installation, roles: list[str], as_json: bool) -> None:
    """Work on Kafka until SIGTERM or Ctrl-C: understand, count, detect, tell.

    Start as many as there are partitions to read (on one machine each with a VOC_WORKER_PORT of its own, or 0); a worker that
    ends finishes and commits what it has in hand (a second Ctrl-C ends it at once; the next worker does it then). `VOC_KAFKA`
    names the brokers, `voc kafka create` makes the topics, GET /healthz and /metrics tell how it goes. --json changes nothing
    here.

    \b
    Example:
      voc worker
      voc worker --roles understand
      voc worker --roles detect,tell
    """
    signal.signal(signal.SIGTERM, lambda *_: os._exit(TOLD))  # Faust has its own, later
    from streams.kafka.start import run_worker  # Faust and aiokafka take half a second to import

    config = DetectorConfig(lifecycle=with_budget(LifecycleConfig(), budget_of(installation.settings)))
    run_worker(installation, roles, config=config, announce=announce)
