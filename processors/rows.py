"""From an event, and what was understood of its text, to the rows it leaves. Pure: message in, rows out.

Identity hashes use the raw values; every string that is stored is redacted, and an id that holds personal data is stored
as its hash. The words of a recalled message are not stored at all.
"""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from processors.redact import redact, redact_attribute, redact_identifier
from processors.utterance import SIGNALS, Utterance
from schemas.events import CallSegment, ChatMessage, ContextEvent, ConversationEvent, Event, Order, Product, SurveyResponse
from schemas.feedback import Feedback, identity, version
from schemas.records import ContextRow, ConversationRow, OrderRow, SurveyRow

Row = Feedback | SurveyRow | OrderRow | ConversationRow | ContextRow


class Place(NamedTuple):
    """Where an event was read: Kafka topic, partition and offset, or file name, 0 and line number."""

    input: str
    partition: int
    offset: int


_label = lru_cache(maxsize=65_536)(redact_identifier)
"""Channels, shops, models: few values, seen again and again."""


def utterance_of(event: Event) -> Utterance | None:
    """The text to understand, if the event has one that counts: chat messages, final call segments, survey comments."""
    data = event.data
    attributes = dict(event.extra)
    if isinstance(data, ChatMessage):
        if data.recalled:
            return Utterance("", data.sender_role, "chat")
        return Utterance(data.text, data.sender_role, "chat", attributes=attributes)
    if isinstance(data, CallSegment) and data.is_final:
        sure = 1.0 if data.asr_confidence is None else min(max(data.asr_confidence, 0.0), 1.0)
        return Utterance(data.text, data.sender_role, "call", sure, attributes=attributes)
    if isinstance(data, SurveyResponse) and data.comment:
        return Utterance(data.comment, "customer", "survey", attributes=attributes)
    return None


def rows_of(event: Event, utterance: Utterance | None, place: Place, understanding: int) -> list[Row]:
    """What the event leaves in the warehouse: feedback for what was said, a record for the other types, both for a survey
    with a comment, nothing for a call segment that is not final."""
    rows: list[Row] = []
    if utterance is not None:
        rows.append(_feedback(event, utterance, place, understanding))
    record = _record(event, place)
    if record is not None:
        rows.append(record)
    return rows


def _feedback(event: Event, utterance: Utterance, place: Place, understanding: int) -> Feedback:
    data, said_at = event.data, event.said_at
    native, revision, withdrawn, product, customer, caller = _voice(data)
    row = Feedback(
        minute=said_at.replace(second=0, microsecond=0),
        tenant=_label(event.tenant),
        feedback_id=identity(event.tenant, event.source, event.subject, native),
        version=0,
        withdrawn=withdrawn,
        time=said_at,
        revision=revision,
        conversation_id=redact_identifier(event.subject),
        customer_hash=redact_identifier(customer),
        kind=utterance.kind,
        sender_role=utterance.sender_role,
        channel=_label(event.channel),
        shop=_label(event.shop),
        region=_label(event.region),
        **_product(product),
        caller_role=_label(caller),
        language=utterance.language,
        text=utterance.text,
        speech_act=utterance.speech_act,
        intents=utterance.intents,
        sentiment=utterance.sentiment,
        polarity=utterance.polarity,
        snow_score=utterance.snow_score,
        evidence=utterance.evidence,
        urgent=utterance.urgent,
        attributes={**_particulars(data), **signals(utterance), **utterance.attributes},
        input="",
        input_partition=0,
        input_offset=0,
    )
    content = msgspec.json.encode(row)  # before the place is known: the same words read elsewhere are the same version
    number = version(withdrawn=withdrawn, revision=revision, understanding=understanding, content=content)
    return msgspec.structs.replace(
        row, version=number, input=place.input, input_partition=place.partition, input_offset=place.offset
    )


def _voice(data: object) -> tuple[str, int, bool, Product, str, str]:
    """Native id, revision, withdrawn?, product, customer's hash, caller's role."""
    if isinstance(data, ChatMessage):
        return data.message_id, data.revision, data.recalled, data.product, data.customer_hash, ""
    if isinstance(data, CallSegment):
        return data.segment_id, data.revision, False, data.product, data.customer_hash, data.caller_role
    if isinstance(data, SurveyResponse):
        return data.response_id, 0, False, data.product, "", ""
    raise TypeError(f"{type(data).__name__} has no voice")


def _particulars(data: object) -> dict[str, str]:
    """Known fields that have no column of their own, as attributes."""
    found: dict[str, object] = {}
    if isinstance(data, ChatMessage):
        found = {
            "seq": data.seq,
            "is_auto_reply": data.is_auto_reply or None,
            "campaign_id": data.campaign_id,
            "queue": data.queue,
            "order_hash": data.order_hash,
            "content_type": data.content_type if data.content_type != "text" else "",
        }
        if data.bot:
            found |= {"bot_matched": data.bot.matched, "bot_intent": data.bot.intent, "bot_confidence": data.bot.confidence}
    elif isinstance(data, CallSegment):
        found = {"asr_confidence": data.asr_confidence, "begin_ms": data.begin_ms, "end_ms": data.end_ms}
    return {name: redact_identifier(_text(value)) for name, value in found.items() if value not in (None, "")}


def signals(utterance: Utterance) -> dict[str, str]:
    """What was understood of a turn that has no column of its own, by the names of SIGNALS; only what there is."""
    values = {name: getattr(utterance, name) for name in SIGNALS}
    return {name: _text(value) for name, value in values.items() if value}


def _text(value: object) -> str:
    """A value as JSON writes it, strings without their quotes."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _product(product: Product) -> dict[str, str]:
    return {
        "product_model": _label(product.model),
        "product_sku": _label(product.sku),
        "product_category": _label(product.category),
        "firmware": _label(product.firmware),
    }


def _words(text: str) -> str:
    return redact(text)[0]


def _record(event: Event, place: Place) -> Row | None:
    data = event.data
    if isinstance(data, ChatMessage | CallSegment):
        return None  # most events, and they leave nothing but what was said
    common = {
        "time": event.time,
        "tenant": _label(event.tenant),
        "event_id": identity(event.tenant, event.source, event.id),
        "version": 0,
        "id": redact_identifier(event.id),
        "source": _label(event.source),
        "subject": redact_identifier(event.subject),
        "channel": _label(event.channel),
        "shop": _label(event.shop),
        "region": _label(event.region),
        "attributes": {name: redact_attribute(value) for name, value in event.extra.items()},
        "input": place.input,
        "input_partition": place.partition,
        "input_offset": place.offset,
    }
    if isinstance(data, SurveyResponse):
        return _survey(data, common)
    if isinstance(data, Order):
        return _order(data, common)
    if isinstance(data, ConversationEvent):
        return msgspec.convert(
            {**common, "kind": data.kind, "queue_ms": data.queue_ms, "team": _label(data.team)}, ConversationRow
        )
    if isinstance(data, ContextEvent):
        return _context(data, common)
    return None


def _survey(data: SurveyResponse, common: dict[str, object]) -> SurveyRow:
    own = {"response_id": redact_identifier(data.response_id), "metric": data.metric, "score": data.score,
           "scale_min": data.scale_min, "scale_max": data.scale_max, "higher_is_better": data.higher_is_better,
           "resolved": data.resolved, "comment": _words(data.comment), "touchpoint": _label(data.touchpoint)}  # fmt: skip
    return msgspec.convert({**common, **_product(data.product), **own}, SurveyRow)


def _order(data: Order, common: dict[str, object]) -> OrderRow:
    own = {"order_hash": redact_identifier(data.order_hash), "line_id": redact_identifier(data.line_id), "kind": data.kind,
           "quantity": data.quantity, "amount_minor": data.amount_minor, "currency": _label(data.currency),
           "reason_code": _label(data.reason_code), "reason_text": _words(data.reason_text)}  # fmt: skip
    return msgspec.convert({**common, **_product(data.product), **own}, OrderRow)


def _context(data: ContextEvent, common: dict[str, object]) -> ContextRow:
    own = {"kind": data.kind, "title": _words(data.title), "start": data.start, "end": data.end,
           "products": [_label(product) for product in data.products], "channels": [_label(channel) for channel in data.channels],
           "owner": _label(data.owner)}  # fmt: skip
    return msgspec.convert({**common, **own}, ContextRow)


def touched_minute(row: Row) -> int | None:
    """The minute (seconds since 1970) whose count the row changes, if it is feedback."""
    return _second(row.minute) if isinstance(row, Feedback) else None


def _second(at: datetime) -> int:
    return int(at.timestamp())
