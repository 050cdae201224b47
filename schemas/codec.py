"""Bytes to Event and back: the one edge at which events are parsed.

Two steps, both msgspec: the envelope with `data` left raw, then the payload of its `type`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from schemas.events import (
    PAYLOADS,
    CallSegment,
    ChatMessage,
    ContextEvent,
    Event,
    Identifier,
    Instant,
    Label,
    Payload,
    SurveyResponse,
)
from schemas.invalid import InvalidMessage, InvalidReason
from schemas.parse import fields, parse

MAX_BYTES = 1 << 20
MAX_ATTRIBUTES = 20
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST_PLAN = datetime(2100, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(days=1)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A CloudEvents 1.0 envelope in structured JSON, with our dimensions; `data` is not yet decoded."""

    specversion: str = "1.0"
    id: Identifier
    source: Identifier
    type: str
    time: Instant
    subject: Identifier
    tenant: Label = "default"
    channel: Label = "unknown"
    shop: Label = ""
    region: Label = ""
    data: msgspec.Raw


class _Kind(msgspec.Struct):
    """What says whether the rest can be understood at all; of any JSON type, as it is read from broken events too."""

    specversion: msgspec.Raw = msgspec.Raw(b'"1.0"')
    type: msgspec.Raw = msgspec.Raw()


_envelope_decoder = msgspec.json.Decoder(Envelope)
_kind_decoder = msgspec.json.Decoder(_Kind)
_string_decoder = msgspec.json.Decoder(str)
_string_or_power = re.compile(r'"(?:[^"\\]++|\\.)*+"|(?<![0-9.])-?[0-9]++(?:\.[0-9]++)?[eE][+-]?[0-9]{1,2}(?![0-9])')
_payload_decoders = {name: msgspec.json.Decoder(payload) for name, payload in PAYLOADS.items()}
_envelope_names = frozenset(Envelope.__struct_fields__)
_payload_names = {name: frozenset(payload.__struct_fields__) for name, payload in PAYLOADS.items()}


class Decoder:
    """Decodes events; holds no state between them.

    `attributes` are fields outside the contract to keep in `Event.extra`, from `data` or else from the envelope, at
    most 20, each as a string: what is no string as JSON, without escapes that could hide something. Each is whole (only
    the limit of the message bounds it): who stores it redacts it first and cuts it then. Every other unknown field is
    ignored.
    """

    def __init__(self, attributes: Iterable[str] = (), max_bytes: int = MAX_BYTES) -> None:
        self._attributes = tuple(dict.fromkeys(attributes))
        self._max_bytes = max_bytes
        if len(self._attributes) > MAX_ATTRIBUTES:
            raise ValueError(f"at most {MAX_ATTRIBUTES} attributes can be kept, {len(self._attributes)} are listed")

    def decode(self, raw: bytes, appended_at: datetime) -> Event:
        """Return the event in `raw`; raises only InvalidMessage.

        `appended_at` (aware) is when the message arrived: the broker's append time, for a file the wall clock. No
        time in the event may lie more than a day ahead of it, but for the plan of a context event.
        """
        if len(raw) > self._max_bytes:
            raise InvalidMessage(InvalidReason.TOO_LARGE, f"{len(raw)} bytes, at most {self._max_bytes} are read")
        _check_utf8(raw)
        envelope = _read_envelope(raw)
        payload: Payload = parse(_payload_decoders[envelope.type], bytes(envelope.data), "data")  # type: ignore[index]
        time = _plausible(envelope.time, appended_at, "time")
        event = Event(
            id=envelope.id,
            source=envelope.source,
            type=envelope.type,  # type: ignore[arg-type]
            time=time,
            subject=envelope.subject,
            tenant=envelope.tenant or "default",
            channel=envelope.channel or "unknown",
            shop=envelope.shop,
            region=envelope.region,
            data=_checked(payload, appended_at),
            extra=self._extra(raw, envelope) if self._attributes else {},
        )
        if isinstance(payload, CallSegment):
            _plausible(event.said_at, appended_at, "data.begin_ms")
        return event

    def _extra(self, raw: bytes, envelope: Envelope) -> dict[str, str]:
        """The configured attributes that this event has and its contract does not define."""
        inner, outer = fields(bytes(envelope.data)), fields(raw)
        defined = _payload_names[envelope.type]  # type: ignore[index]
        extra: dict[str, str] = {}
        for name in self._attributes:
            found = inner.get(name) if name not in defined else None
            if found is None and name not in _envelope_names:
                found = outer.get(name)
            if found is not None and (text := bytes(found)) != b"null":
                extra[name] = parse(_string_decoder, text, "attribute") if text.startswith(b'"') else _plain(text)
        return extra


def encode(event: Event) -> bytes:
    """The event as CloudEvents JSON, so that decoding it (with its `extra` as attributes) gives it back."""
    data: Payload | dict[str, object] = event.data
    if event.extra:
        data = {**event.extra, **msgspec.to_builtins(event.data)}
    return msgspec.json.encode(
        Envelope(
            id=event.id,
            source=event.source,
            type=event.type,
            time=event.time,
            subject=event.subject,
            tenant=event.tenant,
            channel=event.channel,
            shop=event.shop,
            region=event.region,
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
    )


def _plain(raw: bytes) -> str:
    """Valid JSON as one reads it: strings with as few escapes as can be, 1.38E10 as its digits, all else as it came."""

    def rewritten(found: re.Match[str]) -> str:
        token = found.group()
        if not token.startswith('"'):
            return f"{Decimal(token):f}"
        return msgspec.json.encode(parse(_string_decoder, token.encode(), "attribute")).decode()

    return _string_or_power.sub(rewritten, raw.decode())


def _check_utf8(raw: bytes) -> None:
    """Whole messages, not only the fields that are read: dead letters and attributes hold the rest."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidMessage(InvalidReason.INVALID_ENCODING, f"not UTF-8 at byte {error.start}") from None


def _read_envelope(raw: bytes) -> Envelope:
    """The envelope of an event of a known type. That a type is unknown is said before what else may be wrong."""
    try:
        envelope = parse(_envelope_decoder, raw)
    except InvalidMessage as invalid:
        if invalid.reason in (InvalidReason.MISSING_FIELD, InvalidReason.INVALID_FIELD):
            kind = parse(_kind_decoder, raw)
            specversion, name = bytes(kind.specversion), bytes(kind.type)
            if specversion.startswith(b'"'):
                _check_kind(parse(_string_decoder, specversion), None)
            if name.startswith(b'"'):
                _check_kind("1.0", parse(_string_decoder, name))
        raise
    _check_kind(envelope.specversion, envelope.type)
    if bytes(envelope.data) == b"null":
        raise InvalidMessage(InvalidReason.MISSING_FIELD, "data")
    return envelope


def _check_kind(specversion: str, name: str | None) -> None:
    if specversion != "1.0":
        raise InvalidMessage(InvalidReason.UNSUPPORTED_SPECVERSION, "specversion: only 1.0 is read")
    if name is not None and name not in PAYLOADS:
        raise InvalidMessage(InvalidReason.UNKNOWN_TYPE, "type: not one of the six event types")


def _plausible(time: datetime, appended_at: datetime, field: str) -> datetime:
    """The same instant in UTC, if it lies between 2000 and a day after `appended_at`."""
    return _between(time, appended_at + MAX_AHEAD, field, "more than a day ahead")


def _between(time: datetime, latest: datetime, field: str, too_late: str) -> datetime:
    if time.tzinfo is not UTC:
        try:
            time = time.astimezone(UTC)
        except OverflowError:
            raise InvalidMessage(InvalidReason.IMPLAUSIBLE_TIME, f"{field}: outside the calendar") from None
    if time < EARLIEST:
        raise InvalidMessage(InvalidReason.IMPLAUSIBLE_TIME, f"{field}: before the year 2000")
    if time > latest:
        raise InvalidMessage(InvalidReason.IMPLAUSIBLE_TIME, f"{field}: {too_late}")
    return time


def _checked(data: Payload, appended_at: datetime) -> Payload:
    """The payload with its times in UTC, if it keeps the rules that go beyond one field."""
    if isinstance(data, ChatMessage):
        if data.created_at is not None:
            created_at = _plausible(data.created_at, appended_at, "data.created_at")
            return data if created_at is data.created_at else replace(data, created_at=created_at)
        if data.recalled or data.revision > 0:
            raise InvalidMessage(InvalidReason.CREATED_AT_REQUIRED, "data.created_at: required by a new version")
    elif isinstance(data, CallSegment):
        return replace(data, call_start=_plausible(data.call_start, appended_at, "data.call_start"))
    elif isinstance(data, SurveyResponse):
        if not data.scale_min < data.scale_max:
            raise InvalidMessage(InvalidReason.INVALID_FIELD, "data.scale_max: not above scale_min")
        if not data.scale_min <= data.score <= data.scale_max:
            raise InvalidMessage(InvalidReason.INVALID_FIELD, "data.score: outside the scale")
    elif isinstance(data, ContextEvent):
        start = _between(data.start, LATEST_PLAN, "data.start", "after the year 2099")
        end = data.end and _between(data.end, LATEST_PLAN, "data.end", "after the year 2099")
        return replace(data, start=start, end=end)
    return data
