"""`voc explain`: an episode's card, fresh from the warehouse."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processors.card import numbers_sql
from schemas.spikes import Transition
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.spikes import SpikeStore
from tests.streams.cli.conftest import Voc
from tests.streams.cli.test_json import check_spike

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST, SECOND = "3f2a000000000001", "3f2b000000000002"


def transition(spike_id: str) -> Transition:
    return Transition(
        spike_id=spike_id,
        transition="opened",
        at=AT + 29 * MINUTE,
        tenant="acme",
        kind="topic",
        topic="setting_time",
        started=AT,
        opened=AT + 5 * MINUTE,
        updated=AT + 29 * MINUTE,
        closed=None,
        observed=30,
        expected=1.5,
        low=0.0,
        high=4.0,
        surprise=20.0,
    )


@pytest.fixture
def surge(warm: Path, engine: EmbeddedWarehouse) -> None:
    """Two open episodes without a card: half an hour in which most ask about the W-300, which had been launched, on tmall."""
    assert warm.exists()
    client = WarehouseClient(engine.endpoint, patience_s=20)
    SpikeStore(client).write_transitions([transition(FIRST), transition(SECOND)])
    said = [(AT + n * MINUTE, ["setting_time"], "W-300", "tmall") for n in range(30)]
    said += [(AT - timedelta(days=days) + n * MINUTE, ["price"], f"W-{n % 5}00", "app") for days in (0, 1, 7) for n in range(50)]
    said += [(AT - timedelta(days=1) + n * MINUTE, ["price"], "W-300", "tmall") for n in range(5)]
    client.insert(
        "feedback_local",
        ("feedback_id", "version", "tenant", "minute", "time", "intents", "product_model", "channel", "text"),
        [
            (n, 1, "acme", at, at, topics, model, channel, f"怎么调时间 {n}")
            for n, (at, topics, model, channel) in enumerate(said, 1)
        ],
    )
    client.insert(
        "context_local",
        ("event_id", "version", "tenant", "time", "kind", "title", "start", "products"),
        [(1, 1, "acme", AT, "launch", "W-300 \x1b[31m上市", AT - timedelta(days=1), ["W-300"])],
    )
    client.close()


@pytest.mark.usefixtures("surge")
def test_an_episode_is_explained_in_words_and_as_json(voc: Voc) -> None:
    found = voc("explain", FIRST, "--json").json
    check_spike(found)
    assert (found["id"], found["observed"]) == (FIRST, 30)
    assert found["sql"] == numbers_sql(transition(FIRST))
    assert [(where["value"], where["observed"]) for where in found["where"]] == [("tmall", 30)]
    assert found["spread"]["product_model"] == [{"value": "W-300", "count": 30}]
    assert "product_model" not in found["unchanged"]
    assert found["context"] == [{"kind": "launch", "title": "W-300 \x1b[31m上市", "start": "2026-11-19T03:00:00Z"}]
    assert found["windows"]["now"] == [{"first": "2026-11-20T03:00:00Z", "last": "2026-11-20T03:29:00Z"}]
    assert len(found["windows"]["before"]) == len(found["verbatims"]) == 3
    told = voc("explain", FIRST[:4])
    assert told.code == 0, told.err
    for words in ("setting_time", "30 against 1.5 expected", "tmall", "(coincidence, not cause)", found["verbatims"][0], FIRST):
        assert words in told.out
    assert "\x1b[31m" not in told.out


@pytest.mark.usefixtures("surge")
def test_what_is_no_beginning_of_one_id_is_refused_with_what_to_do(voc: Voc) -> None:
    voc("explain", "3f2").failed("2 episodes begin with “3f2”", FIRST, SECOND, "write more")
    voc("explain", "zz\x1b").failed("no episode begins with “zz·”", "voc spikes --all")
    voc("explain", "").failed("no episode", "voc spikes --all")
    voc("explain").misused("SPIKE")
    assert "Example:\n    voc explain" in voc("explain", "--help").out
