"""A card in English."""

from collections.abc import Mapping, Sequence

from processors.card import MANY_ORDERS, Card, called
from processors.wording.clock import MINUTE, Clock, length
from processors.wording.numbers import amount, budget, count, ratio, share, times

OUTCOMES = {
    "return_requested": "return requests",
    "returned": "returns",
    "refunded": "refunds",
    "exchanged": "exchanges",
    "cancelled": "cancellations",
}
CONTEXT = {
    "firmware": "firmware update",
    "price": "price change",
    "faq_change": "FAQ change",
    "page_change": "page change",
}
STATES = {"rising": "still rising", "steady": "holding", "falling": "easing"}
TRENDS = {
    "rising": "still rising: more in the last minutes than in those before",
    "steady": "holding: about as many in the last minutes as in those before",
    "falling": "easing: fewer in the last minutes than in those before",
}
MOVES = {
    "topic": (
        "Agree on one answer and give it to everybody who replies.",
        "Check whether the product page or the manual says it.",
    ),
    "emergent": (
        "Read the conversations and give it a name (voc taxonomy promote drafts an intent).",
        "Write one reply for all who answer customers.",
        "Ask the product's team whether it is known.",
    ),
    "total": (
        "Look whether enough people are answering, and whether waiting times grow.",
        "Put the most frequent answer where customers look first.",
    ),
    "silence": ("Check the feed: is it connected, and does it still deliver?", "Ask whether the channel or shop is closed."),
}

NAMES = {
    "size": "How many", "odds": "Odds", "customers": "Customers", "share": "Share", "since": "Since", "trend": "Trend",
    "where": "Where", "elsewhere": "Not affected", "unchanged": "Spread as always", "impact": "Impact so far", "owner": "Owner",
    "severity": "Severity", "spike": "Spike", "quotes": "In the customers' words", "odd": "One that does not fit",
    "context": "In the days before (coincidence, not cause)", "moves": "First moves", "dashboard": "Dashboard",
    "verbatims": "All conversations", "verdicts": "Was this worth telling?", "useful": "Useful", "known": "Known",
    "noise": "Noise", "mute": "Mute for a day", "sql": "The number again",
}  # fmt: skip
"""What the parts of a card are called."""


class English:
    """Wording."""

    names: Mapping[str, str] = NAMES
    everywhere = "everywhere: no dimension explains it"
    too_few = "too little is known of it to say"

    def label(self, card: Card) -> str:
        """See Wording."""
        return card.label_en or card.label or card.label_zh or card.transition.topic

    def title(self, card: Card, label: str, model: str) -> str:
        """See Wording."""
        spike = card.transition
        if spike.kind == "silence":
            return f"{label} has gone quiet (lost feed?)"
        if spike.kind == "total":
            return f"{label}: {self._against(card)}"
        return f"{label} · {model}" if model else label

    def state(self, card: Card) -> str:
        """See Wording."""
        step, kind = card.transition.transition, card.transition.kind
        if step == "closed":
            return "over"
        if step == "opened":
            return "new topic" if kind == "emergent" else "new"
        return "still quiet" if kind == "silence" else STATES.get(card.trend, "update")

    def summary(self, card: Card, clock: Clock, where: str) -> str:
        """See Wording."""
        spike = card.transition
        place = f"; {where}" if where else ""
        began = f"since {clock.full(spike.started)} {clock.offset(spike.started)}"
        if spike.closed:
            lasted = _long(*length(spike.started, spike.closed + MINUTE))
            began = f"in {lasted}, over at {clock.full(spike.closed)} {clock.offset(spike.closed)}"
        return f"{self._against(card)} {began}{place}"

    def size(self, card: Card) -> str:
        """See Wording."""
        spike = card.transition
        more = times(spike.observed, spike.expected)
        return (
            f"{count(spike.observed)} against {_amount(spike.expected)} expected in {_long(*self._minutes(card))} "
            f"(usually {count(spike.low)} to {count(spike.high)})" + (f", {more} times as many" if more else "")
        )

    def odds(self, card: Card) -> str:
        """See Wording."""
        if card.alerts_per_week > 0:
            return f"at this setting about {_false(card.alerts_per_week)} a week, of all topics together"
        if card.false_alerts > 0:
            return f"at this setting about {_false(card.false_alerts)} per 1,000 topics a day"
        return ""

    def customers(self, card: Card) -> str:
        """See Wording."""
        if card.customers is None:
            return ""
        return ("at least " if card.customers_at_least else "") + f"{count(card.customers)} different"

    def part(self, card: Card) -> str:
        """See Wording."""
        observed, said = card.transition.observed, []
        if card.contacts and card.transition.kind not in ("total", "silence"):
            said.append(f"{share(ratio(observed, card.contacts))} of {count(card.contacts)} contacts in the same time")
        if card.orders:
            rate = f"{amount(1000 * ratio(observed, card.orders))} per 1,000 of the " if card.orders >= MANY_ORDERS else ""
            said.append(f"{rate}{count(card.orders)} orders placed in it")
        return "; ".join(said)

    def since(self, card: Card, clock: Clock) -> str:
        """See Wording."""
        spike = card.transition
        began = f"{clock.full(spike.started)} {clock.offset(spike.started)}, noticed {clock.beside(spike.opened, spike.started)}"
        if not spike.closed:
            return f"{began}, still open at {clock.beside(spike.updated, spike.started)}"
        lasted = _long(*length(spike.started, spike.closed + MINUTE))
        return f"{began}, closed {clock.beside(spike.closed, spike.started)}: it lasted {lasted}"

    def trend(self, card: Card) -> str:
        """See Wording."""
        return "" if card.transition.closed else TRENDS.get(card.trend, "")

    def dimension(self, name: str) -> str:
        """See Wording."""
        return called(name)

    def carried(self, card: Card, dimension: str) -> str:
        """See Wording."""
        of = f"of {count(card.transition.observed)}"
        return "; ".join(
            f"{c.value}: {count(c.observed)} {of} ({share(c.share_of_excess)} of the excess; usually {_amount(c.expected)})"
            for c in card.where
            if c.dimension == dimension
        )

    def spread(self, values: Sequence[tuple[str, int]], dimension: str) -> str:
        """See Wording."""
        name = self.dimension(dimension)
        if not any(value for value, _ in values):
            return f"no {name} is known"
        listed = ", ".join(f"{value or 'unknown'} {count(n)}" for value, n in values[:5])
        if len(values) == 1:
            return f"all {values[0][0]} ({count(values[0][1])}); whether that is unusual cannot be said"
        return f"no {name} stands out ({listed})"

    def elsewhere(self, card: Card) -> str:
        """See Wording."""
        return ", ".join(f"{e.value} ({count(e.observed)}, usually {_amount(e.expected)})" for e in card.elsewhere)

    def unchanged(self, card: Card) -> str:
        """See Wording."""
        return ", ".join(map(self.dimension, card.unchanged))

    def impact(self, card: Card) -> str:
        """See Wording."""
        said = [f"{count(o.now)} {OUTCOMES.get(o.kind, o.kind)} ({count(o.before)} in the same time before)" for o in card.impact]
        if rating := card.rating:
            before = (
                f"; before: {amount(rating.mean_before)}, {count(rating.answers_before)} answers"
                if rating.mean_before is not None
                else ""
            )
            said.append(
                f"satisfaction {amount(rating.mean)} of {amount(rating.scale_max)} ({count(rating.answers)} answers{before})"
            )
        return "; ".join(said)

    def owner(self, card: Card) -> str:
        """See Wording."""
        mostly = card.mostly_en or card.mostly_zh
        return f"{card.owner} (most of it is about “{mostly}”)" if mostly else card.owner

    def severity(self, card: Card) -> str:
        """See Wording."""
        return card.severity

    def spike(self, card: Card) -> str:
        """See Wording."""
        spike = card.transition
        about = f"topic {spike.topic}" if spike.kind in ("topic", "emergent") else spike.kind
        return f"{spike.spike_id} ({spike.transition}), {about}, tenant {spike.tenant}"

    def context(self, card: Card, clock: Clock) -> Sequence[str]:
        """See Wording."""
        return [f"{clock.day(c.start)} {CONTEXT.get(c.kind, c.kind)} “{c.title}”" for c in card.context]

    def moves(self, card: Card) -> Sequence[str]:
        """See Wording."""
        return card.moves_en or card.moves_zh or MOVES[card.transition.kind]

    def hint(self, spike_id: str, *, verdicts: bool, dashboard: bool) -> str:
        """See Wording."""
        said = [] if verdicts else [f"Say what it was worth: voc verdict {spike_id} useful (or known, noise, mute)"]
        return "; ".join([*said, *([] if dashboard else [f"more: voc explain {spike_id}"])])

    def _against(self, card: Card) -> str:
        return f"{count(card.transition.observed)} against {_amount(card.transition.expected)} expected"

    def _minutes(self, card: Card) -> tuple[int, int, int]:
        days, hours, minutes = length(card.transition.started, card.transition.updated)
        total = days * 1440 + hours * 60 + minutes + 1  # the last minute counts
        return total // 1440, total // 60 % 24, total % 60


def _amount(number: float) -> str:
    return amount(number).replace("<", "less than ")


def _false(number: float) -> str:
    written = budget(number)
    return f"{written} false alert" + ("" if written == "1" else "s")


def _long(days: int, hours: int, minutes: int) -> str:
    parts = [(days, "day"), (hours, "hour"), (minutes if not days else 0, "minute")]
    said = [f"{count(n)} {name}{'' if n == 1 else 's'}" for n, name in parts if n]
    return " ".join(said) or "less than a minute"
