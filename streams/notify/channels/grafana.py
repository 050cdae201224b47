"""Annotations on a Grafana server: an episode is a mark when it opens and a region once it has closed.

By tags, so they show on every dashboard that asks for the tag `groundswell`; of an episode nothing is shown but the subject's
label and how much. What is there already is found by the episode's own tag: what is sent again changes nothing.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import msgspec

from processors.said import Said
from streams.grafana.server import Grafana as Server
from streams.grafana.server import Unanswered
from streams.notify.channel import Later, Limits, Misconfigured, Outgoing, Receipt, Refused, Rendered
from streams.notify.http import Deadline
from streams.notify.inert import alike, plain
from streams.notify.robots import bucket

LIMITS = Limits(16_384, 0, 0.0, 0.0, "https://grafana.com/docs/grafana/latest/developers/http_api/annotations/")
"""The page names none; a text is kept far below what its databases take."""
TAG = "groundswell"
CALL_S = 5.0


class Mark(NamedTuple):
    """An annotation as it is to be."""

    start_ms: int
    end_ms: int
    tags: list[str]
    text: str


class Grafana:
    """One organisation of a server, as a service account that may write annotations."""

    limits = LIMITS

    def __init__(self, name: str, *, url: str, token: str, ca: str = "") -> None:
        self.name, self.bucket = name, bucket(url)
        self._server = Server(url, token, authority=ca, timeout_s=CALL_S)

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """The annotation of each card, as it is posted."""
        return [Rendered(_body(mark(said)), "application/json") for said in outgoing.said]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Have each episode marked as it stands; the receipt names the annotation of the first."""
        threads, deadline = [], Deadline()
        try:
            for said in outgoing.said:
                threads.append(deadline.run(partial(self._marked, said, deadline)))
        except Unanswered as answer:
            raise _meaning(answer) from None
        except TimeoutError:
            raise Later("Grafana is slow: the rest waits") from None
        return Receipt(str(threads[0]) if threads else "")

    def check(self) -> str:
        """Does it answer, and take the token? Reads annotations that nobody has."""
        try:
            self._server.annotations(f"{TAG}-check")
        except Unanswered as answer:
            raise _meaning(answer) from None
        return f"{self._server.host} answers and takes the token; whether it may write is proven by an annotation only"

    def _marked(self, said: Said, deadline: Deadline) -> int:
        """The episode's one annotation: kept while it is open, replaced by its region when it closes."""
        wanted = mark(said)
        there = self._server.annotations(_tag(said))
        deadline.rest()
        closed = [number for number, tags in there.items() if "closed" in tags]
        if said.transition != "closed" and there:
            return max(closed or there)  # an update changes nothing; what comes after the end does not open it again
        kept = max(closed) if closed else self._server.annotate(
            start_ms=wanted.start_ms, end_ms=wanted.end_ms, tags=wanted.tags, text=wanted.text
        )  # fmt: skip
        for number in there.keys() - {kept}:
            deadline.rest()
            self._server.forget(number)
        return kept


def mark(said: Said) -> Mark:
    """What is shown of a card. Raises Refused where it has no time."""
    start = said.started or said.opened or said.at
    if start is None:
        raise Refused("the card says no time, so it cannot be marked")
    end = said.at if said.transition == "closed" and said.at else start
    against = (
        f"{said.observed} against {said.expected:.1f}" if said.language == "en" else f"{said.observed}，预期 {said.expected:.1f}"
    )
    state = "closed" if said.transition == "closed" else "open"
    tags = [TAG, _tag(said), state, plain(said.severity, 20), plain(said.tenant, 60)]
    return Mark(
        _ms(start), max(_ms(start), _ms(end)), [tag for tag in tags if tag], f"{alike(plain(said.title, 100))} · {against}"
    )


def _body(marked: Mark) -> bytes:
    return msgspec.json.encode(
        {"time": marked.start_ms, "timeEnd": marked.end_ms, "tags": marked.tags, "text": marked.text}
    )  # fmt: skip


def _tag(said: Said) -> str:
    """By which an episode is found again; the package does not escape what it puts into an address."""
    return "spike-" + re.sub(r"[^A-Za-z0-9_-]", "", said.spike_id)[:40]


def _ms(at: datetime) -> int:
    return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000)


def _meaning(answer: Unanswered) -> Later | Misconfigured | Refused:
    if answer.again:
        return Later(str(answer))
    return Refused(str(answer)) if answer.status == 413 else Misconfigured(str(answer))
