"""What snownlp's segmenter and classifier know, as arrays: built once from the data files of the installed package.

snownlp itself is not imported: that alone takes 3 s and 430 MB. Every number is computed by the same operations in
the same order as snownlp does at each character and word (snownlp/seg/y09_2047.py, classification/bayes.py), so
adding them up gives the same bits.
"""

import gc
import gzip
import marshal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from math import inf, log
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from processors.models import key_of, store
from processors.sentiment.snow_index import EntryIndex, Floats, KeyIndex, mapped

_BUILDER = "1"
"""Changes with every change of the files that `_build` writes."""

FIRST_HAN, LAST_HAN = 0x4E00, 0x9FA5
"""What snownlp takes for Chinese; all else goes into words at white space."""
BEGIN = 0
"""The character id that stands before the first character of a run."""
UNKNOWN = 8191
"""The character id of those that the segmenter has not seen."""
PACKED_LENGTH = 3
"""Words up to this many characters have a key; three code points of 21 bits fit 64."""

_TAGS = {"b": 0, "m": 1, "e": 2, "s": 3, "BOS": 3}
"""Begin, middle, end of a word, single; the beginning is kept in the slot of "s", which has nothing else there."""

Weight = tuple[float, float]
"""What a word adds to the log-probabilities of the two classes, in snownlp's order."""


class Tables(NamedTuple):
    """All that scoring needs, mapped into memory."""

    ids: npt.NDArray[np.int64]
    """The id of each character from FIRST_HAN to LAST_HAN."""
    alone: Floats
    """(id, tag): the log-probability where the context is not known; -inf for a tag the character never has."""
    pairs: EntryIndex
    """By `pair_key`, tags second | third of two bits each: takes the place of `alone`."""
    triples: EntryIndex
    """By `triple_key`, tags first | second | third: takes the place of the pair's, and is never less."""
    words: dict[str, Weight]
    """Every word of the classifier; stop words add nothing."""
    word_index: KeyIndex
    """The words of up to PACKED_LENGTH characters by their key."""
    word_weights: Floats
    """(place, class); the last row is `unseen`, so that place -1 is right."""
    unseen: Weight
    prior: Weight
    positive: int
    """Which of the two classes is the positive one."""


class _Classifier(msgspec.Struct):
    words: dict[str, Weight]
    unseen: Weight
    prior: Weight
    positive: int


def pair_key(second: Any, third: Any) -> Any:
    """Return the key of two neighbouring character ids (numbers or arrays)."""
    return second << 13 | third


def triple_key(first: Any, second: Any, third: Any) -> Any:
    """Return the key of three neighbouring character ids (numbers or arrays)."""
    return first << 26 | second << 13 | third


def word_key(word: str) -> int:
    """Return the key of a word of 1 … PACKED_LENGTH characters; NUL is told from nothing."""
    return sum((ord(character) + 1) << 21 * place for place, character in enumerate(word))


@cache
def tables() -> Tables:
    """Return the tables, built if they are not in the model store; about 0.1 s else. Raises ModelsUnavailable."""
    return store().load("snow", key_of([_BUILDER, *_sources()]), _build, _read)


def _read(place: Path) -> Tables:
    classifier = msgspec.json.decode((place / "classifier.json").read_bytes(), type=_Classifier)
    return Tables(
        ids=mapped(place / "ids.npy"),
        alone=mapped(place / "alone.npy"),
        pairs=EntryIndex(place, "pairs"),
        triples=EntryIndex(place, "triples"),
        words=classifier.words,
        word_index=KeyIndex.load(place, "words"),
        word_weights=mapped(place / "word_weights.npy"),
        unseen=classifier.unseen,
        prior=classifier.prior,
        positive=classifier.positive,
    )


def _sources() -> tuple[Path, Path, Path]:
    """The segmenter's counts, the classifier's counts and the stop words in the installed package."""
    spec = find_spec("snownlp")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("snownlp is not installed: reinstall groundswell with its dependencies", name="snownlp")
    package = Path(spec.origin).parent
    return package / "seg/seg.marshal.3", package / "sentiment/sentiment.marshal.3", package / "normal/stopwords.txt"


def _build(place: Path) -> None:
    segmenter, classifier, stop_words = _sources()
    with _without_collector():
        _write_segmenter(place, _unpacked(segmenter))
        _write_classifier(place, _unpacked(classifier), stop_words.read_text("utf-8"))


@contextmanager
def _without_collector() -> Iterator[None]:
    """A million tuples that all stay: looking through them for cycles takes longer than making them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _unpacked(path: Path) -> Any:
    return marshal.loads(gzip.decompress(path.read_bytes()))  # noqa: S302 - the installed package's file, as it reads it itself


def _write_segmenter(place: Path, model: Any) -> None:
    """Counts of characters with tags become log-probabilities; contexts with other characters than Chinese are never
    asked for and left out.
    """
    lambda1, lambda2, lambda3 = model["l1"], model["l2"], model["l3"]
    single, double, triple = model["uni"]["d"], model["bi"]["d"], model["tri"]["d"]
    total = model["uni"]["total"]
    known = sorted({c for (c, _tag), count in single.items() if count and c and FIRST_HAN <= ord(c) <= LAST_HAN})
    id_of = {"": BEGIN} | {character: place for place, character in enumerate(known, 1)}
    ids = np.full(LAST_HAN - FIRST_HAN + 1, UNKNOWN)
    ids[[ord(character) - FIRST_HAN for character in known]] = range(1, len(known) + 1)
    one = {state: lambda1 * (float(count) / total) for state, count in single.items() if state[0] in id_of}
    alone = np.full((len(known) + 1, 4), -inf)
    for (character, tag), value in one.items():
        if value and tag != "BOS":
            alone[id_of[character], _TAGS[tag]] = log(value)
    two = {}
    pairs, triples = [], []
    for (second, third), count in double.items():
        if second[0] in id_of and third[0] in id_of and third[1] != "BOS" and count:
            two[second, third] = value = float(lambda2 * count) / single[second]
            key = pair_key(id_of[second[0]], id_of[third[0]])
            pairs.append((key, _TAGS[second[1]] << 2 | _TAGS[third[1]], log(one.get(third, 0.0) + value)))
    for (first, second, third), count in triple.items():
        if first[0] in id_of and second[0] in id_of and third[0] in id_of and count:
            value = one.get(third, 0.0) + two.get((second, third), 0.0) + float(lambda3 * count) / double[first, second]
            key = triple_key(id_of[first[0]], id_of[second[0]], id_of[third[0]])
            triples.append((key, _TAGS[first[1]] << 4 | _TAGS[second[1]] << 2 | _TAGS[third[1]], log(value)))
    np.save(place / "ids.npy", ids)
    np.save(place / "alone.npy", alone)
    EntryIndex.write(place, "pairs", pairs)
    EntryIndex.write(place, "triples", triples)


def _write_classifier(place: Path, model: Any, stop_words: str) -> None:
    classes = list(model["d"])
    counts = [model["d"][name] for name in classes]

    def weight(word: str | None) -> Weight:
        first, second = (log(float(count["d"].get(word, count["none"])) / count["total"]) for count in counts)
        return first, second

    first, second = (log(count["total"]) - log(model["total"]) for count in counts)
    words = {word: weight(word) for word in sorted({word for count in counts for word in count["d"]})}
    words |= dict.fromkeys(sorted({line.strip() for line in stop_words.split("\n")}), (0.0, 0.0))  # x + 0.0 is x
    classifier = _Classifier(words, weight(None), (first, second), classes.index("pos"))
    (place / "classifier.json").write_bytes(msgspec.json.encode(classifier))
    packed = {word_key(word): weight for word, weight in words.items() if 0 < len(word) <= PACKED_LENGTH}
    order = KeyIndex.write(place, "words", np.array(list(packed), np.uint64))
    np.save(place / "word_weights.npy", np.append(np.array(list(packed.values()))[order], [classifier.unseen], axis=0))
