"""The pictures of docs/detection.md, as SVG: an expected band with a spike, the budget kept, detection by factor.

python -m benchmarks.pictures DIR [FIGURES.json]      FIGURES: what benchmarks.detect --json wrote; without it, the band only
"""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from processors.series import Series, SeriesConfig

WIDTH, HEIGHT = 760, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 40, 46
INK, GREY, BAND, ALERT = "#24292f", "#8b949e", "#cfe3f7", "#cf222e"
COLOURS = ("#0969da", "#1a7f37", "#9a6700", "#8250df", "#bf3989", "#57606a")
Point = tuple[float, float]


class Chart:
    """One picture: axes, then lines, areas, points and bars in the units of the data."""

    def __init__(self, title: str, x: tuple[float, float], y: tuple[float, float], *, log: bool = False) -> None:
        self.x, self.y, self.log = x, y, log
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        ]
        self.text(title, LEFT, 20, size=14)

    def _place(self, at: float, span: tuple[float, float]) -> float:
        first, last = span
        if self.log:
            at, first, last = (math.log10(value) for value in (at, first, last))
        return (at - first) / (last - first)

    def at(self, x: float, y: float) -> Point:
        """Where a point of the data lies on the picture."""
        across, up = self._place(x, self.x), self._place(y, self.y)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def text(self, words: str, x: float, y: float, *, size: int = 12, anchor: str = "start", colour: str = INK) -> None:
        """Words at a place of the picture."""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
        )

    def axes(self, across: Iterable[tuple[float, str]], up: Iterable[tuple[float, str]]) -> None:
        """Marks with their words, and thin lines from those on the left."""
        for value, words in up:
            x, y = self.at(self.x[0], value)
            self._line([(x, y), (WIDTH - RIGHT, y)], "#eaeef2", 1)
            self.text(words, x - 6, y + 4, anchor="end", colour=GREY)
        for value, words in across:
            x, y = self.at(value, self.y[0])
            self.text(words, x, y + 18, anchor="middle", colour=GREY)

    def line(self, points: Iterable[Point], colour: str, width: float = 1.5, dash: str = "") -> None:
        """A line through points of the data."""
        self._line([self.at(*point) for point in points], colour, width, dash)

    def _line(self, places: Sequence[Point], colour: str, width: float, dash: str = "") -> None:
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>')

    def area(self, low: Sequence[Point], high: Sequence[Point], colour: str) -> None:
        """What lies between two lines."""
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*point) for point in [*low, *reversed(high)]))
        self.parts.append(f'<polygon points="{drawn}" fill="{colour}"/>')

    def dot(self, x: float, y: float, colour: str, size: float = 4) -> None:
        """A point."""
        across, up = self.at(x, y)
        self.parts.append(f'<circle cx="{across:.1f}" cy="{up:.1f}" r="{size}" fill="{colour}"/>')

    def save(self, path: Path) -> None:
        """Write the picture."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*self.parts, "</svg>"]) + "\n", encoding="utf-8")


def band(path: Path) -> None:
    """Three days of a made-up topic, every five minutes: what was expected, where 19 of 20 lie, and one evening that did not."""
    random, rows, day = np.random.default_rng(7), 17 * 288, 288
    hour = np.arange(rows) % day / 12
    mean = 12 * (0.3 + np.exp(-0.5 * ((hour - 11) / 2) ** 2) + np.exp(-0.5 * ((hour - 20) / 1.8) ** 2))
    burst = slice(16 * day + 15 * 12, 16 * day + 17 * 12)
    mean[burst] *= 4
    counts = random.poisson(mean * random.gamma(30, 1 / 30, rows))
    config = SeriesConfig()
    series, threshold = Series(config), config.threshold(1 / 7)
    readings = [series.step(1_772_409_600_000 + i * 300_000, float(count), threshold) for i, count in enumerate(counts)]
    first = 14 * day
    shown = range(first, rows)
    chart = Chart("Messages about one topic, every five minutes", (0, 3), (0, float(counts[first:].max()) * 1.1))
    days = ((0.5, "Monday"), (1.5, "Tuesday"), (2.5, "Wednesday"))
    chart.axes(days, [(float(y), str(y)) for y in range(0, int(counts[first:].max()) + 1, 20)])
    x = [(i - first) / day for i in shown]
    chart.area(
        [(a, readings[i].low) for a, i in zip(x, shown, strict=True)],
        [(a, readings[i].high) for a, i in zip(x, shown, strict=True)],
        BAND,
    )
    chart.line([(a, float(counts[i])) for a, i in zip(x, shown, strict=True)], INK, 0.8)
    chart.line([(a, readings[i].expected) for a, i in zip(x, shown, strict=True)], COLOURS[0], 2)
    alerts = [i for i in shown if readings[i].alert]
    for i in alerts:
        chart.dot((i - first) / day, float(counts[i]), ALERT, 5)
    late = 5 * (alerts[0] - burst.start + 1) if alerts else 0
    chart.text("expected", LEFT + 4, TOP + 10, colour=COLOURS[0])
    chart.text("19 of 20 ordinary counts lie in the band", LEFT + 70, TOP + 10, colour=GREY)
    chart.text(f"alert, {late} minutes into four times as many", LEFT + 330, TOP + 10, colour=ALERT)
    chart.save(path)


def kept(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """False alerts that came about against those that were allowed, with their 95 % intervals."""
    days = rows[0]["topic_days"]
    chart = Chart(f"False alerts per 1,000 topics a day, {days:,.0f} topic-days", (0.5, 50), (0.3, 50), log=True)
    marks = [(value, f"{value:g}") for value in (1.0, 5.0, 20.0)]
    chart.axes([(value, f"allowed: {words}") for value, words in marks], marks)
    chart.line([(0.5, 0.5), (50, 50)], GREY, 1)
    for factor in (1 / 1.5, 1.5):
        chart.line([(0.5, 0.5 * factor), (50 / max(factor, 1), 50 * min(factor, 1))], GREY, 1, "4 4")
    for row in rows:
        colour, shift = (COLOURS[0], 0.97) if row["promotions"] else (COLOURS[2], 1.03)
        x = row["budget"] * shift
        chart.line([(x, max(row["low"], 0.3)), (x, row["high"])], colour, 2)
        chart.dot(x, max(row["realised"], 0.3), colour)
    chart.text("weeks with promotions", LEFT + 4, TOP + 10, colour=COLOURS[0])
    chart.text("without", LEFT + 160, TOP + 10, colour=COLOURS[2])
    chart.text("dashed: one and a half times more or less", LEFT + 224, TOP + 10, colour=GREY)
    chart.save(path)


def factors(path: Path, rows: Sequence[dict[str, Any]], budget: float = 5.0) -> None:
    """Share of episodes found by how strong they were, in weeks with promotions."""
    steps = (1.5, 2.0, 3.0, 5.0, 10.0)
    mine = [row for row in rows if row["budget"] == budget and row["promotions"] and not row.get("few")]
    names = list(dict.fromkeys(row["detector"] for row in mine))
    chart = Chart(
        f"Episodes found, %, at {budget:g} false alerts per 1,000 topics a day, weeks with promotions", (0, 4.9), (0, 100)
    )
    chart.axes([(i, f"×{step:g}") for i, step in enumerate(steps)], [(float(y), f"{y}") for y in range(0, 101, 25)])
    ends = []
    for name, colour in zip(names, (GREY, *COLOURS), strict=False):
        found = [[row[f"x{step:g}"] for row in mine if row["detector"] == name] for step in steps]
        means = [sum(values) / len(values) for values in found]
        chart.line(
            [(i, value) for i, value in enumerate(means)],
            colour,
            3 if name == "groundswell" else 1.5,
            "4 4" if "oracle" in name else "",
        )
        ends.append((means[-1], name, colour))
    height = 200.0
    for value, name, colour in sorted(ends, reverse=True):
        height = min(value, height - 6)
        x, y = chart.at(4.05, height)
        chart.text("knows the truth" if name == "oracle_lr" else name, x, y + 4, colour=colour, size=11)
    chart.save(path)


def draw(directory: Path, figures: dict[str, Any]) -> None:
    """Draw what there are figures for."""
    band(directory / "band.svg")
    if isinstance(figures.get("budget"), list):
        kept(directory / "budget.svg", figures["budget"])
    if "rows" in figures.get("spike", {}):
        factors(directory / "factors.svg", figures["spike"]["rows"])


def main() -> None:
    """Draw from the figures that were written."""
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    figures = json.loads(Path(sys.argv[2]).read_text("utf-8")) if len(sys.argv) == 3 else {}
    draw(Path(sys.argv[1]), figures)


if __name__ == "__main__":
    main()
