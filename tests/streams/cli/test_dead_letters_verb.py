"""`voc dead-letters`: what could not be read is listed, shown, and read again once the pipeline is mended."""

from pathlib import Path

import pytest

from streams.warehouse.embedded import EmbeddedWarehouse
from tests.streams.cli.conftest import Voc
from tests.streams.cli.events import chats, written


@pytest.fixture
def read(voc: Voc, warm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for tenant acme with two lines that could not be read, one of them by our own processor's fault, mended since."""
    assert warm.exists()
    own = f"own_{tmp_path.name}"  # a module is imported once in a process
    (tmp_path / f"{own}.py").write_text("def fail(batch):\n    assert all('你好 7' not in turn.text for turn in batch)\n")
    failing = written(
        tmp_path / "failing.toml", f'processors = ["redact", "normalise", "language", "intents", "{own}:fail"]'.encode()
    )
    lines = chats(1, 2) + chats(3, 1, "你好 7") + b'{"tel": "13812345678", broken\n'
    with monkeypatch.context() as patch:
        patch.setenv("VOC_PIPELINE", str(failing))
        run = voc("run", "--input", written(Path("mixed.ndjson"), lines), "--tenant", "acme", "--json").json
    assert (run["accepted"], run["dead_letters"]) == (2, 2)
    return warm


def test_listed_shown_and_replayed(voc: Voc, read: Path) -> None:
    assert read.exists()
    groups = {group["reason"]: group for group in voc("dead-letters", "list", "--json").json}
    assert groups.keys() == {"processor_failed", "invalid_json"}
    failed, broken = groups["processor_failed"], groups["invalid_json"]
    assert (failed["input"], failed["count"], failed["replayable"]) == ("mixed.ndjson", 1, 1)
    assert broken["examples"][0]["place"] == "mixed.ndjson/0/4"
    listed = voc("dead-letters", "list")
    assert "13812345678" not in listed.out
    assert broken["examples"][0]["id"] in listed.out
    shown = voc("dead-letters", "show", broken["examples"][0]["id"][:6], "--json").json
    assert shown == {**shown, "input": "mixed.ndjson", "input_offset": 4, "reason": "invalid_json", "replayable": True}
    assert "13812345678" not in voc("dead-letters", "show", "mixed.ndjson/0/4").out

    replayed = voc("dead-letters", "replay", "--reason", "processor_failed", "--json").json
    assert replayed == {"found": 1, "accepted": 1, "failed": 0, "expired": 0, "broken_off": 0, "minutes": 1}
    assert voc("sql", "SELECT count() AS n FROM feedback", "--json").json == [{"n": 3}]
    assert voc("sql", "SELECT sum(count) AS n FROM minute_total", "--json").json == [{"n": 3}]
    assert voc("sql", "SELECT DISTINCT tenant FROM feedback", "--json").json == [{"tenant": "acme"}]
    again = voc("dead-letters", "replay", "--all")
    assert again.code == 0
    assert "1 dead letters: 0 read now, in 0 minutes; 1 still cannot be read" in again.out
    assert [group["reason"] for group in voc("dead-letters", "list", "--json").json] == ["invalid_json"]


def test_what_is_not_there_or_not_said_is_a_clear_error(voc: Voc, read: Path) -> None:
    assert read.exists()
    voc("dead-letters", "show", "ffffffffffff").failed("no dead letter is called “ffffffffffff”", "voc dead-letters list")
    voc("dead-letters", "show", "ab").failed("too short")
    voc("dead-letters", "replay", "nowhere/0/9").failed("no dead letter is called")
    voc("dead-letters", "replay").misused("which?", "--all")
    voc("dead-letters", "list", "--reason", "bad").misused("'bad' is not one of")
    voc("dead-letters", "list", "--since", "yesterday").misused("does not match the formats")
    assert voc("dead-letters", "list", "--input", "none").out == "no dead letters like that\n"
    assert voc("dead-letters", "replay", "--input", "none", "--json").json["found"] == 0


def test_of_several_that_begin_alike_more_must_be_typed(voc: Voc, warm: Path, engine: EmbeddedWarehouse) -> None:
    assert warm.exists()
    client = engine.endpoint().client()
    rows = [("i", 0, n, f"abcd{n}{'0' * 59}", "invalid_json", "d") for n in range(2)]
    client.execute("INSERT INTO dead_letter_local (input, input_partition, input_offset, sha256, reason, detail) VALUES", rows)
    client.disconnect()
    voc("dead-letters", "show", "abcd").failed("2 dead letters begin with “abcd”", "type more of one")
    expired = voc("dead-letters", "show", "abcd1", "--json").json
    assert (expired["replayable"], expired["why_not"]) == (False, "its bytes have expired")
    replayed = voc("dead-letters", "replay", "--all")
    assert "2 could not be tried: their bytes have expired" in replayed.out
