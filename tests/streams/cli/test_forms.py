"""Every form an input may have ends in the same rows: standard input, gzip, CSV of a shop in UTF-8 or in what Windows writes."""

import gzip
from pathlib import Path

import pytest

from tests.streams.cli.conftest import Voc
from tests.streams.cli.events import chats, written

MAPPING = """text = "买家留言"
time = "留言时间"
conversation = "订单编号"
product_model = "型号"
timezone = "Asia/Shanghai"
"""
EXPORT = """订单编号,买家昵称,型号,留言时间,买家留言
A-1,小明,W-200,2026/11/18 09:05,"手表怎么调时间？
急，在线等"
A-2,小红,W-300,2026-11-18 9:06:30,配对不上 电话13812345678
A-2,小红,W-300,不是时间,好的
A-3,小刚,W-300,2026年11月18日 09:07,𠮷屋的表带
"""


@pytest.mark.parametrize("compressed", [False, True])
def test_standard_input(voc: Voc, warm: Path, compressed: bool) -> None:
    assert warm.exists()
    content = chats(1, 3)
    run = voc("run", "--input", "-", "--json", stdin=gzip.compress(content) if compressed else content).json
    assert (run["events"], run["accepted"]) == (3, 3)
    assert voc("sql", "SELECT input, count() AS n FROM feedback GROUP BY input", "--json").json == [{"input": "stdin", "n": 3}]


def test_gzip_gives_the_rows_that_plain_lines_give(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    statement = "SELECT * EXCEPT (input, ingested_at) FROM feedback ORDER BY feedback_id"
    assert voc("run", "--input", written(Path("a.ndjson"), chats(1, 5)), "--json").json["accepted"] == 5
    plain = voc("sql", statement, "--json").json
    assert voc("run", "--input", written(Path("b.ndjson.gz"), gzip.compress(chats(1, 5))), "--json").json["accepted"] == 5
    assert voc("sql", statement, "--json").json == plain
    assert len(plain) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_export_of_a_shop_reads_with_five_lines_of_mapping(voc: Voc, warm: Path, encoding: str) -> None:
    assert warm.exists()
    assert len(MAPPING.splitlines()) == 5
    written(Path("map.toml"), MAPPING.encode())
    written(Path("export.csv"), EXPORT.encode(encoding))
    run = voc("run", "--input", "export.csv", "--format", "csv", "--map", "map.toml", "--json").json
    assert (run["events"], run["accepted"], run["dead_letters"]) == (4, 3, 1)
    rows = voc("sql", "SELECT time, text, conversation_id, product_model, intents FROM feedback ORDER BY time", "--json").json
    assert [row["text"] for row in rows] == ["手表怎么调时间？\n急，在线等", "配对不上 电话[PHONE]", "𠮷屋的表带"]
    assert [row["time"] for row in rows] == ["2026-11-18T01:05:00Z", "2026-11-18T01:06:30Z", "2026-11-18T01:07:00Z"]
    assert [(row["conversation_id"], row["product_model"]) for row in rows] == [
        ("A-1", "W-200"),
        ("A-2", "W-300"),
        ("A-3", "W-300"),
    ]
    assert rows[0]["intents"] == ["setting_time"]
    letters = voc("sql", "SELECT reason, input_offset FROM dead_letters", "--json").json
    assert letters == [{"reason": "invalid_row", "input_offset": 3}]
    assert voc("run", "--input", "export.csv", "--map", "map.toml", "--json").json["events"] == 0


def test_a_column_that_is_not_there_is_named_with_those_that_are(voc: Voc) -> None:
    written(Path("map.toml"), MAPPING.replace("买家留言", "留言").encode())
    written(Path("export.csv"), EXPORT.encode())
    voc("run", "--input", "export.csv", "--map", "map.toml").failed("no column 留言", "买家留言", "Correct the mapping")


def test_a_mapping_with_an_unknown_key_names_the_nearest(voc: Voc) -> None:
    written(Path("map.toml"), (MAPPING + 'chanel = "渠道"\n').encode())
    written(Path("export.csv"), EXPORT.encode())
    voc("run", "--input", "export.csv", "--map", "map.toml").failed("map.toml", "chanel", "the nearest is channel")


def test_a_name_and_a_tenant_of_ones_own(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    path = written(Path("chats.ndjson"), chats(1, 2))
    assert voc("run", "--input", path, "--name", "monday", "--tenant", "acme", "--json").json["accepted"] == 2
    rows = voc("sql", "SELECT DISTINCT input, tenant FROM feedback", "--json").json
    assert rows == [{"input": "monday", "tenant": "acme"}]
    assert voc("run", "--input", path, "--name", "monday", "--tenant", "acme", "--json").json["events"] == 0


def test_a_file_that_grew_is_read_on_and_another_of_the_same_name_from_its_beginning(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    path = written(Path("chats.ndjson"), chats(1, 3))
    assert voc("run", "--input", path, "--json").json["events"] == 3
    written(path, chats(1, 5))
    grown = voc("run", "--input", path, "--json").json
    assert (grown["events"], grown["resumed_at"]) == (2, 3)
    written(path, chats(11, 4))
    replaced = voc("run", "--input", path, "--json").json
    assert (replaced["events"], replaced["resumed_at"]) == (4, 0)
    assert voc("sql", "SELECT count() AS n FROM feedback", "--json").json == [{"n": 9}]
