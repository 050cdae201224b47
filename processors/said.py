"""A card in words: one language, one time zone, plain text. Every channel, page and file renders this and nothing else.

Nothing in it is escaped or made harmless for a format: that is the work of whoever renders it. Customers' words are redacted.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from processors.card import FEW, Card, Spread, parts, shown
from processors.chart import Chart, Point
from processors.wording import Language, Wording
from processors.wording.clock import Clock
from processors.wording.en import English
from processors.wording.zh import Chinese

__all__ = ["Chart", "Fact", "Language", "Link", "Links", "Point", "Said", "said"]

WORDINGS: Mapping[Language, Wording] = {"zh": Chinese(), "en": English()}
TITLE, LINE, QUOTE = 100, 300, 300
"""Characters, at most, of a title, of any other line, and of a quotation."""
VALUE = 60
"""Characters of a value, an id or a name within a line."""
QUOTES, MOVES, COINCIDENCES, LINKED = 5, 5, 3, 2000
"""At most: quotations, first moves, things that were done; characters of an address."""
SEVERITIES = ("low", "normal", "high")


class Fact(Struct, frozen=True):
    """One line of a card."""

    key: str
    """What it is, for code: size, odds, customers, share, since, trend, where, spread, elsewhere, unchanged, impact, owner,
    severity, spike."""
    name: str
    value: str


class Link(Struct, frozen=True):
    """Something to follow. Ours: never a customer's."""

    key: str
    """dashboard, verbatims; of verdicts: useful, known, noise, mute."""
    name: str
    url: str


class Links(Struct, frozen=True):
    """Where a card leads: addresses made elsewhere; an empty one is not shown."""

    dashboard: str = ""
    """The spike in Grafana."""
    verbatims: str = ""
    """Its customers' words there."""
    useful: str = ""
    known: str = ""
    noise: str = ""
    mute_day: str = ""
    """Nobody is told for 24 hours."""


class Said(Struct, frozen=True):
    """What is told of one transition. Texts are one line each, with no control or direction characters."""

    language: Language
    spike_id: str
    transition: str
    """opened, updated or closed."""
    severity: str
    """low, normal or high."""
    title: str
    """What it is about, in the customers' words or the taxonomy's, with the model if one carries it: 100 characters at most."""
    state: str
    """One word for the transition: new, still rising, over ..."""
    summary: str
    """One line for lists and lock screens: how many against how many expected, since when, where."""
    facts: tuple[Fact, ...]
    quotes_name: str
    quotes: tuple[str, ...]
    """Three to five, chosen to be different, of at most 300 characters; none of a silence."""
    odd_name: str
    odd: str
    """One that does not fit; may be empty."""
    context_name: str
    context: tuple[str, ...]
    """What was done in the days before, newest first."""
    moves_name: str
    moves: tuple[str, ...]
    """First moves."""
    links: tuple[Link, ...]
    verdicts_name: str
    verdicts: tuple[Link, ...]
    """Buttons; empty where no address is set: then `hint` says the command."""
    hint: str
    sql_name: str
    sql: str
    """The query that gives the number again."""
    chart: Chart
    tenant: str = ""
    topic: str = ""
    started: datetime | None = None
    opened: datetime | None = None
    at: datetime | None = None
    observed: int = 0
    expected: float = 0.0


NO_LINKS = Links()


def said(card: Card, *, language: Language, zone: tzinfo, links: Links = NO_LINKS) -> Said:
    """The card in words, times in `zone`. Any card has some: what is not known is left out, what is too long ends with "…"."""
    model = next((values["product_model"] for c in card.where if "product_model" in (values := parts(c))), "")
    card = _short(card)
    words, clock, spike = WORDINGS[language], Clock(zone), card.transition
    names = words.names
    label = _line(words.label(card), TITLE) or _line(spike.topic, TITLE) or spike.kind
    verdicts = [("useful", links.useful), ("known", links.known), ("noise", links.noise), ("mute", links.mute_day)]
    leads = [("dashboard", links.dashboard), ("verbatims", links.verbatims)]
    given = [Link(key, names[key], _address(url)) for key, url in verdicts if _address(url)]
    followed = [Link(key, names[key], _address(url)) for key, url in leads if _address(url)]
    silent = spike.kind == "silence"
    quotes = [] if silent else [quote for text in card.verbatims if (quote := _line(text, QUOTE))][:QUOTES]
    odd = "" if silent else _line(card.odd, QUOTE)
    hint = words.hint(spike.spike_id, verdicts=bool(given), dashboard=bool(followed))
    chart = card.chart or Chart(1, (), spike.started)
    return Said(
        language=language,
        spike_id=spike.spike_id,
        transition=spike.transition,
        severity=card.severity if card.severity in SEVERITIES else "normal",
        title=_title(card, words, label, _line(model, 40)),
        state=_line(words.state(card), LINE),
        summary=_line(words.summary(card, clock, _leading(card)), LINE),
        facts=tuple(
            Fact(key, _line(name, TITLE), line) for key, name, value in _facts(card, words, clock) if (line := _line(value, LINE))
        ),
        quotes_name=names["quotes"],
        quotes=tuple(quotes),
        odd_name=names["odd"],
        odd="" if odd in quotes else odd,
        context_name=names["context"],
        context=tuple(_line(done, LINE) for done in words.context(card, clock))[:COINCIDENCES],
        moves_name=names["moves"],
        moves=tuple(move for each in words.moves(card) if (move := _line(each, LINE)))[:MOVES],
        links=tuple(followed),
        verdicts_name=names["verdicts"],
        verdicts=tuple(given),
        hint=_line(hint, LINE),
        sql_name=names["sql"],
        sql="".join(character for character in card.sql if character.isprintable()),
        chart=Chart(chart.minutes, chart.points, chart.onset, label),
        tenant=spike.tenant,
        topic=spike.topic,
        started=spike.started,
        opened=spike.opened,
        at=spike.at,
        observed=spike.observed,
        expected=spike.expected,
    )


def _facts(card: Card, words: Wording, clock: Clock) -> Iterator[tuple[str, str, str]]:
    """Key, name and value of every line; those without a value are left out."""
    names = words.names
    yield "size", names["size"], words.size(card)
    yield "odds", names["odds"], words.odds(card)
    yield "customers", names["customers"], words.customers(card)
    yield "share", names["share"], words.part(card)
    yield "since", names["since"], words.since(card, clock)
    yield "trend", names["trend"], words.trend(card)
    if card.transition.kind != "silence" and not card.where:
        known = max((sum(count for _, count in spread.values) for spread in card.spread), default=0)
        yield "where", names["where"], words.everywhere if known >= FEW else words.too_few
    spreads = {spread.dimension: spread.values for spread in card.spread}
    carrying = {contributor.dimension for contributor in card.where}
    for dimension in shown(card):
        name = words.dimension(dimension)
        name = name[:1].upper() + name[1:]
        if dimension in carrying:
            yield "where", name, words.carried(card, dimension)
        else:
            yield "spread", name, words.spread(spreads.get(dimension, ()), dimension)
    yield "elsewhere", names["elsewhere"], words.elsewhere(card)
    yield "unchanged", names["unchanged"], words.unchanged(card)
    yield "impact", names["impact"], words.impact(card)
    yield "owner", names["owner"], words.owner(card)
    yield "severity", names["severity"], words.severity(card)
    yield "spike", names["spike"], words.spike(card)


def _short(card: Card) -> Card:
    """The same with names, values and titles that leave room for the rest of a line."""
    spike = replace(
        card.transition,
        spike_id=_line(card.transition.spike_id, 40),
        tenant=_line(card.transition.tenant, VALUE),
        topic=_line(card.transition.topic, VALUE),
    )
    return replace(
        card,
        transition=spike,
        owner=_line(card.owner, TITLE),
        mostly_zh=_line(card.mostly_zh, VALUE),
        mostly_en=_line(card.mostly_en, VALUE),
        where=[replace(c, value=_line(c.value, VALUE)) for c in card.where],
        spread=[Spread(s.dimension, tuple((_line(v, VALUE // 2), n) for v, n in s.values)) for s in card.spread],
        elsewhere=[replace(e, value=_line(e.value, VALUE)) for e in card.elsewhere],
        context=[replace(c, kind=_line(c.kind, VALUE), title=_line(c.title, TITLE)) for c in card.context],
    )


def _title(card: Card, words: Wording, label: str, model: str) -> str:
    """What it is about, shortened so that what follows the label still stands there."""
    title = _line(words.title(card, label, model), TITLE + 1)
    if len(title) > TITLE:
        label = _line(label, max(len(label) - (len(_line(words.title(card, label, model), 10 * TITLE)) - TITLE), 1))
        title = _line(words.title(card, label, model), TITLE)
    return title


def _leading(card: Card) -> str:
    """What carries most of it; empty if nothing does."""
    return _line(card.where[0].value, 60) if card.where else ""


def _line(text: str, longest: int) -> str:
    """One line without control or direction characters; what is too long ends with "…"."""
    visible = "".join(character for character in text[: 20 * longest] if character.isprintable() or character.isspace())
    line = " ".join(visible.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _address(url: str) -> str:
    """An address that may stand in a card: http or https, of printable characters without spaces; else none."""
    fine = url.startswith(("http://", "https://")) and url.isprintable() and " " not in url and len(url) <= LINKED
    return url if fine else ""
