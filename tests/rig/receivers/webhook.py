"""A receiver of CloudEvents that verifies Standard Webhooks, and drops what it has had."""

from collections.abc import Callable
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from tests.rig.receivers.markup import Shown
from tests.rig.receivers.server import Receiver, Reply, Request, parsed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class WebhookReceiver(Receiver):
    """64 KB; a signature of the last five minutes; events with the attributes that the specification requires."""

    path = "/hooks/voice"

    def __init__(self, *, clock: Callable[[], float], secret: str = SECRET) -> None:
        super().__init__(clock=clock)
        self._verifier = Webhook(secret)
        self.ids: list[str] = []
        """Of every event that was new."""

    def take(self, request: Request) -> Reply:
        if len(request.body) > 64 * 1024:
            return Reply(413)
        try:
            self._verifier.verify(request.body, dict(request.headers))
        except WebhookVerificationError:
            return Reply(401, b"no")
        value = parsed(request.body)
        kind = request.headers["Content-Type"].split(";")[0]
        events = value if kind == "application/cloudevents-batch+json" else [value]
        if kind not in ("application/cloudevents+json", "application/cloudevents-batch+json") or not all(map(_valid, events)):
            return Reply(400)
        fresh = [event for event in events if event["id"] not in self.ids]
        self.ids += [event["id"] for event in fresh]
        if fresh:
            self.accept(value, Shown("\n".join(_texts(value))), len(request.body))
        return Reply(204)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for one in inner for text in _texts(one)]


def _valid(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.get("specversion") == "1.0"
        and event.get("type") == "voc.spike.v1"
        and all(isinstance(event.get(name), str) and event[name] for name in ("id", "source", "subject"))
        and isinstance(event.get("data"), dict)
    )
