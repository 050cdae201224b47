"""POST: what the network does, and that nothing secret is said about it."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import trustme

from streams.failures import UserError
from streams.notify import http
from streams.notify.channel import Later, Misconfigured, Refused
from tests.rig.receivers import Reply
from tests.rig.receivers.markup import words
from tests.rig.receivers.server import Receiver, Request


class Taker(Receiver):
    """Takes everything and says so."""

    path = "/hook/secret-0123"

    def take(self, request: Request) -> Reply:
        self.accept(request.body, words(""), len(request.body))
        return Reply(200, b'{"ok": true}')


@pytest.fixture
def taker() -> Iterator[Taker]:
    running = Taker()
    running.start()
    yield running
    running.stop()


def tls_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_what_is_posted_arrives(taker: Taker) -> None:
    answer = http.post(taker.url, b"hello", {"Content-Type": "text/plain"})
    assert (answer.host, answer.status, answer.fields()) == ("127.0.0.1", 200, {"ok": True})
    (request,) = taker.requests
    assert request.body == b"hello" and request.headers["User-Agent"] == "groundswell"


def test_no_redirect_is_followed(taker: Taker) -> None:
    taker.always = Reply(307, b"x" * 200_000, {"Location": taker.url})
    answer = http.post(taker.url, b"", {})
    assert answer.status == 307 and len(taker.requests) == 1 and len(answer.body) <= http.MOST
    with pytest.raises(Misconfigured, match="redirect"):
        http.settle(answer)


def test_an_answer_is_read_up_to_a_limit(taker: Taker) -> None:
    taker.always = Reply(200, b"x" * 1_000_000)
    assert len(http.post(taker.url, b"", {}).body) == http.MOST


def test_a_valid_certificate_is_accepted_and_another_is_not(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, running = trustme.CA(), Taker()
    file = f"{tmp_path}/ca.pem"
    authority.cert_pem.write_to_path(file)
    running.start(tls_for(authority, "127.0.0.1"))
    try:
        with pytest.raises(Misconfigured, match=r"certificate of 127\.0\.0\.1") as caught:
            http.post(running.url, b"", {})
        assert "secret-0123" not in str(caught.value)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", file)
        assert http.post(running.url, b"", {}).status == 200
        assert "answers" in http.reach(running.url)
    finally:
        running.stop()


def test_a_certificate_of_another_host_is_not_valid(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, running = trustme.CA(), Taker()
    file = f"{tmp_path}/ca.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", file)
    running.start(tls_for(authority, "other.example"))
    try:
        with pytest.raises(Misconfigured, match="certificate"):
            http.post(running.url, b"", {})
    finally:
        running.stop()


def test_a_server_without_tls_breaks_off(taker: Taker) -> None:
    with pytest.raises(Later, match="broke off"):
        http.post(taker.url.replace("http:", "https:"), b"", {})


def test_netrc_does_not_take_the_place_of_our_authorization(
    taker: Taker, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(f"{tmp_path}/netrc", "w") as file:  # noqa: PTH123 - tmp_path is only named here
        file.write("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", f"{tmp_path}/netrc")
    monkeypatch.setattr(http, "local", lambda host: False)
    monkeypatch.setenv("NO_PROXY", "*")
    http.post(taker.url, b"", {"Authorization": "Bearer ours"})
    assert taker.requests[0].headers["Authorization"] == "Bearer ours"


@pytest.mark.parametrize(
    "piece", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", b"HTTP/1.1 999"]
)
def test_a_broken_answer_is_a_matter_for_later(piece: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(piece)
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises((Later, Misconfigured)) as caught:
            http.settle(http.post(f"http://127.0.0.1:{server.getsockname()[1]}/secret-0123", b"", {}))
    assert "secret-0123" not in str(caught.value) + caplog.text
    assert caught.value.__context__ is None and caught.value.__cause__ is None


def test_an_answer_that_trickles_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SEND_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
            try:
                for _ in range(100):
                    connection.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                pass

        threading.Thread(target=answer, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(Later, match="in time"):
            http.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {})
        assert time.monotonic() - began < 2


def test_headers_that_trickle_are_left_and_the_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SEND_S", 0.3)
    closed = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            try:
                for number in range(90):
                    connection.sendall(b"X-%d: a\r\n" % number)
                    time.sleep(0.05)
            except OSError:
                closed.set()

        threading.Thread(target=answer, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(Later, match="in time"):
            http.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {})
        assert time.monotonic() - began < 2
        assert closed.wait(3)


def test_a_name_that_takes_too_long_is_left_and_nothing_is_posted_afterwards(
    taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SEND_S", 0.2)
    found, asked, done = socket.getaddrinfo, threading.Event(), threading.Event()
    shutdown = http._Adapter.close

    def slowly(*args: Any, **named: Any) -> Any:
        asked.wait(5)
        return found(*args, **named)

    def closed(adapter: Any) -> None:
        shutdown(adapter)
        done.set()

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    monkeypatch.setattr(http._Adapter, "close", closed)
    began = time.monotonic()
    with pytest.raises(Later, match="in time"):
        http.post(taker.url, b"", {})
    assert time.monotonic() - began < 2
    asked.set()
    assert done.wait(5) and not taker.requests


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5", 5.0), (" 7 ", 7.0), ("-5", None), ("1e3", None), ("", None), ("٣", None), ("9" * 400, http.LONGEST_S), ("x", None)],
)
def test_retry_after(taker: Taker, value: str, seconds: float | None) -> None:
    assert http._after(value) == seconds
    assert http._after("Fri, 31 Dec 1999 23:59:59 GMT") == 0.0


def test_every_status_is_one_of_four_things() -> None:
    for status in range(100, 600):
        try:
            http.settle(http.Answer("h", status, b"what it said"))
        except (Later, Misconfigured, Refused) as error:
            assert "what it said" not in str(error) and str(status) in str(error)
            assert isinstance(error, Refused) == (status in (413, 414))  # only what can be wrong with one message alone
            assert isinstance(error, Later) == (status >= 500 or status in (408, 425, 429))
        else:
            assert 200 <= status < 300


def test_http_is_for_this_machine() -> None:
    for url in ("http://localhost:1/x", "http://127.0.0.9/x", "http://[::1]:8/x", "https://example.com"):
        assert http.checked(f" {url} ", "x") == url
    for url in ("http://example.com/x", "http://10.0.0.1/", "http://localhost.evil.example/", "https://a:b@c/", "https://c:0/"):
        with pytest.raises(UserError, match=r"^channel x: url: "):
            http.checked(url, "channel x: url")
