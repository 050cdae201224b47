"""Files and folders: are taxonomy and pipeline readable, is the data directory ours to write, is there room on its disk?"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from processors.intents.taxonomy import Taxonomy
from processors.pipeline import Pipeline
from streams.doctor.finding import Finding, ok, problem, warning
from streams.settings import FILE, Settings
from streams.understanding import use_models

LEAST, LITTLE = 500_000_000, 2_000_000_000
"""Bytes free on a disk: with less nothing works for long; with less it is time to look."""
GB = 1e9


def settings_file() -> Iterator[Finding]:
    """Which settings are in force. They have been read already."""
    named = sum(name.startswith("VOC_") for name in os.environ)
    file = f"{FILE} and " if Path(FILE).exists() else "no voc.toml here; "
    yield ok("settings", f"{file}{named} VOC_ variables read")


def taxonomy(settings: Settings) -> Iterator[Finding]:
    """Is the taxonomy readable, and has everything in it an owner?"""
    use_models(settings, lambda _message: None)
    subjects = Taxonomy.load(settings.taxonomy) if settings.taxonomy else Taxonomy.default()
    where = settings.taxonomy or "the packaged one"
    nobody = [name for name, intent in subjects.by_name.items() if not intent.owner]
    if nobody:
        named = ", ".join(nobody[:5])
        yield warning("taxonomy", f"{where}: {len(nobody)} of {len(subjects.by_name)} intents have no owner: {named}", _OWNER)
    else:
        yield ok("taxonomy", f"{where}: {len(subjects.by_name)} intents, each with an owner")


def pipeline(settings: Settings) -> Iterator[Finding]:
    """Can every processor of the pipeline be built?"""
    use_models(settings, lambda _message: None)
    subjects = Taxonomy.load(settings.taxonomy) if settings.taxonomy else Taxonomy.default()
    built = Pipeline.load(settings.pipeline, subjects) if settings.pipeline else Pipeline.default(subjects)
    yield ok("pipeline", f"{settings.pipeline or 'the packaged one'}: {len(built.processors)} processors")


def data_directory(settings: Settings) -> Iterator[Finding]:
    """May we write where this installation keeps everything of its own?"""
    directory = Path(settings.data_dir)
    existing = _existing(directory)
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        yield problem(
            "data directory",
            f"{existing} cannot be written to: {error.strerror}",
            "give this user the right, or name another directory with --data-dir",
        )
        return
    made = "can be written to" if existing == directory else "is not there yet, and can be made"
    yield ok("data directory", f"{directory} {made}")


def disk(settings: Settings) -> Iterator[Finding]:
    """Is there room where the data directory is? (How long it lasts says the check of the warehouse.)"""
    directory = _existing(Path(settings.data_dir))
    free = shutil.disk_usage(directory).free
    said = f"{free / GB:.1f} GB free at {directory}"
    if free < LEAST:
        yield problem("disk", said, _ROOM)
    elif free < LITTLE:
        yield warning("disk", said, _ROOM)
    else:
        yield ok("disk", said)


def _existing(directory: Path) -> Path:
    """The directory, or the nearest one above it that is there."""
    return next(place for place in (directory, *directory.absolute().parents) if place.exists())


_OWNER = "name an owner for each in taxonomy.yaml: cards are routed by it"
_ROOM = "free some space, give the disk more, or keep less (feedback_days, count_days)"
