"""Whatever is wrong between us and Kafka: one sentence that says what it is and what to do, within the time that was given."""

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from streams.failures import SinkUnavailable, UserError
from streams.kafka import admin
from streams.kafka.connection import Connection, from_settings
from streams.kafka.reach import check_reachable
from streams.settings import Settings
from tests.rig.kafka import doors
from tests.rig.kafka.server import KafkaServer

OPERATOR = {"user": doors.OPERATOR[0], "password": doors.OPERATOR[1], "mechanism": "PLAIN"}


@dataclass
class Doors:
    """How to come in: Connection by name of the door, with whatever is given instead."""

    broker: KafkaServer
    folder: Path
    trusted: ssl.SSLContext | None = None
    trusting_nobody: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def by(self, name: str, **given: object) -> Connection:
        return Connection(bootstrap=self.broker.bootstrap_of(name), prefix="voc", **given)  # type: ignore[arg-type]


@pytest.fixture
def way(kafka: KafkaServer) -> Doors:
    folder = kafka.directory.parent / "tls"
    return Doors(kafka, folder)


@pytest.fixture
def tls(way: Doors) -> Doors:
    if not doors.certificate_in(way.folder).exists():
        pytest.skip("no `openssl` on the path to make a certificate with: install openssl")
    way.trusted = ssl.create_default_context(cafile=str(doors.certificate_in(way.folder)))
    return way


@pytest.fixture
def mute() -> Iterator[str]:
    """Something that takes connections and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.kafka
def test_who_may_come_in_comes_in(tls: Doors) -> None:
    check_reachable(tls.by("CLIENT"), 10)
    check_reachable(tls.by(doors.TLS, security="SSL", context=tls.trusted), 10)
    check_reachable(tls.by(doors.SASL, security="SASL_PLAINTEXT", **OPERATOR), 10)
    admin.create(tls.by(doors.SASL, security="SASL_PLAINTEXT", **OPERATOR))
    admin.check_topics(tls.by(doors.TLS, security="SSL", context=tls.trusted), reads=["chat"], writes=["progress"])
    check_reachable(Connection(bootstrap=f"127.0.0.1:1,{tls.broker.bootstrap}", prefix="voc"), 0)


@pytest.mark.kafka
def test_the_default_mechanism_takes_its_user(way: Doors) -> None:
    from kafka.admin import KafkaAdminClient, ScramMechanism, UserScramCredentialUpsertion

    with KafkaAdminClient(bootstrap_servers=way.broker.bootstrap) as client:
        user = UserScramCredentialUpsertion("salted", ScramMechanism.SCRAM_SHA_512, b"salted-word", iterations=4096)
        client.alter_user_scram_credentials([user])
    given = {"security": "SASL_PLAINTEXT", "mechanism": "SCRAM-SHA-512", "user": "salted"}
    check_reachable(way.by(doors.SASL, password="salted-word", **given), 10)
    with pytest.raises(UserError, match="refuses user “salted” by SCRAM-SHA-512"):
        check_reachable(way.by(doors.SASL, password="other", **given), 10)


@pytest.mark.kafka
def test_what_waiting_does_not_mend_is_told_at_once(tls: Doors) -> None:
    wrong = OPERATOR | {"password": "guessed"}
    sasl = {"security": "SASL_PLAINTEXT"}
    secure = {"security": "SSL", "context": tls.trusted}
    tried = [
        (tls.by(doors.SASL, **sasl, **wrong), "refuses user “operator” by PLAIN: check VOC_KAFKA_USER"),
        (tls.by(doors.SASL), r"asks who is there \(SASL\).* set it to SASL_PLAINTEXT"),
        (tls.by("CLIENT", **sasl, **OPERATOR), "asks for no user there.* or set kafka_security to PLAINTEXT"),
        (tls.by(doors.TLS), "speaks TLS, and kafka_security is PLAINTEXT: set it to SSL"),
        (tls.by(doors.TLS, **sasl, **OPERATOR), "speaks TLS, and kafka_security is SASL_PLAINTEXT: set it to SASL_SSL"),
        (tls.by("CLIENT", **secure), "speaks no TLS there, .* or set kafka_security to PLAINTEXT"),
        (tls.by(doors.SASL, **secure | {"security": "SASL_SSL"}, **OPERATOR), "or set kafka_security to SASL_PLAINTEXT"),
        (
            tls.by(doors.TLS, security="SSL", context=tls.trusting_nobody),
            r"is not trusted \(self-signed certificate\).* kafka_ca",
        ),
    ]
    begun = time.monotonic()
    for connection, told in tried:
        with pytest.raises(UserError, match=told) as caught:
            check_reachable(connection, 60)
        assert "guessed" not in str(caught.value)
    assert time.monotonic() - begun < 30


@pytest.mark.kafka
def test_a_certificate_for_another_name_is_not_believed(tls: Doors) -> None:
    port = tls.broker.bootstrap_of(doors.TLS).rpartition(":")[2]
    try:
        found = socket.gethostbyname(socket.gethostname())
    except OSError:
        found = ""
    if found != "127.0.0.1":
        pytest.skip("this machine has no other name for 127.0.0.1")
    elsewhere = Connection(bootstrap=f"{socket.gethostname()}:{port}", prefix="voc", security="SSL", context=tls.trusted)
    with pytest.raises(UserError, match="is for another name"):
        check_reachable(elsewhere, 10)


@pytest.mark.kafka
def test_a_mechanism_that_the_broker_does_not_take(way: Doors) -> None:
    given = {"security": "SASL_PLAINTEXT", **OPERATOR, "mechanism": "GSSAPI-LIKE"}
    with pytest.raises(UserError, match="does not take GSSAPI-LIKE: set kafka_sasl_mechanism"):
        check_reachable(way.by(doors.SASL, **given), 10)


def test_a_broker_that_is_away_is_waited_for_as_long_as_was_said() -> None:
    begun = time.monotonic()
    with pytest.raises(
        SinkUnavailable, match=r"tried for 1 s: nobody listens at 127\.0\.0\.1:1; start Kafka, or correct VOC_KAFKA"
    ):
        check_reachable(Connection(bootstrap="127.0.0.1:1", prefix="voc"), 1)
    assert 0.9 < time.monotonic() - begun < 6
    with pytest.raises(SinkUnavailable, match=r"the name nowhere\.invalid is not known here; nobody listens at 127\.0\.0\.1:1"):
        check_reachable(Connection(bootstrap="nowhere.invalid:9092,127.0.0.1:1", prefix="voc"), 0)


def test_a_port_where_something_else_listens(mute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.kafka.reach.ANSWER_S", 0.5)
    with pytest.raises(SinkUnavailable, match="does not answer as Kafka does"):
        check_reachable(Connection(bootstrap=mute, prefix="voc"), 0)


@pytest.mark.kafka
def test_a_broker_that_hangs(way: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.kafka.reach.ANSWER_S", 0.5)
    way.broker.freeze()
    with pytest.raises(SinkUnavailable, match="does not answer as Kafka does"):
        check_reachable(way.by("CLIENT"), 0)
    way.broker.thaw()
    monkeypatch.setattr("streams.kafka.reach.ANSWER_S", 5)
    check_reachable(way.by("CLIENT"), 10)


@pytest.mark.kafka
def test_brokers_that_name_an_address_that_cannot_be_reached(way: Doors) -> None:
    with pytest.raises(SinkUnavailable, match=r"says that the brokers are at nowhere\.invalid:9092.*advertised\.listeners"):
        check_reachable(way.by(doors.ASTRAY), 0)


@pytest.mark.kafka
def test_a_user_without_rights_is_told_which(way: Doors, connection: Connection) -> None:
    admin.create(connection)
    name, word = doors.STRANGER
    stranger = Connection(
        bootstrap=way.broker.bootstrap_of(doors.SASL), prefix=connection.prefix, security="SASL_PLAINTEXT", mechanism="PLAIN",
        user=name, password=word,
    )  # fmt: skip
    for attempt in (admin.create, admin.describe, lambda where: admin.check_topics(where, reads=["chat"])):
        with pytest.raises(UserError, match="does not let user “stranger” see the Kafka topic"):
            attempt(stranger)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "no Kafka is named; set VOC_KAFKA=host:9092"),
        ({"kafka": "localhost"}, "host:port"),
        ({"kafka": "http://localhost:9092"}, "host:port"),
        ({"kafka": "localhost:70000"}, "host:port"),
        ({"kafka": "a:1", "kafka_security": "SASL_SSL"}, "set VOC_KAFKA_USER and VOC_KAFKA_PASSWORD"),
        ({"kafka": "a:1", "kafka_user": "u"}, "kafka_security is not SASL"),
        ({"kafka": "a:1", "kafka_security": "SSL", "kafka_ca": "gone.pem"}, "kafka_ca names gone.pem, which is no file"),
    ],
)
def test_settings_that_cannot_be_right(given: dict[str, str], told: str) -> None:
    with pytest.raises(UserError, match=told):
        from_settings(Settings(**given))


def test_files_that_are_no_certificates(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(UserError, match="the TLS files of Kafka cannot be used"):
        from_settings(Settings(kafka="a:1", kafka_security="SSL", kafka_ca=str(tmp_path / "ca.pem")))
