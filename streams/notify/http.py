"""One way to POST: what comes back as a value, what goes wrong in the closed vocabulary of streams/notify/channel.py.

Addresses of robots are secrets, and requests quotes them in its errors: nothing of an error of it is ever shown.
"""

import contextlib
import ipaddress
import json
import logging
import os
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
import urllib3

from streams.failures import UserError
from streams.notify.channel import Later, Misconfigured, Refused

CONNECT_S, READ_S = 5.0, 15.0
"""Seconds to be connected, and from one piece of the answer to the next; after both together no further piece is waited for."""
MOST = 64 * 1024
"""Bytes of an answer that are read."""
WAIT_S = 60.0
"""After a 429 that does not say how long."""
LONGEST_S = 86_400.0
"""Nobody is waited for longer than that before the next attempt."""

logging.getLogger("urllib3").setLevel(logging.ERROR)  # it logs addresses, which are secrets


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


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST once, following no redirect. Whatever status comes back is an answer; raises Later or Misconfigured if none does."""
    return _exchange("POST", url, body, headers)


def get(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """GET once, likewise."""
    return _exchange("GET", url, None, headers or {})


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
    if status in (400, 413, 414, 422):
        raise Refused(f"{host} does not accept this message (HTTP {status})")
    raise Misconfigured(f"{host} answers HTTP {status}, which no receiver of messages does: look at `url`")


def _exchange(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    host = urlsplit(url).hostname or "?"
    try:
        return _answer(method, url, body, headers, host)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        failure = _failure(error, host)
    raise failure  # out of the except block: what it was made from quotes the address


def _answer(method: str, url: str, body: bytes | None, headers: Mapping[str, str], host: str) -> Answer:
    with requests.Session() as session:
        session.trust_env = not local(host)  # no proxy for this machine
        session.get_redirect_target = _nowhere  # type: ignore[method-assign, assignment]  # else the whole body of a redirect is read
        deadline = time.monotonic() + CONNECT_S + READ_S
        response = session.request(
            method,
            url,
            data=body,
            headers={"User-Agent": "groundswell", "Accept-Encoding": "identity", **headers},
            timeout=(CONNECT_S, READ_S),
            allow_redirects=False,
            stream=True,
            auth=_as_it_is,
            verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
        )
        with response:
            read = bytearray()
            while len(read) < MOST and (piece := response.raw.read1(MOST - len(read))):
                read += piece
                if time.monotonic() > deadline:
                    raise requests.Timeout
            return Answer(host, response.status_code, bytes(read), _after(response.headers.get("Retry-After")))


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
        return Later(f"{host} does not answer in time")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema | UnicodeError):
        return Misconfigured("`url` is not an address")
    return Later(f"the connection to {host} broke off")


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
