"""What holds for every input: only InvalidMessage, no value in its detail, and encoding loses nothing."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import events
from schemas.codec import Decoder, encode
from schemas.events import PAYLOADS, Event
from schemas.invalid import InvalidMessage
from tests.schemas.examples import ARRIVED, VALID

DECODERS = (Decoder(), Decoder(["locale", "tier", "text"]))
EXAMPLES = [json.loads(path.read_bytes()) for path in VALID]
MARK = "7Q值Q7"

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
odd_values: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "null", MARK, 0, -1, 2**63, 2**70, 1e308, True, [], {}, [[None]], "0001-01-01T"]
)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2026, 11, 20), timezones=st.just(UTC))  # noqa: DTZ001 (timezones= adds it)
labels = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
identifiers = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
texts = st.text(st.characters(exclude_categories=["Cs"]))
int64 = st.integers(-(2**63), 2**63 - 1)
finite = st.floats(allow_nan=False, allow_infinity=False)
products = st.builds(events.Product, sku=labels, model=labels, category=labels, firmware=labels)


def one_of_literal(alias: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(alias.__args__)


chats = st.builds(
    events.ChatMessage,
    message_id=identifiers,
    sender_role=one_of_literal(events.SenderRole),
    text=texts,
    revision=st.integers(0, 255),
    created_at=instants,
    recalled=st.booleans(),
    seq=st.none() | int64,
    is_auto_reply=st.booleans(),
    content_type=labels,
    bot=st.none() | st.builds(events.BotMatch, matched=st.booleans(), intent=labels, confidence=st.none() | finite),
    product=products,
    queue=labels,
)
calls = st.builds(
    events.CallSegment,
    segment_id=identifiers,
    revision=st.integers(0, 255),
    is_final=st.booleans(),
    sender_role=one_of_literal(events.SenderRole),
    call_start=instants.map(lambda time: time - timedelta(days=7)).filter(lambda time: time.year >= 2000),
    begin_ms=st.integers(0, 604_800_000),
    end_ms=st.integers(0, 604_800_000),
    text=texts,
    asr_confidence=st.none() | finite,
    product=products,
)
surveys = (
    st.tuples(finite, finite, finite)
    .filter(lambda scale: len(set(scale)) == 3)
    .flatmap(
        lambda scale: st.builds(
            events.SurveyResponse,
            response_id=identifiers,
            metric=one_of_literal(events.SurveyMetric),
            score=st.just(sorted(scale)[1]),
            scale_min=st.just(min(scale)),
            scale_max=st.just(max(scale)),
            higher_is_better=st.booleans(),
            resolved=st.none() | st.booleans(),
            comment=texts,
        )
    )
)
orders = st.builds(
    events.Order,
    order_hash=identifiers,
    line_id=identifiers,
    kind=one_of_literal(events.OrderKind),
    product=products,
    quantity=int64,
    amount_minor=st.none() | int64,
    reason_text=texts,
)
conversations = st.builds(
    events.ConversationEvent,
    kind=one_of_literal(events.ConversationKind),
    queue_ms=st.none() | st.integers(0, 2**63 - 1),
)
contexts = st.builds(
    events.ContextEvent,
    kind=one_of_literal(events.ContextKind),
    title=texts,
    start=instants,
    end=st.none() | instants,
    products=st.lists(labels).map(tuple),
    channels=st.lists(labels).map(tuple),
)
TYPES = {payload: name for name, payload in PAYLOADS.items()}
valid_events = (chats | calls | surveys | orders | conversations | contexts).flatmap(
    lambda payload: st.builds(
        Event,
        id=identifiers,
        source=identifiers,
        type=st.just(TYPES[type(payload)]),
        time=instants,
        subject=identifiers,
        tenant=identifiers,
        channel=identifiers,
        shop=labels,
        region=labels,
        data=st.just(payload),
        extra=st.dictionaries(st.sampled_from(["locale", "tier"]), texts),
    )
)


def decode_or_refuse(raw: bytes) -> None:
    for decoder in DECODERS:
        try:
            event = decoder.decode(raw, ARRIVED)
        except InvalidMessage as invalid:
            assert MARK not in invalid.detail
            assert invalid.detail.isascii()
        else:
            assert decoder.decode(encode(event), ARRIVED) == event


@given(st.binary())
def test_arbitrary_bytes(raw: bytes) -> None:
    decode_or_refuse(raw)


@given(values)
def test_arbitrary_json(value: Any) -> None:
    decode_or_refuse(json.dumps(value).encode())


@given(st.data())
@settings(max_examples=150)
def test_mutated_bytes_of_examples(data: st.DataObject) -> None:
    raw = bytearray(json.dumps(data.draw(st.sampled_from(EXAMPLES)), ensure_ascii=data.draw(st.booleans())).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        raw[start : start + data.draw(st.integers(0, 6))] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"\\ud800", b"null", b'"', b"\xff", b"e9", b"[", b"{", b"}"])
        )
    decode_or_refuse(bytes(raw))


@given(st.data())
@settings(max_examples=200)
def test_mutated_fields_of_examples(data: st.DataObject) -> None:
    message = json.loads(json.dumps(data.draw(st.sampled_from(EXAMPLES))))
    for _ in range(data.draw(st.integers(1, 3))):
        target = data.draw(st.sampled_from([part for part in (message, message.get("data")) if isinstance(part, dict)]))
        name = data.draw(st.sampled_from([*target, MARK, "locale"]))
        target[name] = copy.deepcopy(data.draw(odd_values | values))  # the next mutation may be one of it
    decode_or_refuse(json.dumps(message).encode())


def test_no_detail_holds_a_value_of_the_message() -> None:
    """Each field of each example in turn becomes a mark, of every JSON type that can carry one."""
    refused = 0
    for example in EXAMPLES:
        for part in ("", "data", "product", "bot"):
            fields = example if not part else example["data"] if part == "data" else example["data"].get(part) or {}
            for name in fields:
                for value in (MARK, [MARK], {MARK: MARK}, {"matched": MARK}, MARK * 600):
                    message = json.loads(json.dumps(example))
                    target = message if not part else message["data"] if part == "data" else message["data"][part]
                    target[name] = value
                    try:
                        DECODERS[1].decode(json.dumps(message, ensure_ascii=False).encode(), ARRIVED)
                    except InvalidMessage as invalid:
                        refused += 1
                        assert MARK not in str(invalid)
                        assert invalid.__cause__ is None
    assert refused > 500


@given(valid_events)
def test_decoding_what_was_encoded_gives_it_back(event: Event) -> None:
    assert DECODERS[1].decode(encode(event), ARRIVED) == event


def test_a_value_of_our_own_number_is_never_in_a_detail() -> None:
    raw = msgspec.json.encode({**EXAMPLES[0], "time": 735_173})
    try:
        DECODERS[0].decode(raw, ARRIVED)
    except InvalidMessage as invalid:
        assert "735173" not in invalid.detail
    else:
        raise AssertionError("a number is no time")
