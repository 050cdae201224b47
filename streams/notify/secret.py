"""Secrets of channels: notify.toml names where they lie, `env:NAME` or `file:PATH`, and never holds one."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from streams.notify.channel import Misconfigured

Option = str | int | float | bool | tuple[str, ...]
"""What an option of a channel may be in notify.toml."""
ADDRESS_IS_SECRET = ("feishu", "dingtalk", "wecom", "slack", "apprise")
"""Types of channels whose address holds a token: whoever knows it can write there."""
_SECRET = re.compile(r"secret|token|passw|credential|api_?key", re.IGNORECASE)
"""Names of options that hold one, whatever the type."""
_TOKENS = re.compile(r"[A-Za-z0-9_-]{24,}")
MOST_BYTES = 10_000


def is_reference(value: object) -> bool:
    """Does the value say where a secret lies?"""
    return isinstance(value, str) and value.startswith(("env:", "file:"))


def literal(kind: str, key: str, value: object) -> str:
    """What to do instead, if an option holds a secret itself; empty: it holds none. Never quotes the value."""
    values = value if isinstance(value, list) else [value]
    if all(not isinstance(each, str) or is_reference(each) for each in values):
        return ""
    if _SECRET.search(key):
        return _instead(key, "is a secret")
    texts = [each for each in values if isinstance(each, str)]
    if kind in ADDRESS_IS_SECRET and (key == "url" or any(_TOKENS.search(text) for text in texts)):
        return _instead(key, "holds a token: whoever reads it can write there")
    if any(_has_credentials(text) for text in texts):
        return _instead(key, "holds a password or a token")
    return ""


def resolved(options: Mapping[str, Option], environment: Mapping[str, str], directory: Path) -> dict[str, str]:
    """The options with their secrets, as text, for the channel's builder alone; the items of a list are parted by commas. A
    relative PATH begins at notify.toml's directory.

    Raises Misconfigured with what to do; the name of the variable or file is said, never what is in it.
    """
    return {key: _resolved(key, value, environment, directory) for key, value in options.items()}


def files(options: Mapping[str, Option], directory: Path) -> list[Path]:
    """The files that the options name, to be looked at for changes."""
    found = [each for value in options.values() for each in (value if isinstance(value, tuple) else [value])]
    return [directory / each[len("file:") :] for each in found if isinstance(each, str) and each.startswith("file:")]


def _resolved(key: str, value: Option, environment: Mapping[str, str], directory: Path) -> str:
    if isinstance(value, tuple):
        return ",".join(_resolved(key, each, environment, directory) for each in value)
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if not is_reference(value):
        return value
    where, _, name = value.partition(":")
    if where == "env":
        found = environment.get(name, "").strip()
        if not found:
            raise Misconfigured(f"{key}: the environment has no {name} (a process sees what was set before it began)")
        return found
    try:
        with (directory / name).open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8").strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Misconfigured(f"{key}: the file {name} cannot be read ({why})") from None
    if not text:
        raise Misconfigured(f"{key}: the file {name} is empty")
    return text


def _instead(key: str, why: str) -> str:
    return (
        f'{why}; put it into the environment and write {key} = "env:NAME", '
        f'or into a file that only the service may read and write {key} = "file:PATH"'
    )


def _has_credentials(text: str) -> bool:
    """An address with a password or a query in it?"""
    if "://" not in text:
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.password or (parts.username and parts.scheme not in ("mailto", "smtp", "smtps")) or parts.query)
    except ValueError:
        return True
