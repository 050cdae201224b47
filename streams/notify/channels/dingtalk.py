"""DingTalk: an action card by a group's custom robot; Markdown where everybody is to be woken, which a card cannot.

Its Markdown has no escape: what could mark up is shown as the full-width character that looks like it. No threads.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_plus

from processors.said import Link, Said
from streams.notify import fit, http
from streams.notify.channel import Later, Misconfigured, Outgoing, Receipt, Refused, Rendered
from streams.notify.http import Answer
from streams.notify.inert import alike, plain
from streams.notify.limits import DINGTALK
from streams.notify.robots import JSON, Meaning, bucket, dumped, judged, rendered

_GONE = "there is no such robot: copy `url` anew from the group's settings"
CODES = {
    -1: Meaning(Later, "it is busy"),
    40035: Meaning(Refused, "this message is not valid to it"),
    101002: Meaning(Refused, "this message is too long"),
    130101: Meaning(Later, "more than 20 messages a minute, so the robot is blocked for 10", 600.0),
    300001: Meaning(Misconfigured, _GONE),
    300005: Meaning(Misconfigured, _GONE),
    310000: Meaning(
        Misconfigured, "its security settings refuse it: look at `secret` and this machine's clock, `keyword`, the IP whitelist"
    ),
    400013: Meaning(Misconfigured, "the group has been dissolved"),
    400101: Meaning(Misconfigured, _GONE),
    400102: Meaning(Misconfigured, "the robot is switched off: enable it in the group's settings"),
    400105: Meaning(Misconfigured, "cards are not taken there: look at `type` and `url`"),
    400106: Meaning(Misconfigured, _GONE),
    410100: Meaning(Later, "too many messages, so the robot is blocked for a while", 600.0),
    430101: Meaning(Refused, "an address in this message is held to be unsafe"),
    430102: Meaning(Refused, "a word in this message is held to be unsuitable"),
    430104: Meaning(Refused, "something in this message is held to be unsuitable"),
    460101: Meaning(Refused, "this message is too long"),
}
"""Codes of the answer, which comes with HTTP 200."""
TITLE = 120
"""Characters of what is shown in the list of chats."""
LINES = 100


class DingTalk:
    """A custom robot of one group."""

    limits = DINGTALK

    def __init__(self, name: str, *, url: str, secret: str = "", keyword: str = "") -> None:
        self.name = name
        self._url = http.checked(url, f"channel {name}: url")
        self._secret, self._keyword = secret, keyword
        self.bucket = bucket(self._url)

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """One card; of a digest as many messages as it takes."""
        return [rendered(message) for message in self._messages(outgoing)]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Render and deliver; of a digest the last wakes everybody, so that a repetition of the others does not."""
        deadline = http.Deadline()
        for message in self._messages(outgoing):
            _judged(http.post(self._signed(), dumped(message), {"Content-Type": JSON}, deadline))
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
        title = fit.titled(said)
        blocks = [f"### {alike(title)}", _bold(said.summary)]
        blocks += [f"- **{alike(fact.name)}**: {alike(fact.value)}" for fact in said.facts]
        if chart := fit.bars(said.chart):
            blocks.append(f"{alike(said.chart.name)} {chart}".strip())
        for name, texts, quoted in fit.blocks(said):
            blocks += [_bold(name), *(f"{'>' if quoted else '-'} {alike(text)}" for text in texts)]
        if said.sql:
            blocks += [_bold(said.sql_name), f"> {alike(said.sql)}"]
        blocks += [alike(text) for text in (said.hint, said.spike_id, plain(self._keyword, 60))]
        if mention_all or not (said.links or said.verdicts):
            blocks += [_linked(link) for link in (*said.links, *said.verdicts)]
            return _markdown(title, blocks, mention_all)
        buttons = [{"title": alike(link.name), "actionURL": link.url} for link in (*said.links, *said.verdicts)]
        card = {"title": _title(title), "text": _joined(blocks), "btnOrientation": "1", "btns": buttons}
        return {"msgtype": "actionCard", "actionCard": card}

    def _digest(self, head: str, lines: Sequence[fit.Line], mention_all: bool) -> dict[str, Any]:
        blocks = [f"### {alike(head)}", *(_line(line) for line in lines), alike(plain(self._keyword, 60))]
        return _markdown(head, blocks, mention_all)

    def _signed(self) -> str:
        if not self._secret:
            return self._url
        timestamp = str(int(time.time() * 1000))
        digest = hmac.new(self._secret.encode(), f"{timestamp}\n{self._secret}".encode(), hashlib.sha256).digest()
        return f"{self._url}{'&' if '?' in self._url else '?'}timestamp={timestamp}&sign={quote_plus(base64.b64encode(digest))}"


def _judged(answer: Answer) -> None:
    """310000 is said of a keyword, of a signature and of an address alike: its text tells which."""
    fields = answer.fields()
    if fields.get("errcode") == 310000:
        said = fields.get("errmsg")
        text = said.lower() if isinstance(said, str) else ""
        if "keyword" in text:
            raise Misconfigured(f"{answer.host}: the robot wants a keyword in each message: name it in the option `keyword`")
        if "sign" in text or "timestamp" in text:
            raise Misconfigured(
                f"{answer.host}: the signature does not match: look at `secret`, and at this machine's clock (errcode 310000)"
            )
        if "ip" in text:
            raise Misconfigured(f"{answer.host}: this machine's address is not in the robot's IP whitelist (errcode 310000)")
    judged(answer, "errcode", CODES)


def _fits(message: dict[str, Any]) -> bool:
    return len(dumped(message)) <= DINGTALK.bytes


def _markdown(title: str, blocks: Sequence[str], mention_all: bool) -> dict[str, Any]:
    message: dict[str, Any] = {"msgtype": "markdown", "markdown": {"title": _title(title), "text": _joined(blocks)}}
    return message | {"at": {"isAtAll": True}} if mention_all else message


def _title(text: str) -> str:
    return alike(plain(text, TITLE)) or "-"


def _joined(blocks: Sequence[str]) -> str:
    return "\n\n".join(block for block in blocks if block)


def _linked(link: Link) -> str:
    return f"[{alike(link.name)}]({link.url})"


def _bold(text: str) -> str:
    return f"**{alike(text)}**" if text else ""


def _line(line: fit.Line) -> str:
    said = " · ".join(text for text in (_bold(line.state), alike(line.title), alike(line.summary)) if text)
    return f"- {said} {_linked(line.link)}" if line.link else f"- {said}"
