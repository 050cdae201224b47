"""The session's Kafka broker: started when the first test asks, one for each worker of pytest-xdist, a fresh prefix a test.

Tests that use it are marked `kafka`. Where the machine cannot run a broker they are skipped and the reason says what to
install; with VOC_REQUIRE_KAFKA=1 they fail instead.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest

from streams.kafka.connection import Connection
from tests.rig.kafka import doors, jars
from tests.rig.kafka.server import KafkaServer

REQUIRED = "VOC_REQUIRE_KAFKA"
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """kafka-python reads its own files by a deprecated function; that is not for us to mend."""
    config.addinivalue_line("filterwarnings", r"ignore:(read|open)_text is deprecated:DeprecationWarning")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, or fail if it must."""
    if item.get_closest_marker("kafka") and (reason := jars.missing()):
        if os.environ.get(REQUIRED, "") not in ("", "0"):
            pytest.fail(f"{REQUIRED} is set, and {reason}", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def _broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    folder = tmp_path_factory.mktemp("kafka")
    listeners = [listener for listener in (doors.sasl(), doors.astray(), doors.tls(folder / "tls")) if listener]
    broker = KafkaServer(folder / "broker", listeners=listeners, properties=doors.PROPERTIES)
    yield broker
    broker.discard()


@pytest.fixture
def kafka(_broker: KafkaServer) -> Iterator[KafkaServer]:
    """The session's broker, running. A test may kill, stop or freeze it: the next one finds it in order again."""
    _broker.start()
    yield _broker
    _broker.thaw()


@pytest.fixture
def kafka_prefix(kafka: KafkaServer) -> Iterator[str]:
    """What the names of this test's Kafka topics and consumer groups begin with; its topics are removed afterwards."""
    prefix = f"test{next(_numbers)}"
    yield prefix
    if kafka.alive:
        kafka.thaw()
        remove_topics(kafka, prefix)


@pytest.fixture
def connection(kafka: KafkaServer, kafka_prefix: str) -> Connection:
    """A fresh prefix on the session's broker, by the plain listener."""
    return Connection(bootstrap=kafka.bootstrap, prefix=kafka_prefix)


@pytest.fixture
def kafka_settings(kafka: KafkaServer, kafka_prefix: str) -> dict[str, str]:
    """The same for a command in a process of its own: VOC_* by name."""
    return {"VOC_KAFKA": kafka.bootstrap, "VOC_KAFKA_PREFIX": kafka_prefix}


def remove_topics(kafka: KafkaServer, prefix: str) -> None:
    """Remove the topics of one prefix, so that the broker stays as small as it began."""
    from kafka import KafkaAdminClient  # a fifth of a second that other test sessions need not spend

    with closing(KafkaAdminClient(bootstrap_servers=kafka.bootstrap)) as admin:
        if names := [name for name in admin.list_topics() if name.startswith(f"{prefix}.")]:
            admin.delete_topics(names)
