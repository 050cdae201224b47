"""A file of events to Kafka: each to the topic of its type, keyed by its subject, acknowledged by all replicas, in order.

Only what says where an event belongs is read; whether it can be used is for UNDERSTAND to say. By kafka-python, idempotent:
a retried batch is stored once, and the events of one subject stay in order. An outage is waited out in place.
"""

import time
from collections import deque
from collections.abc import Callable

import msgspec
from kafka import KafkaProducer, errors
from kafka.producer.future import FutureRecordMetadata
from msgspec import Struct

from schemas.events import Identifier, Instant
from schemas.invalid import InvalidMessage, InvalidReason
from schemas.kafka_topics import BY_EVENT_TYPE, MAX_MESSAGE_BYTES, kafka_name
from schemas.parse import parse
from streams.failures import SinkUnavailable, UserError
from streams.inputs.lines import read_lines
from streams.inputs.record import Record
from streams.kafka.admin import PATIENCE_S, ROOM_BYTES, check_topics, denied
from streams.kafka.connection import Connection
from streams.kafka.pace import SLICE_S, Pace

OUTAGE_S = 600.0
"""How long Kafka may be away before what is on its way counts as not delivered."""
ANSWER_S = 10.0
"""How long a broker may take for one request before it is asked again."""
LAST_S = 10.0
"""How long somebody who pressed Ctrl-C waits for the acknowledgement of what is on its way."""
LOOK_S = 2.0
"""How long one look at a topic waits for a broker; then whether to stop is asked."""
ON_ITS_WAY_BYTES = 32 << 20
"""Most that is sent and not yet acknowledged; kafka-python has no limit of its own."""
KEPT_LINES = 10
"""Line numbers that are kept of each reason."""
UNDECODABLE = "chat"
"""The topic that gets what cannot be decoded, where that is asked for."""


class Refused(Struct):
    """Lines that were not sent for one reason: how many, and the first of them."""

    count: int = 0
    lines: list[int] = []


class Produced(Struct):
    """What was done so far. `sent` and `by_topic` (names in the catalogue) count acknowledged events only."""

    read: int = 0
    sent: int = 0
    refused: dict[str, Refused] = {}
    by_topic: dict[str, int] = {}
    seconds: float = 0.0
    interrupted: bool = False
    """The stop was asked for before the end."""
    lost: int = 0
    """Interrupted, and not acknowledged in time: they may be stored or not."""


class _Address(Struct):
    """What says where an event belongs."""

    type: str
    subject: Identifier


class _Timed(_Address):
    time: Instant


def produce(
    connection: Connection,
    path: str,
    *,
    rate: float = 0.0,
    speed: float = 0.0,
    send_invalid: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[Produced], None] = lambda _so_far: None,
    patience_s: float = PATIENCE_S,
    outage_s: float = OUTAGE_S,
) -> Produced:
    """Send the events of `path` (NDJSON, also .gz; "-" is standard input) and return when all are acknowledged. Blocks.

    `rate` events a second or `speed` times their own pace, else as fast as Kafka takes them. A line that is no JSON, has no
    known type or no subject, or is longer than 1 MiB is not sent but counted; with `send_invalid` it goes to the chat
    topic as it is (up to 8 KiB over the limit). Once `stopped` says so, reading ends and what is on its way is waited for.
    Raises UserError, SinkUnavailable (Kafka away for `outage_s`) and InputError.
    """
    done = Produced()
    begun = time.monotonic()
    decoder: msgspec.json.Decoder[_Address] = msgspec.json.Decoder(_Timed if speed else _Address)
    pace = Pace(rate=rate, speed=speed, stopped=stopped)
    outbox = Outbox(connection, done, outage_s=outage_s, patience_s=patience_s, stopped=stopped)
    try:
        for record in read_lines(path, MAX_MESSAGE_BYTES + (ROOM_BYTES // 2 if send_invalid else 0)):
            if stopped():
                break
            done.read += 1
            try:
                address = _address(decoder, record)
            except InvalidMessage as invalid:
                if not (send_invalid and record.fault is None):
                    _refuse(done, invalid.reason, record.offset)
                    continue
                pace.wait()
                outbox.send(UNDECODABLE, None, record.raw)
            else:
                pace.wait(address.time if isinstance(address, _Timed) else None)
                outbox.send(BY_EVENT_TYPE[address.type], address.subject.encode(), record.raw)
            outbox.settle(ON_ITS_WAY_BYTES)
            if not done.read % 500 or rate or speed:
                done.seconds = time.monotonic() - begun
                progress(done)
        done.interrupted = stopped()
        outbox.finish()
    finally:
        outbox.close()
    done.seconds = time.monotonic() - begun
    return done


class Outbox:
    """Sends events and keeps account of which are acknowledged; opened at the first one. For one thread."""

    def __init__(
        self, connection: Connection, done: Produced, *, outage_s: float, patience_s: float, stopped: Callable[[], bool]
    ) -> None:
        self._connection, self._done, self._stopped = connection, done, stopped
        self._outage_s, self._patience_s = outage_s, patience_s
        self._producer: KafkaProducer | None = None
        self._known: set[str] = set()
        self._on_its_way: deque[tuple[FutureRecordMetadata, str, int]] = deque()
        self._bytes = 0

    def send(self, topic: str, key: bytes | None, value: bytes) -> None:
        """Hand one event to the producer; blocks only at the first one and the first of each topic. Raises UserError,
        SinkUnavailable."""
        if topic not in self._known:
            self._look(topic)
            self._known.add(topic)
        if self._producer is None:
            self._producer = self._open()
        try:
            future = self._producer.send(kafka_name(self._connection.prefix, topic), key=key, value=value)
        except errors.KafkaError as error:
            raise self._failure(error, topic) from error
        size = len(value)
        self._bytes += size
        self._on_its_way.append((future, topic, size))

    def settle(self, most_bytes: int) -> None:
        """Count what is acknowledged; block while more than `most_bytes` are on their way, or until it is time to stop.
        Raises UserError, SinkUnavailable."""
        while self._on_its_way:
            future, topic, size = self._on_its_way[0]
            if not future.is_done:
                if self._bytes <= most_bytes or self._stopped():
                    return
                _wait(future)
                continue
            if future.exception is not None:
                raise self._failure(future.exception, topic)
            self._on_its_way.popleft()
            self._bytes -= size
            self._done.sent += 1
            self._done.by_topic[topic] = self._done.by_topic.get(topic, 0) + 1

    def finish(self) -> None:
        """Block until all is acknowledged; once it is time to stop, 10 s at most. Raises UserError, SinkUnavailable."""
        deadline: float | None = None
        while self._on_its_way:
            self.settle(self._bytes)
            if deadline is None and self._stopped():
                deadline, self._done.interrupted = time.monotonic() + LAST_S, True
            if deadline is not None and time.monotonic() > deadline:
                self._done.lost = len(self._on_its_way)
                return
            if self._on_its_way:
                _wait(self._on_its_way[0][0])

    def close(self) -> None:
        """Let go of the producer; what is not acknowledged by now is given up."""
        if self._producer is None:
            return
        if self._on_its_way:
            self._producer._sender.force_close()  # else `close` raises after its time and leaves a thread that goes on sending
        self._producer.close(timeout=5)

    def _look(self, topic: str) -> None:
        """Return if the topic is there and ours to write. Once something was sent, an outage is waited out here too."""
        patience_s = self._patience_s if self._producer is None else self._outage_s
        deadline = time.monotonic() + patience_s
        while True:
            try:
                check_topics(self._connection, writes=[topic], patience_s=min(LOOK_S, patience_s))
                return
            except SinkUnavailable:
                if time.monotonic() > deadline or self._stopped():
                    raise

    def _open(self) -> KafkaProducer:
        return KafkaProducer(
            **self._connection.for_kafka_python,
            client_id="voc-produce",
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            linger_ms=20,
            batch_size=256 << 10,
            max_request_size=2 * MAX_MESSAGE_BYTES,
            request_timeout_ms=int(min(ANSWER_S, self._outage_s / 2) * 1000),
            delivery_timeout_ms=int(self._outage_s * 1000),
            reconnect_backoff_max_ms=1000,
            allow_auto_create_topics=False,
        )

    def _failure(self, error: Exception, topic: str) -> Exception:
        """What our own vocabulary calls it; an error that it has no word for comes back as it is."""
        name = kafka_name(self._connection.prefix, topic)
        if isinstance(error, errors.AuthorizationError):
            return UserError(denied(self._connection, f"write the Kafka topic {name}"))
        if isinstance(error, errors.MessageSizeTooLargeError | errors.RecordListTooLargeError):
            return UserError(f"Kafka takes no event that large in {name}: compare its max.message.bytes by `voc kafka describe`")
        if isinstance(error, errors.RetriableError):
            return SinkUnavailable(
                f"Kafka at {self._connection.bootstrap} has taken nothing for {self._outage_s:.0f} s ({type(error).__name__}); "
                f"{self._done.sent:,} of the {self._done.read:,} events read are acknowledged: look at its brokers, then run the "
                "same command again (an event that is sent twice counts once)"
            )
        return error


def _wait(future: FutureRecordMetadata) -> None:
    """Block until it is done, or for a moment."""
    try:
        future.get(timeout=SLICE_S)
    except errors.KafkaError:
        return  # a failure stays in the future, where `settle` finds it


def _address(decoder: msgspec.json.Decoder[_Address], record: Record) -> _Address:
    """Where the event belongs; raises InvalidMessage."""
    if record.fault is not None:
        raise record.fault
    if len(record.raw) > MAX_MESSAGE_BYTES:
        raise InvalidMessage(InvalidReason.TOO_LARGE)
    address = parse(decoder, record.raw)
    if address.type not in BY_EVENT_TYPE:
        raise InvalidMessage(InvalidReason.UNKNOWN_TYPE)
    return address


def _refuse(done: Produced, reason: InvalidReason, line: int) -> None:
    refused = done.refused.setdefault(str(reason), Refused())
    refused.count += 1
    if len(refused.lines) < KEPT_LINES:
        refused.lines.append(line)
