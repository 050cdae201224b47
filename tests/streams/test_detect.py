"""The minute on the real engine: counted, given once, judged (ADR 0002)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from streams import detect
from streams.warehouse import minutes
from streams.warehouse.endpoint import Endpoint
from tests.rig.events import DAY, DAY_ONE, HOUR, MINUTE, Traffic, chat
from tests.rig.parts import Parts
from tests.rig.tables import differences, dump
from tests.rig.truth import counted, given_about, sums, truth

ADVANCE = 2 * MINUTE + 30
"""How far event time must go on before a message's minute closes: to its end, and the lateness."""


class Ranges(minutes.Minutes):
    """Notes which minutes are given at once."""

    given: ClassVar[list[tuple[int, int]]] = []

    def give(self, start: int, end: int, owed: object = ()) -> None:
        self.given.append((start, end))
        super().give(start, end, owed)  # type: ignore[arg-type]


@pytest.fixture
def parts(endpoint: Endpoint, tmp_path: Path) -> Iterator[Parts]:
    parts = Parts(endpoint, tmp_path)
    yield parts
    parts.close()


def judged(parts: Parts, *lines: bytes) -> None:
    """A batch, and what it lets close."""
    parts.read(*lines)
    parts.detect.tick()


def given(parts: Parts) -> dict[tuple[str, int], tuple[dict[str, int], list[tuple[int, str, int]]]]:
    """Every tested row: by tenant and minute its own counts, and what was late (about, topic, difference)."""
    rows = parts.client.query(
        "SELECT tenant, toUnixTimestamp(minute), topics, n, late FROM tested_local FINAL ORDER BY minute, tenant"
    )
    return {
        (tenant, minute): (dict(zip(topics, n, strict=True)), [(int(about.timestamp()), topic, d) for about, topic, d in late])
        for tenant, minute, topics, n, late in rows
    }


def said(parts: Parts) -> dict[tuple[str, int], list[tuple[int, int]]]:
    """By tenant and minute that was given: (minute, id) of the feedback whose texts were read."""
    rows = parts.client.query(
        "SELECT tenant, toUnixTimestamp(minute), said FROM tested_local FINAL WHERE notEmpty(said) ORDER BY minute, tenant"
    )
    return {(tenant, minute): [(int(about.timestamp()), one) for about, one in ids] for tenant, minute, ids in rows}


def test_every_count_is_the_truth_and_everything_is_given_exactly_once(endpoint: Endpoint, tmp_path: Path) -> None:
    traffic = Traffic(hours=4, hourly=120, seed=11, surge=2)
    parts = Parts(endpoint, tmp_path)
    summary = parts.embedded(traffic.write(tmp_path / "in.ndjson"), 80).to_the_end()
    expected = truth(traffic.lines())
    assert summary.late > 10 and summary.dead_letters > 0
    assert counted(parts.client) == expected
    assert given_about(parts.client) == expected, "late feedback is given in the minute it became known, about its own"
    assert sums(counted(parts.client, "topic_tested")) == sums(expected)
    each = [one for ids in said(parts).values() for _, one in ids]
    assert len(each) == len(set(each)), "the text of none is given twice"
    assert sums(expected).keys() >= {("acme", "other"), ("zeta", "other"), ("acme", "setting_time")}
    ((bad, good),) = parts.client.query("SELECT sum(negative), sum(positive) FROM minute_total")
    moods = [topic for (_, topic, _), n in expected.items() for _ in range(n)]
    assert (bad, good) == (moods.count("screen_fault") + moods.count("charging"), moods.count("price"))


def test_of_a_counted_minute_the_heavier_reading_stands_in_whatever_order(parts: Parts) -> None:
    messages = [chat(DAY_ONE + n, id=f"m{n}") for n in range(5)]
    parts.read(*messages[:2])
    parts.detect.tick()
    where = minutes.between(DAY_ONE, DAY_ONE + MINUTE)
    parts.minutes.count(where)
    light = parts.client.query("SELECT weight, n FROM minute_local FINAL")[0]
    parts.read(*messages[2:])
    for _ in range(3):
        parts.minutes.count(where)
    heavy = parts.client.query("SELECT weight, n FROM minute_local FINAL")[0]
    assert heavy > light and heavy[1] == [5, 5]
    row = [("acme", datetime.fromtimestamp(DAY_ONE, UTC), light[0], ["", "setting_time"], light[1], [0, 0], [0, 0])]
    parts.client.insert(
        "minute_local", ("tenant", "minute", "weight", "topics", "n", "negative", "positive"), row
    )  # a slow reader's
    assert parts.client.query("SELECT weight, n FROM minute_local FINAL") == [heavy]
    parts.client.execute("OPTIMIZE TABLE minute_local FINAL")
    assert parts.client.query("SELECT weight, n FROM minute_local") == [heavy]


def test_an_edit_moves_its_count_and_a_recall_takes_it_away(parts: Parts) -> None:
    judged(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE, "price", id="b"), chat(DAY_ONE + ADVANCE, "other"))
    assert counted(parts.client)[("acme", "price", DAY_ONE)] == 2
    judged(parts, chat(DAY_ONE, "charging", id="a", revision=1, sent=DAY_ONE + 200),
           chat(DAY_ONE, "price", id="b", revision=1, recalled=True, sent=DAY_ONE + 200))  # fmt: skip
    now = {cell[1]: count for cell, count in counted(parts.client).items() if cell[2] == DAY_ONE}
    assert now == {"": 1, "charging": 1}
    judged(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE, "price", id="b"))  # delivered again, the old way
    assert {cell[1]: n for cell, n in counted(parts.client).items() if cell[2] == DAY_ONE} == now
    judged(parts, chat(DAY_ONE + 2 * ADVANCE, "other"))
    late = [row for _, rows in given(parts).values() for row in rows]
    assert sorted(late) == [(DAY_ONE, "", -1), (DAY_ONE, "charging", 1), (DAY_ONE, "price", -2)]


def test_of_a_tested_minute_the_first_insert_stands(parts: Parts) -> None:
    judged(parts, chat(DAY_ONE, id="a"), chat(DAY_ONE + ADVANCE, "other"))
    before = given(parts)
    assert before["acme", DAY_ONE] == ({"": 1, "setting_time": 1}, [])
    parts.read(chat(DAY_ONE + 1, id="b"))
    parts.minutes.count(minutes.between(DAY_ONE, DAY_ONE + MINUTE))
    parts.minutes.give(DAY_ONE, DAY_ONE + MINUTE)
    row = [("acme", datetime.fromtimestamp(DAY_ONE, UTC), ["", "price"], [9, 9], [])]
    parts.client.insert("tested_local", ("tenant", "minute", "topics", "n", "late"), row)  # another owner's
    assert given(parts) == before
    parts.client.execute("OPTIMIZE TABLE tested_local FINAL")
    assert given(parts) == before


def test_late_feedback_is_given_once_in_the_next_minute_to_close(parts: Parts) -> None:
    judged(parts, chat(DAY_ONE, "price"), chat(DAY_ONE + HOUR, "other"))
    judged(parts, chat(DAY_ONE + 5, "charging"), chat(DAY_ONE + HOUR + ADVANCE, "other"))
    judged(parts, chat(DAY_ONE + HOUR + 2 * ADVANCE, "other"))
    parts.detect.finish()
    late = {minute: rows for (_, minute), (_, rows) in given(parts).items() if rows}
    closed_before = DAY_ONE + HOUR - MINUTE
    assert late == {closed_before: [(DAY_ONE, "", 1), (DAY_ONE, "charging", 1)]}
    assert given_about(parts.client) == counted(parts.client)


def test_what_is_owed_at_the_end_of_a_file_closes_one_more_minute(parts: Parts) -> None:
    judged(parts, chat(DAY_ONE, "price"), chat(DAY_ONE + HOUR, "other"))
    parts.ended()
    parts.detect.finish()
    last = max(minute for _, minute in given(parts))
    judged(parts, chat(DAY_ONE + 5, "charging"))
    parts.detect.finish()
    assert max(minute for _, minute in given(parts)) == last + MINUTE
    assert given(parts)["acme", last + MINUTE][1] == [(DAY_ONE, "", 1), (DAY_ONE, "charging", 1)]
    parts.detect.finish()
    assert max(minute for _, minute in given(parts)) == last + MINUTE, "nothing is owed any more"


def test_what_comes_more_than_a_day_late_is_charted_and_not_tested(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "QUIET", HOUR)  # so that not every minute of the day is closed
    judged(parts, chat(DAY_ONE, "price"), chat(DAY_ONE + DAY + HOUR, "other"))
    judged(parts, chat(DAY_ONE + 5, "charging"), chat(DAY_ONE + 2 * HOUR, "price"), chat(DAY_ONE + DAY + HOUR + ADVANCE, "other"))
    parts.detect.finish()
    assert counted(parts.client)["acme", "charging", DAY_ONE] == 1
    assert ("acme", "charging", DAY_ONE) not in given_about(parts.client)
    assert given_about(parts.client)["acme", "price", DAY_ONE + 2 * HOUR] == 1, "this one was 23 hours late"
    assert [len(ids) for _, ids in said(parts).items()] == [1, 2], "nor is its text read"


def test_a_gap_of_years_is_jumped_over(endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "QUIET", 2 * HOUR)
    steps: list[str] = []
    parts = Parts(endpoint, tmp_path, hook=lambda side, step: steps.append(step) if side == "before" else None)
    later = DAY_ONE - DAY_ONE % DAY - 3 * 365 * DAY
    judged(parts, chat(later, id="a"), chat(later + 70, id="b"))
    judged(parts, chat(DAY_ONE, id="c"), chat(DAY_ONE + HOUR, id="d"))
    parts.detect.finish()
    assert steps.count("give") < 20
    assert len(given(parts)) < 4 * HOUR / MINUTE, "two quiet hours are closed, three years are not"
    assert counted(parts.client).keys() == {
        ("acme", topic, at) for topic in ("", "setting_time") for at in (later, later + 60, DAY_ONE)
    }
    assert given_about(parts.client) == counted(parts.client)
    assert parts.detect.next == DAY_ONE + HOUR - MINUTE


def test_no_statement_gives_minutes_of_two_months(endpoint: Endpoint, tmp_path: Path) -> None:
    Ranges.given.clear()
    parts = Parts(endpoint, tmp_path, kinds={"minutes": Ranges})
    december = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())
    judged(parts, chat(december - 2 * MINUTE, id="a"), chat(december + MINUTE, id="b"), chat(december + HOUR, id="c"))
    assert any(end == december for _, end in Ranges.given), "closing stopped at the boundary"
    assert all((start < december) == (end <= december) for start, end in Ranges.given)
    assert [minute for _, minute in given(parts)] == list(range(december - 2 * MINUTE, december + HOUR - MINUTE, MINUTE))
    assert given_about(parts.client) == counted(parts.client)


def test_a_known_tenant_has_a_row_for_every_minute_and_a_new_one_from_its_first(parts: Parts) -> None:
    judged(parts, chat(DAY_ONE, id="a"), chat(DAY_ONE + HOUR, id="b"))
    judged(parts, chat(DAY_ONE + 2 * HOUR, id="c", tenant="zeta"), chat(DAY_ONE + 3 * HOUR, id="d"))
    parts.detect.finish()
    rows = given(parts)
    end = parts.detect.next
    assert [minute for tenant, minute in rows if tenant == "acme"] == list(range(DAY_ONE, end, MINUTE))
    assert [minute for tenant, minute in rows if tenant == "zeta"] == list(range(DAY_ONE + 2 * HOUR, end, MINUTE))
    assert rows["acme", DAY_ONE + 2 * HOUR][0] == {"": 0}, "one tenant's feedback is not the other's"
    assert parts.detect.baseline_days.keys() == {"acme", "zeta"}


def test_snapshots_and_restarts_give_the_same_judgements(
    endpoint: Endpoint, tmp_path: Path, second: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detect, "SNAPSHOT_EVERY", 45)
    lines = Traffic(hours=2, hourly=40, seed=3, surge=1, lasting=0.75, surging=80).lines()
    batches = [lines[at : at + 40] for at in range(0, len(lines), 40)]
    one = Parts(endpoint, tmp_path)
    for batch in batches:
        judged(one, *batch)
    one.detect.finish()
    clock, pending, closed = one.partition.clock, [], 0
    clock.greatest = 0.0
    for number, batch in enumerate(batches):
        other = Parts(second, tmp_path)
        other.partition.clock = clock
        other.detect.recover(pending, closed)
        judged(other, *batch)
        pending, closed = other.detect.pending, other.detect.next
        if number == len(batches) - 1:
            other.detect.finish()
        other.close()
    tables = ("tested_local", "verdict_local", "spike_transition_local", "detector_state_local", "minute_local")
    assert dump(endpoint, tables=tables)["spike_transition_local"]
    assert differences(dump(endpoint, tables=tables), dump(second, tables=tables)) == {}
    one.close()


def test_the_steps_of_closing_are_taken_in_their_numbered_order(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detect, "SNAPSHOT_EVERY", 1)
    steps: list[str] = []
    parts = Parts(
        endpoint, tmp_path, hook=lambda side, step: steps.append(step) if side == "before" else None, publish=lambda _: None
    )
    judged(parts, chat(DAY_ONE, id="a"), chat(DAY_ONE + ADVANCE, id="b"))
    parts.read(chat(DAY_ONE + 3, id="late"), chat(DAY_ONE + 2 * ADVANCE, id="c"))
    steps.clear()
    parts.detect.tick()
    close = ["count", "give", "tested", "write_verdicts", "write_emergent", "write_transitions", "publish"]
    snapshot = ["owed", "save_detectors"]  # it looks at the last day before a snapshot
    assert steps == ["count", *close, "owed", *snapshot, *close, "owed", *snapshot]
