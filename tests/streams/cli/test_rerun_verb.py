"""`voc rerun`: stored feedback is understood with another taxonomy."""

from datetime import timedelta
from pathlib import Path

from streams.warehouse.embedded import EmbeddedWarehouse
from tests.streams.cli.conftest import Voc
from tests.streams.cli.events import START, chat, chats, written

TAXONOMY = """
groups:
  g:
    owner: team
    intents:
      greeting: {any: [你好], examples: [你好, 你好吗, 早上你好, 你好啊, 大家你好]}
"""
SPAN = {"from": "2025-03-10T00:00:00Z", "to": "2025-03-11T00:00:00Z"}
TOPICS = "SELECT topic, sum(count) AS n FROM topic_minute GROUP BY topic ORDER BY topic"


def test_the_counts_follow_a_new_taxonomy_once(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    voc("run", "--input", written(Path("chats.ndjson"), chats(1, 90)), "--json")
    assert voc("sql", TOPICS, "--json").json == [{"topic": "other", "n": 90}]
    mine = written(Path("mine.yaml"), TAXONOMY.encode())
    span = ("rerun", "--from", "2025-03-10", "--to", "2025-03-11T00:00", "--taxonomy", mine)
    first = voc(*span, "--json").json
    assert first == {"feedback": 90, "understood": 90, "changed": 90, "failed": 0, "minutes": 2, "understanding": 2, **SPAN}
    assert voc("sql", TOPICS, "--json").json == [{"topic": "greeting", "n": 90}]
    assert voc(*span, "--json").json == {**first, "understood": 0, "changed": 0, "minutes": 0}
    told = voc("rerun", "--from", "2025-03-10", "--to", "2025-03-12")
    assert "90 pieces of feedback stand there; 90 understood again, 90 of them differently; 2 minutes" in told.out
    assert voc("sql", TOPICS, "--json").json == [{"topic": "other", "n": 90}]
    nothing = voc("rerun", "--from", "2025-03-10", "--to", "2025-03-11", "--tenant", "acme")
    assert nothing.out == "there is no feedback in that time; up to 2025-03-11 00:00 UTC\n"


def test_the_last_day_that_was_judged_is_left_to_the_detector_unless_asked_for(
    voc: Voc, warm: Path, engine: EmbeddedWarehouse
) -> None:
    assert warm.exists()
    lines = b"".join(chat(minute, at=START + timedelta(minutes=minute)) + b"\n" for minute in (0, 60, 62))
    voc("run", "--input", written(Path("days.ndjson"), lines), "--json")
    client = engine.endpoint().client()
    client.execute("INSERT INTO tested_local (tenant, minute) VALUES", [("default", START + timedelta(hours=25))])
    client.disconnect()
    mine = written(Path("mine.yaml"), TAXONOMY.encode())
    first = voc("rerun", "--from", "2025-03-10", "--taxonomy", mine, "--json").json
    assert (first["understood"], first["to"]) == (1, "2025-03-10T01:00:00Z")
    voc("rerun", "--from", "2025-03-10T01:00").failed("nothing that was judged more than a day ago", "name a --to")
    rest = voc("rerun", "--from", "2025-03-10", "--to", "2025-03-14", "--taxonomy", mine, "--json").json
    assert rest["understood"] == 2


def test_a_span_that_is_none_is_misuse(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    voc("rerun").misused("--from")
    voc("rerun", "--from", "2025-03-11", "--to", "2025-03-11").misused("--from must lie before --to")
    voc("rerun", "--from", "2025-03-11", "--taxonomy", "nowhere.yaml").failed("nowhere.yaml")
