"""One way to POST: what comes back as a value, what goes wrong in the closed vocabulary of streams/notify/channel.py.

A send has one `Deadline`, whatever it takes: several requests, a host that trickles, a resolver that does not answer.

Addresses of robots are secrets, and requests quotes them in its errors: nothing of an error of it is ever shown.
"""

import contextlib
import ipaddress
import json
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from streams.failures import UserError
from streams.notify.channel import Later, Misconfigured, Refused, Unanswered

CONNECT_S, READ_S = 5.0, 15.0
"""Seconds to be connected, and from one piece of the answer to the next."""
SEND_S = 30.0
"""Of a whole send, which may be several requests."""
MOST = 64 * 1024
"""Bytes of an answer that are read."""
WAIT_S = 60.0
"""After a 429 that does not say how long."""
LONGEST_S = 86_400.0
"""Nobody is waited for longer than that before the next attempt."""

T = TypeVar("T")

logging.getLogger("urllib3").setLevel(logging.ERROR)  # it logs addresses, which are secrets


class Connection(Protocol):
    """What urllib3 and smtplib have in common."""

    @property
    def sock(self) -> socket.socket | None:
        """None while it is not connected."""


class Deadline:
    """`SEND_S` from now, for all that one send does."""

    def __init__(self) -> None:
        self._at = time.monotonic() + SEND_S
        self._connections: list[Connection] = []

    def rest(self) -> float:
        """Seconds that are left; TimeoutError if none are."""
        if (rest := self._at - time.monotonic()) <= 0:
            raise TimeoutError
        return rest

    def closes(self, connection: Connection) -> None:
        """This connection is not to outlive the deadline."""
        self._connections.append(connection)

    def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises; TimeoutError once time is over. Blocks until then at most.

        By a thread of its own: timeouts of sockets count from byte to byte, and looking up a name has none.
        """
        future: Future[T] = Future()

        def worked() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001  # raised again where it is waited for
                future.set_exception(error)

        rest = self.rest()
        threading.Thread(target=worked, name="send", daemon=True).start()
        try:
            return future.result(rest)
        finally:
            if not future.done():
                self._close()

    def _close(self) -> None:
        for connection in self._connections:
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # wakes who reads; TLS says no farewell


class Answer(NamedTuple):
    """What was answered."""

    host: str
    status: int
    body: bytes
    after_s: float | None = None
    """From Retry-After."""

    def fields(self) -> dict[str, Any]:
        """The body as a JSON object; empty if it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


def checked(url: str, where: str) -> str:
    """An address that may be posted to: https, or http on this machine; UserError names the setting, never the address."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url.strip())
        port = parts.port  # ValueError if it is no number
        if parts.username is not None or parts.password is not None:
            raise UserError(f"{where}: no user or password in the address")
        if parts.hostname and port != 0 and parts.scheme == "https":
            return url.strip()
        if parts.hostname and port != 0 and parts.scheme == "http":
            if local(parts.hostname):
                return url.strip()
            raise UserError(f"{where}: must begin with https:// (http:// only for this machine)")
    raise UserError(f"{where}: is not an address: it must begin with https:// and name a host")


def post(url: str, body: bytes, headers: Mapping[str, str], deadline: Deadline | None = None) -> Answer:
    """POST once, following no redirect. Whatever status comes back is an answer; raises Later or Misconfigured if none does.

    Blocks until the deadline at most; without one it has its own.
    """
    return _exchange("POST", url, body, headers, deadline or Deadline())


def get(url: str) -> Answer:
    """GET once, likewise."""
    return _exchange("GET", url, None, {}, Deadline())


def reach(url: str) -> str:
    """Can its host be reached (address, connection, certificate)? Asks for nothing but the host's front page."""
    parts = urlsplit(url)
    answer = get(f"{parts.scheme}://{parts.netloc}/")
    return f"{answer.host} answers (HTTP {answer.status}); the address and its key are proven by a message only"


def settle(answer: Answer) -> None:
    """Return if it says that all is well; else raise Later, Misconfigured or Refused by the status alone."""
    host, status, after_s = answer.host, answer.status, answer.after_s
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Misconfigured(f"{host} redirects (HTTP {status}): `url` must be the final address; redirects are not followed")
    if status in (401, 403):
        raise Misconfigured(f"{host} lets nobody in with this address (HTTP {status}): renew the key, token or secret")
    if status in (404, 405, 410):
        raise Misconfigured(f"{host} has nothing at this address (HTTP {status}): `url` is wrong, or the robot was removed")
    if status == 429:
        raise Later(f"{host}: too many messages (HTTP 429)", WAIT_S if after_s is None else after_s)
    if status in (408, 425) or status >= 500:
        raise Later(f"{host} cannot take it now (HTTP {status})", after_s)
    if status in (413, 414):
        raise Refused(f"{host}: this message is too long (HTTP {status})")
    if status in (400, 422):  # also how a receiver says that the signature is wrong: no reason to give a message up
        raise Misconfigured(f"{host} does not accept what is sent (HTTP {status}): look at `url` and the secret")
    raise Misconfigured(f"{host} answers HTTP {status}, which no receiver of messages does: look at `url`")


def _exchange(method: str, url: str, body: bytes | None, headers: Mapping[str, str], deadline: Deadline) -> Answer:
    host = urlsplit(url).hostname or "?"
    try:
        return deadline.run(lambda: _answer(method, url, body, headers, host, deadline))
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        failure = _failure(error, host)
    raise failure  # out of the except block: what it was made from quotes the address


def _answer(method: str, url: str, body: bytes | None, headers: Mapping[str, str], host: str, deadline: Deadline) -> Answer:
    with requests.Session() as session:
        session.trust_env = not local(host)  # no proxy for this machine
        session.get_redirect_target = _nowhere  # type: ignore[method-assign, assignment]  # else the whole body of a redirect is read
        session.mount("https://", _Adapter(deadline))
        session.mount("http://", _Adapter(deadline))
        response = session.request(
            method,
            url,
            data=body,
            headers={"User-Agent": "groundswell", "Accept-Encoding": "identity", **headers},
            timeout=(min(CONNECT_S, deadline.rest()), min(READ_S, deadline.rest())),
            allow_redirects=False,
            stream=True,
            auth=_as_it_is,
            verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
        )
        with response:
            read = bytearray()
            while len(read) < MOST and (piece := response.raw.read1(MOST - len(read))):
                read += piece
                deadline.rest()
            return Answer(host, response.status_code, bytes(read), _after(response.headers.get("Retry-After")))


class _Adapter(HTTPAdapter):
    """Tells the deadline of each connection, which requests shows nobody before the headers are there."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def get_connection_with_tls_context(self, *args: Any, **named: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **named)
        made = pool.ConnectionCls

        def connection(**options: Any) -> Any:
            one = made(**options)
            connect = one.connect

            def connected() -> None:
                connect()
                self._deadline.rest()  # nothing is posted that nobody waits for any more

            one.connect = connected
            self._deadline.closes(one)
            return one

        pool.ConnectionCls = connection
        return pool


def _nowhere(response: requests.Response) -> None:
    """No redirect is followed."""


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without this, an entry of ~/.netrc takes the place of our Authorization."""
    return request


def _failure(error: Exception, host: str) -> Later | Misconfigured:
    """What an error means; nothing of its text is kept."""
    chain = list(_causes(error))
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in chain):
        return Misconfigured(
            f"the certificate of {host} is not valid: look at `url`, or name your company's CA in REQUESTS_CA_BUNDLE"
        )
    if any(isinstance(one, requests.exceptions.ProxyError | urllib3.exceptions.ProxyError) for one in chain):
        return Later(f"the proxy does not let through to {host}: look at HTTPS_PROXY")
    if any(isinstance(one, urllib3.exceptions.NameResolutionError) for one in chain):
        return Later(f"the host {host} is not found: look at `url` and at the network")
    if any(isinstance(one, ConnectionRefusedError) for one in chain):
        return Later(f"{host} refuses the connection")
    if any(isinstance(one, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError) for one in chain):
        return Unanswered(f"{host} does not answer in time")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema | UnicodeError):
        return Misconfigured("`url` is not an address")
    return Unanswered(f"the connection to {host} broke off")


def _causes(error: BaseException) -> list[BaseException]:
    """An error and what it was made from: requests and urllib3 keep that in args, in `reason` or as the context."""
    found: list[BaseException] = []
    todo: list[object] = [error]
    while todo and len(found) < 30:
        one = todo.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            todo += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return found


def _after(value: str | None) -> float | None:
    """Seconds from a Retry-After, which is a number of them or a date; None if it is neither."""
    if value is None:
        return None
    with contextlib.suppress(ValueError, OverflowError):
        if value.strip().isascii() and value.strip().isdigit():
            return min(float(value), LONGEST_S)
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_S)
    return None


def local(host: str) -> bool:
    """Is that this machine?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
