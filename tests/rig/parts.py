"""The real parts of one process over one database, put together as `voc run` does, with a place to look in from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from processors.detector import DetectorConfig
from processors.emergent import EmergentConfig
from processors.intents.taxonomy import Taxonomy
from processors.lifecycle import LifecycleConfig
from processors.pipeline import Pipeline
from streams import position
from streams.detect import Detect, Publish
from streams.embedded import EmbeddedRun
from streams.inputs.lines import LineReader
from streams.tell import Notifier, Tell
from streams.understand import BatchCount, Message, Partition, Understand
from streams.warehouse.client import WarehouseClient
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.memory import Memory
from streams.warehouse.minutes import Minutes
from streams.warehouse.questions import Questions
from streams.warehouse.sink import WarehouseSink
from streams.warehouse.spikes import SpikeStore
from tests.rig.events import datetime_of

PIPELINE = Path(__file__).parent / "pipeline.toml"
TAXONOMY = Taxonomy.default()
QUICK = DetectorConfig(
    emergent=EmergentConfig(warm_up_minutes=60, slot_bits=12), lifecycle=LifecycleConfig(warm_up=60, false_alerts=100)
)
"""Alerts after an hour instead of a day, so that a test's story can be short; and little to remember."""

STEPS = {
    "sink": ("write_dead_letters", "write_rows"),
    "minutes": ("count", "give", "tested", "owed"),
    "spikes": ("write_verdicts", "write_emergent", "write_transitions", "write_card"),
    "memory": ("save_detectors", "save_position"),
}
"""Everything that changes something, and what DETECT reads back, by the part that does it. "claim" and "publish" besides."""

Hook = Callable[[str, str], None]
"""Called with ("before" or "after", step)."""


class Watched:
    """A part whose steps call the hook before and after they are done."""

    def __init__(self, part: object, steps: Sequence[str], hook: Hook) -> None:
        self._part, self._steps, self._hook = part, steps, hook

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return watched(found, name, self._hook) if name in self._steps else found


def watched(function: Callable[..., Any], step: str, hook: Hook) -> Callable[..., Any]:
    """The function, with the hook before and after it."""

    def call(*given: Any, **named: Any) -> Any:
        hook("before", step)
        answer = function(*given, **named)
        answer = list(answer) if isinstance(answer, Iterator) else answer
        hook("after", step)
        return answer

    return call


class Parts:
    """One process. Nothing in it outlives it but what it wrote."""

    def __init__(
        self,
        endpoint: Endpoint,
        out: Path,
        *,
        hook: Hook = lambda _side, _step: None,
        config: DetectorConfig = QUICK,
        source: str = "input",
        publish: Publish | None = None,
        notifiers: Sequence[Notifier] = (),
        kinds: dict[str, type] | None = None,
    ) -> None:
        self.client = WarehouseClient(lambda: endpoint, patience_s=20)
        made = {"sink": WarehouseSink, "minutes": Minutes, "spikes": SpikeStore, "memory": Memory} | (kinds or {})
        self.sink, self.minutes, self.spikes, self.memory = (
            Watched(made[name](self.client), STEPS[name], hook) for name in ("sink", "minutes", "spikes", "memory")
        )
        self.tell = Tell(questions=Questions(self.client), spikes=self.spikes, taxonomy=TAXONOMY, out=out, notifiers=notifiers)  # type: ignore[arg-type]
        self.detect = Detect(
            minutes=self.minutes,
            memory=self.memory,
            spikes=self.spikes,
            config=config,
            publish=watched(publish or self.tell, "publish", hook),
        )  # type: ignore[arg-type]
        self.state = position.load(self.memory, source)  # type: ignore[arg-type]
        self.state.understanding = self.memory.understanding(pipeline().fingerprint)
        self.partition = Partition(source, 0, self.state.clock)
        self.understand = Understand(
            pipeline=pipeline(),
            understanding=self.state.understanding,
            sink=self.sink,
            publish=watched(self.detect.on_progress, "claim", hook),
        )  # type: ignore[arg-type]

    def understood(self, messages: Sequence[Message]) -> BatchCount:
        """UNDERSTAND a batch of the one partition."""
        return self.understand.batch([(self.partition, messages)])

    def ended(self) -> None:
        """The input has ended for good."""
        self.understand.end(self.partition)

    def read(self, *lines: bytes) -> BatchCount:
        """UNDERSTAND a batch."""
        now = datetime_of(4e9 / 2)
        self._offset = getattr(self, "_offset", 0)
        messages = [Message(self._offset + n, line, now) for n, line in enumerate(lines, 1)]
        self._offset += len(lines)
        return self.understood(messages)

    def embedded(self, path: Path, batch_lines: int = 100, kind: type[EmbeddedRun] = EmbeddedRun) -> EmbeddedRun:
        """`voc run` of the file."""
        return kind(
            reader=LineReader(path),
            partition=self.partition,
            understand=self.understand,
            detect=self.detect,
            positions=self.memory,  # type: ignore[arg-type]
            state=self.state,
            batch_lines=batch_lines,
        )

    def close(self) -> None:
        """What the kernel does for a process that died."""
        self.client.close()


@cache
def pipeline() -> Pipeline:
    """The tests' own: quick."""
    return Pipeline.load(PIPELINE, TAXONOMY)


def in_database(endpoint: Endpoint, database: str) -> Endpoint:
    """The same server, another database."""
    return replace(endpoint, database=database)
