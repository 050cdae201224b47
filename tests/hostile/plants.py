"""Personal data to plant, each value used once, and how to find any of it again however it is written."""

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import count

from stdnum.cn import ric

FORMS = ("plain", "spaced", "full-width", "escaped")
_WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
_SEPARATORS = re.compile(r"[\s\-_.·()\x00-\x1f\u200b-\u200f\u2060\ufeff]+")
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")


class Plants:
    """Hands out phone numbers, resident ids and e-mail addresses, and remembers where each was planted."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self._numbers = count(1)

    def value(self, kind: str, form: str, place: str) -> str:
        """A value nobody has yet, as text in that form ("escaped" is up to the writer of the JSON: see `escape`)."""
        number = next(self._numbers)
        bare = {
            "phone": f"1381{number:07d}",
            "id": _resident_id(number),
            "email": f"li.wei{number}x@mail.example.com",
        }[kind]
        self.places[_squeezed(bare)] = f"{place} ({kind}, {form})"
        if form == "spaced":
            return {"phone": f"{bare[:3]} {bare[3:7]} {bare[7:]}", "id": f"{bare[:6]} {bare[6:14]} {bare[14:]}"}.get(kind, bare)
        if form == "full-width":
            return bare.replace("@", "＠") if kind == "email" else bare.translate(_WIDE)
        return bare

    def sentence(self, form: str, place: str) -> str:
        """All three kinds in a sentence."""
        phone, resident_id, email = (self.value(kind, form, place) for kind in ("phone", "id", "email"))
        return f"电话 {phone}，身份证 {resident_id}，邮箱 {email} 谢谢"

    def found_in(self, text: str) -> list[str]:
        """The places whose values can be read in a text, in any form."""
        readable = _squeezed(_unescaped(text))
        return sorted(place for value, place in self.places.items() if value in readable)


def escape(line: str) -> str:
    """Every digit and "@" inside a line of JSON as an escape sequence; only for lines whose structure holds none."""
    return re.sub("[0-9@]", lambda match: f"\\u{ord(match.group()):04x}", line)


def by_kind_and_form() -> Iterator[tuple[str, str]]:
    """Every kind in every form."""
    yield from ((kind, form) for kind in ("phone", "id", "email") for form in FORMS)


def _resident_id(number: int) -> str:
    body = f"1101051949{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


def _unescaped(text: str) -> str:
    return html.unescape(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))


def _squeezed(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).lower()
