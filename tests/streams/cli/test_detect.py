"""`voc detect` as people and programs use it: rows in, a JSON line each out."""

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from benchmarks import nab, texts
from streams.cli.arriving import CHUNK
from tests.streams.cli.conftest import SCRIPT, Voc
from tests.streams.cli.outcome import Outcome

FIELDS = ["timestamp", "key", "count", "expected", "low", "high", "score", "alert"]


def answers(outcome: Outcome) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in outcome.out.splitlines()]


def rows(counts: list[int], key: str = "") -> bytes:
    """Every five minutes from a Monday on."""
    named = f"{key}," if key else ""
    return "".join(
        f"2026-03-{2 + i // 288:02d}T{i % 288 // 12:02d}:{i % 12 * 5:02d}:00Z,{named}{count}\n" for i, count in enumerate(counts)
    ).encode()


BURST = [10 + i * 7 % 5 for i in range(700)] + [90] * 6 + [10 + i * 7 % 5 for i in range(20)]


def test_every_row_has_an_answer_and_a_burst_is_an_alert(voc: Voc) -> None:
    outcome = voc("detect", stdin=b"timestamp,value\n" + rows(BURST))
    found = answers(outcome)
    assert (outcome.code, outcome.err) == (0, "")
    assert len(found) == len(BURST)
    assert all(list(answer) == FIELDS for answer in found)
    assert [answer["count"] for answer in found] == BURST
    assert found[0]["timestamp"] == "2026-03-02T00:00:00Z"
    alerts = [i for i, answer in enumerate(found) if answer["alert"]]
    assert alerts
    assert alerts[0] == 700
    assert set(alerts) <= set(range(700, 706))
    assert found[700]["high"] < 90
    assert 5 < found[690]["expected"] < 15


def test_the_future_changes_nothing(voc: Voc) -> None:
    whole, cut = voc("detect", stdin=rows(BURST)), voc("detect", stdin=rows(BURST[:703]))
    assert whole.out.splitlines()[:703] == cut.out.splitlines()


def test_three_columns_are_several_series_under_one_budget(voc: Voc) -> None:
    one = rows(BURST, "calm, quiet".replace(", ", "_")).splitlines()
    other = rows([1] * len(BURST), "other").splitlines()
    mixed = b"\n".join(line for pair in zip(one, other, strict=True) for line in pair)
    found = answers(voc("detect", "--budget", "1/week", stdin=mixed))
    assert {answer["key"] for answer in found if answer["alert"]} == {"calm_quiet"}
    alone = answers(voc("detect", stdin=rows(BURST)))
    assert [answer["score"] for answer in found[::2]] == [answer["score"] for answer in alone]


def test_a_tighter_budget_raises_less(voc: Voc) -> None:
    mild = [count if count != 90 else 30 for count in BURST]
    loose = sum(answer["alert"] for answer in answers(voc("detect", "--budget", "10/week", stdin=rows(mild))))
    tight = sum(answer["alert"] for answer in answers(voc("detect", "--budget", "0.0001", stdin=rows(mild))))
    assert loose > tight == 0


@pytest.mark.parametrize(
    "text",
    [
        "timestamp,value\n2026-03-02 00:00:00,5\n",
        "\ufefftimestamp,value\r\n2026-03-02 00:00:00,5\r\n\r\n",
        "2026-03-02T00:00:00,5",
        "value,Timestamp\n5,2026-03-02T08:00:00+08:00\n",
        '"time","count"\n"2026-03-02 00:00:00.000000","5.0"\n',
        " timestamp , value \n 2026-03-02 , 5 \n",
    ],
)
def test_ways_to_write_a_row(voc: Voc, text: str) -> None:
    (found,) = answers(voc("detect", stdin=text.encode()))
    assert found["count"] == 5
    assert found["key"] in ("value", "count")
    assert found["timestamp"].startswith("2026-03-02")


@pytest.mark.parametrize(
    ("written", "count"), [("", None), ("NaN", None), ("null", None), ("inf", None), ("-3", -3), ("2.5", 2.5)]
)
def test_what_a_count_may_be(voc: Voc, written: str, count: float | None) -> None:
    (found,) = answers(voc("detect", stdin=f"timestamp,value\n2026-03-02,{written}\n".encode()))
    assert (found["count"], found["score"], found["alert"]) == (count, 0, False)


def test_nothing_in_is_nothing_out(voc: Voc) -> None:
    assert voc("detect") == Outcome(0, "", "")
    assert voc("detect", stdin=b"timestamp,value\n\n") == Outcome(0, "", "")


def test_lines_that_cannot_be_read_are_answered_and_said_at_the_end(voc: Voc) -> None:
    bad = [
        b"2026-03-02T00:05:00Z,many",
        b"yesterday,5",
        b"2026-03-02T00:10:00Z,a,5",
        b'2026-03-02T00:15:00Z,"5',
        b"\xff\xfe",
        b"1" * 20_000,
    ]
    outcome = voc("detect", stdin=b"\n".join([b"timestamp,value", b"2026-03-02T00:00:00Z,5", *bad, b"2026-03-02T00:20:00Z,6"]))
    found = answers(outcome)
    assert outcome.code == 1
    assert outcome.err == "voc: 6 of 9 lines could not be read, the first is line 3; the answer to each says why\n"
    assert [answer["line"] for answer in found if "error" in answer] == [3, 4, 5, 6, 7, 8]
    assert [answer["count"] for answer in found if "error" not in answer] == [5, 6]
    for answer, word in zip(found[1:7], ("no number", "no time", "3 fields", "not CSV", "not UTF-8", "20000 bytes"), strict=True):
        assert word in answer["error"]


@pytest.mark.parametrize(
    "text", ["name,size\na,1\n", "hello\n", "5,2026-03-02\n", "2026-03-02\n", "2026-03-02,a,b,4\n", "timestamp,what\n"]
)
def test_a_file_of_something_else_is_refused(voc: Voc, text: str) -> None:
    voc("detect", stdin=text.encode()).failed("line 1", "timestamp,value", text.splitlines()[0])


def test_rows_that_come_late_or_twice_are_said(voc: Voc) -> None:
    lines = rows([5] * 10).splitlines()
    outcome = voc("detect", stdin=b"\n".join([*lines, lines[3], lines[3]]))
    assert (outcome.code, len(outcome.out.splitlines())) == (0, 12)
    assert outcome.err == "voc: 2 of 12 rows came late or twice and were not judged\n"
    often = voc("detect", "--step", "1h", stdin=rows([5] * 30))
    assert "is --step the time between two rows" in often.err


@pytest.mark.parametrize("step", ["0m", "5", "2d", "30s", "m", "-5m", "5 m"])
def test_a_step_that_is_none(voc: Voc, step: str) -> None:
    voc("detect", "--step", step).misused(step, "1m to 1d")


@pytest.mark.parametrize("budget", ["0", "-1", "often", "1/day"])
def test_a_budget_that_is_none(voc: Voc, budget: str) -> None:
    voc("detect", f"--budget={budget}").misused(budget)


def test_a_line_longer_than_what_is_read_at_a_time(voc: Voc) -> None:
    outcome = voc("detect", stdin=b"timestamp,value\n" + b"9" * (CHUNK + 10) + b"\n2026-03-02,5\n")
    assert outcome.code == 1
    assert [next(iter(answer)) for answer in answers(outcome)] == ["error", "timestamp"]


def test_a_program_may_write_a_row_and_wait_for_its_answer(clean: Path) -> None:
    with subprocess.Popen([str(SCRIPT), "detect"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for row in (b"2026-03-02T00:00:00Z,5\n", b"2026-03-02T00:05:00Z,6\n"):
            process.stdin.write(row)
            process.stdin.flush()
            assert msgspec.json.decode(process.stdout.readline())["timestamp"] == row.decode()[:20]
        process.stdin.close()
        assert process.wait(60) == 0


DATA = texts.folder()


@pytest.mark.skipif(
    DATA is None or not (DATA / "nab_dev").is_dir(), reason="no evaluation data: name its folder in VOC_TEST_DATA"
)
def test_a_real_series_by_the_benchmark(voc: Voc) -> None:
    assert DATA is not None
    series = next(one for one in nab.read(DATA / "nab_dev") if one.path.stem.endswith("CRM"))
    found = answers(voc("detect", "--step", "5m", stdin=series.path.read_bytes()))
    assert len(found) == len(series.times)
    score = nab.sweep([series], [[answer["score"] for answer in found]], nab.PROFILES["standard"])
    assert score.score > 70, score
