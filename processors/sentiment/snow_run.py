"""The words of one run of Chinese characters as snownlp segments it: the best path through tags, character by character.

For a few texts, and for runs so long that nothing can be done side by side; `snow_runs` is the same for many.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from math import inf

import numpy as np

from processors.sentiment.snow_tables import BEGIN, FIRST_HAN, UNKNOWN, pair_key, tables, triple_key

Scores = tuple[float, ...]
"""The best log-probability of each of 16 states; a state is 4 * its character's tag + the tag of the one before."""
Step = tuple[Scores, tuple[tuple[int, int, float], ...]] | None
"""What a character in its context adds to each state, and the better (state before, state, value) of known triples;
None for an unknown character.
"""

_START: Scores = (-inf,) * 15 + (0.0,)
_BLOCK = 1024
"""Characters whose scores are kept at once; for a longer run, those of each block are computed twice."""
_REMEMBERED_LENGTH = 12
_RUNS_REMEMBERED = 1 << 14
"""About 8 MB of short runs: people greet, ask and thank in the same words."""
_BEGINS = (0, 3)
_END = 2
_STEPS_KEPT = 1 << 16
"""About 20 MB of contexts, forgotten together when full."""
_VALUES_KEPT = 1 << 13
"""About 5 MB of what pairs of characters add; contexts share them."""


def words_of(run: str) -> Sequence[str]:
    """Return the words of a run of characters from FIRST_HAN to LAST_HAN; joined, they are the run. 2 µs a character."""
    return _remembered(run) if len(run) <= _REMEMBERED_LENGTH else _words(run)


def _words(run: str) -> Sequence[str]:
    words, start = [], 0
    after_end = False
    for place, tag in enumerate(_tags(run)):
        if (after_end or tag in _BEGINS) and place:
            words.append(run[start:place])
            start = place
        after_end = tag == _END
    words.append(run[start:])
    return words


_remembered = lru_cache(_RUNS_REMEMBERED)(_words)


def _tags(run: str) -> bytearray:
    padded = "\0\0" + run
    steps = _steps()
    if len(run) <= _BLOCK:
        return _block_tags([steps[padded[place : place + 3]] for place in range(len(run))], _START, None)[0]
    blocks = range(0, len(run), _BLOCK)
    befores = [_START]
    for start in blocks[:-1]:
        block = [steps[padded[place : place + 3]] for place in range(start, start + _BLOCK)]
        befores.append(_forward(block, befores[-1])[-1])
    tags = bytearray(len(run))
    state: int | None = None
    for start, before in zip(reversed(blocks), reversed(befores), strict=True):
        end = min(start + _BLOCK, len(run))
        tags[start:end], state = _block_tags([steps[padded[at : at + 3]] for at in range(start, end)], before, state)
    return tags


def _block_tags(steps: list[Step], before: Scores, state: int | None) -> tuple[bytearray, int]:
    """The tags of a block and the state before it; `state`: the block's last, None for the best.

    Of several ways to a state, snownlp keeps the first whose rounded sum is the best, and so must this.
    """
    scores = [before, *_forward(steps, before)]
    if state is None:
        state = scores[-1].index(max(scores[-1]))
    tags = bytearray(len(steps))
    for place in range(len(steps) - 1, -1, -1):
        tags[place] = state >> 2
        step, earlier, score = steps[place], scores[place], scores[place + 1][state]
        first = 4 * (state & 3)
        if step is None:
            state = first + 3
            continue
        values, better = step
        added = values[state]
        if earlier[first] + added == score:
            state = first
            continue
        found = first + (1 if earlier[first + 1] + added == score else 2 if earlier[first + 2] + added == score else 3)
        for state_before, to, value in better:
            if to == state and state_before < found and earlier[state_before] + value == score:
                found = state_before
        state = found
    return tags, state


def _forward(steps: list[Step], before: Scores) -> list[Scores]:
    """The scores after each step. Written out, as this is where the time goes; letters are tags, digits those before."""
    b0, b1, b2, b3, m0, m1, m2, m3, e0, e1, e2, e3, s0, s1, s2, s3 = scores = before
    kept: list[Scores] = []
    for step in steps:
        if step is None:  # snownlp takes the last of the states before, whatever its score
            b0 = m0 = e0 = s0 = scores[3]
            b1 = m1 = e1 = s1 = scores[7]
            b2 = m2 = e2 = s2 = scores[11]
            b3 = m3 = e3 = s3 = scores[15]
        else:
            b = b0 if b0 >= b1 else b1
            if b2 > b:
                b = b2
            if b3 > b:
                b = b3
            m = m0 if m0 >= m1 else m1
            if m2 > m:
                m = m2
            if m3 > m:
                m = m3
            e = e0 if e0 >= e1 else e1
            if e2 > e:
                e = e2
            if e3 > e:
                e = e3
            s = s0 if s0 >= s1 else s1
            if s2 > s:
                s = s2
            if s3 > s:
                s = s3
            (b0, b1, b2, b3, m0, m1, m2, m3, e0, e1, e2, e3, s0, s1, s2, s3), better = step
            b0, b1, b2, b3 = b + b0, m + b1, e + b2, s + b3
            m0, m1, m2, m3 = b + m0, m + m1, e + m2, s + m3
            e0, e1, e2, e3 = b + e0, m + e1, e + e2, s + e3
            s0, s1, s2, s3 = b + s0, m + s1, e + s2, s + s3
            if better:
                now = [b0, b1, b2, b3, m0, m1, m2, m3, e0, e1, e2, e3, s0, s1, s2, s3]
                for state_before, state, value in better:
                    reached = scores[state_before] + value
                    if reached > now[state]:
                        now[state] = reached
                b0, b1, b2, b3, m0, m1, m2, m3, e0, e1, e2, e3, s0, s1, s2, s3 = now
        scores = (b0, b1, b2, b3, m0, m1, m2, m3, e0, e1, e2, e3, s0, s1, s2, s3)
        kept.append(scores)
    return kept


class _Steps(dict[str, Step]):
    """Steps by three characters, the last of them the step's own; "\0" stands before the first."""

    def __init__(self) -> None:
        known = tables()
        self._ids = {"\0": BEGIN} | {
            chr(place): number for place, number in enumerate(known.ids.tolist(), FIRST_HAN) if number != UNKNOWN
        }
        self._alone: list[Scores] = [tuple(row) for row in np.repeat(known.alone, 4, axis=1).tolist()]
        self._pairs, self._triples = known.pairs, known.triples
        self._values: dict[str, Scores] = {}

    def __missing__(self, context: str) -> Step:
        if len(self) >= _STEPS_KEPT:
            self.clear()
        self[context] = step = self._computed(context)
        return step

    def _computed(self, context: str) -> Step:
        ids = self._ids
        third = ids.get(context[2])
        if third is None:
            return None
        second = ids.get(context[1])
        if second is None:
            return self._alone[third], ()
        values = self._values.get(context[1:])
        if values is None:
            values = self._values_of(context[1:], second, third)
        first = ids.get(context[0])
        if first is None:
            return values, ()
        found = self._triples.find_one(triple_key(first, second, third))
        return values, (tuple([(*_STATES[tags], value) for tags, value in found]) if found else ())

    def _values_of(self, pair: str, second: int, third: int) -> Scores:
        values = self._alone[third]
        if found := self._pairs.find_one(pair_key(second, third)):
            changed = list(values)
            for tags, value in found:
                changed[(tags & 3) << 2 | tags >> 2] = value
            values = tuple(changed)
        if len(self._values) >= _VALUES_KEPT:
            self._values.clear()
        self._values[pair] = values
        return values


_STATES = [((tags >> 2 & 3) << 2 | tags >> 4, (tags & 3) << 2 | tags >> 2 & 3) for tags in range(64)]
"""The state before and the state of three tags."""


@cache
def _steps() -> _Steps:
    return _Steps()
