"""`voc worker` for the tests: the same worker with a detector that alerts after an hour, and, where asked for, a broken rule or a
kill at a named step.

    python -m tests.soak.worker [--mutant NAME] [--die …] [--slow …] --roles understand,detect,tell --data-dir DIR
"""

import argparse
import sys
from dataclasses import replace

from processors.detector import DetectorConfig
from processors.emergent import EmergentConfig
from streams import cli, detect
from streams.cli import worker
from tests.rig.parts import QUICK
from tests.soak.mutants import MUTANTS
from tests.soak.steps import die_at, wait_at

CONFIG = replace(QUICK, emergent=EmergentConfig(warm_up_minutes=10**6, slot_bits=12))
"""What emerges is learnt and never told: its texts are looked up as they stand, so that an edit between two judgements may change
it, and with it what is told of known topics (ADR 0006). Everything else must be the same whoever judges."""
FEW = 2.0
"""Alerts by chance are the noise in a comparison of two runs: VOC_FALSE_ALERTS of one that is compared."""
SNAPSHOT_MINUTES = 30
"""Often, so that a short story has many: who comes back begins at one, and looks at what is owed."""


def with_alerts(budget: float) -> DetectorConfig:
    """CONFIG with another alert budget."""
    return replace(CONFIG, lifecycle=replace(CONFIG.lifecycle, false_alerts=budget))


def main() -> None:
    """Run a worker until it is told to stop. What is none of ours goes to `voc worker`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutant", choices=sorted(MUTANTS))
    parser.add_argument("--die", help="before or after the so-manieth time of a step: before:rows:2")
    parser.add_argument("--slow", help="wait so many seconds before a step: rows:2")
    options, others = parser.parse_known_args()
    detect.SNAPSHOT_EVERY = SNAPSHOT_MINUTES
    if options.mutant:
        MUTANTS[options.mutant]()
    if options.die:
        die_at(options.die)
    if options.slow:
        wait_at(options.slow)
    vars(worker)["DetectorConfig"] = lambda lifecycle: with_alerts(lifecycle.false_alerts)
    sys.argv = ["voc", "worker", *others]
    cli.main()


if __name__ == "__main__":
    main()
