import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.personal_data import find, folded

PHONES = """13812345678|138 1234 5678|138-1234-5678|138.1234.5678|138 12345678|138-12345678
1381234 5678|1381234-5678|1381-2345-678
138-123-45678|+8613812345678|+86 13812345678|+86-138-1234-5678|+86 138 1234 5678|008613812345678
0086 138 1234 5678|8613812345678|86-13812345678
013812345678|１３８１２３４５６７８|１３８－１２３４－５６７８|１３８　１２３４　５６７８
138 – 1234 – 5678|138—1234—5678|138（1234）5678|1 3 8 1 2 3 4 5 6 7 8
1-3-8-1-2-3-4-5-6-7-8|1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8|138\u200b1234\u200b5678|138_1234_5678
19912345678|16612345678|17012345678|14512345678|15912345678
010-12345678|021-62345678|0755-86543210|0512-6543210|(021)62345678|（021）62345678|021 6234 5678
02162345678|+86 21 6234 5678|0571 8765 4321
一三八一二三四五六七八|幺三八零零幺三八零零零|+1 415 555 2671|+852 9123 45678|138 12 34 56 78
𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖|١٣٨١٢٣٤٥٦٧٨"""
IDS = """110101199003078515|11010519491231002X|11010519491231002x
１１０１０１１９９００３０７８５１５|１１０１０５１９４９１２３１００２Ｘ
110101 19900307 8515|110101-19900307-8515|440524188001010014|360426199101010071"""
EMAILS = """a@b.cn|zhang.san@qq.com|z_s+1@mail.example.com.cn|12345@qq.com|13812345678@139.com
ZHANG@EXAMPLE.COM|zhang＠qq．com|o'neil@example.co.uk"""
PLANTED = [
    (kind, text)
    for kind, texts in (("phone", PHONES), ("id", IDS), ("email", EMAILS))
    for text in texts.replace("\n", "|").split("|")
]

INNOCENT = """1381234567|138123456789|20241120138123456789|订单号 4200001234567890123
订单 2024112013301234567|SF1381234567890|6222021234567890123
110101199003078516|11010519491231002Y|110101199013078515|11010119900307851|9787111213826
690123456789|12345678901|12812345678|10012345678
¥1299.00|1,380,012,345|1299-1599|1500-2000 300|1999|满300减50|3期免息 每期433.33|0.13812345678|3.1415926535897
2024-11-20|2024/11/20 13:30:15|20241120133015|2024-11-20T13:30:15.123Z|13:30-15:30|11月20日14点30分
1990-12-31 2024|1732012345|1732012345678|1988.12.31
W-200|GW-B5600|iPhone 15 Pro Max 256|v1.3.8.12|1.38.12.34|固件 2.0.13.1234|SN: WX2024A1381
IP 192.168.10.100|139.168.10.100|400-820-8820|95555|12306|10086
24小时|48小时内|7天无理由|5000mAh|100m防水|1080p|42mm|一三五七|二零二四年|第十三八一二
@小米|我@你|root@localhost|@|a@|@qq.com|a@b|5@6|微信号 zhang_san|https://example.com/a?b=1|id=abc-123"""
NEGATIVES = INNOCENT.replace("\n", "|").split("|")


@pytest.mark.parametrize(("kind", "planted"), PLANTED)
@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("我的号码是", "，麻烦尽快"), ("call me on ", " please"), ("①", "。谢谢"), ("订单2024-11-20 ", "（2件）")],
)
def test_planted_data_is_found_where_it_stands(kind: str, planted: str, before: str, after: str) -> None:
    text = before + planted + after
    (span,) = find(text)
    assert span.kind == kind
    kept = text[: span.start] + "|" + text[span.end :]
    assert re.search(r"[^\W_]", kept.replace(before, "", 1).replace(after, "", 1) if before else kept) is None


@pytest.mark.parametrize("text", NEGATIVES)
@pytest.mark.parametrize("frame", ["{}", "请问{}是什么意思", "I saw {} there"])
def test_other_numbers_are_left_alone(text: str, frame: str) -> None:
    assert find(frame.format(text)) == []


def test_there_are_enough_of_both() -> None:
    assert len(PLANTED) >= 60
    assert len(NEGATIVES) >= 60


def test_several_in_one_text() -> None:
    text = "1.13812345678 2.13912345678，邮箱a@qq.com 身份证11010519491231002X"
    assert [(span.kind, text[span.start : span.end]) for span in find(text)] == [
        ("phone", "13812345678"),
        ("phone", "13912345678"),
        ("email", "a@qq.com"),
        ("id", "11010519491231002X"),
    ]


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789１３８ -.()+@aX"))))
def test_folding_keeps_the_length_and_spans_are_in_order(text: str) -> None:
    assert len(folded(text)) == len(text)
    at = 0
    for span in find(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


@pytest.mark.parametrize(
    "unit",
    [
        "1 3 ",
        "1",
        "13",
        "a@",
        "@",
        "1.",
        "+86",
        "0-",
        "a",
        "一三",
        "021 ",
        "(",
        "1-3 8.",
        "110101",
        "138 1234 567 ",
        "a.",
        "a@b.",
        "+1 ",
    ],
)
def test_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        began = time.perf_counter()
        find(text)
        return time.perf_counter() - began

    short, long = min(seconds(50_000) for _ in range(3)), seconds(1_000_000)
    assert long < 200 * short + 1  # linear is 20 times, square would be 400 times; a second for a busy machine
