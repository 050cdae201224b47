"""`voc run --follow`: what is appended comes in, silence closes minutes, and a signal ends it in order, exit 0."""

import json
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from processors.detector import DetectorConfig
from processors.intents.taxonomy import Taxonomy
from processors.pipeline import Pipeline
from streams import embedded
from streams.detect import Detect
from streams.embedded import EmbeddedRun
from streams.inputs.lines import LineReader
from streams.position import Position
from streams.understand import Partition, Understand
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.memory import Memory
from streams.warehouse.minutes import Minutes
from streams.warehouse.sink import WarehouseSink
from streams.warehouse.spikes import SpikeStore
from tests.streams.cli.conftest import Script, Voc
from tests.streams.cli.events import QUICK, START, chat, chats, written
from tests.streams.cli.outcome import ended, until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_appended_lines_come_in_and_a_signal_ends_it_in_order(
    script: Script, voc: Voc, warm: Path, number: signal.Signals
) -> None:
    assert warm.exists()

    def stored() -> int:
        return int(voc("sql", "SELECT count() AS n FROM feedback", "--json").json[0]["n"])

    path = written(Path("chats.ndjson"), chats(1, 2))
    following = script("run", "--input", path, "--follow", "--json")
    until(lambda: stored() == 2)
    half = chat(9, "半句")
    with path.open("ab") as file:
        file.write(chats(3, 3) + half[:50])
    until(lambda: stored() == 5)
    following.send_signal(number)
    outcome = ended(following)
    assert outcome.code == (130 if number == signal.SIGINT else 0)
    summary = json.loads(outcome.out)
    assert (summary["events"], summary["accepted"], summary["dead_letters"]) == (5, 5, 0)
    interrupted = "voc: interrupted; what was read is safe, the same command goes on from there"
    assert outcome.err.strip() == ("" if outcome.code == 0 else interrupted)
    with path.open("ab") as file:
        file.write(half[50:] + b"\n")
    assert voc("run", "--input", path, "--json").json["resumed_at"] == 5
    assert stored() == 6


def test_silence_closes_minutes(engine: EmbeddedWarehouse, warm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert warm.exists()
    monkeypatch.setattr(embedded, "POLL_S", 0.0)
    path = written(tmp_path / "chats.ndjson", chats(1, 3))
    client = WarehouseClient(engine.endpoint)
    now = (START + timedelta(seconds=10)).timestamp()

    def closed() -> int:
        return int(client.query("SELECT sum(count) FROM topic_tested")[0][0])

    def advance(seconds: float) -> None:
        nonlocal now
        now += seconds

    def story() -> Iterator[None]:
        yield  # it reads what is there
        advance(30)
        yield  # it sees the end, but 30 s are no silence
        assert closed() == 0
        advance(400)
        yield
        assert closed() == 3

    told = story()

    with LineReader(path, follow=True) as reader:
        memory, spikes = Memory(client), SpikeStore(client)
        detect = Detect(
            minutes=Minutes(client), memory=memory, spikes=spikes, publish=lambda _: None, config=DetectorConfig()
        )  # fmt: skip
        pipeline = Pipeline.load(written(tmp_path / "p.toml", QUICK.encode()), Taxonomy.default())
        understand = Understand(pipeline=pipeline, understanding=1, sink=WarehouseSink(client), publish=detect.on_progress)
        run = EmbeddedRun(
            reader=reader, partition=Partition("chats.ndjson"), understand=understand, detect=detect, positions=memory,
            state=Position(), batch_lines=100, clock=lambda: now,
        )  # fmt: skip
        assert run.follow(lambda: next(told, told) is told).accepted == 3
    client.close()
