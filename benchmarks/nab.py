"""The Numenta Anomaly Benchmark's score of a folder of series, by its published definition, and `voc detect` under it.

    python -m benchmarks.nab [FOLDER] [--json FILE]       FOLDER: *.csv (timestamp,value) and windows.json

Definition: Lavin & Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", ICMLA 2015, as the benchmark's version 1.1 runs
it. A row whose score reaches the threshold is a detection. In a labelled window only the earliest counts, by how early it
is: sigmoid(y) = 2 / (1 + exp(5 y)) - 1, y from -1 at the left edge to 0 behind the right one. Outside it is a false
positive: -1, or less just behind a window (the same sigmoid, y in windows' widths). The first 15 % of a file, 750 rows at most,
are not scored. One threshold for all files, the one that scores best; 0 is what silence gets, 100 what a detection on the
first row of every window gets.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks import measure, texts

Floats = NDArray[np.float64]

PROBATION_SHARE, PROBATION_ROWS = 0.15, 750


class Profile(NamedTuple):
    """What a detection, a false positive and a missed window weigh."""

    hit: float
    false: float
    missed: float


PROFILES = {
    "standard": Profile(1.0, 0.11, 1.0),
    "reward_low_FP_rate": Profile(1.0, 0.22, 1.0),
    "reward_low_FN_rate": Profile(1.0, 0.11, 2.0),
}


class Series(NamedTuple):
    """One file: its rows, and the windows as (first, last) row, both in it."""

    path: Path
    times: list[str]
    values: Floats
    windows: list[tuple[int, int]]


class Score(NamedTuple):
    """A profile's result at its best threshold."""

    score: float
    """0: silence; 100: perfect."""
    threshold: float
    found: int
    """Windows with a detection."""
    windows: int
    false: int
    """Rows outside windows at or above the threshold."""


def read(folder: Path) -> list[Series]:
    """Read the series of a folder and their windows."""
    windows = json.loads((folder / "windows.json").read_text("utf-8"))
    return [_series(folder / name, limits) for name, limits in sorted(windows.items())]


def _series(path: Path, limits: Sequence[tuple[str, str]]) -> Series:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    times = [row["timestamp"] for row in rows]
    at: dict[datetime, int] = {}
    for i, time in enumerate(times):
        at.setdefault(datetime.fromisoformat(time), i)
    windows = [(at[datetime.fromisoformat(first)], at[datetime.fromisoformat(last)]) for first, last in limits]
    return Series(path, times, np.array([float(row["value"]) for row in rows]), windows)


def sigmoid(position: float) -> float:
    """What a detection is worth at a position relative to a window: near 1 at -1, 0 at 0, near -1 beyond; -1 from 3 on."""
    return -1.0 if position > 3 else 2 / (1 + math.exp(5 * position)) - 1


def worth(rows: int, windows: Sequence[tuple[int, int]]) -> tuple[Floats, NDArray[np.int64]]:
    """What a detection in each row is worth, unweighted; and the window it lies in, -1 for none, -2 for not scored."""
    value, window = np.full(rows, -1.0), np.full(rows, -1)
    for number, (first, last) in enumerate(windows):
        width, top = last - first + 1, sigmoid(-1)
        value[first : last + 1] = [sigmoid(-(last - i + 1) / width) / top for i in range(first, last + 1)]
        window[first : last + 1] = number
        until = windows[number + 1][0] if number + 1 < len(windows) else rows
        value[last + 1 : until] = [sigmoid((i - last) / max(width - 1, 1)) for i in range(last + 1, until)]
    window[: math.ceil(min(math.floor(PROBATION_SHARE * rows), PROBATION_ROWS))] = -2
    return value, window


def sweep(series: Sequence[Series], scores: Sequence[Sequence[float] | Floats], profile: Profile) -> Score:
    """Score the files together at the threshold that suits the profile best."""
    parts, windows, offset = [], [], 0
    for one, found in zip(series, scores, strict=True):
        if len(found) != len(one.times):
            raise ValueError(f"{one.path.name}: {len(found)} scores for {len(one.times)} rows")
        value, window = worth(len(one.times), one.windows)
        parts.append(value)
        windows.append(np.where(window >= 0, window + offset, window))
        offset += len(one.windows)
    value, window = np.concatenate(parts), np.concatenate(windows)
    pooled = np.concatenate([np.asarray(found, float) for found in scores])
    kept = np.flatnonzero(window != -2)
    order = kept[np.argsort(-pooled[kept], kind="stable")]
    value, window = value[order], window[order]
    gain, first = np.where(window == -1, profile.false * value, 0.0), np.zeros(len(order), bool)
    scored = 0
    for number in range(offset):
        place = np.flatnonzero(window == number)
        if not len(place):
            continue  # wholly in the probation: counted by nobody, but by the perfect score
        scored += 1
        best = np.maximum.accumulate(profile.hit * value[place])
        gain[place] = np.diff(best, prepend=-profile.missed)
        first[place[0]] = True
    silence = -profile.missed * scored
    total = np.concatenate([[silence], silence + np.cumsum(gain)])
    levels = pooled[order]
    ends = np.concatenate([[True], np.append(levels[1:] != levels[:-1], True)])  # rows of one score stand or fall together
    best_end = int(np.flatnonzero(ends)[np.argmax(total[ends])])
    threshold = float(levels[best_end - 1]) if best_end else math.inf
    score = 100 * (float(total[best_end]) - silence) / (profile.hit * offset - silence)
    return Score(score, threshold, int(first[:best_end].sum()), offset, int((window[:best_end] == -1).sum()))


def score_all(series: Sequence[Series], detect: Callable[[Series], Sequence[float] | Floats]) -> dict[str, Score]:
    """Run a detector over each series, and score it by every profile."""
    scores = [detect(one) for one in series]
    return {name: sweep(series, scores, profile) for name, profile in PROFILES.items()}


def voc_detect(one: Series) -> Floats:
    """The scores that `voc detect` gives a file's rows, as anyone would ask it."""
    command = [str(Path(sys.executable).with_name("voc")), "detect", "--step", "5m"]
    with one.path.open("rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, check=True)  # noqa: S603 - ours
    return np.array([json.loads(line)["score"] for line in done.stdout.splitlines()])


def main() -> None:
    """Score `voc detect` on a folder of series."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="*.csv and windows.json (default: nab_dev of the evaluation data)")
    parser.add_argument("--json", metavar="FILE", help="write what was measured")
    options = parser.parse_args()
    data = texts.folder()
    folder = options.folder or (data / "nab_dev" if data else None)
    if folder is None or not (folder / "windows.json").is_file():
        raise SystemExit("no series: name a folder of *.csv with windows.json, or the evaluation data in VOC_TEST_DATA")
    series = read(folder)
    found = score_all(series, voc_detect)
    rows = [(name, f"{s.score:.1f}", f"{s.threshold:.2f}", f"{s.found} of {s.windows}", s.false) for name, s in found.items()]
    columns = ("profile", "score", "threshold", "windows found", "false positives")
    measure.show(f"voc detect on {len(series)} series of {folder.name}, {sum(len(s.times) for s in series)} rows", columns, rows)
    measure.write_json(options.json, {name: score._asdict() for name, score in found.items()})


if __name__ == "__main__":
    main()
