"""What is wrong with a taxonomy, and what is doubtful in it: everything at once, each with its line."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

import msgspec

from processors.intents.rules import Rules, is_letter
from processors.intents.tagger import Tagger, tagger_of
from processors.intents.taxonomy import Intent, Taxonomy, TaxonomyError, read
from processors.normalise import normalised

_SHOWN = 6
"""Literals or examples that one finding quotes."""


class Finding(msgspec.Struct, frozen=True):
    """One thing to look at."""

    file: str
    line: int
    kind: str
    """"error", or of warnings: "unreachable", "redundant", "overlap", "example", "few-examples"."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Report(msgspec.Struct, frozen=True):
    """All that was found in one file."""

    intents: int
    examples: int
    errors: list[Finding]
    """With one of these the file cannot be used."""
    warnings: list[Finding]


def check(path: Path) -> Report:
    """Read a taxonomy and return everything that is wrong or doubtful. Blocks while its model is built (seconds)."""
    try:
        taxonomy, lines = read(path)
    except TaxonomyError as error:
        found = [Finding(problem.file, problem.line, "error", problem.message) for problem in error.problems]
        return Report(0, 0, found, [])
    warnings = [Finding(str(path), lines[name], kind, message) for name, kind, message in doubts(taxonomy, tagger_of(taxonomy))]
    warnings.sort(key=lambda finding: finding.line)
    return Report(len(taxonomy.intents), sum(len(intent.examples) for intent in taxonomy.intents), [], warnings)


def doubts(taxonomy: Taxonomy, tagger: Tagger) -> list[tuple[str, str, str]]:
    """Return (intent, kind, message) of everything doubtful in a taxonomy that can be used."""
    found: list[tuple[str, str, str]] = []
    for intent in taxonomy.intents:
        found += [(intent.name, kind, message) for kind, message in _of_rule(intent)]
    found += _same_literal(taxonomy.intents)
    found += _of_examples(taxonomy, tagger)
    return found


def _of_rule(intent: Intent) -> Iterable[tuple[str, str]]:
    """Literals that can never count, and those that change nothing."""
    what = f"intent “{intent.name}”"
    dead = [literal for literal in intent.any if _vetoed(literal, intent.none)]
    dead_groups = [group for group in intent.all if all(_vetoed(literal, intent.none) for literal in group)]
    lives = len(dead) < len(intent.any) or (intent.all and not dead_groups)
    if (intent.any or intent.all) and not lives:
        yield "unreachable", f"the rule of {what} can never hold: its own “none” stands in all of it"
        return
    if dead:
        yield "unreachable", f"{what}: its own “none” stands in {_quoted(dead)}, which can therefore never count"
    for group in dead_groups:
        yield "unreachable", f"{what}: its “all” can never hold, as its own “none” stands in every one of {_quoted(group)}"
    for where, literals in (("any", intent.any), *(("a group of all", group) for group in intent.all), ("none", intent.none)):
        longer = _containing(literals)
        if longer:
            yield "redundant", f"{what}: in “{where}”, {_quoted(longer)} contain another literal of it and change nothing"


def _same_literal(intents: Sequence[Intent]) -> Iterable[tuple[str, str, str]]:
    """Literals of `any` in two intents, unless a `none` of either takes it out there."""
    owners: dict[str, list[Intent]] = defaultdict(list)
    for intent in intents:
        for literal in intent.any:
            if not _vetoed(literal, intent.none):
                owners[literal].append(intent)
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for literal, having in owners.items():
        for first, second in combinations(having, 2):
            shared[first.name, second.name].append(literal)
    for (one, other), literals in shared.items():
        yield other, "overlap", f"intents “{one}” and “{other}” overlap: {_quoted(literals)} stand in “any” of both"


def _of_examples(taxonomy: Taxonomy, tagger: Tagger) -> Iterable[tuple[str, str, str]]:
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    missed: dict[str, list[str]] = defaultdict(list)
    hit: dict[tuple[str, str], list[str]] = defaultdict(list)
    first_of: dict[str, str] = {}
    rules = Rules(taxonomy.intents)
    for intent in taxonomy.intents:
        texts = [normalised(example) for example in intent.examples]
        for example, text, matches in zip(intent.examples, texts, tagger.matches(texts), strict=True):
            earlier = first_of.setdefault(text, intent.name)
            if earlier != intent.name:
                yield intent.name, "example", f"“{example}” is an example of both “{earlier}” and “{intent.name}”"
            for name in rules.names_in(text):
                if name != intent.name:
                    hit[intent.name, name].append(example)
            if not matches:
                missed[intent.name].append(example)
            elif matches[0].name != intent.name:
                taken[intent.name, matches[0].name].append(example)
        if tagger.model is not None and len(texts) < 3:
            has = "1 example" if len(texts) == 1 else f"{len(texts)} examples"
            yield intent.name, "few-examples", f"intent “{intent.name}” has {has}; the model needs five or more"
    for name, examples in missed.items():
        yield name, "example", f"intent “{name}” misses its own examples {_quoted(examples)}"
    for (name, other), examples in taken.items():
        yield name, "example", f"examples of “{name}” are taken for “{other}”: {_quoted(examples)}"
    for (name, other), examples in hit.items():
        if (name, other) not in taken and ((other, name) in hit or len(examples) > 1):
            yield name, "overlap", f"the rule of “{other}” holds for examples of “{name}”: {_quoted(examples)}"


def _vetoed(literal: str, none: Iterable[str]) -> bool:
    return any(_stands_in(veto, literal) for veto in none)


def _containing(literals: Sequence[str]) -> list[str]:
    """Return the literals in which another one stands: wherever they are found, so is the other."""
    return [one for one in literals if any(other != one and _stands_in(other, one) for other in literals)]


def _stands_in(literal: str, text: str) -> bool:
    """Say whether a text holds a literal as the tagger counts it, wherever the text itself may stand."""
    start = text.find(literal)
    while start >= 0:
        end = start + len(literal)
        begins = not is_letter(literal[0]) or start == 0 or not is_letter(text[start - 1])
        ends = not is_letter(literal[-1]) or end == len(text) or not is_letter(text[end])
        if begins and ends:
            return True
        start = text.find(literal, start + 1)
    return False


def _quoted(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(f"“{text}”" for text in texts[:_SHOWN]) + more
