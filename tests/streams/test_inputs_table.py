"""Tables: what a row becomes, which rows are refused, and what a mapping must be."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import Decoder
from schemas.events import ChatMessage, Event
from schemas.invalid import InvalidMessage, InvalidReason
from streams.inputs.mapping import TableMapping, load_mapping
from streams.inputs.record import KEPT_BYTES, InputError, Record
from streams.inputs.table import TableReader

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MAPPING = TableMapping(
    text="内容",
    time="时间",
    timezone="Asia/Shanghai",
    conversation="会话",
    role="角色",
    roles={"客户": "customer", "客服": "agent"},
    customer="手机",
    product_model="型号",
    constants={"channel": "tmall", "product_category": "手表", "source": "export"},
)
HEADER = ["时间", "会话", "角色", "手机", "型号", "内容", "备注"]
ROW = ["2026/11/18 11:15", "c-1", "客户", "13800000000", "W-200", "屏幕不亮,\n重启没用", ""]
SHORT = TableMapping(text="text", time="time")


def table(tmp_path: Path, rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return written(tmp_path, out.getvalue().encode(encoding))


def written(tmp_path: Path, content: bytes, name: str = "export.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def records(path: Path, mapping: TableMapping = MAPPING) -> list[Record]:
    with TableReader(path, mapping) as reader:
        return list(reader)


def event(record: Record) -> Event:
    assert record.fault is None
    return Decoder().decode(record.raw, NOW)


def refusal(record: Record) -> InvalidMessage:
    assert record.fault is not None
    return record.fault


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_row_becomes_a_chat_message(tmp_path: Path, encoding: str, delimiter: str) -> None:
    [record] = records(table(tmp_path, [HEADER, ROW], encoding, delimiter))
    found = event(record)
    assert record.offset == 1
    assert (found.source, found.subject, found.channel, found.tenant) == ("export", "c-1", "tmall", "default")
    assert found.time == datetime(2026, 11, 18, 3, 15, tzinfo=UTC)
    data = found.data
    assert isinstance(data, ChatMessage)
    assert (data.text, data.sender_role) == ("屏幕不亮,\n重启没用", "customer")
    assert (data.product.model, data.product.category) == ("W-200", "手表")
    assert len(data.customer_hash) == 16
    assert b"13800000000" not in record.raw


def test_compressed(tmp_path: Path) -> None:
    path = table(tmp_path, [HEADER, ROW])
    assert records(written(tmp_path, gzip.compress(path.read_bytes()), "export.csv.gz")) == records(path)


def test_the_same_row_twice_is_one_message_and_another_is_another(tmp_path: Path) -> None:
    rows = [["time", "text", "note"], ["2026-11-18", "a", ""], ["2026-11-18", "a", ""], ["2026-11-18", "a", "x"]]
    first, second, third = map(event, records(table(tmp_path, rows), SHORT))
    assert first == second
    assert (first.id, first.subject) != (third.id, third.subject)
    assert first.data.message_id.startswith("row-")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cell", "options", "expected"),
    [
        ("2026-11-18T11:15:27.5+08:00", {}, datetime(2026, 11, 18, 3, 15, 27, 500_000, tzinfo=UTC)),
        ("2026-11-18 11:15:27", {}, datetime(2026, 11, 18, 11, 15, 27, tzinfo=UTC)),
        ("2026/11/8 9:05", {"timezone": "Asia/Shanghai"}, datetime(2026, 11, 8, 1, 5, tzinfo=UTC)),
        ("2026年11月8日 9:05:01.25", {}, datetime(2026, 11, 8, 9, 5, 1, 250_000, tzinfo=UTC)),
        ("2026-11-08", {}, datetime(2026, 11, 8, tzinfo=UTC)),
        ("08.11.2026 09:05", {"time_format": "%d.%m.%Y %H:%M"}, datetime(2026, 11, 8, 9, 5, tzinfo=UTC)),
        ("2026-11-08 +0800", {"time_format": "%Y-%m-%d %z"}, datetime(2026, 11, 7, 16, tzinfo=UTC)),
        ("1794000000", {"time_format": "unix"}, datetime.fromtimestamp(1794000000, UTC)),
        ("1794000000500", {"time_format": "unix_ms"}, datetime.fromtimestamp(1794000000.5, UTC)),
    ],
)
def test_times(tmp_path: Path, cell: str, options: dict[str, Any], expected: datetime) -> None:
    mapping = TableMapping(text="text", time="time", **options)
    [record] = records(table(tmp_path, [["time", "text"], [cell, "x"]]), mapping)
    assert event(record).time == expected


@pytest.mark.parametrize("cell", ["", "yesterday", "18/11/2026", "2026-13-01", "0001-01-01", "9" * 400, "2026-11-18 25:00"])
@pytest.mark.parametrize("form", ["", "unix", "%H"])
def test_an_unreadable_time_is_an_invalid_row(tmp_path: Path, cell: str, form: str) -> None:
    mapping = TableMapping(text="text", time="time", time_format=form, timezone="Asia/Shanghai")
    [record] = records(table(tmp_path, [["time", "text"], [cell, "秘密"]]), mapping)
    assert refusal(record).reason is InvalidReason.INVALID_ROW
    assert refusal(record).detail.startswith("time: not readable")
    assert record.raw.rstrip(b"\r") == f"{cell},秘密".encode()


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        (ROW[:5], "5 cells, the header has 7"),
        ([*ROW, "more"], "8 cells, the header has 7"),
        ([*ROW[:2], "经理", *ROW[3:]], "role: a value that [roles] does not list"),
    ],
)
def test_rows_that_cannot_be_mapped(tmp_path: Path, row: list[str], detail: str) -> None:
    bad, good = records(table(tmp_path, [HEADER, row, ROW], "gb18030"))
    assert (refusal(bad).reason, refusal(bad).detail) == (InvalidReason.INVALID_ROW, detail)
    assert "2026/11/18" in bad.raw.decode()
    assert "客" in bad.raw.decode() or "经理" in bad.raw.decode()
    assert event(good).subject == "c-1"


def test_empty_cells_beyond_the_header_and_blank_rows_are_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path, b"time,text\n2026-11-18,a,,\n\n,\n2026-11-18,b\n")
    assert [(record.offset, event(record).data.text) for record in records(path, SHORT)] == [(1, "a"), (4, "b")]  # type: ignore[union-attr]


def test_roles_without_a_list_and_without_a_column(tmp_path: Path) -> None:
    mapping = TableMapping(text="text", time="time", role="role", constants={"role": "bot"})
    rows = [["time", "text", "role"], *(["2026-11-18", "a", role] for role in ("agent", "Customer", ""))]
    found = [event(record).data for record in records(table(tmp_path, rows), mapping)]
    assert [data.sender_role for data in found] == ["agent", "customer", "bot"]  # type: ignore[union-attr]
    assert event(records(table(tmp_path, rows), SHORT)[0]).data.sender_role == "customer"  # type: ignore[union-attr]


def test_bytes_outside_the_encoding_spoil_one_row(tmp_path: Path) -> None:
    path = written(tmp_path, b"time,text\n" + b"2026-11-18,ok\n" * 6000 + b"2026-11-18,\xff\xfe\n2026-11-18,ok\n")
    *_, bad, good = records(path, SHORT)
    assert refusal(bad).detail == "not readable as utf-8"
    bad.raw.decode()
    assert event(good).data.text == "ok"  # type: ignore[union-attr]


def test_an_open_quotation_mark_is_named(tmp_path: Path) -> None:
    good, bad = records(written(tmp_path, b'time,text\n2026-11-18,a\n2026-11-18,"b\n2026-11-18,c\n'), SHORT)
    assert event(good)
    assert "quotation mark is left open" in refusal(bad).detail
    assert bad.raw == b'2026-11-18,"b\n2026-11-18,c'


def test_a_huge_cell_and_a_huge_line(tmp_path: Path) -> None:
    cell = written(tmp_path, b"time,text\n2026-11-18," + b"x" * 200_000 + b"\n2026-11-18,b\n")
    bad, good = records(cell, SHORT)
    assert (refusal(bad).reason, len(bad.raw)) == (InvalidReason.INVALID_ROW, KEPT_BYTES)
    assert event(good)
    line = written(tmp_path, b"time,text\n2026-11-18," + b"x" * 2_000_000 + b"\n2026-11-18,b\n")
    bad, good = records(line, SHORT)
    assert refusal(bad).reason is InvalidReason.TOO_LARGE
    assert event(good)


def test_truncated_gzip_within_a_quoted_cell(tmp_path: Path) -> None:
    text = b'time,text\n2026-11-18,a\n2026-11-18,"b\nc'
    whole = gzip.compress(text + b'"\n')
    stream = whole[: -8 - 4]
    with TableReader(written(tmp_path, stream, "t.csv.gz"), SHORT) as reader:
        good, last = list(reader)
        assert (reader.truncated, reader.offset) == (True, 1)
    assert event(good)
    assert refusal(last).reason is InvalidReason.TRUNCATED_INPUT
    assert last.offset == 2
    assert "row 2" in refusal(last).detail
    assert last.raw.startswith(b'2026-11-18,"b')


def test_a_table_that_grew_continues_and_a_changed_mapping_starts_anew(tmp_path: Path) -> None:
    path = table(tmp_path, [HEADER, ROW, ROW])
    with TableReader(path, MAPPING) as reader:
        assert len(reader.read_batch(1)) == 1
        offset, digest = reader.offset, reader.digest
    table(tmp_path, [HEADER, ROW, ROW, ROW])
    with TableReader(path, MAPPING) as reader:
        assert reader.resume(offset, digest)
        assert [record.offset for record in reader] == [2, 3]
    with TableReader(path, TableMapping(text="内容", time="时间")) as reader:
        assert not reader.resume(offset, digest)
        assert len(list(reader)) == 3


def test_the_header_must_have_the_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no column 时间\. Its columns are: time, 内容"):
        records(table(tmp_path, [["time", "内容"], ["2026-11-18", "a"]]), TableMapping(text="内容", time="时间"))
    with pytest.raises(InputError, match="column names"):
        records(written(tmp_path, b"\n\n"), SHORT)
    with pytest.raises(InputError, match="two columns text"):
        records(written(tmp_path, b"time,text,text\n"), SHORT)
    with pytest.raises(InputError, match="UTF-16"):
        records(written(tmp_path, "time,text\n".encode("utf-16")), SHORT)


@given(st.binary(max_size=400))
def test_noise_gives_events_or_faults(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = written(tmp_path_factory.mktemp("noise"), b'time,text\n2026-11-18,"a"\n' + noise)
    for record in records(path, SHORT):
        if record.fault is None:
            Decoder().decode(record.raw, NOW)
        else:
            assert record.fault.detail.isascii()


FULL = """
text = "内容"
time = "时间"
timezone = "Asia/Shanghai"
role = "角色"
[roles]
"客户" = "customer"
[constants]
channel = "tmall"
"""


def test_load_mapping(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, FULL.encode(), "map.toml"))
    assert (mapping.text, mapping.roles, mapping.constants) == ("内容", {"客户": "customer"}, {"channel": "tmall"})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('txet = "a"', "txet is not a key of a mapping; the nearest is text"),
        ('constants = { chanel = "a" }', r"\[constants\]: chanel is not a key .* nearest is channel"),
        ('constants = { role = "boss" }', "role boss is none of customer"),
        ("channel = 7", "Expected `str`"),
        ('roles = { "a" = "boss" }', "boss"),
        ('timezone = "Asia/Shangai"', "timezone Asia/Shangai is unknown"),
        ('time_format = "%Q"', "time_format"),
        ('encoding = "utf-16"', "Save the table as UTF-8"),
        ('encoding = "base64"', "Save the table as UTF-8"),
        ('delimiter = "||"', "one character"),
        ("= 7", "is not TOML"),
    ],
)
def test_a_wrong_mapping_says_what_to_correct(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_mapping(written(tmp_path, f'text = "a"\ntime = "b"\n{line}\n'.encode(), "map.toml"))


@pytest.mark.parametrize("content", ['time = "b"', 'text = ""\ntime = "b"'])
def test_text_and_time_are_required(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match="text"):
        load_mapping(written(tmp_path, content.encode(), "map.toml"))


def test_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load_mapping(tmp_path / "gone.toml")
    with pytest.raises(InputError, match="cannot be read"):
        load_mapping(tmp_path)
    with pytest.raises(InputError, match="UTF-8"):
        load_mapping(written(tmp_path, FULL.encode("gb18030"), "map.toml"))


def test_the_message_keeps_the_contract_of_every_sender(tmp_path: Path) -> None:
    [record] = records(table(tmp_path, [HEADER, ROW]))
    message = json.loads(record.raw)
    assert message["specversion"] == "1.0"
    assert message["time"].endswith("Z")
