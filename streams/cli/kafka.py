"""`voc kafka`: our Kafka topics and consumer groups on the broker."""

from typing import TYPE_CHECKING

import click
import msgspec
from rich.table import Table

from streams import telemetry
from streams.cli.group import CommandGroup
from streams.cli.options import announce, common, console, inert, print_json
from streams.kafka.connection import Connection, from_settings
from streams.settings import load

if TYPE_CHECKING:
    from streams.kafka.admin import Made, TopicState
    from streams.kafka.lag import GroupLag

# Each verb imports its Kafka client itself: half a second that the other verbs of `voc` need not spend.


@click.group(cls=CommandGroup)
def kafka() -> None:
    """Make and see the Kafka topics that the workers need, and how far the workers are behind.

    \b
    Example:
      voc kafka create
    """


@kafka.command()
@click.option(
    "--replication", type=click.IntRange(1, 32767), default=1, show_default=True, metavar="N",
    help="Copies of each partition, on as many brokers; in production 3.",
)  # fmt: skip
@click.option(
    "--partitions",
    "asked",
    multiple=True,
    metavar="NAME=N",
    help="Of one source topic (chat=12); may be repeated. Default: the catalogue's.",
)
@click.option(
    "--grow", is_flag=True, help="Give topics that exist with fewer partitions more. Stop UNDERSTAND before: keys move."
)
@common
def create(replication: int, asked: tuple[str, ...], grow: bool, as_json: bool, data_dir: str | None) -> None:
    """Make the Kafka topics that are missing, and say how those stand that exist. What exists is never changed without --grow.

    \b
    Example:
      voc kafka create --replication 3 --partitions chat=12 --partitions calls=12
    """
    from streams.kafka import admin

    wanted = numbers(asked)
    connection, patience_s = connect(data_dir)
    made = admin.create(connection, replication=replication, partitions=wanted, grow=grow, patience_s=patience_s)
    if as_json:
        print_json({"topics": [{"did": each.did, **state_json(each.state)} for each in made]})
    else:
        _print_made(made)


@kafka.command()
@common
def describe(as_json: bool, data_dir: str | None) -> None:
    """Compare the Kafka topics on the broker with the catalogue: what is there, with which settings, what differs.

    \b
    Example:
      voc kafka describe
    """
    from streams.kafka import admin

    states = admin.describe(*connect(data_dir))
    if as_json:
        print_json({"topics": [state_json(state) for state in states]})
        return
    table = Table("topic", "holds", "key", "partitions", "copies", "differs", box=None, header_style="bold")
    for state in states:
        counts = (str(state.partitions), str(state.replication)) if state.exists else ("-", "-")
        table.add_row(state.name, state.holds, state.key, *counts, _differences(state) if state.exists else "missing")
    out = console()
    out.print(table)
    if any(not state.exists for state in states):
        out.print("\nmake what is missing: voc kafka create")


@kafka.command()
@common
def lag(as_json: bool, data_dir: str | None) -> None:
    """Show how many records each consumer group has yet to read, and its members.

    \b
    Example:
      voc kafka lag --json
    """
    from streams.kafka import lag as lags

    groups = lags.lag(*connect(data_dir))
    if as_json:
        print_json({"groups": msgspec.to_builtins(groups)})
    else:
        _print_lag(groups)


def connect(data_dir: str | None) -> tuple[Connection, float]:
    """The connection that the settings describe, and how many seconds to wait for a broker; logs set up. Raises UserError."""
    settings = load(data_dir=data_dir)
    telemetry.set_up(settings.log_level)
    connection = from_settings(settings)
    announce(f"asking Kafka at {connection.bootstrap}")
    return connection, settings.patience_s


def numbers(asked: tuple[str, ...]) -> dict[str, int]:
    """NAME=N, several times, as a mapping. Raises UsageError."""
    found = {}
    for each in asked:
        name, _, number = each.partition("=")
        if not name or not number.isdecimal() or len(number) > 6:
            raise click.UsageError(f"--partitions wants NAME=N, like chat=12; it has “{each}”")
        found[name] = int(number)
    return found


def state_json(state: "TopicState") -> dict[str, object]:
    """A topic as scripts read it."""
    differs = {name: {"is": found, "should": wanted} for name, (found, wanted) in state.differs.items()}
    return {**msgspec.structs.asdict(state), "differs": differs}


def _counts(state: "TopicState") -> str:
    partitions = "1 partition" if state.partitions == 1 else f"{state.partitions} partitions"
    return f"{partitions}, {'1 copy' if state.replication == 1 else f'{state.replication} copies'}"


def _differences(state: "TopicState") -> str:
    return ", ".join(f"{name} is {inert(found)}, not {wanted}" for name, (found, wanted) in state.differs.items())


def _print_made(made: "list[Made]") -> None:
    said = {"created": "created", "grown": "given more partitions", "nothing": "exists"}
    out = console()
    for each in made:
        state = each.state
        differs = f"; {_differences(state)}" if state.differs else ""
        out.print(f"{state.name}: {said[each.did]}, {_counts(state)}{differs}")
    if any("partitions" in each.state.differs for each in made):
        out.print("\nmore partitions: voc kafka create --grow with the same --partitions (they can never become fewer)")


def _print_lag(groups: "list[GroupLag]") -> None:
    out = console()
    if not any(group.partitions for group in groups):
        out.print("no Kafka topic of ours is there: voc kafka create makes them")
        return
    for group in groups:
        members = ", ".join(map(inert, group.members)) or "none"
        out.print(f"{group.group}: {group.lag:,} behind, {group.state}, members: {members}")
        table = Table("topic", "partition", "committed", "end", "lag", box=None, header_style="bold", pad_edge=True)
        for each in group.partitions:
            committed = "never" if each.committed is None else str(each.committed)
            expired = f" ({each.expired:,} removed by retention before they were read)" if each.expired else ""
            table.add_row(each.kafka_topic, str(each.partition), committed, str(each.end), f"{each.lag:,}{expired}")
        out.print(table)
