"""A mail server on 127.0.0.1: STARTTLS or TLS, login, and whatever refusal a test wants."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.rig.receivers.markup import Shown, page


class MailReceiver:
    """What came in, and how it is to answer."""

    def __init__(self, user: str, password: str) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.sizes: list[int] = []
        self.data_answer = "250 OK"
        self.recipient_answer: dict[str, str] = {}
        self.sender_answer = "250 OK"
        self.host, self.port = "localhost", 0
        self._user, self._password = user, password

    def shown(self, number: int = -1) -> Shown:
        """What a mail client shows of the HTML."""
        body = self.messages[number].get_body(("html",))
        assert body is not None
        return page(cast(str, body.get_content()))

    def text(self, number: int = -1) -> str:
        """The plain part."""
        body = self.messages[number].get_body(("plain",))
        assert body is not None
        return cast(str, body.get_content())

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self.recipient_answer.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = cast(bytes, envelope.original_content)
        if self.data_answer.startswith("250"):
            assert max(map(len, content.split(b"\r\n"))) <= 998 and b"\n" not in content.replace(b"\r\n", b"")
            self.messages.append(cast(EmailMessage, message_from_bytes(content, policy=policy.default)))
            self.recipients.append(list(envelope.rcpt_tos))
            self.sizes.append(len(content))
        return self.data_answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (self._user, self._password)
        return AuthResult(success=given, handled=False)


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # 0 was asked for
        super()._trigger_server()


@contextmanager
def mail(
    *, tls: ssl.SSLContext | None = None, implicit: bool = False, user: str = "voc", password: str = "mail-password"
) -> Iterator[MailReceiver]:
    """A running one. With `tls` it offers STARTTLS, or speaks TLS at once; who does not log in is refused."""
    running = MailReceiver(user, password)
    controller = _AnyPort(
        running,
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls if implicit else None,
        tls_context=None if implicit else tls,
        authenticator=running.authenticate,
        auth_required=True,
        auth_require_tls=False,
        data_size_limit=200_000,
    )
    controller.start()
    try:
        running.port = controller.port
        yield running
    finally:
        controller.stop(no_assert=True)
