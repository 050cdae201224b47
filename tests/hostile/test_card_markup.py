"""What customers write cannot act: neither as Markdown in the card file, nor as formula, shell, SQL or terminal codes."""

import subprocess
from datetime import UTC, datetime
from io import StringIO
from itertools import groupby

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from processors.card import Card, Spread
from processors.markdown import markdown
from schemas.spikes import Contributor, Transition
from streams.notify.terminal import draw

AT = datetime(2025, 3, 10, 9, 30, tzinfo=UTC)
HOSTILE = [
    "# heading", "[click](http://evil.example)", "![pixel](http://evil.example/x.png)", "<img src=x onerror=alert(1)>",
    "<http://evil.example>", "`code`", "``code``", "```\nfence\n```", "**bold** __bold__", "*em* _em_", "| a | b |",
    "line\n\n# next\n> quote", "&lt;script&gt; &#60;b&#62; &nbsp;", '=HYPERLINK("http://evil")', "@everyone <@U123> <!channel>",
    "\x1b[31mred\x1b[0m", "[bold red]rich[/]", "\u202eabc", "a\u200bb", "\\[x](y)", "\\",
    "- item", "+ item", "1. item", "1) item",
    "$(rm -rf /) `id`", "' OR 1=1 --", "---", "===", "> quote", "    indented", "~~~", "[ref]: http://evil.example", "~~gone~~",
]  # fmt: skip
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def card(text: str) -> Card:
    transition = Transition(
        spike_id="0123456789abcdef", transition="opened", at=AT, tenant=text, kind="topic", topic=text, started=AT, opened=AT,
        updated=AT, closed=None, observed=10, expected=1.0, low=0.0, high=3.0, surprise=20.0,
    )  # fmt: skip
    where = [Contributor("product_model", text, 9, 0.5, 0.9)]
    spread = [Spread("channel", ((text, 10),))]
    return Card(transition, text, "normal", text, where, spread, [text, f"后来 {text}"], "SELECT 1")


def structure(body: str) -> list[str]:
    """What a Markdown reader makes of a text: its blocks and what is inside them, without the words."""
    found = []
    for token in MARKDOWN.parse(body):
        found.append(token.type)
        found += [child.type for child in token.children or [] if child.type != "text_special"]
    return [kind for kind, _ in groupby(found)]


@pytest.mark.parametrize("text", HOSTILE)
def test_customers_words_are_words_in_the_card(text: str) -> None:
    body = markdown(card(text))
    assert structure(body) == structure(markdown(card("plain")))
    assert len(body.splitlines()) == len(markdown(card("plain")).splitlines())
    assert all(character.isprintable() for character in body.replace("\n", "").replace("\u200b", ""))


def test_the_structure_of_a_card_would_show_what_is_not_escaped() -> None:
    body = markdown(card("plain"))
    for raw in ("*em*", "[x](y)", "<b>", "`code`", "~~gone~~"):
        assert structure(body.replace("后来 plain", raw)) != structure(body), raw


@pytest.mark.parametrize("text", HOSTILE)
def test_the_card_on_a_terminal_shows_words_only(text: str) -> None:
    out = StringIO()
    console = Console(file=out, force_terminal=True, color_system=None, width=110)
    draw(console, markdown(card(text)))
    assert "\x1b[31m" not in out.getvalue()
    assert "\u202e" not in out.getvalue()


@pytest.mark.parametrize("statement", ["SELECT '$(touch x)' AS a", 'SELECT "a`id`"', "SELECT '\\\\'"])
def test_the_command_in_the_card_is_one_word_of_shell(statement: str) -> None:
    hostile = card("plain")
    body = markdown(Card(hostile.transition, "l", "normal", "o", [], [], [], statement))
    command = next(line for line in body.splitlines() if line.startswith("    voc sql "))
    shell = ["bash", "-c", f"voc() {{ printf '%s\\0' \"$@\"; }}; {command}"]
    assert subprocess.run(shell, check=True, capture_output=True, text=True).stdout == f"sql\0{statement}\0"
