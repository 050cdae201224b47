"""How right the intent tagger is on real queries it has never seen: `python benchmarks/intents.py [--data DIR] [--json FILE]`.

BANKING77 (PolyAI, CC BY 4.0): eighteen of its 77 intents, chosen and named before anything was measured, described in
banking18.yaml in our own words (rules, and five examples each). The texts of these are in scope, those of the other 59 are
near-out-of-scope: the same bank, other subjects. DSTC11 (CDLA-Permissive-2.0) is a second desk of the same kind: its
intents are described by nothing, so it shows only that unknown subjects are left alone.

Figures are given for all texts and for both halves (even and odd lines): errors were only ever looked at in even lines.
"""

import argparse
import csv
import gzip
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from processors.intents.rules import Rules
from processors.intents.tagger import Tagger, tagger_of
from processors.intents.taxonomy import Taxonomy
from processors.normalise import normalised
from processors.utterance import IntentMatch

HERE = Path(__file__).parent
LOST = (0.02, 0.05, 0.1, 0.15, 0.2)
"""Shares of texts in scope that a rejection threshold may cost: points of the curve."""
Texts = list[tuple[str, str]]
"""(normalised text, intent)"""


class Quality(msgspec.Struct, frozen=True):
    """One set of texts; all figures are shares."""

    texts: int
    best_guess: float
    """The best single guess is right, nothing rejected."""
    interval: tuple[float, float]
    """95 % (Wilson) of best_guess."""
    with_abstention: float
    """As shipped: what is left to "other" counts as wrong."""
    abstained: float
    precision: float
    """As shipped: of the best guesses that are given, those that are right."""
    rule_precision: float
    """Of all rules that hold, the right ones."""
    rule_coverage: float
    near_texts: int
    near_rejected: float
    """As shipped: near-out-of-scope texts left to "other"."""
    near_rejected_at: dict[str, float]
    """Share of in-scope texts lost -> near-out-of-scope texts rejected by the same threshold."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("VOC_TEST_DATA", str(HERE.parent.parent / "shared" / "data")))
    parser.add_argument("--json", metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    data = Path(given.data)
    source = data / "banking77" / "train.csv"
    if not source.is_file():
        sys.exit(f"no {source}: name the folder that holds banking77/train.csv (CC BY 4.0, PolyAI) by --data or VOC_TEST_DATA")
    taxonomy = Taxonomy.load(HERE / "banking18.yaml")
    tagger = tagger_of(taxonomy)
    with source.open(encoding="utf-8", newline="") as file:
        rows = [(normalised(text), intent) for text, intent in list(csv.reader(file))[1:]]
    halves = {"all": rows, "even lines": rows[::2], "odd lines": rows[1::2]}
    figures = {name: quality(tagger, taxonomy, half) for name, half in halves.items()}
    other_desk = _other_desk(tagger, data / "dstc11")
    default = tagger_of(Taxonomy.default())
    speed = {"zh chat turns (µs a turn)": _speed(default, data)}
    _print(figures, other_desk, speed)
    if given.json:
        report = {"banking18": msgspec.to_builtins(figures), "dstc11": other_desk, "speed": speed}
        Path(given.json).write_text(json.dumps(report, indent=2), encoding="utf-8")


def quality(tagger: Tagger, taxonomy: Taxonomy, rows: Sequence[tuple[str, str]]) -> Quality:
    """Return the figures of a tagger on texts, of which those of an intent that it does not know are near-out-of-scope."""
    inside = [(text, intent) for text, intent in rows if intent in taxonomy.by_name]
    outside = [text for text, intent in rows if intent not in taxonomy.by_name]
    texts = [text for text, _intent in inside]
    truth = [intent for _text, intent in inside]
    guesses, shipped = tagger.guesses(texts), tagger.matches(texts)
    right = _right([[guess] if guess else [] for guess in guesses], truth)
    shipped_right = _right(shipped, truth)
    given = np.array([bool(found) for found in shipped])
    rules = Rules(taxonomy.intents)
    held = [rules.names_in(text) for text in texts]
    covered = sum(intent in names for intent, names in zip(truth, held, strict=True))
    scores = np.array([guess.score if guess else 0.0 for guess in guesses])
    near = np.array([guess.score if guess else 0.0 for guess in tagger.guesses(outside)])
    return Quality(
        len(inside),
        _rounded(right.mean()),
        _wilson(int(right.sum()), len(right)),
        _rounded(shipped_right.mean()),
        _rounded(1 - given.mean()),
        _rounded(shipped_right[given].mean()),
        _rounded(covered / max(1, sum(map(len, held)))),
        _rounded(covered / len(inside)),
        len(outside),
        _rounded(_mean([not found for found in tagger.matches(outside)])),
        {f"{lost:.0%}": _rounded((near < np.quantile(scores, lost)).mean()) for lost in LOST},
    )


def _right(found: Sequence[Sequence[IntentMatch]], truth: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([bool(matches) and matches[0].name == intent for matches, intent in zip(found, truth, strict=True)])


def _other_desk(tagger: Tagger, folder: Path) -> dict[str, float]:
    """Return, by file, the share of another desk's utterances that the tagger leaves to "other"."""
    shares = {}
    for path in sorted(folder.glob("*.jsonl")):
        texts = [normalised(json.loads(line)["utterance"]) for line in path.read_text("utf-8").splitlines()]
        shares[path.name] = _rounded(_mean([not found for found in tagger.matches(texts)]))
    return shares


def _speed(tagger: Tagger, data: Path) -> float:
    """Return microseconds of CPU a turn: unique Chinese chat turns of about 12 characters, batches of 1,024, median of 9."""
    with gzip.open(data / "chat_dev.tsv.gz", "rt", encoding="utf-8") as file:
        pieces = [normalised(line.split("\t")[-1])[:14] for line in file]
    rng = random.Random(5)
    turns = list(dict.fromkeys(one[: rng.randrange(4, 15)] + rng.choice(pieces)[:6] for one in pieces for _ in range(20)))[:4096]
    took = []
    for _ in range(9):
        begun = time.process_time()
        for start in range(0, len(turns), 1024):
            tagger.matches(turns[start : start + 1024])
        took.append((time.process_time() - begun) / len(turns) * 1e6)
    return round(sorted(took)[len(took) // 2], 1)


def _wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share; Wilson (1927)."""
    z, share = 1.96, right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5 / (1 + z * z / of)
    return _rounded(middle - half), _rounded(middle + half)


def _mean(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / max(1, len(outcomes))


def _rounded(share: float) -> float:
    return round(float(share), 4)


def _print(figures: dict[str, Quality], other_desk: dict[str, float], speed: dict[str, float]) -> None:
    names = list(figures)
    print(f"{'BANKING77, 18 intents, 5 examples each + rules':46}" + "".join(f"{name:>12}" for name in names))
    for field, label in (
        ("texts", "texts in scope"),
        ("best_guess", "best guess right (goal .90)"),
        ("with_abstention", "as shipped, other counts as wrong"),
        ("abstained", "as shipped, left to other"),
        ("precision", "as shipped, right of those given"),
        ("rule_precision", "rule precision (goal .97)"),
        ("rule_coverage", "rule coverage"),
        ("near_texts", "near-out-of-scope texts"),
        ("near_rejected", "as shipped, rejected"),
    ):
        print(f"{label:46}" + "".join(f"{getattr(figures[name], field):>12}" for name in names))
    for lost in figures[names[0]].near_rejected_at:
        label = f"rejected where {lost} of in-scope is lost" + (" (goal .60)" if lost == "10%" else "")
        print(f"{label:46}" + "".join(f"{figures[name].near_rejected_at[lost]:>12}" for name in names))
    low, high = figures[names[0]].interval
    print(f"{'95 % interval of the best guess':46}{f'{low}-{high}':>12}")
    for name, share in other_desk.items():
        print(f"{'left to other: ' + name:46}{share:>12}")
    for label, value in speed.items():
        print(f"{label:46}{value:>12}")


if __name__ == "__main__":
    main()
