"""A short story on a real Kafka while everything in it is killed once: nothing lost, nothing doubled, every count right.

The long one, with all kinds of faults and an undisturbed run beside it, is `make soak` (tests/soak).
"""

import time
from pathlib import Path

import pytest

from streams.warehouse.embedded import EmbeddedWarehouse
from tests.rig.comparison import compare
from tests.rig.events import DAY, HOUR, MINUTE
from tests.rig.faults import Faults, Field
from tests.rig.feed import Feed, Paced
from tests.rig.kafka.server import KafkaServer
from tests.rig.log_truth import LogTruth, read_log
from tests.rig.scene import Stage
from tests.rig.workers import Watch
from tests.soak.story import PARTITIONS, TAIL_MINUTES, Story
from tests.soak.worker import CONFIG

pytestmark = pytest.mark.kafka
SEED = 20261122
HOURS, SECONDS = 3.0, 15.0
KINDS = (
    "a reader dies at a step",
    "kill the warehouse",
    "kill the decider",
    "kill the broker",
    "freeze a reader",
    "stop a reader",
)


def test_a_short_story_under_fire_is_counted_and_told_as_its_log_says(
    kafka: KafkaServer, kafka_prefix: str, own: EmbeddedWarehouse, tmp_path: Path
) -> None:
    stage = Stage(kafka.bootstrap, own.endpoint(), tmp_path, prefix=kafka_prefix, partitions=PARTITIONS)
    stage.set_up()
    now = time.time()
    story = Story(start=int(now // DAY * DAY - 2 * DAY), hours=HOURS, events=3000, now=now, seed=SEED)
    readers = [stage.worker(f"reader{n}", "understand") for n in (1, 2, 3)]
    deciders = [stage.worker(f"decider{n}", "detect,tell") for n in (1, 2)]
    for worker in (*readers[:2], deciders[0]):
        worker.start()
    watch, feed = Watch(stage.workers), Feed(stage.bootstrap, stage.prefix)
    field = Field(kafka, own, readers, deciders)
    try:
        paced = Paced(feed, story.records, HOURS * HOUR / SECONDS)
        Faults(field, kinds=KINDS, seconds=SECONDS, seed=SEED).run()
        paced.join()
        Paced(feed, story.tail, TAIL_MINUTES * MINUTE / 3).join()
        feed.close()
        truth = LogTruth(read_log(kafka.bootstrap, stage.sources))
        stage.wait_until_quiet(truth.bound, patience_s=120, still_s=2)
        assert {fault.kind for fault in field.done} == set(KINDS), field.failed
        lines = compare(stage.client(), truth, CONFIG)
        assert [line for line in lines if not line.right] == []
        assert [end for worker in stage.workers for end in worker.ends if end.how == "stopped" and end.status] == []
    finally:
        watch.close()
        stage.close()
