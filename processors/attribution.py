"""Feedback in windows, as counts of what is alike, becomes what a card says of where a spike is. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from processors.card import AND, DIMENSIONS, Spread
from processors.explain import Columns, explain
from schemas.spikes import Contributor


class Alike(Struct, frozen=True, gc=False):
    """Feedback that is alike: in the episode or before it, the spike's own or other, its values by `DIMENSIONS` ("": not
    known), and how many."""

    now: bool
    mine: bool
    values: tuple[str, ...]
    count: int


class Attribution(NamedTuple):
    """What is said of where a spike is."""

    where: list[Contributor]
    spread: list[Spread]
    unchanged: list[str]


def attribute(
    groups: Iterable[Alike], observed: int, expected: float, *, complete: bool = True, apart: Collection[str] = ()
) -> Attribution:
    """Who carries the excess of `observed` over `expected`, how the spike is spread, and which dimensions are spread as always.

    A pair of values is one contributor, whose names are joined by " × ". Empty values never explain anything, and where there is
    no excess nothing carries it. `complete`: the groups hold all of the spike's feedback; else they are a sample of it, and
    counts are scaled to `observed`. Dimensions `apart` are shown and explain nothing.
    """
    listed = [group for group in groups if group.count > 0]
    total = sum(group.count for group in listed if group.now and group.mine)
    scale = 1.0 if complete or not total else observed / total
    spread = [_spread(listed, n, dimension, scale) for n, dimension in enumerate(DIMENSIONS)]
    if not total:
        return Attribution([], spread, [])
    names = [sorted({group.values[n] for group in listed} - {""}) for n in range(len(DIMENSIONS))]
    now, base = (_columns([g for g in listed if g.mine and g.now is side], names, apart) for side in (True, False))
    now_all, base_all = (_columns([g for g in listed if g.now is side], names, apart) for side in (True, False))
    part = min(max(expected, 0.0) / observed, 1.0) if observed > 0 else 1.0
    explained = explain(base, now, base_all, now_all, expected=part)
    where = []
    for found in explained.explanations if part < 1 else ():
        values = [names[list(DIMENSIONS).index(dimension)][code] for dimension, code in found.values]
        here = round(scale * found.observed)
        usual = expected * found.usual
        where.append(
            Contributor(
                AND.join(dimension for dimension, _ in found.values),
                AND.join(values),
                here,
                usual,
                (here - usual) / (observed - expected),
            )
        )
    return Attribution(where, spread, explained.unchanged)


def _columns(groups: Sequence[Alike], names: Sequence[Sequence[str]], apart: Collection[str]) -> Columns:
    counts = np.array([group.count for group in groups], dtype=np.int64)
    columns = {}
    for n, dimension in enumerate(DIMENSIONS):
        if dimension in apart:
            continue
        code = {value: number for number, value in enumerate(names[n])}
        codes = np.array([code.get(group.values[n], -1) for group in groups], dtype=np.int64)
        columns[dimension] = np.repeat(codes, counts)
    return columns


def _spread(groups: Sequence[Alike], n: int, dimension: str, scale: float) -> Spread:
    counted: Counter[str] = Counter()
    for group in groups:
        if group.now and group.mine:
            counted[group.values[n]] += group.count
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return Spread(dimension, tuple((value, round(scale * count)) for value, count in ordered))
