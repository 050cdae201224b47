"""What a reader says after its rows are in the warehouse (Kafka topic `voc.progress`, or a direct call)."""

from msgspec import Struct


class Progress(Struct, frozen=True):
    """A fact, which may be repeated or reordered: "what this partition holds before the watermark, bar stragglers, can be
    read". `source` is the Kafka topic or the name of the file.

    `watermark` is in seconds since 1970 (UTC), before 1970 if nothing was believed yet; None: the partition holds nothing back
    (it is empty, or a backfill into it is over, or what was touched was no reader's). `touched` are the minutes (their first
    second since 1970) of the feedback just written, also those that closed long ago.
    """

    source: str
    partition: int
    watermark: float | None
    touched: tuple[int, ...] = ()
