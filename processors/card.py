"""The alert card: what a product team needs to act, without a click. Neutral; each channel renders it in its own way.

Nothing personal can be in it: verbatims and labels come from redacted rows, owners from the taxonomy.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from schemas.spikes import Contributor, Transition

DIMENSIONS = {
    "product_model": "model",
    "channel": "channel",
    "firmware": "firmware",
    "shop": "shop",
    "region": "region",
    "caller_role": "caller",
}
"""What is looked at to explain a spike, and what a reader calls it."""


_FIRST = re.compile(r"^(\d{0,9})([-+=.)])")
"""What would begin a list or a line at the start of a paragraph."""
_LINK = re.compile(r"@|:(?=//)|www(?=\.)", re.IGNORECASE)
"""Where an invisible space keeps a mention or an address from becoming a link."""


class Spread(Struct, frozen=True):
    """How a dimension's feedback is spread in the spike: (value, count), greatest first; an empty value is "unknown"."""

    dimension: str
    values: tuple[tuple[str, int], ...]


class Card(Struct, frozen=True):
    """Everything that is told of one transition."""

    transition: Transition
    label: str
    severity: str
    owner: str
    where: list[Contributor]
    spread: list[Spread]
    verbatims: list[str]
    sql: str

    @property
    def headline(self) -> str:
        """The topic, and the model if one carries it."""
        model = next((c.value for c in self.where if c.dimension == "product_model"), "")
        return f"{self.label} · {model}" if model else self.label

    @property
    def size(self) -> str:
        """How many against how many expected."""
        spike = self.transition
        times = f", {spike.observed / spike.expected:.0f} times as many" if spike.expected >= 0.05 else ""
        return f"{spike.observed} against {spike.expected:.1f} expected (usually {spike.low:.0f} to {spike.high:.0f}){times}"

    @property
    def since(self) -> str:
        """When it began, when it was noticed, and whether it goes on. UTC."""
        spike = self.transition
        state = f"closed {spike.closed:%H:%M}" if spike.closed else f"still open at {spike.updated:%H:%M}"
        return f"{spike.started:%Y-%m-%d %H:%M} UTC, noticed {spike.opened:%H:%M}, {state}"

    def place(self, dimension: str) -> str:
        """Where it is along one dimension: the value that carries it, or the spread, and that nothing stands out."""
        name = DIMENSIONS[dimension]
        carried = [c for c in self.where if c.dimension == dimension]
        if carried:
            return "; ".join(
                f"{c.value}: {c.observed} of {self.transition.observed} ({c.share_of_excess:.0%} of the excess)" for c in carried
            )
        values = next((spread.values for spread in self.spread if spread.dimension == dimension), ())
        listed = ", ".join(f"{value or 'unknown'} {count}" for value, count in values[:5])
        return f"no {name} stands out ({listed})" if listed else f"no {name} is known"


def numbers_sql(spike: Transition) -> str:
    """The query that gives the observed count again: `topic_tested` never changes, so it always will."""
    return (
        "SELECT sum(count) AS observed FROM topic_tested "
        f"WHERE tenant = {_quoted(spike.tenant)} AND topic = {_quoted(spike.topic)} "
        f"AND minute BETWEEN '{spike.started:%Y-%m-%d %H:%M:%S}' AND '{spike.updated:%Y-%m-%d %H:%M:%S}'"
    )


def markdown(card: Card) -> str:
    """The card as a file: what, how big, since when, where, in whose words, who owns it, and how to check it."""
    spike = card.transition
    lines = [
        f"# {_inert(card.headline)}",
        "",
        f"- **How many**: {card.size}",
        f"- **Since**: {card.since}",
        *(f"- **{DIMENSIONS[dimension].capitalize()}**: {_inert(card.place(dimension))}" for dimension in shown(card)),
        f"- **Owner**: {_inert(card.owner)}",
        f"- **Severity**: {card.severity}",
        f"- **Spike**: {spike.spike_id} ({spike.transition}), topic {_inert(spike.topic)}, tenant {_inert(spike.tenant)}",
        "",
        "In the customers' words:",
        "",
        *(f"> {_inert(text)}\n" for text in card.verbatims),
        "The number again:",
        "",
        f"    voc sql {_shell(card.sql)}",
        "",
    ]
    return "\n".join(lines)


def shown(card: Card) -> Sequence[str]:
    """Model and channel always, the other dimensions when they explain something."""
    explained = {c.dimension for c in card.where}
    return [d for d in DIMENSIONS if d in ("product_model", "channel") or d in explained]


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
    shown_text = "".join(character for character in " ".join(text.split()) if character.isprintable())[:300]
    for mark in "\\`*_[]<>#|!~&$":
        shown_text = shown_text.replace(mark, "\\" + mark)
    shown_text = _FIRST.sub(r"\1\\\2", shown_text)
    return _LINK.sub("\\g<0>\u200b", shown_text)
