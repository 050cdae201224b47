"""What reading an input yields, and the one error that its user can mend."""

from typing import NamedTuple

from processors.failure import Failure
from schemas.invalid import InvalidMessage

KEPT_BYTES = 64 * 1024
"""How much of what cannot be used is kept as `Record.raw`, for the dead letter."""


class Record(NamedTuple):
    """One line of an NDJSON file or one row of a table; `offset` counts from 1.

    With a `fault` nothing can be decoded: `raw` is then the line as it stands, at most the first 64 KiB of it.
    """

    offset: int
    raw: bytes
    fault: InvalidMessage | None = None


class InputError(Failure):
    """The input cannot be read as asked; the message says what is wrong and what to do."""
