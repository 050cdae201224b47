"""`voc detect`: how surprising each row of a CSV of counts is."""

import csv
import math
import re
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import click
import msgspec

from processors.series import SeriesConfig, SeriesSet
from streams import telemetry
from streams.cli.arriving import arriving
from streams.cli.budget import Budget
from streams.cli.options import common
from streams.failures import UserError
from streams.settings import load

TIMES, KEYS, COUNTS = ("timestamp", "time", "date", "datetime"), ("key", "topic", "series"), ("value", "count")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNKNOWN = ("", "nan", "null", "none")
UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0}
LONGEST_KEY = 200
LONGEST_LINE = 10_000
_STEP = re.compile(r"(\d{1,5})([smhd])")


class Step(click.ParamType):
    """5m, 1h, 1d: as minutes."""

    name = "step"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Minutes. UsageError if it is no step."""
        if isinstance(value, float):
            return value
        found = _STEP.fullmatch(value)
        minutes = int(found[1]) * UNITS[found[2]] if found else 0.0
        if not 1 <= minutes <= 1440:
            self.fail(f"“{value}” is not a step; write 1m, 5m, 1h: anything from 1m to 1d", param, ctx)
        return minutes


class Columns(NamedTuple):
    """Where a row has what; the name of the only series, where rows name none."""

    time: int
    key: int | None
    number: int
    name: str
    width: int


class Unreadable(ValueError):
    """A line that is no row; the message says why."""


@click.command()
@click.option("--step", type=Step(), default="5m", show_default=True, help="Time between the rows of one series: 1m to 1d.")
@click.option(
    "--budget",
    type=Budget(),
    default="1/week",
    show_default=True,
    metavar="N|N/week",
    help="False alerts per 1,000 series a day, or a week in all.",
)
@common
def detect(step: float, budget: str, data_dir: str | None, as_json: bool) -> None:
    """Judge counts on standard input: one JSON line for each row, in order, by what came before it (--json changes nothing).

    Input is CSV: timestamp,value or timestamp,key,count, with or without such a header; times in RFC 3339 or as 2026-03-14
    09:30:00 (taken for UTC). A row gets timestamp, key, count, expected, low, high (19 of 20 ordinary rows lie between), score
    and alert. The score rises with surprise and compares over series: 7 comes by chance about once in exp(7) rows. A burst
    that was told scores high again only when it becomes rarer still. The first hour or two of a series, and rows that come
    late or twice, are not judged. Nothing is stored. Exit status 1 if a line could not be read; its answer says why.

    \b
    Example:
      voc detect --step 5m < tweets.csv
      voc detect --step 1h --budget 2/week < orders.csv
    """
    telemetry.set_up(load(data_dir=data_dir).log_level)
    if sys.stdin.isatty():
        click.echo("timestamp,value or timestamp,key,count, a row a line; Ctrl-D ends it", err=True)
    judge = _Judge(step, budget)
    for lines in arriving(sys.stdin.buffer):
        answers = [answer for line in lines if (answer := judge(line)) is not None]
        if answers:
            sys.stdout.buffer.write(b"\n".join(answers) + b"\n")
            sys.stdout.buffer.flush()
    judge.end()


class _Judge:
    """Lines in, answers out."""

    def __init__(self, step: float, budget: str) -> None:
        number, weekly = float(budget.removesuffix("/week")), budget.endswith("/week")
        config = SeriesConfig(step_minutes=step)
        self.series = SeriesSet(config, per_week=number) if weekly else SeriesSet(config, per_day=number)
        self.columns: Columns | None = None
        self.number = 0
        self.wrong: list[int] = []
        self.seen: Counter[str] = Counter()

    def __call__(self, line: bytes) -> bytes | None:
        """The answer to a line; None for a header or an empty line."""
        self.number += 1
        try:
            row = _row(line)
            if not row:
                return None
            if self.columns is None:
                self.columns, header = _columns(row, self.number)
                if header:
                    return None
            return self._judged(row, self.columns)
        except Unreadable as error:
            self.wrong.append(self.number)
            return msgspec.json.encode({"error": str(error), "line": self.number})

    def _judged(self, row: Sequence[str], at: Columns) -> bytes:
        if len(row) != at.width:
            raise Unreadable(f"{len(row)} fields where there should be {at.width}")
        written = row[at.time]
        key = at.name if at.key is None else row[at.key]
        if len(key) > LONGEST_KEY:
            raise Unreadable(f"a key of {len(key)} characters; {LONGEST_KEY} are allowed")
        reading = self.series.step(_time_ms(written), key, _count(row[at.number]))
        self.seen["rows"] += 1
        self.seen["late"] += reading.late
        count = reading.count
        return msgspec.json.encode(
            {
                "timestamp": written,
                "key": key,
                "count": int(count) if count is not None and count.is_integer() and abs(count) < 2**53 else count,
                "expected": round(reading.expected, 3),
                "low": reading.low,
                "high": reading.high,
                "score": round(reading.score, 4),
                "alert": reading.alert,
            }
        )

    def end(self) -> None:
        """Say what was odd. Raises UserError if a line could not be read."""
        late, rows = self.seen["late"], self.seen["rows"]
        if late:
            hint = "; is --step the time between two rows of a series?" if late > rows / 2 else ""
            click.echo(f"voc: {late} of {rows} rows came late or twice and were not judged{hint}", err=True)
        if self.series.forgotten:
            click.echo(f"voc: more than {self.series.limit} series: {self.series.forgotten} times one was forgotten", err=True)
        if self.wrong:
            raise UserError(
                f"{len(self.wrong)} of {self.number} lines could not be read, the first is line {self.wrong[0]}; the answer to "
                "each says why"
            )


def _row(line: bytes) -> list[str]:
    """The fields of a line, trimmed; none for an empty one. Raises Unreadable."""
    if len(line) > LONGEST_LINE:
        raise Unreadable(f"a line of {len(line)} bytes")
    try:
        text = line.decode("utf-8").strip()
        return [field.strip() for field in next(csv.reader([text], strict=True))] if text else []
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    except csv.Error as error:
        raise Unreadable(f"not CSV: {error}") from None


def _columns(first: Sequence[str], line: int) -> tuple[Columns, bool]:
    """What the first row says of the columns, and whether it is a header. Raises UserError if nothing can be read by it."""
    try:
        _time_ms(first[0])
        if len(first) in (2, 3):
            return Columns(0, 1 if len(first) == 3 else None, len(first) - 1, "value", len(first)), False
    except Unreadable:
        names = [name.lower() for name in first]
        found = [[names.index(name) for name in known if name in names] for known in (TIMES, KEYS, COUNTS)]
        if found[0] and found[2]:
            key = found[1][0] if found[1] else None
            return Columns(found[0][0], key, found[2][0], first[found[2][0]], len(first)), True
    raise UserError(
        f"line {line}: expected timestamp,value or timestamp,key,count (a header or a row), found “{','.join(first)[:80]}”"
    )


def _time_ms(written: str) -> int:
    """Milliseconds since 1970. A time without an offset is UTC. Raises Unreadable."""
    try:
        time = datetime.fromisoformat(written)
        return round(((time if time.tzinfo else time.replace(tzinfo=UTC)) - EPOCH).total_seconds() * 1000)
    except (ValueError, OverflowError):
        raise Unreadable(f"“{written[:40]}” is no time; write 2026-03-14T09:30:00Z or 2026-03-14 09:30:00") from None


def _count(written: str) -> float:
    """A count, NaN if it is unknown. Raises Unreadable."""
    if written.lower() in UNKNOWN:
        return math.nan
    try:
        return float(written)
    except ValueError:
        raise Unreadable(f"“{written[:40]}” is no number") from None
