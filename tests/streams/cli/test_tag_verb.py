"""`voc tag` as a program uses it."""

import subprocess
from pathlib import Path

import msgspec
import pytest

from tests.streams.cli.conftest import SCRIPT, Voc


def test_lines_come_back_in_order_and_a_last_one_without_its_end_counts(voc: Voc) -> None:
    outcome = voc("tag", stdin="\ufeff怎么调时间\n\n1381234567\n13812345678".encode())
    answers = [msgspec.json.decode(line) for line in outcome.out.splitlines()]
    assert [answer["text"] for answer in answers] == ["怎么调时间", "", "1381234567", "[PHONE]"]
    assert (outcome.code, outcome.err) == (0, "")


def test_nothing_in_is_nothing_out(voc: Voc) -> None:
    assert voc("tag").out == ""


def test_a_line_that_cannot_be_read_is_answered_and_said_at_the_end(voc: Voc) -> None:
    outcome = voc("tag", stdin=b"{\nok\n")
    assert outcome.code == 1
    assert len(outcome.out.splitlines()) == 2
    assert outcome.err == "voc: 1 of 2 lines could not be read, the first is line 1; the answer to each says why\n"


def test_a_taxonomy_with_mistakes_is_refused_with_all_of_them(voc: Voc, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("groups:\n  g:\n    intents:\n      a: {any: [x y]}\n      other: {any: [z z], owner: me}\n")
    outcome = voc("tag", "--taxonomy", path, stdin=b"a\n")
    assert outcome.code == 1
    assert [line.rpartition("wrong.yaml:")[2][:2] for line in outcome.err.splitlines()] == ["4:", "5:"]


def test_a_program_may_write_a_line_and_wait_for_its_answer(clean: Path) -> None:
    with subprocess.Popen([str(SCRIPT), "tag"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        for text in ("怎么调时间", "谢谢"):
            process.stdin.write(f"{text}\n".encode())
            process.stdin.flush()
            assert msgspec.json.decode(process.stdout.readline())["text"] == text
        process.stdin.close()
        assert process.wait(60) == 0


def test_a_text_of_chinese_windows_is_read_when_its_encoding_is_named(voc: Voc) -> None:
    outcome = voc("tag", "--encoding", "gb18030", stdin="怎么调时间\n谢谢\n".encode("gb18030"))
    assert [msgspec.json.decode(line)["text"] for line in outcome.out.splitlines()] == ["怎么调时间", "谢谢"]
    assert (outcome.code, outcome.err) == (0, "")


def test_lines_in_another_encoding_are_said_at_the_end(voc: Voc) -> None:
    outcome = voc("tag", stdin="ok\n怎么调时间\n".encode("gb18030"))
    assert outcome.code == 0
    assert "1 of 2 lines are not quite utf-8" in outcome.err and "--encoding" in outcome.err


@pytest.mark.parametrize("name", ["utf-17", "utf-16", "idna"])
def test_an_encoding_that_cannot_be_read_by_lines_is_a_usage_error(voc: Voc, name: str) -> None:
    assert voc("tag", "--encoding", name).code == 2


def test_a_text_that_holds_a_replacement_character_is_not_in_another_encoding(voc: Voc) -> None:
    assert voc("tag", "--encoding", "UTF8", stdin="a \ufffd b\n".encode()).err == ""
