"""What a client makes of a message: the words, and everything in them that acts or marks up. Generous: it finds more than any
real client would, so that what it does not find is inert in all of them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from markdown_it import MarkdownIt

ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://|\bwww\.|(?<![\w-])[\w-]+\.[^\W\d_]{2,}|\d+\.\d+\.\d+\.\d+|\bmailto:\w|\btel:\w")
"""What some client makes a link of."""
MENTION = re.compile(r"[@＠]\w|<at\b|<!\w|<@|<#")
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""Characters that hide, turn around or break text."""
_MARKDOWN = MarkdownIt("commonmark").enable(["strikethrough", "table"])
_PLAIN = {"paragraph_open", "text", "softbreak", "hardbreak", "inline"}


class Shown(NamedTuple):
    """One message as it appears."""

    text: str
    links: tuple[str, ...] = ()
    """Everything that can be followed."""
    mentions: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    """The kinds of markup in it, in their order."""

    def __add__(self, other: object) -> "Shown":
        if not isinstance(other, Shown):
            return NotImplemented
        return Shown(
            f"{self.text}\n{other.text}", self.links + other.links, self.mentions + other.mentions, self.marks + other.marks
        )

    @property
    def hidden(self) -> list[str]:
        """Characters that hide something."""
        return HIDDEN.findall(self.text)


def together(pieces: Iterator[Shown] | list[Shown]) -> Shown:
    """All of them as one."""
    whole = Shown("")
    for piece in pieces:
        whole += piece
    return whole


def words(text: str) -> Shown:
    """Text that is not marked up; a client may still find addresses and mentions in it."""
    return Shown(text, tuple(ADDRESS.findall(text)), tuple(MENTION.findall(text)))


def markdown(text: str) -> Shown:
    """Markdown as CommonMark has it, with HTML; every dialect of a robot is a part of it, but for addresses and mentions."""
    pieces: list[Shown] = []
    for block in _MARKDOWN.parse(text):
        for token in [block, *(block.children or [])]:
            if token.type == "text":
                pieces.append(words(token.content))
            elif token.type == "link_open":
                pieces.append(Shown("", (str(token.attrs["href"]),), (), ("link",)))
            elif token.type == "image":
                pieces.append(Shown(token.content, (str(token.attrs["src"]),), (), ("image",)))
            elif token.type in ("html_inline", "html_block"):
                mentions = tuple(MENTION.findall(token.content))
                pieces.append(Shown("", (), mentions, (re.sub(r"[ >].*", "", token.content.strip()),)))
            elif token.type in ("code_inline", "code_block", "fence"):
                pieces.append(Shown(token.content, (), (), (token.type,)))
            elif token.nesting >= 0 and token.type not in _PLAIN:
                pieces.append(Shown("", (), (), (token.type,)))
    return together(pieces)


def mrkdwn(text: str) -> Shown:
    """Slack's own."""
    controls = re.findall(r"<([^>]*)>", text)
    links = tuple(one.split("|")[0] for one in controls if not one.startswith(("@", "#", "!")))
    mentions = tuple(f"<{one}>" for one in controls if one.startswith(("@", "#", "!")))
    rest = re.sub(r"<[^>]*>", " ", text)
    marks = tuple(re.findall(r"(?<!\w)([*_~`])(?=[^\s])[^\n]*?\1(?!\w)", rest)) + tuple(
        re.findall(r"^(?:&gt;)", rest, re.MULTILINE)
    )
    rest = rest.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    found = words(rest)
    bare = tuple(one for one in found.mentions if one.startswith(("@", "＠")))
    return Shown(rest, links + found.links, mentions + bare, marks)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Shown] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in ("style", "script")
        self.pieces.append(Shown("", tuple(value or "" for name, value in attrs if name in ("href", "src")), (), (tag,)))
        self.pieces += [Shown("", (), (), (name,)) for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.pieces.append(words(data))


def page(html: str) -> Shown:
    """HTML of a mail."""
    parser = _Page()
    parser.feed(html.replace("\r\n", "\n"))
    parser.close()
    return together(parser.pieces)
