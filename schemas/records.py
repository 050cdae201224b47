"""The rows of events that are not feedback: surveys, orders, conversations, context. Field names are the tables' columns.

All strings are redacted, `time` is the event's (UTC), `event_id` is `identity(tenant, source, id)`.
"""

from datetime import datetime

from msgspec import Struct


class _Record(Struct, frozen=True, kw_only=True):
    """What every event carries."""

    time: datetime
    tenant: str
    event_id: int
    version: int
    """Of the content, without a clock: of two contents of one event the same stands everywhere."""
    id: str
    source: str
    subject: str
    channel: str
    shop: str
    region: str
    attributes: dict[str, str]
    input: str
    input_partition: int
    input_offset: int


class _ProductRecord(_Record, frozen=True, kw_only=True):
    """An event about a product."""

    product_model: str
    product_sku: str
    product_category: str
    firmware: str


class SurveyRow(_ProductRecord, frozen=True, kw_only=True):
    """One answer to one survey question. Its comment is feedback too, and has a row there."""

    response_id: str
    metric: str
    score: float
    scale_min: float
    scale_max: float
    higher_is_better: bool | None
    resolved: bool | None
    comment: str
    touchpoint: str


class OrderRow(_ProductRecord, frozen=True, kw_only=True):
    """One step in the life of one order line."""

    order_hash: str
    line_id: str
    kind: str
    quantity: int | None
    amount_minor: int | None
    currency: str
    reason_code: str
    reason_text: str


class ConversationRow(_Record, frozen=True, kw_only=True):
    """One step in the life of a conversation."""

    kind: str
    queue_ms: int | None
    team: str


class ContextRow(_Record, frozen=True, kw_only=True):
    """Something the company or the world did."""

    kind: str
    title: str
    start: datetime
    end: datetime | None
    products: list[str]
    channels: list[str]
    owner: str
