"""What the whole pipeline is measured on: an installation with its warehouse running, beside a broker with the catalogue's topics
of one prefix, the chat topic filled."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.stream import topics
from benchmarks.stream.messages import messages
from benchmarks.texts import ROOT
from streams import settings as settings_of
from streams.installation import Installation
from streams.understanding import load_understanding

QUICK = ROOT / "tests" / "rig" / "pipeline.toml"
"""The packaged steps without sentiment."""


class Desk:
    """One data directory and one broker; several prefixes."""

    def __init__(self, broker: str, directory: Path, pipeline: str) -> None:
        self.broker, self.directory, self._pipeline = broker, directory, pipeline
        self._numbers = 0

    def filled(self, events: int, partitions: int) -> str:
        """Make topics with so many chat messages; their prefix."""
        self._numbers += 1
        prefix = f"desk{self._numbers}"
        name = topics.ours(self.broker, prefix, partitions)
        topics.fill(self.broker, name, partitions, islice(messages(), events), "lz4")
        return prefix

    def environment(self, prefix: str, **given: str) -> dict[str, str]:
        """Settings of a candidate."""
        return {
            "VOC_KAFKA": self.broker, "VOC_KAFKA_PREFIX": prefix, "VOC_WORKER_PORT": "0", "VOC_PIPELINE": self._pipeline,
            "VOC_DATA_DIR": str(self.directory), **given,
        }  # fmt: skip

    def command(self, name: str, every: int, argument: str = "") -> list[str]:
        """A candidate of benchmarks.stream.workers."""
        return [sys.executable, "-m", "benchmarks.stream.workers", name, str(self.directory), str(every), argument]

    def again(self, prefix: str) -> None:
        """Let everybody read this prefix from its beginning."""
        groups = ("understand", "detect", "tell", "detect-tell", "stock")
        topics.forget(self.broker, *(f"{prefix}-{group}" for group in groups), prefix)


@contextmanager
def desk(broker: str, *, quick: bool = False) -> Iterator[Desk]:
    """An installation with its schema, its warehouse running and its models built."""
    with TemporaryDirectory(prefix="bench-desk-") as name:
        pipeline = str(QUICK) if quick else ""
        directory = Path(name) / "data"
        settings = settings_of.load(Path(name), data_dir=str(directory), pipeline=pipeline)
        with Installation(settings) as installation:
            installation.migrate()
            load_understanding(settings)
            yield Desk(broker, directory, pipeline)
