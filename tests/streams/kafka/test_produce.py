"""`voc produce`: every event that can be addressed is in its topic, once, in the order of its subject, also across an outage."""

import gzip
import json
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE

import pytest

from schemas.codec import MAX_BYTES
from streams.failures import SinkUnavailable, UserError
from streams.kafka import admin
from streams.kafka.connection import Connection
from streams.kafka.pace import Pace
from streams.kafka.produce import Produced, produce
from tests.conftest import voc_environment
from tests.rig.events import DAY_ONE, announcement, chat
from tests.rig.kafka import doors
from tests.rig.kafka.server import KafkaServer
from tests.streams.kafka.conftest import Verb, stored

MANY = 10_000


@pytest.fixture
def topics(connection: Connection) -> Connection:
    """The catalogue's topics, made."""
    admin.create(connection)
    return connection


def conversations(count: int, each: int = 10) -> list[bytes]:
    """`count` messages, `each` to a conversation, interleaved."""
    talks = count // each
    return [chat(DAY_ONE + n, id=f"m{n}", conversation=f"c{n % talks}") for n in range(count)]


def write(path: Path, lines: list[bytes]) -> Path:
    body = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    return path


@pytest.mark.kafka
def test_each_event_goes_to_the_topic_of_its_type_keyed_by_its_subject(topics: Connection, tmp_path: Path) -> None:
    lines = [*conversations(200), announcement("launch", DAY_ONE)]
    done = produce(topics, str(write(tmp_path / "in.ndjson.gz", lines)))
    assert (done.read, done.sent, done.by_topic, done.refused) == (201, 201, {"chat": 200, "context": 1}, {})
    chats = stored(topics, "chat")
    assert sorted(record.value for record in chats) == sorted(lines[:-1])
    assert all(json.loads(record.value)["subject"].encode() == record.key for record in chats)
    assert len({record.partition for record in chats}) > 1
    partition_of = defaultdict(set)
    for record in chats:
        partition_of[record.key].add(record.partition)
    assert {len(partitions) for partitions in partition_of.values()} == {1}
    assert abs(chats[0].timestamp / 1000 - time.time()) < 60  # the broker's clock, not the event's
    assert chats[0].timestamp_type == 1
    assert [record.value for record in stored(topics, "context")] == [lines[-1]]


BAD = [
    b'{"half', b"[]", b"\xff\xfe", json.dumps({"type": "voc.chat.message.v2", "subject": "c"}).encode(),
    json.dumps({"type": "voc.chat.message.v1"}).encode(), json.dumps({"type": "voc.chat.message.v1", "subject": ""}).encode(),
    b'{"type":"voc.chat.message.v1","subject":"\\ud800"}', json.dumps({"type": "voc.order.v1", "subject": "x" * 513}).encode(),
    json.dumps({"type": "voc.chat.message.v1", "subject": "c", "data": "x" * MAX_BYTES}).encode(), b"null", b"[" * 100_000,
]  # fmt: skip
WHY = {
    "invalid_json": [1, 3, 7], "not_an_object": [2, 10, 11], "unknown_type": [4], "missing_field": [5], "invalid_field": [6, 8],
    "too_large": [9],
}  # fmt: skip


@pytest.mark.kafka
def test_what_cannot_be_addressed_is_not_sent_but_counted_with_its_lines(topics: Connection, verb: Verb, tmp_path: Path) -> None:
    path = write(tmp_path / "bad.ndjson", [*BAD, b"", chat(DAY_ONE)])
    told = verb("produce", "--input", str(path), "--json")
    counts = json.loads(told.stdout)
    assert told.exit_code == 0
    assert (counts["read"], counts["sent"], counts["by_topic"]) == (len(BAD) + 1, 1, {"chat": 1})
    assert counts["refused_lines"] == WHY
    assert counts["refused"] == {reason: len(lines) for reason, lines in WHY.items()}
    assert [record.value for record in stored(topics, "chat")] == [chat(DAY_ONE)]
    told = verb("produce", "--input", str(path))
    assert "not sent, invalid_json: 3 (lines 1, 3, 7)" in told.stdout


@pytest.mark.kafka
def test_what_cannot_be_decoded_is_sent_as_it_is_when_asked_for(topics: Connection, tmp_path: Path) -> None:
    long = b"x" * (2 * MAX_BYTES)  # no broker takes it, so nobody is asked to
    done = produce(topics, str(write(tmp_path / "bad.ndjson", [*BAD, long, chat(DAY_ONE)])), send_invalid=True)
    assert (done.sent, {reason: each.count for reason, each in done.refused.items()}) == (len(BAD) + 1, {"too_large": 1})
    records = stored(topics, "chat")
    assert sorted(record.value for record in records) == sorted([*BAD, chat(DAY_ONE)])
    assert [record.key for record in records].count(None) == len(BAD)


@pytest.mark.kafka
def test_an_outage_loses_nothing_doubles_nothing_and_keeps_the_order(
    topics: Connection, kafka: KafkaServer, tmp_path: Path
) -> None:
    lines = conversations(MANY)
    begun, before = threading.Event(), kafka.pid
    seen_then: list[Produced] = []
    at_the_kill: list[int] = []

    def progress(so_far: Produced) -> None:
        if so_far.sent > 1000 and not begun.is_set():
            seen_then.append(so_far)  # goes on counting
            begun.set()

    def break_off() -> None:
        begun.wait(30)
        kafka.kill()
        at_the_kill.append(seen_then[0].sent)
        kafka.start()

    back = threading.Thread(target=break_off)
    back.start()
    done = produce(topics, str(write(tmp_path / "in.ndjson", lines)), progress=progress)
    back.join()
    assert kafka.pid != before
    assert 1000 < at_the_kill[0] < MANY
    assert (done.read, done.sent) == (MANY, MANY)
    seen = defaultdict(list)
    for record in stored(topics, "chat"):
        seen[record.key].append(int(json.loads(record.value)["data"]["message_id"][1:]))
    assert sum(map(len, seen.values())) == MANY
    assert all(numbers == sorted(set(numbers)) for numbers in seen.values())


@pytest.mark.kafka
def test_an_outage_without_end_ends_in_a_sentence_that_says_how_far_it_came(
    topics: Connection, kafka: KafkaServer, tmp_path: Path
) -> None:
    kafka_frozen = threading.Event()

    def progress(so_far: Produced) -> None:
        if so_far.sent and not kafka_frozen.is_set():
            kafka.freeze()
            kafka_frozen.set()

    path = str(write(tmp_path / "in.ndjson", conversations(MANY)))
    try:
        with pytest.raises(SinkUnavailable, match=r"taken nothing for 2 s .*; [\d,]+ of the [\d,]+ events read are acknowledged"):
            produce(topics, path, progress=progress, outage_s=2)
    finally:
        kafka.thaw()


@pytest.mark.kafka
def test_a_stop_waits_for_what_is_on_its_way(topics: Connection, tmp_path: Path) -> None:
    read: list[int] = []
    path = str(write(tmp_path / "in.ndjson", conversations(1000)))
    done = produce(topics, path, rate=2000, progress=lambda so_far: read.append(so_far.read), stopped=lambda: len(read) >= 100)
    assert done.interrupted
    assert (done.read, done.sent, done.lost) == (100, 100, 0)
    assert len(stored(topics, "chat")) == 100


@pytest.mark.kafka
def test_ctrl_c_says_how_many_are_acknowledged(topics: Connection, kafka_settings: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path / "in.ndjson", conversations(5000))
    program = "from streams.cli.produce import produce; produce(standalone_mode=False)"
    command = [sys.executable, "-c", program, "--input", str(path), "--rate", "100", "--json"]
    with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True, env=voc_environment(**kafka_settings)) as running:
        deadline = time.monotonic() + 60
        while not stored(topics, "chat"):
            assert time.monotonic() < deadline
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    counts = json.loads(out)
    assert running.returncode == 130
    assert 0 < counts["sent"] == counts["read"] == len(stored(topics, "chat")) < 5000
    assert f"{counts['sent']:,} are acknowledged, 0 may or may not be stored" in err


@pytest.mark.kafka
def test_a_kind_of_event_that_first_comes_during_an_outage_waits_it_out(
    topics: Connection, kafka: KafkaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.kafka.reach.ANSWER_S", 0.5)
    lines = [chat(DAY_ONE), *conversations(600), announcement("launch", DAY_ONE)]
    thawing = threading.Timer(3, kafka.thaw)

    def progress(so_far: Produced) -> None:
        if so_far.read == 500:
            kafka.freeze()
            thawing.start()

    done = produce(topics, str(write(tmp_path / "in.ndjson", lines)), progress=progress, patience_s=1)
    thawing.join()
    assert done.by_topic == {"chat": 601, "context": 1}
    assert len(stored(topics, "context")) == 1


@pytest.mark.kafka
def test_the_topic_must_be_there_and_the_user_allowed(connection: Connection, kafka: KafkaServer, tmp_path: Path) -> None:
    path = str(write(tmp_path / "in.ndjson", [chat(DAY_ONE)]))
    with pytest.raises(UserError, match=rf"{connection.prefix}\.chat; make them with `voc kafka create`"):
        produce(connection, path)
    admin.create(connection)
    name, word = doors.STRANGER
    stranger = Connection(
        bootstrap=kafka.bootstrap_of(doors.SASL), prefix=connection.prefix, security="SASL_PLAINTEXT", mechanism="PLAIN",
        user=name, password=word,
    )  # fmt: skip
    with pytest.raises(UserError, match="does not let user “stranger”"):
        produce(stranger, path)
    assert stored(connection, "chat") == []


@pytest.mark.kafka
def test_a_damaged_file_fails_after_its_whole_lines_are_sent(topics: Connection, verb: Verb, tmp_path: Path) -> None:
    path = write(tmp_path / "in.ndjson.gz", conversations(5000))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(UserError, match="is damaged after line"):
        verb("produce", "--input", str(path), "--json")
    assert len(stored(topics, "chat")) > 1000


@pytest.mark.parametrize("arguments", [("--speed", "0"), ("--speed", "x60"), ("--rate", "0"), ("--rate", "5", "--speed", "60x")])
def test_a_pace_that_makes_no_sense_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    from click.testing import CliRunner

    from streams.cli.produce import produce as produce_verb

    assert CliRunner().invoke(produce_verb, ["--input", "gone.ndjson", *arguments]).exit_code == 2


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        assert 0 < seconds <= 0.2
        self.now += seconds


@pytest.mark.parametrize(
    ("pace", "due"),
    [
        ({"rate": 4.0}, [0, 0.25, 0.5, 0.75]),
        ({"speed": 60.0}, [0, 1, 1, 2]),  # said a minute later, a minute earlier, two minutes later
        ({}, [0, 0, 0, 0]),
    ],
)
def test_events_are_due_at_their_rate_or_as_their_own_times_say(pace: dict[str, float], due: list[float]) -> None:
    clock = Clock()
    start = datetime(2026, 11, 2, tzinfo=UTC)
    waiting = Pace(**pace, now=lambda: clock.now, sleep=clock.sleep)
    sent = []
    for minutes in (0, 1, -1, 2):
        waiting.wait(start + timedelta(minutes=minutes))
        sent.append(clock.now - 100)
    assert sent == pytest.approx(due, abs=0.01)


def test_a_wait_ends_when_it_is_time_to_stop() -> None:
    clock = Clock()
    waiting = Pace(rate=0.001, now=lambda: clock.now, sleep=clock.sleep, stopped=lambda: clock.now > 105)
    waiting.wait()
    waiting.wait()
    assert 105 < clock.now < 106
