"""Any receiver of ours or of others: CloudEvents 1.0 in JSON, one event a card, signed by Standard Webhooks.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md, https://www.standardwebhooks.com
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from standardwebhooks import Webhook as Signer

from processors.said import Said
from streams.failures import UserError
from streams.notify import fit, http
from streams.notify.channel import Outgoing, Receipt, Rendered
from streams.notify.inert import plain
from streams.notify.limits import WEBHOOK
from streams.notify.robots import bucket, dumped

TYPE = "voc.spike.v1"
ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
BATCHED = 8_000
"""Bytes of an event in a batch: eight at least in one message."""


class Webhook:
    """One receiver."""

    limits = WEBHOOK

    def __init__(self, name: str, *, url: str, secret: str, source: str = "/groundswell") -> None:
        self.name = name
        self._url = http.checked(url, f"channel {name}: url")
        self._source = source
        self._signer = Signer(_key(secret, f"channel {name}: secret"))
        self.bucket = bucket(self._url)

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """One event; of a digest one event a card, in as many batches as it takes."""
        if len(outgoing.said) == 1:
            event = self._fitted(outgoing.said[0], outgoing.id, _fits)
            return [Rendered(dumped(event), ONE)]
        events = [
            dumped(self._fitted(said, f"{outgoing.id}/{number}", _fits_batch))
            for number, said in enumerate(fit.ordered(outgoing.said))
        ]
        return [Rendered(b"[" + b",".join(batch) + b"]", BATCH) for batch in _batches(events)]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Render, sign and deliver. The receiver knows a repetition by webhook-id and by the events' ids."""
        deadline = http.Deadline()
        for number, message in enumerate(self.render(outgoing)):
            name = outgoing.id if number == 0 else f"{outgoing.id}/batch{number}"
            http.settle(http.post(self._url, message.body, self._headers(_header(name), message), deadline))
        return Receipt()

    def check(self) -> str:
        """Reach the host."""
        return http.reach(self._url)

    def _fitted(self, said: Said, name: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        return fit.first(said, lambda version: self._event(version, name), fits)

    def _headers(self, name: str, message: Rendered) -> Mapping[str, str]:
        now = datetime.now(UTC)
        return {
            "Content-Type": f"{message.content_type}; charset=utf-8",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(name, now, message.body.decode()),
        }

    def _event(self, said: Said, name: str) -> dict[str, Any]:
        """What is said, as data: nothing is escaped, which is the work of whoever shows it."""
        data = {key: value for key, value in msgspec.to_builtins(said).items() if value is not None}
        event = {
            "specversion": "1.0",
            "id": plain(name, 250) or "-",
            "source": self._source,
            "type": TYPE,
            "subject": said.spike_id or "-",
            "datacontenttype": "application/json",
            "data": data,
        }
        return event | ({"time": said.at.isoformat()} if said.at else {})


def _key(secret: str, where: str) -> bytes:
    """Of that length, as the specification has it; with or without prefix and padding."""
    text = secret.strip().removeprefix("whsec_").rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        key = b""
    if not 24 <= len(key) <= 64:
        raise UserError(f"{where}: must be whsec_ and 24 to 64 bytes in Base64")
    return key


def _header(name: str) -> str:
    """As it may stand in a header; without a full stop, which is what parts the signed text."""
    return (
        name
        if re.fullmatch(r"[\x21-\x2d\x2f-\x7e]{1,250}", name)
        else hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    )


def _fits(event: dict[str, Any]) -> bool:
    return len(dumped(event)) <= WEBHOOK.bytes


def _fits_batch(event: dict[str, Any]) -> bool:
    return len(dumped(event)) <= BATCHED


def _batches(events: Sequence[bytes]) -> list[list[bytes]]:
    batches: list[list[bytes]] = [[]]
    size = 2
    for event in events:
        if batches[-1] and size + len(event) + 1 > WEBHOOK.bytes:
            batches.append([])
            size = 2
        batches[-1].append(event)
        size += len(event) + 1
    return batches
