"""Every setting in one frozen object: defaults, then voc.toml, then VOC_* from the environment.

`voc settings` prints what is in force, secrets masked. A key that is not known is an error that names the nearest.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from processors.spelling import meant
from streams.failures import UserError
from streams.telemetry import LEVELS

FILE = "voc.toml"
SECRETS = ("clickhouse_url", "clickhouse_read_url", "kafka_password", "link_secret", "grafana_token")
"""Only from the environment: they are or hold passwords."""
SECURITY = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MAX_DAYS = 10_000
"""The tables tell time in 32 bits, which end in 2106."""
PREFIX = re.compile(r"[A-Za-z0-9_-]{1,100}")
ADDRESS = re.compile(r"https?://[^\s\"'<>()\[\]|\\\x00-\x1f]+")
"""An address that is harmless in whatever a card is rendered to."""
SECRET_LENGTH = 16
SASL = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


class Settings(Struct, frozen=True, kw_only=True):
    """What can be set. Each field is a key of voc.toml, and VOC_ + its name in capitals in the environment."""

    data_dir: str = "voc-data"
    """Where an installation keeps everything of its own; --data-dir goes before it."""
    taxonomy: str = ""
    """Path of taxonomy.yaml; empty: the packaged one. --taxonomy goes before it."""
    pipeline: str = ""
    """Path of pipeline.toml; empty: the packaged one."""
    models_dir: str = ""
    """Where models lie that are built at first use; empty: the user's cache directory. Several installations may share one."""
    tcp_port: int = 0
    """Native port of the embedded warehouse on 127.0.0.1; 0: a free one, the same as last time if it still is."""
    http_port: int = 0
    """HTTP port of the embedded warehouse, likewise."""
    batch_lines: int = 2000
    """Lines of a file that are understood, stored and judged at a time."""
    lateness_s: float = 60.0
    """How far behind the greatest event time most events arrive: minutes close this long after their end."""
    false_alerts: float = 1.0
    """The alert budget: false alerts that are acceptable per 1,000 topics a day."""
    alerts_per_week: float = 0.0
    """If set, the alert budget instead: false alerts that are acceptable a week, of all of a tenant's topics together."""
    patience_s: float = 30.0
    """How long a command waits for a warehouse that does not answer."""
    log_level: str = "warning"
    """debug, info, warning or error."""
    clickhouse_url: str = ""
    """clickhouse[s]://user:password@host:port/database; empty: the embedded warehouse."""
    clickhouse_read_url: str = ""
    """The same for a user that may only SELECT the views; `voc sql` needs it when clickhouse_url is set."""
    feedback_days: int = 0
    """Days that feedback, surveys, orders, conversations and context are kept after they were stored; 0: as the tables have it
    (400 at first)."""
    count_days: int = 0
    """Days that counts, what the detector was given and its verdicts are kept; 0: as the tables have it (800 at first)."""
    dead_letter_days: int = 0
    """Days that the reasons of dead letters are kept; 0: as the table has it (90 at first) ..."""
    dead_letter_raw_days: int = 0
    """... and their bytes, which a replay needs; 0: as the table has it (7 at first)."""
    kafka: str = ""
    """host:port of one or more Kafka brokers, separated by commas; empty: no Kafka."""
    kafka_prefix: str = "voc"
    """What the names of Kafka topics and consumer groups begin with: installations that share a cluster need different ones."""
    kafka_security: str = "PLAINTEXT"
    """PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."""
    kafka_ca: str = ""
    """PEM file of the authority that signed the brokers' certificates; empty: the system's."""
    kafka_certificate: str = ""
    """PEM file of the client's certificate, where brokers ask for one ..."""
    kafka_key: str = ""
    """... and of its private key."""
    kafka_sasl_mechanism: str = "SCRAM-SHA-512"
    """PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512."""
    kafka_user: str = ""
    """User name for SASL."""
    kafka_password: str = ""
    """Password for SASL."""
    worker_instance: str = ""
    """A name that this worker keeps over restarts (in a StatefulSet: the pod's name): within the session timeout nobody else
    takes its partitions. Empty: none."""
    worker_host: str = "127.0.0.1"
    """Where the worker's web views (/healthz, /metrics) listen; in a container: 0.0.0.0 ..."""
    worker_port: int = 6066
    """... and their port; 0: no web views."""
    session_timeout_s: float = 15.0
    """How long a dead worker's partitions wait for another owner."""
    batch_records: int = 4000
    """Records that UNDERSTAND saves and commits at a time, at most ..."""
    batch_seconds: float = 1.0
    """... and how long the first of them waits for others."""
    dead_letter_limit: float = 0.5
    """Share of dead letters among a worker's last 1,000 records (at least 200 of them read) above which it stops, so that a bad
    deployment does not drain a topic into them; 1: no limit."""
    language: Literal["zh", "en"] = "en"
    """Language of the cards in files and on the terminal, and of the briefing: zh or en. In notify.toml each
    channel has its own ..."""
    zone: str = "UTC"
    """... and the time zone of the times in them, such as Asia/Shanghai."""
    notify: str = ""
    """Path of notify.toml: who is told of what, and how; empty: notify.toml in the working directory, if there is one."""
    public_url: str = ""
    """Where people's browsers reach the web views of a worker (https://voc.example.com): the verdict buttons of a card lead
    there. Empty: cards name the commands instead."""
    link_secret: str = ""
    """What verdict links are signed with: 16 characters or more, the same for all workers. They stop working when it changes."""
    grafana_url: str = ""
    """Where people's browsers reach Grafana: cards link to the dashboard of their spike. Empty: no link."""
    grafana_token: str = ""
    """Token of a Grafana service account that may read (glsa_…): for `voc grafana check` and `voc doctor`."""


def load(directory: Path | None = None, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """The settings in force. `given` are options of the command line (None: not given). Raises UserError."""
    environment = os.environ if environment is None else environment
    values = _from_file((directory or Path()) / FILE)
    values |= _from_environment(environment)
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        rule, _, name = str(error).partition(" - at `$.")
        name = name.rstrip("`")
        raise UserError(f"a setting is wrong: {name} (VOC_{name.upper()}): {rule.lower()}") from None
    _check(settings)
    return settings


def shown(settings: Settings) -> dict[str, Any]:
    """All settings by name, secrets masked."""
    values = msgspec.structs.asdict(settings)
    return {name: "***" if name in SECRETS and value else value for name, value in values.items()}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    for name in values:
        if name in SECRETS:
            raise UserError(f"{path}: “{name}” holds a password; put it into the environment as VOC_{name.upper()}")
        if name not in Settings.__struct_fields__:
            raise UserError(f"{path}: unknown key “{name}”; {meant(name, Settings.__struct_fields__)}")
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    known = {f"VOC_{name.upper()}": name for name in Settings.__struct_fields__}
    for key in environment:
        # Only what looks like a slip: orchestrators put VOC_..._SERVICE_HOST and the like into the environment.
        if key.startswith("VOC_") and key not in known and (near := get_close_matches(key, known, n=1, cutoff=0.85)):
            raise UserError(f"the environment sets {key}, which is not a setting; did you mean {near[0]}?")
    return {known[key]: value for key, value in environment.items() if key in known}


def _check(settings: Settings) -> None:
    rules = (
        (settings.log_level in LEVELS, f"log_level must be one of {', '.join(LEVELS)}"),
        (1 <= settings.batch_lines <= 1_000_000, "batch_lines must lie between 1 and 1,000,000"),
        (0 <= settings.lateness_s <= 3600, "lateness_s must lie between 0 and 3,600"),
        (0 < settings.false_alerts <= 1000, "false_alerts must be greater than 0 and at most 1,000"),
        (0 <= settings.alerts_per_week <= 10_000, "alerts_per_week must lie between 0 (not used) and 10,000"),
        (settings.patience_s > 0, "patience_s must be greater than 0"),
        (all(0 <= port < 65536 for port in (settings.tcp_port, settings.http_port)), "a port must lie between 0 and 65,535"),
        (0 <= settings.worker_port < 65536, "worker_port must lie between 0 (none) and 65,535"),
        (settings.kafka_security in SECURITY, f"kafka_security must be one of {', '.join(SECURITY)}"),
        (settings.kafka_sasl_mechanism in SASL, f"kafka_sasl_mechanism must be one of {', '.join(SASL)}"),
        (bool(PREFIX.fullmatch(settings.kafka_prefix)), "kafka_prefix may hold letters, digits, - and _ only, at most 100"),
        (6 <= settings.session_timeout_s <= 1800, "session_timeout_s must lie between 6 and 1,800"),
        (1 <= settings.batch_records <= 100_000, "batch_records must lie between 1 and 100,000"),
        (0 < settings.batch_seconds <= 60, "batch_seconds must be greater than 0 and at most 60"),
        (0 < settings.dead_letter_limit <= 1, "dead_letter_limit must be greater than 0 and at most 1"),
        (settings.data_dir != "", "data_dir must not be empty"),
        (_is_zone(settings.zone), "zone must be the name of a time zone, such as Asia/Shanghai or UTC"),
        *(
            (
                not getattr(settings, name) or bool(ADDRESS.fullmatch(getattr(settings, name))),
                f"{name} must begin with https:// or http://",
            )
            for name in ("public_url", "grafana_url")
        ),
        (
            not settings.link_secret or len(settings.link_secret) >= SECRET_LENGTH,
            f"link_secret must have {SECRET_LENGTH} characters or more",
        ),
        (
            not settings.public_url or bool(settings.link_secret),
            "public_url is set and link_secret is not: set VOC_LINK_SECRET too",
        ),
        *(
            (0 <= getattr(settings, name) <= MAX_DAYS, f"{name} must lie between 1 and {MAX_DAYS:,}, or be 0 (left as it is)")
            for name in ("feedback_days", "count_days", "dead_letter_days", "dead_letter_raw_days")
        ),
    )
    for holds, message in rules:
        if not holds:
            raise UserError(f"a setting is wrong: {message}")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
