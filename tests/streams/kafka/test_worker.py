"""`voc worker`, a process of its own on the real broker and the real engine."""

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer

from schemas.kafka_topics import MAX_MESSAGE_BYTES
from streams.kafka import admin, lag
from streams.kafka.connection import Connection
from streams.warehouse.client import WarehouseClient
from streams.warehouse.endpoint import Endpoint
from tests.conftest import voc_environment
from tests.rig.events import DAY_ONE, HOUR, MINUTE, Traffic, chat
from tests.rig.kafka.server import KafkaServer
from tests.rig.parts import PIPELINE, Parts
from tests.rig.receivers import receiver
from tests.rig.receivers.webhook import SECRET as HOOK
from tests.rig.tables import differences, dump
from tests.soak.worker import CONFIG

pytestmark = pytest.mark.kafka
HOURS = 5
SECRET, PUBLIC = "a secret of the tests", "https://voc.example.com"
NOTIFY = """
[channel.hook]
type = "webhook"
url = "{url}"
secret = "env:HOOK"
max_age_h = 87600

[[route]]
channels = ["hook"]
"""
END = DAY_ONE + HOURS * HOUR


class Process:
    """A worker that alerts after an hour, over one database."""

    def __init__(self, folder: Path, connection: Connection, endpoint: Endpoint, *arguments: str, **settings: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        url = f"clickhouse://{endpoint.user}:{endpoint.password}@{endpoint.host}:{endpoint.port}/{endpoint.database}"
        given = {
            "VOC_KAFKA": connection.bootstrap, "VOC_KAFKA_PREFIX": connection.prefix, "VOC_CLICKHOUSE_URL": url,
            "VOC_PIPELINE": str(PIPELINE), "VOC_SESSION_TIMEOUT_S": "6", "VOC_WORKER_PORT": str(self.port),
            "VOC_LOG_LEVEL": "info", "VOC_PATIENCE_S": "3", **settings,
        }  # fmt: skip
        self.log = folder / f"worker-{self.port}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.worker", "--data-dir", str(folder / "data"), *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=voc_environment(**given), start_new_session=True,
            )  # fmt: skip

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; (0, b"") while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(60)

    def ends(self, seconds: float = 60.0) -> tuple[int, str]:
        """When it ends by itself: its status and its last line."""
        status = self._process.wait(seconds)
        return status, self.log.read_text().strip().splitlines()[-1]

    def until(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < deadline, self.log.read_text()[-2000:]
            time.sleep(0.05)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path, connection: Connection, endpoint: Endpoint) -> Iterator[Start]:
    """Starts workers on this test's topics and database."""
    admin.create(connection)
    started: list[Process] = []

    def begin(*arguments: str, **settings: str) -> Process:
        started.append(Process(tmp_path, connection, endpoint, *arguments, **settings))
        return started[-1]

    yield begin
    for process in started:
        process.kill()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def client(endpoint: Endpoint) -> Iterator[WarehouseClient]:
    client = WarehouseClient(lambda: endpoint)
    yield client
    client.close()


def send(connection: Connection, records: Iterable[tuple[str, bytes | None, bytes | None]], **options: Any) -> None:
    """Records as (topic of the catalogue, key, value), in order."""

    async def sending() -> None:
        producer = AIOKafkaProducer(**connection.for_aiokafka, enable_idempotence=True, max_request_size=4 << 20, **options)
        await producer.start()
        for name, key, value in records:
            await producer.send(f"{connection.prefix}.{name}", value, key=key)
        await producer.stop()

    asyncio.run(sending())


def story() -> list[bytes]:
    """Five hours with a surge, and later words of many conversations, so that every partition has passed the end."""
    lines = Traffic(hours=HOURS, hourly=150, seed=11, surge=3, lasting=0.75, surging=240).lines()
    return lines + [chat(END + 10 * MINUTE, "other", id=f"tail{n}", conversation=f"tail{n}") for n in range(200)]


def key_of(line: bytes) -> bytes | None:
    try:
        return str(msgspec.json.decode(line)["subject"]).encode()
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError, KeyError):
        return None


def test_what_goes_through_kafka_leaves_the_same_rows_counts_and_spikes_as_the_embedded_run(
    start: Start, connection: Connection, client: WarehouseClient, endpoint: Endpoint, second: Endpoint, tmp_path: Path,
    stack: ExitStack,
) -> None:  # fmt: skip
    lines = story()
    file = tmp_path / "story.ndjson"
    file.write_bytes(b"\n".join(lines) + b"\n")
    parts = Parts(second, tmp_path / "embedded", config=CONFIG)
    parts.embedded(file, 200).to_the_end()
    parts.close()

    robot, notify = stack.enter_context(receiver("webhook")), tmp_path / "notify.toml"
    notify.write_text(NOTIFY.format(url=robot.url), "utf-8")
    telling = {"VOC_NOTIFY": str(notify), "VOC_PUBLIC_URL": PUBLIC, "VOC_LINK_SECRET": SECRET, "HOOK": HOOK}
    one, two = start(**telling), start("--roles", "understand")
    send(connection, (("chat", key_of(line), line) for line in lines))
    last = "SELECT toUnixTimestamp(max(minute)) FROM tested_local"
    one.until(lambda: client.query(last)[0][0] >= END + 8 * MINUTE)
    one.until(lambda: not any(part.lag for group in lag.lag(connection) for part in group.partitions))
    health, metrics = one.get("/healthz"), one.get("/metrics")
    assert health[0] == 200 and json.loads(health[1])["detect"]["healthy"]
    assert b"voc_minutes_closed_total" in metrics[1] and b'voc_transitions_total{transition="opened"}' in metrics[1]
    cards = client.query("SELECT count() FROM card_local FINAL")[0][0]
    one.until(lambda: client.query("SELECT count() FROM deliveries WHERE state = 'sent'")[0][0] == cards)
    one.until(lambda: b'voc_deliveries_owed{channel="hook"} 0.0' in one.get("/metrics")[1])  # set every 15 seconds
    _verdict_by_link(robot.messages[0].payload, one, client)
    assert [one.stop(), two.stop()] == [0, 0]

    place = ("input", "input_partition", "input_offset")
    rows = ("feedback_local", "order_local", "dead_letter_raw_local")
    here, there = dump(endpoint, without=place, tables=rows), dump(second, without=place, tables=rows)
    assert here["feedback_local"] and here["order_local"] and here["dead_letter_raw_local"]
    assert differences(_sorted(here), _sorted(there)) == {}
    cells = "SELECT tenant, topic, minute, count, negative, positive FROM topic_minute"
    closed = f"{cells} WHERE count > 0 AND minute < toDateTime({END}, 'UTC') ORDER BY ALL"
    with_second = WarehouseClient(lambda: second)
    assert client.query(closed) == with_second.query(closed)
    spikes = "SELECT tenant, kind, topic, opened FROM spikes ORDER BY ALL"
    told, expected = client.query(spikes), with_second.query(spikes)
    with_second.close()
    assert [spike[:3] for spike in told] == [spike[:3] for spike in expected] == [("acme", "topic", "setting_time")]
    assert _apart(told[0][3], expected[0][3]) <= timedelta(minutes=15)
    assert client.query("SELECT count() FROM card_local FINAL") == client.query(
        "SELECT count() FROM spike_transition_local FINAL"
    )


def _verdict_by_link(event: dict[str, Any], worker: Process, client: WarehouseClient) -> None:
    """The link of a card is followed, which changes nothing, and its button pressed."""
    link = next(verdict["url"] for verdict in event["data"]["verdicts"] if verdict["key"] == "useful")
    status, page = worker.get(link.removeprefix(PUBLIC))
    assert link.startswith(PUBLIC) and status == 200 and b"useful" in page
    assert client.query("SELECT * FROM spike_verdicts") == []
    with urllib.request.urlopen(f"http://127.0.0.1:{worker.port}/verdict", data=link.partition("?")[2].encode()) as answer:
        assert answer.status == 200 and answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.query("SELECT spike_id, verdict, by FROM spike_verdicts") == [(event["subject"], "useful", "hook")]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://127.0.0.1:{worker.port}/verdict", data=b"t=wrong")


def _sorted(tables: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def _apart(one: datetime, other: datetime) -> timedelta:
    return abs(one - other)


def test_whatever_lies_in_a_topic_is_stored_or_a_dead_letter_with_its_reason(
    start: Start, connection: Connection, client: WarehouseClient
) -> None:
    now = time.time()
    for n, codec in enumerate(("gzip", "lz4", "zstd", "snappy", None)):
        good = [("chat", b"", chat(now, id=f"{codec}{m}")) for m in range(20)]
        send(connection, good, compression_type=codec, max_batch_size=1 << 16)
        assert n < 5
    bad: list[tuple[str, bytes | None, bytes | None]] = [
        ("calls", b"c", None),  # a tombstone
        ("orders", None, b""),
        ("context", b"", b"\xff\xfe"),
        ("chat", b"x", chat(now, text="长" * (MAX_MESSAGE_BYTES // 3))),
        ("surveys", b"s", chat(now, id="elsewhere").replace(b"voc.chat.message.v1", b"com.example.unheard.v9")),
        ("surveys", b"s", chat(now, id="in-another-topic")),
    ]
    send(connection, bad)
    worker = start("--roles", "understand")
    worker.until(lambda: client.query("SELECT count() FROM feedback") == [(101,)])
    worker.until(lambda: client.query("SELECT count() FROM dead_letters") == [(5,)])
    letters = dict(client.query("SELECT input, reason FROM dead_letters ORDER BY input"))
    names = {name: f"{connection.prefix}.{name}" for name in ("chat", "calls", "orders", "context", "surveys")}
    assert letters == {
        names["calls"]: "invalid_json", names["orders"]: "invalid_json", names["context"]: "invalid_encoding",
        names["chat"]: "too_large", names["surveys"]: "unknown_type",
    }  # fmt: skip
    assert worker.stop() == 0


def test_a_worker_that_would_drain_its_topics_into_dead_letters_stops_and_commits_nothing(
    start: Start, connection: Connection
) -> None:
    send(connection, [("chat", str(n).encode(), b"[]") for n in range(500)])
    status, said = start("--roles", "understand").ends()
    assert status == 1
    assert said.startswith("voc: ") and "dead_letter_limit" in said
    assert sum(part.lag for group in lag.lag(connection) for part in group.partitions) == 500


def test_what_is_missing_is_said_in_one_sentence(
    kafka: KafkaServer, connection: Connection, endpoint: Endpoint, tmp_path: Path
) -> None:
    status, said = Process(tmp_path, connection, endpoint, "--roles", "tell").ends()
    assert status == 1
    assert said.startswith("voc: ") and "voc kafka create" in said


def test_two_groups_that_both_tell_are_refused(start: Start, connection: Connection) -> None:
    first = start("--roles", "tell")
    first.until(lambda: f"{connection.prefix}-tell" in lag.active_groups(connection))
    status, said = start("--roles", "detect,tell").ends()
    assert status == 1 and "both would tell" in said
    assert first.stop() == 0
