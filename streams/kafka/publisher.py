"""Says things on the inner Kafka topics, what readers claim and what DETECT found: acknowledged, in order, or not said."""

import asyncio
from collections.abc import Iterable

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError
from mode import Service

from streams.failures import SinkUnavailable
from streams.kafka.connection import Connection

TIMEOUT_S = 20.0
"""How long one acknowledgement is waited for. The producer goes on trying: what was sent may still arrive, before its repeat."""


class Publisher(Service):
    """One idempotent producer. aiokafka without idempotence loses what it had in hand when brokers are away for long."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    async def on_start(self) -> None:
        """Connect."""
        self._producer = AIOKafkaProducer(
            **self._connection.for_aiokafka,
            enable_idempotence=True,
            acks="all",
            compression_type="zstd",
            request_timeout_ms=int(TIMEOUT_S * 1000),
        )
        await self._producer.start()

    async def on_stop(self) -> None:
        """Let go. What nobody acknowledged is said again by whoever reads next."""
        await self._producer.stop()

    async def say(self, kafka_topic: str, said: Iterable[tuple[str, object]]) -> None:
        """Returns when every (key, value) is acknowledged; values travel as JSON. Raises SinkUnavailable: say all of it again."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                sent = [
                    await self._producer.send(kafka_topic, msgspec.json.encode(value), key=key.encode()) for key, value in said
                ]
                for acknowledgement in sent:
                    await asyncio.shield(acknowledgement)
        except (KafkaError, TimeoutError) as error:
            if isinstance(error, KafkaError) and not (error.retriable or isinstance(error, KafkaTimeoutError)):
                raise
            raise SinkUnavailable(f"Kafka has not taken what was said on {kafka_topic} ({type(error).__name__})") from error
