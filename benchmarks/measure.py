"""How things are measured here: CPU time of this process, medians of several rounds over texts that no round shares."""

import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.texts import Labelled


class Speed(NamedTuple):
    """Texts a second of CPU: the median of the rounds, and how far they lay apart."""

    median: float
    low: float
    high: float


def speed(work: Callable[[Sequence[str]], object], rounds: Sequence[Sequence[str]], batch: int) -> Speed:
    """Measure `work` over each round's texts, cut into batches."""
    rates = []
    for texts in rounds:
        began = time.process_time()
        for start in range(0, len(texts), batch):
            work(texts[start : start + batch])
        rates.append(len(texts) / (time.process_time() - began))
    return Speed(statistics.median(rates), min(rates), max(rates))


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, hits / of
    centre, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (centre - spread) / (1 + z * z / of), (centre + spread) / (1 + z * z / of)


class Quality(NamedTuple):
    """How labels compare: shares with 95 % intervals as (value, low, high)."""

    texts: int
    accuracy: tuple[float, float, float]
    f1_negative: float
    neutral_called_emotional: tuple[float, float, float]


def quality(labelled: Sequence[Labelled], given: Sequence[str]) -> Quality:
    """Compare given labels with true ones."""
    pairs = [(one.label, label) for one, label in zip(labelled, given, strict=True)]
    right = sum(true == label for true, label in pairs)
    both = sum(true == label == "negative" for true, label in pairs)
    named = sum(label == "negative" for _, label in pairs) + sum(true == "negative" for true, _ in pairs)
    neutral = [label for true, label in pairs if true == "neutral"]
    alarms = sum(label != "neutral" for label in neutral)
    return Quality(len(pairs), share(right, len(pairs)), 2 * both / named if named else 0.0, share(alarms, len(neutral)))


def share(hits: int, of: int) -> tuple[float, float, float]:
    """Return a share and its 95 % interval."""
    return (hits / of if of else 0.0, *interval(hits, of))


def fresh_process(code: str) -> tuple[float, float]:
    """Run code in a process of its own; wall seconds from its start to the end of the code, and its peak RSS in MB (Linux).

    The interpreter's own start is in it. The least of three.
    """
    # not ru_maxrss: a child inherits what its parent had
    told = "\nprint(next(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    found = []
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code + told], capture_output=True, text=True, check=True)  # noqa: S603 - ours
        found.append((time.perf_counter() - began, float(done.stdout.split()[-1])))
    return min(found)


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print one table."""
    table = Table(*columns, title=title, title_justify="left", box=None, header_style="bold")
    for row in rows:
        table.add_row(*map(str, row))
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160).print(table)


def write_json(path: str | None, value: Any) -> None:
    """Write what was measured, if a file is named."""
    if path:
        Path(path).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
