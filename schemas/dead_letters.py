"""What could not be read, where it stood and why."""

from hashlib import sha256

from msgspec import Struct

from schemas.invalid import InvalidReason


class DeadLetter(Struct, frozen=True):
    """`detail` is redacted and may be shown; `raw` is kept apart, for the writing user only, for seven days."""

    input: str
    input_partition: int
    input_offset: int
    reason: InvalidReason
    detail: str
    raw: bytes

    @property
    def sha256(self) -> str:
        """Of the raw bytes, in hex."""
        return sha256(self.raw).hexdigest()
