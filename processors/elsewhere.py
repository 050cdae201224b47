"""Where a spike is not: values of the leading dimension at which everything is as always. Pure."""

from collections.abc import Iterable

from scipy.special import pdtr

from processors.attribution import Alike
from processors.card import AND, DIMENSIONS, Elsewhere
from schemas.spikes import Contributor

AT_MOST = 3
"""Values that are named, those first at which most was to be seen."""
ALIVE = 10
"""Contacts of any topic now that a value must have: of a shop that is closed it cannot be said that it is not affected."""
PRIOR = 5.0
"""Contacts' worth of belief that the topic is spread as all other contacts are."""
BE_SEEN = 0.01
"""Chance of so few contacts, if even half of the spike's excess were spread as usual, below which it would have been seen."""


def elsewhere(
    groups: Iterable[Alike], where: list[Contributor], observed: int, expected: float, *, complete: bool = True
) -> list[Elsewhere]:
    """Values of the dimension of the first of `where` of which it can be said that they are not affected.

    A value is named only if all of this holds:
    1. no contributor has it, and at least ALIVE contacts of any topic came from it in the episode;
    2. no more was observed there than usual: `expected` times its usual share, and twice the square root of that on top;
    3. it would have shown: had only half of the excess been spread as usual, so few contacts would come once in a hundred times.
    Its usual share is that of the topic before, of all other contacts where little is known of the topic. Anything that is not
    sure is not named. Counts of a sample (not `complete`) are scaled to `observed`.
    """
    if not where or observed <= expected:
        return []
    dimension = where[0].dimension.split(AND)[0]
    if dimension not in DIMENSIONS:
        return []
    place = list(DIMENSIONS).index(dimension)
    affected = {value for c in where for value in c.value.split(AND)} | {c.value for c in where}
    mine: dict[str, int] = {}
    before: dict[str, int] = {}
    others: dict[str, int] = {}
    now: dict[str, int] = {}
    for group in groups:
        value = group.values[place]
        counted = (mine if group.now else before) if group.mine else others
        counted[value] = counted.get(value, 0) + group.count
        if group.now:
            now[value] = now.get(value, 0) + group.count
    total, total_before, total_others = sum(mine.values()), sum(before.values()), sum(others.values())
    scale = 1.0 if complete or not total else observed / total
    found = []
    for value in now:
        if not value or value in affected or now[value] < ALIVE:
            continue
        traffic = others.get(value, 0) / total_others if total_others else 0.0
        prior = PRIOR if total_others else 0.0
        if not total_before + prior:
            continue
        usual = (before.get(value, 0) + prior * traffic) / (total_before + prior)
        here = round(scale * mine.get(value, 0))
        quiet, half = max(expected, 0.0) * usual, (max(expected, 0.0) + (observed - expected) / 2) * usual
        if here <= quiet + 2 * quiet**0.5 and pdtr(here, half) <= BE_SEEN:
            found.append((half, Elsewhere(dimension, value, here, quiet)))
    return [each for _, each in sorted(found, key=lambda pair: (-pair[0], pair[1].value))[:AT_MOST]]
