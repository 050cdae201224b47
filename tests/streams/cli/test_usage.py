"""A command that is not given as it must be: exit 2 and what is wrong. An input that is not there: one line, exit 1."""

import os
import shutil
from pathlib import Path

import pytest

from tests.streams.cli.conftest import Script, Voc
from tests.streams.cli.events import chats, written
from tests.streams.cli.outcome import ended


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("sing", ["sing"]),
        ("run", ["--input"]),
        ("run --inptu x.ndjson", ["--inptu", "--input"]),
        ("run --input x.csv --format csv", ["--map MAP.toml"]),
        ("run --input x.ndjson --format cloudevents --map m.toml", ["--format csv"]),
        ("run --input x.csv --map m.toml --follow", ["NDJSON"]),
        ("run --input x.csv --format xml", ["xml"]),
        ("simulate opera --out x.ndjson", ["opera", "watch"]),
        ("simulate watch", ["--out"]),
        ("simulate watch --out x --seed seven", ["seven"]),
        ("sql", ["STATEMENT"]),
        ("warehouse sing", ["sing"]),
    ],
)
def test_a_wrong_verb_or_option_is_usage(voc: Voc, command: str, words: list[str]) -> None:
    voc(*command.split()).misused(*words)
    assert not Path("voc-data").exists()


@pytest.mark.parametrize("arguments", [["--help"], ["run", "-h"], ["warehouse", "start", "--help"], ["--version"]])
def test_help_and_version_are_exit_0(voc: Voc, arguments: list[str]) -> None:
    outcome = voc(*arguments)
    assert (outcome.code, outcome.err) == (0, "")
    assert "voc" in outcome.out


def test_a_path_that_is_not_there_is_named(voc: Voc) -> None:
    voc("run", "--input", "nowhere/chats.ndjson").failed("nowhere/chats.ndjson", "does not exist", "Check the name")
    assert not Path("voc-data").exists()


def test_a_directory_is_no_input(voc: Voc) -> None:
    Path("chats").mkdir()
    voc("run", "--input", "chats").failed("chats is a directory", "Give one file")


def test_a_file_that_may_not_be_read_is_named(script: Script) -> None:
    written(Path("chats.ndjson"), chats(1, 1)).chmod(0)
    prefix = []
    if os.geteuid() == 0:  # root reads everything, unless the right to is taken away
        if not shutil.which("setpriv"):
            pytest.skip("needs a user who is not root, or setpriv")
        prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    ended(script("run", "--input", "chats.ndjson", prefix=prefix)).failed(
        "chats.ndjson", "may not be read", "Change its permissions"
    )


def test_a_mapping_that_is_not_there_is_named(voc: Voc) -> None:
    written(Path("shop.csv"), b"a,b\n1,2\n")
    voc("run", "--input", "shop.csv", "--map", "m.toml").failed("m.toml does not exist", "--map")


def test_a_story_that_is_too_short_is_refused(voc: Voc) -> None:
    voc("simulate", "watch", "--out", "x.ndjson", "--days", 1).failed("days")
    assert not Path("x.ndjson").exists()


def test_a_story_into_a_place_that_is_none_is_one_line(voc: Voc) -> None:
    written(Path("file"), b"")
    voc("simulate", "watch", "--out", "file/x.ndjson", "--days", 10).failed("file")
