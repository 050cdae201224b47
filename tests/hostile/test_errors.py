"""An error message is read by more people than the one who caused it: it names places, never what customers wrote."""

import json
from pathlib import Path

from tests.hostile.conftest import voc
from tests.hostile.plants import Plants


def test_a_table_without_column_names_is_refused_without_quoting_its_first_row(warm_folder: Path) -> None:
    plants = Plants()
    (warm_folder / "map.toml").write_text('text = "内容"\ntime = "时间"\n', "utf-8")
    first = f"2025-03-10 08:00,{plants.sentence('plain', 'first row')}"
    for table in (first, f"{first},x,x", f"{first},{plants.value('phone', 'plain', 'twice')}" * 2):
        (warm_folder / "table.csv").write_text(f"{table}\n{table}\n", "utf-8")
        done = voc(warm_folder, "run", "--input", "table.csv", "--map", "map.toml")
        assert (done.returncode, done.stdout) == (1, "")
        assert "table.csv" in done.stderr
        assert plants.found_in(done.stderr) == []


def test_a_processor_of_ones_own_that_fails_is_named_without_what_it_was_given(tmp_path: Path, warm_folder: Path) -> None:
    assert warm_folder == tmp_path
    plants = Plants()
    said = plants.sentence("plain", "text")
    (tmp_path / "mine.py").write_text("def mark(batch):\n    raise ValueError(batch[0].text)\n", "utf-8")
    (tmp_path / "mine.toml").write_text('processors = ["redact", "mine:mark"]\n', "utf-8")
    (tmp_path / "chats.ndjson").write_text(
        '{"id":"a","source":"t","type":"voc.chat.message.v1","time":"2025-03-10T00:00:00Z","subject":"c",'
        f'"data":{{"message_id":"m","sender_role":"customer","text":"她说 {said}"}}}}\n',
        "utf-8",
    )
    done = voc(tmp_path, "run", "--input", "chats.ndjson", "--json", VOC_PIPELINE="mine.toml", VOC_LOG_LEVEL="warning")
    assert (done.returncode, json.loads(done.stdout)["dead_letters"]) == (0, 1), done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "processor_failed" in line]
    assert "ValueError at mine.py:2" in line
    shown = voc(tmp_path, "dead-letters", "list", "--json", VOC_PIPELINE="mine.toml").stdout
    assert json.loads(shown)[0]["examples"][0]["detail"].startswith("ValueError at mine.py:2 | ")
    assert plants.found_in(shown) == []
    assert "她说" not in line
    assert plants.found_in(line) == []
