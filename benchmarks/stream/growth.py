"""Section `growth`: what more events, more partitions and a second worker change."""

import argparse
from typing import Any

from benchmarks import measure
from benchmarks.stream import processes
from benchmarks.stream.desk import Desk, desk
from benchmarks.stream.processes import Run, spread

BASE = 30_000


def growth(options: argparse.Namespace, broker: str) -> dict[str, Any]:
    """Each line: CPU of an event (of all workers together) and events a second of wall-clock time."""
    base, rounds = (5_000, 1) if options.quick else (BASE, min(options.rounds, 3))
    cases = [(f"{times} x {base:,} events", times * base, 6, 1) for times in (1, 2, 4, 8)]
    cases += [(f"{partitions} partition{'s' if partitions > 1 else ''}", 2 * base, partitions, 1) for partitions in (1, 6, 12)]
    cases += [(f"{workers} worker{'s' if workers > 1 else ''}", 4 * base, 6, workers) for workers in (1, 2)]
    found: dict[str, list[Run]] = {case[0]: [] for case in cases}
    with desk(broker) as place:
        prefixes = {partitions: place.filled(8 * base if partitions == 6 else 2 * base, partitions) for partitions in (1, 6, 12)}
        for _ in range(rounds):
            for name, events, partitions, workers in cases:
                found[name].append(_run(place, prefixes[partitions], events, workers))
                processes.tell(name, found[name][-1].us)
    rows = [(name, spread([run.us for run in runs]), spread([run.a_second for run in runs])) for name, runs in found.items()]
    measure.show(
        f"voc worker --roles understand, packaged pipeline, {rounds} rounds; {processes.load()} (with broker and warehouse)",
        ("", "µs of CPU an event", "events a second"),
        rows,
    )
    return {name: [run._asdict() for run in runs] for name, runs in found.items()}


def _run(place: Desk, prefix: str, events: int, workers: int) -> Run:
    commands = [place.command("voc", 1, "understand")] * workers  # a mark after each batch
    run = processes.run(commands, events, place.environment(prefix))
    place.again(prefix)
    return run
