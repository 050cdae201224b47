"""The watch story, seven hours of it around its surge, in a warehouse of its own: what Grafana's statements are asked of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams.simulate import write_story
from streams.warehouse.endpoint import Endpoint
from tests.conftest import first_lines
from tests.rig.parts import Parts

FIRST, LAST = "2026-11-05T00", "2026-11-05T07"
ODD = 'it\'s a \\ "channel", 100 %'
"""A channel with everything in its name that a statement could trip over; commas part values."""
END = datetime(2026, 11, 5, 7, tzinfo=UTC)


class Told(NamedTuple):
    """The story as it was read."""

    endpoint: Endpoint
    spike: str
    """Its one episode."""


@contextmanager
def told(endpoint: Endpoint, folder: Path) -> Iterator[Told]:
    """Read it into an empty database: some three seconds."""
    story = folder / "watch.ndjson.gz"
    write_story("watch", story, days=8)
    lines = [line for line in first_lines(story, 100_000) if _near(msgspec.json.decode(line))]
    part = folder / "part.ndjson"
    part.write_bytes(b"\n".join([*lines, b'{"half']) + b"\n")
    parts = Parts(endpoint, folder)
    parts.embedded(part, 1000).to_the_end()
    (spike,) = parts.spikes.episodes()
    _people_say(parts, spike.id)
    parts.close()
    yield Told(endpoint, spike.id)


def _near(event: dict[str, str]) -> bool:
    return FIRST <= event["time"] < LAST or event["type"] == "voc.context.v1"


def _people_say(parts: Parts, spike: str) -> None:
    """What this pipeline does not write, or not at the time of the story: verdicts, deliveries, dead letters, signals."""
    write = parts.client.insert
    at = datetime(2026, 11, 5, 3, 20, tzinfo=UTC)
    columns: tuple[str, ...] = ("tenant", "spike_id", "by", "verdict", "note", "at")
    write("spike_verdict_local", columns, [("demo", spike, "ann", "useful", "the launch", at)])
    columns = ("tenant", "spike_id", "at", "transition", "channel", "version", "state", "changed_at")
    told_at = at + timedelta(minutes=1)
    rows = [("demo", spike, at, "opened", channel, 1, state, told_at) for channel, state in (("desk", "sent"), ("mail", "owed"))]
    write("delivery_local", columns, rows)
    columns = ("input", "input_partition", "input_offset", "sha256", "reason", "detail", "seen_at")
    write("dead_letter_local", columns, [("chat", 0, 7, "a", "not_json", "at character 3", at)])
    columns = ("minute", "tenant", "feedback_id", "version", "time", "channel", "product_model", "text", "attributes", "urgent",
               "conversation_id", "input")  # fmt: skip
    signals = {"price_stance": "too_dear", "escalation": "true"}
    said = (at, "demo", 1, 1, at, ODD, "W-300", "far too dear", signals, 1, "talk-1", "input")
    write("feedback_local", columns, [said])
    columns = ("time", "tenant", "event_id", "version", "kind", "title", "start", "owner")
    write("context_local", columns, [(at, "demo", 1, 1, "price", "<img src=x> W-300 & more", at, "<b>")])
