"""Feishu (Lark): an interactive card by a group's custom robot.

Everything that others wrote stands in `plain_text` elements, which interpret nothing; only names of ours stand in `lark_md`.
A custom robot has no threads, and its buttons can only open an address.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Sequence
from typing import Any

from processors.said import Link, Said
from streams.notify import fit, http
from streams.notify.channel import Later, Misconfigured, Outgoing, Receipt, Refused, Rendered
from streams.notify.inert import cut, plain, unlinked
from streams.notify.limits import FEISHU
from streams.notify.robots import JSON, Meaning, bucket, dumped, judged, rendered

CODES = {
    9499: Meaning(Refused, "this card is not valid to it"),
    11232: Meaning(Later, "too many messages", 60.0),
    11246: Meaning(Refused, "this card is not valid to it"),
    19001: Meaning(Misconfigured, "there is no robot at this address: copy `url` anew from the group's settings"),
    19002: Meaning(Misconfigured, "cards are not taken there: look at `type` and `url`"),
    19007: Meaning(Misconfigured, "the robot is switched off: enable it in the group's settings"),
    19021: Meaning(Misconfigured, "the signature does not match: look at `secret`, and at this machine's clock"),
    19022: Meaning(Misconfigured, "this machine's address is not in the robot's IP whitelist"),
    19024: Meaning(Misconfigured, "the robot wants a keyword in each message: name it in the option `keyword`"),
    99991400: Meaning(Later, "too many messages", 60.0),
}
"""Codes of the answer, which comes with HTTP 200 or 400."""
SIGNED = 200
"""Bytes that time and signature take."""
COLOURS = {"high": "red", "normal": "orange", "low": "blue"}
LINES = 40
"""Of a digest, in one card: each is an element with a button."""


class Feishu:
    """A custom robot of one group."""

    limits = FEISHU

    def __init__(self, name: str, *, url: str, secret: str = "", keyword: str = "") -> None:
        self.name = name
        self._url = http.checked(url, f"channel {name}: url")
        self._secret, self._keyword = secret, keyword
        self.bucket = bucket(self._url)

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """One card; of a digest as many as it takes. The signature, which depends on the time, comes when it is sent."""
        return [rendered(message) for message in self._messages(outgoing)]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Render and deliver; of a digest the last wakes everybody, so that a repetition of the others does not."""
        deadline = http.Deadline()
        for message in self._messages(outgoing):
            signed = dumped(message | self._signature())
            judged(http.post(self._url, signed, {"Content-Type": JSON}, deadline), "code", CODES)
        return Receipt()

    def check(self) -> str:
        """Reach the host."""
        return http.reach(self._url)

    def _messages(self, outgoing: Outgoing) -> list[dict[str, Any]]:
        if len(outgoing.said) == 1:
            return [fit.first(outgoing.said[0], lambda said: self._card(said, outgoing.mention_all), _fits)]
        head = fit.headline(outgoing.said)
        return fit.packed(
            fit.lines(outgoing.said),
            lambda lines, part, of: self._digest(fit.parts(head, part, of), lines, outgoing.mention_all and part == of),
            _fits,
            LINES,
        )

    def _card(self, said: Said, mention_all: bool) -> dict[str, Any]:
        colour = "green" if said.transition == "closed" else COLOURS.get(said.severity, "orange")
        elements = [_words(said.summary)] if said.summary else []
        if said.facts:
            elements.append({"tag": "div", "fields": [_field(fact.name, fact.value) for fact in said.facts]})
        if chart := fit.bars(said.chart):
            elements.append(_words(f"{said.chart.name} {chart}".strip()))
        for name, texts, quoted in fit.blocks(said):
            listed = "\n".join(f"• {unlinked(text)}" for text in texts)
            elements.append(_heading(name))
            elements.append(_boxed([f"“{text}”" for text in texts]) if quoted else _words(listed, ready=True))
        if said.links:
            elements.append(_buttons(said.links))
        if said.verdicts:
            elements += [_heading(said.verdicts_name), _buttons(said.verdicts)]
        if said.sql:
            elements.append(_folded(said.sql_name or "SQL", said.sql))
        elements += [_note([said.hint, said.spike_id]), *self._wanted()]
        return _message(fit.titled(said), colour, elements, mention_all)

    def _digest(self, head: str, lines: Sequence[fit.Line], mention_all: bool) -> dict[str, Any]:
        elements = [*(_line(line) for line in lines), *self._wanted()]
        colour = COLOURS.get(lines[0].severity, "orange")
        return _message(head, colour, elements, mention_all)

    def _wanted(self) -> list[dict[str, Any]]:
        """The keyword, where the robot looks for it: in a text."""
        return [_words(plain(self._keyword, 60))] if self._keyword else []

    def _signature(self) -> dict[str, str]:
        """HMAC-SHA256 of nothing, the key being the time and the secret: so the robot's guide has it."""
        if not self._secret:
            return {}
        timestamp = str(int(time.time()))
        digest = hmac.new(f"{timestamp}\n{self._secret}".encode(), b"", hashlib.sha256).digest()
        return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}


def _fits(message: dict[str, Any]) -> bool:
    return len(dumped(message)) <= FEISHU.bytes - SIGNED


def _message(title: str, colour: str, elements: list[dict[str, Any]], mention_all: bool) -> dict[str, Any]:
    if mention_all:
        elements = [{"tag": "div", "text": {"tag": "lark_md", "content": "<at id=all></at>"}}, *elements]
    header = {"template": colour, "title": _text(title)}
    return {"msg_type": "interactive", "card": {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}}


def _text(text: str) -> dict[str, Any]:
    """Words that interpret nothing."""
    return {"tag": "plain_text", "content": unlinked(text) or "-"}


def _words(text: str, *, ready: bool = False) -> dict[str, Any]:
    return {"tag": "div", "text": {"tag": "plain_text", "content": text} if ready else _text(text)}


def _heading(name: str) -> dict[str, Any]:
    return {"tag": "div", "text": {"tag": "lark_md", "content": f"**{escaped(name)}**" if name else "-"}}


def _field(name: str, value: str) -> dict[str, Any]:
    content = f"**{escaped(name)}**\n{escaped(value)}" if name else escaped(value)
    return {"is_short": len(value) <= 16, "text": {"tag": "lark_md", "content": content or "-"}}


def _boxed(texts: Sequence[str]) -> dict[str, Any]:
    column = {"tag": "column", "width": "weighted", "weight": 1, "elements": [_words(text) for text in texts]}
    return {"tag": "column_set", "background_style": "grey", "columns": [column]}


def _buttons(links: Sequence[Link]) -> dict[str, Any]:
    return {
        "tag": "action",
        "actions": [
            {
                "tag": "button",
                "text": _text(link.name),
                "url": link.url,
                "type": _style(link),
            }
            for link in links
        ],
    }


def _style(link: Link) -> str:
    return "primary" if link.key == "dashboard" else "default"


def _folded(name: str, text: str) -> dict[str, Any]:
    return {
        "tag": "collapsible_panel",
        "expanded": False,
        "header": {"title": _text(name)},
        "elements": [_words(text)],
    }


def _note(texts: Sequence[str]) -> dict[str, Any]:
    return {"tag": "note", "elements": [_text(text) for text in texts if text] or [_text("-")]}


def _line(line: fit.Line) -> dict[str, Any]:
    element = _words(cut(" · ".join(text for text in (line.state, line.title, line.summary) if text), fit.LINE))
    if line.link:
        element["extra"] = {"tag": "button", "text": _text(line.link.name), "url": line.link.url, "type": "default"}
    return element


def escaped(text: str) -> str:
    """For `lark_md`: what could mark up as an entity, and nothing that a client makes a link of."""
    characters = "".join(f"&#{ord(one)};" if one in "&<>*~_`[]()#!|\\-+=$:\"'" else one for one in unlinked(text))
    return re.sub(r"^(\d+)\.", r"\1&#46;", characters)
