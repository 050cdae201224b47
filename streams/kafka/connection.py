"""How to reach Kafka: one description, and the words in which each of the three clients wants it.

kafka-python serves tools (topics, lag, produce), aiokafka the batch lane, Faust the agents; none of them is asked for anything
that this file does not name.
"""

import ssl
from pathlib import Path
from typing import Any

from msgspec import Struct

from streams.failures import UserError
from streams.settings import Settings


class Connection(Struct, frozen=True):
    """Where the brokers are and how to speak to them. Raises nothing; `from_settings` has looked at it all."""

    bootstrap: str
    prefix: str
    security: str = "PLAINTEXT"
    mechanism: str = ""
    user: str = ""
    password: str = ""
    context: ssl.SSLContext | None = None

    @property
    def for_aiokafka(self) -> dict[str, Any]:
        """Keywords of AIOKafkaConsumer and AIOKafkaProducer."""
        words: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": self.security}
        if self.context:
            words["ssl_context"] = self.context
        if self.mechanism:
            words |= {"sasl_mechanism": self.mechanism, "sasl_plain_username": self.user, "sasl_plain_password": self.password}
        return words

    @property
    def for_kafka_python(self) -> dict[str, Any]:
        """Keywords of KafkaAdminClient, KafkaProducer and KafkaConsumer."""
        return self.for_aiokafka | {"bootstrap_servers": self.bootstrap.split(",")}

    @property
    def for_faust(self) -> dict[str, Any]:
        """Keywords of faust.App."""
        from faust import SASLCredentials, SSLCredentials

        words: dict[str, Any] = {"broker": [f"kafka://{broker}" for broker in self.bootstrap.split(",")]}
        if self.mechanism:
            words["broker_credentials"] = SASLCredentials(
                username=self.user, password=self.password, mechanism=self.mechanism, ssl_context=self.context
            )
        elif self.context:
            words["broker_credentials"] = SSLCredentials(self.context)
        return words


def from_settings(settings: Settings) -> Connection:
    """The connection that the settings describe. Raises UserError: what is missing, and where to say it."""
    if not settings.kafka:
        raise UserError("no Kafka is named; set VOC_KAFKA=host:9092 (or `kafka` in voc.toml), or use `voc run` without Kafka")
    brokers = [broker.strip() for broker in settings.kafka.split(",") if broker.strip()]
    for broker in brokers:
        host, _, port = broker.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536 or "/" in broker:
            raise UserError(f"VOC_KAFKA must name brokers as host:port, separated by commas; it has “{broker}”")
    sasl = settings.kafka_security.startswith("SASL")
    if sasl and not (settings.kafka_user and settings.kafka_password):
        raise UserError(f"kafka_security is {settings.kafka_security}: set VOC_KAFKA_USER and VOC_KAFKA_PASSWORD")
    if not sasl and (settings.kafka_user or settings.kafka_password):
        raise UserError("a Kafka user or password is set, but kafka_security is not SASL_SSL or SASL_PLAINTEXT")
    return Connection(
        bootstrap=",".join(brokers),
        prefix=settings.kafka_prefix,
        security=settings.kafka_security,
        mechanism=settings.kafka_sasl_mechanism if sasl else "",
        user=settings.kafka_user,
        password=settings.kafka_password,
        context=_context(settings) if settings.kafka_security.endswith("SSL") else None,
    )


def _context(settings: Settings) -> ssl.SSLContext:
    """TLS with the server's name checked. Raises UserError."""
    for name in ("kafka_ca", "kafka_certificate", "kafka_key"):
        path = getattr(settings, name)
        if path and not Path(path).is_file():
            raise UserError(f"{name} names {path}, which is no file")
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ca or None)
        if settings.kafka_certificate:
            context.load_cert_chain(settings.kafka_certificate, settings.kafka_key or None)
    except (ssl.SSLError, OSError) as error:
        raise UserError(f"the TLS files of Kafka cannot be used (kafka_ca, kafka_certificate, kafka_key): {error}") from error
    return context
