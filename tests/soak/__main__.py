"""The pipeline under fire: a past day of events through a real Kafka, while workers, broker and warehouse are killed and frozen.

    python -m tests.soak [--events N] [--faults N] [--minutes M] [--seed N] [--mutant NAME] [--json FILE] [--folder DIR]

Prints one table and writes JSON; exit status 0 when everything is right. With --mutant a rule is broken on purpose
(tests/soak/mutants.py), and the status is 0 when that is caught.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from streams.warehouse.endpoint import Endpoint
from tests.rig.comparison import Line, compare, openings, same_spikes
from tests.rig.events import DAY, HOUR, MINUTE
from tests.rig.faults import Faults, Field, some
from tests.rig.feed import Feed, Paced
from tests.rig.kafka.server import KafkaServer
from tests.rig.log_truth import LogTruth, Record, read_log
from tests.rig.scene import NotQuiet, Stage, warehouse
from tests.rig.workers import Watch, Worker, spread
from tests.soak.mutants import MUTANTS
from tests.soak.restarts import EVENT, restart_times
from tests.soak.story import PARTITIONS, TAIL_MINUTES, Story
from tests.soak.worker import FEW, with_alerts

TAIL_S = 40.0
LIMIT_S = 1200.0
"""What is waited for ends then, at the latest."""
MOST_MB = 500
"""The goal of a worker of all roles."""
EXAMPLES = 3
"""Of what is wrong, as the table and the file show it."""


def main() -> int:
    """Run it; the exit status."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended, and what was found is shown
    folder = Path(options.folder or tempfile.mkdtemp(prefix="soak-"))
    soak = Soak(options, folder)
    try:
        soak.run()
    finally:
        soak.close()
        _write(options.json, soak.result)
        _show(soak.lines, soak.result)
    right = all(line.right for line in soak.lines)
    if options.mutant:
        print(f"\nmutant {options.mutant}: {'NOT CAUGHT' if right else 'caught'}")  # noqa: T201
        return int(right)
    return int(not right)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200_000, help="about so many records, and the plain ones at the end")
    parser.add_argument("--hours", type=float, default=14.0, help="of event time")
    parser.add_argument("--minutes", type=float, default=9.0, help="in which they come, under fire")
    parser.add_argument("--faults", type=int, default=59)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="break this rule in every worker")
    parser.add_argument("--no-calm", action="store_true", help="leave out the undisturbed run, and the restarts")
    parser.add_argument("--json", metavar="FILE", help="write what was found")
    parser.add_argument("--folder", metavar="DIR", help="where logs and tables lie (default: a new temporary one)")
    return parser.parse_args()


class Soak:
    """One run. `lines` and `result` grow as it goes."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._options, self._folder = options, folder
        self.lines: list[Line] = []
        self.result: dict[str, Any] = {"settings": vars(options), "folder": str(folder)}
        self._began = time.monotonic()
        self._config, self._budget = with_alerts(FEW), {"VOC_FALSE_ALERTS": f"{FEW:g}"}
        self._kafka = KafkaServer(folder / "kafka", heap="512m")
        self._warehouse = warehouse(folder / "warehouse")
        self._stages: list[Stage] = []

    def run(self) -> None:
        """The fire, the comparisons, and what a calm run of the same log gives."""
        self._kafka.start()
        mutant = ["--mutant", self._options.mutant] if self._options.mutant else []
        fire = self._stage("fire", mutant)
        self._fire(fire)
        records = read_log(self._kafka.bootstrap, fire.sources)
        truth = LogTruth(records)
        self.result |= {
            "records": truth.records, "feedback": len(truth.feedback), "dead_letters": len(truth.dead),
            "repeated_or_revised": truth.versions.total() - len(truth.versions),
        }  # fmt: skip
        self._quiet("fire", fire, truth, patience_s=60 if mutant else 180)
        client = fire.client()
        stopped, ended = self.result["sigterm_not_0"], self.result["ended_by_itself"]
        self.lines += [
            Line("workers: told to stop, and did not end in order", self.result["processes"], stopped),
            Line("workers: ended by themselves without a clear word", self.result["processes"],
                 [end for end in ended if not end[2].startswith("voc: ") or "internal error" in end[2]]),
            *compare(client, truth, self._config),
        ]  # fmt: skip
        self.result["spikes"] = sorted(
            (topic, tenant, time.strftime("%H:%M", time.gmtime(at))) for tenant, _, topic, at in openings(client)
        )
        self._told("compared")
        if not self._options.no_calm:
            for worker in fire.workers:
                worker.stop()
            self._calm(records, truth, fire)
            self.result["restarts_s"] = restart_times(fire, Feed(self._kafka.bootstrap, fire.prefix), truth.bound)
            self._told("restarts measured")
        client.close()

    def close(self) -> None:
        """End what still runs."""
        for stage in self._stages:
            stage.close()
        self._warehouse.stop()
        self._warehouse.release()
        self._kafka.kill()
        self.result["seconds"] = round(time.monotonic() - self._began)
        self.result["questions"] = [
            {"question": one.question, "of": one.of, "wrong": len(one.wrong), "examples": one.wrong[:EXAMPLES]}
            for one in self.lines
        ]

    def _stage(self, name: str, arguments: Sequence[str]) -> Stage:
        endpoint: Endpoint = replace(self._warehouse.endpoint(), database=name)
        stage = Stage(
            self._kafka.bootstrap, endpoint, self._folder / name, prefix=name, partitions=PARTITIONS, arguments=arguments
        )
        stage.set_up()
        self._stages.append(stage)
        return stage

    def _fire(self, stage: Stage) -> None:
        options, now = self._options, time.time()
        start = int(now // DAY * DAY - 2 * DAY)
        story = Story(start=start, hours=options.hours, events=options.events, now=now, seed=options.seed)
        readers = [stage.worker(f"reader{n}", "understand", **self._budget) for n in (1, 2, 3)]
        deciders = [stage.worker(f"decider{n}", "detect,tell", **self._budget) for n in (1, 2)]
        for worker in (*readers[:-1], *deciders[:-1]):
            worker.start()
        watch, feed = Watch(stage.workers), Feed(stage.bootstrap, stage.prefix)
        seconds = options.minutes * 60
        field = Field(self._kafka, self._warehouse, readers, deciders)
        paced = Paced(feed, story.records, options.hours * HOUR / seconds)
        self._told(f"{len(story.records)} records in {seconds:.0f} s")
        Faults(field, kinds=some(options.faults, options.seed), seconds=seconds, seed=options.seed).run()
        paced.join()
        self._told(f"{len(field.done)} faults")
        Paced(feed, story.tail, TAIL_MINUTES * MINUTE / TAIL_S).join()
        feed.close()
        watch.close()
        kinds = Counter(fault.kind for fault in field.done)
        self.lines.append(Line("faults: as many as planned", len(field.done), field.failed))
        self.result |= {"sent": feed.sent, "refused_by_kafka": feed.refused, "faults": dict(kinds.most_common())}
        self.result["timeline"] = [
            (time.strftime("%H:%M:%S", time.localtime(fault.began)), round(fault.ended - fault.began, 1), fault.kind, fault.whom)
            for fault in field.done
        ]
        self.result |= _of_workers(stage.workers)

    def _calm(self, records: Sequence[Record], truth: LogTruth, fire: Stage) -> None:
        """The same log to one worker that nobody disturbs."""
        stage = self._stage("calm", [])
        worker = stage.worker("calm", "understand,detect,tell", **self._budget)
        feed = Feed(stage.bootstrap, stage.prefix)
        feed.copy(records)
        feed.close()
        self._told("copied")
        worker.start()
        watch = Watch([worker])
        self._quiet("calm", stage, truth, patience_s=300)
        watch.close()
        worker.stop()
        one, other = fire.client(), stage.client()
        moved = LogTruth(read_log(stage.bootstrap, stage.sources))
        self.lines += [line._replace(question=f"calm: {line.question}") for line in compare(other, moved, self._config)]
        self.lines.append(same_spikes(one, other))
        greatest = max(mb for _, mb in worker.memory)
        self.lines.append(Line(f"calm: memory of a worker that reads it all at once, MB: more than {MOST_MB}", round(greatest),
                               [greatest] if greatest > MOST_MB else []))  # fmt: skip
        self.result["calm"] = {"memory_mb": spread([mb for _, mb in worker.memory]), "seconds": self.result.pop("calm_s")}
        self._told("calm run compared")

    def _quiet(self, name: str, stage: Stage, truth: LogTruth, patience_s: float) -> None:
        began = time.monotonic()
        try:
            left = LIMIT_S - (time.monotonic() - self._began)
            state = stage.wait_until_quiet(truth.bound, min(patience_s, max(left, 1)))
            self.lines.append(Line(f"{name}: everything is read, closed and told", 1, []))
            self.result[f"{name}_state"] = state._asdict()
        except NotQuiet as not_quiet:
            self.lines.append(Line(f"{name}: everything is read, closed and told", 1, [str(not_quiet)]))
        self.result[f"{name}_s"] = round(time.monotonic() - began, 1)
        self._told(f"{name} is quiet")

    def _told(self, what: str) -> None:
        print(f"{time.monotonic() - self._began:6.0f} s  {what}", file=sys.stderr, flush=True)  # noqa: T201


def _of_workers(workers: Sequence[Worker]) -> dict[str, Any]:
    """How they ended and what they needed."""
    firsts = [
        (life.after or "nothing", seconds)
        for worker in workers
        for life in worker.lives
        if (seconds := worker.first(EVENT, life)) is not None
    ]
    ends = [(worker.name, end) for worker in workers for end in worker.ends]
    return {
        "processes": sum(len(worker.lives) for worker in workers),
        "sigterm_not_0": [(name, end.status, end.last) for name, end in ends if end.how == "stopped" and end.status],
        "ended_by_itself": [(name, end.status, end.last) for name, end in ends if end.how == "itself"],
        "first_batch_s": {after: spread([s for name, s in firsts if name == after]) for after in sorted(dict(firsts))},
        "memory_mb": {worker.name: spread([mb for _, mb in worker.memory]) for worker in workers},
    }


def _show(lines: Sequence[Line], result: dict[str, Any]) -> None:
    table = Table(
        "question", "of", "wrong", "for example", title="under fire", title_justify="left", box=None, header_style="bold"
    )
    for line in lines:
        table.add_row(line.question, f"{line.of:,}", str(len(line.wrong)), str(line.wrong[:1])[1:-1][:200])
    for name in (
        "records",
        "repeated_or_revised",
        "faults",
        "processes",
        "ended_by_itself",
        "restarts_s",
        "first_batch_s",
        "memory_mb",
        "seconds",
    ):
        table.add_row(name, "", "", str(result.get(name, "")))
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160).print(table)
    for line in lines:  # last, where who reads only the end of a log finds it
        if not line.right:
            print(f"\nwrong: {line.question}: {len(line.wrong)} of {line.of}")  # noqa: T201
            for example in line.wrong[:EXAMPLES]:
                print(f"  {str(example)[:1000]}")  # noqa: T201


def _write(path: str | None, value: Any) -> None:
    if path:
        Path(path).write_text(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
