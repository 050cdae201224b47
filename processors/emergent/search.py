"""The search of a minute: which phrases are surprising now, and which of them are one topic."""

import math
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import numpy as np
from scipy.special import gammainc

from processors.emergent.config import EmergentConfig
from processors.emergent.grouping import Evidence, Group, groups, lifted, tells
from processors.emergent.history import Floats, History, surprise
from processors.emergent.tokens import Integers
from processors.emergent.units import Slots
from processors.emergent.window import Block, Span, Window

_MIXED = 0.003
"""Chance from which on messages are as mixed as all are: a growing burst is tried every minute."""


class Found(NamedTuple):
    """A group of phrases that is a topic, with the messages that say it."""

    group: Group
    slots: Slots
    """Of the group's phrases, the proof first."""
    places: list[tuple[Block, Integers]]
    """Blocks, oldest first, with indices of the messages."""
    share: float
    """Part of messages that history lets expect to say so."""


class _Hot(NamedTuple):
    """Surprising phrases of a span."""

    slots: Slots
    scores: Floats
    expected: Floats
    spreads: Floats


def search(
    window: Window, history: History, config: EmergentConfig, block: Block, hot: set[int], explained: set[int]
) -> tuple[list[Found], set[int]]:
    """Return what the newest block brought, and the slots that are surprising now; `hot` are those of the minute before.

    Only phrases said in this minute or hot before are looked at: no other can have become a surprise. Those in `explained`
    belong to an open topic: they alone are no reason to search.
    """
    longest = window.spans[-1]
    if longest.messages > config.busy:
        config = replace(config, threshold=config.threshold + math.log10(longest.messages / config.busy))
    slots, fresh = _candidates(window, config, block, hot)
    share = history.share(slots)
    k = window.counts(slots).T
    company = max(history.company_rate, (longest.unheard + 1) / (longest.messages + 1))
    messages = np.array([[span.messages, span.messages * company] for span in window.spans])
    mean = share * messages[:, history.kinds(slots)]
    worth = (k >= np.array([[least] for least in config.least_said])) & (k >= config.min_ratio * mean)
    which, at = np.nonzero(worth)
    if not len(at):
        return [], set()
    mean = mean[which, at]
    spreads = history.spread(slots[at])
    scores = surprise(k[which, at].astype(float), mean, spreads)
    found: list[Found] = []
    now: set[int] = set()
    for number, span in enumerate(window.spans):
        kept = np.flatnonzero((which == number) & (scores >= config.hot_score))
        if len(kept) > config.max_hot:
            kept = np.sort(kept[np.argsort(-scores[kept], kind="stable")[: config.max_hot]])
        if not len(kept):
            continue
        surprising = _Hot(slots[at[kept]], scores[kept], mean[kept], spreads[kept])
        now.update(surprising.slots.tolist())
        moved = not explained.issuperset(surprising.slots[at[kept] < fresh].tolist())
        if moved and surprising.scores.sum() >= config.threshold:
            found += _grouped(span, surprising, window, history, config)
    return found, now


def _candidates(window: Window, config: EmergentConfig, block: Block, hot: set[int]) -> tuple[Slots, int]:
    """Return slots, each once, that are said often enough in some span: first those said in this minute, of which there are so
    many, then others that were hot."""
    said = block.slots.astype(np.int64)
    again = said[(window.counts(said) >= np.array(config.least_said, np.uint16)).any(axis=1)]
    again.sort()
    first = np.ones(len(again), bool)
    np.not_equal(again[1:], again[:-1], out=first[1:])
    again = again[first]
    return np.concatenate((again, np.array(sorted(hot.difference(again.tolist())), np.int64))), len(again)


def _grouped(span: Span, hot: _Hot, window: Window, history: History, config: EmergentConfig) -> list[Found]:
    blocks = list(window.blocks)[-span.blocks :]
    every = np.concatenate([block.slots for block in blocks])
    place = window.marks
    place[hot.slots] = np.arange(1, len(hot.slots) + 1, dtype=np.int16)
    phrase = place[every].astype(np.int64)
    place[hot.slots] = 0
    hits = np.flatnonzero(phrase)
    phrase = phrase[hits] - 1
    offsets = np.cumsum([0, *(len(block.ids) for block in blocks)])
    sizes = [len(block.slots) for block in blocks]
    message = np.concatenate([block.rows for block in blocks])[hits] + np.repeat(offsets[:-1], sizes)[hits]
    owner = np.concatenate([block.conversations for block in blocks])[message]
    names, column = np.unique(owner, return_inverse=True)
    if len(names) < config.min_conversations:
        return []
    said = np.zeros((len(hot.slots), len(names)), bool)
    said[phrase, column] = True
    found = []
    intents: Counter[str] | None = None
    for proved in groups(Evidence(hot.scores, hot.expected, hot.spreads, said), config):
        mine = np.unique(message[np.isin(phrase, proved.phrases) & proved.conversations[column]])
        which = np.searchsorted(offsets, mine, side="right") - 1
        places = [(blocks[b], mine[which == b] - offsets[b]) for b in np.unique(which).tolist()]
        if intents is None:
            intents = Counter(chain.from_iterable(chain.from_iterable(block.topics for block in blocks)))
        tags = [block.topics[row] for block, rows in places for row in rows.tolist()]
        if _is_mixed(intents, tags):
            continue
        factor = _surge(intents, tags, span.messages, history)
        group = lifted(proved, factor, config) if factor > 1 else proved
        if factor > 1 and not tells(group, config):
            continue
        found.append(Found(group, hot.slots[group.phrases], places, group.expected / span.messages))
    return found


def _is_mixed(now: Counter[str], tags: list[tuple[str, ...]]) -> bool:
    """Say whether some messages may be about as many different known intents as all messages are now (which `now` counts): then
    what they share names a thing (a shop, a model, a turn of speech), and is no subject of its own.

    Where half of the messages have an intent at all, more pairs of them must be of the same one (Simpson 1949) than chance
    brings: a Poisson tail.
    """
    tagged = [topics for topics in tags if topics]
    if 2 * len(tagged) < len(tags):
        return False
    same, said = (sum(k * (k - 1) for k in counts.values()) / 2 for counts in (Counter(chain.from_iterable(tagged)), now))
    usual = 2 * said / max(now.total() * (now.total() - 1), 1)
    if usual > 0.5:  # nearly everything is of one intent, which proves nothing
        return False
    return same == 0 or bool(gammainc(same, usual * len(tagged) * (len(tagged) - 1) / 2) > _MIXED)


def _surge(now: Counter[str], tags: list[tuple[str, ...]], messages: int, history: History) -> float:
    """How many times as much as usual is said of the known intents of some messages, on average over those that have one; `now`
    counts the intents of all.

    What grows with a known intent is that intent's spike, not a new topic; 1 where fewer than a third have one. An intent that
    was hardly ever met counts as none.
    """
    tagged = [topics for topics in tags if topics]
    if 3 * len(tagged) < len(tags):
        return 1.0
    factor = {name: now[name] / (messages * history.topic_share(name)) for name in set(chain.from_iterable(tagged))}
    usual = {name for name in factor if history.topic_share(name) * history.seen >= history.config.spread_evidence}
    return sum(max((factor[name] for name in usual.intersection(topics)), default=1.0) for topics in tagged) / len(tagged)
