"""Real customers' words through the whole pipeline: nothing is lost, nothing doubled, and order within an hour is no matter.

The tests' own pipeline stands in for the packaged one, whose sentiment takes milliseconds a Chinese turn; what is compared
here does not depend on it. One file is read whole by the command itself.
"""

import json
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from processors.detector import DetectorConfig
from streams.embedded import RunSummary
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from tests.conftest import Voc, first_lines, fresh_database
from tests.rig.events import HOUR
from tests.rig.parts import Parts
from tests.rig.tables import differences, dump
from tests.rig.truth import counted, given_about, sums

WHERE_READ = ("input", "input_offset")


class Real(NamedTuple):
    """A file that was read, its lines, and where its rows are."""

    endpoint: Endpoint
    path: Path
    lines: list[bytes]
    summary: RunSummary


def run(endpoint: Endpoint, path: Path, source: str = "input") -> RunSummary:
    parts = Parts(endpoint, path.parent, source=source, config=DetectorConfig())
    try:
        return parts.embedded(path, 1000).to_the_end()
    finally:
        parts.close()


@pytest.fixture(scope="module", params=[("bank", 2500), ("travel-zh", 1500)], ids=lambda param: param[0])
def real(
    request: pytest.FixtureRequest, evaluation_data: Path, embedded: EmbeddedWarehouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Real]:
    """The first lines of a real file, read once."""
    name, limit = request.param
    lines = first_lines(evaluation_data / "streams" / f"{name}.ndjson.gz", limit)
    path = tmp_path_factory.mktemp(name) / f"{name}.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    with fresh_database(embedded) as endpoint:
        yield Real(endpoint, path, lines, run(endpoint, path))


def shuffled(real: Real, folder: Path) -> Path:
    """A copy in which an event may stand up to an hour too late or too early."""
    dice = random.Random(7)
    at = [datetime.fromisoformat(msgspec.json.decode(line)["time"]).timestamp() for line in real.lines]
    order = sorted(range(len(at)), key=lambda n: at[n] + dice.random() * HOUR)
    assert order != sorted(order)
    path = folder / "shuffled.ndjson"
    path.write_bytes(b"".join(real.lines[n] + b"\n" for n in order))
    return path


def identities(lines: list[bytes]) -> int:
    """How many different pieces of feedback there are."""
    events = [msgspec.json.decode(line) for line in lines]
    return len({(event.get("tenant"), event["source"], event["subject"], event["data"]["message_id"]) for event in events})


def test_there_is_one_row_for_every_distinct_event(real: Real) -> None:
    client = real.endpoint.client()
    assert real.summary.dead_letters == 0
    assert client.execute("SELECT count(), uniqExact(feedback_id) FROM feedback") == [(identities(real.lines),) * 2]
    assert client.execute("SELECT sum(count) FROM minute_total") == client.execute(
        "SELECT count() FROM feedback WHERE sender_role = 'customer'"
    )
    client.disconnect()


def test_running_it_again_changes_no_number_in_any_table(real: Real) -> None:
    before = dump(real.endpoint)
    assert run(real.endpoint, real.path).events == 0
    assert differences(before, dump(real.endpoint)) == {}


def test_a_copy_shuffled_within_an_hour_gives_the_same_rows_and_counts(real: Real, endpoint: Endpoint, tmp_path: Path) -> None:
    summary = run(endpoint, shuffled(real, tmp_path))
    assert summary.late > 100, "a shuffle that makes nothing late proves nothing"
    compared = ("feedback_local", "minute_local")
    assert differences(dump(real.endpoint, WHERE_READ, compared), dump(endpoint, WHERE_READ, compared)) == {}
    parts = Parts(endpoint, tmp_path)
    assert sums(counted(parts.client, "topic_tested")) == sums(counted(parts.client))
    assert given_about(parts.client) == counted(parts.client)
    parts.close()


def test_the_shuffled_copy_read_into_the_same_data_changes_nothing_either(real: Real, tmp_path: Path) -> None:
    tables = ("feedback_local", "minute_local", "tested_local", "verdict_local", "spike_transition_local", "card_local")
    before = dump(real.endpoint, WHERE_READ, tables)
    assert run(real.endpoint, shuffled(real, tmp_path), source="shuffled").accepted == len(real.lines)
    assert differences(before, dump(real.endpoint, WHERE_READ, tables)) == {}
    parts = Parts(real.endpoint, tmp_path)
    assert sums(counted(parts.client, "topic_tested")) == sums(counted(parts.client))
    parts.close()


@pytest.mark.long
def test_the_command_reads_the_whole_bank_and_the_second_time_nothing(evaluation_data: Path, voc: Voc) -> None:
    path = evaluation_data / "streams" / "bank.ndjson.gz"
    lines = first_lines(path, 20_000)
    first = json.loads(voc("run", "--input", str(path), "--json").stdout)
    assert (first["events"], first["accepted"], first["dead_letters"]) == (len(lines), len(lines), 0)
    numbers = """SELECT (SELECT count() FROM feedback) AS rows, (SELECT sum(count) FROM topic_minute) AS counted,
                        (SELECT sum(count) FROM topic_tested) AS tested, (SELECT count() FROM topic_band) AS band,
                        (SELECT count() FROM spike_transitions) AS transitions"""
    before = json.loads(voc("sql", numbers, "--json").stdout)
    assert before[0]["rows"] == identities(lines) == 14_593
    assert before[0]["counted"] == before[0]["tested"] > 14_593 / 2
    again = json.loads(voc("run", "--input", str(path), "--json").stdout)
    assert (again["events"], again["spikes"]) == (0, first["spikes"])
    assert json.loads(voc("sql", numbers, "--json").stdout) == before
