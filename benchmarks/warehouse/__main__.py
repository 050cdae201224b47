"""What a reader waits for at ten million pieces of feedback: Grafana's queries, an explanation, a card.

    python -m benchmarks.warehouse [--section panels …] [--keep DIR] [--rows N] [--rounds N] [--quick] [--json FILE]

Fills an embedded warehouse of its own (in DIR, and there used again; else in a temporary directory that is removed) with a month
of made-up feedback, and asks it. Cold is the first time, with the server's caches dropped (not the kernel's); then the median and
the maximum of the rounds, and the server's processor time. Milliseconds are those of this machine, and of how busy it was: the
load is said with them.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.warehouse import fill, tables
from benchmarks.warehouse.ask import ROUNDS
from benchmarks.warehouse.cards import cards
from benchmarks.warehouse.explanations import explanations
from benchmarks.warehouse.panels import panels
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.schema import migrate

SECTIONS = {"panels": panels, "explain": explanations, "cards": cards}
ROWS = 10_000_000
MARKER = "filled.json"


def main() -> None:
    """Fill if need be, measure the sections asked for, print a table each, write all of it."""
    options = _options()
    for number in (signal.SIGTERM, signal.SIGINT):  # the server ends with us, and what is temporary goes
        signal.signal(number, lambda *_: sys.exit(1))
    with ExitStack() as leaving:
        directory = options.keep or Path(leaving.enter_context(tempfile.TemporaryDirectory(prefix="voc-bench-")))
        warehouse = EmbeddedWarehouse(directory)
        leaving.callback(warehouse.stop)
        found: dict[str, Any] = {"settings": {key: str(value) for key, value in vars(options).items()}}
        found["filled"] = _filled(warehouse, directory, options.rows)
        tables.show_filled(found["filled"])
        for name in options.section or SECTIONS:
            found[name] = SECTIONS[name](warehouse, options.rounds)
            found.setdefault("load", {})[name] = os.getloadavg()[0]
            print(f"\nload {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            tables.SHOWN[name](found[name])
            measure.write_json(options.json, found)


def _filled(warehouse: EmbeddedWarehouse, directory: Path, rows: int) -> dict[str, Any]:
    """What stands in the warehouse: filled now, or by an earlier run."""
    marker, endpoint = directory / MARKER, warehouse.endpoint()
    migrate(endpoint)
    if marker.exists():
        kept: dict[str, Any] = json.loads(marker.read_text("utf-8"))
        if (kept["version"], kept["rows"]) != (fill.VERSION, rows):
            sys.exit(
                f"{directory} was filled otherwise ({kept['rows']:,} rows, version {kept['version']}): name another directory"
            )
        return kept | {"again": True}
    if endpoint.client().execute("SELECT count() FROM feedback_local")[0][0]:
        sys.exit(f"{directory} holds a warehouse that was not filled to its end: remove it, or name another directory")
    began = time.monotonic()
    took = fill.fill(endpoint, rows)
    took["all"] = round(time.monotonic() - began, 1)
    found = {"version": fill.VERSION, "rows": rows, "seconds": took, "tables": fill.sizes(endpoint)}
    marker.write_text(json.dumps(found), "utf-8")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--section", action="append", choices=SECTIONS, help="may be repeated (default: all)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="fill this directory once, and use it again (700 MB)")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"pieces of feedback (default {ROWS:,})")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--quick", action="store_true", help="200,000 rows, two rounds: does it run?")
    parser.add_argument("--json", metavar="FILE", help="write what was measured")
    options = parser.parse_args()
    if options.quick:
        options.rows, options.rounds = 200_000, 2
    return options


if __name__ == "__main__":
    main()
