"""How the model is made: from a taxonomy and the small talk, in seconds, the same numbers from the same file.

Regularised least squares over tf-idf pieces: the n × n kernel of the n sentences is inverted once, and what each sentence
would have scored had it been left out follows exactly without a second training (Rifkin & Lippert, "Notes on Regularized
Least Squares", 2007), as it does for a whole intent left out. The first tells how subjects that are known score, the second
how subjects score that nobody has described; the thresholds stand between them, and no text has to be kept back.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from processors.intents.features import Hashes, is_east_asian, pieces, spelled
from processors.intents.model import FILES, MIX, About, Cut
from processors.intents.small_talk import SMALL_TALK
from processors.intents.taxonomy import Intent
from processors.normalise import normalised

MAX_SENTENCES = 4000
"""The time grows with the third power; of more, every intent keeps as many, evenly spaced."""

_RIDGE = 0.3
_WORTH = (1.0, 0.5, 2.0, 1.5)
"""What the kinds of pieces weigh: characters and words, runs of letters (a word has many), meanings, pairs of meanings."""
_LABEL, _LITERAL, _SMALL_TALK = 0.5, 0.6, 0.5
"""What a label, a literal of `any` and a line of small talk weigh beside an example."""
_UNKNOWN_PASS = 0.4
"""Share of sentences of subjects left out that may pass the threshold."""
_UNKNOWN_SURE = 0.02
_SMALL_TALK_PASS = 0.15
_FURTHER = 0.1
_FEW = 20
_FLOOR = 0.2
_GRID = 4096.0
"""Weights are multiples of 1/4096: far finer than they are known, and sums of them are exact in 32 bits."""

Matrix = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Sentences(msgspec.Struct, frozen=True):
    """What there is to learn from: normalised; the examples stand first, in the order of the file."""

    texts: list[str]
    intents: Numbers
    weights: Matrix
    examples: int


class Fitted(msgspec.Struct, frozen=True):
    """A model before it is written, and how its examples fare: (n × intents + 1) scores of every sentence with itself left
    out, and with its whole intent left out.
    """

    sentences: Sentences
    alone: Matrix
    without_intent: Matrix
    about: About
    vocabulary: Hashes
    weights: npt.NDArray[np.float32]
    squares: Matrix


def fit(intents: Sequence[Intent]) -> Fitted:
    """Train on the examples, labels and literals of intents, at least one of which must have an example (`trainable`).

    Blocks for a second or two; needs memory for 3 · n² numbers.
    """
    sentences = _sentences(intents)
    vocabulary, idf, design = _tfidf(sentences.texts)
    kernel = np.asarray((design @ design.T).todense())
    truth = np.zeros((len(sentences.texts), len(intents) + 1))
    truth[np.arange(len(truth)), sentences.intents] = 1.0
    inverse = np.linalg.inv(kernel + np.diag(_RIDGE / sentences.weights))
    dual = inverse @ truth
    alone = truth - dual / np.diag(inverse)[:, None]
    without = _without_intent(sentences.intents, truth, inverse, dual)
    weights = np.round(np.asarray(design.T @ dual) * idf[:, None] * _GRID) / _GRID
    written = spelled(sentences.texts)
    mixed = vocabulary * MIX
    order = np.argsort(mixed)
    about = About(
        tuple(intent.name for intent in intents),
        _cuts(sentences, alone, without),
        round((np.log(1 + len(truth)) + 1) ** 2 * 1024) / 1024,
        tuple(written[int(vocabulary[i])] for i in order),
    )
    squares = np.round(idf[order] ** 2 * 1024) / 1024
    return Fitted(sentences, alone, without, about, mixed[order], weights[order].astype(np.float32), squares)


def write(fitted: Fitted, directory: Path) -> None:
    """Write a model into a directory, for `Model` to read."""
    vocabulary, weights, squares, about = (directory / name for name in FILES)
    np.save(vocabulary, fitted.vocabulary, allow_pickle=False)
    np.save(weights, fitted.weights, allow_pickle=False)
    np.save(squares, fitted.squares, allow_pickle=False)
    about.write_bytes(msgspec.json.encode(fitted.about))


def decisive() -> list[Path | str]:
    """All that decides a model besides its taxonomy: this code, that of the form and the pieces of texts, the small talk and
    the synonyms, and the packages that spell and compute.
    """
    from importlib.metadata import version

    here = Path(__file__).parent
    code = [here / f"{name}.py" for name in ("train", "model", "features", "meanings", "synonyms", "small_talk")]
    return [*code, here.parent / "normalise.py", *(version(name) for name in ("numpy", "OpenCC", "scipy"))]


def trainable(intents: Sequence[Intent]) -> bool:
    """Say whether there is an example to learn from."""
    return any(intent.examples for intent in intents)


def _sentences(intents: Sequence[Intent]) -> Sentences:
    """Examples, then labels and literals (what people would write in one word), then small talk."""
    known = [number for number, intent in enumerate(intents) if intent.examples]
    rows = [(normalised(text), number, 1.0) for number in known for text in _some(intents[number].examples, len(known))]
    examples = len(rows)
    for number in known:
        intent = intents[number]
        labels = dict.fromkeys(map(normalised, (intent.label_zh, intent.label_en, intent.name.replace("_", " "))))
        rows += [(text, number, _LABEL) for text in labels]
        rows += [(text, number, _LITERAL) for text in _some(intent.any, 8 * len(known))]
    rows += [(normalised(text), len(intents), _SMALL_TALK) for text in SMALL_TALK]
    texts, numbers, weights = zip(*rows, strict=True)
    return Sentences(list(texts), np.array(numbers), np.array(weights), examples)


def _some(texts: Sequence[str], shares: int) -> Sequence[str]:
    most = max(1, MAX_SENTENCES // shares)
    return texts if len(texts) <= most else [texts[i * len(texts) // most] for i in range(most)]


def _tfidf(texts: Sequence[str]) -> tuple[Hashes, Matrix, Any]:
    """Return (hashes of the pieces, their idf, sparse rows of length 1); a piece counts once a sentence."""
    from scipy.sparse import csr_matrix

    rows, hashes, ends = pieces(texts)
    vocabulary, columns = np.unique(hashes, return_inverse=True)
    worth = np.ones(len(vocabulary))
    worth[columns] = np.repeat(_WORTH, np.diff((0, *ends)))
    keys = np.unique(rows * len(vocabulary) + columns)
    rows, columns = np.divmod(keys, len(vocabulary))
    found = np.bincount(columns, minlength=len(vocabulary))
    idf = np.log((1 + len(texts)) / (1 + found)) + 1
    idf *= worth
    lengths = np.sqrt(np.bincount(rows, idf[columns] ** 2, len(texts)))
    design = csr_matrix((idf[columns] / lengths[rows], (rows, columns)), shape=(len(texts), len(vocabulary)))
    return vocabulary, idf, design


def _without_intent(intents: Numbers, truth: Matrix, inverse: Matrix, dual: Matrix) -> Matrix:
    """Return what every sentence scores when nothing of its intent had been learnt."""
    scores = np.zeros_like(truth)
    for intent in np.unique(intents):
        block = np.flatnonzero(intents == intent)
        scores[block] = truth[block] - np.linalg.solve(inverse[np.ix_(block, block)], dual[block])
    return scores


def _cuts(sentences: Sentences, alone: Matrix, without: Matrix) -> tuple[Cut, Cut]:
    """Return the thresholds for each kind of script; one with few examples takes those of all."""
    east_asian = np.array([is_east_asian(text) for text in sentences.texts])
    examples = np.arange(len(east_asian)) < sentences.examples
    cuts = []
    for script in (~east_asian, east_asian):
        counted = script if (script & examples).sum() >= _FEW else np.ones_like(script)
        cuts.append(_cut(sentences.intents, alone, without, counted & examples, counted))
    return cuts[0], cuts[1]


def _cut(intents: Numbers, alone: Matrix, without: Matrix, examples: Mask, counted: Mask) -> Cut:
    known = alone[examples, :-1]
    unknown = without[examples, :-1].max(1)
    small_talk = alone[counted & (intents == alone.shape[1] - 1), :-1].max(1)
    right = known.argmax(1) == intents[examples]
    threshold = max(_FLOOR, _quantile(unknown, 1 - _UNKNOWN_PASS), _quantile(small_talk, 1 - _SMALL_TALK_PASS))
    sure = max(threshold + _FURTHER, _quantile(unknown, 1 - _UNKNOWN_SURE))
    scores = np.concatenate((known.max(1), unknown, small_talk))
    outcome = np.concatenate((right, np.zeros(len(unknown) + len(small_talk)))).astype(np.float64)
    return Cut(round(threshold, 4), round(sure, 4), *_platt(scores, outcome))


def _platt(scores: Matrix, right: Matrix) -> tuple[float, float]:
    """Fit 1 / (1 + exp(-(a · score + b))) by Newton's method, slightly held towards nought."""
    design = np.stack((scores, np.ones_like(scores)), 1)
    found = np.zeros(2)
    for _ in range(30):
        expected = 1 / (1 + np.exp(-design @ found))
        gradient = design.T @ (expected - right) + 1e-2 * found
        curvature = (design * (expected * (1 - expected))[:, None]).T @ design + 1e-2 * np.eye(2)
        found = found - np.linalg.solve(curvature, gradient)
    # from a handful of examples it may come out falling: then likeness says nothing, and so does the score
    return round(max(float(found[0]), 0.0), 3), round(float(found[1]), 3)


def _quantile(values: Matrix, share: float) -> float:
    return float(np.quantile(values, share)) if len(values) else 0.0
