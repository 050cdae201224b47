"""A card as Markdown: the file of an episode, and what the terminal draws. Made from what is said, so nothing is worded twice."""

import re
from datetime import UTC, tzinfo

from processors.card import Card
from processors.said import NO_LINKS, Language, Links, Said, said

_FIRST = re.compile(r"^(\d{0,9})([-+=.)])")
"""What would begin a list or a line at the start of a paragraph."""
_LINK = re.compile(r"@|:(?=//)|www(?=\.)", re.IGNORECASE)
"""Where an invisible space keeps a mention or an address from becoming a link."""
_COMMAND = {"zh": "重新查这个数：", "en": "The number again:"}


def markdown(card: Card, *, language: Language = "en", zone: tzinfo = UTC, links: Links = NO_LINKS) -> str:
    """The card as a file: what, how big, since when, where, in whose words, who owns it, and how to check it."""
    return written(said(card, language=language, zone=zone, links=links))


def written(told: Said) -> str:
    """What is said, as Markdown. Customers' words stay words: a line that quotes one begins with "> ", and no other line does."""
    lines = [f"# {inert(told.title)}", "", f"**{inert(told.state)}** · {_within(told.summary)}", ""]
    colon = "：" if told.language == "zh" else ": "
    lines += [f"- **{inert(fact.name)}**{colon}{_within(fact.value)}" for fact in told.facts]
    lines.append("")
    if told.context:
        lines += [f"{inert(told.context_name)}{colon}{'; '.join(map(_within, told.context))}", ""]
    if told.quotes:
        lines += [f"{inert(told.quotes_name)}{colon}".rstrip(), "", *(f"> {inert(text)}\n" for text in told.quotes)]
    if told.odd:
        lines += [f"{inert(told.odd_name)}{colon}".rstrip(), "", f"> {inert(told.odd)}\n"]
    if told.moves:
        lines += [
            f"{inert(told.moves_name)}{colon}".rstrip(),
            "",
            *(f"{n}. {inert(move)}" for n, move in enumerate(told.moves, 1)),
            "",
        ]
    followed = [f"{inert(link.name)}{colon}{_address(link.url)}" for link in (*told.links, *told.verdicts)]
    if followed:
        lines += [*(f"- {line}" for line in followed), ""]
    if told.hint:
        lines += [inert(told.hint), ""]
    return "\n".join([*lines, _COMMAND[told.language], "", f"    voc sql {_shell(told.sql)}", ""])


def inert(text: str) -> str:
    """Words as words: no markup or links, no control or direction characters, one line, 300 characters."""
    return _FIRST.sub(r"\1\\\2", _within(text))


def _within(text: str) -> str:
    """The same, of what does not begin a line."""
    visible = "".join(character for character in text if character.isprintable() or character.isspace())
    shown = " ".join(visible.split())[:300]
    for mark in "\\`*_[]<>#|!~&$":
        shown = shown.replace(mark, "\\" + mark)
    return _LINK.sub("\\g<0>\u200b", shown)


def _address(url: str) -> str:
    """An address of ours, to be copied: nothing in it ends it or the line."""
    return "<" + "".join(c for c in url if c.isprintable() and c not in "<> \\") + ">"


def _shell(statement: str) -> str:
    return '"' + statement.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`") + '"'
