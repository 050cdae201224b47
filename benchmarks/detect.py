"""Detection beside its peers: the yardsticks for spikes, emergent topics and explanations, NAB, and the budget that is kept.

    python -m benchmarks.detect [--section spike …] [--quick] [--seed N …] [--json FILE] [--pictures DIR]

The yardsticks lie outside this repository: name their folder in VOC_TEST_TOOLS (default ../shared/tools), the evaluation data in
VOC_TEST_DATA. A section whose yardstick or data is not there says so. Seeds 1 to 5 are for development; the default is others.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from benchmarks import adapters_spike, measure, nab, peers_detect, texts

Floats = NDArray[np.float64]
Row = dict[str, Any]
SEEDS = (101, 102, 103)
BUDGETS = (1.0, 5.0, 20.0)
"""False alerts per 1,000 topics a day."""
OURS = "groundswell"
SHOWN = ("all", "x1.5", "x2", "x3", "x5", "x10", "busy,>=x3", "slow,>=x3", "delay", "clear")


def main() -> None:
    """Measure the sections asked for, print a table each, write all of it."""
    options = _options()
    folder = tools()
    found: dict[str, Any] = {"settings": {key: str(value) for key, value in vars(options).items()}}
    for name in options.section or SECTIONS:
        section = SECTIONS[name]
        try:
            found[name] = section(options, folder)
        except Missing as missing:
            print(f"\n{name}: left out: {missing}")
            found[name] = {"left_out": str(missing)}
        measure.write_json(options.json, found)
    if options.pictures:
        from benchmarks import pictures  # not needed for the figures

        pictures.draw(options.pictures, found)


class Missing(Exception):
    """What a section needs is not on this machine."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--section", action="append", choices=SECTIONS, help="may be repeated (default: all)")
    parser.add_argument("--seed", type=int, action="append", help="may be repeated (default 101, 102, 103)")
    parser.add_argument("--topics", type=int, default=1000, help="of the simulated desk")
    parser.add_argument("--river-topics", type=int, default=200, help="river judges one topic at a time: only so many")
    parser.add_argument("--topic-days", type=int, default=100_000, help="how long the budget is watched")
    parser.add_argument("--quick", action="store_true", help="one seed, 200 topics, 5,000 topic-days, few trials: does it run?")
    parser.add_argument("--json", metavar="FILE", help="write what was measured")
    parser.add_argument("--pictures", metavar="DIR", type=Path, help="draw the pictures of docs/detection.md there")
    options = parser.parse_args()
    options.seed = options.seed or ([1] if options.quick else list(SEEDS))
    if options.quick:
        options.topics, options.river_topics, options.topic_days = 200, 20, 5000
    return options


def tools() -> Path:
    """Return the folder where the yardsticks should be."""
    return Path(os.environ.get("VOC_TEST_TOOLS", texts.ROOT.parent / "shared" / "tools"))


def yardstick(folder: Path, name: str) -> ModuleType:
    """Import a yardstick by its path. Raises Missing."""
    path = folder / f"{name}.py"
    spec = spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise Missing(f"{path} is not there; name the yardsticks' folder in VOC_TEST_TOOLS")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


# spikes


def spike(options: argparse.Namespace, folder: Path) -> Row:
    """Find episodes at equal false-alert budgets, beside what knows the truth and what others do."""
    lab = yardstick(folder, "spike_lab")
    rows: list[Row] = []
    for seed in options.seed:
        for promotions in (True, False):
            world = lab.simulate(seed, options.topics, promotions=promotions)
            part = _first(lab, world, options.river_topics)
            for name, factory in _spike_detectors(lab).items():
                rows += [{**row, "seed": seed, "promotions": promotions} for row in _measured(lab, name, factory, world)]
            for name, factory in {
                "oracle_lr": lab.oracle_lr,
                OURS: adapters_spike.surge,
                **peers_detect.river_detectors(),
            }.items():
                few = _measured(lab, name, factory, part)
                rows += [{**row, "seed": seed, "promotions": promotions, "few": True} for row in few]
            del world, part
    for promotions in (True, False):
        for budget in BUDGETS[:2]:
            mine = [row for row in rows if (row["promotions"], row["budget"]) == (promotions, budget)]
            week = "a week with promotions" if promotions else "a week without promotions"
            _show_spikes(
                f"Spikes, {options.topics} topics, {week}, {budget:g} false alerts per 1,000 topics a day",
                [row for row in mine if not row.get("few")],
            )
            _show_spikes(f"  the same, the first {options.river_topics} topics", [row for row in mine if row.get("few")])
    if not peers_detect.river_detectors():
        print("river is not installed (pip install -e .[bench]): its rows are left out")
    return {"rows": rows, "lift": _lift(lab, options.seed)}


def _spike_detectors(lab: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        "oracle_lr": lab.oracle_lr,
        OURS: adapters_spike.surge,
        "farrington on share": peers_detect.on_share(lab.farrington),
        "farrington": lab.farrington,
        "signitrend": lab.signitrend,
        "zscore": lab.zscore,
    }


def _measured(lab: ModuleType, name: str, factory: Callable[..., Any], world: Any) -> list[Row]:
    scores, _alarms, cost = lab.run(world, factory, BUDGETS[0])
    judge = lab.Judge(world)
    return [{"detector": name, "budget": budget, "us": cost, **judge.score(scores, budget)} for budget in BUDGETS]


def _first(lab: ModuleType, world: Any, topics: int) -> Any:
    """The world's first topics."""
    episodes = [episode for episode in world.episodes if episode.topic < topics]
    return lab.World(
        world.counts[:, :topics],
        world.mean[:, :topics],
        world.base[:topics],
        world.alpha[:topics],
        episodes,
        world.promotions,
        world.warm,
    )


def _show_spikes(title: str, rows: Sequence[Row]) -> None:
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_name[row["detector"]].append(row)
    if not by_name:
        return
    best = _mean(by_name["oracle_lr"], "all")
    table = []
    for name, mine in by_name.items():
        share = f"{_mean(mine, 'all') / best:.2f}" if best else "-"
        table.append((name, share, *(f"{_mean(mine, key):.1f}" for key in SHOWN), f"{_mean(mine, 'us'):.2f}"))
    names = ("detector", "of oracle_lr", *(key.replace(",>=", " ≥") for key in SHOWN), "µs")
    measure.show(title + f", mean of {len(by_name['oracle_lr'])} seeds; % found, delay in minutes", names, table)


def _mean(rows: Iterable[Row], key: str) -> float:
    values = [row[key] for row in rows if not math.isnan(row[key])]
    return sum(values) / len(values) if values else math.nan


def _lift(lab: ModuleType, seeds: Sequence[int]) -> list[Row]:
    """×5 for three hours over 300 topics: which topics alert, and does the total?"""
    rows: list[Row] = []
    for seed in seeds:
        world = lab.simulate(seed, 300, promotions=[(3, 5.0, 180, 10.0)], episodes_per_topic=0)
        judge = lab.Judge(world)
        lifted = slice(world.promotions[0].start - world.warm, world.promotions[0].end - world.warm)
        total, _, _ = lab.run(world, adapters_spike.total, 1.0)
        for name, factory in {**_spike_detectors(lab), "zscore@5": lab.zscore}.items():
            scores, _alarms, _cost = lab.run(world, factory, 1.0)
            threshold = 5.0 if "@" in name else None
            row = {"seed": seed, "detector": name, **judge.promo(scores, 1.0, threshold)}
            if name == OURS:
                alarms = np.flatnonzero(total[0, lifted] >= math.log(24_000))
                row["total_minutes"] = int(alarms[0]) if len(alarms) else None
                row["own"] = judge.promo(scores, 1.0, math.log(24_000))["alerting_in_promo"]
            rows.append(row)
    names = dict.fromkeys(row["detector"] for row in rows)
    table = [(name, *(row["alerting_in_promo"] for row in rows if row["detector"] == name)) for name in names]
    measure.show("×5 over everything, 300 topics: topics that alert", ("detector", *(f"seed {seed}" for seed in seeds)), table)
    own = [row for row in rows if row["detector"] == OURS]
    print(f"{OURS} at its own threshold: {[row['own'] for row in own]} topics; the total alerts after", end=" ")
    print(f"{[row['total_minutes'] for row in own]} minutes")
    return rows


# the budget


def budget(options: argparse.Namespace, folder: Path) -> list[Row]:
    """What a configured budget comes to: false alerts of the product's own alarm, exact 95 % Poisson interval."""
    lab = yardstick(folder, "spike_lab")
    rows, first = [], 1 if options.quick else 104  # a quick look is for development, and so are its seeds
    for promotions in (True, False):
        counted, days, seed = dict.fromkeys(BUDGETS, 0), 0.0, first
        while days < options.topic_days:
            world = lab.simulate(seed, options.topics, promotions=promotions)
            judge = lab.Judge(world)
            scores, _alarms, _cost = lab.run(world, adapters_spike.surge, 1.0)
            for one in BUDGETS:
                counted[one] += judge.score(scores, one, math.log(24_000 / one))["false_alerts"]
            days, seed = days + judge.days * judge.topics, seed + 1
            del world, judge, scores
        for one, n in counted.items():
            low, high = poisson_interval(n)
            row = {"promotions": promotions, "budget": one, "false_alerts": n, "topic_days": days, "seeds": [first, seed - 1]}
            rows.append({**row, "realised": 1000 * n / days, "low": 1000 * low / days, "high": 1000 * high / days})
    table = [
        ("with" if row["promotions"] else "without", f"{row['budget']:g}", row["false_alerts"], f"{row['topic_days']:,.0f}",
         f"{row['realised']:.2f}", f"{row['low']:.2f} … {row['high']:.2f}", f"×{row['realised'] / row['budget']:.2f}")
        for row in rows
    ]  # fmt: skip
    columns = ("promotions", "budget", "false alerts", "topic-days", "realised", "95 %", "ratio")
    measure.show("The budget kept: false alerts per 1,000 topics a day, nothing fitted", columns, table)
    return rows


def poisson_interval(n: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a Poisson mean of which n were counted (Garwood 1936)."""
    return (float(gammaincinv(n, 0.025)) if n else 0.0, float(gammaincinv(n + 1, 0.975)))


# emergent topics, explanations


def emergent(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Topics that nobody had named, on a stream of real texts."""
    found = {}
    for name, given in ((OURS, ["--detector", "benchmarks.adapters_emergent:make"]), ("baseline: single tokens", [])):
        size = ["--quick"] if options.quick else ["--rates", "6,60", "--topics", "12", "--control-days", "5"]
        data = texts.folder()
        if data is None:
            raise Missing("no evaluation data: name its folder in VOC_TEST_DATA")
        reports = [
            _report(folder, "emergent_lab", *given, *size, "--data", str(data), "--seed", str(seed)) for seed in options.seed[:1]
        ]
        found[name] = [row for report in reports for row in report["rows"]]
    keys = list(found[OURS][0])
    table = [(name, *("-" if row[key] is None else row[key] for key in keys)) for name, rows in found.items() for row in rows]
    measure.show("Emergent topics, 2 messages a minute", ("detector", *keys), table)
    return found


def explain(options: argparse.Namespace, folder: Path) -> list[Row]:
    """Which value of which dimension carries the excess; `none` where none does."""
    names = ["benchmarks.adapters_explain:explain", "scan", "adtributor", "delta"]
    given = [text for name in names for text in ("--candidate", name)]
    trials = "20" if options.quick else "200"
    rows: list[Row] = []
    for seed in options.seed[:1]:
        rows += _report(folder, "explain_lab", *given, "--trials", trials, "--seed", str(seed))["rows"]
    for row in rows:
        row["candidate"] = OURS if ":" in row["candidate"] else row["candidate"]
    keys = list(rows[0])
    measure.show("Explanations, by excess contacts n", keys, [[row[key] for key in keys] for row in rows])
    return rows


def _report(folder: Path, name: str, *given: str) -> dict[str, Any]:
    """Run a yardstick as a program, and return what it wrote."""
    path = folder / f"{name}.py"
    if not path.is_file():
        raise Missing(f"{path} is not there; name the yardsticks' folder in VOC_TEST_TOOLS")
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "report.json"
        command = [sys.executable, str(path), *given, "--json", str(out)]
        environment = {**os.environ, "PYTHONPATH": str(texts.ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, cwd=texts.ROOT, env=environment, check=False)  # noqa: S603 - ours
        if done.returncode or not out.is_file():
            raise Missing(f"{name} failed: {done.stderr.strip().splitlines()[-1:]}")
        return dict(json.loads(out.read_text("utf-8")))


# one series


def series(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """NAB's tweets: `voc detect` as anyone would call it, beside detectors that do not look ahead either."""
    data = texts.folder()
    if data is None or not (data / "nab_dev").is_dir():
        raise Missing("no evaluation data: name its folder in VOC_TEST_DATA")
    files = nab.read(data / "nab_dev")
    found = {
        name: nab.score_all(files, detector) for name, detector in {OURS: nab.voc_detect, **peers_detect.nab_peers()}.items()
    }
    table = [(name, *(f"{score.score:.1f}" for score in scores.values())) for name, scores in found.items()]
    windows = sum(len(one.windows) for one in files)
    measure.show(f"NAB, {len(files)} series of tweets, {windows} windows", ("detector", *nab.PROFILES), table)
    return {name: {profile: score._asdict() for profile, score in scores.items()} for name, scores in found.items()}


Section = Callable[[argparse.Namespace, Path], Any]
SECTIONS: dict[str, Section] = {"spike": spike, "budget": budget, "series": series, "explain": explain, "emergent": emergent}

if __name__ == "__main__":
    main()
