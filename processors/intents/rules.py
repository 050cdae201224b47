"""Which rules hold in a turn: the literals of all rules are looked for in one Aho-Corasick pass over a whole batch, then the
conditions that they fulfil are counted, for all turns at once.

The price of a turn is its length plus the literals in it, whatever the size of the taxonomy.

A literal of `none` speaks of its own clause: "怎么调时间，我要退货" asks for both. Chinese has a clause between two spaces of
the normalised form; in scripts that put spaces between words nothing of the clauses is left, and the turn is one.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from processors.intents.taxonomy import Intent

Numbers = npt.NDArray[np.int64]
Vetoes = npt.NDArray[np.bool_]
"""(text × rule): it has a literal of the rule's `none`, and the rule does not hold."""


class Found(NamedTuple):
    """What the rules say of one turn; intents are numbers in the order they were given in."""

    holding: tuple[int, ...]
    """Intents whose rule holds."""
    vetoed: tuple[int, ...]
    """Intents with a literal of their `none` in the text, which do not hold."""
    literals: AbstractSet[int]
    """Literals in the text; nothing unless a rule holds."""


NOTHING = Found((), (), frozenset())


class Rules:
    """The rules of a taxonomy, compiled; immutable. Intents without a rule never hold."""

    def __init__(self, intents: Sequence[Intent]) -> None:
        self.names = [intent.name for intent in intents]
        self._ids: dict[str, int] = {}
        self._rules = [
            ([self._numbers(group) for group in intent.all], self._numbers(intent.any), self._numbers(intent.none))
            for intent in intents
        ]
        self._literals = list(self._ids)
        self._positive = [any_.union(*groups) for groups, any_, _none in self._rules]
        self._begins = np.array([is_letter(text[0]) for text in self._literals], np.bool_)
        """Literals that must begin at a word boundary …"""
        self._ends = np.array([is_letter(text[-1]) for text in self._literals], np.bool_)
        """… and that must end at one."""
        conditions: list[tuple[int, int]] = []  # (rule, groups needed; 0: holds by itself; -1: vetoes)
        fulfilled: list[list[int]] = [[] for _ in self._literals]
        for rule, (groups, any_, none) in enumerate(self._rules):
            for needed, literals in ((0, any_), (-1, none), *((len(groups), group) for group in groups)):
                for literal in literals:
                    fulfilled[literal].append(len(conditions))
                conditions.append((rule, needed))
        self._rule_of, self._needed = np.array(conditions, np.int64).reshape(-1, 2).T
        self._groups = np.array([len(groups) or -1 for groups, _any, _none in self._rules], np.int64)
        self._uses = np.array(list(map(len, fulfilled)), np.int64)
        self._first_use = np.cumsum(self._uses) - self._uses
        self._conditions = np.array(list(chain.from_iterable(fulfilled)), np.int64)
        self._automaton = ahocorasick_rs.AhoCorasick(self._literals, matchkind=ahocorasick_rs.MatchKind.Standard)

    def look(self, matching: str) -> Found:
        """Return what holds in a normalised text.

        A literal that begins or ends with a letter of a spaced script (Latin, Cyrillic …) must begin or end at a word
        boundary; a Chinese one counts anywhere.
        """
        (found,), vetoed = self.look_all([matching])
        return found._replace(vetoed=tuple(np.flatnonzero(vetoed[0]).tolist()))

    def look_all(self, texts: Sequence[str]) -> tuple[list[Found], Vetoes]:
        """Return what holds in each of some normalised texts, `vetoed` apart as (text × rule); a batch costs a tenth of its
        texts one by one.
        """
        found = [NOTHING] * len(texts)
        vetoes = np.zeros((len(texts), len(self._rules)), np.bool_)
        turn, clause, literal = self._hits(texts)
        uses = self._uses[literal]
        within = np.arange(int(uses.sum())) - np.repeat(np.cumsum(uses) - uses, uses)
        condition = self._conditions[np.repeat(self._first_use[literal], uses) + within]
        of, rule, needed = np.repeat(turn, uses), self._rule_of[condition], self._needed[condition]
        place = np.repeat(clause, uses) * max(1, len(self._rules)) + rule
        veto, group = needed < 0, needed > 0
        beside_veto = np.isin(place, place[veto])
        alone = (needed == 0) & ~beside_veto
        vetoes[of[veto], rule[veto]] = True
        holds, spoilt = np.zeros_like(vetoes), np.zeros_like(vetoes)
        holds[of[alone], rule[alone]] = True
        spoilt[of[group & beside_veto], rule[group & beside_veto]] = True
        fulfilled = _distinct(of[group] * max(1, len(self._needed)) + condition[group])  # a group counts once
        of, condition = np.divmod(fulfilled, max(1, len(self._needed)))
        cases = of * max(1, len(self._rules)) + self._rule_of[condition]
        complete = np.bincount(cases, minlength=vetoes.size).reshape(vetoes.shape) == self._groups
        holds |= complete & ~spoilt
        vetoes &= ~holds
        turns, rules = np.nonzero(holds)
        if len(turns):
            begins = np.searchsorted(turn, np.arange(len(texts) + 1)).tolist()
            holding: dict[int, list[int]] = {}
            for one, number in zip(turns.tolist(), rules.tolist(), strict=True):
                holding.setdefault(one, []).append(number)
            literals = literal.tolist()
            for one, numbers in holding.items():
                found[one] = Found(tuple(numbers), (), frozenset(literals[begins[one] : begins[one + 1]]))
        return found, vetoes

    def _hits(self, texts: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
        """Return (number of the text, number of the clause in the batch, literal) of all that stand in texts, in this order,
        each once a clause.
        """
        joined = "\n".join(texts)
        raw = self._automaton.find_matches_as_indexes(joined, overlapping=True)
        literal, start, end = np.fromiter(chain.from_iterable(raw), np.int64, 3 * len(raw)).reshape(-1, 3).T
        codes = np.frombuffer(f"\n{joined}\n".encode("utf-32-le", "replace"), np.uint32)  # one further right
        lettered = _LETTERS[np.minimum(codes, len(_LETTERS) - 1)]
        whole = ~((self._begins[literal] & lettered[start]) | (self._ends[literal] & lettered[end + 1]))
        dense = codes >= _EAST_ASIAN
        ends_clause = (codes[1:-1] == _SPACE) & (dense[:-2] | dense[2:]) | (codes[1:-1] == _END)
        clause = np.cumsum(ends_clause)
        turn_of = np.cumsum(codes[1:] == _END)
        keys = _distinct(clause[start[whole]] * max(1, len(self._literals)) + literal[whole])
        found, literal = np.divmod(keys, max(1, len(self._literals)))
        first = np.concatenate(([0], np.flatnonzero(ends_clause) + 1))  # where each clause begins
        return turn_of[first[found]], found, literal

    def names_in(self, matching: str) -> list[str]:
        """Return the names of the intents whose rule holds in a normalised text, sorted."""
        return sorted(self.names[rule] for rule in self.look(matching).holding)

    def terms(self, rule: int, found: Found, limit: int = 8) -> tuple[str, ...]:
        """Return the literals that made a rule hold, longest first."""
        named = self._positive[rule] & found.literals
        if len(named) == 1:
            return tuple(self._literals[literal] for literal in named)
        return tuple(sorted((self._literals[literal] for literal in named), key=lambda term: (-len(term), term))[:limit])

    def _numbers(self, literals: Iterable[str]) -> frozenset[int]:
        return frozenset(self._ids.setdefault(literal, len(self._ids)) for literal in literals)


def is_letter(character: str) -> bool:
    """Say whether it is a letter or digit of a script that puts spaces between words; everything from U+2E80 on is East
    Asian.
    """
    return character < "\u2e80" and character.isalnum()


_EAST_ASIAN, _SPACE, _END = 0x2E80, ord(" "), ord("\n")
_LETTERS = np.array([is_letter(chr(code)) for code in range(0x2E80)] + [False])
"""By code point, the last for all further ones."""


def _distinct(keys: Numbers) -> Numbers:
    """Return keys sorted, each once."""
    keys = np.sort(keys)
    return keys[np.flatnonzero(np.concatenate((keys[:1] == keys[:1], keys[1:] != keys[:-1])))]
