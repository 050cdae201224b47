"""Imports run one way, schemas <- processors <- streams, and the core knows no world: no network, clock, environment or dice."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("schemas", "processors", "streams", "tests", "tools", "benchmarks", "examples", "deploy")
MAY_IMPORT = {
    "schemas": {"schemas"},
    "processors": {"schemas", "processors"},
    "streams": {"schemas", "processors", "streams"},
}
WORLD = (
    "faust", "aiokafka", "kafka", "clickhouse_driver", "clickhouse_migrations", "chdb", "grafana_api", "requests", "httpx",
    "urllib.request", "urllib3", "aiohttp", "http.client", "socket", "asyncio", "subprocess", "secrets",
)  # fmt: skip
"""Modules the core may not import."""
CLOCK = (
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.sleep", "time.localtime",
    "time.gmtime", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
)  # fmt: skip
ENVIRONMENT = ("os.environ", "os.environb", "os.getenv", "os.urandom", "uuid.uuid1", "uuid.uuid4")


def below(name: str, roots: tuple[str, ...]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def imported(module: str, tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Every import, also inside functions: line, the name it gets here, what it names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (
                    node.lineno,
                    alias.asname or alias.name.split(".")[0],
                    alias.name if alias.asname else alias.name.split(".")[0],
                )
                yield node.lineno, "", alias.name
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(module.split(".")[: -node.level]) if node.level else ""
            origin = ".".join(part for part in (package, node.module or "") if part)
            for alias in node.names:
                yield node.lineno, alias.asname or alias.name, f"{origin}.{alias.name}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield node.lineno, "", argument.value


def used(tree: ast.AST, names: dict[str, str]) -> Iterator[tuple[int, str, ast.expr]]:
    """Every name and attribute chain that an import stands behind, written out: `dt.now` as datetime.datetime.now."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            first, _, rest = ast.unparse(node).partition(".")
            if first in names:
                yield node.lineno, f"{names[first]}.{rest}".rstrip("."), node


def violations(module: str, source: str) -> list[str]:
    """What a module does that its package may not, as "line: what"."""
    tree = ast.parse(source)
    package = module.split(".")[0]
    found, names = [], {}
    for line, local, origin in imported(module, tree):
        if below(origin, OURS) and origin.split(".")[0] not in MAY_IMPORT[package]:
            found.append(f"{line}: imports {origin}")
        if package != "streams" and below(origin, WORLD):
            found.append(f"{line}: imports {origin}")
        if local:
            names[local] = origin
    if package == "streams" and not below(module, ("streams.simulate",)):
        return found
    seeded = {ast.dump(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and (node.args or node.keywords)}
    called = {ast.dump(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for line, name, node in used(tree, names):
        if below(name, CLOCK) or (package != "streams" and below(name, ENVIRONMENT)):
            found.append(f"{line}: uses {name}")
        if below(name, ("random",)) and name not in ("random", "random.Random"):
            found.append(f"{line}: uses {name}, not a seeded random.Random")
        if name == "random.Random" and ast.dump(node) in called - seeded:
            found.append(f"{line}: random.Random without a seed")
    for line, _, origin in imported(module, tree):
        if below(origin, ("random",)) and origin not in ("random", "random.Random"):
            found.append(f"{line}: imports {origin}")
    return sorted(set(found))


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in MAY_IMPORT
    for path in sorted((ROOT / package).rglob("*.py"))
}


def test_every_package_was_walked() -> None:
    assert {module.split(".")[0] for module in MODULES} == set(MAY_IMPORT)
    assert {"schemas.codec", "processors.pipeline", "streams.simulate.watch", "streams.cli"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_and_uses_only_what_it_may(module: str) -> None:
    assert violations(module, MODULES[module].read_text("utf-8")) == []


PLANTED = [
    ("schemas.codec", "import processors"),
    ("schemas.codec", "from processors.redact import redact"),
    ("schemas.codec", "from streams import settings"),
    ("processors.card", "import streams.settings"),
    ("processors.card", "from tests.schemas import examples"),
    ("processors.card", "from ..streams import settings"),
    ("processors.card", "def late():\n    from streams.settings import load"),
    ("processors.card", "import importlib\nimportlib.import_module('streams.settings')"),
    ("streams.tell", "from tests.schemas import examples"),
    *((package, f"import {world}") for package in ("schemas.codec", "processors.card") for world in WORLD),
    ("processors.card", "from clickhouse_driver import Client"),
    ("processors.card", "from urllib import request"),
    ("processors.card", "from http.client import HTTPConnection"),
    *(("processors.card", f"import {name.rpartition('.')[0].split('.')[0]}\nx = {name}()") for name in CLOCK),
    ("schemas.codec", "from time import time as clock\nclock()"),
    ("schemas.codec", "from datetime import datetime as dt, UTC\ndt.now(UTC)"),
    ("schemas.codec", "from datetime import date\nlater = date.today"),
    ("schemas.codec", "import datetime as d\nd.datetime.utcnow()"),
    ("processors.card", "import os\nx = os.environ['A']"),
    ("processors.card", "import os\nos.getenv('A')"),
    ("processors.card", "from os import environ\nx = environ.get('A')"),
    ("processors.card", "import uuid\nuuid.uuid4()"),
    ("processors.card", "import random\nrandom.random()"),
    ("processors.card", "import random\nrandom.Random()"),
    ("processors.card", "from random import choice"),
    ("processors.card", "from random import Random as R\nR()"),
    ("streams.simulate.watch", "from random import Random\nRandom()"),
    ("streams.simulate.watch", "import random\nrandom.seed(1)"),
    ("streams.simulate.watch", "from random import SystemRandom"),
    ("streams.simulate.watch", "import time\ntime.time()"),
]


@pytest.mark.parametrize(("module", "source"), PLANTED)
def test_a_planted_violation_is_found(module: str, source: str) -> None:
    assert violations(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("processors.card", "from schemas.spikes import Spike\nfrom processors.explain import Cell\nfrom .explain import Cell"),
        ("processors.card", "from random import Random\ndef f(rng: Random): return rng.random() + Random(7).random()"),
        ("processors.card", "from datetime import datetime\ndef f(now: datetime): return datetime.fromtimestamp(0)"),
        ("streams.tell", "import os, time\nfrom processors.card import Card\nos.environ, time.time()"),
    ],
)
def test_what_is_allowed_is_not_reported(module: str, source: str) -> None:
    assert violations(module, source) == []
