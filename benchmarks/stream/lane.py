"""Section `lane`: consume and decode, nothing else. One topic, every candidate in a process of its own, rounds interleaved."""

import argparse
import subprocess
import sys
from typing import Any

from benchmarks import measure
from benchmarks.stream import flat, processes, topics
from benchmarks.stream.peers import PEERS
from benchmarks.stream.readers import READERS

PARTITIONS = 4
TOPIC = "bench.flat"
GOALS = {"raw": ("≤", 1.2), "quixstreams": ("≥", 2.5), "bytewax": ("≥", 1.3)}


def lane(options: argparse.Namespace, broker: str) -> dict[str, Any]:
    """CPU of an event, and how the lane stands to each."""
    commands = {name: [sys.executable, "-m", "benchmarks.stream.readers", name] for name in READERS}
    commands |= {name: [options.peers_python, "-m", "benchmarks.stream.peers", name] for name in _peers(options)}
    topics.plain(broker, TOPIC, PARTITIONS)
    topics.fill(broker, TOPIC, PARTITIONS, ((n, flat.encode(n)) for n in range(options.lane_events)))
    found: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(options.rounds):
        for name, command in commands.items():
            events = options.lane_events // 50 * 50
            if name.startswith("faust"):  # as slow as that
                events = max(events // 20, 10_000) // 50 * 50
            group = f"{name}-{round_}"
            found[name].append(processes.run([[*command, broker, TOPIC, group, str(events // 50)]], events, timeout_s=120).us)
            processes.tell(f"round {round_ + 1}, {name}", found[name][-1])
    ours = found["lane"]
    ratios = {name: [one / mine for one, mine in zip(us, ours, strict=True)] for name, us in found.items()}
    ratios["raw"] = [mine / one for one, mine in zip(found["raw"], ours, strict=True)]
    measure.show(
        f"Consume and decode {flat.SIZE} bytes, {PARTITIONS} partitions: µs of CPU an event, median of {options.rounds} rounds "
        f"(least … greatest); {processes.load()}",
        ("candidate", "µs an event", "against the lane", "goal"),
        [(name, processes.spread(us), _against(name, ratios[name]), _goal(name, ratios[name])) for name, us in found.items()],
    )
    return {"us": found, "against_lane": ratios, "goals": GOALS}


def _peers(options: argparse.Namespace) -> list[str]:
    """Those that the named interpreter has."""
    if not options.peers_python:
        print(f"no --peers-python: {' and '.join(PEERS)} are left out")
        return []
    there = []
    for name in PEERS:
        done = subprocess.run([options.peers_python, "-c", f"import {name}, msgspec"], capture_output=True, check=False)  # noqa: S603 - named by the user
        if done.returncode:
            print(f"{options.peers_python} has no {name} (with msgspec): left out")
        else:
            there.append(name)
    return there


def _against(name: str, ratios: list[float]) -> str:
    if name == "lane":
        return ""
    return f"lane = {processes.spread(ratios)} x raw" if name == "raw" else f"{processes.spread(ratios)} x the lane"


def _goal(name: str, ratios: list[float]) -> str:
    if name not in GOALS:
        return ""
    sign, goal = GOALS[name]
    median = processes.spread(ratios).median
    return f"{sign} {goal}: {'reached' if (median <= goal if sign == '≤' else median >= goal) else 'MISSED'}"
