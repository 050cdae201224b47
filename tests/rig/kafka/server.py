"""One Apache Kafka broker (KRaft: broker and controller in one process) on 127.0.0.1, and what can befall it.

    with KafkaServer(directory) as kafka:      # formats on first use, waits until clients can work
        print(kafka.bootstrap)                 # 127.0.0.1:PORT

Ports and data are kept in the directory, so a broker that was stopped or killed comes back where its clients look for it.
Needs Java 17 or newer. The very first start on a machine fetches the jars and records the classes that are loaded (half a
minute); from then on a start is 4 s of CPU, a stop 0.3 s, a start after a kill 2 s more; 150 to 280 MB resident.
"""

import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.rig.kafka import jars
from tests.rig.kafka.guard import Guard
from tests.rig.kafka.jars import KafkaUnavailable

HOST = "127.0.0.1"
PORTS = range(15_000, 30_000)
"""Below the ports that the kernel gives to outgoing connections: while the broker is away, none of its clients can be given
its port (and then even be connected with itself)."""
CLIENT, CONTROLLER = "CLIENT", "CONTROLLER"
_BROKER = "kafka.Kafka"

# Small and quick rather than fast: a test broker starts often and holds little.
_JVM = (
    "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Djava.awt.headless=true",
    "-Djava.net.preferIPv4Stack=true",
)  # fmt: skip

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners={listeners}
advertised.listeners={advertised}
listener.security.protocol.map={protocols}
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
log.dirs={data}/log
# A missing topic must be seen, as in production.
auto.create.topics.enable=false
# One broker, so every internal topic has one replica; few partitions, so that start and stop are quick.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
# A first rebalance waits 3 s for more members by default; tests would rather start.
group.initial.rebalance.delay.ms=0
log.segment.bytes=67108864
# By default half of the small heap.
log.cleaner.dedupe.buffer.size=8388608
# After a crash the new process waits until the old one's session has run out (9 s by default).
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2500
"""

# Kafka brings no binding for its log: without one, a broker that fails to start says nothing.
_LOG = """\
appenders=file
appender.file.type=Console
appender.file.name=out
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{{ISO8601}} %p %c{{1}}: %m%n
rootLogger.level={level}
rootLogger.appenderRefs=out
rootLogger.appenderRef.out.ref=out
"""


@dataclass(frozen=True)
class Listener:
    """A further door into the broker, besides the plain one; `properties` are Kafka's, complete. `advertised` is the host:port
    that the broker gives out for it, if not the true one."""

    name: str
    protocol: str
    properties: Mapping[str, str] = field(default_factory=dict)
    advertised: str = ""


class KafkaServer:
    """One broker process and its directory. Several may run on one machine; one directory serves one at a time. The process
    ends with ours, whatever ends that."""

    def __init__(
        self,
        directory: Path,
        *,
        heap: str = "256m",
        listeners: Sequence[Listener] = (),
        properties: Mapping[str, str] | None = None,
        log_level: str = "WARN",
        port: int = 0,
    ) -> None:
        self.directory = directory.resolve()
        self.log = self.directory / "broker.log"
        self._heap, self._listeners, self._properties = heap, listeners, dict(properties or {})
        self._log_level, self._port = log_level, port
        self._ports: dict[str, int] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: Guard | None = None
        self._archive: Path | None = None
        self._record_to: Path | None = None

    @property
    def bootstrap(self) -> str:
        """host:port of the plain listener."""
        return self.bootstrap_of(CLIENT)

    @property
    def pid(self) -> int | None:
        """The broker's process, while it lives."""
        return self._process.pid if self.alive and self._process else None

    @property
    def alive(self) -> bool:
        """Whether the process is there; it may be frozen."""
        return self._process is not None and self._process.poll() is None

    def bootstrap_of(self, listener: str) -> str:
        """host:port of one listener."""
        return f"{HOST}:{self._ports[listener]}"

    def start(self, timeout_s: float = 60.0) -> "KafkaServer":
        """Start it, if it does not run, and wait until clients can work. Raises KafkaUnavailable."""
        if self.alive:
            return self
        if reason := jars.missing():
            raise KafkaUnavailable(reason)
        classes = jars.ensure()
        if not self._record_to:
            self._archive = jars.class_archive(classes, _record)
        self._configure()
        if not (self.directory / "log" / "meta.properties").exists():
            self._format(classes)
        self._process = self._java(classes, _BROKER, str(self.directory / "server.properties"))
        self._unguard()
        self._guard = Guard(self._process.pid)
        deadline = time.monotonic() + timeout_s
        while not _brokers(self._ports[CLIENT]):
            if not self.alive:
                raise KafkaUnavailable(f"the broker exited with {self._process.returncode}:\n{self._tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise KafkaUnavailable(f"the broker was not ready after {timeout_s:.0f} s:\n{self._tail()}")
            time.sleep(0.05)
        return self

    def stop(self, timeout_s: float = 30.0) -> None:
        """SIGTERM: flushes and closes the logs, so that the next start need not recover them. Blocks until it is gone."""
        if not self.alive or self._process is None:
            return
        self._process.terminate()
        self.thaw()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
        self._unguard()

    def kill(self) -> None:
        """SIGKILL. The next start recovers the unflushed tail of every log."""
        if self.alive and self._process is not None:
            self._process.kill()
            self._process.wait()
        self._unguard()

    def freeze(self) -> None:
        """SIGSTOP: its ports stay open, nobody answers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def discard(self) -> None:
        """Kill it and remove the directory: nothing of it is worth an orderly end."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> "KafkaServer":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _configure(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        names = [CLIENT, CONTROLLER, *(listener.name for listener in self._listeners)]
        remembered = self.directory / "ports.json"
        self._ports = json.loads(remembered.read_text()) if remembered.exists() else {}
        if self._port and self._ports.get(CLIENT, self._port) != self._port:
            raise KafkaUnavailable(f"{self.directory} was made for port {self._ports[CLIENT]}, not {self._port}")
        if self._port:
            self._ports[CLIENT] = self._port
        for name in names:
            if name not in self._ports:
                self._ports[name] = _free_port(self._ports.values())
        remembered.write_text(json.dumps(self._ports))
        doors = {name: f"{name}://{HOST}:{self._ports[name]}" for name in names}
        named = doors | {each.name: f"{each.name}://{each.advertised}" for each in self._listeners if each.advertised}
        protocols = {CLIENT: "PLAINTEXT", CONTROLLER: "PLAINTEXT"} | {each.name: each.protocol for each in self._listeners}
        text = _PROPERTIES.format(
            host=HOST,
            controller=self._ports[CONTROLLER],
            listeners=",".join(doors.values()),
            advertised=",".join(door for name, door in named.items() if name != CONTROLLER),
            protocols=",".join(f"{name}:{protocol}" for name, protocol in protocols.items()),
            data=self.directory,
        )
        given = self._properties.copy()
        for listener in self._listeners:
            given |= listener.properties
        text += "".join(f"{key}={value}\n" for key, value in given.items())  # of two lines with one key the later counts
        (self.directory / "server.properties").write_text(text)
        (self.directory / "log4j2.properties").write_text(_LOG.format(level=self._log_level))

    def _unguard(self) -> None:
        if self._guard:
            self._guard.release()
            self._guard = None

    def _format(self, classes: Path) -> None:
        done = self._java(
            classes, "kafka.tools.StorageTool", "format", "--ignore-formatted", "--cluster-id", "groundswell0000000000A",
            "--config", str(self.directory / "server.properties"),
        )  # fmt: skip
        if done.wait():
            raise KafkaUnavailable(f"the data directory could not be formatted:\n{self._tail()}")

    def _java(self, classes: Path, main: str, *arguments: str) -> "subprocess.Popen[bytes]":
        sharing = []
        if self._archive:
            sharing = [f"-XX:SharedArchiveFile={self._archive}"]
        elif self._record_to and main == _BROKER:
            sharing = [f"-XX:ArchiveClassesAtExit={self._record_to}"]
        command = [
            "java", *_JVM, *sharing, f"-Xmx{self._heap}", f"-Dlog4j2.configurationFile={self.directory}/log4j2.properties",
            "-cp", f"{classes}/*", main, *arguments,
        ]  # fmt: skip
        with self.log.open("ab") as log:  # its own session: Ctrl-C reaches us first, and we stop it in order
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def _tail(self, size: int = 2000) -> str:
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""


def _record(archive: Path) -> None:
    """Write the archive of the classes that a broker loads: of one that starts and stops."""
    with TemporaryDirectory() as directory:
        once = KafkaServer(Path(directory))
        once._record_to = archive
        once.start(timeout_s=120)
        once.stop(timeout_s=120)


def _free_port(taken: Collection[int]) -> int:
    """A port of PORTS that nobody listens on now. Workers of one test session begin to look at different places."""
    dice = random.Random(os.getpid() ^ time.monotonic_ns())
    for port in dice.sample(PORTS, 200):
        if port not in taken:
            with suppress(OSError), socket.socket() as each:
                each.bind((HOST, port))
                return port
    raise KafkaUnavailable(f"no free port between {PORTS.start} and {PORTS.stop}")


def _brokers(port: int, timeout_s: float = 2.0) -> int:
    """How many live brokers the cluster's metadata list (Metadata v0); 0 while it starts.

    An open port proves little: the listener opens before the broker is unfenced. A client library would do, but waits
    longer between its questions than the start takes.
    """
    body = struct.pack(">hhihi", 3, 0, 1, -1, 1) + struct.pack(">h", 1) + b"_"  # about one topic, which need not exist
    try:
        with socket.create_connection((HOST, port), timeout_s) as connection:
            connection.settimeout(timeout_s)
            connection.sendall(struct.pack(">i", len(body)) + body)
            reply = connection.makefile("rb").read(12)  # size, correlation id, number of brokers
        return int(struct.unpack(">iii", reply)[2])
    except (OSError, struct.error):
        return 0
