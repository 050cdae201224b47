"""A DingTalk custom robot."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.rig.receivers.markup import Shown, markdown, words
from tests.rig.receivers.server import Rate, Receiver, Reply, Request, parsed


class DingTalkReceiver(Receiver):
    """20,000 bytes; 20 a minute, then nothing for ten; a signature of the last hour; an optional keyword; errors in a 200."""

    path = "/robot/send?access_token=0123456789abcdef"

    def __init__(
        self, *, clock: Callable[[], float], secret: str = "", keyword: str = "", per_minute: int = 20, blocked_s: float = 600.0
    ) -> None:
        super().__init__(clock=clock)
        self._secret, self._keyword = secret, keyword
        self._rate = Rate(clock, per_minute=per_minute, blocked_s=blocked_s)

    def take(self, request: Request) -> Reply:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        if urlsplit(request.path).path != "/robot/send" or query.get("access_token") != "0123456789abcdef":
            return _code(300001, "token is not exist")
        if self._secret and not self._signed(query):
            return _code(310000, "description:sign not match;solution:please check the sign")
        message = parsed(request.body)
        if not isinstance(message, dict) or "msgtype" not in message:
            return _code(40035, "缺少参数 json")
        if len(request.body) > 20_000:
            return _code(460101, "message too long, exceed 20000 bytes")
        if not self._rate.allows():
            return _code(130101, "send too fast, exceed 20 times per minute")
        try:
            shown = _shown(message)
        except (KeyError, TypeError, ValueError, AssertionError):
            return _code(40035, "缺少参数 json")
        if self._keyword and self._keyword not in shown.text:
            return _code(310000, "description:keywords not in content;solution:please add the keyword")
        self.accept(message, shown, len(request.body))
        return Reply(200, {"errcode": 0, "errmsg": "ok"})

    def _signed(self, query: dict[str, str]) -> bool:
        timestamp = query.get("timestamp", "")
        if not timestamp.isdigit() or abs(time.time() * 1000 - int(timestamp)) > 3_600_000:
            return False
        digest = hmac.new(self._secret.encode(), f"{timestamp}\n{self._secret}".encode(), hashlib.sha256).digest()
        return hmac.compare_digest(query.get("sign", ""), base64.b64encode(digest).decode())


def _code(code: int, text: str) -> Reply:
    return Reply(200, {"errcode": code, "errmsg": text})


def _shown(message: dict[str, Any]) -> Shown:
    if message["msgtype"] == "actionCard":
        card = message["actionCard"]
        assert set(card) == {"title", "text", "btnOrientation", "btns"} and card["title"] and card["text"] and card["btns"]
        assert card["btnOrientation"] in ("0", "1")
        shown = words(card["title"]) + markdown(card["text"])
        for button in card["btns"]:
            assert button["title"] and button["actionURL"].startswith(("http://", "https://"))
            shown += words(button["title"]) + Shown("", (button["actionURL"],))
        return shown
    assert message["msgtype"] == "markdown" and set(message) <= {"msgtype", "markdown", "at"}
    assert message["markdown"]["title"] and message["markdown"]["text"]
    everybody = ("@all",) if message.get("at", {}).get("isAtAll") else ()
    return words(message["markdown"]["title"]) + markdown(message["markdown"]["text"]) + Shown("", (), everybody)
