"""Mail, delivered to a mail server that wants TLS and a login."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
import trustme

from streams.failures import UserError
from streams.notify import http
from streams.notify.channel import Channel, Later, Misconfigured, Refused
from streams.notify.channels import build
from streams.notify.channels.mail_page import columns
from tests.rig.receivers import MailReceiver, mail
from tests.streams.notify.channels.samples import CLOSED, LATER, SAID, many, outgoing

Made = Callable[..., Channel]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    file = f"{tmp_path}/ca.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def server(tls: ssl.SSLContext) -> Iterator[MailReceiver]:
    with mail(tls=tls) as running:
        yield running


def channel(running: MailReceiver, **more: str) -> Channel:
    options = {
        "host": running.host,
        "port": str(running.port),
        "sender": "voc@shop.example",
        "to": "cx@shop.example, qa@shop.example",
    }
    return build("email", "team", options | {"user": "voc", "password": "mail-password"} | more)


def test_a_card_is_one_mail_to_all_with_text_and_html(server: MailReceiver) -> None:
    receipt = channel(server).send(outgoing())
    (message,) = server.messages
    assert server.recipients == [["cx@shop.example", "qa@shop.example"]]
    assert message["Message-ID"] == receipt.thread and message["Date"] and message["Subject"] == SAID.title
    text, shown = server.text().replace("\u200b", ""), server.shown()
    for part in (
        SAID.summary,
        *SAID.quotes,
        SAID.odd,
        *SAID.context,
        *SAID.moves,
        SAID.sql,
        *(fact.value for fact in SAID.facts),
    ):
        assert part in text and part in shown.text.replace("\u200b", "")
    assert set(shown.links) == {link.url for link in (*SAID.links, *SAID.verdicts)}
    assert not {"img", "script", "svg", "canvas"} & set(shown.marks)


def test_the_chart_is_made_of_cells_that_say_what_is_unusual() -> None:
    bars = columns(SAID.chart)
    assert 0 < len(bars) <= 48 and all(0 <= bar.above + bar.within <= 72 for bar in bars)
    assert bars[-1].above > bars[-1].within > 0
    assert bars[0].above == 0 and bars[0].within > 0


def test_an_episode_is_one_thread(server: MailReceiver) -> None:
    ours = channel(server)
    opened = ours.send(outgoing(id="a.opened"))
    updated = ours.send(outgoing(LATER, id="a.updated", thread=opened.thread))
    ours.send(outgoing(CLOSED, id="a.closed", thread=updated.thread))
    ours.send(outgoing(LATER, id="a.lost"))  # nobody remembers the thread
    first, second, third, fourth = server.messages
    assert second["In-Reply-To"] == third["In-Reply-To"] == first["Message-ID"]
    roots = {str(message["References"]).split()[0] for message in (first, second, third, fourth)}
    assert len(roots) == 1
    assert {str(message["Subject"]).removeprefix("Re: ") for message in server.messages} == {SAID.title}


def test_what_is_sent_again_is_the_same_mail(server: MailReceiver) -> None:
    channel(server).send(outgoing())
    channel(server).send(outgoing())
    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_a_storm_is_a_few_mails(server: MailReceiver) -> None:
    said = many(200)
    channel(server).send(outgoing(*said))
    text = "\n".join(server.text(number) for number in range(len(server.messages)))
    assert all(one.title in text for one in said) and len(server.messages) <= 4
    assert len({str(message["Message-ID"]) for message in server.messages}) == len(server.messages)


def test_a_check_logs_in_and_sends_nothing(server: MailReceiver) -> None:
    assert "lets the user in" in channel(server).check()
    with pytest.raises(Misconfigured, match="password"):
        channel(server, password="wrong-password").check()
    assert not server.messages


REFUSALS: list[tuple[str, str, type[Exception]]] = [
    ("data_answer", "451 later", Later),
    ("data_answer", "554 spam: charger", Misconfigured),
    ("data_answer", "550 5.7.1 charger not authenticated", Misconfigured),
    ("data_answer", "552 5.2.2 mailbox full", Misconfigured),
    ("data_answer", "550 5.6.10 no", Refused),
    ("data_answer", "554 5.3.4 too big", Refused),
    ("data_answer", "552 too big", Refused),
    ("sender_answer", "550 no such sender", Misconfigured),
    ("sender_answer", "421 going down", Later),
]


@pytest.mark.parametrize(("what", "answer", "kind"), REFUSALS)
def test_what_the_server_says_is_one_of_three_things(server: MailReceiver, what: str, answer: str, kind: type[Exception]) -> None:
    setattr(server, what, answer)
    with pytest.raises(kind) as caught:
        channel(server).send(outgoing())
    assert type(caught.value) is kind and "charger" not in str(caught.value)


def test_one_wrong_recipient_is_named_by_number_and_nobody_gets_it_twice(server: MailReceiver) -> None:
    server.recipient_answer = {"qa@shop.example": "550 unknown"}
    with pytest.raises(Misconfigured, match="number 2 of `to`") as caught:
        channel(server).send(outgoing())
    assert not server.messages and "qa@" not in str(caught.value)
    server.recipient_answer = {"qa@shop.example": "450 greylisted"}
    with pytest.raises(Later):
        channel(server).send(outgoing())
    assert not server.messages


def test_tls_from_the_first_byte(tls: ssl.SSLContext) -> None:
    with mail(tls=tls, implicit=True) as running:
        channel(running, security="tls").send(outgoing())
        assert len(running.messages) == 1


def test_a_certificate_that_is_not_valid(server: MailReceiver, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    file = f"{tmp_path}/other.pem"
    trustme.CA().cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", file)
    with pytest.raises(Misconfigured, match="certificate of localhost"):
        channel(server).send(outgoing())


def test_a_server_without_tls_gets_no_password() -> None:
    with mail() as running, pytest.raises(Misconfigured, match="security"):
        channel(running).send(outgoing())


def test_a_server_that_is_away(server: MailReceiver) -> None:
    away = channel(server, port="9")
    with pytest.raises(Later):
        away.send(outgoing())


def test_a_send_has_one_deadline_however_slow_each_answer_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SEND_S", 0.4)
    closed = threading.Event()

    def slowly(listening: socket.socket, greeting: bytes) -> None:
        connection, _ = listening.accept()
        try:
            for one in greeting:
                connection.sendall(bytes([one]))
                time.sleep(0.1 if len(greeting) > 20 else 0.0)
            while connection.recv(4096):
                time.sleep(0.15)
                connection.sendall(b"250 OK\r\n")
        except OSError:
            pass
        closed.set()

    for greeting in (b"220 " + b"x" * 100, b"220 hello\r\n"):  # one that trickles; one that takes its time for each command
        closed.clear()
        with socket.create_server(("127.0.0.1", 0)) as listening:
            threading.Thread(target=slowly, args=(listening, greeting), daemon=True).start()
            options = {"host": "127.0.0.1", "port": str(listening.getsockname()[1]), "security": "none"}
            slow = build("email", "team", options | {"sender": "a@b.example", "to": "c@d.example, e@f.example"})
            began = time.monotonic()
            with pytest.raises(Later):
                slow.send(outgoing())
            assert time.monotonic() - began < 2
            assert closed.wait(3)


def test_no_password_is_in_an_error_or_a_log(server: MailReceiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Misconfigured) as caught:
        channel(server, password="wrong-password").send(outgoing())
    assert caught.value.__context__ is None or "password" not in repr(caught.value.__context__)
    assert "wrong-password" not in caplog.text + repr(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "cx@shop.example\r\nBcc: x@evil.example"},
        {"to": ""},
        {"sender": "voc"},
        {"sender": "a@b\nX: y"},
        {"security": "none", "host": "mail.example"},
        {"security": "ssl"},
        {"port": "0"},
        {"port": "smtp"},
        {"host": "a b"},
        {"password": ""},
    ],
)
def test_settings_that_cannot_be(wrong: dict[str, str]) -> None:
    options = {"host": "localhost", "sender": "a@b.example", "to": "c@d.example", "user": "u", "password": "p"}
    with pytest.raises(UserError):
        build("email", "team", options | wrong)


def test_headers_of_a_mail_are_ours(server: MailReceiver) -> None:
    channel(server).send(outgoing(mention_all=True))
    message: EmailMessage = server.messages[0]
    assert message["Importance"] == "high" and message["Auto-Submitted"] == "auto-generated"
    assert str(message["From"]) == "Groundswell <voc@shop.example>"
