"""notify.toml on disk: read again whenever it or a secret's file changes; a mistake in it leaves the version before in force."""

from collections.abc import Mapping
from pathlib import Path

from streams.failures import UserError
from streams.notify.config import FILE, ChannelConfig, ConfigError, NotifyConfig, parse
from streams.notify.secret import files, resolved
from streams.telemetry import log

_Seen = tuple[tuple[str, int, int, int], ...]
"""What tells that a file has changed: path, inode, size, time of the last write."""


class NotifyFile:
    """The configuration in force. One thread looks; others may read `config` and `problem` at any time."""

    def __init__(self, path: Path, environment: Mapping[str, str], *, needed: bool = False) -> None:
        """`needed`: somebody named it, so that it has to be there. Read by `start`."""
        self.path, self._environment, self._needed = path, environment, needed
        self.config = NotifyConfig()
        self.problem = ""
        """Why a newer version is not in force; empty: what is on disk is."""
        self._seen: _Seen = ()

    def start(self) -> "NotifyFile":
        """Read it for the first time. Raises UserError with every mistake in it; no file is no mistake, if nobody named one."""
        self._seen = self._look()
        try:
            self.config = self._read()
        except ConfigError as error:
            raise UserError(f"{self.path}: {error}") from None
        return self

    def changed(self) -> bool:
        """Look at the files; has any changed since? Then what is in it is in force, or `problem` says why it is not."""
        seen = self._look()
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            self.config, problem = self._read(), ""
        except ConfigError as error:
            problem = f"{error} (the version before stays in force)"
        if problem and problem != self.problem:
            log.warning("notify_toml_is_wrong", file=self.path, reason=problem)
        elif not problem:
            log.info("notify_toml_is_in_force", channels=len(self.config.channels), routes=len(self.config.routes))
        self.problem = problem
        self._seen = self._look()  # the new version may name other files
        return True

    def options(self, channel: ChannelConfig) -> dict[str, str]:
        """What a channel is built from, its secrets read now. Raises Misconfigured."""
        return resolved(channel.options, self._environment, self.path.parent)

    def _read(self) -> NotifyConfig:
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            if self._needed or self.config.channels:
                raise ConfigError(["there is no such file; voc init writes one to start from"]) from None
            return NotifyConfig()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigError([f"it cannot be read ({why})"]) from None
        return parse(text)

    def _look(self) -> _Seen:
        named = (path for channel in self.config.channels.values() for path in files(channel.options, self.path.parent))
        return tuple(_stat(path) for path in (self.path, *named))


def notify_file(setting: str, environment: Mapping[str, str]) -> NotifyFile:
    """Of the setting `notify`: the file that it names, or notify.toml here if there is one. Raises UserError."""
    return NotifyFile(Path(setting or FILE), environment, needed=bool(setting)).start()


def _stat(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0, 0
    return str(path), found.st_ino, found.st_size, found.st_mtime_ns
