"""Which intents a turn has: the literals of all rules are looked for in one Aho-Corasick pass, then the rules are
checked.

The price of a turn is its length plus the rules that it touches, whatever the size of the taxonomy.
"""

from collections.abc import Sequence

import ahocorasick_rs

from processors.intents.taxonomy import Intent, Taxonomy
from processors.normalise import normalised
from processors.registry import BatchFunction, Resources, processor_factory
from processors.utterance import Utterance


class Tagger:
    """The rules of a taxonomy, compiled; immutable."""

    def __init__(self, intents: Sequence[Intent]) -> None:
        self._ids: dict[str, int] = {}
        self._rules = [
            (
                intent.name,
                [frozenset(map(self._id, group)) for group in intent.all],
                frozenset(map(self._id, intent.any)),
                frozenset(map(self._id, intent.none)),
            )
            for intent in intents
        ]
        literals = list(self._ids)
        self._begins_with_letter = [_is_letter(literal[0]) for literal in literals]
        self._ends_with_letter = [_is_letter(literal[-1]) for literal in literals]
        self._touches: list[list[int]] = [[] for _ in literals]
        """Literal -> the rules it can make hold: those with it in `any` or in the first group of `all`."""
        for rule, (_name, groups, any_, _none) in enumerate(self._rules):
            for literal in any_.union(*groups[:1]):
                self._touches[literal].append(rule)
        self._automaton = ahocorasick_rs.AhoCorasick(literals, matchkind=ahocorasick_rs.MatchKind.Standard)

    def tag(self, matching: str) -> list[str]:
        """Return the names of all intents whose rule holds in a normalised text, sorted.

        A literal that begins or ends with a letter of a spaced script (Latin, Cyrillic …) must begin or end at a word
        boundary; a Chinese one counts anywhere.
        """
        hits = set()
        for literal, start, end in self._automaton.find_matches_as_indexes(matching, overlapping=True):
            if self._begins_with_letter[literal] and start and _is_letter(matching[start - 1]):
                continue
            if self._ends_with_letter[literal] and end < len(matching) and _is_letter(matching[end]):
                continue
            hits.add(literal)
        return sorted(
            self._rules[rule][0]
            for rule in {rule for literal in hits for rule in self._touches[literal]}
            if self._holds(rule, hits)
        )

    def _holds(self, rule: int, hits: set[int]) -> bool:
        _name, groups, any_, none = self._rules[rule]
        if not none.isdisjoint(hits):
            return False
        return not any_.isdisjoint(hits) or (bool(groups) and not any(group.isdisjoint(hits) for group in groups))

    def _id(self, literal: str) -> int:
        return self._ids.setdefault(literal, len(self._ids))


@processor_factory("intents", needs=("normalise",))
def build(resources: Resources) -> BatchFunction:
    """Return a step that fills `intents` of customer turns; all other turns are left alone."""
    tagger = Tagger(resources.taxonomy.intents)

    def tag(batch: Sequence[Utterance]) -> None:
        for utterance in batch:
            if utterance.sender_role == "customer":
                utterance.intents = tagger.tag(utterance.matching)

    return tag


def unmatched_examples(taxonomy: Taxonomy) -> list[tuple[str, str]]:
    """Return (intent, example) for every example that its own rule does not match: what an author wants to know
    first.
    """
    tagger = Tagger(taxonomy.intents)
    return [
        (intent.name, example)
        for intent in taxonomy.intents
        for example in intent.examples
        if intent.name not in tagger.tag(normalised(example))
    ]


def _is_letter(character: str) -> bool:
    """Letters and digits of scripts that put spaces between words; everything from U+2E80 on is East Asian."""
    return character < "\u2e80" and character.isalnum()
