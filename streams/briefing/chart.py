"""Charts as inline SVG that stretch with the page: shapes only, no text in them, so that labels stay readable on a phone. Pure.

What is drawn: the observed as bars, the range that is normal as an area, the expected as a dashed line, the onset as an upright
line. Colours come from the page's style; no meaning rests on them alone.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

HEIGHT = 100
"""Units; a chart is as many wide as it has intervals, times ten."""
WIDE = 10


class Plot(NamedTuple):
    """What is drawn, interval by interval; None where nothing is known."""

    bars: Sequence[int]
    line: Sequence[float | None] = ()
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    onset: float | None = None
    """Where the upright line stands, in intervals from the left."""

    @property
    def top(self) -> float:
        """The upper end of the axis, a round number."""
        return nice(max([1.0, *self.bars, *(v for v in (*self.line, *self.high) if v is not None)]))


def nice(value: float) -> float:
    """The next of 1, 2, 4, 6, 8 times a power of ten that is not below: its half is a whole number, from 2 on."""
    if value <= 2:
        return 2.0
    power = float(10 ** math.floor(math.log10(value)))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)


def svg(plot: Plot, *, name: str, title: str, description: str) -> Markup:
    """The chart; `name` is an id that nothing else on the page has."""
    width, top = WIDE * len(plot.bars), plot.top
    shapes = [
        _area(plot, top),
        _bars(plot.bars, top),
        _line(plot.line, top),
        Markup('<path class="onset" d="M{x} 0V{h}"/>').format(x=_short(plot.onset * WIDE), h=HEIGHT)
        if plot.onset is not None
        else Markup(),
    ]
    return Markup(
        '<svg viewBox="0 0 {w} {h}" preserveAspectRatio="none" role="img" aria-labelledby="{n}-t {n}-d">'
        '<title id="{n}-t">{t}</title><desc id="{n}-d">{d}</desc>'
        '<path class="grid" d="M0 0H{w}M0 {m}H{w}M0 {h}H{w}"/>{s}</svg>'
    ).format(w=width, h=HEIGHT, m=HEIGHT // 2, n=name, t=title, d=description, s=Markup().join(shapes))


def spark(before: Sequence[int], now: Sequence[int]) -> Markup:
    """A row of small bars, those of the span before paler; the numbers stand beside it, so it is hidden from screen readers."""
    top, gap = max([1, *before, *now]), 6
    old = [_bar(n * WIDE, count, top) for n, count in enumerate(before)]
    new = [_bar((len(before) + n) * WIDE + gap, count, top) for n, count in enumerate(now)]
    return Markup(
        '<svg class="spark" viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="bars old" d="{o}"/><path class="bars" d="{n}"/></svg>'
    ).format(w=WIDE * (len(before) + len(now)) + gap, h=HEIGHT, o="".join(old), n="".join(new))


def _bars(counts: Sequence[int], top: float) -> Markup:
    drawn = "".join(_bar(n * WIDE, count, top) for n, count in enumerate(counts) if count > 0)
    return Markup('<path class="bars" d="{}"/>').format(drawn)


def _bar(x: float, count: int, top: float) -> str:
    height = max(count, 0) / top * HEIGHT
    return f"M{_short(x + 1)} {HEIGHT}v-{_short(height)}h{WIDE - 2}v{_short(height)}z" if height else ""


def _area(plot: Plot, top: float) -> Markup:
    """One shape for each stretch in which the range is known: a step an interval."""
    found = []
    for first, last in _stretches(plot.high):
        upper = "".join(f"V{_y(plot.high[n], top)}H{(n + 1) * WIDE}" for n in range(first, last))
        lower = "".join(f"V{_y(plot.low[n], top)}H{n * WIDE}" for n in range(last - 1, first - 1, -1))
        found.append(f"M{first * WIDE} {_y(plot.low[first], top)}{upper}{lower}z")
    return Markup('<path class="band" d="{}"/>').format("".join(found)) if found else Markup()


def _line(values: Sequence[float | None], top: float) -> Markup:
    found = []
    for first, last in _stretches(values):
        steps = "".join(f"V{_y(values[n], top)}H{(n + 1) * WIDE}" for n in range(first, last))
        found.append(f"M{first * WIDE} {_y(values[first], top)}{steps}")
    return Markup('<path class="halo" d="{d}"/><path class="line" d="{d}"/>').format(d="".join(found)) if found else Markup()


def _stretches(values: Sequence[float | None]) -> list[tuple[int, int]]:
    """From where to before where values are known without a break."""
    found: list[tuple[int, int]] = []
    for n, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][1] == n:
            found[-1] = (found[-1][0], n + 1)
        else:
            found.append((n, n + 1))
    return found


def _y(value: float | None, top: float) -> str:
    return _short(HEIGHT - min(max(value or 0.0, 0.0), top) / top * HEIGHT)


def _short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
