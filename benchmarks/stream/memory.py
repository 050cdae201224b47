"""Section `memory`: is what a worker keeps flat over millions of events, and under its goal?"""

import argparse
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmarks import measure
from benchmarks.stream import processes
from benchmarks.stream.desk import Desk, desk
from benchmarks.stream.processes import Candidate

PARTITIONS = 6
GOALS_MB = {"understand": 300, "understand,detect,tell": 500}
SAMPLE_S = 1.0
ROWS = 10


class Sample(NamedTuple):
    """At one moment."""

    events: int
    mb: float


class Enough(Exception):
    """The time is up."""


def memory(options: argparse.Namespace, broker: str) -> dict[str, Any]:
    """RSS of one worker, sampled each second, by events read; fitted over its second half."""
    found: dict[str, Any] = {}
    for roles in options.roles or list(GOALS_MB):
        with desk(broker, quick=not options.packaged) as place:
            begun = time.monotonic()
            prefix = place.filled(options.events, PARTITIONS)
            print(f"{options.events:,} events written in {time.monotonic() - begun:.0f} s", flush=True)
            found[roles] = _measure(place, prefix, roles, options)
    return found


def _measure(place: Desk, prefix: str, roles: str, options: argparse.Namespace) -> dict[str, Any]:
    samples: list[Sample] = []
    begun = last = time.monotonic()

    def watch(candidates: Sequence[Candidate]) -> None:
        nonlocal last
        if time.monotonic() - last >= SAMPLE_S and candidates[0].count:
            last = time.monotonic()
            samples.append(Sample(candidates[0].count, candidates[0].resident_mb))
        if time.monotonic() - begun > 60 * options.minutes:
            raise Enough

    try:
        environment = place.environment(prefix)
        processes.run([place.command("voc", 1, roles)], options.events, environment, watch, 60 * options.minutes + 60, 0.2)
    except Enough:
        print(f"ended after {options.minutes:g} minutes")
    read, seconds = samples[-1].events, time.monotonic() - begun
    half = [sample for sample in samples if sample.events >= read / 2]
    slope = float(np.polyfit([sample.events / 1e6 for sample in half], [sample.mb for sample in half], 1)[0])
    peak = max(sample.mb for sample in samples)
    at = [next(sample for sample in samples if sample.events >= read * part / ROWS) for part in range(1, ROWS + 1)]
    pipeline = "packaged" if options.packaged else "quick (no sentiment)"
    measure.show(
        f"voc worker --roles {roles}: {read:,} events in {seconds:.0f} s, {pipeline} pipeline; {processes.load()}",
        ("million events", *(f"{sample.events / 1e6:.2f}" for sample in at)),
        [("RSS, MB", *(f"{sample.mb:.0f}" for sample in at))],
    )
    verdict = "reached" if peak <= GOALS_MB[roles] else "MISSED"
    print(f"  greatest {peak:.0f} MB (goal ≤ {GOALS_MB[roles]} MB: {verdict}); second half: {slope:+.1f} MB a million events")
    return {"samples": samples, "peak_mb": peak, "mb_a_million": slope, "seconds": seconds, "goal_mb": GOALS_MB[roles]}
