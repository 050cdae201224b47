"""A way to tell people: what it is given, what it answers, and the closed list of what can go wrong.

A channel renders what is said in its own way and delivers it. It keeps no state and never retries: streams/notify/deliver.py
knows what is owed to whom, and when to try again.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from processors.failure import Failure
from processors.said import Said


class Outgoing(Struct, frozen=True):
    """One message: a card, or in a storm several as a digest."""

    id: str
    """The same when the same is sent again: receivers that know it can drop the second."""
    said: tuple[Said, ...]
    """One: a card. Several: a digest, the most severe first."""
    thread: str = ""
    """What the channel answered to the opening of the episode; empty: this opens it, or the channel has no threads."""
    mention_all: bool = False
    """Wake everybody: only where routing says so."""


class Receipt(Struct, frozen=True):
    """The message has been accepted."""

    thread: str = ""
    """What later messages of the episode answer to; empty: the channel has no threads."""


class Rendered(Struct, frozen=True):
    """A message as the channel sends it."""

    body: bytes
    content_type: str


class Limits(NamedTuple):
    """What a channel's operator publishes, and we keep; the table in docs/channels.md is made from it."""

    bytes: int
    """Of one message's body."""
    per_minute: int
    """Messages by one robot or address; 0: no limit is published."""
    per_second: float
    """Likewise; 0: none."""
    blocked_s: float
    """How long it accepts nothing after the limit was broken; 0: not said."""
    source: str
    """Where that is published: address of the page."""


class Later(Failure):
    """Not now: busy, away, too fast. The same message is tried again; `after_s`: not sooner (None: not said).

    The message names no secret and quotes no customer: it stands in logs and in the view `deliveries`.
    """

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class Unanswered(Later):
    """It was sent, and no answer came: it may have arrived. Tried again as the same message, with the same id."""


class Misconfigured(Failure):
    """Nothing gets through until a person changes something; the message says what. Tried again seldom; the cards stay owed."""


class Refused(Failure):
    """This one message will never be accepted, others may be; the message says why."""


class Channel(Protocol):
    """One configured way to tell people. Safe to use from one thread at a time."""

    name: str
    """As notify.toml calls it."""
    limits: Limits
    bucket: str
    """Channels with the same one share its limits: a digest of the robot's address, never the address itself."""

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """The messages to send, mostly one; each within the limits whatever it is given, with nothing in them that acts. Pure."""

    def send(self, outgoing: Outgoing) -> Receipt:
        """Render and deliver. Blocks for at most half a minute. Raises Later (also Unanswered), Misconfigured, Refused,
        nothing else."""

    def check(self) -> str:
        """Can it be reached? Sends nothing that people see. What was found; raises Later or Misconfigured."""
