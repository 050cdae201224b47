"""Three rules of the pipeline on Kafka, each broken on purpose (tests/soak/mutants.py) and hit where it hurts: the comparison of
the crash tests must see it, and must find nothing wrong with the real thing in the same place."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from tests.conftest import migrated_database
from tests.rig.comparison import compare
from tests.rig.events import DAY, MINUTE, WORDS, chat
from tests.rig.feed import Feed
from tests.rig.kafka.server import KafkaServer
from tests.rig.log_truth import LogTruth, read_log
from tests.rig.scene import Stage
from tests.soak.mutants import MUTANTS
from tests.soak.worker import CONFIG

pytestmark = pytest.mark.kafka
START = int(time.time() // DAY * DAY - 2 * DAY)
PARTITIONS = {"chat": 1, "calls": 1, "surveys": 1, "orders": 1, "conversations": 1, "context": 1}
Message = tuple[bytes, bytes]


def messages(first: int, last: int, each_minute: int = 10) -> list[Message]:
    """Of these minutes, as (key, value); each fifth is edited at once, and then its first version comes once more."""
    found = []
    for n in range(each_minute * first, each_minute * last):
        at, topic = START + n * MINUTE / each_minute, list(WORDS)[n % len(WORDS)]
        line = chat(at, topic, id=f"m{n}")
        found.append((b"%d" % n, line))
        if n % 5 == 0:
            found += [(b"%d" % n, chat(at, "price", id=f"m{n}", revision=1, sent=at + 1)), (b"%d" % n, line)]
    return found


class Case(NamedTuple):
    """What a worker is put through. The next of the `portions` comes when the one before has been read; the first process dies at
    `dies`, if that is given, and another goes on."""

    portions: Sequence[list[Message]]
    roles: str
    arguments: tuple[str, ...] = ()
    dies: str = ""


KILLED = Case([messages(0, 30)], "understand", dies="before:rows:1")
"""Between a commit that comes too early and the save."""
REPEATED = Case([messages(0, 5)], "understand")
SLOW = Case([messages(0, 5), messages(5, 10), messages(10, 15)], "understand,detect,tell", ("--slow", "rows:2"))
"""DETECT has answered a claim that comes too early before the rows are there."""
CASES = {
    "killed": KILLED, "commit-before-save": KILLED, "clock-as-version": REPEATED, "slow": SLOW, "claim-before-insert": SLOW,
}  # fmt: skip
"""By mutant, or by a name that is none."""


def wrong(kafka: KafkaServer, endpoint: Endpoint, folder: Path, prefix: str, name: str) -> set[str]:
    """The questions that are answered wrong in the end."""
    case, mutant = CASES[name], ["--mutant", name] if name in MUTANTS else []
    stage = Stage(kafka.bootstrap, endpoint, folder, prefix=prefix, partitions=PARTITIONS)
    stage.set_up()
    feed = Feed(stage.bootstrap, stage.prefix)
    try:
        for n, portion in enumerate(case.portions):
            for key, value in portion:
                feed.send("chat", key, value)
            feed.flush()
            if n == 0 and case.dies:
                first = stage.worker("first", case.roles, *case.arguments, *mutant)
                first.start("--die", case.dies)
                assert first.dies(60)
            if n == 0:
                stage.worker("worker", case.roles, *case.arguments, *mutant).start()
            stage.wait_until_quiet(0, patience_s=90, still_s=0.5)
        truth = LogTruth(read_log(kafka.bootstrap, stage.sources))
        detects = "detect" in case.roles
        stage.wait_until_quiet(truth.bound if detects else 0, patience_s=90, still_s=0.5)
        return {line.question for line in compare(stage.client(), truth, CONFIG) if line.wrong and (detects or not line.detected)}
    finally:
        feed.close()
        stage.close()


def test_each_broken_rule_is_seen_and_without_it_nothing_is_wrong_in_the_same_place(
    kafka: KafkaServer, kafka_prefix: str, embedded: EmbeddedWarehouse, tmp_path: Path
) -> None:
    """All at once: most of the time is that of seven processes that start."""

    def outcome(name: str) -> set[str]:
        with migrated_database(embedded) as endpoint:
            return wrong(kafka, endpoint, tmp_path / name, f"{kafka_prefix}-{name}", name)

    with ThreadPoolExecutor(len(CASES)) as pool:
        found = dict(zip(CASES, pool.map(outcome, CASES), strict=True))
    assert found["killed"] == found["slow"] == set()
    assert found["commit-before-save"] == {"feedback: lost"}
    assert found["clock-as-version"] == {"feedback: not the version that stands"}
    assert found["claim-before-insert"] >= {"cells of topic_minute and minute_total"}
