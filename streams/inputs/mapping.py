"""Which column of a table means what: the TOML file behind `--map`."""

import codecs
import difflib
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

import msgspec

from schemas.events import SenderRole
from streams.inputs.record import InputError

ROLES: tuple[str, ...] = get_args(SenderRole)
DIMENSIONS = ("tenant", "channel", "shop", "region", "product_sku", "product_model", "product_category", "firmware")
COLUMNS = ("text", "time", "conversation", "message_id", "role", "customer", *DIMENSIONS)
CONSTANTS = ("source", "role", *DIMENSIONS)
UNIX_FORMATS = {"unix": 1, "unix_ms": 1000}


class TableMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names of columns, and how to read their cells; what is empty is not in the table.

    - `time_format`: as for strptime, or "unix" (seconds) or "unix_ms". Default: ISO 8601, also 2026/11/18 09:05.
    - `timezone`: of times that carry no offset.
    - `roles`: what the cells of `role` mean, as customer, agent, bot, system or supervisor.
    - `constants`: a value where there is no column, or its cell is empty. `source` is part of a message's identity.
    - `customer` is stored as a hash only. `encoding` and `delimiter` are found out if not given.
    """

    text: Annotated[str, msgspec.Meta(min_length=1)]
    time: Annotated[str, msgspec.Meta(min_length=1)]
    time_format: str = ""
    timezone: str = "UTC"
    conversation: str = ""
    message_id: str = ""
    role: str = ""
    roles: dict[str, SenderRole] = {}
    channel: str = ""
    shop: str = ""
    region: str = ""
    customer: str = ""
    product_sku: str = ""
    product_model: str = ""
    product_category: str = ""
    firmware: str = ""
    tenant: str = ""
    encoding: str = ""
    delimiter: str = ""
    constants: dict[str, str] = {}

    def columns(self) -> dict[str, str]:
        """What is mapped to which column."""
        return {name: column for name in COLUMNS if (column := getattr(self, name))}


def load_mapping(path: str | Path) -> TableMapping:
    """Read and check a mapping; raises InputError, naming the key and what it could be."""
    try:
        table = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist. Give the mapping of the table's columns with --map") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}. Give a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f'{path} is not TOML: {error}. Write lines like text = "内容"') from None
    _refuse_unknown(table, TableMapping.__struct_fields__, f"{path}: ")
    if isinstance(constants := table.get("constants"), dict):
        _refuse_unknown(constants, CONSTANTS, f"{path}, [constants]: ")
    try:
        mapping = msgspec.convert(table, TableMapping)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}. Correct this key") from None
    _check(mapping, str(path))
    return mapping


def _refuse_unknown(table: dict[str, object], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            raise InputError(f"{where}{key} is not a key of a mapping; the nearest is {near[0]}")


def _check(mapping: TableMapping, path: str) -> None:
    """What a type cannot say: names of time zones and encodings, a readable time format, one character."""
    try:
        ZoneInfo(mapping.timezone)
    except (KeyError, ValueError, OSError):
        raise InputError(f"{path}: timezone {mapping.timezone} is unknown. Write one like Asia/Shanghai") from None
    if mapping.time_format and mapping.time_format not in UNIX_FORMATS:
        try:
            datetime.strptime("", mapping.time_format)  # noqa: DTZ007 (only the format is tried)
        except ValueError as error:
            if "does not match" not in str(error):
                raise InputError(f"{path}: time_format: {error}. Write one like %Y-%m-%d %H:%M:%S") from None
    if mapping.encoding and not splits_at_newlines(mapping.encoding):
        raise InputError(f"{path}: encoding {mapping.encoding} cannot be read. Save the table as UTF-8")
    if len(mapping.delimiter) > 1 or mapping.delimiter in ('"', "\r", "\n"):
        raise InputError(f"{path}: delimiter must be one character, such as , or ;")
    if (role := mapping.constants.get("role", "customer")) not in ROLES:
        raise InputError(f"{path}, [constants]: role {role} is none of {', '.join(ROLES)}")


def splits_at_newlines(encoding: str) -> bool:
    """Whether it is a text encoding in which a newline is one byte, so that lines can be cut before decoding."""
    try:
        b"\xe4\n".decode(encoding, "replace")  # one that knows no replacing reads no damaged text
        return codecs.encode("a\n", encoding).removeprefix(codecs.BOM_UTF8) == b"a\n"
    except (LookupError, TypeError, ValueError, AttributeError):
        return False
