"""Slack: an incoming webhook, and as much of the Web API as a bot needs."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

from tests.rig.receivers.markup import Shown, mrkdwn, together, words
from tests.rig.receivers.server import Rate, Receiver, Reply, Request, parsed


class SlackReceiver(Receiver):
    """An incoming webhook: "ok" if it took the message, else a word and a status."""

    path = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"

    def __init__(self, *, clock: Callable[[], float], per_second: float = 0) -> None:
        super().__init__(clock=clock)
        self._rate = Rate(clock, per_second=per_second)

    def take(self, request: Request) -> Reply:
        if request.path != self.path:
            return Reply(404, b"no_service")
        message = parsed(request.body)
        if not isinstance(message, dict):
            return Reply(400, b"invalid_payload")
        if not self._rate.allows():
            return Reply(429, b"rate_limited", {"Retry-After": "30"})
        try:
            shown = together(list(_message(message)))
        except (KeyError, TypeError, ValueError, AssertionError):
            return Reply(400, b"invalid_blocks")
        self.accept(message, shown, len(request.body))
        return Reply(200, b"ok")


class SlackApiReceiver(Receiver):
    """A workspace with one channel that the bot is in."""

    path = "/api"
    token, channel = "xoxb-0000-1111-abcdefghijkl", "C0123ABCDEF"

    def __init__(self, *, clock: Callable[[], float], per_second: float = 0, history: bool = True) -> None:
        super().__init__(clock=clock)
        self._rate = Rate(clock, per_second=per_second)
        self._history = history
        self.posted: list[dict[str, Any]] = []
        """As the channel has it: ts, thread_ts, metadata."""

    def take(self, request: Request) -> Reply:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return _no("invalid_auth")
        match request.path.removeprefix(self.path):
            case "/auth.test":
                return Reply(200, {"ok": True, "team": "Test", "user": "voc"}, {"x-oauth-scopes": "chat:write"})
            case "/chat.postMessage":
                return self._post(request)
            case "/conversations.history" | "/conversations.replies":
                return self._read(request)
        return _no("unknown_method")

    def _post(self, request: Request) -> Reply:
        message = parsed(request.body)
        if not isinstance(message, dict) or "application/json" not in request.headers["Content-Type"]:
            return _no("invalid_arguments")
        if message["channel"] != self.channel:
            return _no("channel_not_found")
        if not self._rate.allows():
            return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"})
        thread = message.get("thread_ts")
        if thread and not any(one["ts"] == thread for one in self.posted):
            return _no("thread_not_found")
        try:
            shown = together(list(_message(message)))
            metadata = message["metadata"]
            assert isinstance(metadata["event_type"], str) and isinstance(metadata["event_payload"], dict)
        except (KeyError, TypeError, ValueError, AssertionError):
            return _no("invalid_blocks")
        stamp = f"1700000000.{len(self.posted) + 1:06d}"
        self.posted.append({"ts": stamp, "thread_ts": thread, "metadata": metadata})
        self.accept(message, shown, len(request.body))
        return Reply(200, {"ok": True, "channel": self.channel, "ts": stamp, "message": {}})

    def _read(self, request: Request) -> Reply:
        asked = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if not self._history:
            return _no("missing_scope")
        if asked.get("channel") != self.channel:
            return _no("channel_not_found")
        if request.path.endswith("history"):
            found = [one for one in reversed(self.posted) if not one["thread_ts"]]
        else:
            found = [one for one in self.posted if asked.get("ts") in (one["ts"], one["thread_ts"])]
            if not found:
                return _no("thread_not_found")
        hide = asked.get("include_all_metadata") != "true"
        shown = [
            {key: one[key] for key in one if not (hide and key == "metadata")} for one in found[: int(asked.get("limit", "100"))]
        ]
        return Reply(200, json.dumps({"ok": True, "messages": shown, "has_more": False}).encode())


def _no(error: str) -> Reply:
    return Reply(200, {"ok": False, "error": error})


def _message(message: dict[str, Any]) -> Iterator[Shown]:
    assert 1 <= len(message["text"]) <= 4000
    yield mrkdwn(message["text"])
    assert len(message["blocks"]) <= 50
    for block in message["blocks"]:
        yield from _block(block)


def _block(block: dict[str, Any]) -> Iterator[Shown]:
    match block["type"]:
        case "header":
            assert block["text"]["type"] == "plain_text" and 1 <= len(block["text"]["text"]) <= 150
            yield words(block["text"]["text"])
        case "actions":
            assert 1 <= len(block["elements"]) <= 25
            names = [element["action_id"] for element in block["elements"]]
            assert len(set(names)) == len(names)
            for element in block["elements"]:
                assert element["type"] == "button" and element["text"]["type"] == "plain_text"
                assert 1 <= len(element["text"]["text"]) <= 75 and 1 <= len(element["url"]) <= 3000
                assert element["url"].startswith(("http://", "https://")) and len(element["action_id"]) <= 255
                yield words(element["text"]["text"]) + Shown("", (element["url"],))
        case "context":
            assert 1 <= len(block["elements"]) <= 10
            for element in block["elements"]:
                assert element["type"] == "plain_text" and 1 <= len(element["text"]) <= 3000
                yield words(element["text"])
        case "rich_text":
            assert block["elements"]
            assert len(json.dumps(block, ensure_ascii=False)) <= 12_000
            for element in block["elements"]:
                yield from _rich(element)
        case "divider":
            pass
        case other:
            raise ValueError(other)


def _rich(element: dict[str, Any]) -> Iterator[Shown]:
    kind = element["type"]
    if kind == "rich_text_list":
        assert element["style"] == "bullet"
        for inner in element["elements"]:
            yield from _rich(inner)
        return
    assert kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted") and element["elements"]
    yield Shown("", (), (), (kind,))
    for inner in element["elements"]:
        match inner["type"]:
            case "text":
                assert 1 <= len(inner["text"]) <= 3000
                yield words(inner["text"])
            case "link":
                yield Shown(inner.get("text", ""), (inner["url"],))
            case "broadcast":
                assert inner["range"] in ("here", "channel", "everyone")
                yield Shown("", (), (inner["range"],))
            case other:
                raise ValueError(other)
