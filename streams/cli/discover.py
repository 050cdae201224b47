"""`voc discover`: what nobody had named, in a file of events."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

import click
import msgspec
from rich.table import Table

from processors.emergent import Burst, EmergentConfig, EmergentModel, Message
from processors.redact import redact_batch
from processors.rows import Place, rows_of, utterance_of
from processors.verbatims import different
from schemas.codec import Decoder
from schemas.events import Event
from schemas.feedback import Feedback
from schemas.invalid import InvalidMessage
from streams import telemetry
from streams.cli.options import common, console, inert, print_json
from streams.cli.run import open_reader
from streams.cli.spinner import Spinner
from streams.inputs.reader import Reader
from streams.settings import load

BATCH = 5000
KEPT_CHARS = 300
"""Characters of a turn that are kept: what the model reads, and what is shown."""
VERBATIMS = 3
MINUTE = 60


class Turn(msgspec.Struct, frozen=True):
    """What a customer said."""

    tenant: str
    minute: int
    number: int
    revision: int
    conversation: str
    text: str
    withdrawn: bool


class Discovered(msgspec.Struct):
    """An emergent topic as it is printed. Times are UTC."""

    id: str
    label: str
    phrases: list[str]
    first_seen: datetime
    found: datetime
    messages: int
    verbatims: list[str]


class _Unreadable:
    count = 0


@click.command()
@click.argument("path", metavar="FILE")
@click.option("--format", "form", type=click.Choice(["cloudevents", "csv"]), help="csv needs --map (default: cloudevents).")
@click.option("--map", "mapping", metavar="MAP.toml", help="Which column of a CSV file is what.")
@common
def discover(path: str, form: str | None, mapping: str | None, data_dir: str | None, as_json: bool) -> None:
    """Find topics in FILE that nobody had named: phrases that many customers say at once, and hardly any said before.

    FILE is NDJSON, also compressed with gzip, or a CSV file with --map; “-” is standard input. Nothing is stored. The first day
    of each tenant only teaches what is usual. Turns are sorted by time in memory: about half a kilobyte each.

    \b
    Example:
      voc discover events.ndjson.gz
      voc discover - --json < events.ndjson
    """
    settings = load(data_dir=data_dir)
    telemetry.set_up(settings.log_level)
    unreadable = _Unreadable()
    with _Display(console(err=True), "reading") as display:
        turns = _latest(display.reading(_turns(open_reader(path, form, mapping, False), unreadable)))
        config = EmergentConfig()
        found: list[Discovered] = []
        for _, own in groupby(turns, lambda turn: turn.tenant):
            found += discovered(list(own), config, display)
    if unreadable.count:
        click.echo(f"{unreadable.count} events could not be read; voc run says why", err=True)
    found.sort(key=lambda topic: (topic.found, topic.id))
    if as_json:
        print_json(found)
        return
    _print(found, turns, config)


def discovered(turns: Sequence[Turn], config: EmergentConfig, display: "_Display | None" = None) -> list[Discovered]:
    """Return the emergent topics of one tenant's turns, which are in the order of their minutes."""
    model = EmergentModel(config)
    texts = {turn.number: turn.text for turn in turns}
    members: dict[str, dict[int, None]] = {}
    last: dict[str, Burst] = {}
    for minute, said in groupby(turns, lambda turn: turn.minute):
        step = model.step(minute, [Message(turn.number, turn.conversation, turn.text) for turn in said])
        for burst in (*step.opened, *step.alive):
            mine = members.setdefault(burst.key, {})
            mine.update(dict.fromkeys(burst.messages))
            if burst.key not in last or len(burst.messages) > len(last[burst.key].messages):
                last[burst.key] = burst
        if display is not None:
            display.judged(minute)
    return [
        Discovered(
            burst.key,
            burst.label,
            burst.phrases,
            _time(burst.first_seen),
            _time(burst.found),
            len(members[key]),
            different((texts[number] for number in burst.representative), VERBATIMS),
        )
        for key, burst in last.items()
    ]


def _turns(reader: Reader, unreadable: _Unreadable) -> Iterator[Turn]:
    decoder, now = Decoder(), datetime.now(UTC)
    while records := reader.read_batch(BATCH):
        events: list[Event] = []
        for record in records:
            try:
                if record.fault:
                    raise record.fault
                events.append(decoder.decode(record.raw, now))
            except InvalidMessage:
                unreadable.count += 1
        utterances = [utterance_of(event) for event in events]
        redact_batch([utterance for utterance in utterances if utterance is not None])
        for event, utterance in zip(events, utterances, strict=True):
            if utterance is None or utterance.sender_role != "customer":
                continue
            for row in rows_of(event, utterance, Place("", 0, 0), 0):
                if isinstance(row, Feedback):
                    yield _turn(row)


def _turn(row: Feedback) -> Turn:
    minute = int(row.minute.timestamp())
    text = " ".join(row.text.split())[:KEPT_CHARS]
    return Turn(row.tenant, minute, row.feedback_id, row.revision, row.customer_hash or row.conversation_id, text, row.withdrawn)


def _latest(turns: Iterable[Turn]) -> list[Turn]:
    """The last revision of each turn that was not withdrawn, by tenant and time."""
    kept: dict[int, Turn] = {}
    for turn in turns:
        before = kept.get(turn.number)
        if before is None or (turn.withdrawn, turn.revision) >= (before.withdrawn, before.revision):
            kept[turn.number] = turn
    standing = [turn for turn in kept.values() if not turn.withdrawn]
    return sorted(standing, key=lambda turn: (turn.tenant, turn.minute))


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _print(found: Sequence[Discovered], turns: Sequence[Turn], config: EmergentConfig) -> None:
    out = console()
    if not found:
        span = max((turn.minute for turn in turns), default=0) - min((turn.minute for turn in turns), default=0)
        short = span < config.warm_up_minutes * MINUTE
        needed = f"; {config.warm_up_minutes // 60} hours of history come first, and the file spans {span // 3600}"
        out.print("no emergent topic" + (needed if short else f" among {len(turns):,} turns of customers"))
        return
    table = Table("id", "topic", "since (UTC)", "found", "turns", "in their words", box=None, header_style="bold")
    for topic in found:
        since, seen = f"{topic.first_seen:%Y-%m-%d %H:%M}", f"{topic.found:%H:%M}"
        words = topic.verbatims[0] if topic.verbatims else ""
        table.add_row(*map(inert, (topic.id, topic.label, since, seen, str(topic.messages), words)))
    out.print(table)


class _Display(Spinner):
    def reading(self, turns: Iterable[Turn]) -> Iterator[Turn]:
        """Count turns as they pass."""
        for count, turn in enumerate(turns, 1):
            if count % BATCH == 0:
                self.say(f"{count:,} turns of customers read")
            yield turn

    def judged(self, minute: int) -> None:
        """A minute is judged."""
        self.say(f"judged until {_time(minute):%Y-%m-%d %H:%M}")
