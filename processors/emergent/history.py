"""How often each phrase was said before, and how unevenly: what it is a surprise against."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from processors.emergent.config import EmergentConfig
from processors.emergent.units import Slots, Slotting

Floats = npt.NDArray[np.float64]
HOUR = 3600
KNOWN_INTENTS = 4096
_RENORMALISE = 1e6
_FORGOTTEN = 0.02
"""Mentions, after decay, below which a phrase was never said: what is said once is forgotten after 17 days, and a snapshot
holds no more phrases than that."""
_LEAST_SPREAD = 0.02


class History:
    """Decayed counts of every slot, and second factorial moments of its hourly counts: 10 bytes a slot. Time goes forward."""

    def __init__(self, config: EmergentConfig, slotting: Slotting) -> None:
        self.config, self.slotting = config, slotting
        slots = slotting.total
        self.counts = np.zeros(slots, np.float32)
        """Conversations' mentions, times `weight`."""
        self.squares = np.zeros(slots, np.float32)
        """Sum over hours of x(x-1), times the weight squared away: see `spread`."""
        self.hour_counts = np.zeros(slots, np.uint16)
        self.messages, self.exposure = np.zeros(2), np.zeros(2)
        """All messages, and those with words in unheard company; times `weight`, as is the sum of squares by hour."""
        self.topics: dict[str, float] = {}
        """Messages with each known intent, times `weight`; of at most KNOWN_INTENTS intents, those first seen."""
        self.hour_messages = np.zeros(2)
        self.weight, self.hour = 1.0, 0

    @property
    def seen(self) -> float:
        """Messages, after decay."""
        return float(self.messages[0] / self.weight)

    def add(self, minute: int, slots: Slots, topics: Sequence[tuple[str, ...]], unheard: int) -> None:
        """Take in a minute that has left the windows; `slots` with repetitions, a mention each; `topics` the known intents of
        each message; `unheard` messages had words in unheard company."""
        hour = minute // HOUR
        if hour != self.hour:
            self._close_hour(hour)
        np.add.at(self.counts, slots, np.float32(self.weight))
        np.add.at(self.hour_counts, slots, np.uint16(1))
        more = np.array([len(topics), unheard], float)
        self.messages += more * self.weight
        self.hour_messages += more
        for name in chain.from_iterable(topics):
            if name in self.topics or len(self.topics) < KNOWN_INTENTS:
                self.topics[name] = self.topics.get(name, 0.0) + self.weight

    def topic_share(self, name: str) -> float:
        """Return the part of messages that a known intent is expected in."""
        return (self.topics.get(name, 0.0) / self.weight + self.config.prior_count) / (self.seen + 1)

    def _close_hour(self, hour: int) -> None:
        """Unevenness of the hour, then decay: a mention weighs more the later it is, until all are scaled down."""
        if self.hour_messages[0]:
            said = np.flatnonzero(self.hour_counts > 1)
            x = self.hour_counts[said].astype(np.float32)
            self.squares[said] += x * (x - 1) * np.float32(self.weight)
            self.exposure += self.hour_messages**2 * self.weight
        self.hour_counts[:] = 0
        self.hour_messages[:] = 0
        self.weight *= 2.0 ** min((hour - self.hour) / self.config.half_life_hours, 60.0) if self.hour else 1.0
        self.hour = hour
        if self.weight > _RENORMALISE or hour % 24 == 0:
            self._renormalise()

    def _renormalise(self) -> None:
        scale = np.float32(1 / self.weight)
        self.counts *= scale
        self.squares *= scale
        gone = self.counts < _FORGOTTEN
        self.counts[gone] = 0
        self.squares[gone] = 0
        self.topics = {name: count / self.weight for name, count in self.topics.items()}
        self.messages, self.exposure, self.weight = self.messages / self.weight, self.exposure / self.weight, 1.0

    @property
    def company_rate(self) -> float:
        """Part of messages that have words in unheard company."""
        return float(self.messages[1] / (self.messages[0] + self.weight))

    def mentions(self, slots: Slots) -> Floats:
        """Return how often each was said, after decay."""
        return self.counts[slots].astype(np.float64) / self.weight

    def share(self, slots: Slots) -> Floats:
        """Return the part of messages that each is expected in; for words in unheard company: of messages that have some.

        That part is believed to be the word's part of all messages until `company_evidence` such messages tell better.
        """
        config, said = self.config, self.mentions(slots)
        shares = (said + config.prior_count) / (self.seen + 1)
        company = np.flatnonzero(self.kinds(slots))
        if len(company):
            usual = (self.mentions(slots[company] - self.slotting.word_slots) + config.prior_count) / (self.seen + 1)
            messages = self.messages[1] / self.weight
            shares[company] = (said[company] + config.company_evidence * usual) / (messages + config.company_evidence)
        return shares

    def kinds(self, slots: Slots) -> npt.NDArray[np.int64]:
        """1 for words in unheard company, else 0."""
        return ((slots >= self.slotting.word_slots) & (slots < self.slotting.first_pair)).astype(np.int64)

    def spread(self, slots: Slots) -> Floats:
        """Return the variance of each rate over its squared mean: how uneven its hours were, and how little is known.

        E[x(x-1)] = n² E[p²] for Poisson counts x of n messages, so that the unevenness of p needs no correction for noise.
        """
        config = self.config
        said = self.mentions(slots)
        own = np.full(len(said), config.prior_spread)
        kind = self.kinds(slots)
        known = np.flatnonzero((self.exposure[kind] > 0) & (said > 0))
        if len(known):
            kind = kind[known]
            mean = said[known] * self.weight / self.messages[kind]
            own[known] = self.squares[slots[known]].astype(np.float64) / self.exposure[kind] / mean**2 - 1
        trust = said / (said + config.spread_evidence)
        uneven = trust * np.maximum(own, _LEAST_SPREAD) + (1 - trust) * config.prior_spread
        sure = np.where(self.kinds(slots) == 1, config.company_prior, config.prior_count)
        total: Floats = uneven + 1 / (sure + said / 2)
        return total


def surprise(k: Floats, mean: Floats, spread: Floats) -> Floats:
    """Return -log10 P(X >= k), X negative binomial of that mean and variance mean + spread · mean²."""
    size = 1 / np.maximum(spread, 1e-6)
    p = betainc(np.maximum(k, 1e-9), size, mean / (size + mean))
    return np.where(k > 0, -np.log10(np.maximum(p, 1e-300)), 0.0)
