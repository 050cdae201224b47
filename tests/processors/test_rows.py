from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from processors.redact import redact_batch
from processors.rows import Place, Row, rows_of, touched_minute, utterance_of
from schemas.codec import Decoder
from schemas.events import (
    BotMatch,
    CallSegment,
    ChatMessage,
    ContextEvent,
    ConversationEvent,
    Event,
    Order,
    Payload,
    Product,
    SurveyResponse,
)
from schemas.feedback import Feedback, identity
from schemas.records import ContextRow, ConversationRow, OrderRow, SurveyRow
from tests.schemas.examples import ARRIVED, VALID, name

NOON = datetime(2026, 11, 20, 12, 0, 40, 123_000, tzinfo=UTC)
HERE = Place("chats.ndjson", 0, 7)
PHONE = "13812345678"
LOUD = {"emotion": "anger", "escalation": True, "churn_risk": True, "effort": True, "price_stance": "too_dear",
        "encoding_damaged": True, "urgent": True}  # fmt: skip
SURVEY = SurveyResponse(response_id="r", metric="nps", score=3, scale_min=0, scale_max=10)


def event(data: Payload, **fields: Any) -> Event:
    return Event(**{"id": "e", "source": "s", "type": "voc.chat.message.v1", "time": NOON, "subject": "c", **fields}, data=data)


def chat(**fields: Any) -> ChatMessage:
    return ChatMessage(**{"message_id": "m", "sender_role": "customer", "text": "怎么调时间", **fields})


def segment(**fields: Any) -> CallSegment:
    return CallSegment(
        **{"segment_id": "g", "revision": 0, "is_final": True, "sender_role": "customer", "call_start": NOON}
        | {"begin_ms": 0, "end_ms": 900, "text": "你好"}
        | fields
    )


def rows(happened: Event, place: Place = HERE, understanding: int = 1) -> list[Row]:
    """As UNDERSTAND makes them, with no step but the one that every pipeline has."""
    utterance = utterance_of(happened)
    redact_batch([utterance] if utterance else [])
    return rows_of(happened, utterance, place, understanding)


def feedback(data: Payload, understanding: int = 1, place: Place = HERE, **fields: Any) -> Feedback:
    row = rows(event(data, **fields), place, understanding)[0]
    assert isinstance(row, Feedback)
    return row


@pytest.mark.parametrize("path", VALID, ids=name)
def test_every_valid_example_leaves_the_rows_of_its_type(path: Any) -> None:
    happened = Decoder().decode(path.read_bytes(), ARRIVED)
    data = happened.data
    kinds = [type(row) for row in rows(happened)]
    if isinstance(data, ChatMessage):
        assert kinds == [Feedback]
    elif isinstance(data, CallSegment):
        assert kinds == ([Feedback] if data.is_final else [])
    elif isinstance(data, SurveyResponse):
        assert kinds == ([Feedback, SurveyRow] if data.comment else [SurveyRow])
    else:
        assert kinds == [
            OrderRow if isinstance(data, Order) else ConversationRow if isinstance(data, ConversationEvent) else ContextRow
        ]


def test_a_partial_segment_leaves_nothing() -> None:
    assert rows(event(segment(is_final=False))) == []


def test_a_survey_with_a_comment_leaves_two_rows_and_one_without_leaves_one() -> None:
    said, answered = rows(event(msgspec.structs.replace(SURVEY, comment="太慢了")))
    assert isinstance(said, Feedback)
    assert isinstance(answered, SurveyRow)
    assert (said.kind, said.sender_role, said.text, answered.comment) == ("survey", "customer", "太慢了", "太慢了")
    assert [type(row) for row in rows(event(SURVEY))] == [SurveyRow]


def test_identity_is_of_the_raw_values_and_what_is_stored_is_hashed() -> None:
    row = feedback(
        chat(message_id=f"wx{PHONE}", customer_hash=PHONE), subject=f"c-{PHONE}", tenant=PHONE, source=f"s{PHONE}", shop=PHONE
    )
    assert row.feedback_id == identity(PHONE, f"s{PHONE}", f"c-{PHONE}", f"wx{PHONE}")
    assert all(value.startswith("h:") for value in (row.conversation_id, row.customer_hash, row.tenant, row.shop))
    other = feedback(chat(message_id="wx13812345679"), subject=f"c-{PHONE}", tenant=PHONE, source=f"s{PHONE}")
    assert other.feedback_id != row.feedback_id


EVERYWHERE = {"queue": PHONE, "campaign_id": PHONE, "order_hash": PHONE, "seq": int(PHONE), "customer_hash": PHONE}
PRODUCT = Product(sku=PHONE, model=PHONE, category=PHONE, firmware=PHONE)
NAMED = {"id": PHONE, "subject": PHONE, "source": PHONE, "channel": PHONE, "region": PHONE, "shop": PHONE}
PERSONAL: list[Event] = [
    event(chat(text=f"我是{PHONE}", **EVERYWHERE, bot=BotMatch(matched=False, intent=PHONE), product=PRODUCT), **NAMED),
    event(segment(text=f"我是{PHONE}", segment_id=PHONE, caller_role=PHONE, customer_hash=PHONE), extra={"note": f"电话{PHONE}"}),
    event(msgspec.structs.replace(SURVEY, response_id=PHONE, comment=f"打{PHONE}", touchpoint=PHONE), extra={"note": PHONE}),
    event(
        Order(
            order_hash=PHONE,
            line_id=PHONE,
            kind="placed",
            product=PRODUCT,
            currency=PHONE,
            reason_code=PHONE,
            reason_text=f"call {PHONE}",
        ),
        extra={"note": PHONE},
    ),
    event(ConversationEvent(kind="closed", team=PHONE), **NAMED),
    event(ContextEvent(kind="fix", title=f"ask {PHONE}", start=NOON, products=(PHONE,), channels=(PHONE,), owner=PHONE)),
]


@pytest.mark.parametrize("happened", PERSONAL, ids=lambda e: type(e.data).__name__)
def test_no_column_of_any_row_holds_a_phone_number(happened: Event) -> None:
    left = rows(happened)
    assert left
    for row in left:
        assert PHONE not in msgspec.json.encode(row).decode()


def test_the_words_of_a_recalled_message_are_not_stored_nor_what_came_with_them() -> None:
    row = feedback(chat(recalled=True, created_at=NOON), extra={"quoted": "怎么调时间"})
    assert row.withdrawn
    assert (row.text, row.attributes, row.intents, row.evidence) == ("", {}, [], [])
    assert "怎么" not in msgspec.json.encode(row).decode()


def test_a_recall_lands_on_the_row_it_withdraws() -> None:
    said = feedback(chat(), time=NOON)
    later = NOON.replace(hour=20)
    recalled = feedback(chat(recalled=True, created_at=NOON), time=later, id="e2")
    assert (recalled.feedback_id, recalled.minute, recalled.time) == (said.feedback_id, said.minute, said.time)
    assert recalled.version > said.version


def test_versions_put_a_recall_over_an_edit_over_an_understanding_over_the_words() -> None:
    ordered = [
        feedback(chat(), understanding=1),
        feedback(chat(text="换了话"), understanding=2),
        feedback(chat(revision=1, created_at=NOON), understanding=1),
        feedback(chat(revision=200, created_at=NOON), understanding=1),
        feedback(chat(recalled=True, created_at=NOON), understanding=1),
    ]
    versions = [row.version for row in ordered]
    assert versions == sorted(set(versions))
    assert len({row.feedback_id for row in ordered}) == 1


def test_the_same_words_read_at_another_place_are_the_same_version() -> None:
    elsewhere = Place("copy.ndjson.gz", 3, 12_345)
    first, second = feedback(chat(), extra={"level": "gold"}), feedback(chat(), extra={"level": "gold"}, place=elsewhere)
    assert (second.input, second.input_partition, second.input_offset) == elsewhere
    assert first == msgspec.structs.replace(second, input=HERE.input, input_partition=0, input_offset=7)
    assert first.version == second.version != feedback(chat(), extra={"level": "silver"}).version


def test_a_feedback_counts_in_the_minute_in_which_it_was_said() -> None:
    minute = NOON.replace(second=0, microsecond=0)
    later = NOON.replace(hour=18)
    assert feedback(chat()).minute == minute
    assert feedback(chat(created_at=NOON, revision=1), time=later).minute == minute
    for begin_ms, expected in ((19_876, 0), (19_877, 1), (3_600_000, 60)):
        row = feedback(segment(begin_ms=begin_ms), time=later)
        assert (row.minute - minute).total_seconds() == 60 * expected
    assert feedback(msgspec.structs.replace(SURVEY, comment="x"), time=later).minute == later.replace(second=0, microsecond=0)


def test_only_feedback_touches_a_minute() -> None:
    said, answered = rows(event(msgspec.structs.replace(SURVEY, comment="x")))
    assert touched_minute(said) == int(NOON.timestamp()) // 60 * 60
    assert touched_minute(answered) is None


def test_known_fields_without_a_column_are_attributes() -> None:
    bot = BotMatch(matched=False, intent="time", confidence=0.0)
    row = feedback(chat(seq=0, is_auto_reply=True, queue="vip", content_type="image", bot=bot), extra={"level": "gold"})
    assert row.attributes == {
        "seq": "0", "is_auto_reply": "true", "queue": "vip", "content_type": "image", "level": "gold",
        "bot_matched": "false", "bot_intent": "time", "bot_confidence": "0.0",
    }  # fmt: skip
    assert feedback(chat()).attributes == {}
    assert feedback(segment(asr_confidence=0.5)).attributes == {"asr_confidence": "0.5", "begin_ms": "0", "end_ms": "900"}


def test_what_was_understood_without_a_column_is_an_attribute_where_it_says_something() -> None:
    happened = event(chat())
    utterance = utterance_of(happened)
    assert utterance
    plain, loud = (rows_of(happened, replace(utterance, **fields), HERE, 1)[0] for fields in ({}, LOUD))
    assert isinstance(plain, Feedback) and isinstance(loud, Feedback)
    assert plain.attributes == {}
    assert loud.attributes == {"emotion": "anger", "escalation": "true", "churn_risk": "true", "effort": "true",
                               "price_stance": "too_dear", "encoding_damaged": "true"}  # fmt: skip
    assert loud.urgent
    assert loud.version != plain.version


@pytest.mark.parametrize(("said", "confidence"), [(None, 1.0), (0.4, 0.4), (1.7, 1.0), (-3.0, 0.0)])
def test_how_sure_the_recogniser_was_goes_with_a_segment(said: float | None, confidence: float) -> None:
    utterance = utterance_of(event(segment(asr_confidence=said)))
    assert utterance and (utterance.kind, utterance.confidence) == ("call", confidence)


def test_what_is_known_of_the_place_and_the_product_is_in_the_row() -> None:
    product = Product(sku="W-200-BLK", model="W-200", category="watch", firmware="1.4")
    row = feedback(chat(product=product), channel="tmall", shop="flagship", region="CN-31")
    assert (row.channel, row.shop, row.region) == ("tmall", "flagship", "CN-31")
    assert (row.product_sku, row.product_model, row.product_category, row.firmware) == ("W-200-BLK", "W-200", "watch", "1.4")
    (ordered,) = rows(event(Order(order_hash="o", line_id="1", kind="returned", product=product, amount_minor=0)))
    assert isinstance(ordered, OrderRow)
    assert (ordered.product_model, ordered.quantity, ordered.amount_minor, ordered.kind) == ("W-200", 1, 0, "returned")
    assert ordered.event_id == identity("default", "s", "e")
