"""Every setting in one frozen object: defaults, then voc.toml, then VOC_* from the environment.

`voc settings` prints what is in force, secrets masked. A key that is not known is an error that names the nearest.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from processors.spelling import meant
from streams.failures import UserError
from streams.telemetry import LEVELS

FILE = "voc.toml"
SECRETS = ("clickhouse_url", "clickhouse_read_url")
"""Only from the environment: they hold passwords."""


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
        (settings.data_dir != "", "data_dir must not be empty"),
    )
    for holds, message in rules:
        if not holds:
            raise UserError(f"a setting is wrong: {message}")
