"""A WeCom group robot."""

from collections.abc import Callable
from typing import Any

from tests.rig.receivers.markup import Shown, markdown, words
from tests.rig.receivers.server import Rate, Receiver, Reply, Request, parsed


class WeComReceiver(Receiver):
    """Markdown of 4,096 bytes, text of 2,048; 20 a minute; errors in a 200."""

    path = "/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"

    def __init__(self, *, clock: Callable[[], float], per_minute: int = 20) -> None:
        super().__init__(clock=clock)
        self._rate = Rate(clock, per_minute=per_minute)

    def take(self, request: Request) -> Reply:
        if request.path != self.path:
            return _code(93000, "invalid webhook url, hint: [1700000000]")
        message = parsed(request.body)
        if not isinstance(message, dict) or message.get("msgtype") not in ("text", "markdown"):
            return _code(40008, "invalid message type")
        content = message.get(message["msgtype"], {}).get("content")
        if not isinstance(content, str) or not content:
            return _code(44004, "empty content")
        if len(content.encode()) > (4096 if message["msgtype"] == "markdown" else 2048):
            return _code(40058, "markdown.content exceed max length 4096. invalid Request Parameter")
        if not self._rate.allows():
            return _code(45009, "api freq out of limit")
        self.accept(message, _shown(message, content), len(content.encode()))
        return Reply(200, {"errcode": 0, "errmsg": "ok"})


def _code(code: int, text: str) -> Reply:
    return Reply(200, {"errcode": code, "errmsg": text})


def _shown(message: dict[str, Any], content: str) -> Shown:
    if message["msgtype"] == "text":
        return words(content) + Shown("", (), tuple(message["text"].get("mentioned_list", ())))
    return markdown(content)
