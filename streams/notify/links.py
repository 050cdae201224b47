"""Where a card leads: its spike in Grafana, and links that record a verdict.

A verdict link is signed (itsdangerous) and expires; it says which episode, which verdict and through which channel it was sent,
nothing else. Following it shows a page with a button; only the button records (streams/notify/verdict_page.py), since chat
programs fetch every address they are sent.
"""

from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from processors.card import Card
from processors.said import Links
from schemas.spikes import Transition
from streams.settings import Settings
from streams.warehouse.spikes import MUTED

VALID = timedelta(days=14)
"""How long a verdict link can be followed."""
PATH = "/verdict"
CHOICES = {
    "useful": ("useful", MUTED),
    "known": ("known", MUTED),
    "noise": ("noise", MUTED),
    "mute_day": ("mute", timedelta(days=1)),
    "mute": ("mute", MUTED),
}
"""What a link can say: the verdict, and how long a mute lasts."""
DASHBOARD, WORDS = "voc-spike", 12
"""Uid of the dashboard of an episode, and there the panel of all its words (streams/grafana/dashboards/spike.py)."""
BEFORE, AFTER = timedelta(hours=6), timedelta(hours=1)
"""What the dashboard shows around an episode."""


class Choice(NamedTuple):
    """What a verdict link says."""

    spike_id: str
    choice: str
    """One of CHOICES."""
    channel: str


class LinkError(Exception):
    """A link that does nothing; the message is for the person who followed it."""


class VerdictLinks:
    """Makes and reads verdict links. `secret` is shared by all workers; links made with another one are refused."""

    def __init__(self, secret: str, public_url: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="groundswell.verdict")
        self._base = public_url.rstrip("/") + PATH

    def url(self, choice: Choice) -> str:
        """The address to follow."""
        return f"{self._base}?{urlencode({'t': self._serializer.dumps(list(choice))})}"

    def read(self, token: str) -> Choice:
        """What a link's `t` says. Raises LinkError."""
        try:
            said = self._serializer.loads(token.encode("utf-8", "replace"), max_age=int(VALID.total_seconds()))
        except SignatureExpired:
            raise LinkError(f"this link is older than {VALID.days} days; `voc verdict` still works") from None
        except BadSignature:
            raise LinkError("this link is not one of ours, or was cut off; copy the whole of it") from None
        return Choice(*said)  # signed, so it is what url() was given


class CardLinks:
    """The links of cards, by what is set: none without an address. Deterministic but for the time in the signature."""

    def __init__(self, settings: Settings) -> None:
        self._grafana = settings.grafana_url.rstrip("/")
        self._verdicts = VerdictLinks(settings.link_secret, settings.public_url) if settings.public_url else None

    def __call__(self, card: Card, channel: str) -> Links:
        """The links of a card that is sent through a channel."""
        spike = card.transition
        verdicts = {}
        if self._verdicts:
            for choice in ("useful", "known", "noise", "mute_day"):
                verdicts[choice] = self._verdicts.url(Choice(spike.spike_id, choice, channel))
        if not self._grafana:
            return Links(**verdicts)
        return Links(dashboard=self._dashboard(spike), verbatims=self._dashboard(spike, f"&viewPanel={WORDS}"), **verdicts)

    def _dashboard(self, spike: Transition, panel: str = "") -> str:
        """The dashboard "Spike" of this one; without `from` and `to` it would show the last hours."""
        query = {
            "var-spike": spike.spike_id,
            "from": int((spike.started - BEFORE).timestamp() * 1000),
            "to": int((spike.updated + AFTER).timestamp() * 1000),
        }
        return f"{self._grafana}/d/{DASHBOARD}?{urlencode(query)}{panel}"
