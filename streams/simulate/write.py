"""Writes a story and its truth to files, whole or not at all."""

import gzip
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from streams.simulate import watch
from streams.simulate.story import Story, StorySummary

STORIES: Mapping[str, Story] = {story.name: story for story in (watch.STORY,)}
"""Every story by its name on the command line."""

_PROGRESS_EVERY = 1000


def write_story(
    name: str,
    out: Path,
    *,
    seed: int = 1,
    days: int = 21,
    progress: Callable[[int], None] | None = None,
) -> StorySummary:
    """Write story `name` to `out` as NDJSON in order of arrival, and its truth to `truth_path(out)`.

    Gzip when the name ends in .gz. The same name, seed and days give the same bytes. Missing folders are made; both
    files appear by rename, the truth first, so that a stream is never without its truth. `progress` is called with the
    number of lines written so far, at the start, now and then, and at the end. Raises ValueError for an unknown story
    and for too few days, OSError if it cannot write. Blocking: a few seconds.
    """
    if name not in STORIES:
        raise ValueError(f"there is no story {name!r}; known: {', '.join(sorted(STORIES))}")
    story = STORIES[name]
    if days < story.minimum_days:
        raise ValueError(f"story {name!r} needs at least {story.minimum_days} days, {days} given")
    report = progress or (lambda _: None)
    report(0)
    telling = story.tell(seed, days)
    truth = truth_path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(truth) as truth_file, _replacing(out) as stream_file:
        truth_file.write(msgspec.json.encode(telling.truth) + b"\n")
        _write_lines(telling.lines, stream_file, out.suffix == ".gz", report)
    return StorySummary(
        story=name,
        seed=seed,
        days=days,
        out=out,
        truth=truth,
        events=len(telling.lines),
        customer_turns=telling.truth.customer_turns,
    )


def truth_path(out: Path) -> Path:
    """Where the truth of stream `out` lies: x.ndjson, x.ndjson.gz, x.json and x all give x.truth.json."""
    stem = out.name.removesuffix(".gz")
    for suffix in (".ndjson", ".json"):
        stem = stem.removesuffix(suffix)
    return out.with_name(f"{stem}.truth.json")


def _write_lines(lines: list[bytes], file: IO[bytes], compress: bool, report: Callable[[int], None]) -> None:
    # No name and no time in the gzip header, or the same story would differ from one file to the next.
    stream = gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0) if compress else None
    target: IO[bytes] | gzip.GzipFile = stream or file
    for start in range(0, len(lines), _PROGRESS_EVERY):
        chunk = lines[start : start + _PROGRESS_EVERY]
        target.write(b"\n".join(chunk) + b"\n")
        report(start + len(chunk))
    if stream is not None:
        stream.close()


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` when the block ends well, and leaves no trace when it does not."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
