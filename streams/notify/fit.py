"""A card, and a digest of several, at the size that a channel takes: what is cut first, and that nothing is left out. Pure.

Every channel renders the versions of a card, longest first, and takes the first that fits. What is cut: quotes, then lists,
then the query, and last everything else, each with an ellipsis.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from processors.said import Chart, Fact, Link, Said
from streams.notify.inert import address, cut, plain

Message = TypeVar("Message")
SEVERITIES = ("high", "normal", "low")
STATES = ("opened", "updated", "closed")


class _Room(NamedTuple):
    """How much of what there is room for: numbers of things, and characters of each."""

    quotes: int = 6
    quote: int = 320
    items: int = 8
    item: int = 200
    sql: int = 3000
    facts: int = 24
    fact: int = 400
    title: int = 120
    text: int = 400
    name: int = 60
    links: int = 6
    urls: int = 12_000
    points: int = 400


_ROOMS = (
    _Room(),
    _Room(quote=160),
    _Room(quote=80),
    _Room(quotes=3, quote=80),
    _Room(quotes=3, quote=80, items=5, item=100),
    _Room(quotes=3, quote=80, items=2, item=60, points=96),
    _Room(quotes=3, quote=80, items=2, item=60, sql=600, points=48),
    _Room(quotes=2, quote=80, items=2, item=60, sql=0, points=48),
    _Room(quotes=2, quote=60, items=2, item=60, sql=0, fact=160, text=200, points=48),
    _Room(quotes=1, quote=60, items=1, item=60, sql=0, facts=14, fact=80, title=100, text=160, name=30, urls=3000, points=48),
    _Room(quotes=0, items=0, sql=0, facts=8, fact=60, title=80, text=120, name=24, urls=1500, points=0),
    _Room(quotes=0, items=0, sql=0, facts=4, fact=40, title=60, text=80, name=16, urls=800, points=0),
)
BARS = "▁▂▃▄▅▆▇█"
WIDTH = 48
"""Bars of a chart that is drawn in text."""
LINE = 600
"""Characters of one line of a digest: title and summary, which are shorter."""


def versions(said: Said) -> Iterator[Said]:
    """The card in plain lines, then the same with ever less of it. Texts are plain and addresses harmless; nothing is escaped."""
    whole = _plain(said)
    for room in _ROOMS:
        yield _cut(whole, room)


def first(said: Said, render: Callable[[Said], Message], fits: Callable[[Message], bool]) -> Message:
    """The longest version that fits; the shortest if none does. Few are rendered: each is shorter than the one before."""
    shorter = versions(said)
    rendered = render(next(shorter))
    if fits(rendered):
        return rendered
    rest = list(shorter)
    return render(rest[min(bisect_left(rest, True, key=lambda version: fits(render(version))), len(rest) - 1)])


class Block(NamedTuple):
    """Texts under a heading."""

    name: str
    texts: tuple[str, ...]
    quoted: bool
    """Customers' words; else a list."""


def blocks(said: Said) -> list[Block]:
    """The texts of a card, in their order; those that there are."""
    found = (
        Block(said.quotes_name, said.quotes, True),
        Block(said.odd_name, (said.odd,) if said.odd else (), True),
        Block(said.context_name, said.context, False),
        Block(said.moves_name, said.moves, False),
    )
    return [block for block in found if block.texts]


def titled(said: Said) -> str:
    """The title, with the state before it."""
    return f"{said.state} · {said.title}" if said.state else said.title


class Line(NamedTuple):
    """What a digest says of one card, in plain text."""

    severity: str
    state: str
    title: str
    summary: str
    link: Link | None
    """To the dashboard."""


def lines(said: Sequence[Said]) -> list[Line]:
    """One a card, the most severe first, else in their order."""
    return [_line(one) for one in ordered(said)]


def ordered(said: Sequence[Said]) -> list[Said]:
    """The most severe first, else as they were."""
    return sorted(said, key=lambda one: SEVERITIES.index(one.severity) if one.severity in SEVERITIES else 1)


def headline(said: Sequence[Said]) -> str:
    """How many: the first line of a digest."""
    counted = {severity: sum(one.severity == severity for one in said) for severity in SEVERITIES}
    if said and said[0].language == "zh":
        names = {"high": "严重", "normal": "一般", "low": "轻微"}
        return f"{len(said)} 条消息：" + "，".join(f"{names[key]} {count}" for key, count in counted.items() if count)
    return f"{len(said)} messages: " + ", ".join(f"{count} {key}" for key, count in counted.items() if count)


def parts(whole: str, part: int, of: int) -> str:
    """A headline with the part it heads, if there are several."""
    return whole if of == 1 else f"{whole} ({part}/{of})"


def packed(
    lines_: Sequence[Line], render: Callable[[Sequence[Line], int, int], Message], fits: Callable[[Message], bool], most: int
) -> list[Message]:
    """As many messages as it takes, each with as many lines as fit, at most `most`; every line is in one of them.

    `render` is given lines, the number of the part, and how many parts there are (while they are counted: 99).
    """
    groups: list[list[Line]] = []
    rest = list(lines_)
    while rest:
        low, high = 1, min(most, len(rest))
        while low < high:
            middle = (low + high + 1) // 2
            if fits(render(rest[:middle], 99, 99)):
                low = middle
            else:
                high = middle - 1
        groups.append(rest[:low])
        rest = rest[low:]
    return [render(group, part, len(groups)) for part, group in enumerate(groups, 1)]


def bars(chart: Chart) -> str:
    """A chart in one line of text, at most 48 bars; empty without points."""
    values = [sum(group) for group in grouped([max(point.observed, 0) for point in chart.points])]
    top = max(values, default=0)
    return "".join(BARS[min(value * len(BARS) // (top + 1), len(BARS) - 1)] for value in values) if top else ""


def grouped(values: Sequence[int], width: int = WIDTH) -> list[Sequence[int]]:
    """At most `width` groups of neighbours, the last the newest, all but the first of the same size."""
    size = -(-len(values) // width)
    starts = range(len(values), 0, -size) if size else ()
    return [values[max(end - size, 0) : end] for end in starts][::-1]


def _line(said: Said) -> Line:
    link = next((one for one in said.links if one.key == "dashboard" and address(one.url)), None)
    link = link or next((one for one in said.links if address(one.url)), None)
    shown = Link(link.key, plain(link.name, 40) or "→", address(link.url)) if link else None
    return Line(said.severity, plain(said.state, 40), plain(said.title, 120), plain(said.summary, 320), shown)


def _plain(said: Said) -> Said:
    most = _ROOMS[0]
    return replace(
        said,
        spike_id=plain(said.spike_id, most.name),
        title=plain(said.title, most.title) or "?",
        state=plain(said.state, most.name),
        summary=plain(said.summary, most.text),
        facts=tuple(
            Fact(plain(fact.key, most.name), plain(fact.name, most.name), plain(fact.value, most.fact))
            for fact in said.facts[: most.facts]
        ),
        quotes_name=plain(said.quotes_name, most.name),
        quotes=_texts(said.quotes, most.quotes, most.quote),
        odd_name=plain(said.odd_name, most.name),
        odd=plain(said.odd, most.quote),
        context_name=plain(said.context_name, most.name),
        context=_texts(said.context, most.items, most.item),
        moves_name=plain(said.moves_name, most.name),
        moves=_texts(said.moves, most.items, most.item),
        links=_links(said.links, most.links),
        verdicts_name=plain(said.verdicts_name, most.name),
        verdicts=_links(said.verdicts, most.links),
        hint=plain(said.hint, most.text),
        sql_name=plain(said.sql_name, most.name),
        sql=plain(said.sql, most.sql),
        chart=replace(said.chart, name=plain(said.chart.name, most.name)),
        tenant=plain(said.tenant, most.item),
        topic=plain(said.topic, most.item),
        transition=plain(said.transition, most.name),
        severity=plain(said.severity, most.name),
    )


def _cut(said: Said, room: _Room) -> Said:
    """Less of a plain card."""
    links, left = _affordable(said.links, room.urls, room.name)
    verdicts, _ = _affordable(said.verdicts, left, room.name)
    return replace(
        said,
        title=cut(said.title, room.title),
        state=cut(said.state, room.name),
        summary=cut(said.summary, room.text),
        facts=tuple(Fact(fact.key, cut(fact.name, room.name), cut(fact.value, room.fact)) for fact in said.facts[: room.facts]),
        quotes=tuple(cut(quote, room.quote) for quote in said.quotes[: room.quotes]),
        odd=cut(said.odd, room.quote) if room.quotes else "",
        context=tuple(cut(text, room.item) for text in said.context[: room.items]),
        moves=tuple(cut(text, room.item) for text in said.moves[: room.items]),
        links=links,
        verdicts=verdicts,
        hint=cut(said.hint, room.text),
        sql=cut(said.sql, room.sql),
        chart=replace(said.chart, points=said.chart.points[-room.points :] if room.points else ()),
        quotes_name=cut(said.quotes_name, room.name),
        odd_name=cut(said.odd_name, room.name),
        context_name=cut(said.context_name, room.name),
        moves_name=cut(said.moves_name, room.name),
        verdicts_name=cut(said.verdicts_name, room.name),
        sql_name=cut(said.sql_name, room.name),
        spike_id=cut(said.spike_id, room.name + 16),
    )


def _texts(texts: Sequence[str], number: int, most: int) -> tuple[str, ...]:
    return tuple(shown for text in texts[:number] if (shown := plain(text, most)))


def _links(links: Sequence[Link], number: int) -> tuple[Link, ...]:
    return tuple(
        Link(plain(link.key, 20), plain(link.name, 60) or "→", url) for link in links[:number] if (url := address(link.url))
    )


def _affordable(links: Sequence[Link], room: int, name: int) -> tuple[tuple[Link, ...], int]:
    """As many of the first as there is room for, in characters of their addresses, and what room is left."""
    taken: list[Link] = []
    for link in links:
        if len(link.url) <= room:
            room -= len(link.url)
            taken.append(Link(link.key, cut(link.name, name), link.url))
    return tuple(taken), room
