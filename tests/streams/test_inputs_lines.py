"""Reading NDJSON: what is a line, what is damaged, where batches end, what a later run may skip."""

import gzip
import io
import json
import os
import random
import sys
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.invalid import InvalidMessage, InvalidReason
from streams.inputs.lines import LineReader, read_lines
from streams.inputs.record import KEPT_BYTES, InputError, Record

CHANCE = random.Random(7)
LINES = [b'{"n":%d,"t":"%s"}' % (n, CHANCE.randbytes(20).hex().encode()) for n in range(1, 2001)]
TEXT = b"\n".join(LINES) + b"\n"


def written(tmp_path: Path, content: bytes, name: str = "events.ndjson") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def faults(records: list[Record]) -> list[tuple[int, InvalidReason]]:
    return [(record.offset, record.fault.reason) for record in records if record.fault]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"\n \n\t\r\n", []),
        (b"a\nb\n", [(1, b"a"), (2, b"b")]),
        (b"a\n\n\r\nb", [(1, b"a"), (4, b"b")]),
        (b"a\r\nb\r\n", [(1, b"a"), (2, b"b")]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", [(1, b"a"), (2, b"\xef\xbb\xbfb")]),
        (b"\xef\xbb\xbf", []),
        ("只有一行".encode(), [(1, "只有一行".encode())]),
    ],
)
@pytest.mark.parametrize("name", ["events.ndjson", "events.ndjson.gz"])
def test_lines(tmp_path: Path, name: str, content: bytes, expected: list[tuple[int, bytes]]) -> None:
    path = written(tmp_path, gzip.compress(content) if name.endswith("gz") else content, name)
    assert [(record.offset, record.raw) for record in read_lines(path)] == expected


def test_standard_input_plain_and_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (TEXT, gzip.compress(TEXT)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert [record.raw for record in read_lines("-")] == LINES
        assert not sys.stdin.buffer.closed


def test_gzip_is_told_by_its_bytes_and_may_have_members_and_padding(tmp_path: Path) -> None:
    half = len(TEXT) // 2
    members = gzip.compress(TEXT[:half]) + gzip.compress(b"") + gzip.compress(TEXT[half:]) + b"\0" * 1000
    assert [record.raw for record in read_lines(written(tmp_path, members, "export.bin"))] == LINES


@given(st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_truncated_gzip_gives_every_whole_line_then_says_so(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random
) -> None:
    stream = gzip.compress(TEXT[:60_000]) + gzip.compress(TEXT[60_000:])
    cut = chance.randrange(len(stream))
    if cut == len(gzip.compress(TEXT[:60_000])):
        return  # between members nothing is missing
    path = written(tmp_path_factory.mktemp("gz"), stream[:cut], "events.gz")
    with LineReader(path) as reader:
        *whole, last = list(reader)
        assert reader.truncated
        assert reader.read_batch(10) == []
    assert [record.raw for record in whole] == LINES[: len(whole)]
    assert reader.offset == len(whole)
    assert last.fault is not None
    assert last.fault.reason is InvalidReason.TRUNCATED_INPUT
    assert last.fault.detail == f"gzip stream ends early in line {len(whole) + 1}"
    assert LINES[len(whole)].startswith(last.raw)
    with LineReader(written(path.parent, stream, "events.gz")) as reader:  # the upload has completed
        assert reader.resume(len(whole), _digest(whole))
        assert [record.raw for record in reader] == LINES[len(whole) :]


def _digest(records: list[Record]) -> str:
    return sha256(b"".join(record.raw + b"\n" for record in records)).hexdigest()


def test_damaged_gzip_gives_the_lines_before_the_damage(tmp_path: Path) -> None:
    stream = bytearray(gzip.compress(TEXT))
    stream[len(stream) // 2] ^= 0xFF
    with LineReader(written(tmp_path, bytes(stream), "events.gz")) as reader:
        records = list(reader)
    assert reader.truncated
    assert records[-1].fault is not None
    assert records[-1].fault.detail.startswith("gzip stream is damaged in line ")
    assert len(records) > 900
    assert [record.raw for record in records[:900]] == LINES[:900]


def test_a_checksum_that_does_not_fit_is_damage_after_the_last_line(tmp_path: Path) -> None:
    stream = bytearray(gzip.compress(TEXT))
    stream[-6] ^= 0xFF
    *whole, last = read_lines(written(tmp_path, bytes(stream), "events.gz"))
    assert [record.raw for record in whole] == LINES
    assert (last.offset, last.raw) == (2001, b"")
    assert faults([last]) == [(2001, InvalidReason.TRUNCATED_INPUT)]


def test_something_else_after_the_gzip_stream(tmp_path: Path) -> None:
    *whole, last = read_lines(written(tmp_path, gzip.compress(TEXT) + b"trailer", "events.gz"))
    assert [record.raw for record in whole] == LINES
    assert last.fault is not None
    assert "goes on with something else" in last.fault.detail


def test_one_line_of_five_megabytes_takes_little_memory(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n" + b"x" * 5_000_000 + b"\nb\n")
    tracemalloc.start()
    records = list(read_lines(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [record.offset for record in records] == [1, 2, 3]
    assert records[1].raw == b"x" * KEPT_BYTES
    assert records[1].fault is not None
    assert records[1].fault.reason is InvalidReason.TOO_LARGE
    assert "5000000 bytes" in records[1].fault.detail
    assert records[2] == Record(3, b"b")
    assert peak < 3_500_000


@pytest.mark.parametrize("limit", [10, 100_000])
@pytest.mark.parametrize("newline", [b"", b"\n"])
def test_the_limit_is_exact(tmp_path: Path, limit: int, newline: bytes) -> None:
    path = written(tmp_path, b"x" * limit + b"\n" + b"y" * (limit + 1) + newline)
    exact, over = read_lines(path, max_bytes=limit)
    assert exact == Record(1, b"x" * limit)
    assert faults([over]) == [(2, InvalidReason.TOO_LARGE)]


def test_a_compressed_bomb_stays_small(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"\0" * 200_000_000), "bomb.gz")
    tracemalloc.start()
    records = list(read_lines(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert faults(records) == [(1, InvalidReason.TOO_LARGE)]
    assert peak < 8_000_000


@given(st.binary(max_size=2000), st.integers(1, 7), st.integers(1, 50))
def test_noise_is_split_like_any_bytes_whatever_the_limits(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, limit: int, max_bytes: int
) -> None:
    path = written(tmp_path_factory.mktemp("noise"), noise)
    if noise.startswith(b"\x1f\x8b"):
        return
    records = list(read_lines(path, max_bytes))
    with LineReader(path, max_bytes=max_bytes) as reader:
        batched: list[Record] = []
        while batch := reader.read_batch(limit):
            assert len({(record.offset - 1) // limit for record in batch}) == 1
            batched += batch
        assert reader.offset == len((noise + b"\n" * (not noise.endswith(b"\n") and noise != b"")).split(b"\n")) - 1
    assert [record[:2] for record in batched] == [record[:2] for record in records]


def test_batches_end_at_multiples_of_the_limit_whatever_was_read_before(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n\nb\n\n\n\nc\nd\ne\n")
    with LineReader(path) as reader:
        assert [[record.offset for record in reader.read_batch(3)] for _ in range(4)] == [[1, 3], [7, 8, 9], [], []]
    with LineReader(path) as reader:
        assert reader.skip(2) == 2
        assert [record.offset for record in reader.read_batch(3)] == [3]


def position(path: Path, limit: int = 10_000) -> tuple[int, str]:
    with LineReader(path) as reader:
        reader.read_batch(limit)
        return reader.offset, reader.digest


@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_that_grew_continues_where_it_stopped(tmp_path: Path, compressed: bool) -> None:
    pack = gzip.compress if compressed else bytes
    path = written(tmp_path, pack(b"a\n\nb\nc"))
    offset, digest = position(path)
    assert offset == 4
    written(tmp_path, pack(b"a\n\nb\nc\nd\n"))
    with LineReader(path) as reader:
        assert reader.resume(offset, digest)
        assert list(reader) == [Record(5, b"d")]


@pytest.mark.parametrize("now", [b"a\n\nb\ncc\nd\n", b"A\n\nb\nc\nd\n", b"a\nb\nc\nd\n", b"a\n", b"", b"a\n \nb\nc\n"])
def test_a_file_that_was_replaced_is_read_from_the_start(tmp_path: Path, now: bytes) -> None:
    path = written(tmp_path, b"a\n\nb\nc")
    offset, digest = position(path)
    written(tmp_path, now)
    with LineReader(path) as reader:
        assert not reader.resume(offset, digest)
        assert [record.raw for record in reader] == [line for line in now.split(b"\n") if line.strip()]


def test_the_end_of_a_line_over_the_limit_counts_in_the_digest(tmp_path: Path) -> None:
    before = position(written(tmp_path, b"x" * 2_000_000 + b"\n"))
    assert position(written(tmp_path, b"x" * 1_999_999 + b"y\n")) != before
    assert position(written(tmp_path, b"x" * 2_000_000 + b"\n")) == before


def test_what_is_written_after_the_end_was_seen_waits_for_the_next_run(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\nb")
    with LineReader(path) as reader:
        assert len(reader.read_batch(10)) == 2
        with path.open("ab") as file:
            file.write(b"bb\nc\n")
        assert reader.read_batch(10) == []


def test_follow_holds_back_a_partial_line(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n\xe4\xbd")
    with LineReader(path, follow=True) as reader, path.open("ab", buffering=0) as file:
        assert [record.raw for record in reader.read_batch(10)] == [b"a"]
        assert reader.read_batch(10) == []
        offset, digest = reader.offset, reader.digest
        file.write(b"\xa0")
        assert reader.read_batch(10) == []
        file.write(b"!\n\nc\nd")
        assert reader.read_batch(10) == [Record(2, "你!".encode()), Record(4, b"c")]
        assert reader.read_batch(10) == []
    with LineReader(path, follow=True) as reader:
        assert reader.resume(offset, digest)
        assert [record.offset for record in reader.read_batch(10)] == [2, 4]


def test_follow_starts_with_an_empty_file(tmp_path: Path) -> None:
    path = written(tmp_path, b"")
    with LineReader(path, follow=True) as reader:
        assert reader.read_batch(10) == []
        path.write_bytes(b"a\n")
        assert reader.read_batch(10) == [Record(1, b"a")]


def test_follow_notices_a_file_that_was_cut_or_replaced(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\nb\n")
    with LineReader(path, follow=True) as reader:
        reader.read_batch(10)
        path.write_bytes(b"c\n")
        with pytest.raises(InputError, match="replaced or cut"):
            reader.read_batch(10)
    with LineReader(path, follow=True) as reader:
        reader.read_batch(10)
        path.unlink()
        assert reader.read_batch(10) == []
        written(tmp_path, b"new and longer\n")
        with pytest.raises(InputError, match="Start again"):
            reader.read_batch(10)


def test_follow_needs_a_plain_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="cannot be followed"):
        LineReader(written(tmp_path, gzip.compress(b"a\n"), "a.gz"), follow=True)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\n")))
    with pytest.raises(InputError, match="standard input cannot be followed"):
        LineReader("-", follow=True)


def test_standard_input_never_resumes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\nb\n")))
    reader = LineReader("-")
    assert not reader.resume(1, "0" * 64)
    assert len(list(reader)) == 2


def test_errors_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.ndjson does not exist\. Check"):
        LineReader(tmp_path / "gone.ndjson")
    with pytest.raises(InputError, match="is a directory"):
        LineReader(tmp_path)
    with pytest.raises(InputError, match="Rename it"):
        LineReader(written(tmp_path, b"{}\n", "plain.gz"))
    with pytest.raises(InputError, match="Check the name"):
        LineReader("a\0b")
    if os.geteuid() != 0:
        secret = written(tmp_path, b"{}\n", "secret")
        secret.chmod(0)
        with pytest.raises(InputError, match="permissions"):
            LineReader(secret)


def test_details_hold_nothing_of_the_line(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps({"text": "秘密" * 100}).encode())
    [record] = read_lines(path, max_bytes=10)
    assert isinstance(record.fault, InvalidMessage)
    assert record.fault.detail.isascii()
