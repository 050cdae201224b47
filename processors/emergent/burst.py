"""What goes into the emergent model and what it tells."""

from typing import NamedTuple

import msgspec


class Message(NamedTuple):
    """One customer's message of a minute."""

    id: int
    """64 bits, unique; what a Burst names its messages by."""
    conversation: str
    text: str
    """Redacted, as stored."""
    topics: tuple[str, ...] = ()
    """The known intents it was tagged with."""


class Burst(msgspec.Struct, frozen=True):
    """An emergent topic as it stands: something that many conversations say now and hardly any said before."""

    key: str
    """16 hex digits, for the life of the topic: a function of the minute it was found in and of its leading phrase."""
    label: str
    """Readable, in the customers' words, at most 40 characters; the most telling word first."""
    phrases: list[str]
    """What burst, most surprising first: words, and pairs of words (joined by a space) said near each other."""
    first_seen: int
    """The minute it is believed to have begun (seconds since 1970)."""
    found: int
    """The minute in which it was told first."""
    messages: list[int]
    """Ids of its messages within the last hour, oldest first."""
    observed: int
    """Conversations of `messages`."""
    expected: float
    """How many history lets expect in the same hour."""
    score: float
    """-log10 of the chance of so many, less what the search for phrases may find by chance; when it was found."""
    topics: dict[str, int]
    """Known intents among its messages, with how many have them."""
    representative: list[int]
    """Up to five of `messages` that say it best and differently, best first."""


class Step(NamedTuple):
    """What a minute brought."""

    opened: list[Burst]
    alive: list[Burst]
    """Topics opened earlier that are not closed yet, with their present numbers."""
    closed: list[str]
    """Keys of topics that have been quiet for `quiet_minutes`."""
