"""What the robots of group chats have in common: an address that is a secret, JSON, and errors in the body of a 200."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from streams.notify.channel import Later, Misconfigured, Refused, Rendered
from streams.notify.http import Answer, settle

JSON = "application/json; charset=utf-8"


class Meaning(NamedTuple):
    """What a code says; the text is what a person reads."""

    kind: type[Later] | type[Misconfigured] | type[Refused]
    text: str
    after_s: float | None = None


def judged(answer: Answer, field: str, meanings: Mapping[int, Meaning]) -> None:
    """Return if `field` of the answer is 0; else raise what the code means, or the status, or Later for an unknown code."""
    code = answer.fields().get(field)
    if not isinstance(code, int) or isinstance(code, bool) or abs(code) >= 10**12:
        settle(answer)
        raise Later(f"{answer.host} does not answer as such a robot does: if that lasts, look at `url`")
    if meaning := meanings.get(code):
        reason = f"{answer.host}: {meaning.text} ({field} {code})"
        raise Later(reason, meaning.after_s) if meaning.kind is Later else meaning.kind(reason)
    settle(answer)
    if code != 0:
        raise Later(f"{answer.host} answers with an error that is not known here ({field} {code})")


def bucket(*address: str) -> str:
    """The same for the same robot; says nothing of its address."""
    return hashlib.sha256("\0".join(address).encode()).hexdigest()[:16]


def dumped(value: object) -> bytes:
    """As JSON, in as few bytes as it takes; a number that is none becomes null."""
    return msgspec.json.encode(value)


def rendered(value: Mapping[str, Any]) -> Rendered:
    """A message of JSON."""
    return Rendered(dumped(value), JSON)
