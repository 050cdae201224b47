"""The codec's rules, one by one; test_codec_properties has what holds for all inputs."""

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from schemas.codec import MAX_BYTES, Decoder, encode
from schemas.events import CallSegment, ChatMessage, ContextEvent, Event, Product
from schemas.invalid import InvalidMessage, InvalidReason
from tests.schemas.examples import ARRIVED, EXAMPLES


def example(path: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXAMPLES / "valid" / path).read_bytes())
    return loaded


def chat(envelope: dict[str, Any] | None = None, **data: Any) -> bytes:
    message = example("voc.chat.message.v1/minimal.json")
    message["data"] |= data
    return json.dumps(message | (envelope or {})).encode()


def decode(raw: bytes, decoder: Decoder | None = None) -> Event:
    return (decoder or Decoder()).decode(raw, ARRIVED)


def refusal(raw: bytes, decoder: Decoder | None = None) -> InvalidMessage:
    with pytest.raises(InvalidMessage) as raised:
        decode(raw, decoder)
    return raised.value


def test_defaults_of_what_is_absent() -> None:
    event = decode(chat())
    assert (event.tenant, event.channel, event.shop, event.region, event.extra) == ("default", "unknown", "", "", {})
    assert isinstance(event.data, ChatMessage)
    assert (event.data.revision, event.data.content_type, event.data.product) == (0, "text", Product())


def test_empty_tenant_and_channel_are_the_defaults() -> None:
    event = decode(chat({"tenant": "", "channel": ""}))
    assert (event.tenant, event.channel) == ("default", "unknown")


def test_null_of_an_optional_field_is_its_absence() -> None:
    nulls = {"revision": None, "customer_hash": None, "product": {"sku": "W", "model": None}, "bot": None}
    event = decode(chat({"tenant": None, "region": None, "specversion": None}, **nulls))
    assert event == decode(chat(product={"sku": "W"}))


def test_the_word_null_in_a_text_stays() -> None:
    event = decode(chat(text="null", customer_hash=None))
    assert isinstance(event.data, ChatMessage)
    assert event.data.text == "null"


def test_empty_text_is_valid() -> None:
    assert decode(chat(text="")).data.text == ""  # type: ignore[union-attr]


def test_said_at() -> None:
    assert decode(chat()).said_at == datetime(2026, 11, 18, 3, 15, 27, tzinfo=UTC)
    assert decode(chat(created_at="2026-11-18T11:00:00+08:00")).said_at == datetime(2026, 11, 18, 3, tzinfo=UTC)
    call = decode(json.dumps(example("voc.call.segment.v1/full.json")).encode())
    assert call.said_at == datetime(2026, 11, 18, 2, 1, 3, 200_000, tzinfo=UTC)
    survey = decode(json.dumps(example("voc.survey.response.v1/full.json")).encode())
    assert survey.said_at == survey.time


def test_every_time_is_utc() -> None:
    event = decode(chat({"time": "2026-11-18T11:15:27-05:30"}, created_at="2026-11-18T00:15:27+08:00"))
    assert isinstance(event.data, ChatMessage)
    assert event.data.created_at is not None
    assert event.time.tzinfo is event.data.created_at.tzinfo is UTC
    assert event.time == datetime(2026, 11, 18, 16, 45, 27, tzinfo=UTC)
    call = decode(json.dumps(example("voc.call.segment.v1/full.json")).encode()).data
    context = decode(json.dumps(example("voc.context.v1/full.json")).encode()).data
    assert isinstance(call, CallSegment)
    assert isinstance(context, ContextEvent)
    assert context.end is not None
    assert call.call_start.tzinfo is context.start.tzinfo is context.end.tzinfo is UTC


@pytest.mark.parametrize("field", ["time", "created_at"])
@pytest.mark.parametrize(
    ("time", "accepted"),
    [
        (ARRIVED + timedelta(days=1), True),
        (ARRIVED + timedelta(days=1, microseconds=1), False),
        ((ARRIVED + timedelta(days=1)).astimezone(timezone(timedelta(hours=14))), True),
        (datetime(2000, 1, 1, tzinfo=UTC), True),
        (datetime(2000, 1, 1, tzinfo=UTC) - timedelta(microseconds=1), False),
        (datetime(2000, 1, 1, tzinfo=timezone(timedelta(hours=8))), False),
    ],
)
def test_the_edges_of_a_plausible_time(field: str, time: datetime, accepted: bool) -> None:
    raw = chat({"time": time.isoformat()}) if field == "time" else chat(created_at=time.isoformat())
    if accepted:
        assert decode(raw).said_at == time
    else:
        assert refusal(raw).reason is InvalidReason.IMPLAUSIBLE_TIME


def test_a_planned_context_event_may_start_next_year() -> None:
    message = example("voc.context.v1/full.json")
    message["data"] |= {"start": "2027-06-18T00:00:00+08:00", "end": None}
    assert decode(json.dumps(message).encode()).said_at < ARRIVED


def test_too_large() -> None:
    raw = chat(text="x" * MAX_BYTES)
    assert refusal(raw).reason is InvalidReason.TOO_LARGE
    assert str(len(raw)) in refusal(raw).detail
    assert refusal(chat(), Decoder(max_bytes=10)).reason is InvalidReason.TOO_LARGE
    assert decode(chat(), Decoder(max_bytes=len(chat()))).id == "m-1"


def test_the_reason_that_matters_most_comes_first() -> None:
    foreign = b'{"specversion":"0.3","type":"com.example.v1","id":""}'
    assert refusal(foreign).reason is InvalidReason.UNSUPPORTED_SPECVERSION
    assert refusal(b'{"type":"com.example.v1"}').reason is InvalidReason.UNKNOWN_TYPE
    assert refusal(b'{"type":7,"specversion":1.0}').reason is InvalidReason.INVALID_FIELD
    assert refusal(b'{"type":"voc.order.v1"}').reason is InvalidReason.MISSING_FIELD


ATTRIBUTES = ("locale", "score", "tags", "tier", "text", "id", "gone")


def test_attributes_are_kept_as_strings_from_data_or_the_envelope() -> None:
    raw = chat({"tier": "gold", "locale": "envelope"}, locale="zh-CN", score=0.50, tags=["退货", 1], other="x")
    extra = decode(raw, Decoder(ATTRIBUTES)).extra
    assert extra == {"locale": "zh-CN", "score": "0.5", "tags": '["退货", 1]', "tier": "gold"}


def test_an_attribute_is_whole_and_null_is_absent() -> None:
    extra = decode(chat(locale="手" * 5000, tier=None), Decoder(ATTRIBUTES)).extra
    assert extra == {"locale": "手" * 5000}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r'{"\u0070hone": "\u0031\u0033800138000", "mail": ["a\u0040b.com"]}', '{"phone": "13800138000", "mail": ["a@b.com"]}'),
        (r'["\uff11\uff13\ud83d\ude21 \/ \"x\" \\u0031"]', r'["１３😡 / \"x\" \\u0031"]'),
        ("[1.3800138000E10, 1.5e+3, -2e-3, 1e5000]", "[13800138000, 1500, -0.002, 1e5000]"),
        ('{"a": [0.50, "1e3", "[1e3]"]}', '{"a": [0.50, "1e3", "[1e3]"]}'),
        ("1e99", "1" + "0" * 99),
        ("true", "true"),
    ],
)
def test_an_attribute_that_is_no_string_is_json_as_one_reads_it(written: str, kept: str) -> None:
    raw = chat(locale="here").replace(b'"here"', written.encode())
    assert decode(raw, Decoder(ATTRIBUTES)).extra == {"locale": kept}


@pytest.mark.parametrize("value", [r'["\ud800"]', r'{"\udc00": 1}', r'[["1\ud83d"]]'])
def test_half_of_a_surrogate_pair_deep_in_an_attribute_is_refused(value: str) -> None:
    raw = chat(locale="here").replace(b'"here"', value.encode())
    assert refusal(raw, Decoder(ATTRIBUTES)).reason is InvalidReason.INVALID_JSON


@pytest.mark.parametrize("value", [b"1" * 1_000_000, b'"' + b"\\\\" * 400_000 + b'"', b"[" + b"1.1," * 250_000 + b"1]"])
def test_a_long_attribute_costs_no_more_than_its_length(value: bytes) -> None:
    raw = chat(locale="here").replace(b'"here"', b"[" + value + b"]")
    started = time.process_time()
    decode(raw, Decoder(ATTRIBUTES))
    assert time.process_time() - started < 5


def test_unknown_fields_are_ignored_without_attributes() -> None:
    assert decode(chat({"tier": "gold"}, locale="zh-CN")) == decode(chat())


def test_at_most_twenty_attributes() -> None:
    Decoder([f"a{n}" for n in range(20)] + ["a0"])
    with pytest.raises(ValueError, match="at most 20"):
        Decoder([f"a{n}" for n in range(21)])


def test_round_trip_with_attributes() -> None:
    decoder = Decoder(ATTRIBUTES)
    event = decode(chat({"tier": "gold"}, tags=["a"]), decoder)
    assert event.extra
    assert decode(encode(event), decoder) == event


@pytest.mark.parametrize("where", ["envelope", "data", "attribute", "known"])
def test_deep_nesting_is_refused(where: str) -> None:
    deep = msgspec.Raw(b"[" * 100_000 + b"]" * 100_000)
    message: dict[str, Any] = example("voc.chat.message.v1/minimal.json")
    target = message if where == "envelope" else message["data"]
    target["text" if where == "known" else "locale"] = deep
    raw = msgspec.json.encode(message)
    decoder = Decoder(ATTRIBUTES if where == "attribute" else ())
    assert refusal(raw, decoder).reason in (InvalidReason.INVALID_JSON, InvalidReason.INVALID_FIELD)
    assert refusal(raw.replace(b"]" * 100_000, b""), decoder).reason is InvalidReason.INVALID_JSON or where == "known"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"[" * 100_000, InvalidReason.NOT_AN_OBJECT),
        (b'{"a":' * 100_000, InvalidReason.INVALID_JSON),
        (b"1" * 5000, InvalidReason.NOT_AN_OBJECT),
        (chat().replace(b'"text": ', b'"seq": 1' + b"0" * 5000 + b', "text": '), InvalidReason.INVALID_FIELD),
        (chat().replace(b'"text": ', b'"seq": 1e999, "text": '), InvalidReason.INVALID_FIELD),
        (chat().replace(b'"text": ', b'"seq": Infinity, "text": '), InvalidReason.INVALID_JSON),
        (chat().replace(b'"text": ', b'"text": "\\ud83d", "text": '), InvalidReason.INVALID_JSON),
        (chat().replace(b'"text": ', b'"note": "\\ude00", "text": '), InvalidReason.INVALID_JSON),
        (chat().replace(b'"text": ', b'"\\ud83d": 1, "text": '), InvalidReason.INVALID_JSON),
        (b"\xef\xbb\xbf" + chat(), InvalidReason.INVALID_JSON),
        (chat().replace(b'"text": ', b'"note": "\xed\xa0\xbd", "text": '), InvalidReason.INVALID_ENCODING),
    ],
    ids=lambda value: value.value if isinstance(value, InvalidReason) else "",
)
def test_pathological_json_has_a_reason(raw: bytes, reason: InvalidReason) -> None:
    assert refusal(raw).reason is reason
    assert refusal(raw, Decoder(ATTRIBUTES)).reason is reason


def test_huge_numbers_in_ignored_fields_are_ignored() -> None:
    raw = chat(customer_hash=None).replace(b'"text": ', b'"note": 1' + b"0" * 5000 + b', "text": ')
    assert decode(raw) == decode(chat())


def test_nul_is_a_character_and_the_last_of_equal_names_counts() -> None:
    raw = chat(text="a\0b").replace(b'"sender_role"', b'"message_id": "m-2", "sender_role"')
    data = decode(raw).data
    assert isinstance(data, ChatMessage)
    assert (data.text, data.message_id) == ("a\0b", "m-2")


def test_surrogate_pairs_are_characters() -> None:
    assert decode(chat(text="😡")).data.text == "😡"  # type: ignore[union-attr]
