"""Section `pipeline`: understand and store, beside Faust agents that do it with the same decoder, processors, rows and sink.

Peers call the very same stage (streams/understand.py), so what it does (decode, processors, rows, insert) is the same code; what
differs is how many events it is given at a time, and what Kafka and the framework cost around it. `insert` is the client's part;
the warehouse is a process of its own, and not counted.
"""

import argparse
from typing import Any

from benchmarks import measure
from benchmarks.stream import processes
from benchmarks.stream.desk import desk
from benchmarks.stream.processes import Run, spread

PARTITIONS = 6
EVENTS = {"voc": 24_000, "faust-batch": 12_000, "faust-each": 400}
WHAT = {
    "voc": "voc worker --roles understand: 4,000 at a time, claims on Kafka, commits",
    "faust-batch": "Faust agent, noack_take(1000): one call of the processors and one insert a batch",
    "faust-each": "Faust agent, one event: one call of the processors and one insert each",
}
PARTS = ("processors", "decode", "rows", "insert", "rest of the stage")
GOALS = (("in all", 2.0), ("not processors", 10.0), ("Kafka and framework", 10.0))


def pipeline(options: argparse.Namespace, broker: str) -> dict[str, Any]:
    """CPU of the worker's process for an event, and where it goes; how the peers stand to us."""
    runs: dict[str, list[Run]] = {name: [] for name in WHAT}
    with desk(broker) as place:
        prefix = place.filled(max(EVENTS.values()), PARTITIONS)
        for _ in range(options.rounds):
            for name, events in EVENTS.items():
                command = place.command(name, events // (10 if options.quick else 50), "understand")
                runs[name].append(processes.run([command], events, place.environment(prefix)))
                processes.tell(name, runs[name][-1].us)
                place.again(prefix)
    split = {name: [_split(run) for run in mine] for name, mine in runs.items()}
    columns = ("in all", *PARTS, "Kafka and framework", "not processors")
    measure.show(
        f"Understand and store, {PARTITIONS} partitions, packaged pipeline: µs of CPU an event of the worker's process, median "
        f"of {options.rounds} rounds; {processes.load()}",
        ("", *(name for name in WHAT)),
        [(part, *(spread([one[part] for one in split[name]]) for name in WHAT)) for part in columns],
    )
    for name, what in WHAT.items():
        print(f"  {name}: {what}")
    against: dict[str, dict[str, list[float]]] = {}
    for name in list(WHAT)[1:]:
        against[name] = {}
        for part, goal in GOALS:
            ratios = against[name][part] = [
                theirs[part] / ours[part] for theirs, ours in zip(split[name], split["voc"], strict=True)
            ]
            verdict = "reached" if spread(ratios).median >= goal else "MISSED"
            print(f"  {name} / voc, {part}: {spread(ratios)} (≥ {goal:g}: {verdict})")
    return {"us": split, "against": against, "goals": GOALS}


def _split(run: Run) -> dict[str, float]:
    """Parts of an event's cost."""
    parts, stage = dict(run.parts), run.parts["stage"]
    found = {"in all": run.us, **parts, "rest of the stage": 2 * stage - sum(parts.values())}
    found["Kafka and framework"] = run.us - stage
    found["not processors"] = run.us - parts["processors"]
    return found
