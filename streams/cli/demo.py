"""`voc demo`: the watch story, simulated, run and told."""

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from processors.said import said
from schemas.spikes import Spike
from streams.cli.briefing import gathered, write
from streams.cli.options import console, installed, print_json, same_place
from streams.cli.run import run_input
from streams.cli.summary import print_summary, run_json
from streams.inputs.lines import LineReader
from streams.installation import Installation
from streams.notify.channel import Outgoing, Rendered
from streams.notify.channels import TYPES
from streams.notify.config import ChannelConfig
from streams.notify.trial import shown_only
from streams.simulate import write_story
from streams.warehouse.spikes import SpikeStore

UNNAMED = ("setting_time",)
"""The subject of the story is one that nobody had put into a taxonomy: so it is taken out of the packaged one."""
ZONE = ZoneInfo("Asia/Shanghai")
"""Where the watch brand is."""
ENDINGS = {"application/json": "json", "message/rfc822": "eml"}


@click.command()
@installed
def demo(installation: Installation, as_json: bool) -> None:
    """Simulate the watch story, run it through the whole pipeline, and show its alert.

    Three weeks of a watch brand's chats and calls; then a new model is launched whose time is set in a new way: a subject that
    is not in the demo's taxonomy. A second call reads nothing anew and shows the alert again. It leaves a briefing, and the alert
    as each channel would get it; nothing is sent to anybody.

    \b
    Example:
      voc demo
      voc demo --json --data-dir ./demo-data
    """
    out = console()
    folder = installation.data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    story = folder / "watch.ndjson.gz"
    if not story.exists():
        written = write_story("watch", story)
        if not as_json:
            out.print(f"simulated {written.events:,} events of a watch brand: {story}")
    with LineReader(story) as reader:
        summary = run_input(installation, reader, "demo-watch", without=UNNAMED, quiet=as_json, deliver=False)
    cards = rendered(installation, summary.spikes)
    pages = briefings(installation)
    if as_json:
        print_json(run_json(summary))
        return
    print_summary(installation, summary, "demo-watch", out)
    out.print(f"as each channel would get it: {cards}")
    out.print(f"the week on one page: {', '.join(map(str, pages))}")
    place = same_place(installation)
    out.print(f'go on with: voc spikes --all{place} · voc sql{place} "SELECT topic, sum(count) FROM topic_minute GROUP BY 1"')


def rendered(installation: Installation, spikes: Iterable[Spike]) -> Path:
    """The latest card of each of these episodes as every type of channel would send it, in Chinese and English; their folder."""
    folder = installation.data_dir / "out" / "cards"
    folder.mkdir(parents=True, exist_ok=True)
    store = SpikeStore(installation.writer())
    for spike in spikes:
        card = store.card(spike.id)
        if card is None:
            continue
        for type in TYPES:
            channel = shown_only(ChannelConfig(name=type, type=type))
            for language in ("zh", "en"):
                words = said(card, language=language, zone=ZONE)
                for message in channel.render(Outgoing(f"{spike.id}-{language}", (words,))):
                    (folder / f"{spike.id}-{type}-{language}.{_ending(message)}").write_bytes(message.body)
    return folder


def briefings(installation: Installation) -> list[Path]:
    """The last week on one page, in English and in Chinese."""
    facts = gathered(installation)
    pages = []
    for language in ("en", "zh"):
        pages.append(installation.data_dir / "out" / f"briefing-{language}.html")
        write(facts, pages[-1], language=language, zone=ZONE)
    return pages


def _ending(message: Rendered) -> str:
    kind = message.content_type.partition(";")[0]
    return ENDINGS.get(kind, "json" if kind.endswith("json") else "txt")
