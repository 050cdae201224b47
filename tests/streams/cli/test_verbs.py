"""The list of verbs: each is what it says, and is imported only when it is called for."""

import subprocess
import sys

import click
import pytest

from streams.cli import VERBS
from streams.cli import voc as group
from tests.streams.cli.conftest import Voc

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
    found = group.get_command(click.Context(group), name)
    assert found and found.name == name and found.help
    assert VERBS[name][1].endswith(".") and len(VERBS[name][1]) <= 62, "a line of eighty columns"


def test_a_verb_that_there_is_not_is_refused_with_the_nearest(voc: Voc) -> None:
    for given, said in ((["spike"], "“spike”; did you mean “spikes”?"), (["notify", "lst"], "“lst”; did you mean “list”?")):
        outcome = voc(*given)
        assert outcome.code == 2 and f"there is no verb {said}" in outcome.err


def test_there_is_no_other_verb() -> None:
    assert group.get_command(click.Context(group), "spike") is None
    assert group.list_commands(click.Context(group)) == list(VERBS)


@pytest.mark.parametrize("given", [["--help"], ["--version"], ["settings"]])
def test_nobody_waits_for_what_he_did_not_ask_for(given: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(heavy=HEAVY), "voc", *given], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.split()) == (0, [])
