"""How a worker starts: everything that can be wrong is looked at first, and said in one sentence.

1. Kafka answers, its topics are there, and we may use them; nobody tells in a group of another name
2. notify.toml is read; taxonomy and pipeline are loaded, their models built
3. the warehouse answers, and its schema is current
4. the app runs
"""

import os
import socket
from collections.abc import Callable, Collection
from pathlib import Path

from aiokafka.errors import KafkaError

from processors.detector import DetectorConfig
from schemas.kafka_topics import PROGRESS, SOURCES, SPIKES, kafka_name
from streams.failures import UserError
from streams.installation import Installation
from streams.kafka import admin, lag
from streams.kafka.connection import Connection, from_settings
from streams.kafka.worker import Parts, Worker, group_of
from streams.notify.file import NotifyFile, notify_file
from streams.settings import Settings
from streams.telemetry import log
from streams.understanding import load_understanding


def run_worker(
    installation: Installation,
    roles: Collection[str],
    *,
    config: DetectorConfig,
    announce: Callable[[str], None] = lambda _message: None,
) -> None:
    """Work until SIGINT or SIGTERM. Blocking; raises UserError, SinkUnavailable, RefusesAll, TaxonomyError, PipelineError."""
    settings = installation.settings
    connection = from_settings(settings)
    installation.make_directory()
    _check_port(settings)
    notify = notify_file(settings.notify, os.environ) if "tell" in roles else NotifyFile(Path(), {})
    partitions = _look(connection, roles, settings.patience_s)
    taxonomy, pipeline = load_understanding(settings, announce=announce)
    installation.migrate()
    parts = Parts(
        settings=settings,
        connection=connection,
        client=installation.worker_client,
        taxonomy=taxonomy,
        pipeline=pipeline,
        sources=[
            (kafka_name(connection.prefix, name), partition) for name in SOURCES for partition in range(partitions.get(name, 0))
        ],
        config=config,
        out=installation.data_dir / "out",
        notify=notify,
    )
    log.info("worker_starts", roles=",".join(roles), source_partitions=len(parts.sources))
    try:
        Worker(parts, roles).run()
    except KafkaError as error:  # by name only: its words may hold what was sent
        raise UserError(
            f"Kafka ended the work ({type(error).__name__}); `voc kafka describe` and `voc kafka lag` tell how it stands there, "
            "then start the worker again (nothing is lost)"
        ) from error


def _check_port(settings: Settings) -> None:
    """Raises UserError if nobody can listen where the web views should be."""
    if settings.worker_port:
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((settings.worker_host, settings.worker_port))
            except OSError as error:
                raise UserError(
                    f"the web views of this worker cannot listen at {settings.worker_host}:{settings.worker_port} "
                    f"({error.strerror}): set VOC_WORKER_PORT to another port, or to 0 for none"
                ) from error


def _look(connection: Connection, roles: Collection[str], patience_s: float) -> dict[str, int]:
    """How many partitions each topic that the roles need has. Raises UserError, SinkUnavailable."""
    needs = {"understand": [*SOURCES], "detect": [*SOURCES, PROGRESS], "tell": [SPIKES]}  # DETECT knows whom it must hear of
    reads = dict.fromkeys(name for role in roles for name in needs[role])
    writes = [name for role, name in (("understand", PROGRESS), ("detect", SPIKES)) if role in roles]
    found = admin.check_topics(connection, reads=reads, writes=writes, patience_s=patience_s)
    mine = group_of(connection.prefix, roles)
    if "tell" in roles:
        others = {group for group in lag.active_groups(connection) if group != mine and group.endswith("tell")}
        if others:
            raise UserError(
                f"TELL already works in the consumer group {sorted(others)[0]}, and here it would be {mine}: both would tell; "
                "give all workers with that role the same --roles, or stop the other ones"
            )
    return found
