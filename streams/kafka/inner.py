"""What stands on the inner Kafka topics and may be acted on. Anybody who may write there may write nonsense, by accident or not:
it is passed over and logged, and must neither stop a worker nor move a clock.
"""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from processors.watermark import PartitionClock, Place
from schemas.kafka_topics import RECOUNT
from schemas.progress import Progress
from schemas.spikes import Transition
from streams.telemetry import log

SPIKE_ID = re.compile(r"[0-9a-f]{16}")
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC)
"""What the warehouse's times can hold."""
T = TypeVar("T")
_progress = msgspec.json.Decoder(Progress)
_transition = msgspec.json.Decoder(Transition)


def progress_of(values: Sequence[bytes | None], places: Collection[Place], now: float) -> list[Progress]:
    """What readers of these partitions, and those who recount, have said. Nobody can have read what lies ahead of `now` (seconds
    since 1970)."""

    def sane(said: Progress) -> bool:
        known = (said.source, said.partition) in places or said.source == RECOUNT
        ahead = max(said.watermark or 0.0, *said.touched, 0.0)
        return known and ahead <= now + 2 * 86_400 and min(said.touched, default=0) >= 0 and _believed(said.watermark, now)

    return _readable(values, _progress, sane)


def transitions_of(values: Sequence[bytes | None]) -> list[Transition]:
    """What DETECT has said."""

    def sane(said: Transition) -> bool:
        times = (said.at, said.started, said.opened, said.updated, said.closed or said.updated)
        return bool(SPIKE_ID.fullmatch(said.spike_id)) and all(
            time.tzinfo is not None and EARLIEST <= time < LATEST for time in times
        )

    return _readable(values, _transition, sane)


def _believed(watermark: float | None, now: float) -> bool:
    return watermark is None or watermark <= now + PartitionClock().skew


def _readable(values: Sequence[bytes | None], decoder: msgspec.json.Decoder[T], sane: Callable[[T], bool]) -> list[T]:
    read = []
    for value in values:
        try:
            said = decoder.decode(value or b"")
        except msgspec.DecodeError as error:
            log.warning("not_ours", error=type(error).__name__)
            continue
        if sane(said):
            read.append(said)
        else:
            log.warning("not_ours", error="implausible")
    return read
