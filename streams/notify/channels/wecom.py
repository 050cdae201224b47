"""WeCom: Markdown by a group's robot. It has no buttons, so links stand in a line; and no threads.

A template card has buttons, but room for 26 characters a value and for no quotes at all: it is not used. Its Markdown has no
escape: what could mark up is shown as the full-width character that looks like it.
"""

from collections.abc import Sequence
from typing import Any

from processors.said import Link, Said
from streams.notify import fit, http
from streams.notify.channel import Later, Misconfigured, Outgoing, Receipt, Refused, Rendered
from streams.notify.inert import alike
from streams.notify.limits import WECOM
from streams.notify.robots import JSON, Meaning, bucket, dumped, judged, rendered
from streams.telemetry import log

CODES = {
    -1: Meaning(Later, "it is busy"),
    40008: Meaning(Misconfigured, "this kind of message is not taken there: look at `type` and `url`"),
    40058: Meaning(Refused, "this message is not valid to it"),
    44004: Meaning(Refused, "this message is empty to it"),
    45002: Meaning(Refused, "this message is too long"),
    45009: Meaning(Later, "more than 20 messages a minute", 60.0),
    45033: Meaning(Later, "too many messages at once", 10.0),
    93000: Meaning(Misconfigured, "there is no robot at this address: copy `url` anew from the group's settings"),
    93004: Meaning(Misconfigured, "the robot is switched off: enable it in the group's settings"),
    93008: Meaning(Misconfigured, "the robot is not in the group any more: add it, and copy `url` anew"),
}
"""Codes of the answer, which comes with HTTP 200."""
COLOURS = {"high": "warning", "normal": "warning", "low": "info"}
LINES = 100


class WeCom:
    """A robot of one group."""

    limits = WECOM

    def __init__(self, name: str, *, url: str) -> None:
        self.name = name
        self._url = http.checked(url, f"channel {name}: url")
        self.bucket = bucket(self._url)

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """One message; of a digest as many as it takes; after it a text that wakes everybody, which Markdown cannot."""
        return [rendered(message) for message in (*self._messages(outgoing), *_wake(outgoing))]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Render and deliver, then wake: what is repeated has woken nobody yet. A waking that fails is only noted."""
        deadline = http.Deadline()
        for message in self._messages(outgoing):
            self._post(message, deadline)
        for message in _wake(outgoing):
            try:
                self._post(message, deadline)
            except (Later, Misconfigured, Refused) as error:
                log.warning("nobody_was_woken", channel=self.name, reason=str(error))
        return Receipt()

    def check(self) -> str:
        """Reach the host."""
        return http.reach(self._url)

    def _post(self, message: dict[str, Any], deadline: http.Deadline) -> None:
        judged(http.post(self._url, dumped(message), {"Content-Type": JSON}, deadline), "errcode", CODES)

    def _messages(self, outgoing: Outgoing) -> list[dict[str, Any]]:
        if len(outgoing.said) == 1:
            return [fit.first(outgoing.said[0], _card, _fits)]
        head = fit.headline(outgoing.said)
        return fit.packed(
            fit.lines(outgoing.said), lambda lines, part, of: _digest(fit.parts(head, part, of), lines), _fits, LINES
        )


def _wake(outgoing: Outgoing) -> list[dict[str, Any]]:
    """A text that wakes everybody; none if nobody is to be woken."""
    if not outgoing.mention_all:
        return []
    one = len(outgoing.said) == 1
    calling = alike(fit.titled(next(fit.versions(outgoing.said[0])))) if one else fit.headline(outgoing.said)
    return [{"msgtype": "text", "text": {"content": calling.lstrip("# "), "mentioned_list": ["@all"]}}]


def _card(said: Said) -> dict[str, Any]:
    colour = "info" if said.transition == "closed" else COLOURS.get(said.severity, "warning")
    blocks = [f"## {alike(fit.titled(said))}", f'<font color="{colour}">{alike(said.summary)}</font>' if said.summary else ""]
    blocks += [f"**{alike(fact.name)}**: {alike(fact.value)}" for fact in said.facts]
    if chart := fit.bars(said.chart):
        blocks.append(f"{alike(said.chart.name)} {chart}".strip())
    for name, texts, quoted in fit.blocks(said):
        blocks += [_bold(name), *(f"{'>' if quoted else '·'} {alike(text)}" for text in texts)]
    if said.sql:
        blocks += [_bold(said.sql_name), alike(said.sql)]
    blocks.append(_links(said.links))
    if said.verdicts:
        blocks.append(f"{alike(said.verdicts_name)} {_links(said.verdicts)}".strip())
    blocks += [alike(said.hint), f'<font color="comment">{alike(said.spike_id)}</font>' if said.spike_id else ""]
    return _markdown(blocks)


def _digest(head: str, lines: Sequence[fit.Line]) -> dict[str, Any]:
    return _markdown([f"## {alike(head)}", *map(_line, lines)])


def _markdown(blocks: Sequence[str]) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": "\n\n".join(block for block in blocks if block)}}


def _fits(message: dict[str, Any]) -> bool:
    return len(message["markdown"]["content"].encode()) <= WECOM.bytes


def _links(links: Sequence[Link]) -> str:
    return " ".join(f"[{alike(link.name)}]({link.url})" for link in links)


def _bold(text: str) -> str:
    return f"**{alike(text)}**" if text else ""


def _line(line: fit.Line) -> str:
    said = " · ".join(alike(text) for text in (line.title, line.summary) if text)
    told = f"{_bold(line.state)} {said}".strip()
    return f"{told} {_links([line.link])}" if line.link else told
