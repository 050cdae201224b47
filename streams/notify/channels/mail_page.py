"""What a mail says: plain text, and HTML that every mail client draws: tables, colours written out, no images, no scripts.

Jinja escapes everything; addresses within words are broken, because mail clients make links of them by themselves.
"""

from collections.abc import Sequence
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from processors.said import Chart, Said
from streams.notify import fit
from streams.notify.inert import unlinked

HEIGHT = 72
"""Pixels of the highest bar."""
_COLOURS = {"high": "#c62828", "normal": "#ef6c00", "low": "#1565c0"}
_CLOSED = "#2e7d32"

_environment = Environment(loader=PackageLoader("streams.notify"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
_environment.filters["still"] = lambda text: Markup.escape(unlinked(text))
_card = _environment.get_template("mail_card.html.j2")
_digest = _environment.get_template("mail_digest.html.j2")


class Bar(NamedTuple):
    """Heights in pixels: of what is more than usual, and of the rest."""

    above: int
    within: int


def card(said: Said) -> tuple[str, str]:
    """Text and HTML of one card."""
    page = _card.render(
        said=said,
        title=fit.titled(said),
        language=said.language,
        colour=_CLOSED if said.transition == "closed" else _COLOURS.get(said.severity, _COLOURS["normal"]),
        chart=columns(said.chart),
        height=HEIGHT,
        blocks=fit.blocks(said),
    )
    return text(said), page


def digest(head: str, lines: Sequence[fit.Line], language: str) -> tuple[str, str]:
    """Text and HTML of several."""
    colour = _COLOURS.get(lines[0].severity, _COLOURS["normal"])
    page = _digest.render(title=head, lines=lines, language=language, colour=colour)
    return "\n".join([head, "", *map(line, lines)]) + "\n", page


def text(said: Said, *, titled: bool = True) -> str:
    """A card in plain text, for mail clients and for services that show nothing else."""
    blocks = [unlinked(fit.titled(said))] if titled else []
    blocks.append(unlinked(said.summary))
    blocks.append("\n".join(f"{unlinked(fact.name)}: {unlinked(fact.value)}" for fact in said.facts))
    if chart := fit.bars(said.chart):
        blocks.append(f"{unlinked(said.chart.name)} {chart}".strip())
    for name, texts, quoted in fit.blocks(said):
        listed = [f"“{unlinked(one)}”" if quoted else f"- {unlinked(one)}" for one in texts]
        blocks.append("\n".join([unlinked(name), *listed]).strip())
    blocks.append("\n".join(f"{unlinked(link.name)}: {link.url}" for link in said.links))
    if said.verdicts:
        given = (f"{unlinked(link.name)}: {link.url}" for link in said.verdicts)
        blocks.append("\n".join([unlinked(said.verdicts_name), *given]).strip())
    if said.sql:
        blocks.append(f"{unlinked(said.sql_name)}\n{unlinked(said.sql)}".strip())
    blocks += [unlinked(said.hint), unlinked(said.spike_id)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def line(one: fit.Line) -> str:
    """One line of a digest in plain text."""
    said = unlinked(" · ".join(part for part in (one.state, one.title, one.summary) if part))
    return f"- {said} {one.link.url}" if one.link else f"- {said}"


def columns(chart: Chart) -> list[Bar]:
    """The bars of a chart, at most 48; empty where there is nothing to draw."""
    groups = fit.grouped(list(range(len(chart.points))))
    pairs = []
    for group in groups:
        points = [chart.points[index] for index in group]
        observed = sum(max(point.observed, 0) for point in points)
        usual = sum(point.observed if point.high is None else min(point.observed, point.high) for point in points)
        pairs.append((observed, min(max(usual, 0), observed)))
    top = max((observed for observed, _ in pairs), default=0)
    if not top:
        return []
    bars = []
    for observed, usual in pairs:
        whole = max(round(HEIGHT * observed / top), 1 if observed else 0)
        above = min(round(HEIGHT * (observed - usual) / top), whole)
        bars.append(Bar(above, whole - above))
    return bars
