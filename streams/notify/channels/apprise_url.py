"""Every other way to tell, by an address of Apprise: a title and plain text.

Apprise says only whether it worked, so what did not is tried again later; its addresses hold secrets and are never logged.
"""

import logging
from collections.abc import Sequence
from functools import partial

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.common import PersistentStoreMode

from streams.failures import UserError
from streams.notify import fit
from streams.notify.channel import Later, Outgoing, Receipt, Rendered
from streams.notify.channels import mail_page
from streams.notify.http import Deadline
from streams.notify.inert import cut, plain, unlinked
from streams.notify.limits import APPRISE
from streams.notify.robots import bucket

logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it logs addresses, which are secrets
TIMEOUT_S = 25.0
LINES = 100


class AppriseUrl:
    """One service of Apprise."""

    def __init__(self, name: str, *, url: str) -> None:
        asset = AppriseAsset(
            interpret_escapes=False,
            interpret_emojis=False,
            http_redirects=False,
            storage_mode=PersistentStoreMode.MEMORY,
            async_mode=False,
            service_timeout=TIMEOUT_S,
        )
        self._apprise = Apprise(asset=asset)
        if not self._apprise.add(url) or len(self._apprise) != 1:
            raise UserError(f"channel {name}: url: is not an address that Apprise knows; see its list of services")
        self.name = name
        service = self._apprise[0]
        self._service = plain(str(service.service_name), 60)
        whole = max(int(service.body_maxlen), 40)
        self._title = int(service.title_maxlen) if service.title_maxlen > 0 else min(200, whole // 2)
        self._body = whole - 2 if service.title_maxlen > 0 else whole - self._title - 2
        self.limits = APPRISE._replace(bytes=min(APPRISE.bytes, 4 * whole) + 4 * self._title)
        self.bucket = bucket(url)

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """A first line, which becomes the title, and the text; of a digest as many as it takes."""
        return [Rendered(f"{title}\n{body}".encode(), "text/plain; charset=utf-8") for title, body in self._messages(outgoing)]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Render and hand over."""
        deadline = Deadline()
        for message in self._messages(outgoing):
            try:
                taken = deadline.run(partial(self._notify, *message))
            except TimeoutError:
                taken = False
            if not taken:
                raise Later(f"{self._service} did not take it; Apprise does not say why: look at `url`")
        return Receipt()

    def check(self) -> str:
        """What it is: Apprise has no way to reach a service without telling something."""
        return f"{self._service} by Apprise: whether it takes messages, only a message shows"

    def _notify(self, title: str, body: str) -> bool:
        return bool(self._apprise.notify(title=title, body=body, body_format=NotifyFormat.TEXT, interpret_escapes=False))

    def _messages(self, outgoing: Outgoing) -> list[tuple[str, str]]:
        if len(outgoing.said) == 1:
            said = next(fit.versions(outgoing.said[0]))
            title = cut(unlinked(fit.titled(said)), self._title)
            body = fit.first(said, lambda version: mail_page.text(version, titled=False), self._fits)
            return [(title, body if self._fits(body) else cut(unlinked(said.summary) or title, self._body))]
        head = fit.headline(outgoing.said)
        return fit.packed(
            fit.lines(outgoing.said),
            lambda lines, part, of: (cut(fit.parts(head, part, of), self._title), self._listed(lines)),
            lambda message: self._fits(message[1]),
            LINES,
        )

    def _listed(self, lines: Sequence[fit.Line]) -> str:
        """Several lines; of one that does not fit by itself what does."""
        listed = "\n".join(map(mail_page.line, lines))
        if len(lines) > 1 or self._fits(listed):
            return listed
        return cut(mail_page.line(lines[0]._replace(link=None)), self._body)

    def _fits(self, body: str) -> bool:
        return len(body) <= self._body and len(body.encode()) <= APPRISE.bytes
