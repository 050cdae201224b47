"""`voc forget`: what one customer said is gone, and nothing can be asked of it any more."""

import json
from pathlib import Path

from tests.streams.cli.conftest import Voc
from tests.streams.cli.events import chat, written

EVENTS = tuple(
    {**json.loads(chat(n)), "data": {**json.loads(chat(n))["data"], "customer_hash": f"hash-{n % 2}"}} for n in range(6)
)


def test_what_one_said_is_gone_and_what_others_said_stays(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    lines = b"".join(json.dumps(event).encode() + b"\n" for event in EVENTS)
    voc("run", "--input", written(Path("chats.ndjson"), lines), "--json")
    done = voc("forget", "hash-1", "--json").json
    assert done == {"feedback": 3, "minutes": 1, "surveys": 0, "cards": 0, "files": 0, "dead_letters": 0}
    left = voc("sql", "SELECT customer_hash, count() AS n FROM feedback GROUP BY 1", "--json").json
    assert left == [{"customer_hash": "hash-0", "n": 3}]
    assert voc("sql", "SELECT sum(count) AS n FROM minute_total", "--json").json == [{"n": 3}]
    voc("forget", "hash-1").failed("nothing that is stored carries this customer hash", "SELECT DISTINCT customer_hash")
    again = voc("run", "--input", "chats.ndjson", "--name", "again", "--json").json
    assert again["accepted"] == 6
    assert voc("sql", "SELECT count() AS n FROM feedback", "--json").json == [{"n": 3}]
    assert "forgotten: 3 pieces of feedback in 1 minutes" in voc("forget", "hash-0").out


def test_an_empty_hash_is_misuse_and_would_mean_everybody(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    for empty in ("", " "):
        voc("forget", empty).misused("must not be empty")
    help_text = voc("forget", "--help").out
    for named in ("Kafka until its retention ends", "backups", "query log"):
        assert named in help_text
