"""A gzip file that breaks off: all before it is stored, the error names the line, the whole file afterwards completes it."""

import gzip
import json
from pathlib import Path

from tests.hostile.conftest import voc
from tests.hostile.plants import Plants

COUNT = "SELECT count() AS n, uniqExact(feedback_id) AS different, max(input_offset) AS last FROM feedback"


def story(plants: Plants, lines: int) -> bytes:
    told = []
    for number in range(lines):
        data = {"message_id": f"m-{number}", "sender_role": "customer", "text": plants.sentence("plain", f"line {number + 1}")}
        event = {
            "id": f"e-{number}",
            "source": "t",
            "type": "voc.chat.message.v1",
            "time": "2025-03-10T00:00:00Z",
            "subject": "c",
        }
        told.append(json.dumps({**event, "data": data}, ensure_ascii=False).encode() + b"\n")
    return b"".join(told)


def test_what_came_before_the_damage_is_stored_and_the_whole_file_completes_it(warm_folder: Path) -> None:
    plants = Plants()
    whole = gzip.compress(story(plants, 600))
    path = warm_folder / f"chats-{plants.value('phone', 'plain', 'file name')}.ndjson.gz"
    path.write_bytes(whole[: len(whole) // 2])
    broken = voc(warm_folder, "run", "--input", path.name, "--json")
    assert broken.returncode == 1
    summary = json.loads(broken.stdout)
    stored = summary["accepted"]
    assert 0 < stored < 600
    error = next(line for line in broken.stderr.splitlines() if line.startswith("voc: "))
    assert f"damaged after line {stored}" in error
    assert "run the same command again with the whole file" in error
    assert "Traceback" not in broken.stderr
    (letter,) = json.loads(voc(warm_folder, "sql", "SELECT reason, input_offset FROM dead_letters", "--json").stdout)
    assert letter == {"reason": "truncated_input", "input_offset": stored + 1}
    path.write_bytes(whole)
    mended = json.loads(voc(warm_folder, "run", "--input", path.name, "--json").stdout)
    assert (mended["events"], mended["accepted"], mended["resumed_at"]) == (600 - stored, 600 - stored, stored)
    counted = voc(warm_folder, "sql", COUNT, "--json").stdout
    assert json.loads(counted) == [{"n": 600, "different": 600, "last": 600}]
    assert plants.found_in(broken.stdout + broken.stderr + counted) == []


def test_a_file_that_is_damaged_within_names_the_line_and_the_whole_file_completes_it(warm_folder: Path) -> None:
    plants = Plants()
    content = story(plants, 600)
    half = len(content) // 2
    damaged = bytearray(gzip.compress(content[:half]) + gzip.compress(content[half:]))
    damaged[len(damaged) // 2 + 100 :] = bytes(len(damaged) - len(damaged) // 2 - 100)
    path = warm_folder / "chats.ndjson.gz"
    path.write_bytes(damaged)
    broken = voc(warm_folder, "run", "--input", path.name, "--json")
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["accepted"] >= content[:half].count(b"\n")
    assert "chats.ndjson.gz is damaged after line 3" in broken.stderr
    path.write_bytes(gzip.compress(content))
    mended = voc(warm_folder, "run", "--input", path.name, "--json")
    assert mended.returncode == 0, mended.stderr
    assert json.loads(voc(warm_folder, "sql", COUNT, "--json").stdout) == [{"n": 600, "different": 600, "last": 600}]
