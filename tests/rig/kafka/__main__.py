"""A broker by hand: `python -m tests.rig.kafka start DIRECTORY [--port 9092]` runs until Ctrl-C; `… jars` only fetches."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.rig.kafka import jars
from tests.rig.kafka.server import KafkaServer, KafkaUnavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the two commands; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig.kafka", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("jars", help="fetch the jars, so that a later start needs no network; prints where they are")
    start = commands.add_parser("start", help="run a broker; prints its host:port once it is ready")
    start.add_argument("directory", type=Path, help="its data; made at the first start")
    start.add_argument("--port", type=int, default=0, help="default: a free one, kept in the directory")
    start.add_argument("--heap", default="256m")
    given = parser.parse_args(arguments)
    asked_to_stop = threading.Event()
    try:
        if given.command == "jars":
            sys.stdout.write(f"{jars.ensure()}\n")
            return 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: asked_to_stop.set())
        with KafkaServer(given.directory, port=given.port, heap=given.heap) as kafka:
            sys.stdout.write(f"{kafka.bootstrap}\n")
            sys.stdout.flush()
            while kafka.alive and not asked_to_stop.wait(0.5):
                pass
            if not kafka.alive:
                raise KafkaUnavailable(f"the broker ended; its log is {kafka.log}")
        return 0
    except KafkaUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
