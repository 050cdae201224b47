"""A Feishu custom robot, as its guide and the card documentation describe it."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.rig.receivers.markup import Shown, markdown, together, words
from tests.rig.receivers.server import Rate, Receiver, Reply, Request, parsed

COLOURS = {
    "blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "violet", "purple", "indigo", "grey", "default",
}  # fmt: skip
BUTTONS = {"default", "primary", "danger"}


class FeishuReceiver(Receiver):
    """20 KB, 100 a minute and 5 a second, an optional signature of the last hour, an optional keyword."""

    path = "/open-apis/bot/v2/hook/11111111-2222-3333-4444-555555555555"

    def __init__(
        self, *, clock: Callable[[], float], secret: str = "", keyword: str = "", per_minute: int = 100, per_second: float = 5
    ) -> None:
        super().__init__(clock=clock)
        self._secret, self._keyword = secret, keyword
        self._rate = Rate(clock, per_minute=per_minute, per_second=per_second)

    def take(self, request: Request) -> Reply:
        if request.path != self.path:
            return _code(19001, "param invalid: incoming webhook access token invalid")
        if len(request.body) > 20 * 1024:
            return _code(9499, "Bad Request")
        message = parsed(request.body)
        if not isinstance(message, dict) or message.get("msg_type") != "interactive":
            return _code(19002, "params error, msg_type need")
        if self._secret and not self._signed(message):
            return _code(19021, "sign match fail or timestamp is not within one hour from current time")
        if not self._rate.allows():
            return _code(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]")
        try:
            shown = together(list(_card(message["card"])))
        except (KeyError, TypeError, ValueError, AssertionError):
            return _code(9499, "Bad Request")
        if self._keyword and self._keyword not in shown.text:
            return _code(19024, "Key Words Not Found")
        self.accept(message, shown, len(request.body))
        return Reply(200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})

    def _signed(self, message: dict[str, Any]) -> bool:
        timestamp = str(message.get("timestamp", "0"))
        if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > 3600:
            return False
        code = hmac.new(f"{timestamp}\n{self._secret}".encode(), digestmod=hashlib.sha256).digest()
        return hmac.compare_digest(str(message.get("sign")), base64.b64encode(code).decode())


def _code(code: int, text: str) -> Reply:
    return Reply(200, {"code": code, "data": {}, "msg": text})


def _card(card: dict[str, Any]) -> Iterator[Shown]:
    assert set(card) <= {"config", "header", "elements"}
    header = card["header"]
    assert header["template"] in COLOURS and header["title"]["tag"] == "plain_text"
    yield _text(header["title"])
    assert 1 <= len(card["elements"]) <= 50
    for element in card["elements"]:
        yield from _element(element)


def _element(element: dict[str, Any]) -> Iterator[Shown]:
    match element["tag"]:
        case "div":
            assert element.get("text") or element.get("fields")
            if "text" in element:
                yield _text(element["text"])
            for field in element.get("fields", []):
                assert isinstance(field["is_short"], bool)
                yield _text(field["text"])
            if "extra" in element:
                yield from _element(element["extra"])
        case "action":
            assert 1 <= len(element["actions"]) <= 20
            for action in element["actions"]:
                yield from _element(action)
        case "button":
            assert element["type"] in BUTTONS and element["url"].startswith(("http://", "https://"))
            yield _text(element["text"])
            yield Shown("", (element["url"],))
        case "column_set":
            for column in element["columns"]:
                assert column["tag"] == "column"
                for inner in column["elements"]:
                    yield from _element(inner)
        case "collapsible_panel":
            yield _text(element["header"]["title"])
            for inner in element["elements"]:
                yield from _element(inner)
        case "note":
            assert element["elements"]
            for inner in element["elements"]:
                yield _text(inner)
        case other:
            raise ValueError(other)


def _text(text: dict[str, Any]) -> Shown:
    content = text["content"]
    assert isinstance(content, str) and content
    if text["tag"] == "plain_text":
        return words(content)
    assert text["tag"] == "lark_md"
    return markdown(content)
