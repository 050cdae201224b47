"""What the detector of a tenant is given in a minute: read back from the detector's log, so that whoever judges it again
judges the same (ADR 0002, ADR 0006)."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct, field

from processors.emergent import Message

TOTAL = ""
"""The name of a tenant's total among the topics of a minute."""
OTHER = "other"
"""What no intent matches: counted and shown, not judged."""


class Late(NamedTuple):
    """What an earlier minute has gained (or lost) since it was last given."""

    about: int
    topic: str
    difference: int


class Given(Struct, frozen=True):
    """A closed minute (seconds since 1970): its own counts, and what became known in it."""

    minute: int
    counts: dict[str, int]
    """Feedback by topic, TOTAL and OTHER among them."""
    late: list[Late] = field(default_factory=list)
    voices: dict[str, int] | None = None
    """By topic: customers who had not spoken of it in the two hours before; None: not known."""
    channels: dict[str, int] = field(default_factory=dict)
    """Feedback by channel."""
    announced: bool = False
    """The company had announced something for this minute that moves everything: a campaign, a holiday, an outage."""
    messages: Sequence[Message] = ()
    """The customers' texts, of this minute and those of earlier ones that became known in it."""

    @property
    def anything(self) -> bool:
        """Is anything said in it at all?"""
        return bool(self.late) or any(self.counts.values())
