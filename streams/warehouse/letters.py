"""Dead letters in the warehouse: what there is of them, their bytes for a replay, and letting go of those that were mended."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct

from schemas.codec import MAX_BYTES
from schemas.invalid import InvalidReason
from streams.warehouse.client import WarehouseClient

EXAMPLES = 3
"""Newest dead letters that stand for their reason and input."""
AT_ONCE = 500
"""Dead letters that are read, and let go of, at a time ..."""
BYTES_AT_ONCE = 32 << 20
"""... but no more bytes than this."""
BY_THE_SOURCE = (InvalidReason.TRUNCATED_INPUT, InvalidReason.INVALID_ROW)
"""What the file itself could not give as an event: to be mended there, and read again."""


class Letter(NamedTuple):
    """One dead letter: everything but its bytes. `id` is the beginning of their hash; equal bytes at two places share it."""

    input: str
    input_partition: int
    input_offset: int
    sha256: str
    reason: str
    detail: str
    seen_at: datetime
    bytes_kept: int
    """How many bytes are still there for a replay; 0: they have expired."""

    @property
    def id(self) -> str:
        """What a person types to mean it."""
        return self.sha256[:12]

    @property
    def place(self) -> str:
        """input/partition/offset."""
        return f"{self.input}/{self.input_partition}/{self.input_offset}"

    @property
    def why_not(self) -> str:
        """Why a replay cannot read it, or nothing."""
        if not self.bytes_kept:
            return "its bytes have expired"
        if self.reason in BY_THE_SOURCE or (self.reason == InvalidReason.TOO_LARGE and self.bytes_kept <= MAX_BYTES):
            return "its source could not give it whole"
        return ""


class Group(Struct, frozen=True):
    """The dead letters of one reason and one input. `replayable`: of how many the bytes are still kept."""

    reason: str
    input: str
    count: int
    replayable: int
    first_seen: datetime
    last_seen: datetime
    examples: list[Letter]


class Wanted(NamedTuple):
    """Which dead letters; empty fields do not restrict. `ids`: beginnings of hashes, or input/partition/offset."""

    reason: str = ""
    input: str = ""
    since: datetime | None = None
    ids: tuple[str, ...] = ()


_LETTERS = """
SELECT input, input_partition, input_offset, sha256, reason, detail, seen_at, bytes_kept
FROM (SELECT input, input_partition, input_offset, sha256, reason, detail, seen_at FROM dead_letter_local FINAL
      WHERE {where}) AS letter
LEFT JOIN (SELECT input, input_partition, input_offset, sha256, length(raw) AS bytes_kept
           FROM dead_letter_raw_local FINAL) AS kept
USING (input, input_partition, input_offset, sha256)"""
_GROUPS = """
SELECT reason, input, count(), countIf(bytes_kept > 0), min(seen_at), max(seen_at) FROM ({letters})
GROUP BY reason, input ORDER BY max(seen_at) DESC, reason, input LIMIT {limit}"""
_NEWEST = f"""
SELECT * FROM ({{letters}}) ORDER BY seen_at DESC, input_partition, input_offset, sha256 LIMIT {EXAMPLES} BY reason, input"""
_RAW = """
SELECT input, input_partition, input_offset, sha256, raw FROM dead_letter_raw_local FINAL
WHERE (input, input_partition, input_offset, sha256) IN %(keys)s"""

Key = tuple[str, int, int, str]
_COLUMNS = ("input", "input_partition", "input_offset", "sha256", "reason", "detail", "seen_at")


class DeadLetters:
    """Questions and statements over one client. Blocking; all of them may be repeated."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def groups(self, wanted: Wanted, limit: int) -> list[Group]:
        """By reason and input, those seen last first."""
        where, values = _condition(wanted)
        letters = _LETTERS.format(where=where)
        newest: dict[tuple[str, str], list[Letter]] = defaultdict(list)
        for row in self._client.query(_NEWEST.format(letters=letters), values):
            letter = _letter(row)
            newest[letter.reason, letter.input].append(letter)
        counted = self._client.query(_GROUPS.format(letters=letters, limit=limit), values)
        return [
            Group(reason, source, count, kept, first, last, newest[reason, source])
            for reason, source, count, kept, first, last in counted
        ]

    def find(self, wanted: Wanted, limit: int = 0) -> list[Letter]:
        """Them all (or so many), by place. A few hundred bytes each are in memory, never their bytes."""
        where, values = _condition(wanted)
        statement = _LETTERS.format(where=where) + " ORDER BY input, input_partition, input_offset, sha256"
        rows = self._client.query(statement + (f" LIMIT {limit}" if limit else ""), values)
        return [_letter(row) for row in rows]

    def raw(self, letters: Sequence[Letter]) -> Iterator[list[tuple[Letter, bytes]]]:
        """The letters with their bytes, so many at a time; those whose bytes have expired meanwhile are left out."""
        for piece in _pieces(letters):
            keys = tuple(key_of(letter) for letter in piece)
            found = {row[:4]: row[4] for row in self._client.query(_RAW, {"keys": keys})}
            yield [(letter, _bytes(found[key])) for letter, key in zip(piece, keys, strict=True) if key in found]

    def rewrite(self, letters: Sequence[Letter]) -> None:
        """Replace reason and detail; when it was seen stays, so nothing of it is kept longer."""
        self._client.insert("dead_letter_local", _COLUMNS, [letter[: len(_COLUMNS)] for letter in letters])

    def forget(self, keys: Collection[Key], *, at_once: bool = False) -> None:
        """Let go of letters and bytes: the letter first, so that bytes without a letter are all a kill can leave (they expire).
        `at_once`: the bytes leave the parts now, not at the next merge."""
        listed = sorted(keys)
        for start in range(0, len(listed), AT_ONCE):
            values = {"keys": tuple(listed[start : start + AT_ONCE])}
            for table in ("dead_letter_local", "dead_letter_raw_local"):
                self._client.write(
                    f"{'ALTER TABLE' if at_once else 'DELETE FROM'} {table} {'DELETE ' if at_once else ''}"
                    "WHERE (input, input_partition, input_offset, sha256) IN %(keys)s "
                    f"SETTINGS {'mutations_sync' if at_once else 'lightweight_deletes_sync'} = 2",
                    values,
                )

    def naming(self, words: Sequence[str]) -> set[Key]:
        """The dead letters in whose bytes, or in whose detail, one of these stands."""
        found: set[Key] = set()
        for table, column in (("dead_letter_raw_local", "raw"), ("dead_letter_local", "detail")):
            rows = self._client.query(
                f"SELECT DISTINCT input, input_partition, input_offset, sha256 FROM {table} "
                f"WHERE multiSearchAny({column}, %(words)s)",
                {"words": list(words)},
            )
            found |= {(row[0], row[1], row[2], row[3]) for row in rows}
        return found


def key_of(letter: Letter) -> Key:
    """What is unique about it."""
    return letter.input, letter.input_partition, letter.input_offset, letter.sha256


def _letter(row: Sequence[object]) -> Letter:
    letter = Letter(*row)  # type: ignore[arg-type]  # the statement's columns are the fields
    return letter._replace(seen_at=letter.seen_at.replace(tzinfo=UTC) if letter.seen_at.tzinfo is None else letter.seen_at)


def _bytes(value: str | bytes) -> bytes:
    """What the driver gives for a String: text where it is UTF-8, else the bytes."""
    return value.encode() if isinstance(value, str) else value


def _pieces(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    piece: list[Letter] = []
    held = 0
    for letter in letters:
        if piece and (len(piece) >= AT_ONCE or held + letter.bytes_kept > BYTES_AT_ONCE):
            yield piece
            piece, held = [], 0
        piece.append(letter)
        held += letter.bytes_kept
    if piece:
        yield piece


def _condition(wanted: Wanted) -> tuple[str, dict[str, object]]:
    parts, values = ["1"], dict[str, object]()
    for name in ("reason", "input"):
        if given := getattr(wanted, name):
            parts.append(f"{name} = %({name})s")
            values[name] = given
    if wanted.since:
        parts.append("seen_at >= toDateTime(%(since)s, 'UTC')")
        values["since"] = int(wanted.since.timestamp())
    if wanted.ids:
        either = []
        for n, given in enumerate(wanted.ids):
            place = _place(given)
            either.append(
                f"(input = %(input{n})s AND input_partition = %(partition{n})s AND input_offset = %(offset{n})s)"
                if place
                else f"startsWith(sha256, %(hash{n})s)"
            )
            names = (f"input{n}", f"partition{n}", f"offset{n}") if place else (f"hash{n}",)
            values |= dict(zip(names, place or (given,), strict=True))
        parts.append(f"({' OR '.join(either)})")
    return " AND ".join(parts), values


def _place(given: str) -> tuple[str, int, int] | None:
    """input/partition/offset, if it is one; a name may hold a slash itself."""
    name, *numbers = given.rsplit("/", 2)
    if len(numbers) == 2 and all(number.isascii() and number.isdigit() and len(number) < 20 for number in numbers):
        return name, int(numbers[0]), int(numbers[1])
    return None
