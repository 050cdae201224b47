"""How well a taxonomy tells its intents apart: every example judged by a tagger that has not learnt it."""

from collections import Counter

import msgspec

from processors.intents import train
from processors.intents.features import is_east_asian
from processors.intents.rules import Rules
from processors.intents.tagger import VETO
from processors.intents.taxonomy import Taxonomy
from processors.normalise import normalised


class IntentFigures(msgspec.Struct, frozen=True):
    """One intent's examples, each left out in turn."""

    name: str
    examples: int
    right: int
    """Its best guess is this intent."""
    other: int
    """Nothing was named."""


class Confusion(msgspec.Struct, frozen=True):
    """Examples of one intent that are taken for another."""

    intent: str
    taken_for: str
    count: int
    example: str


class Figures(msgspec.Struct, frozen=True):
    """What leaving out shows. Shares are of all examples; 0 where there are none."""

    examples: int
    by_rule: float
    """An intent's own rule holds."""
    rule_precision: float
    """Of all rules that hold in examples, those of the example's own intent."""
    best_guess: float
    """The best single guess is right, however unsure."""
    named: float
    """The tagger names something: a rule holds or the model passes its threshold."""
    precision: float
    """Of those, the best guess is right."""
    unknown_rejected: float
    """Sentences of an intent of which nothing had been learnt (and whose rule was not there) that are left to "other"."""
    intents: list[IntentFigures]
    confusions: list[Confusion]
    """Most frequent first."""


def cross_validate(taxonomy: Taxonomy, fitted: train.Fitted) -> Figures:
    """Return the figures of a taxonomy; `fitted` is its own. Rules are applied as they are: nobody learnt them."""
    sentences, names = fitted.sentences, [intent.name for intent in taxonomy.intents]
    rules = Rules(taxonomy.intents)
    counted: Counter[str] = Counter()
    examples, right_of, other_of = Counter[str](), Counter[str](), Counter[str]()
    confused: dict[tuple[str, str], list[str]] = {}
    written = {normalised(text): text for intent in taxonomy.intents for text in intent.examples}
    for row in range(sentences.examples):
        text, own = sentences.texts[row], int(sentences.intents[row])
        found = rules.look(text)
        cut = fitted.about.cuts[is_east_asian(text)]
        alone, without = fitted.alone[row].copy(), fitted.without_intent[row].copy()
        alone[list(found.vetoed)] -= VETO
        without[list(found.vetoed)] -= VETO
        alone[list(found.holding)] += 1.0
        guess = int(alone[:-1].argmax())
        asked = cut.sure if guess in found.vetoed else cut.threshold
        named = bool(found.holding) or (int(alone.argmax()) == guess and bool(alone[guess] >= asked))
        unknown_named = any(rule != own for rule in found.holding) or bool(without[:-1].max() >= cut.threshold)
        counted["by_rule"] += own in found.holding
        counted["rules"] += len(found.holding)
        counted["best_guess"] += guess == own
        counted["named"] += named
        counted["right"] += named and guess == own
        counted["unknown_rejected"] += not unknown_named
        examples[names[own]] += 1
        right_of[names[own]] += guess == own
        other_of[names[own]] += not named
        if guess != own:
            confused.setdefault((names[own], names[guess]), []).append(written.get(text, text))
    total = max(1, sentences.examples)
    ordered = sorted(confused.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return Figures(
        sentences.examples,
        _share(counted["by_rule"], total),
        _share(counted["by_rule"], counted["rules"]),
        _share(counted["best_guess"], total),
        _share(counted["named"], total),
        _share(counted["right"], counted["named"]),
        _share(counted["unknown_rejected"], total),
        [IntentFigures(name, examples[name], right_of[name], other_of[name]) for name in names],
        [Confusion(intent, taken, len(texts), texts[0]) for (intent, taken), texts in ordered],
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
