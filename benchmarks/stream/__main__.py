"""Streams beside their peers, on a real Kafka that this program starts (Java 17, Maven once).

    python -m benchmarks.stream [--section lane …] [--peers-python PYTHON] [--rounds N] [--events N] [--quick] [--json FILE]

quixstreams and bytewax are in no environment of ours: name an interpreter that has them (pip install quixstreams bytewax msgspec)
with --peers-python, else they are left out. CPU is user and system time of the candidate's process. Quote ratios: they were
taken in the same minutes; microseconds are those of this machine, and of how busy it was.
"""

import argparse
import signal
import sys
from typing import Any

from benchmarks import measure
from benchmarks.stream import topics
from benchmarks.stream.growth import growth
from benchmarks.stream.lane import lane
from benchmarks.stream.memory import GOALS_MB, memory
from benchmarks.stream.pipeline import pipeline
from benchmarks.stream.restart import restart

SECTIONS = {"lane": lane, "pipeline": pipeline, "growth": growth, "memory": memory, "restart": restart}
EVENTS = 1_000_000


def main() -> None:
    """Measure the sections asked for, print their tables, write all of it."""
    options = _options()
    for number in (signal.SIGTERM, signal.SIGINT):  # what was started is ended, whoever ends us
        signal.signal(number, lambda *_: sys.exit(1))
    found: dict[str, Any] = {"settings": vars(options)}
    for name in options.section or SECTIONS:
        with topics.broker() as broker:
            found[name] = SECTIONS[name](options, broker)
        measure.write_json(options.json, found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--section", action="append", choices=SECTIONS, help="may be repeated (default: all)")
    parser.add_argument("--peers-python", default="", metavar="PYTHON", help="an interpreter that has quixstreams and bytewax")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lane-events", type=int, default=400_000, help="of section lane; Faust gets a twentieth")
    parser.add_argument("--events", type=int, default=EVENTS, help=f"of section memory (default {EVENTS:,})")
    parser.add_argument("--minutes", type=float, default=20.0, help="of section memory: end after so many, whatever was read")
    parser.add_argument(
        "--roles",
        action="append",
        choices=GOALS_MB,
        metavar="LIST",
        help="of section memory: understand, or understand,detect,tell (default: one after the other)",
    )
    parser.add_argument("--packaged", action="store_true", help="section memory: the packaged pipeline, not the quick one")
    parser.add_argument("--quick", action="store_true", help="two rounds, few events: does it run?")
    parser.add_argument("--json", metavar="FILE", help="write what was measured")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.lane_events, options.events = 2, 40_000, 50_000
    return options


if __name__ == "__main__":
    main()
