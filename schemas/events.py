"""The six event types and their envelope, as they are once decoded.

Everything here is frozen, every time is aware and in UTC, `*_ms` are integer milliseconds. An optional field that a
sender leaves out (or sends as null) has the default given here. schemas/codec.py makes these from bytes;
schemas/json/ holds the same as JSON Schema, generated.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

EventType: TypeAlias = Literal[
    "voc.chat.message.v1",
    "voc.call.segment.v1",
    "voc.survey.response.v1",
    "voc.order.v1",
    "voc.conversation.v1",
    "voc.context.v1",
]
SenderRole: TypeAlias = Literal["customer", "agent", "bot", "system", "supervisor"]
SurveyMetric: TypeAlias = Literal["nps", "csat", "ces", "fcr", "custom"]
OrderKind: TypeAlias = Literal[
    "placed", "paid", "cancelled", "shipped", "delivered", "return_requested", "returned", "refunded", "exchanged"
]
ConversationKind: TypeAlias = Literal["queued", "answered", "transferred", "handed_off", "closed", "abandoned"]
ContextKind: TypeAlias = Literal[
    "launch", "firmware", "campaign", "price", "outage", "holiday", "faq_change", "page_change", "training", "fix"
]

_SEVEN_DAYS_MS = 7 * 24 * 3_600_000

Identifier: TypeAlias = Annotated[str, Meta(min_length=1, max_length=512)]
"""Names one thing, is part of a key: never empty."""
Label: TypeAlias = Annotated[str, Meta(max_length=512)]
"""A value of an open list: a channel, a shop, a product model. Empty when not known."""
Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""RFC 3339 with an offset on the wire; UTC once decoded."""
Int64: TypeAlias = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
CallMilliseconds: TypeAlias = Annotated[int, Meta(ge=0, le=_SEVEN_DAYS_MS)]
Revision: TypeAlias = Annotated[int, Meta(ge=0, le=255)]
Labels: TypeAlias = Annotated[tuple[Label, ...], Meta(max_length=1000)]


class Product(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The product a message is about, as far as the sender knows it; empty strings where not."""

    sku: Label = ""
    model: Label = ""
    category: Label = ""
    firmware: Label = ""


class BotMatch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the sender's own bot made of a chat message."""

    matched: bool
    intent: Label = ""
    confidence: float | None = None


class ChatMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One chat message, one edit of it (`revision` > 0), or its recall (`recalled`).

    `created_at` is the time of the first version and is required with an edit or a recall: it places the new version
    on the row of the old one.
    """

    message_id: Identifier
    sender_role: SenderRole
    text: str
    revision: Revision = 0
    created_at: Instant | None = None
    recalled: bool = False
    seq: Int64 | None = None
    is_auto_reply: bool = False
    customer_hash: Label = ""
    content_type: Label = "text"
    bot: BotMatch | None = None
    product: Product = Product()
    order_hash: Label = ""
    campaign_id: Label = ""
    queue: Label = ""


class CallSegment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One utterance of a call transcript; only final segments count, a higher revision replaces a lower one.

    `begin_ms` and `end_ms` count from `call_start`.
    """

    segment_id: Identifier
    revision: Revision
    is_final: bool
    sender_role: SenderRole
    call_start: Instant
    begin_ms: CallMilliseconds
    end_ms: CallMilliseconds
    text: str
    asr_confidence: float | None = None
    customer_hash: Label = ""
    caller_role: Label = ""
    product: Product = Product()


class SurveyResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer to one survey question; `score` lies within `scale_min` < `scale_max`."""

    response_id: Identifier
    metric: SurveyMetric
    score: float
    scale_min: float
    scale_max: float
    higher_is_better: bool = True
    resolved: bool | None = None
    comment: str = ""
    touchpoint: Label = ""
    product: Product = Product()


class Order(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step in the life of one order line; amounts are in the currency's smallest unit."""

    order_hash: Identifier
    line_id: Identifier
    kind: OrderKind
    product: Product
    quantity: Int64 = 1
    amount_minor: Int64 | None = None
    currency: Label = ""
    reason_code: Label = ""
    reason_text: str = ""


class ConversationEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step in the life of a conversation; `queue_ms` is how long the customer waited before it."""

    kind: ConversationKind
    queue_ms: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    team: Label = ""


class ContextEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something the company or the world did: what a spike may coincide with. It may be planned ahead."""

    kind: ContextKind
    title: str
    start: Instant
    end: Instant | None = None
    products: Labels = ()
    channels: Labels = ()
    owner: Label = ""


Payload: TypeAlias = ChatMessage | CallSegment | SurveyResponse | Order | ConversationEvent | ContextEvent

PAYLOADS: Mapping[EventType, type[Payload]] = {
    "voc.chat.message.v1": ChatMessage,
    "voc.call.segment.v1": CallSegment,
    "voc.survey.response.v1": SurveyResponse,
    "voc.order.v1": Order,
    "voc.conversation.v1": ConversationEvent,
    "voc.context.v1": ContextEvent,
}
"""The payload of each `type`."""


class Event(Struct, frozen=True, kw_only=True):
    """One decoded event: CloudEvents envelope, our dimensions, and the payload of its `type`.

    (`source`, `id`) identifies the event. `subject` is the conversation; for an order its `order_hash`, for a context
    event its own id. `extra` holds the attributes that the configuration asked for, as strings.
    """

    id: Identifier
    source: Identifier
    type: EventType
    time: datetime
    subject: Identifier
    tenant: Label = "default"
    channel: Label = "unknown"
    shop: Label = ""
    region: Label = ""
    data: Payload
    extra: dict[str, str] = {}

    @property
    def said_at(self) -> datetime:
        """When it was said: the time whose minute the feedback counts in; the same for every revision."""
        data = self.data
        if isinstance(data, ChatMessage):
            return data.created_at or self.time
        if isinstance(data, CallSegment):
            return data.call_start + timedelta(milliseconds=data.begin_ms)
        return self.time
