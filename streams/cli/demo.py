"""`voc demo`: the watch story, simulated, run and told."""

import click

from streams.cli.options import console, installed, print_json, same_place
from streams.cli.run import run_input
from streams.cli.summary import print_summary, run_json
from streams.inputs.lines import LineReader
from streams.installation import Installation
from streams.simulate import write_story

UNNAMED = ("setting_time",)
"""The subject of the story is one that nobody had put into a taxonomy: so it is taken out of the packaged one."""


@click.command()
@installed
def demo(installation: Installation, as_json: bool) -> None:
    """Simulate the watch story, run it through the whole pipeline, and show its alert.

    Three weeks of a watch brand's chats and calls; then a new model is launched whose time is set in a new way: a subject that
    is not in the demo's taxonomy. A second call reads nothing anew and shows the alert again.

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
        summary = run_input(installation, reader, "demo-watch", without=UNNAMED, quiet=as_json)
    if as_json:
        print_json(run_json(summary))
        return
    print_summary(installation, summary, "demo-watch", out)
    place = same_place(installation)
    out.print(f'go on with: voc spikes --all{place} · voc sql{place} "SELECT topic, sum(count) FROM topic_minute GROUP BY 1"')
