"""What `processors.series` remembers of a series, and the snapshot of it."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct, field

from processors.series_config import SeriesConfig

VERSION = 2


class SeriesState(Struct):
    """What is remembered of one series."""

    counts: list[float]
    """The last rows, newest last, as many as the window has; with `plain`, what was expected then."""
    plain: list[float]
    season: list[float] = field(default_factory=lambda: [0.0] * 48)
    season_exposure: list[float] = field(default_factory=lambda: [0.0] * 48)
    origin_ms: int = 0
    newest: int = -1
    """Place of the newest row, in steps from the origin; -1: none yet."""
    late: int = 0
    """Place of the last late row ..."""
    late_rows: int = 0
    """... and how many came before it in order."""
    rows: int = 0
    level: float = 0.0
    level_exposure: float = 0.0
    window_spread: float = 0.0
    """Sum of squared errors over expectation, of windows ..."""
    spread: float = 0.0
    """... and of rows."""
    spread_rows: float = 0.0
    hour: int = -1
    hour_sum: float = 0.0
    hour_exposure: float = 0.0
    quantile: float = 0.0
    peaks: float = 0.0
    excess: float = 0.0
    peak: float = 0.0
    told: float = 0.0
    """What is left of the score told last."""


class Saved(Struct, array_like=True, forbid_unknown_fields=True):
    """What a snapshot holds: one series is a set with one key."""

    version: int
    window: int
    forgotten: int
    series: dict[str, SeriesState]


def encoded(config: SeriesConfig, series: Mapping[str, SeriesState], forgotten: int = 0) -> bytes:
    """The snapshot of these series, versioned; `forgotten`: how many others were dropped at the limit."""
    return msgspec.msgpack.encode(Saved(VERSION, config.window_rows, forgotten, dict(series)))


def decoded(config: SeriesConfig, body: bytes) -> Saved:
    """What a snapshot holds. Raises ValueError if it is none, of another version, or of another window."""
    try:
        saved = msgspec.msgpack.decode(body, type=Saved)
    except msgspec.DecodeError as error:
        raise ValueError(f"no snapshot of series: {error}") from error
    if (saved.version, saved.window) != (VERSION, config.window_rows):
        raise ValueError(f"a snapshot of version {saved.version} with a window of {saved.window} rows cannot be used here")
    return saved
