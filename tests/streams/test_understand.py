"""UNDERSTAND: dead letters, rows, claim, in that order, and again if need be."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.utterance import Utterance
from schemas.invalid import InvalidMessage, InvalidReason
from schemas.progress import Progress
from streams.failures import RefusesAll, SinkUnavailable
from streams.understand import Message
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.sink import MAX_REFUSED
from tests.conftest import migrated_database
from tests.rig.events import DAY_ONE, MINUTE, chat
from tests.rig.parts import Parts
from tests.rig.tables import dump
from tests.schemas.examples import ARRIVED, INVALID

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Interrupted:
    """Records the steps; refuses one of them as often as told."""

    def __init__(self, step: str = "", times: int = 0) -> None:
        self.step, self.times, self.done = step, times, list[str]()

    def __call__(self, side: str, step: str) -> None:
        if side == "before" and step == self.step and self.times:
            self.times -= 1
            raise SinkUnavailable("injected")
        if side == "after":
            self.done.append(step)


@pytest.fixture
def parts(endpoint: Endpoint, tmp_path: Path) -> Iterator[Parts]:
    parts = Parts(endpoint, tmp_path, source="chats.ndjson")
    yield parts
    parts.close()


def messages(*raw: bytes) -> list[Message]:
    return [Message(n, line, NOW) for n, line in enumerate(raw, 1)]


def test_a_batch_is_dead_letters_then_rows_then_claim(endpoint: Endpoint, tmp_path: Path) -> None:
    steps = Interrupted()
    Parts(endpoint, tmp_path, hook=steps).understood(messages(chat(DAY_ONE), b"[]"))
    assert steps.done == ["write_dead_letters", "write_rows", "claim"]


def test_a_fault_that_messages_share_keeps_hold_of_no_batch(parts: Parts) -> None:
    """An exception that is raised holds the frames it came through: a tombstone would keep every batch that had one."""
    fault = InvalidMessage(InvalidReason.INVALID_JSON, "no value")
    parts.understood([*messages(chat(DAY_ONE)), Message(2, b"", NOW, fault)])
    assert fault.__traceback__ is None
    assert parts.client.query("SELECT reason, input_offset FROM dead_letters") == [("invalid_json", 2)]


@pytest.mark.parametrize(("step", "before"), [("write_dead_letters", []), ("write_rows", ["write_dead_letters"]),
                                              ("claim", ["write_dead_letters", "write_rows"])])  # fmt: skip
def test_what_fails_holds_back_all_that_follows_and_the_same_batch_again_mends_it(
    step: str, before: list[str], endpoint: Endpoint, tmp_path: Path
) -> None:
    steps, batch = Interrupted(step, 1), messages(chat(DAY_ONE), b"[]")
    parts = Parts(endpoint, tmp_path, hook=steps)
    with pytest.raises(SinkUnavailable):
        parts.understood(batch)
    assert steps.done == before
    assert parts.detect.pending == [], "nothing is claimed that is not written"
    assert parts.understood(batch) == parts.understood(batch)
    assert parts.detect.pending == [DAY_ONE]
    found = dump(endpoint, tables=("feedback_local", "dead_letter_local", "dead_letter_raw_local"))
    assert [len(rows) for rows in found.values()] == [1, 1, 1]


def test_a_claim_states_the_watermark_and_the_touched_minutes(parts: Parts) -> None:
    claims: list[Progress] = []
    parts.understand._publish = claims.extend  # the one place that a claim goes to
    at = DAY_ONE + 10 * MINUTE
    ahead = NOW.timestamp() + 3600
    parts.understood(messages(chat(at + 7), chat(DAY_ONE, "price"), chat(DAY_ONE + 1, "charging"), chat(ahead, "other")))
    assert claims == [Progress("chats.ndjson", 0, at + 7 - 60, (DAY_ONE, at, int(ahead)))], (
        "a time that runs ahead is stored, not believed"
    )
    parts.understand.silence([parts.partition], at + 10_000)
    assert claims[1].watermark >= claims[0].watermark
    assert claims[1].touched == ()


def test_every_invalid_example_becomes_a_dead_letter_with_reason_place_and_bytes(parts: Parts) -> None:
    raws = [path.read_bytes() for path in INVALID]
    batch = [Message(n, raw, ARRIVED) for n, raw in enumerate(raws, 1)]
    good = [Message(len(batch) + 1, chat(DAY_ONE), ARRIVED)]
    count = parts.understood(batch[:20] + good + batch[20:])
    assert (count.accepted, count.dead_letters) == (1, len(INVALID)), "the good one among them is not lost"
    places = [("chats.ndjson", 0, n, hashlib.sha256(raw).hexdigest()) for n, raw in enumerate(raws, 1)]
    rows = parts.client.query(
        "SELECT input, input_partition, input_offset, sha256, reason FROM dead_letters ORDER BY input_offset"
    )
    assert rows == [(*place, path.parent.name) for place, path in zip(places, INVALID, strict=True)]
    stored = parts.client.query(
        "SELECT input, input_partition, input_offset, sha256, hex(raw) FROM dead_letter_raw_local FINAL ORDER BY input_offset"
    )
    assert stored == [(*place, raw.hex().upper()) for place, raw in zip(places, raws, strict=True)]


def test_what_the_source_could_not_read_whole_is_a_dead_letter_with_the_sources_reason(parts: Parts) -> None:
    fault = InvalidMessage(InvalidReason.TOO_LARGE, "5000000 bytes, at most 1 are read")
    parts.understood([Message(1, b'{"id": "13800138000 is cut', NOW, fault)])
    ((reason, detail),) = parts.client.query("SELECT reason, detail FROM dead_letters")
    assert reason == "too_large"
    assert detail.startswith("5000000 bytes")


def test_nothing_personal_is_readable_in_a_dead_letter(parts: Parts) -> None:
    parts.understood(
        messages('{"text": "我的手机号 13800138000, 身份证 11010519491231002X'.encode(), b'{"mail": "li.lei@example.com"}')
    )
    details = " ".join(detail for (detail,) in parts.client.query("SELECT detail FROM dead_letters"))
    assert "13800138000" not in details and "11010519491231002X" not in details and "li.lei@" not in details
    assert "[PHONE]" in details


def test_an_event_without_a_tenant_gets_the_one_that_was_named(endpoint: Endpoint, tmp_path: Path) -> None:
    parts = Parts(endpoint, tmp_path)
    parts.understand._tenant = "north"
    parts.understood(messages(chat(DAY_ONE, tenant="default"), chat(DAY_ONE + 1, tenant="acme")))
    assert parts.client.query("SELECT DISTINCT tenant FROM feedback ORDER BY tenant") == [("acme",), ("north",)]


def test_a_message_on_which_a_processor_fails_is_found_and_the_others_are_stored(parts: Parts) -> None:
    real = parts.understand._pipeline

    def moody(batch: list[Utterance]) -> None:
        if any(utterance.text == "boom" for utterance in batch):
            raise ValueError("boom 13800138000")
        real(batch)

    parts.understand._pipeline = moody  # type: ignore[assignment]
    lines = [chat(DAY_ONE + n, id=f"m{n}", text="boom" if n == 11 else "") for n in range(40)]
    count = parts.understood(messages(*lines))
    assert (count.accepted, count.dead_letters) == (39, 1)
    assert parts.client.query("SELECT count() FROM feedback") == [(39,)]
    ((reason, offset, detail),) = parts.client.query("SELECT reason, input_offset, detail FROM dead_letters")
    assert (reason, offset) == ("processor_failed", 12)
    assert detail.startswith("ValueError at test_understand.py:") and "13800138000" not in detail


def test_a_pipeline_that_fails_on_everything_stops_the_batch(parts: Parts) -> None:
    def broken(batch: list[Utterance]) -> None:
        raise ValueError

    parts.understand._pipeline = broken  # type: ignore[assignment]
    with pytest.raises(RefusesAll, match="ValueError"):
        parts.understood(messages(*(chat(DAY_ONE + n, id=f"m{n}") for n in range(MAX_REFUSED + 5))))
    assert parts.detect.pending == [], "nothing was claimed"


@pytest.fixture
def strict(embedded: EmbeddedWarehouse, tmp_path: Path) -> Iterator[Parts]:
    """A warehouse that refuses one channel."""
    with migrated_database(embedded) as endpoint:
        client = endpoint.client()
        client.execute("ALTER TABLE feedback_local ADD CONSTRAINT no_fax CHECK channel != 'fax'")
        client.disconnect()
        parts = Parts(endpoint, tmp_path)
        yield parts
        parts.close()


def test_a_row_that_the_warehouse_refuses_is_found_and_the_others_are_stored(strict: Parts) -> None:
    lines = [chat(DAY_ONE + n, id=f"m{n}", channel="fax" if n in (3, 30) else "app") for n in range(40)]
    count = strict.understood(messages(*lines))
    assert (count.accepted, count.dead_letters) == (38, 2)
    assert strict.client.query("SELECT count() FROM feedback") == [(38,)]
    letters = strict.client.query(
        "SELECT reason, input_offset, detail LIKE 'VIOLATED_CONSTRAINT |%' FROM dead_letters ORDER BY 2"
    )
    assert letters == [("unstorable", 4, 1), ("unstorable", 31, 1)]
    assert strict.understood(messages(*lines)) == count, "and again"


def test_a_warehouse_that_refuses_every_row_stops_the_batch(strict: Parts) -> None:
    lines = [chat(DAY_ONE + n, id=f"m{n}", channel="fax") for n in range(MAX_REFUSED + 5)]
    with pytest.raises(RefusesAll, match="VIOLATED_CONSTRAINT"):
        strict.understood(messages(*lines))
    assert strict.detect.pending == []
