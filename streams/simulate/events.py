"""The wire form as the providers of a brand send it: six builders, one a type.

Plain JSON objects on purpose, not the Structs of schemas/: what is written here was never seen by the code that will
read it, so decoding a story tests the contract. Times are epoch milliseconds; all in UTC on the wire.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Json: TypeAlias = dict[str, object]

TENANT = "demo"
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(ms: int) -> str:
    """The instant in UTC with milliseconds and Z."""
    return (_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def minute_of(ms: int) -> int:
    """The start of the minute that holds the instant."""
    return ms - ms % MINUTE_MS


@dataclass(frozen=True, slots=True)
class Product:
    """What a shop knows of the thing a message is about."""

    model: str
    sku: str
    category: str
    firmware: str = ""

    def wire(self) -> Json:
        """The `product` of an event."""
        return _given(sku=self.sku, model=self.model, category=self.category, firmware=self.firmware or None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation or an order happens: the dimensions of the envelope."""

    channel: str
    shop: str = ""
    region: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation: its id, where it happens, who talks about what."""

    id: str
    place: Place
    customer_hash: str
    product: Product | None = None

    def event(self, event_id: str, kind: str, time_ms: int, data: Json, source: str = "") -> Json:
        """An event of this conversation."""
        return envelope(event_id, source or self.place.source, kind, time_ms, self.id, data, self.place)


def envelope(event_id: str, source: str, kind: str, time_ms: int, subject: str, data: Json, place: Place | None = None) -> Json:
    """A CloudEvents 1.0 object around `data`; dimensions that are not known are left out."""
    return _given(
        specversion="1.0",
        id=event_id,
        source=source,
        type=f"voc.{kind}.v1",
        time=rfc3339(time_ms),
        subject=subject,
        tenant=TENANT,
        channel=place.channel if place else None,
        shop=(place.shop or None) if place else None,
        region=(place.region or None) if place else None,
        data=data,
    )


def chat_message(
    thread: Thread,
    seq: int,
    role: str,
    text: str,
    time_ms: int,
    *,
    created_ms: int | None = None,
    recalled: bool = False,
    more: Json | None = None,
) -> Json:
    """A chat message; with `created_ms` its edit or recall (revision 1), sent at `time_ms`; `more` joins its data."""
    message_id = f"{thread.id}-{seq}"
    revised = created_ms is not None
    data = _given(
        message_id=message_id,
        seq=seq,
        sender_role=role,
        customer_hash=thread.customer_hash,
        text=text,
        content_type="text",
        revision=1 if revised else None,
        created_at=rfc3339(created_ms) if created_ms is not None else None,
        recalled=True if recalled else None,
        product=thread.product.wire() if thread.product else None,
        **(more or {}),
    )
    return thread.event(message_id + (".r1" if revised else ""), "chat.message", time_ms, data)


@dataclass(frozen=True, slots=True)
class Spoken:
    """When something was said in a call: milliseconds from `call_ms`, the start of the call."""

    call_ms: int
    begin_ms: int
    end_ms: int


def call_segment(
    thread: Thread,
    seq: int,
    role: str,
    text: str,
    when: Spoken,
    sent_ms: int,
    *,
    revision: int = 0,
    is_final: bool = True,
    more: Json | None = None,
) -> Json:
    """One utterance of a call as speech recognition sends it at `sent_ms`; `more` joins its data."""
    segment_id = f"{thread.id}-{seq}"
    data = _given(
        segment_id=segment_id,
        revision=revision,
        is_final=is_final,
        sender_role=role,
        call_start=rfc3339(when.call_ms),
        begin_ms=when.begin_ms,
        end_ms=when.end_ms,
        text=text,
        customer_hash=thread.customer_hash,
        product=thread.product.wire() if thread.product else None,
        **(more or {}),
    )
    return thread.event(f"{segment_id}.r{revision}", "call.segment", sent_ms, data)


def conversation_step(thread: Thread, kind: str, time_ms: int, **more: object) -> Json:
    """A step in the life of a conversation: queued, answered, abandoned, closed."""
    return thread.event(f"{thread.id}.{kind}", "conversation", time_ms, _given(kind=kind, **more))


def survey_response(thread: Thread, metric: str, score: int, scale: tuple[int, int], time_ms: int, **more: object) -> Json:
    """One answer to one question, asked after the conversation; its response_id is `<conversation>.<metric>`."""
    response_id = f"{thread.id}.{metric}"
    data = _given(
        response_id=response_id,
        metric=metric,
        score=score,
        scale_min=scale[0],
        scale_max=scale[1],
        product=thread.product.wire() if thread.product else None,
        **more,
    )
    return thread.event(response_id, "survey.response", time_ms, data, source="survey")


def order_step(order_hash: str, kind: str, time_ms: int, product: Product, place: Place, **more: object) -> Json:
    """A step in the life of an order line; every order has one line."""
    data = _given(order_hash=order_hash, line_id="1", kind=kind, product=product.wire(), **more)
    return envelope(f"{order_hash}.{kind}", "oms", "order", time_ms, order_hash, data, place)


def context(event_id: str, kind: str, title: str, start_ms: int, *, end_ms: int | None = None, **more: object) -> Json:
    """Something the company did, announced when it starts."""
    data = _given(kind=kind, title=title, start=rfc3339(start_ms), end=rfc3339(end_ms) if end_ms is not None else None, **more)
    return envelope(event_id, "calendar", "context", start_ms, event_id, data)


def _given(**fields: object) -> Json:
    """The fields that are known: a provider leaves the others out."""
    return {name: value for name, value in fields.items() if value is not None}
