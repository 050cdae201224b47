"""Whether Kafka can be reached, and if not, the one sentence that says why and what to do.

The clients retry whatever fails and report it as a time-out, a wrong password too. So before one is opened, a single
connection is made by hand, step by step: name, port, TLS, user, and the addresses that the brokers give for themselves.
"""

import asyncio
import ssl
from contextlib import closing, suppress
from socket import gaierror

from aiokafka import errors
from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.protocol.metadata import MetadataRequest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from streams.failures import SinkUnavailable, UserError
from streams.kafka.connection import Connection

ANSWER_S = 5.0
"""How long a broker may take to answer one step."""
_WRONG_NAME = (62, 64)
"""OpenSSL's codes for a certificate that is for another host name or address."""


def check_reachable(connection: Connection, patience_s: float) -> None:
    """Return once a broker has let us in. Blocks, at most `patience_s` and one more attempt (5 s a step) while none answers.

    Raises UserError at once for what waiting does not mend (TLS or SASL settings, certificate, user), SinkUnavailable when
    the patience is at its end. Runs an event loop of its own: from a running one, call it in a thread.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(_Away),
        stop=stop_after_delay(patience_s),
        wait=wait_random_exponential(multiplier=0.2, max=2),
        reraise=True,
    )
    try:
        retrying(lambda: asyncio.run(_look(connection)))
    except _Away as away:
        raise SinkUnavailable(
            f"no Kafka broker can be worked with, tried for {patience_s:.0f} s: {away}; start Kafka, or correct VOC_KAFKA"
        ) from None


class _Away(Exception):
    """Nobody can be spoken to now; a later attempt may do."""


async def _look(connection: Connection) -> None:
    """Return if one of the brokers lets us in and names brokers that can be reached. Raises UserError or _Away."""
    away: list[str] = []
    wrong: UserError | None = None
    for broker in connection.bootstrap.split(","):
        host, _, port = broker.rpartition(":")
        try:
            return await _enter(connection, host.strip("[]"), int(port))
        except _Away as error:
            away.append(str(error))
        except UserError as error:
            wrong = error
    if wrong:
        raise wrong
    raise _Away("; ".join(away))


async def _enter(connection: Connection, host: str, port: int) -> None:
    at = f"{host}:{port}"
    try:
        with closing(await _connect(connection, host, port)) as door:
            try:
                metadata = await door.send(MetadataRequest([]))
            except errors.KafkaError as error:
                if connection.mechanism or not isinstance(error, errors.KafkaConnectionError):
                    raise
                raise UserError(
                    f"the Kafka broker at {at} asks who is there (SASL), and kafka_security is {connection.security}: set it to "
                    f"{'SASL_SSL' if connection.context else 'SASL_PLAINTEXT'}, and VOC_KAFKA_USER and VOC_KAFKA_PASSWORD"
                ) from None
    except ssl.SSLCertVerificationError as error:
        raise UserError(_distrusted(at, error)) from None
    except (errors.SaslAuthenticationFailed, errors.AuthenticationFailedError):
        raise UserError(
            f"the Kafka broker at {at} refuses user “{connection.user}” by {connection.mechanism}: check VOC_KAFKA_USER, "
            "VOC_KAFKA_PASSWORD and kafka_sasl_mechanism"
        ) from None
    except (errors.IllegalSaslStateError, errors.UnsupportedSaslMechanismError) as error:
        raise UserError(_no_such_sasl(connection, at, error)) from None
    except gaierror:
        raise _Away(f"the name {host} is not known here") from None
    except ConnectionRefusedError:
        raise _Away(f"nobody listens at {at}") from None
    except (OSError, errors.KafkaError, ValueError) as error:
        raise await _mismatch(connection, host, port) or _Away(_strange(at, error)) from None
    await _advertised(at, [(broker[1], broker[2]) for broker in metadata.brokers])


async def _connect(connection: Connection, host: str, port: int) -> AIOKafkaConnection:
    given = connection.for_aiokafka
    del given["bootstrap_servers"]
    return await create_conn(host, port, client_id="voc", request_timeout_ms=int(ANSWER_S * 1000), **given)


async def _mismatch(connection: Connection, host: str, port: int) -> UserError | None:
    """What is wrong if one side speaks TLS and the other does not."""
    security, at = connection.security, f"{host}:{port}"
    if connection.context:
        with suppress(OSError, errors.KafkaError, ValueError):
            plain = await create_conn(host, port, client_id="voc", request_timeout_ms=int(ANSWER_S * 1000))
            plain.close()
            return UserError(
                f"the Kafka broker at {at} speaks no TLS there, and kafka_security is {security}: name its TLS port in "
                f"VOC_KAFKA, or set kafka_security to {'SASL_PLAINTEXT' if connection.mechanism else 'PLAINTEXT'}"
            )
        return None
    whoever = ssl.create_default_context()
    whoever.check_hostname, whoever.verify_mode = False, ssl.CERT_NONE  # only to see whether it is TLS; nothing is said to it
    with suppress(OSError):
        async with asyncio.timeout(ANSWER_S):
            _, writer = await asyncio.open_connection(host, port, ssl=whoever)
        writer.close()
        return UserError(
            f"what listens at {at} speaks TLS, and kafka_security is {security}: set it to "
            f"{'SASL_SSL' if connection.mechanism else 'SSL (or SASL_SSL)'}, or name another port in VOC_KAFKA"
        )
    return None


async def _advertised(at: str, brokers: list[tuple[str, int]]) -> None:
    """Return if a connection to one of the addresses can be made; raises _Away."""
    for host, port in brokers:
        with suppress(OSError):
            async with asyncio.timeout(ANSWER_S):
                _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
    named = ", ".join(f"{host}:{port}" for host, port in brokers) or "nowhere"
    raise _Away(
        f"{at} answers, but says that the brokers are at {named}, where none can be reached from here "
        "(advertised.listeners of the brokers)"
    )


def _distrusted(at: str, error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _WRONG_NAME:
        return (
            f"the certificate of the Kafka broker at {at} is for another name: "
            "write the broker in VOC_KAFKA as its certificate does"
        )
    return (
        f"the certificate of the Kafka broker at {at} is not trusted ({error.verify_message}): "
        "name the PEM file of its authority in kafka_ca (VOC_KAFKA_CA)"
    )


def _no_such_sasl(connection: Connection, at: str, error: errors.KafkaError) -> str:
    if isinstance(error, errors.IllegalSaslStateError):
        plain = "SSL" if connection.context else "PLAINTEXT"
        return (
            f"the Kafka broker at {at} asks for no user there, and kafka_security is {connection.security}: "
            f"name its SASL port in VOC_KAFKA, or set kafka_security to {plain} and no user"
        )
    return f"the Kafka broker at {at} does not take {connection.mechanism}: set kafka_sasl_mechanism to one that it takes"


def _strange(at: str, error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"{at} takes connections and does not answer as Kafka does within {ANSWER_S:.0f} s (another program's port?)"
    if isinstance(error, OSError) and error.strerror:
        return f"{at}: {error.strerror.lower()}"
    return f"{at} ends the connection instead of answering as Kafka does (another program's port?)"
