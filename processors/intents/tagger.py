"""Which intents a turn has: every rule that holds, and what the model is sure enough of; else none, which is "other".

Rules are precise and the model brings what nobody thought of. Scores of one turn compare: a rule that holds counts for .9
and, by the model's word, up to 1; the model alone for up to .9. The model names
- one intent where no rule holds, from its threshold and from a score of .25 on,
- any beside others, from a threshold that almost nothing unknown reaches.
A literal in an intent's `none` makes the model less sure of it too, and then it must reach the second threshold. What a
speech recogniser doubted needs a higher score: both thresholds move towards 1 by half of the doubt.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from processors import models
from processors.intents import train
from processors.intents.model import Cut, Model, Scores, Weighed
from processors.intents.rules import NOTHING, Found, Rules, Vetoes
from processors.intents.taxonomy import Taxonomy
from processors.models import Builder, key_of
from processors.registry import BatchFunction, Resources, processor_factory
from processors.utterance import IntentMatch, Utterance

VETO = 0.1
"""What a literal of `none` takes from the model's score."""
_DOUBT = 0.5
_RULE, _MODEL = 0.9, 0.89
"""A rule's least score, and the model's greatest without one."""
_LEAST = 0.25
"""The model's least score for an intent without a rule: a guess that is right less than once in four is none."""
_SHORTEST = 2
"""Characters below which a turn says nothing to the model."""


class Tagger:
    """A taxonomy, compiled: its rules and, if it has examples, its model."""

    def __init__(self, taxonomy: Taxonomy, model: Model | None) -> None:
        self.names = [intent.name for intent in taxonomy.intents]
        self.rules = Rules(taxonomy.intents)
        self.model = model

    def matches(self, texts: Sequence[str], confidences: Sequence[float] | None = None) -> list[list[IntentMatch]]:
        """Return the intents of each normalised text, best first; the first is the best single guess.

        `confidences` are the speech recogniser's, 0 … 1 (default: 1). No text's answer depends on another's.
        """
        found, vetoed = self.rules.look_all(texts)
        if self.model is None:
            return [self._ruled(one) for one in found]
        weighed = self.model.weigh(texts)
        weighed.scores[:, :-1] -= VETO * vetoed
        return self._with_model(self.model, texts, found, vetoed, weighed, confidences or [1.0] * len(texts))

    def guesses(self, texts: Sequence[str]) -> list[IntentMatch | None]:
        """Return the best single guess for each normalised text, however unsure; None only where nothing is known of it.

        What measures the tagger: to reject guesses below some score is what thresholds do.
        """
        if self.model is None:
            return [found[0] if found else None for found in self.matches(texts)]
        weighed = self.model.weigh(texts)
        scores = weighed.scores[:, :-1] - np.float32(VETO) * self.rules.look_all(texts)[1]
        intents = scores.argmax(1)
        best: list[IntentMatch | None] = []
        for turn, found in enumerate(self.matches(texts)):
            intent, score = int(intents[turn]), float(scores[turn, intents[turn]])
            unsure = IntentMatch(self.names[intent], _MODEL * self.model.cut(texts[turn]).sureness(score), "model")
            best.append(found[0] if found else unsure if score > 0 else None)
        return best

    def _with_model(
        self,
        model: Model,
        texts: Sequence[str],
        found: Sequence[Found],
        vetoed: Vetoes,
        weighed: Weighed,
        confidences: Sequence[float],
    ) -> list[list[IntentMatch]]:
        scores = weighed.scores
        best = scores.argmax(1)
        tops = scores[np.arange(len(texts)), best]
        lowest = min(cut.threshold for cut in model.about.cuts)
        asked = (tops >= lowest) & (best < len(self.names))
        doubted = np.zeros(len(texts), np.bool_)
        doubted[asked] = vetoed[asked, best[asked]]
        asked[[turn for turn, one in enumerate(found) if one is not NOTHING]] = True
        chosen: list[list[IntentMatch]] = [[] for _ in texts]
        for turn in np.flatnonzero(asked).tolist():
            text, one = texts[turn], found[turn]
            if len(text) >= _SHORTEST or one.holding:
                cut, top = model.cut(text), float(tops[turn])
                alone = -1.0 if doubted[turn] else top
                said = self._said(cut, scores[turn], (int(best[turn]), top, alone), confidences[turn], one)
                chosen[turn] = self._ranked(one, said, cut, model, weighed, turn)
        return chosen

    def _said(
        self, cut: Cut, scores: Scores, best: tuple[int, float, float], confidence: float, found: Found
    ) -> dict[int, float]:
        """Return intent -> the model's score: of all that rules name and of what it names itself. `best` is its best, its
        score, and what of that counts where no rule holds.
        """
        doubt = _DOUBT * (1.0 - min(max(confidence, 0.0), 1.0)) if confidence != 1.0 else 0.0
        intent, top, alone = best
        said = {rule: float(scores[rule]) for rule in found.holding}
        if not said and alone >= cut.threshold + (1.0 - cut.threshold) * doubt:
            said[intent] = alone
        sure = cut.sure + (1.0 - cut.sure) * doubt
        if top >= sure:
            said |= {int(one): float(scores[one]) for one in np.flatnonzero(scores[:-1] >= sure)}
        return said

    def _ranked(
        self, found: Found, said: dict[int, float], cut: Cut, model: Model, weighed: Weighed, turn: int
    ) -> list[IntentMatch]:
        ranked = []
        for intent, score in said.items():
            sureness = cut.sureness(score)
            if intent in found.holding:
                total, terms = _RULE + (1.0 - _RULE) * sureness, self.rules.terms(intent, found)
                source = "rule+model" if score >= cut.threshold else "rule"
            else:
                total, terms, source = _MODEL * sureness, model.terms(weighed, turn, intent), "model"
                if total < _LEAST:
                    continue
            ranked.append(IntentMatch(self.names[intent], round(total, 4), source, terms))
        if len(ranked) > 1:
            ranked.sort(key=lambda match: (-match.score, match.name))
        return ranked

    def _ruled(self, found: Found) -> list[IntentMatch]:
        """Return what the rules say where there is no model: those with the longest literal first."""
        ranked = [(intent, self.rules.terms(intent, found)) for intent in found.holding]
        ranked.sort(key=lambda one: (-max(map(len, one[1]), default=0), one[0]))
        return [IntentMatch(self.names[intent], _RULE, "rule", terms) for intent, terms in ranked]


def tagger_of(taxonomy: Taxonomy) -> Tagger:
    """Return the tagger of a taxonomy; its model is built if it is not in the store yet (seconds, ModelsUnavailable)."""
    if not train.trainable(taxonomy.intents):
        return Tagger(taxonomy, None)
    return Tagger(taxonomy, models.store().load("intents", _key(taxonomy), _builder(taxonomy), Model))


def model_path(taxonomy: Taxonomy, fitted: train.Fitted | None = None) -> Path:
    """Return the directory of a taxonomy's model; if it is not there it is built, or `fitted`, its own, is written."""
    return models.store().path("intents", _key(taxonomy), _builder(taxonomy, fitted))


def _key(taxonomy: Taxonomy) -> str:
    return key_of([taxonomy.fingerprint, *train.decisive()])


def _builder(taxonomy: Taxonomy, fitted: train.Fitted | None = None) -> Builder:
    return lambda place: train.write(fitted or train.fit(taxonomy.intents), place)


@processor_factory("intents", needs=("normalise",))
def build(resources: Resources) -> BatchFunction:
    """Return a step that fills `intents` and `intent_matches` of customer turns; all other turns are left alone."""
    tagger = tagger_of(resources.taxonomy)

    def tag(batch: Sequence[Utterance]) -> None:
        turns = [utterance for utterance in batch if utterance.sender_role == "customer"]
        texts, confidences = [turn.matching for turn in turns], [turn.confidence for turn in turns]
        for turn, found in zip(turns, tagger.matches(texts, confidences), strict=True):
            turn.intent_matches = found
            turn.intents = sorted(match.name for match in found)

    return tag
