"""E-mail: one message to all recipients of the channel, text and HTML, over TLS.

The mails of an episode are one thread: their Message-ID is made from what they are, so a mail that is sent a second time is the
same mail, and each refers to the episode. Nothing but ASCII of ours and plain lines gets into a header.
"""

import contextlib
import hashlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from processors.said import Said
from streams.failures import UserError
from streams.notify import fit
from streams.notify.channel import Later, Misconfigured, Outgoing, Receipt, Refused, Rendered, Unanswered
from streams.notify.channels import mail_page
from streams.notify.http import Deadline, local
from streams.notify.inert import plain
from streams.notify.limits import MAIL
from streams.notify.robots import bucket

TIMEOUT_S = 15.0
"""Of one command."""
SECURITY = {"starttls": 587, "tls": 465, "none": 25}
"""How the connection is made safe, and the port that belongs to it."""
SUBJECT = 150
LINES = 100
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Mail:
    """A mail server, a sender and the recipients."""

    limits = MAIL

    def __init__(
        self,
        name: str,
        *,
        host: str,
        sender: str,
        to: str,
        port: str = "",
        security: str = "starttls",
        user: str = "",
        password: str = "",
    ) -> None:
        where = f"channel {name}"
        if security not in SECURITY:
            raise UserError(f"{where}: security: is none of {', '.join(SECURITY)}")
        if security == "none" and not local(host):
            raise UserError(f"{where}: security: none is for a server on this machine; else starttls or tls")
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise UserError(f"{where}: port: must be a number from 1 to 65535")
        if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", host):
            raise UserError(f"{where}: host: is not the name of a host")
        if bool(user) != bool(password):
            raise UserError(f"{where}: user and password: both or none")
        self.name = name
        self._sender = _address(sender, f"{where}: sender")
        recipients = [part for part in re.split(r"[,;\s]+", to) if part]
        self._to = [_address(part, f"{where}: to, number {number}") for number, part in enumerate(recipients, 1)]
        if not self._to:
            raise UserError(f"{where}: to: names nobody")
        self._host, self._port, self._security = host, int(port or SECURITY[security]), security
        self._user, self._password = user, password
        self.bucket = bucket(host, sender)

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """One mail; of a digest as many as it takes. The date comes when it is sent."""
        return [Rendered(message.as_bytes(), "message/rfc822") for message in self._messages(outgoing)]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Render and deliver."""
        messages = self._messages(outgoing)

        def deliver(server: smtplib.SMTP) -> None:
            for message in messages:
                message["Date"] = format_datetime(datetime.now(UTC))
                self._deliver(server, message.as_bytes())

        self._with_server(deliver)
        return Receipt(outgoing.thread or str(messages[0]["Message-ID"]))

    def check(self) -> str:
        """Greet the server and log in."""
        self._with_server(lambda server: None)
        return f"{self._host}:{self._port} answers" + (", and lets the user in" if self._user else "")

    def _with_server(self, work: Callable[[smtplib.SMTP], None]) -> None:
        """Do that connected, safe and logged in, before the deadline; what goes wrong in the closed vocabulary."""
        deadline = Deadline()

        def worked() -> None:
            with contextlib.closing(self._connected(deadline)) as server:
                if self._user:
                    server.login(self._user, self._password)
                work(server)

        try:
            return deadline.run(worked)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            failure = self._failure(error)
        raise failure  # out of the except block: servers quote what they were sent

    def _connected(self, deadline: Deadline) -> smtplib.SMTP:
        context, timeout_s = ssl.create_default_context(), min(TIMEOUT_S, deadline.rest())
        if self._security == "tls":
            return _Tls(deadline, self._host, self._port, timeout=timeout_s, context=context)
        server = _Plain(deadline, self._host, self._port, timeout=timeout_s)
        if self._security == "starttls":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server

    def _deliver(self, server: smtplib.SMTP, content: bytes) -> None:
        """To all or none: nobody is left out because another's address is wrong."""
        server.ehlo_or_helo_if_needed()
        _accepted(server.mail(self._sender), "`sender`")
        for number, recipient in enumerate(self._to, 1):
            _accepted(server.rcpt(recipient), f"number {number} of `to`")
        code, said = server.data(content)
        if code != 250:
            raise smtplib.SMTPDataError(code, said)

    def _failure(self, error: Exception) -> Exception:
        host = self._host
        if isinstance(error, ssl.SSLCertVerificationError):
            return Misconfigured(f"the certificate of {host} is not valid: look at `host`, or name your CA in SSL_CERT_FILE")
        if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
            return Misconfigured(f"{host} does not let the user in ({error.smtp_code}): look at `user` and `password`")
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return Misconfigured(f"{host} does not offer what `security` or the login needs: look at `security` and `port`")
        if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500:
            return _after_data(error, host)
        if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
            return Misconfigured(f"{host} refuses ({error.smtp_code}): look at `host`, `sender` and `to`")
        if isinstance(error, smtplib.SMTPResponseException):
            return Later(f"{host} cannot take it now ({error.smtp_code})")
        if isinstance(error, ssl.SSLError):
            return Misconfigured(f"{host} does not speak TLS on port {self._port}: look at `security` and `port`")
        if isinstance(error, socket.gaierror):
            return Later(f"the host {host} is not found: look at `host` and at the network")
        if isinstance(error, TimeoutError):
            return Unanswered(f"{host} does not answer in time")
        if isinstance(error, ConnectionRefusedError):
            return Later(f"{host} refuses the connection on port {self._port}")
        return Unanswered(f"the connection to {host} broke off")

    def _messages(self, outgoing: Outgoing) -> list[EmailMessage]:
        if len(outgoing.said) == 1:
            return [fit.first(outgoing.said[0], lambda said: self._card(said, outgoing), _fits)]
        head, language = fit.headline(outgoing.said), outgoing.said[0].language
        return fit.packed(
            fit.lines(outgoing.said),
            lambda lines, part, of: self._digest(fit.parts(head, part, of), lines, language, outgoing, part),
            _fits,
            LINES,
        )

    def _card(self, said: Said, outgoing: Outgoing) -> EmailMessage:
        text, page = mail_page.card(said)
        later = bool(outgoing.thread) or said.transition != "opened"
        message = self._message(("Re: " if later else "") + said.title, text, page, outgoing.id, said.language)
        episode = self._id("episode", said.spike_id)
        message["In-Reply-To"] = outgoing.thread if _ID.fullmatch(outgoing.thread) else episode
        message["References"] = " ".join(dict.fromkeys((episode, str(message["In-Reply-To"]))))
        if outgoing.mention_all:
            message["Importance"] = "high"
        return message

    def _digest(self, head: str, lines: Sequence[fit.Line], language: str, outgoing: Outgoing, part: int) -> EmailMessage:
        text, page = mail_page.digest(head, lines, language)
        message = self._message(head, text, page, f"{outgoing.id}/{part}", language)
        if outgoing.mention_all:
            message["Importance"] = "high"
        return message

    def _message(self, subject: str, text: str, page: str, id: str, language: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["Subject"] = plain(subject, SUBJECT)
        message["From"] = Address(display_name="Groundswell", addr_spec=self._sender)
        message["To"] = ", ".join(self._to)
        message["Message-ID"] = self._id("message", id)
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = language
        message.set_content(text, cte="base64")
        message.add_alternative(page, subtype="html", cte="base64")
        message.set_boundary(f"=_{hashlib.sha256(id.encode('utf-8', 'replace')).hexdigest()[:32]}")
        return message

    def _id(self, kind: str, id: str) -> str:
        digest = hashlib.sha256(f"{kind}\0{id}".encode("utf-8", "replace")).hexdigest()[:32]
        return f"<{kind}.{digest}@{self._sender.rpartition('@')[2]}>"


class _Plain(smtplib.SMTP):
    """Waits for the answer to a command no longer than there is time left."""

    def __init__(self, deadline: Deadline, host: str, port: int, **options: Any) -> None:
        self._deadline = deadline
        deadline.closes(self)
        super().__init__(host, port, **options)

    def send(self, s: Any) -> None:
        rest = self._deadline.rest()
        if self.sock:
            self.sock.settimeout(min(TIMEOUT_S, rest))
        super().send(s)


class _Tls(_Plain, smtplib.SMTP_SSL):
    """Likewise, by TLS from the first byte."""


def _after_data(error: smtplib.SMTPDataError, host: str) -> Misconfigured | Refused:
    """A mail is given up only for its own size or content (RFC 3463); else for what a person can mend: a policy, an address."""
    said = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode("utf-8", "replace")
    found = re.match(rb"5\.\d{1,3}\.\d{1,3}(?!\d)", said)
    why = found[0].decode() if found else ""
    code = f"{error.smtp_code} {why}".strip()
    if why in ("5.2.3", "5.3.4") or why.startswith("5.6.") or (error.smtp_code == 552 and why != "5.2.2"):  # 5.2.2: mailbox full
        return Refused(f"{host} does not accept this mail's size or content ({code})")
    return Misconfigured(f"{host} does not accept mails from here ({code}): look at `sender`, `to` and the server's policy")


_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,100}@[A-Za-z0-9.-]{1,200}>")


def _accepted(answer: tuple[int, bytes], what: str) -> None:
    code = answer[0]
    if code >= 500:
        raise Misconfigured(f"the mail server does not take {what} ({code})")
    if code not in (250, 251):
        raise Later(f"the mail server does not take {what} now ({code})")


def _address(text: str, where: str) -> str:
    if not _ADDRESS.fullmatch(text) or len(text) > 254:
        raise UserError(f"{where}: is not an address like name@example.com")
    return text


def _fits(message: EmailMessage) -> bool:
    return len(message.as_bytes()) <= MAIL.bytes - 100
