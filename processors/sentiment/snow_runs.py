"""Where words begin in many runs of Chinese characters at once: the same path as `snow_run`, all runs side by side.

Columns are characters, ordered by their place in their run and then by run, longest run first: those at one place
are neighbours, and the run in column i of one place is the run in column i of the next. Every score is the sum of the
same two numbers as in `snow_run`, so that neither the company of a run nor the way taken changes a bit.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from processors.sentiment.snow_index import Floats
from processors.sentiment.snow_tables import BEGIN, UNKNOWN, pair_key, tables, triple_key

Indices = npt.NDArray[np.int64]

LONGEST = 64
"""Characters of a run; each place costs some 20 calls of numpy, however few runs are that long."""


class _Columns(NamedTuple):
    """The characters in order of columns. The first `runs` columns stand for what is before the runs."""

    runs: int
    bounds: list[int]
    """The columns of place p are bounds[p] … bounds[p + 1]."""
    before: Indices
    """The column of the character before, by column less `runs`."""
    at: Indices
    """Where each character stands in `ids`, by column less `runs`."""
    third: Indices
    second: Indices
    first: Indices


class _Better(NamedTuple):
    """Triples that are known, in order of columns: from a state before to a state, each as an index of flat scores."""

    bounds: list[int]
    before: Indices
    state: Indices
    value: Floats
    column: Indices
    tags: Indices


def word_begins(ids: Indices, starts: Indices, lengths: Indices) -> Indices:
    """Return the places in `ids` where the words of the runs begin, in no order.

    ids: of all characters of a text. starts, lengths (1 … LONGEST): of the runs, at least one.
    """
    columns = _columns(ids, starts, lengths)
    values = _values(columns)
    better = _better(columns, values.shape[1])
    scores = _forward(columns, values, better)
    tags = _backward(columns, values, better, scores)
    begins = (tags == 0) | (tags == 3)
    begins[: columns.runs] = True
    begins[columns.runs :] |= tags[columns.before[columns.runs :] - columns.runs] == 2
    places: Indices = columns.at[begins]
    return places


def _columns(ids: Indices, starts: Indices, lengths: Indices) -> _Columns:
    longest_first = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[longest_first], lengths[longest_first]
    runs = len(starts)
    ends = np.cumsum(lengths)
    place = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)
    by_place = np.argsort(place.astype(np.uint16), kind="stable")
    place = place[by_place]
    at = np.repeat(starts, lengths)[by_place] + place
    bounds = runs + np.searchsorted(place, np.arange(lengths[0] + 1))
    sizes = np.diff(bounds)
    before = runs + np.arange(len(at)) - np.repeat(np.append(runs, sizes[:-1]), sizes)
    second = np.where(place >= 1, ids[at - 1], BEGIN)
    first = np.where(place >= 2, ids[at - 2], BEGIN)
    return _Columns(runs, bounds.tolist(), before, at, ids[at], second, first)


def _values(columns: _Columns) -> Floats:
    """(16 states, columns): what the character adds; of no meaning for unknown ones."""
    known = tables()
    width = columns.runs + len(columns.at)
    values = np.empty((16, width))
    alone = known.alone[np.where(columns.third == UNKNOWN, BEGIN, columns.third)].T
    values.reshape(4, 4, width)[:, :, columns.runs :] = alone[:, None, :]
    column, tags, value = known.pairs.find(pair_key(columns.second, columns.third).astype(np.uint64))
    values[(tags & 3) << 2 | tags >> 2, columns.runs + column] = value
    return values


def _better(columns: _Columns, width: int) -> _Better:
    keys = triple_key(columns.first, columns.second, columns.third).astype(np.uint64)
    column, tags, value = tables().triples.find(keys)
    order = np.argsort(column, kind="stable")
    column, tags, value = column[order], tags[order], value[order]
    column_before = columns.before[column]
    column = column + columns.runs
    before = (tags >> 2 & 3) * 4 + (tags >> 4)
    state = (tags & 3) * 4 + (tags >> 2 & 3)
    return _Better(
        np.searchsorted(column, columns.bounds).tolist(),
        before * width + column_before,
        state * width + column,
        value,
        column,
        tags,
    )


def _forward(columns: _Columns, values: Floats, better: _Better) -> Floats:
    """(16 states, columns): the best sum that ends in each state; -inf and one 0 before the runs."""
    width = values.shape[1]
    flat = np.empty(16 * width)
    scores = flat.reshape(4, 4, width)
    added = values.reshape(4, 4, width)
    scores[:, :, : columns.runs] = -np.inf
    scores[3, 3, : columns.runs] = 0.0
    unknown = np.flatnonzero(columns.third == UNKNOWN) + columns.runs
    unknown_bounds = np.searchsorted(unknown, columns.bounds).tolist()
    earlier = 0
    for place, (start, end) in enumerate(zip(columns.bounds, columns.bounds[1:], strict=False)):
        before = scores[:, :, earlier : earlier + end - start]
        np.add(before.max(axis=1), added[:, :, start:end], out=scores[:, :, start:end])
        first, last = better.bounds[place], better.bounds[place + 1]
        if first < last:
            reached = flat[better.before[first:last]] + better.value[first:last]
            np.maximum.at(flat, better.state[first:last], reached)
        first, last = unknown_bounds[place], unknown_bounds[place + 1]
        if first < last:
            here = unknown[first:last]
            scores[:, :, here] = scores[:, 3, here - start + earlier]
        earlier = start
    return flat


def _backward(columns: _Columns, values: Floats, better: _Better, flat: Floats) -> Indices:
    """The tag of each column less `runs`, on the best path of its run."""
    width = values.shape[1]
    added = values.reshape(-1)
    scores = flat.reshape(16, width)
    bounds = columns.bounds
    won = np.flatnonzero(flat[better.before] + better.value == flat[better.state])
    won_bounds = np.searchsorted(better.column[won], bounds).tolist()
    won_column, won_state, won_tag = better.column[won], better.state[won], better.tags[won] >> 4
    unknown = columns.third == UNKNOWN
    any_unknown = bool(unknown.any())
    tags = np.empty(width, np.int64)
    state = np.empty(0, np.int64)
    steps = np.arange(4)[:, None] * width
    for place in range(len(bounds) - 2, -1, -1):
        start, end = bounds[place], bounds[place + 1]
        if end - start > len(state):  # runs that end here
            state = np.append(state, scores[:, start + len(state) : end].argmax(axis=0))
        tags[start:end] = state >> 2
        if not place:
            break
        earlier = bounds[place - 1]
        row = np.arange(end - start)
        here = state * width + (start + row)
        last = state & 3
        before = flat[(last * 4 * width + (earlier + row)) + steps]
        leads = before + added[here] == flat[here]
        tag = np.where(leads.any(axis=0), leads.argmax(axis=0), 4)
        first, final = won_bounds[place], won_bounds[place + 1]
        if first < final:
            which = won_column[first:final] - start
            taken = np.flatnonzero(won_state[first:final] == here[which])
            np.minimum.at(tag, which[taken], won_tag[first:final][taken])
        if any_unknown:
            tag[unknown[start - columns.runs : end - columns.runs]] = 3
        state = last * 4 + tag
    return tags[columns.runs :]
