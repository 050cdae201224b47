"""The enriched row of one piece of feedback: what the table `feedback` holds, its identity and its version."""

import zlib
from datetime import datetime
from hashlib import blake2b

import msgspec
from msgspec import Struct

UNDERSTANDINGS = 1 << 16
"""How many understandings have a number."""


class Feedback(Struct, frozen=True):
    """One chat message, call segment or survey comment, understood. Field names are the columns of the table.

    `minute` and `time` are UTC and never change for a feedback (an edit carries the original time); all text is redacted.
    """

    minute: datetime
    tenant: str
    feedback_id: int
    version: int
    withdrawn: bool
    time: datetime
    revision: int
    conversation_id: str
    customer_hash: str
    kind: str
    sender_role: str
    channel: str
    shop: str
    region: str
    product_model: str
    product_sku: str
    product_category: str
    firmware: str
    caller_role: str
    language: str
    text: str
    speech_act: str
    intents: list[str]
    sentiment: str
    polarity: float
    snow_score: float
    evidence: list[str]
    urgent: bool
    attributes: dict[str, str]
    input: str
    input_partition: int
    input_offset: int


def identity(*parts: str) -> int:
    """64 bits that name a thing: (tenant, source, subject, native id) for feedback, (tenant, source, id) for other events.

    Raw values go in, so that a redacted id keeps its identity. The JSON form keeps ("a", "bc") and ("ab", "c") apart.
    """
    return int.from_bytes(blake2b(msgspec.json.encode(parts), digest_size=8).digest())


def version(*, withdrawn: bool, revision: int, understanding: int, content: bytes) -> int:
    """A total order on what is known of one feedback: a withdrawal is final, then the source's revision, then our
    understanding (a number that grows with each change of pipeline or taxonomy), then the content itself, so that equal
    versions mean equal rows (but for one pair in a million). 45 bits: the sum over 500,000 rows a tenant and minute fits
    into 64 (minute_local.weight).
    """
    if not 0 <= understanding < UNDERSTANDINGS:
        raise ValueError("an understanding's number has 16 bits")
    return int(withdrawn) << 44 | min(revision, 255) << 36 | understanding << 20 | zlib.crc32(content) >> 12
