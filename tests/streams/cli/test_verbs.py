"""The list of verbs: each is what it says, and is imported only when it is called for."""

import subprocess
import sys

import click
import pytest

from streams.cli import VERBS, voc

HEAVY = ["numpy", "scipy", "clickhouse_driver", "opencc", "jinja2", "requests", "kafka", "faust"]
LOOK = """
import sys
from streams.cli import main
sys.argv = ["voc", *sys.argv[2:]]
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(*(name for name in {heavy} if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_where_the_list_says_and_says_in_a_line_what_it_does(name: str) -> None:
    found = voc.get_command(click.Context(voc), name)
    assert found and found.name == name and found.help
    assert VERBS[name][1].endswith(".") and len(VERBS[name][1]) <= 62, "a line of eighty columns"


def test_there_is_no_other_verb() -> None:
    assert voc.get_command(click.Context(voc), "spike") is None
    assert voc.list_commands(click.Context(voc)) == list(VERBS)


@pytest.mark.parametrize("given", [["--help"], ["--version"], ["settings"]])
def test_nobody_waits_for_what_he_did_not_ask_for(given: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(heavy=HEAVY), "voc", *given], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.split()) == (0, [])
