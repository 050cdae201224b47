"""The alert card: what a product team needs to act, without a click. Neutral; each channel renders it in its own way.

Nothing personal can be in it: verbatims and labels come from redacted rows, owners from the taxonomy.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

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
NOWHERE, TOO_FEW = "everywhere: no dimension explains it", "too little is known of it to say"
FEW = 10
"""Feedback of which it cannot be said that no dimension explains it."""
ALL_FEEDBACK = "All feedback"
"""What a reader calls everything."""


_FIRST = re.compile(r"^(\d{0,9})([-+=.)])")
"""What would begin a list or a line at the start of a paragraph."""
_LINK = re.compile(r"@|:(?=//)|www(?=\.)", re.IGNORECASE)
"""Where an invisible space keeps a mention or an address from becoming a link."""


class Spread(Struct, frozen=True):
    """How a dimension's feedback is spread in the spike: (value, count), greatest first; an empty value is "unknown"."""

    dimension: str
    values: tuple[tuple[str, int], ...]


class Coincidence(Struct, frozen=True):
    """Something the company or the world did in the days before: it coincides, which does not make it the cause."""

    kind: str
    title: str
    start: datetime


class Card(Struct, frozen=True):
    """Everything that is told of one transition."""

    transition: Transition
    label: str
    severity: str
    owner: str
    where: list[Contributor]
    """Best first; empty: no dimension explains it."""
    spread: list[Spread]
    verbatims: list[str]
    sql: str
    unchanged: list[str] = []
    """Dimensions that are spread as always."""
    context: list[Coincidence] = []
    """Newest first."""

    @property
    def headline(self) -> str:
        """What it is about, and the model if one carries it; of the total and of silence also how much."""
        spike = self.transition
        if spike.kind == "silence":
            return f"{self.label} has gone quiet: {self._against} since {spike.started:%H:%M} (lost feed?)"
        if spike.kind == "total":
            return f"{self.label}: {self._against}"
        model = next((values["product_model"] for c in self.where if "product_model" in (values := parts(c))), "")
        return f"{self.label} · {model}" if model else self.label

    @property
    def size(self) -> str:
        """How many against how many expected."""
        spike = self.transition
        times = f", {spike.observed / spike.expected:.0f} times as many" if spike.expected >= 0.05 else ""
        times = times if spike.observed >= 2 * spike.expected else ""
        return f"{spike.observed} against {spike.expected:.1f} expected (usually {spike.low:.0f} to {spike.high:.0f}){times}"

    @property
    def since(self) -> str:
        """When it began, when it was noticed, and whether it goes on. UTC."""
        spike = self.transition
        state = f"closed {spike.closed:%H:%M}" if spike.closed else f"still open at {spike.updated:%H:%M}"
        return f"{spike.started:%Y-%m-%d %H:%M} UTC, noticed {spike.opened:%H:%M}, {state}"

    @property
    def coincidences(self) -> str:
        """What was done in the days before, newest first; empty if nothing is known."""
        return "; ".join(f"{c.start:%Y-%m-%d} {c.kind} “{' '.join(c.title.split())[:60]}”" for c in self.context)

    @property
    def as_always(self) -> str:
        """The dimensions that are spread as always; empty if none is known to be."""
        return ", ".join(DIMENSIONS[dimension] for dimension in self.unchanged)

    def place(self, dimension: str) -> str:
        """Where it is along a dimension or a pair: the value that carries it, or the spread, and that nothing stands out."""
        carried = [c for c in self.where if c.dimension == dimension]
        if carried:
            return "; ".join(
                f"{c.value}: {c.observed} of {self.transition.observed} ({min(c.share_of_excess, 1):.0%} of the excess)"
                for c in carried
            )
        name = called(dimension)
        values = next((spread.values for spread in self.spread if spread.dimension == dimension), ())
        listed = ", ".join(f"{value or 'unknown'} {count}" for value, count in values[:5])
        return f"no {name} stands out ({listed})" if any(value for value, _ in values) else f"no {name} is known"

    @property
    def _against(self) -> str:
        return f"{self.transition.observed} against {self.transition.expected:.0f} expected"


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


def markdown(card: Card) -> str:
    """The card as a file: what, how big, since when, where, in whose words, who owns it, and how to check it."""
    spike = card.transition
    lines = [
        f"# {_inert(card.headline)}",
        "",
        f"- **How many**: {card.size}",
        f"- **Since**: {card.since}",
        *_places(card),
        f"- **Owner**: {_inert(card.owner)}",
        f"- **Severity**: {card.severity}",
        f"- **Spike**: {spike.spike_id} ({spike.transition}), {_about(spike)}tenant {_inert(spike.tenant)}",
        "",
    ]
    if card.context:
        lines += [_inert(f"In the days before (coincidence, not cause): {card.coincidences}"), ""]
    if spike.kind != "silence":
        lines += ["In the customers' words:", "", *(f"> {_inert(text)}\n" for text in card.verbatims)]
    return "\n".join([*lines, "The number again:", "", f"    voc sql {_shell(card.sql)}", ""])


def shown(card: Card) -> Sequence[str]:
    """What explains it, a pair in place of its dimensions; model and channel also where they do not; of silence nothing."""
    if card.transition.kind == "silence":
        return []
    explained = {c.dimension for c in card.where}
    paired = {dimension for name in explained if AND in name for dimension in name.split(AND)} - explained
    alone = [d for d in DIMENSIONS if (d in ("product_model", "channel") or d in explained) and d not in paired]
    return [*(c for c in dict.fromkeys(found.dimension for found in card.where) if AND in c), *alone]


def _places(card: Card) -> list[str]:
    lines = []
    if card.transition.kind != "silence" and not card.where:
        known = max((sum(count for _, count in spread.values) for spread in card.spread), default=0)
        lines.append(f"- **Where**: {NOWHERE if known >= FEW else TOO_FEW}")
    for dimension in shown(card):
        name = called(dimension)
        lines.append(f"- **{name[:1].upper()}{name[1:]}**: {_inert(card.place(dimension))}")
    if card.unchanged:
        lines.append(f"- **Unchanged**: {card.as_always}")
    return lines


def _about(spike: Transition) -> str:
    return f"topic {_inert(spike.topic)}, " if spike.kind in ("topic", "emergent") else f"{spike.kind}, "


def _quoted(text: str) -> str:
    """A string of ClickHouse, in one line and without hidden characters; nor "!", which an interactive shell expands."""
    return "'" + "".join(map(_literal, text)) + "'"


def _literal(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    if character.isprintable() and character != "!":
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))


def _shell(statement: str) -> str:
    return '"' + statement.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`") + '"'


def _inert(text: str) -> str:
    """Customers' words as words: no markup or links, no control or direction characters, one line, 300 characters."""
    visible = "".join(character for character in text if character.isprintable() or character.isspace())
    shown_text = " ".join(visible.split())[:300]
    for mark in "\\`*_[]<>#|!~&$":
        shown_text = shown_text.replace(mark, "\\" + mark)
    shown_text = _FIRST.sub(r"\1\\\2", shown_text)
    return _LINK.sub("\\g<0>\u200b", shown_text)
