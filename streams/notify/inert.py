"""Text that others wrote, made harmless: plain, in one line, with nothing in it that links, mentions or marks up.

What a channel has an escape for, it escapes; where it has none, an invisible space or a letter that looks alike takes the
place of what would act. Pure.
"""

import re
from urllib.parse import quote, urlsplit

INVISIBLE = "\u200b"
"""Takes no room, and ends what a client would make a link or a mention of."""
ELLIPSIS = "…"
MOST = 2000
"""Characters of one text that are looked at at all."""
ADDRESS_LENGTH = 1500
"""Characters of an address that is followed; longer ones do not fit into a button everywhere."""

_SCHEME = re.compile(r"(?<=[^\W_]):(?=[^\s\d])")
_TAG = re.compile(r"<(?=[^\s\d=])")
_LETTER = re.compile(r"(?<=\w)([.．。｡])(?=[^\W\d_]{2})")
_NUMBER = re.compile(r"(?<=\d)\.(?=\d+\.\d+\.\d)")
_ALIKE = str.maketrans({
    "\\": "＼", "`": "｀", "*": "＊", "_": "＿", "~": "～", "#": "＃", "<": "＜", ">": "＞", "[": "［", "]": "］", "|": "｜",
    "!": "！", "@": "＠", "$": "＄", "&": "＆", "{": "｛", "}": "｝",
})  # fmt: skip
_WITHIN = re.compile(r"(?<=[^\W_])＿(?=[^\W_])")
_BEGINS = re.compile(r"^(\s*)([-+=•]|\d{1,9}[.)])(?=\s|$|-|=)")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NETLOC = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")


def plain(text: str, most: int = MOST) -> str:
    """One line of at most `most` characters: no control, direction or half characters; an ellipsis where it was cut.

    Characters that draw nothing, invisible spaces among them, are dropped, so nobody's words can hide in them.
    """
    looked_at = text[: 2 * most + 200]
    visible = "".join(character if character.isprintable() else " " if character.isspace() else "" for character in looked_at)
    line = " ".join(visible.split())
    return cut(line + ELLIPSIS if len(looked_at) < len(text) else line, most)


def cut(text: str, most: int) -> str:
    """At most `most` characters; an ellipsis is the last where something was cut. Empty where there is no room at all."""
    if len(text) <= most:
        return text
    return text[: most - 1].rstrip() + ELLIPSIS if most > 0 else ""


def unlinked(text: str) -> str:
    """No client makes a link or a mention of it: an invisible space behind "@", and within addresses and names of hosts."""
    text = text.replace("@", "@" + INVISIBLE).replace("＠", "＠" + INVISIBLE)
    text = _TAG.sub("<" + INVISIBLE, text.replace("//", "/" + INVISIBLE + "/"))
    text = _SCHEME.sub(":" + INVISIBLE, text)
    return _NUMBER.sub(INVISIBLE + ".", _LETTER.sub(INVISIBLE + r"\1", text))


def alike(text: str) -> str:
    """For Markdown without an escape: each character that could mark up, as the full-width one that looks like it.

    "_" between letters or digits marks up nothing and stays, so names and queries can be copied.
    """
    return _BEGINS.sub(rf"\1{INVISIBLE}\2", _WITHIN.sub("_", unlinked(text.translate(_ALIKE))))


def address(url: str) -> str:
    """An address of ours as it may stand in any markup: http or https, percent-encoded; empty if it is none, or too long."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _NETLOC.fullmatch(parts.netloc):
        return ""
    rest = url.split("://", 1)[1][len(parts.netloc) :]
    rest = _PERCENT.sub("%25", quote(rest, safe="%/:?#&=+,@$-._", errors="ignore"))
    safe = f"{parts.scheme}://{parts.netloc}{rest}"
    return safe if len(safe) <= ADDRESS_LENGTH else ""
