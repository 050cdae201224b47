"""Replay: dead letters through the same code again, once what was wrong is mended.

The order, in one place, a piece at a time:
1. the bytes that are still kept are decoded, understood and written as from the place where they were first read
2. the minutes that they touch are counted (streams/recount.py)
3. what cannot be read even now stays, with the reason that it has now
4. what was read leaves the dead letters

A kill anywhere loses nothing, and a repeat changes nothing: every row replaces itself.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from processors.rows import Row
from schemas.dead_letters import DeadLetter
from schemas.progress import Progress
from streams.failures import RefusesAll, UserError
from streams.understand import Message, Partition, Understand
from streams.warehouse.letters import DeadLetters, Key, Letter, key_of
from streams.warehouse.sink import Sink


class Replayed(NamedTuple):
    """What became of them. `expired` and `broken_off` were not tried: their bytes are gone, or their source gave only a part."""

    found: int
    accepted: int
    failed: int
    expired: int
    broken_off: int
    minutes: int


Reading = Callable[[str, Sink, Callable[[Sequence[Progress]], None]], Understand]
"""Makes an `Understand` for an input, with the tenant that the input's events have when they name none."""


class Replay:
    """Replays dead letters of any inputs. Blocking; raises SinkUnavailable, UserError."""

    def __init__(
        self, *, letters: DeadLetters, sink: Sink, reading: Reading, recount: Callable[[set[int]], None],
        progress: Callable[[int], None] = lambda _tried: None,
    ) -> None:  # fmt: skip
        self._letters, self._sink, self._reading, self._recount, self._progress = letters, sink, reading, recount, progress

    def __call__(self, letters: Sequence[Letter]) -> Replayed:
        """Replay these. An implausible time is judged against the time at which the message was seen, not against now."""
        possible = [letter for letter in letters if not letter.why_not]
        expired = sum(not letter.bytes_kept for letter in letters)
        tried = accepted = 0
        minutes: set[int] = set()
        for piece in self._letters.raw(possible):
            keeping = _Keeping(self._sink)
            touched = self._read(piece, keeping)
            self._recount(touched)
            still = [(letter, keeping.letters[key_of(letter)]) for letter, _ in piece if key_of(letter) in keeping.letters]
            self._letters.rewrite([letter._replace(reason=now.reason.value, detail=now.detail) for letter, now in still])
            self._letters.forget([key_of(letter) for letter, _ in piece if key_of(letter) not in keeping.letters])
            tried += len(piece)
            accepted += len(piece) - len(keeping.letters)
            minutes |= touched
            self._progress(tried)
        gone = len(possible) - tried  # expired while this was at work
        broken_off = len(letters) - len(possible) - expired
        return Replayed(len(letters), accepted, tried - accepted, expired + gone, broken_off, len(minutes))

    def _read(self, piece: Sequence[tuple[Letter, bytes]], keeping: "_Keeping") -> set[int]:
        """Step 1; the minutes touched."""
        touched: set[int] = set()

        def publish(progress: Sequence[Progress]) -> None:
            touched.update(minute for said in progress for minute in said.touched)  # no reader's clock moves

        by_input: dict[str, dict[int, list[Message]]] = {}
        for letter, raw in piece:
            messages = by_input.setdefault(letter.input, {}).setdefault(letter.input_partition, [])
            messages.append(Message(letter.input_offset, raw, letter.seen_at))
        for source, partitions in by_input.items():
            batch = [(Partition(source, partition), messages) for partition, messages in partitions.items()]
            try:
                self._reading(source, keeping, publish).batch(batch)
            except RefusesAll as error:
                raise UserError(f"{error}; mend that first, then replay again: nothing is lost") from error
        return touched


class _Keeping:
    """The sink of a replay: rows are written, dead letters only remembered, so that they do not look as if seen today."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.letters: dict[Key, DeadLetter] = {}

    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None:
        for letter in letters:
            self.letters[letter.input, letter.input_partition, letter.input_offset, letter.sha256] = letter

    def write_rows(self, rows: Sequence[Row]) -> list[tuple[Row, str]]:
        return self._sink.write_rows(rows)
