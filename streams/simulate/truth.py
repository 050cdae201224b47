"""The truth of a story: what was put into the events, for readers that check what was found in them.

Times are RFC 3339 in UTC with milliseconds; a period is [from, to). A feedback's native id is its message_id or
segment_id or response_id; in a story it is unique over all sources.
"""

from collections import Counter
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec import field as renamed

from streams.simulate.events import minute_of, rfc3339


class Period(Struct, frozen=True):
    """[from, to)."""

    from_: str = renamed(name="from")
    to: str


class Planted(Struct, frozen=True):
    """One made-up piece of personal data, which must be found nowhere in what the product writes.

    `written` is as the customer wrote it (spaces, full-width digits); `value` is the same in plain digits or letters.
    """

    kind: str
    written: str
    value: str
    id: str


class SpikeTruth(Struct, frozen=True):
    """A surge of one subject: sharp in [start, end), a low elevated level until `tail_until`.

    `start` is the minute of its first turn. `turns` and `channels` count customer turns of the surge, the tail too;
    `on_model` those of them whose event names `model`. `feedback` lists their native ids in the order they were said.
    """

    topic: str
    model: str
    start: str
    end: str
    tail_until: str
    turns: int
    on_model: int
    channels: dict[str, int]
    feedback: list[str]


class ReturnsTruth(Struct, frozen=True):
    """Returns that follow the surge: a few a day, too few for an alert; the new model had none before."""

    model: str
    from_: str = renamed(name="from")
    to: str
    return_requested: int
    return_turns: int


class Truth(Struct, frozen=True):
    """The whole truth file.

    `events` counts lines, `distinct_events` each event once; `customer_turns` counts customers' chat messages and final
    call segments, each once, without recalled ones. `intents` gives the subject of each of them and of each survey
    comment, by native id; subject `other` fits nowhere.
    """

    story: str
    seed: int
    days: int
    period: Period
    events: int
    distinct_events: int
    customer_turns: int
    spikes: list[SpikeTruth]
    launch: str
    promotion: Period
    returns: ReturnsTruth
    planted: list[Planted]
    recalled: list[str]
    intents: dict[str, str]


@dataclass(slots=True)
class Ledger:
    """Collects the truth while a story is told; bounded by the length of the story."""

    intents: dict[str, str] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    recalled: list[str] = field(default_factory=list)
    turns: int = 0
    returns_of: Counter[str] = field(default_factory=Counter)
    _surge: list[tuple[int, str, str, str]] = field(default_factory=list)

    def comment(self, native_id: str, subject: str) -> None:
        """A survey comment was written."""
        self.intents[native_id] = subject

    def turn(self, native_id: str, subject: str, said_ms: int, channel: str, model: str, surge: bool) -> None:
        """A customer said something of `subject`; `model` is what the event names, "" if nothing."""
        self.intents[native_id] = subject
        self.turns += 1
        if surge:
            self._surge.append((said_ms, native_id, channel, model))
        if subject == "return":
            self.returns_of[model] += 1

    def recall(self, native_id: str) -> None:
        """An everyday turn was withdrawn: it is feedback no longer."""
        self.recalled.append(native_id)
        del self.intents[native_id]
        self.turns -= 1

    def spike(self, topic: str, model: str, end_ms: int, tail_until_ms: int) -> SpikeTruth:
        """The surge as it was told, from the turns themselves."""
        said = sorted(self._surge)
        return SpikeTruth(
            topic=topic,
            model=model,
            start=rfc3339(minute_of(said[0][0])),
            end=rfc3339(end_ms),
            tail_until=rfc3339(tail_until_ms),
            turns=len(said),
            on_model=sum(named == model for *_, named in said),
            channels=dict(sorted(Counter(channel for _, _, channel, _ in said).items())),
            feedback=[native_id for _, native_id, _, _ in said],
        )
