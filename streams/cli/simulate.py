"""`voc simulate`: seeded traffic with known truth."""

from pathlib import Path

import click

from streams import telemetry
from streams.cli.options import common, print_json
from streams.failures import UserError
from streams.settings import load
from streams.simulate import STORIES, truth_path, write_story


@click.command()
@click.argument("story", type=click.Choice(sorted(STORIES)))
@click.option(
    "--out", "path", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write; .gz compresses."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another story with the same plot.")
@click.option("--days", type=int, default=21, show_default=True, help="How many days it lasts.")
@common
def simulate(story: str, path: Path, seed: int, days: int, as_json: bool, data_dir: str | None) -> None:
    """Write a simulated stream of events, and beside it the truth about it.

    \b
    Example:
      voc simulate watch --out watch.ndjson.gz --seed 7
    """
    telemetry.set_up(load(data_dir=data_dir).log_level)
    try:
        written = write_story(story, path, seed=seed, days=days)
    except ValueError as error:
        raise UserError(str(error)) from None
    if as_json:
        print_json(
            {
                "story": story,
                "seed": seed,
                "days": days,
                "events": written.events,
                "out": str(path),
                "truth": str(truth_path(path)),
            }
        )
    else:
        click.echo(f"{written.events:,} events in {path}, the truth in {truth_path(path)}")
