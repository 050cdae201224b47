"""`voc discover`: an emergent topic in a file, and in no other."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.processors.emergent.talk import ASKED, CRASH, STATES, THINGS
from tests.streams.cli.conftest import Voc
from tests.streams.cli.events import START, chat, chats, written


def story(*, crash: bool = True, hours: int = 27) -> bytes:
    """A small desk, two turns a minute; in the last hour an app crashes that nobody spoke of before."""
    rng = Random(3)
    lines = []
    for minute in range(hours * 60):
        for second in (5, 35):
            text = rng.choice(ASKED).format(a=rng.choice(THINGS), b=rng.choice(STATES), c=rng.choice(THINGS))
            lines.append(chat(len(lines), text, START + timedelta(minutes=minute, seconds=second)))
    for n, text in enumerate(CRASH * 3 if crash else ()):
        at = START + timedelta(hours=hours - 1, seconds=40 * n)
        lines.append(chat(len(lines), f"{text} 138{n:02d}345678", at))
    rng.shuffle(lines)
    return b"\n".join(lines)


@pytest.fixture(scope="module")
def crashed() -> bytes:
    return story()


def test_a_new_topic_is_found_named_and_told_in_the_customers_words(voc: Voc, tmp_path: Path, crashed: bytes) -> None:
    path = written(tmp_path / "events.ndjson.gz", gzip.compress(crashed))
    outcome = voc("discover", path, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    (topic,) = json.loads(outcome.out)
    assert set(topic) == {"id", "label", "phrases", "first_seen", "found", "messages", "verbatims"}
    assert "altimeter" in topic["label"]
    assert topic["first_seen"] == "2025-03-11T02:00:00Z"
    assert "2025-03-11T02:02:00Z" <= topic["found"] <= "2025-03-11T02:08:00Z"
    assert topic["messages"] == 18
    assert 1 <= len(topic["verbatims"]) <= 3
    assert all("[PHONE]" in text for text in topic["verbatims"])
    assert not Path("voc-data").exists(), "nothing is stored"


def test_people_get_a_table(voc: Voc, crashed: bytes) -> None:
    outcome = voc("discover", "-", stdin=crashed)
    assert outcome.code == 0
    heading, line = outcome.out.splitlines()
    assert "topic" in heading
    assert "altimeter" in line


def test_without_a_new_topic_there_is_none(voc: Voc) -> None:
    assert "no emergent topic among 3,240 turns" in voc("discover", "-", stdin=story(crash=False)).out


def test_a_file_without_a_day_of_history_says_so(voc: Voc) -> None:
    assert "24 hours of history come first, and the file spans 0" in voc("discover", "-", stdin=chats(1, 50)).out


def test_what_cannot_be_read_is_counted_and_the_rest_is_used(voc: Voc) -> None:
    outcome = voc("discover", "-", stdin=chats(1, 3) + b"{\nnonsense\n")
    assert outcome.out.startswith("no emergent topic")
    assert (outcome.code, outcome.err) == (0, "2 events could not be read; voc run says why\n")


def test_an_input_that_is_not_there_is_one_line(voc: Voc) -> None:
    voc("discover", "nowhere.ndjson").failed("nowhere.ndjson", "does not exist")
    voc("discover", "x.csv", "--format", "csv").misused("--map MAP.toml")
