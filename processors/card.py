"""The alert card as data: what a product team needs to act, without a click. processors/said.py puts it into words.

Nothing personal can be in it: verbatims and labels come from redacted rows, owners from the taxonomy.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from processors.chart import Chart
from schemas.spikes import CHANNEL, EVERYTHING, Contributor, Transition

DIMENSIONS = {
    "product_model": "model",
    "channel": "channel",
    "firmware": "firmware",
    "product_sku": "SKU",
    "product_category": "category",
    "shop": "shop",
    "region": "region",
    "caller_role": "caller",
    "language": "language",
}
"""What is looked at to explain a spike, and what a reader calls it. Of two that say the same the earlier is named."""
AND = " × "
"""Between the dimensions, and between the values, of a pair."""
FEW = 10
"""Feedback of which it cannot be said that no dimension explains it."""
MANY_ORDERS = 100
"""Orders from which on it says something how many contacts come on 1,000 of them."""
ALL_FEEDBACK = "All feedback"
"""What a reader calls everything."""
NOBODY = "nobody (name an owner in taxonomy.yaml)"
UNNAMED = "nobody yet (voc taxonomy promote drafts an intent from it)"
FEEDS = "whoever runs the feeds"
EVERYBODY = "everybody who answers customers"
"""Owners where the taxonomy names none; said.py knows them in every language."""


class Spread(Struct, frozen=True):
    """How a dimension's feedback is spread in the spike: (value, count), greatest first; an empty value is "unknown"."""

    dimension: str
    values: tuple[tuple[str, int], ...]


class Coincidence(Struct, frozen=True):
    """Something the company or the world did in the days before: it coincides, which does not make it the cause."""

    kind: str
    title: str
    start: datetime


class Elsewhere(Struct, frozen=True):
    """A value of a dimension at which everything is as always, although the spike would show there if it were everywhere."""

    dimension: str
    value: str
    observed: int
    expected: float


class Outcome(Struct, frozen=True):
    """How many order lines of the spike's products came to this since the start, and in the same span before it."""

    kind: str
    """return_requested, returned, refunded, exchanged or cancelled."""
    now: int
    before: int


class Rating(Struct, frozen=True):
    """What customers of the spike's products (or channels) answered in satisfaction surveys since the start, and in the same
    span before it: means, on a scale from `scale_min` to `scale_max`."""

    mean: float
    answers: int
    mean_before: float | None
    answers_before: int
    scale_min: float
    scale_max: float


class Card(Struct, frozen=True):
    """Everything that is told of one transition. What is not known is empty, None or 0."""

    transition: Transition
    label: str
    severity: str
    owner: str
    where: list[Contributor]
    """Best first; empty: no dimension explains it."""
    spread: list[Spread]
    verbatims: list[str]
    """Three to five, chosen to be different."""
    sql: str
    unchanged: list[str] = []
    """Dimensions that are spread as always."""
    context: list[Coincidence] = []
    """Newest first."""
    label_zh: str = ""
    label_en: str = ""
    """Empty: `label` is what it is called in any language."""
    customers: int | None = None
    """Different customers in the episode (of a long one, in what was looked at of it)."""
    customers_at_least: bool = False
    """Some of its feedback carries no customer, or was not looked at."""
    contacts: int | None = None
    """Feedback of all customers in the episode's span."""
    orders: int | None = None
    """Orders placed in the episode's span; None: the tenant sends none."""
    trend: str = ""
    """rising, steady or falling (processors/chart.py)."""
    elsewhere: list[Elsewhere] = []
    """Values of the leading dimension at which everything is as always (processors/elsewhere.py)."""
    odd: str = ""
    """A verbatim that does not fit the others."""
    impact: list[Outcome] = []
    rating: Rating | None = None
    moves_zh: list[str] = []
    moves_en: list[str] = []
    """First moves that the taxonomy names."""
    mostly_zh: str = ""
    mostly_en: str = ""
    """Of an emergent topic: the known subject that most of it is about, whose owner it has."""
    false_alerts: float = 0.0
    """The alert budget: false alerts per 1,000 topics a day; 0: not known ..."""
    alerts_per_week: float = 0.0
    """... or, if greater than 0, false alerts a week of all topics together."""
    chart: Chart | None = None

    @property
    def quoted(self) -> list[str]:
        """All of the customers' words that are on it, in the order in which they stand there."""
        return [*self.verbatims, *([self.odd] if self.odd else [])]


def parts(contributor: Contributor) -> dict[str, str]:
    """The value of each dimension: one, or two of a pair."""
    dimensions = contributor.dimension.split(AND)
    if len(dimensions) == 1:
        return {contributor.dimension: contributor.value}
    return dict(zip(dimensions, contributor.value.split(AND, 1), strict=False))


def called(dimension: str) -> str:
    """What a reader calls a dimension, or a pair of them: "model × channel"."""
    return AND.join(DIMENSIONS.get(name, name) for name in dimension.split(AND))


def numbers_sql(spike: Transition) -> str:
    """The query that gives the observed count again.

    Of a topic for ever: `topic_tested` never changes. Of the total and of a channel as it is known today: what arrives later
    counts too. Of an emergent topic: the messages that were recorded with it.
    """
    mine = f"tenant = {_quoted(spike.tenant)}"
    minutes = f"minute BETWEEN '{spike.started:%Y-%m-%d %H:%M:%S}' AND '{spike.updated:%Y-%m-%d %H:%M:%S}'"
    if spike.kind == "emergent":
        ids = f"SELECT arrayJoin(messages) FROM emergent_topics WHERE spike_id = {_quoted(spike.spike_id)}"
        day = timedelta(days=1)  # a message may have been said so long before it arrived
        minutes = f"minute BETWEEN '{spike.started - day:%Y-%m-%d %H:%M:%S}' AND '{spike.updated:%Y-%m-%d %H:%M:%S}'"
        return f"SELECT count() AS observed FROM feedback WHERE {mine} AND feedback_id IN ({ids}) AND {minutes}"
    if spike.kind == "total" or (spike.kind == "silence" and spike.topic == EVERYTHING):
        return f"SELECT sum(count) AS observed FROM minute_total WHERE {mine} AND {minutes}"
    if spike.kind == "silence" and spike.topic.startswith(CHANNEL):
        here = f"channel = {_quoted(spike.topic.removeprefix(CHANNEL))} AND sender_role = 'customer'"
        return f"SELECT count() AS observed FROM feedback WHERE {mine} AND {here} AND {minutes}"
    return f"SELECT sum(count) AS observed FROM topic_tested WHERE {mine} AND topic = {_quoted(spike.topic)} AND {minutes}"


def shown(card: Card) -> Sequence[str]:
    """What explains it, a pair in place of its dimensions; model and channel also where they do not; of silence nothing."""
    if card.transition.kind == "silence":
        return []
    explained = {c.dimension for c in card.where}
    paired = {dimension for name in explained if AND in name for dimension in name.split(AND)} - explained
    alone = [d for d in DIMENSIONS if (d in ("product_model", "channel") or d in explained) and d not in paired]
    return [*(c for c in dict.fromkeys(found.dimension for found in card.where) if AND in c), *alone]


def _quoted(text: str) -> str:
    """A string of ClickHouse, in one line and without hidden characters; nor "!", which an interactive shell expands."""
    return "'" + "".join(map(_literal, text)) + "'"


def _literal(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    if character.isprintable() and character != "!":
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
