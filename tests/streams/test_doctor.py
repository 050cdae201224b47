"""`voc doctor`'s checks: what is in order, what is not, and that one that fails or hangs stops no other."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from kafka import KafkaProducer

from streams.doctor import files, telling
from streams.doctor import warehouse as warehouse_module
from streams.doctor.examine import examine, secret_parts
from streams.doctor.finding import Check, Finding, examined, ok
from streams.doctor.kafka import KafkaChecks
from streams.doctor.warehouse import WarehouseChecks
from streams.failures import UserError
from streams.kafka import admin
from streams.kafka.connection import Connection
from streams.settings import Settings
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.server import READER
from streams.warehouse.views import VIEWS
from tests.conftest import migrated_database

SECRET = "s3cr3t-p/ss"


def url(endpoint: Endpoint, password: str = "") -> str:
    return (
        f"clickhouse://{endpoint.user}:{quote(password or endpoint.password, safe='')}"
        f"@{endpoint.host}:{endpoint.port}/{endpoint.database}"
    )


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def checks(settings: Settings, tmp_path: Path) -> WarehouseChecks:
    return WarehouseChecks(settings, EmbeddedWarehouse(tmp_path / "data"))


def only(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    return finding


@pytest.fixture
def changed(embedded: EmbeddedWarehouse) -> Iterator[Endpoint]:
    """A database whose schema may be damaged."""
    with migrated_database(embedded) as endpoint:
        yield endpoint


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# how checks are run


def test_a_check_that_hangs_or_fails_stops_no_other() -> None:
    forever = threading.Event()

    def hangs() -> Iterator[Finding]:
        yield ok("hangs", "so far")
        forever.wait()

    def defect() -> Iterator[Finding]:
        raise ValueError(SECRET)
        yield

    def refuses() -> Iterator[Finding]:
        raise UserError("it is wrong; set it right")
        yield

    found = list(
        examined(
            [
                Check("hangs", hangs, 0.2),
                Check("defect", defect),
                Check("refuses", refuses),
                Check("last", lambda: [ok("last", "here")]),
            ]
        )
    )
    forever.set()
    assert [(each.check, each.level) for each in found] == [
        ("hangs", "ok"), ("hangs", "problem"), ("defect", "problem"), ("refuses", "problem"), ("last", "ok"),
    ]  # fmt: skip
    assert "0.2 s" in found[1].found
    assert found[2].found == "cannot be looked at (ValueError)"
    assert (found[3].found, found[3].todo) == ("it is wrong", "set it right")


def test_a_secret_in_whatever_is_found_is_hidden() -> None:
    settings = Settings(
        clickhouse_url=f"clickhouse://u:{quote(SECRET, safe='')}@h/d", kafka_password="kafka-pass", link_secret="x" * 20
    )
    said = f"{SECRET} {quote(SECRET, safe='')} kafka-pass {'x' * 20}"
    found = only(examined([Check("c", lambda: [Finding("c", "problem", said, said)])], secret_parts(settings)))
    assert found.found == found.todo == "*** *** *** ***"


# files


def test_what_lies_there_is_read(here: Path) -> None:
    assert only(files.taxonomy(Settings())).level == "ok"
    assert only(files.data_directory(Settings())).found == "voc-data is not there yet, and can be made"
    assert not (here / "voc-data").exists()
    assert only(files.disk(Settings())).found.split()[1] == "GB"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("taxonomy", "intents: [", "taxonomy"),
        ("taxonomy", "nothing: here\n", "taxonomy"),
        ("pipeline", "processors = 3", "pipeline"),
    ],
)
def test_a_broken_file_is_a_problem_that_says_which(here: Path, name: str, text: str, says: str) -> None:
    path = here / f"{name}.broken"
    path.write_text(text)
    settings = Settings(taxonomy=str(path)) if name == "taxonomy" else Settings(pipeline=str(path))
    look = getattr(files, name)
    found = only(examined([Check(name, lambda: look(settings))]))
    assert (found.check, found.level) == (says, "problem")
    assert str(path) in found.found + found.todo


def test_a_directory_that_cannot_be_written_is_a_problem(here: Path) -> None:
    (here / "file").touch()
    for place in (here / "file" / "data", Path("/proc/self/data")):
        found = only(files.data_directory(Settings(data_dir=str(place))))
        assert (found.level, "--data-dir" in found.todo) == ("problem", True)


@pytest.mark.parametrize(("free", "level"), [(100_000_000, "problem"), (1_000_000_000, "warning"), (9_000_000_000, "ok")])
def test_a_full_disk_is_said(here: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    usage = files.shutil.disk_usage(here)._replace(free=free)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _path: usage)
    assert only(files.disk(Settings())).level == level


# the warehouse


def test_a_warehouse_in_order_is_found_so(embedded: EmbeddedWarehouse, reader: Endpoint, tmp_path: Path) -> None:
    for settings in (
        Settings(data_dir=str(embedded.directory.parent)),
        Settings(clickhouse_url=url(embedded.endpoint()), clickhouse_read_url=url(reader)),
    ):
        looks = WarehouseChecks(settings, embedded)
        found = [
            only(look())
            for look in (
                looks.answers, looks.migrations, looks.writer, looks.reader, looks.retention, looks.clock, looks.disk,
                looks.movement, looks.deliveries,
            )
        ]  # fmt: skip
        assert {each.level for each in found} == {"ok"}, found
        assert "ClickHouse 26" in found[0].found
        assert f"{len(VIEWS)} views" in found[3].found


def test_a_warehouse_that_was_never_started_is_not_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path / "data"))
    assert "none in" in only(checks(settings, tmp_path).answers()).found
    assert not (tmp_path / "data").exists()


def test_a_closed_port_and_a_wrong_password_are_problems(endpoint: Endpoint, tmp_path: Path) -> None:
    away = Settings(clickhouse_url=f"clickhouse://u:{SECRET.replace('/', '')}@127.0.0.1:{closed_port()}/voc")
    found = only(checks(away, tmp_path).answers())
    assert (found.level, "VOC_CLICKHOUSE_URL" in found.todo) == ("problem", True)
    found = only(checks(Settings(clickhouse_url=url(endpoint, "wrong")), tmp_path).answers())
    assert (found.level, found.todo) == ("problem", "correct user and password in VOC_CLICKHOUSE_URL")


def test_where_the_warehouse_is_away_that_is_said_once(here: Path) -> None:
    settings = Settings(clickhouse_url=f"clickhouse://u:p@127.0.0.1:{closed_port()}/voc")
    found = list(examine(settings, EmbeddedWarehouse(here / "data")))
    assert [each.check for each in found if each.level == "problem"] == ["warehouse"]
    assert "clock" not in {each.check for each in found}


def test_missing_changed_and_newer_migrations_are_told_apart(changed: Endpoint, tmp_path: Path) -> None:
    looks, client = checks(Settings(clickhouse_url=url(changed)), tmp_path), changed.client()
    assert only(looks.migrations()).level == "ok"
    settings = {"mutations_sync": 2}
    client.execute("ALTER TABLE schema_versions DELETE WHERE version = 2", settings=settings)
    found = only(looks.migrations())
    assert (found.level, "002_detection.sql" in found.found, "voc migrate" in found.todo) == ("warning", True, True)
    client.execute("ALTER TABLE schema_versions UPDATE md5 = 'x' WHERE version = 1", settings=settings)
    client.execute("INSERT INTO schema_versions (version, md5, script) VALUES", [{"version": 99, "md5": "y", "script": ""}])
    assert [each.level for each in looks.migrations()] == ["problem", "problem", "warning"]
    assert only(each for each in looks.migrations() if "newer" in each.found).found.endswith("099")
    client.disconnect()


def test_a_look_applies_no_migration(embedded: EmbeddedWarehouse, tmp_path: Path) -> None:
    client = embedded.endpoint().client()
    client.execute("CREATE DATABASE IF NOT EXISTS bare")
    try:
        bare = url(replace(embedded.endpoint(), database="bare"))
        assert only(checks(Settings(clickhouse_url=bare), tmp_path).migrations()).level == "warning"
        assert not client.execute("SHOW TABLES FROM bare")
    finally:
        client.execute("DROP DATABASE bare")
        client.disconnect()


def test_a_reader_who_may_too_much_or_too_little_is_a_problem(
    embedded: EmbeddedWarehouse, endpoint: Endpoint, tmp_path: Path
) -> None:
    writes = Settings(clickhouse_url=url(endpoint), clickhouse_read_url=url(endpoint))
    found = only(checks(writes, tmp_path).reader())
    assert (found.level, "INSERT into a table" in found.found, "system.users" in found.found) == ("problem", True, True)
    elsewhere = url(replace(embedded.endpoint(READER), database=endpoint.database))
    found = only(checks(Settings(clickhouse_url=url(endpoint), clickhouse_read_url=elsewhere), tmp_path).reader())
    assert (found.level, "cannot read feedback" in found.found) == ("problem", True)
    found = only(checks(Settings(clickhouse_url=url(endpoint)), tmp_path).reader())
    assert (found.level, "VOC_CLICKHOUSE_READ_URL" in found.found) == ("warning", True)


def test_a_writer_who_may_not_write_is_a_problem(reader: Endpoint, tmp_path: Path) -> None:
    found = only(checks(Settings(clickhouse_url=url(reader)), tmp_path).writer())
    assert found.level == "warning"  # it sees no tables at all: only that it may change nothing
    assert only(examined([Check("m", checks(Settings(clickhouse_url=url(reader)), tmp_path).migrations)])).level == "problem"


def test_looking_writes_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    client = endpoint.client()
    looks = checks(Settings(clickhouse_url=url(endpoint), clickhouse_read_url=url(endpoint)), tmp_path)
    list(looks.writer()), list(looks.reader())
    counts = [client.execute(f"SELECT count() FROM {table}")[0][0] for (table,) in client.execute("SHOW TABLES LIKE '%\\_local'")]
    client.disconnect()
    assert len(counts) > 10
    assert not any(counts)


def test_retention_that_is_not_in_force_is_said(endpoint: Endpoint, tmp_path: Path) -> None:
    settings = Settings(clickhouse_url=url(endpoint), dead_letter_days=30)
    found = only(checks(settings, tmp_path).retention())
    assert (found.level, found.found) == ("warning", "dead_letter_local: 90 days, and dead_letter_days says 30")


@pytest.mark.parametrize(("off", "level"), [(0.0, "ok"), (-30.0, "warning"), (400.0, "problem")])
def test_clocks_that_differ_are_said(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, off: float, level: str
) -> None:
    real = warehouse_module.time.time

    class Shifted:
        @staticmethod
        def time() -> float:
            return real() + off

    monkeypatch.setattr(warehouse_module, "time", Shifted)
    found = only(checks(Settings(clickhouse_url=url(endpoint)), tmp_path).clock())
    assert found.level == level
    assert off == 0 or ("behind" if off > 0 else "ahead") in found.found


def test_minutes_that_are_no_longer_judged_are_said_where_a_worker_should_run(endpoint: Endpoint, tmp_path: Path) -> None:
    looks = checks(Settings(clickhouse_url=url(endpoint), kafka="k:9092"), tmp_path)
    assert only(looks.movement()).level == "ok"  # none yet
    client = endpoint.client()
    client.execute("INSERT INTO tested_local (tenant, minute, topics, n) SELECT 't', now() - 7200, [''], [1]")
    client.disconnect()
    found = only(looks.movement())
    assert (found.level, "2 hours ago" in found.found) == ("warning", True)
    assert only(checks(Settings(clickhouse_url=url(endpoint)), tmp_path).movement()).level == "ok"


def test_cards_that_wait_or_were_refused_are_said(endpoint: Endpoint, tmp_path: Path) -> None:
    client = endpoint.client()
    now = datetime.now(UTC)
    columns = "tenant, spike_id, at, transition, channel, version, state, detail, changed_at"
    rows = [
        ("t", "a", now, "opened", "feishu", 1, "owed", "", now - timedelta(hours=1)),
        ("t", "b", now, "opened", "mail", 1, "refused", "too big", now),
        ("t", "c", now, "opened", "slack", 1, "held", "", now - timedelta(hours=9)),
        ("t", "d", now, "opened", "slack", 1, "owed", "", now),
    ]
    client.execute(f"INSERT INTO delivery_local ({columns}) VALUES", rows)
    client.disconnect()
    found = list(checks(Settings(clickhouse_url=url(endpoint)), tmp_path).deliveries())
    assert [each.level for each in found] == ["warning", "warning"]
    assert "1 for feishu, the first for 60 minutes" in found[0].found
    assert "slack" not in found[0].found
    assert "1 for mail (too big)" in found[1].found


# Kafka, channels, links, Grafana


def test_no_kafka_is_fine_and_a_closed_port_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(KafkaChecks(Settings()).reachable()).level == "ok"
    monkeypatch.setattr("streams.doctor.kafka.REACH_S", 0.1)
    away = KafkaChecks(Settings(kafka=f"127.0.0.1:{closed_port()}"))
    found = only(examined([Check("Kafka", away.reachable)]))
    assert (found.check, found.level, "nobody listens" in found.found) == ("Kafka", "problem", True)


@pytest.mark.kafka
def test_a_kafka_without_topics_and_one_that_nobody_reads_are_said(connection: Connection) -> None:
    looks = KafkaChecks(Settings(kafka=connection.bootstrap, kafka_prefix=connection.prefix))
    assert only(looks.reachable()).level == "ok"
    missing = only(looks.topics())
    assert (missing.level, missing.todo, f"{connection.prefix}.chat" in missing.found) == ("problem", "voc kafka create", True)
    admin.create(connection)
    assert only(looks.topics()).level == "ok"
    behind = only(looks.lag())
    assert (behind.check, behind.level) == (f"lag of {connection.prefix}-understand", "ok")
    with closing(KafkaProducer(bootstrap_servers=connection.bootstrap)) as producer:
        producer.send(f"{connection.prefix}.chat", b"{}").get(timeout=10)
    behind = only(looks.lag())
    assert (behind.level, behind.found) == ("warning", "1 behind, 0 members")


def test_no_notify_toml_is_a_warning_and_a_broken_one_a_problem(here: Path) -> None:
    assert only(telling.notify(Settings())).level == "warning"
    (here / "notify.toml").write_text("[channel.team]\ntype = 'carrier-pigeon'\n")
    found = only(telling.notify(Settings()))
    assert (found.level, "channel.team" in found.found) == ("problem", True)
    assert not telling.channels(Settings())


def test_each_channel_is_looked_at_and_no_secret_is_shown(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"http://127.0.0.1:{closed_port()}/hook/{SECRET.replace('/', '')}"
    monkeypatch.setenv("TEAM_URL", address)
    monkeypatch.delenv("OTHER_URL", raising=False)
    (here / "notify.toml").write_text(
        "[channel.team]\ntype = 'feishu'\nurl = 'env:TEAM_URL'\n"
        "[channel.other]\ntype = 'feishu'\nurl = 'env:OTHER_URL'\n"
        "[[route]]\nchannels = ['team']\n"
    )
    settings = Settings()
    idle = only(telling.notify(settings))
    assert (idle.level, idle.found) == ("warning", "no route leads to other")
    assert address in telling.secrets(settings)
    team, other = examined(telling.channels(settings), telling.secrets(settings))
    assert (team.check, team.level) == ("channel team", "warning")
    assert (other.check, other.level, "OTHER_URL" in other.found) == ("channel other", "problem", True)
    assert SECRET.replace("/", "") not in repr((team, other))


def test_links_need_an_address_that_is_served_and_safe() -> None:
    secret = "x" * 20
    assert [each.level for each in telling.links(Settings())] == ["warning", "warning"]
    plain = Settings(public_url="http://voc.example.com", link_secret=secret, grafana_url="https://g.example.com")
    assert "not encrypted" in only(telling.links(plain)).found
    good = Settings(public_url="https://voc.example.com", link_secret=secret, grafana_url="https://g.example.com")
    assert only(telling.links(good)).level == "ok"
    assert only(telling.links(msgspec.structs.replace(good, worker_port=0))).level == "problem"


class _Health(BaseHTTPRequestHandler):
    body = b'{"database": "ok", "version": "12.1.0"}'

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


def test_grafana_is_asked_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOC_GRAFANA_TOKEN", raising=False)
    assert not list(telling.grafana(Settings()))
    assert "nobody answers" in only(telling.grafana(Settings(grafana_url=f"http://127.0.0.1:{closed_port()}"))).found
    with ThreadingHTTPServer(("127.0.0.1", 0), _Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = Settings(grafana_url=f"http://127.0.0.1:{server.server_address[1]}")
        assert "Grafana 12.1.0 answers" in only(telling.grafana(settings)).found
        monkeypatch.setattr(_Health, "body", b"<html>")
        assert "no Grafana" in only(telling.grafana(settings)).found
        server.shutdown()
