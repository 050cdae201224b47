"""What deploy/ and docs/operations.md name is there: settings, commands with their options, metrics, views, tables."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest
import yaml

from schemas.kafka_topics import SOURCES, TOPICS
from streams.cli import voc
from streams.metrics import Metrics
from streams.settings import Settings
from streams.warehouse.schema import MIGRATIONS
from streams.warehouse.views import VIEWS
from tests.deploy import dockerfile
from tests.deploy.manifests import DEPLOY, PRODUCTION, containers, render
from tests.deploy.test_compose import SERVICES

OPERATIONS = DEPLOY.parent / "docs" / "operations.md"
PAGE = OPERATIONS.read_text("utf-8")
FILES = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".lock" and "migrations" not in path.parts]
KNOWN = {f"VOC_{name.upper()}" for name in Settings.__struct_fields__}
SHOWN = re.compile(r"^    (?!.*DATABASE)(?:.*[ /])?voc ([a-z][^#<\n]*?)(?: +[#<].*)?$", re.MULTILINE)
"""A command in a block that is indented."""
TABLES = set(
    re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", "\n".join(path.read_text("utf-8") for path in MIGRATIONS.glob("*.sql")))
)


def command_lines() -> Iterator[tuple[str, str]]:
    """(where, what follows `voc`) of every command that is written down."""
    for name, service in SERVICES.items():
        if name == "setup":
            for line in service["command"][0].split("&&"):
                yield "compose.yaml", line.strip().removeprefix("voc ")
        elif "command" in service:
            yield "compose.yaml", shlex.join(service["command"])
    for manifest in render(PRODUCTION):
        for container in containers(manifest):
            yield f"{manifest['metadata']['name']}", shlex.join(container["args"])
    yield "Dockerfile", shlex.join(dockerfile.listed("CMD"))
    for word, rest in dockerfile.instructions():
        for found in re.findall(r"bin/voc ([^<&|]+)", rest) if word == "RUN" else ():
            yield "Dockerfile", found.strip()
    for path in (OPERATIONS, *FILES):
        text = path.read_text("utf-8")
        quoted = re.findall(r"`voc ([^`]+)`", text)
        blocks = SHOWN.findall(text) if path == OPERATIONS else []
        for line in (*quoted, *blocks):
            yield path.name, line.strip()


def command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the first words name, and the words that are left."""
    verb, rest = words[0], words[1:]
    found = voc.get_command(click.Context(voc), verb)
    while isinstance(found, click.Group) and rest:
        found, rest = found.commands[rest[0]], rest[1:]
    assert isinstance(found, click.Command)
    return found, rest


@pytest.mark.parametrize(("where", "line"), sorted(set(command_lines())))
def test_a_command_that_is_written_down_can_be_given(where: str, line: str) -> None:
    found, rest = command(shlex.split(line.replace("…", "")))
    if not rest and where == OPERATIONS.name:
        return  # only named
    context = click.Context(found, info_name=found.name)
    _, left, _ = found.make_parser(context).parse_args(list(rest))  # NoSuchOption, MissingArgument and the like
    assert left == []


@pytest.mark.parametrize("line", ["kafka create --replicas 3", "no-such-verb", "kafka no-such-verb", "forget one two"])
def test_the_check_of_commands_can_fail(line: str) -> None:
    with pytest.raises((click.UsageError, ImportError, KeyError, AssertionError)):
        test_a_command_that_is_written_down_can_be_given("here", line)


@pytest.mark.parametrize("path", [OPERATIONS, *FILES], ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path: object) -> None:
    assert hasattr(path, "read_text")
    named = set(re.findall(r"\bVOC_[A-Z_]+\b", path.read_text("utf-8")))
    assert named <= KNOWN


def test_every_metric_that_the_page_names_is_one() -> None:
    there = Metrics().page().decode()
    named = set(re.findall(r"`(voc_\w+)`", PAGE)) - {"voc_read", "voc_write"}
    assert named
    for metric in named:
        assert re.search(rf"^# TYPE {metric.removesuffix('_total')}(_total)? ", there, re.MULTILINE), metric


def test_every_table_is_said_how_to_move_and_no_other() -> None:
    section = PAGE.partition("\n## Replicas and shards")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+_local)`", section)) == TABLES
    engines = {"ReplacingMergeTree", "AggregatingMergeTree", "MergeTree"}
    for engine in engines:
        assert f"Replicated{engine}" in section


def test_the_page_names_views_topics_and_files_that_are_there() -> None:
    for view in re.findall(r"\bFROM ([a-z_]+)\b(?![:.])", PAGE):
        assert view in {*VIEWS, *TABLES} or view.startswith("system"), view
    for topic in re.findall(r"`voc\.(\w+)`", PAGE):
        assert topic in {topic.name for topic in TOPICS}
    for path in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (OPERATIONS.parent / path).exists(), path
    for path in re.findall(r"`(deploy/[\w./-]+)`", PAGE):
        assert (DEPLOY.parent / path).exists() or path == "deploy/compose.env", path


def test_the_scaler_never_asks_for_more_readers_than_there_are_partitions() -> None:
    scaled = next(manifest for manifest in render(PRODUCTION) if manifest["kind"] == "ScaledObject")["spec"]
    assert scaled["maxReplicaCount"] <= sum(topic.partitions for topic in TOPICS if topic.name in SOURCES)


def test_what_was_not_run_is_said() -> None:
    table = PAGE.partition("\n## What was run and what was not")[2]
    for word in ("Dockerfile", "compose.yaml", "kubernetes", "KEDA", "Replicated", "hadolint", "not built"):
        assert word in table
    assert yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["name"] == "groundswell"
