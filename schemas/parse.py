"""From JSON bytes to one Struct, or to the reason why not: where msgspec's errors become ours.

msgspec's messages can quote what the sender wrote (an unlisted enum value does). What leaves here names fields of our
own Structs and rules only.
"""

import re
from typing import TypeVar

import msgspec

from schemas.invalid import InvalidMessage, InvalidReason

T = TypeVar("T")

_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_MISSING = re.compile(r"^Object missing required field `(?P<name>\w+)`")
_MALFORMED = re.compile(r"\(byte (?P<offset>\d+)\)$")
# What msgspec says without quoting a value; anything else is reported as "invalid value".
_RULE = re.compile(
    r"^(Expected `[a-z| ]+`, got `[a-z]+`|Expected `\w+` (of length )?(<=|>=|<|>) -?[\d.]+"
    r"|Expected `datetime` with a timezone component|Invalid RFC3339 encoded datetime"
    r"|Integer value out of range|Number out of range)$"
)
_raw_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def parse(decoder: msgspec.json.Decoder[T], raw: bytes, where: str = "") -> T:
    """Decode `raw`, taking a null for an optional field as its absence; raises only InvalidMessage.

    `where` is the path of this object in the message, "" for the message itself.
    """
    try:
        try:
            return decoder.decode(raw)
        except msgspec.ValidationError:
            if b"null" not in raw:
                raise
            return decoder.decode(_without_nulls(raw))
    except msgspec.ValidationError as error:
        raise _broken_rule(str(error), where) from None
    except msgspec.DecodeError as error:
        place = _MALFORMED.search(str(error))
        detail = f"malformed at byte {place['offset']}" if place else "ends early, or half of a surrogate pair"
        raise InvalidMessage(InvalidReason.INVALID_JSON, f"{where}: {detail}" if where else detail) from None
    except RecursionError:
        raise InvalidMessage(InvalidReason.INVALID_JSON, "nested too deeply") from None


def fields(raw: bytes) -> dict[str, msgspec.Raw]:
    """Split the JSON object `raw` into its fields, undecoded, the last of equal names; raises only InvalidMessage."""
    return parse(_raw_fields, raw)


def _without_nulls(raw: bytes, depth: int = 2) -> bytes:
    """The same object without the fields that are null, two levels deep: no Struct nests further."""
    kept: dict[str, msgspec.Raw] = {}
    for name, value in _raw_fields.decode(raw).items():
        text = bytes(value)
        if depth > 1 and text.startswith(b"{"):
            kept[name] = msgspec.Raw(_without_nulls(text, depth - 1))
        elif text != b"null":
            kept[name] = value
    return msgspec.json.encode(kept)


def _broken_rule(message: str, where: str) -> InvalidMessage:
    """Our reason for msgspec's validation message, with the path of the field and without its value."""
    place = _PLACE.search(message)
    rule = message[: place.start()] if place else message
    path = (where + place["path"]).lstrip(".") if place else where
    if missing := _MISSING.match(rule):
        return InvalidMessage(InvalidReason.MISSING_FIELD, f"{path}.{missing['name']}".lstrip("."))
    if not path:
        return InvalidMessage(InvalidReason.NOT_AN_OBJECT)
    if rule.startswith("Invalid enum value"):
        rule = "not one of the listed values"
    elif not _RULE.match(rule):
        rule = "invalid value"
    return InvalidMessage(InvalidReason.INVALID_FIELD, f"{path}: {rule}")
