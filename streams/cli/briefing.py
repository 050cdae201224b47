"""`voc briefing`: one page about the last days, for people without Grafana."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import msgspec

from processors.intents.taxonomy import Taxonomy
from processors.wording import Language
from streams.briefing.cards import Cards
from streams.briefing.facts import Briefing
from streams.briefing.gather import gather
from streams.briefing.page import page
from streams.briefing.questions import Asked
from streams.cli.options import console, existing, inert, print_json
from streams.failures import UserError
from streams.installation import Installation
from streams.warehouse.questions import Questions
from streams.warehouse.spikes import SpikeStore


class Zone(click.ParamType):
    """A time zone by its name."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """The zone of that name."""
        try:
            return value if isinstance(value, ZoneInfo) else ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"“{value}” is no time zone; write one such as Asia/Shanghai or UTC", param, ctx)


class Time(click.ParamType):
    """A day or a time, as ISO 8601 writes it; without an offset it is of the page's time zone."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time, with an offset only if one was written."""
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is no time; write one such as 2026-11-08 or 2026-11-08T18:00", param, ctx)


@click.command()
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True, help="How many days it is about.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="The page's language (default: the setting language).")
@click.option("--zone", type=Zone(), help="The time zone that times are written in (default: the setting zone).")
@click.option("--tenant", default="", metavar="T", help="Only this tenant (default: all).")
@click.option(
    "--until", type=Time(), metavar="TIME",
    help="Where it ends, if earlier than the newest closed minute: 2026-11-08 or 2026-11-08T18:00, in --zone.",
)  # fmt: skip
@click.option("--out", metavar="FILE.html", help="The page; not needed with --json, which prints its facts.")
@existing
def briefing(
    installation: Installation, days: int, language: Language | None, zone: ZoneInfo | None, tenant: str, until: datetime | None,
    out: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Write one page about the last days: what rose and what fell by more than chance, the alerts with their charts and the
    customers' words, how often alerts were right, and how far the numbers can be trusted. It needs no network and no script, is
    readable on a phone and prints. The last day ends with the newest closed minute, whatever the clock says.

    \b
    Example:
      voc briefing --out briefing.html
      voc briefing --days 14 --language zh --zone Asia/Shanghai --out 简报.html
    """
    if not out and not as_json:
        raise click.UsageError("name the page to write with --out FILE.html, or ask for its facts with --json")
    language, zone = language or installation.settings.language, zone or ZoneInfo(installation.settings.zone)
    if until is not None and until.tzinfo is None:
        until = until.replace(tzinfo=zone)
    facts = gathered(installation, days=days, tenant=tenant, until=until)
    written: dict[str, object] = {}
    if out:
        written = {"out": out, "bytes": write(facts, Path(out), language=language, zone=zone)}
    if as_json:
        print_json(written | msgspec.to_builtins(facts))
        return
    span = f"{facts.span.since:%Y-%m-%d %H:%M} to {facts.span.until:%Y-%m-%d %H:%M} UTC"
    alerts = "1 alert" if facts.alerts.opened == 1 else f"{facts.alerts.opened or 'no'} alerts"
    console().print(f"{inert(out)}: {span}, {facts.now.messages:,} customer messages, {alerts}, {facts.alerts.open_now} open")
    if facts.span.first > facts.span.since:
        console().print(f"what is stored begins only on {facts.span.first:%Y-%m-%d %H:%M} UTC")


def gathered(installation: Installation, *, days: int = 7, tenant: str = "", until: datetime | None = None) -> Briefing:
    """The facts of a briefing of this installation. `until` has an offset. Blocking; raises UserError, SinkUnavailable."""
    reader = installation.reader()
    asked = Asked(reader, tenant)
    if tenant and asked.ends() is None and (ends := Asked(reader).ends()):
        raise UserError(f"no feedback of tenant “{inert(tenant)}”; there is some of {', '.join(map(inert, ends.tenants[:10]))}")
    chosen = installation.settings.taxonomy
    taxonomy = Taxonomy.load(chosen) if chosen else Taxonomy.default()
    spikes = SpikeStore(reader).episodes()
    return gather(
        asked,
        [spike for spike in spikes if tenant in ("", spike.tenant)],
        Cards(SpikeStore(installation.writer()), Questions(reader), taxonomy),
        taxonomy,
        days=days,
        until=_in_utc(until) if until else None,
        made_at=datetime.now(UTC).replace(microsecond=0),
    )


def write(facts: Briefing, path: Path, *, language: Language, zone: tzinfo) -> int:
    """Write the page, the whole of it or nothing; how many bytes it has. Raises UserError."""
    body = page(facts, language=language, zone=zone).encode()
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(body)
        fresh.replace(path)
    except OSError as error:
        raise UserError(f"cannot write {inert(path)}: {error.strerror}; name another file with --out") from error
    return len(body)


def _in_utc(at: datetime) -> datetime:
    """What the calendar cannot show in UTC is its first or its last moment there."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return datetime(1 if at.year < 2000 else 9999, 1, 1, tzinfo=UTC)
