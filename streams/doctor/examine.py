"""The checks of an installation, in the order in which one thing needs the other."""

from collections.abc import Generator, Iterator
from functools import partial
from urllib.parse import unquote, urlsplit

from streams.doctor import files, telling
from streams.doctor.finding import Check, Finding, examined
from streams.doctor.kafka import KafkaChecks
from streams.doctor.warehouse import WarehouseChecks
from streams.settings import SECRETS, Settings
from streams.warehouse.embedded import EmbeddedWarehouse

MODELS_S = 20.0
"""How long a taxonomy or pipeline may take: models are built at their first use."""
START_S = 20.0
"""How long an embedded warehouse may take to start."""
BUILDING = "models are being built at their first use: run it again in a minute"


def examine(settings: Settings, embedded: EmbeddedWarehouse) -> Iterator[Finding]:
    """All findings, as they are found. Blocks for at most ten seconds a check, twenty where something is built or started.

    Where a warehouse or Kafka does not answer, that is the one finding about it.
    """
    secrets = [*secret_parts(settings), *telling.secrets(settings)]
    warehouse, kafka = WarehouseChecks(settings, embedded), KafkaChecks(settings)
    yield from examined(_before(settings), secrets)
    answers = yield from _first(Check("warehouse", warehouse.answers, START_S), secrets)
    there = answers and warehouse.is_there
    if there:
        yield from examined(_warehouse(warehouse), secrets)
    if (yield from _first(Check("Kafka", kafka.reachable), secrets)) and settings.kafka:
        yield from examined([Check("Kafka topics", kafka.topics), Check("lag", kafka.lag)], secrets)
    yield from examined(telling.channels(settings), secrets)
    if there:
        yield from examined([Check("deliveries", warehouse.deliveries)], secrets)
    links, grafana = partial(telling.links, settings), partial(telling.grafana, settings)
    yield from examined([Check("links", links), Check("Grafana", grafana)], secrets)


def secret_parts(settings: Settings) -> list[str]:
    """What of the settings must never be shown: the secrets, and the passwords in addresses, as written and decoded."""
    found = []
    for name in SECRETS:
        value = getattr(settings, name)
        found.append(value)
        if "://" in value:
            try:
                password = urlsplit(value).password or ""
            except ValueError:
                continue
            found += [password, unquote(password)]
    return found


def _first(check: Check, secrets: list[str]) -> Generator[Finding, None, bool]:
    """What a check finds, and whether it is worth looking further."""
    good = True
    for finding in examined([check], secrets):
        good = good and finding.level != "problem"
        yield finding
    return good


def _before(settings: Settings) -> list[Check]:
    return [
        Check("settings", files.settings_file),
        Check("taxonomy", partial(files.taxonomy, settings), MODELS_S, BUILDING, "warning"),
        Check("pipeline", partial(files.pipeline, settings), MODELS_S, BUILDING, "warning"),
        Check("notify.toml", partial(telling.notify, settings)),
        Check("data directory", partial(files.data_directory, settings)),
        Check("disk", partial(files.disk, settings)),
    ]


def _warehouse(warehouse: WarehouseChecks) -> list[Check]:
    return [
        Check("migrations", warehouse.migrations),
        Check("writer's rights", warehouse.writer),
        Check("reader's rights", warehouse.reader),
        Check("retention", warehouse.retention),
        Check("clock", warehouse.clock),
        Check("warehouse's disk", warehouse.disk),
        Check("last judged minute", warehouse.movement),
    ]
