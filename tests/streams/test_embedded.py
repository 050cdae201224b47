"""`voc run` in one process: the order of a batch, where it goes on, and that cuts and replays change nothing."""

from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.embedded import RunSummary
from streams.warehouse.endpoint import Endpoint
from tests.rig.events import DAY_ONE, HOUR, Traffic, chat
from tests.rig.parts import Parts
from tests.rig.tables import Dump, differences, dump

TRUTH = ("feedback_local", "minute_local", "order_local", "dead_letter_local")
"""What must not depend on how a file is cut."""
_files = count(1)


def run(endpoint: Endpoint, path: Path, batch_lines: int = 40, source: str = "input") -> RunSummary:
    parts = Parts(endpoint, path.parent, source=source)
    try:
        return parts.embedded(path, batch_lines).to_the_end()
    finally:
        parts.close()


def write(folder: Path, lines: list[bytes]) -> Path:
    path = folder / f"{next(_files)}.ndjson"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def empty(endpoint: Endpoint) -> None:
    client = endpoint.client()
    for (table,) in client.execute("SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '%\\_local'"):
        client.execute(f"TRUNCATE TABLE {table}")
    client.disconnect()


def test_a_batch_is_understood_then_closed_then_its_position_is_saved(endpoint: Endpoint, tmp_path: Path) -> None:
    steps: list[str] = []
    parts = Parts(endpoint, tmp_path, hook=lambda side, step: steps.append(step) if side == "after" else None)
    path = write(tmp_path, [chat(DAY_ONE + n * 100) for n in range(4)])
    parts.embedded(path, 2).to_the_end()
    understood = ["write_dead_letters", "write_rows", "claim"]
    closed = ["count", "give", "tested", "write_verdicts", "write_emergent", "write_transitions", "publish", "owed"]
    judged_last = [step for step in steps[-10:] if step != "owed"]
    assert steps[:4] == [*understood, "save_position"], "nothing can close yet"
    assert steps[4:18] == [*understood, *closed, "owed", "save_detectors", "save_position"]
    assert steps[18] == "claim", "the end of the file"
    assert judged_last[-2:] == ["save_detectors", "save_position"], "the snapshot before the position"


def test_the_same_file_again_changes_no_number(endpoint: Endpoint, tmp_path: Path) -> None:
    path = Traffic(hours=2, hourly=50, seed=8).write(tmp_path / "in.ndjson")
    first = run(endpoint, path)
    before = dump(endpoint)
    again = run(endpoint, path)
    assert (again.events, again.resumed_at) == (0, first.events)
    assert differences(before, dump(endpoint)) == {}
    run(endpoint, path)
    assert differences(before, dump(endpoint)) == {}, "nor the third time"


def test_the_same_events_under_another_name_change_no_count(endpoint: Endpoint, tmp_path: Path) -> None:
    path = Traffic(hours=2, hourly=50, seed=8).write(tmp_path / "in.ndjson")
    run(endpoint, path)
    whose = ("input", "input_offset")
    before = dump(endpoint, whose, [*TRUTH[:3], "tested_local", "verdict_local", "spike_transition_local"])
    again = run(endpoint, path, source="copy")
    assert again.accepted and again.late
    assert differences(before, dump(endpoint, whose, list(before))) == {}


def test_a_file_that_grew_is_read_on(endpoint: Endpoint, second: Endpoint, tmp_path: Path) -> None:
    lines = Traffic(hours=2, hourly=50, seed=8).lines()
    path = write(tmp_path, lines[:70])
    run(endpoint, path)
    path.write_bytes(path.read_bytes() + b"".join(line + b"\n" for line in lines[70:]))
    summary = run(endpoint, path)
    assert (summary.resumed_at, summary.events) == (70, len(lines) - 70)
    run(second, path)
    assert differences(dump(second, tables=TRUTH), dump(endpoint, tables=TRUTH)) == {}


def test_another_file_of_the_same_name_is_read_from_its_beginning(endpoint: Endpoint, tmp_path: Path) -> None:
    run(endpoint, write(tmp_path, [chat(DAY_ONE, id="a"), chat(DAY_ONE + HOUR, id="b")]))
    summary = run(endpoint, write(tmp_path, [chat(DAY_ONE + 2 * HOUR, id="c"), chat(DAY_ONE + 3 * HOUR, id="d")]))
    assert summary.replaced and summary.events == 2
    assert len(dump(endpoint, tables=TRUTH)["feedback_local"]) == 4


def test_following_ends_when_asked_and_closes_what_the_clock_allows(endpoint: Endpoint, tmp_path: Path) -> None:
    parts = Parts(endpoint, tmp_path)
    path = write(tmp_path, [chat(DAY_ONE, id="a"), chat(DAY_ONE + HOUR, id="b")])
    answers = iter([False, True])
    summary = parts.embedded(path).follow(lambda: next(answers))
    assert (summary.events, summary.minutes_closed) == (2, 59)
    assert parts.detect.next == DAY_ONE + HOUR - 60, "the last minute is not over"
    parts.close()


PROPERTY = settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True, database=None
)


@PROPERTY
@given(seed=st.integers(0, 1000), cuts=st.tuples(st.integers(8, 20), st.integers(21, 60)))
def test_where_batches_are_cut_changes_neither_feedback_nor_counts(
    seed: int, cuts: tuple[int, int], endpoint: Endpoint, tmp_path: Path
) -> None:
    path = write(tmp_path, Traffic(hours=1, hourly=30, seed=seed).lines())
    found: list[Dump] = []
    for batch_lines in cuts:
        empty(endpoint)
        run(endpoint, path, batch_lines)
        found.append(dump(endpoint, tables=TRUTH))
    assert found[0]["minute_local"]
    assert differences(*found) == {}


@PROPERTY
@given(seed=st.integers(0, 1000), back=st.integers(1, 30))
def test_a_replay_of_any_suffix_changes_nothing(seed: int, back: int, endpoint: Endpoint, tmp_path: Path) -> None:
    lines = Traffic(hours=1, hourly=30, seed=seed).lines()
    empty(endpoint)
    run(endpoint, write(tmp_path, lines), 20)
    everything = [*TRUTH[:3], "tested_local", "verdict_local", "spike_transition_local", "card_local"]
    before = dump(endpoint, ("input", "input_offset"), everything)
    run(endpoint, write(tmp_path, lines[-back:]), 20, source="suffix")
    assert differences(before, dump(endpoint, ("input", "input_offset"), everything)) == {}
