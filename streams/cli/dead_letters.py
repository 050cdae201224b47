"""`voc dead-letters`: what could not be read, why, and reading it again once that is mended."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import click
from msgspec.structs import asdict
from rich.table import Table

from schemas.invalid import InvalidReason
from schemas.progress import Progress
from streams import position
from streams.cli.group import CommandGroup
from streams.cli.options import announce, console, inert, installed, print_json, same_place
from streams.cli.spinner import Spinner
from streams.dead_letters import Replay, Replayed
from streams.failures import UserError
from streams.installation import Installation
from streams.recount import Recount, publisher
from streams.understand import Understand
from streams.understanding import load_understanding
from streams.warehouse.letters import DeadLetters, Group, Letter, Wanted
from streams.warehouse.memory import Memory
from streams.warehouse.minutes import Minutes
from streams.warehouse.sink import Sink, WarehouseSink

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])
"""A day or a time, UTC."""
SHORTEST = 4
"""Hex digits that mean a dead letter, at least."""
REASONS = click.Choice([reason.value for reason in InvalidReason])
_reason = click.option("--reason", type=REASONS, metavar="R", help="Only of this reason.")
_input = click.option("--input", "source", default="", metavar="I", help="Only of this input: a Kafka topic, or a file's name.")
_since = click.option("--since", type=MOMENT, metavar="TIME", help="Only those seen since this time (UTC).")


@click.group(name="dead-letters", cls=CommandGroup)
def dead_letters() -> None:
    """Messages that could not be read: which, why, and reading them again.

    \b
    Example:
      voc dead-letters list
    """


@dead_letters.command(name="list")
@_reason
@_input
@_since
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Lines to show, at most.")
@installed
def listed(
    installation: Installation, reason: str | None, source: str, since: datetime | None, limit: int, as_json: bool
) -> None:
    """List them by reason and input, those seen last first, with the newest of each. What is quoted is redacted.

    \b
    Example:
      voc dead-letters list
      voc dead-letters list --reason invalid_field --since 2026-11-20
    """
    groups = DeadLetters(installation.writer()).groups(Wanted(reason or "", source, _utc(since)), limit)
    if as_json:
        print_json([{**asdict(group), "examples": [_shown(letter) for letter in group.examples]} for group in groups])
    elif not groups:
        console().print("no dead letters" + (" like that" if reason or source or since else ""))
    else:
        _print(groups, same_place(installation))


@dead_letters.command()
@click.argument("place")
@installed
def show(installation: Installation, place: str, as_json: bool) -> None:
    """Show one dead letter: where it stood, why it was refused, what is still kept of it; never the bytes themselves. PLACE is
    an id of the list, the beginning of one, or input/partition/offset.

    \b
    Example:
      voc dead-letters show 3f2a91
      voc dead-letters show voc.chat/2/10423
    """
    letter = _one(DeadLetters(installation.writer()), place, same_place(installation))
    if as_json:
        print_json(_shown(letter))
        return
    out = console()
    for name, value in _shown(letter).items():
        out.print(f"{name.replace('_', ' ')}: {inert(value)}")


@dead_letters.command()
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@_reason
@_input
@_since
@click.option("--all", "everything", is_flag=True, help="All of them.")
@installed
def replay(
    installation: Installation, places: tuple[str, ...], reason: str | None, source: str, since: datetime | None,
    everything: bool, as_json: bool,
) -> None:  # fmt: skip
    """Read dead letters again, with the pipeline and taxonomy of now, as if they came from where they stood. What can be
    read is stored and counted, and is no dead letter any more; what cannot stays, with its reason. A repeat changes nothing.

    Their bytes are kept for seven days (setting dead_letter_raw_days); what is older must be sent again by its source, and a
    row or an archive that the file itself broke off must be mended in the file: voc run --input FILE.

    On Kafka (setting kafka) the running workers hear which minutes became different; without it the next voc run finds out.

    \b
    Example:
      voc dead-letters replay --reason processor_failed
      voc dead-letters replay 3f2a91 voc.chat/2/10423
      voc dead-letters replay --all
    """
    if not (places or reason or source or since or everything):
        raise click.UsageError("which? Name some, or --reason, --input, --since, or --all of them")
    client = installation.writer()
    letters = DeadLetters(client)
    for place in places:
        _one(letters, place, same_place(installation))
    wanted = letters.find(Wanted(reason or "", source, _utc(since), places))
    with (
        publisher(installation.settings) as publish,
        Spinner(console(err=True), "reading dead letters again", quiet=as_json) as display,
    ):
        replayed = Replay(
            letters=letters,
            sink=WarehouseSink(client),
            reading=_reading(installation, Memory(client)) if wanted else _nothing,
            recount=Recount(Minutes(client), publish),
            progress=lambda tried: display.say(f"{tried:,} of {len(wanted):,} dead letters read again"),
        )(wanted)
    if as_json:
        print_json(replayed._asdict())
    else:
        for line in _said(replayed):
            console().print(line)


def _reading(
    installation: Installation, memory: Memory
) -> Callable[[str, Sink, Callable[[Sequence[Progress]], None]], Understand]:
    _, pipeline = load_understanding(installation.settings, announce=announce)
    understanding = memory.understanding(pipeline.fingerprint)

    def reading(source: str, sink: Sink, publish: Callable[[Sequence[Progress]], None]) -> Understand:
        tenant = position.load(memory, source).tenant  # of a file, as it was read; else the default
        return Understand(pipeline=pipeline, understanding=understanding, sink=sink, publish=publish, tenant=tenant)

    return reading


def _nothing(_source: str, _sink: Sink, _publish: Callable[[Sequence[Progress]], None]) -> Understand:
    raise AssertionError("there is nothing to read")


def _one(letters: DeadLetters, place: str, where: str) -> Letter:
    """The dead letter that is meant, or one of several with the very same bytes. Raises UserError."""
    if len(place) < SHORTEST:
        raise UserError(f"“{inert(place)}” is too short: at least {SHORTEST} digits of an id, or input/partition/offset")
    found = letters.find(Wanted(ids=(place,)), limit=100)
    if not found:
        raise UserError(f"no dead letter is called “{inert(place)}”; see voc dead-letters list{where}")
    if len({letter.sha256 for letter in found}) > 1:
        ids = ", ".join(f"{letter.id} ({inert(letter.place)})" for letter in found[:3])
        raise UserError(f"{len(found)} dead letters begin with “{inert(place)}”: {ids} …; type more of one")
    return max(found, key=lambda letter: letter.seen_at)


def _shown(letter: Letter) -> dict[str, object]:
    fields, why_not = letter._asdict(), letter.why_not
    return {"id": letter.id, "place": letter.place, **fields, "replayable": not why_not, "why_not": why_not}


def _print(groups: Sequence[Group], place: str) -> None:
    table = Table("reason", "input", "count", "kept", "last seen (UTC)", "newest", "what", box=None, header_style="bold")
    for group in groups:
        newest, seen = group.examples[0], f"{group.last_seen:%Y-%m-%d %H:%M}"
        table.add_row(
            group.reason, inert(group.input), str(group.count), str(group.replayable), seen, newest.id, inert(newest.detail)
        )
    console().print(table)
    console().print(f"one of them: voc dead-letters show{place} ID; once mended: voc dead-letters replay{place} --reason R")


def _said(replayed: Replayed) -> list[str]:
    said = [
        f"{replayed.found:,} dead letters: {replayed.accepted:,} read now, in {replayed.minutes:,} minutes; "
        f"{replayed.failed:,} still cannot be read"
    ]
    if replayed.expired:
        said.append(f"{replayed.expired:,} could not be tried: their bytes have expired, and their source must send them again")
    if replayed.broken_off:
        said.append(f"{replayed.broken_off:,} could not be tried: their file gave a part only; mend it, then voc run --input")
    return said


def _utc(given: datetime | None) -> datetime | None:
    return given and given.replace(tzinfo=UTC)
