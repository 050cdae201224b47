"""The page behind a verdict link: GET shows what would be recorded, with a button; only POST records it.

Chat programs and mail scanners fetch every address they are sent, so following a link must change nothing.
"""

from collections.abc import Callable
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, select_autoescape

from schemas.spikes import Spike
from streams.failures import SinkUnavailable
from streams.notify.links import CHOICES, Choice, LinkError, VerdictLinks
from streams.telemetry import log
from streams.warehouse.client import WarehouseClient
from streams.warehouse.spikes import SpikeStore

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""What every answer carries: the address is a key, so it is told nobody and kept nowhere."""
MAX_TOKEN = 1000
"""Characters of a token that are looked at; ours are shorter."""
MEANINGS = {
    "useful": ("有用", "useful"),
    "known": ("已知", "known already"),
    "noise": ("误报", "noise"),
    "mute_day": ("静音 24 小时", "mute for 24 hours"),
    "mute": ("静音 7 天", "mute for 7 days"),
}


class Answer(NamedTuple):
    """An HTTP answer: its status, and the page."""

    status: int
    html: str


class VerdictPage:
    """Answers for one worker. Blocking: called in a thread of its own, always the same. `connect` makes its client."""

    def __init__(self, links: VerdictLinks, connect: Callable[[], WarehouseClient]) -> None:
        self._links, self._connect = links, connect
        self._client: WarehouseClient | None = None
        self._page = Environment(
            loader=PackageLoader("streams.notify"), autoescape=select_autoescape(default=True, default_for_string=True)
        ).get_template("verdict.html.j2")

    def show(self, token: str) -> Answer:
        """What following the link shows. Changes nothing."""
        return self._answer(token, record=False)

    def record(self, token: str) -> Answer:
        """What pressing the button does."""
        return self._answer(token, record=True)

    def _answer(self, token: str, *, record: bool) -> Answer:
        try:
            choice = self._links.read(token[:MAX_TOKEN])
        except LinkError as error:  # before anything is asked of the warehouse
            return self._said(403, "这个链接不能用 · This link does nothing", str(error))
        try:
            return self._of(choice, token, record)
        except SinkUnavailable:
            log.warning("verdict_not_recorded", spike=choice.spike_id)
            return self._said(
                503, "现在不行，请稍后再试 · Not now", "the warehouse does not answer; nothing was recorded, try again"
            )

    def _of(self, choice: Choice, token: str, record: bool) -> Answer:
        self._client = self._client or self._connect()
        store = SpikeStore(self._client)
        found = store.starting_with(choice.spike_id)
        if not found:
            return self._said(404, "没有这条告警 · No such alert", "it is not in this warehouse")
        zh, en = MEANINGS[choice.choice]
        if not record:
            return self._said(200, f"{zh} · {en}?", *_about(found[0]), token=token, button=f"确认 {zh} · Record “{en}”")
        verdict, muted = CHOICES[choice.choice]
        by = f"{choice.channel} (mute)" if verdict == "mute" else choice.channel  # a group may find useful what it mutes
        store.write_verdict(found[0], verdict, by, "by the link in a card", muted)
        log.info("verdict", spike=choice.spike_id, verdict=verdict, channel=choice.channel)
        return self._said(
            200, f"已记录：{zh} · Recorded: {en}", *_about(found[0]), "再选一次会替换这次的 · Another choice replaces this one"
        )

    def _said(self, status: int, heading: str, *lines: str, token: str = "", button: str = "") -> Answer:
        return Answer(status, self._page.render(heading=heading, lines=lines, token=token, button=button))


def _about(spike: Spike) -> list[str]:
    size = f"{spike.observed} ({spike.low:.0f}–{spike.high:.0f}), {spike.started:%Y-%m-%d %H:%M} UTC"
    return [spike.label, f"{size} · {spike.id}"]
