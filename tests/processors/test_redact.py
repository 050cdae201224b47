import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.personal_data import find
from processors.redact import ATTRIBUTE_LENGTH, excerpt, redact, redact_attribute, redact_batch, redact_identifier
from processors.utterance import Span, Utterance

ANY = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789１３８ -.()+@aX\\u%&#;")))


def test_placeholders_say_what_was_there_and_spans_where() -> None:
    text, spans = redact("电话１３８-1234-5678，邮箱 a@qq.com")
    assert text == "电话[PHONE]，邮箱 [EMAIL]"
    assert spans == [Span("phone", 2, 15), Span("email", 19, 27)]


@given(ANY)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once, _ = redact(text)
    assert redact(once) == (once, [])


@given(ANY, ANY)
def test_what_is_not_a_span_stays(before: str, after: str) -> None:
    text = before + "\n13812345678\n" + after
    redacted, spans = redact(text)
    assert "13812345678" not in redacted
    rest = redacted
    for start, span in zip([0, *(span.end for span in spans)], spans, strict=False):
        rest = rest.removeprefix(text[start : span.start]).removeprefix(f"[{span.kind.upper()}]")
    assert rest == text[spans[-1].end :]


def test_an_identifier_is_hashed_only_if_it_must_be() -> None:
    assert redact_identifier("conv-42") == "conv-42"
    assert redact_identifier("") == ""
    hashed = redact_identifier("wx_13812345678")
    assert re.fullmatch("h:[0-9a-f]{16}", hashed)
    assert hashed == redact_identifier("wx_13812345678") != redact_identifier("wx_13812345679")
    assert redact_identifier("13812345678\ud800").startswith("h:")


def test_the_step_redacts_text_and_attributes_and_records_spans_of_the_text() -> None:
    utterance = Utterance("我是13812345678", "customer", matching="kept", attributes={"note": "a@qq.com", "level": "gold"})
    redact_batch([utterance])
    assert (utterance.text, utterance.pii) == ("我是[PHONE]", [Span("phone", 2, 13)])
    assert utterance.attributes == {"note": "[EMAIL]", "level": "gold"}
    assert utterance.matching == "kept"
    utterance.attributes = {"note": "手" * 195 + "13812345678"}
    redact_batch([utterance])
    assert utterance.attributes == {"note": "手" * 195}


def test_every_kind_has_its_placeholder() -> None:
    text, spans = redact(
        "电话13812345678 身份证11010519491231002X 卡6222021234567890128 邮箱a@qq.com 地址朝阳区建国路88号 车牌粤B12345 "
        "订单号10023456 微信号zhang_88 护照E12345678"
    )
    assert text == (
        "电话[PHONE] 身份证[ID] 卡[CARD] 邮箱[EMAIL] 地址[ADDRESS] 车牌[PLATE] 订单号[ORDER] 微信号[SOCIAL] 护照[PASSPORT]"
    )
    assert len(spans) == 9


@pytest.mark.parametrize(
    "identifier", ["4200001234567890123", "6222021234567890128", "SF1234567890123", "240101-123456789012345"]
)
def test_an_order_id_is_not_hashed(identifier: str) -> None:
    assert redact_identifier(identifier) == identifier


def test_an_attribute_of_one_word_is_a_code_unless_it_is_a_card_or_a_phone() -> None:
    assert redact_attribute("4200001234567890123") == "4200001234567890123"
    assert redact_attribute("6222021234567890128") == "[CARD]"
    assert redact_attribute("寄到朝阳区建国路88号") == "寄到[ADDRESS]"


PHONE, RESIDENT_ID, EMAIL = "138-0013-8000", "11010519491231002X", "zhang.san@example.com"


@pytest.mark.parametrize("planted", [PHONE, PHONE.replace("-", ""), RESIDENT_ID, EMAIL])
def test_an_attribute_is_cut_after_it_is_redacted_and_never_through_a_placeholder(planted: str) -> None:
    placeholder = redact(planted)[0]
    assert placeholder.startswith("[")
    for before in range(150, 251):
        stored = redact_attribute("手" * (before - 1) + " " + planted + " 好" * 40)
        assert len(stored) <= ATTRIBUTE_LENGTH
        assert not re.search("[0-9@]", stored), (before, stored[-30:])
        whole = before + len(placeholder) <= ATTRIBUTE_LENGTH
        assert stored.endswith("]") or stored.rstrip("好 ").endswith(placeholder if whole else "手"), (before, stored[-30:])
        assert stored.count("[") == whole


@pytest.mark.parametrize("layers", [0, 1, 2, 3])
def test_no_escape_hides_personal_data_in_an_attribute(layers: int) -> None:
    value = f'{{"phone": "{PHONE}", "deep": [{{"id": "{RESIDENT_ID}"}}], "mail": "{EMAIL}"}}'
    if layers:
        value = re.sub("[0-9X@]", lambda match: f"\\u{ord(match.group()):04x}", value)
        value = value.replace("\\", "\\" * 2 ** (layers - 1))
    assert redact_attribute(value) == '{"phone": "[PHONE]", "deep": [{"id": "[ID]"}], "mail": "[EMAIL]"}'
    assert redact_attribute("138\\t0013\\u00008000") == "[PHONE]"


def test_an_attribute_without_personal_data_keeps_its_escapes() -> None:
    for value in (r"C:\new\u0041", "100%25 &amp; more", "[PHONE]", "", "手" * 200):
        assert redact_attribute(value) == value
    assert redact_attribute("手" * 201) == "手" * 200


def test_what_only_the_cut_makes_a_phone_number_is_left_out() -> None:
    assert redact_attribute("手" * 189 + "13800138000123456789") == "手" * 189


@given(ANY, st.integers(0, 300))
def test_a_stored_attribute_is_short_holds_nothing_and_stays_as_it_is(text: str, before: int) -> None:
    stored = redact_attribute("手" * before + text)
    assert len(stored) <= ATTRIBUTE_LENGTH
    assert find(stored) == []
    assert redact_attribute(stored) == stored


DISGUISES = [
    b'{"text": "13812345678"}',
    json.dumps({"text": "１３８１２３４５６７８"}).encode(),
    b'{"t": "\\u0031\\u0033\\u00381234\\u0035678"}',
    b'{"t": "\\\\u0031\\\\u0033\\\\u00381234\\\\u0035678"}',
    b"t=%31%33%38%31%32%33%34%35%36%37%38",
    b"t=%2531%2533%2538%2531%2532%2533%2534%2535%2536%2537%2538",
    b"&#49;&#51;&#56;&#49;&#50;&#51;&#52;&#53;&#54;&#55;&#56;",
    b"&#x31;&#x33;&#x38;&#x31;&#x32;&#x33;&#x34;&#x35;&#x36;&#x37;&#x38;",
    b"&amp;#49;38&amp;#49;2345678",
    b"1\x003\x008\x001\x002\x003\x004\x005\x006\x007\x008\x00",
    b"\xff\xfe138\xff12345678",
    b"138-1234 5678",
    b"138\\t1234\\t5678",
    "１３８１２３４５６７８".encode(),
    "13812345678".encode("utf-16"),
    b"order 2024112013812345678",
]


@pytest.mark.parametrize("raw", DISGUISES)
def test_nothing_hides_in_an_excerpt(raw: bytes) -> None:
    shown = excerpt(raw)
    assert "345678" not in re.sub(r"\D", "", shown)
    assert len(re.sub(r"\D", "", shown)) < 6


@pytest.mark.parametrize(
    "raw",
    [b"a%40qq.com", b'"zhang\\u0040qq.com"', b"zhang&#64;qq.com", "张三@qq.com".encode(), b"root@localhost", b"zhang @ qq.com"],
)
def test_what_looks_like_an_address_is_masked_in_an_excerpt(raw: bytes) -> None:
    assert "@" not in excerpt(raw)
    assert "qq" not in excerpt(raw)


def test_an_excerpt_still_says_what_came() -> None:
    assert excerpt(b'{"type": "voc.chat", "n": 12345, "order": 123456}\n\x01') == '{"type": "voc.chat", "n": 12345, "order": #}··'
    assert excerpt(b"") == ""
    assert excerpt("你好".encode() + b"\xff") == "你好\ufffd"
    assert len(excerpt(b"x y " * 100)) == 200
    assert excerpt(b"x y " * 100, limit=3) == "x y"


@pytest.mark.parametrize(
    "number",
    ["13812345678", "138 1234 5678", "138-1234-5678", "110101199003078515", "zhang.san@example.com", "１３８１２３４５６７８"],
)
@pytest.mark.parametrize("escape", [False, True])
def test_what_the_window_edge_cuts_does_not_survive_in_part(number: str, escape: bool) -> None:
    planted = "".join(f"\\u{ord(c):04x}" for c in number) if escape else number
    raw = planted.encode()
    for cut in range(1, len(raw)):
        filler = b'"k", ' * 1000
        whole = filler[: 4096 - cut - 4] + b'":: ' + raw + b" tail" * 100
        shown = excerpt(whole, limit=5000)
        assert shown.rstrip().endswith('"::'), (cut, shown[-30:])
        assert len(shown) > 3900


@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_long_number_in_any_excerpt(raw: bytes, limit: int) -> None:
    shown = excerpt(raw, limit)
    assert len(shown) <= limit
    assert not re.search(r"\d(?:[ .-]?\d){5}", shown)
    assert not re.search(r"[\x00-\x1f\ud800-\udfff]", shown)


def test_deeply_escaped_bytes_end() -> None:
    assert excerpt(b"%" + b"25" * 1000 + b"31") is not None
