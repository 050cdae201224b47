"""One row of a table as one chat message, in the JSON that the codec reads."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import cast
from zoneinfo import ZoneInfo

import msgspec

from schemas.codec import Envelope
from schemas.events import ChatMessage, Product, SenderRole
from schemas.invalid import InvalidMessage, InvalidReason
from streams.inputs.mapping import ROLES, UNIX_FORMATS, TableMapping

# Year first, as Chinese and ISO tables write it: 2026/11/8 9:05, 2026-11-08 09:05:30.5, 2026年11月8日 09:05.
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?)?")


class RowMapper:
    """Makes messages of rows; keeps nothing of them.

    A message without an id of its own gets one from the hash of its whole row, and so does its conversation, so that
    the same row twice is one message.
    """

    def __init__(self, mapping: TableMapping, header: Sequence[str]) -> None:
        self._mapping = mapping
        self._header = header
        self._places = {name: header.index(column) for name, column in mapping.columns().items()}
        self._zone = ZoneInfo(mapping.timezone)
        self._roles: Mapping[str, str] = {role: role for role in ROLES} | mapping.roles

    def message(self, row: Sequence[str]) -> bytes:
        """The row as a CloudEvents message; raises InvalidMessage(invalid_row)."""
        imprint = sha256(msgspec.json.encode([self._header, row])).hexdigest()[:32]
        subject = self._cell(row, "conversation") or f"row-{imprint}"
        data = ChatMessage(
            message_id=self._cell(row, "message_id") or f"row-{imprint}",
            sender_role=self._role(row),
            text=row[self._places["text"]],
            customer_hash=_hashed(self._cell(row, "customer")),
            product=Product(
                sku=self._cell(row, "product_sku"),
                model=self._cell(row, "product_model"),
                category=self._cell(row, "product_category"),
                firmware=self._cell(row, "firmware"),
            ),
        )
        return msgspec.json.encode(
            Envelope(
                id=f"row-{imprint}",
                source=self._mapping.constants.get("source", "table"),
                type="voc.chat.message.v1",
                time=self._time(row[self._places["time"]].strip()),
                subject=subject,
                tenant=self._cell(row, "tenant") or "default",
                channel=self._cell(row, "channel") or "unknown",
                shop=self._cell(row, "shop"),
                region=self._cell(row, "region"),
                data=msgspec.Raw(msgspec.json.encode(data)),
            )
        )

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self._places.get(name)
        value = row[place].strip() if place is not None else ""
        return value or self._mapping.constants.get(name, "")

    def _role(self, row: Sequence[str]) -> SenderRole:
        cell = self._cell(row, "role") or "customer"
        role = self._roles.get(cell) or self._roles.get(cell.casefold())
        if role is None:
            raise InvalidMessage(InvalidReason.INVALID_ROW, "role: a value that [roles] does not list")
        return cast(SenderRole, role)

    def _time(self, cell: str) -> datetime:
        """The cell as UTC."""
        try:
            if not (time := self._read_time(cell)).tzinfo:
                time = time.replace(tzinfo=self._zone)
            return time.astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            asked = "by time_format" if self._mapping.time_format else "as ISO 8601; give a time_format"
            raise InvalidMessage(InvalidReason.INVALID_ROW, f"time: not readable {asked}") from None

    def _read_time(self, cell: str) -> datetime:
        form = self._mapping.time_format
        if form in UNIX_FORMATS:
            return datetime.fromtimestamp(float(cell) / UNIX_FORMATS[form], UTC)
        if form:
            return datetime.strptime(cell, form)  # noqa: DTZ007 (the mapping's time zone is added by the caller)
        if parts := _YEAR_FIRST.fullmatch(cell):
            *whole, fraction = parts.groups(default="0")
            year, month, day, hour, minute, second = map(int, whole)
            return datetime(year, month, day, hour, minute, second, int(fraction.ljust(6, "0")))  # noqa: DTZ001 (likewise)
        return datetime.fromisoformat(cell)


def _hashed(customer: str) -> str:
    return sha256(customer.encode()).hexdigest()[:16] if customer else ""
