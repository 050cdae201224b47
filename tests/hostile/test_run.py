"""Nothing good is lost among what is hostile, everything bad is accounted for, and no personal data can be read anywhere."""

import re
from pathlib import Path

import pytest
from clickhouse_driver import errors

from schemas.invalid import InvalidReason
from streams.warehouse.views import VIEWS
from tests.hostile.conftest import Hostile
from tests.hostile.plants import FORMS, Plants, escape

Rows = list[tuple[object, ...]]
STORED = ("feedback", "surveys", "orders", "conversations", "context")


def of_the_lines(hostile: Hostile) -> str:
    ((name,),) = hostile.ask("SELECT DISTINCT input FROM position_local WHERE input != 'table.csv'")
    return f"input = '{name}'"


def read_out(rows: Rows) -> str:
    """Every different cell, as text."""
    return "\n".join({str(cell) for row in rows for cell in row})


def test_every_good_event_is_stored_under_its_line(hostile: Hostile) -> None:
    selects = " UNION DISTINCT ".join(f"SELECT input_offset FROM {view} WHERE {of_the_lines(hostile)}" for view in STORED)
    stored = {offset for (offset,) in hostile.read(selects)}
    assert stored == {line for line, reason in hostile.lines.items() if not reason}


def test_every_bad_line_is_a_dead_letter_with_its_reason(hostile: Hostile) -> None:
    rows = hostile.read(f"SELECT input_offset, reason FROM dead_letters WHERE {of_the_lines(hostile)} ORDER BY input_offset")
    assert rows == [(line, reason) for line, reason in hostile.lines.items() if reason]
    elsewhere = {"truncated_input", "invalid_row", "processor_failed", "unstorable"}  # other files, or no fault of the line
    assert {reason for _, reason in rows} == set(InvalidReason) - elsewhere


def test_every_row_of_the_table_is_stored_or_a_dead_letter(hostile: Hostile) -> None:
    assert hostile.read("SELECT count() FROM feedback WHERE input = 'table.csv'") == [(hostile.good_rows,)]
    letters = hostile.read("SELECT reason, count() FROM dead_letters WHERE input = 'table.csv' GROUP BY reason")
    assert letters == [("invalid_row", hostile.bad_rows)]


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_holds_personal_data(hostile: Hostile, view: str) -> None:
    rows = hostile.read(f"SELECT * FROM {view}")
    assert rows or view in ("spike_verdicts", "emergent_topics", "deliveries")  # nothing emerges in a few hours
    assert hostile.plants.found_in(read_out(rows)) == []


def test_no_table_but_the_raw_bytes_holds_personal_data(hostile: Hostile) -> None:
    tables = [name for (name,) in hostile.ask("SELECT name FROM system.tables WHERE database = 'voc' AND name LIKE '%\\_local'")]
    assert "dead_letter_raw_local" in tables
    assert len(tables) > 12
    for table in set(tables) - {"dead_letter_raw_local"}:
        rows = hostile.ask(f"SELECT * FROM {table}")
        assert hostile.plants.found_in(read_out(rows)) == [], table


def test_the_raw_bytes_are_kept_for_the_writing_user_only(hostile: Hostile) -> None:
    rows = hostile.ask(
        "SELECT raw FROM dead_letter_raw_local",
    )
    assert len(rows) == sum(map(bool, hostile.lines.values())) + hostile.bad_rows
    assert any("binary noise" in place for (raw,) in rows for place in hostile.plants.found_in(str(raw)))
    for statement in (
        "SELECT raw FROM dead_letter_raw_local",
        "SELECT text FROM feedback_local",
        "SELECT query FROM system.query_log",
        "SELECT * FROM remote('127.0.0.1', voc.dead_letter_raw_local)",
        "SELECT * FROM file('users.xml', 'LineAsString')",
    ):
        with pytest.raises(errors.ServerException):
            hostile.read(statement)
            pytest.fail(statement)
    assert hostile.plants.found_in(read_out(hostile.read("SELECT * FROM merge('voc', '.*')"))) == []  # of what it may read


def test_the_card_of_the_surge_shows_the_words_without_the_data(hostile: Hostile) -> None:
    cards = list((hostile.data_dir / "out" / "spikes").glob("*.md"))
    assert any("请问怎么调时间" in card.read_text("utf-8") and "[PHONE" in card.read_text("utf-8") for card in cards)
    for path in (path for path in (hostile.data_dir / "out").rglob("*") if path.is_file()):
        assert hostile.plants.found_in(path.name + path.read_text("utf-8")) == []


def test_nothing_that_was_printed_or_logged_holds_personal_data(hostile: Hostile) -> None:
    assert "event=batch_read" in hostile.printed
    assert "请问怎么调时间" in hostile.printed  # the card and the rows were printed
    assert hostile.plants.found_in(hostile.printed) == []


def test_no_log_line_holds_what_customers_wrote(hostile: Hostile) -> None:
    logged = [line for line in hostile.printed.splitlines() if line.startswith("time=")]
    assert len(logged) > 3
    assert not any(ord(character) > 127 for line in logged for character in line)


def test_the_servers_log_holds_no_personal_data(hostile: Hostile) -> None:
    assert hostile.plants.found_in((hostile.data_dir / "warehouse" / "server.log").read_text("utf-8", "replace")) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_search_finds_what_was_planted_in_any_form(form: str) -> None:
    plants = Plants()
    text = plants.sentence(form, "here")
    assert len(plants.found_in(f"before {escape(text) if form == 'escaped' else text} after")) == 3
    assert plants.found_in("电话 [PHONE]，身份证 [ID] 13900000000") == []


def test_what_is_read_is_what_was_planted(hostile: Hostile) -> None:
    (file,) = [path for path in hostile.data_dir.parent.glob("*.ndjson") if isinstance(path, Path)]
    table = (hostile.data_dir.parent / "table.csv").read_text("utf-8")
    inputs = file.name + re.sub("x{100,}", "x", file.read_bytes().decode("utf-8", "replace")) + table
    missing = set(hostile.plants.places.values()) - set(hostile.plants.found_in(inputs))
    assert all("gb18030" in place or "JSON within JSON" in place for place in missing), missing
