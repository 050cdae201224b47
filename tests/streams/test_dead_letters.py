"""Replay: what could not be read is read once that is mended; a kill loses nothing, a repeat changes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processors.pipeline import Pipeline
from schemas.dead_letters import DeadLetter
from schemas.invalid import InvalidReason
from schemas.kafka_topics import RECOUNT
from schemas.progress import Progress
from streams.dead_letters import Replay, Replayed
from streams.failures import UserError
from streams.recount import Recount
from streams.understand import Publish, Understand
from streams.warehouse.client import WarehouseClient
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.letters import DeadLetters, Letter, Wanted
from streams.warehouse.sink import Sink
from tests.crash.killer import Killed
from tests.rig.events import DAY_ONE, HOUR, MINUTE, Traffic, chat
from tests.rig.parts import TAXONOMY, Hook, Parts, Watched, pipeline
from tests.rig.tables import differences, dump
from tests.rig.truth import counted, given_about

UNKNOWN = chat(DAY_ONE, id="m1")
"""Good by now."""
GOOD = chat(DAY_ONE + 3 * MINUTE, id="m2")
EVERYTHING = Wanted()


def letter(raw: bytes, offset: int, reason: InvalidReason = InvalidReason.UNKNOWN_TYPE, source: str = "voc.chat") -> DeadLetter:
    return DeadLetter(source, 2, offset, reason, "an old detail", raw)


def refused(client: WarehouseClient, *letters: DeadLetter, seen: datetime | None = None) -> None:
    """What an earlier time could not read."""
    place = ("input", "input_partition", "input_offset", "sha256")
    at = seen or datetime.now(UTC) - timedelta(hours=1)
    where = [(letter.input, letter.input_partition, letter.input_offset, letter.sha256) for letter in letters]
    raw = [(*key, letter.raw, at) for key, letter in zip(where, letters, strict=True)]
    client.insert("dead_letter_raw_local", (*place, "raw", "seen_at"), raw)
    said = [(*key, letter.reason.value, letter.detail, at) for key, letter in zip(where, letters, strict=True)]
    client.insert("dead_letter_local", (*place, "reason", "detail", "seen_at"), said)


def left(client: WarehouseClient, wanted: Wanted = EVERYTHING) -> list[Letter]:
    return DeadLetters(client).find(wanted)


def replay(
    parts: Parts,
    letters: Sequence[Letter] | None = None,
    *,
    hook: Hook = lambda _side, _step: None,
    told: list[Progress] | None = None,
    mended: Pipeline | None = None,
) -> Replayed:
    """In a process that the hook may kill."""

    def reading(_source: str, sink: Sink, publish: Publish) -> Understand:
        return Understand(
            pipeline=mended or pipeline(), understanding=parts.state.understanding, sink=sink, publish=publish, tenant="acme"
        )

    tell = (told if told is not None else []).extend
    kept = DeadLetters(parts.client)
    return Replay(
        letters=Watched(kept, ("rewrite", "forget"), hook),  # type: ignore[arg-type]
        sink=Watched(parts.sink, ("write_rows",), hook),  # type: ignore[arg-type]
        reading=reading,
        recount=Recount(Watched(parts.minutes, ("count",), hook), tell),  # type: ignore[arg-type]
    )(kept.find(EVERYTHING) if letters is None else letters)


@pytest.fixture
def parts(endpoint: Endpoint, tmp_path: Path) -> Parts:
    return Parts(endpoint, tmp_path)


def test_what_can_be_read_by_now_is_stored_counted_told_and_no_dead_letter_any_more(parts: Parts) -> None:
    refused(parts.client, letter(UNKNOWN, 7), letter(GOOD, 9), letter(b"{broken", 11))
    told: list[Progress] = []
    assert replay(parts, told=told) == Replayed(found=3, accepted=2, failed=1, expired=0, broken_off=0, minutes=2)
    rows = parts.client.query("SELECT input, input_partition, input_offset FROM feedback ORDER BY input_offset")
    assert rows == [("voc.chat", 2, 7), ("voc.chat", 2, 9)]
    minutes = (DAY_ONE, DAY_ONE + 3 * MINUTE)
    assert counted(parts.client) == {("acme", topic, minute): 1 for minute in minutes for topic in ("", "setting_time")}
    assert told == [Progress(RECOUNT, -1, None, minutes)]
    (still,) = left(parts.client)
    assert (still.input_offset, still.reason, still.bytes_kept) == (11, "invalid_json", 7)
    assert still.detail.endswith("{broken")
    assert parts.client.query("SELECT count() FROM dead_letter_raw_local") == [(1,)]
    parts.close()


def test_when_it_was_seen_stays_so_its_bytes_are_kept_no_longer(parts: Parts) -> None:
    refused(parts.client, letter(b"{broken", 11))
    before = left(parts.client)[0].seen_at
    replay(parts)
    assert left(parts.client)[0].seen_at == before
    assert parts.client.query("SELECT DISTINCT toUnixTimestamp(seen_at) FROM dead_letter_raw_local") == [(before.timestamp(),)]
    parts.close()


def test_it_is_judged_against_the_time_at_which_it_was_seen(parts: Parts) -> None:
    now = datetime.now(UTC)
    ahead = chat((now + timedelta(hours=20)).timestamp(), id="ahead")
    refused(parts.client, letter(ahead, 1, InvalidReason.IMPLAUSIBLE_TIME), seen=now - timedelta(hours=5))
    assert replay(parts)[1:3] == (0, 1)  # twenty-five hours ahead of when it came, twenty of now
    assert left(parts.client)[0].reason == "implausible_time"
    parts.close()


def test_the_same_bytes_read_in_another_place_since_are_one_piece_of_feedback(parts: Parts) -> None:
    parts.read(UNKNOWN)
    refused(parts.client, letter(UNKNOWN, 7), letter(UNKNOWN, 8))
    assert replay(parts).accepted == 2
    assert parts.client.query("SELECT count() FROM feedback") == [(1,)]
    assert counted(parts.client)["acme", "", DAY_ONE] == 1
    parts.close()


def test_what_the_source_broke_off_or_whose_bytes_expired_is_not_tried_and_is_said(parts: Parts) -> None:
    refused(
        parts.client,
        letter(b"a,b,c", 1, InvalidReason.INVALID_ROW),
        letter(b"", 2, InvalidReason.TRUNCATED_INPUT),
        letter(b'{"a":"' + b"x" * 100, 3, InvalidReason.TOO_LARGE),
        letter(GOOD, 4),
    )
    parts.client.execute("ALTER TABLE dead_letter_raw_local DELETE WHERE input_offset = 4 SETTINGS mutations_sync = 2")
    assert replay(parts) == Replayed(found=4, accepted=0, failed=0, expired=2, broken_off=2, minutes=0)
    assert [found.reason for found in left(parts.client)] == ["invalid_row", "truncated_input", "too_large", "unknown_type"]
    parts.close()


def test_bytes_that_are_no_text_are_given_back_as_they_were(parts: Parts) -> None:
    broken = GOOD + b"\xff\x00\x80"
    refused(parts.client, letter(broken, 1), letter("表盘".encode(), 2))
    found = [pair for piece in DeadLetters(parts.client).raw(left(parts.client)) for pair in piece]
    assert [raw for _, raw in found] == [broken, "表盘".encode()]
    parts.close()


STEPS = ("write_rows", "count", "rewrite", "forget")


@pytest.mark.parametrize("step", STEPS)
def test_killed_after_any_step_the_same_command_ends_it(endpoint: Endpoint, second: Endpoint, tmp_path: Path, step: str) -> None:
    def killing(at: str, now: str) -> None:
        if (at, now) == ("after", step):
            raise Killed

    calm, killed = Parts(second, tmp_path), Parts(endpoint, tmp_path)
    seen = datetime.now(UTC) - timedelta(hours=1)
    for parts in (calm, killed):
        refused(parts.client, letter(GOOD, 9), letter(UNKNOWN, 7), letter(b"{broken", 11), seen=seen)
    replay(calm)
    with pytest.raises(Killed):
        replay(killed, hook=killing)
    replay(killed)
    assert differences(dump(endpoint), dump(second)) == {}
    before = dump(endpoint)
    assert replay(killed).accepted == 0
    assert differences(dump(endpoint), before) == {}
    calm.close()
    killed.close()


def test_without_kafka_the_next_run_gives_the_detector_what_a_replay_added(endpoint: Endpoint, tmp_path: Path) -> None:
    path = Traffic(hours=1, hourly=40).write(tmp_path / "input.ndjson")
    first = Parts(endpoint, tmp_path)
    first.embedded(path).to_the_end()
    refused(first.client, letter(GOOD, 9))
    assert replay(first).accepted == 1
    assert given_about(first.client) != counted(first.client)
    first.close()
    following = Parts(endpoint, tmp_path)
    following.embedded(path).to_the_end()
    assert given_about(following.client) == counted(following.client)
    following.close()


def test_a_processor_that_still_fails_on_everything_is_one_clear_error_and_loses_nothing(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text("def fail(batch):\n    raise KeyError('x')\n")
    (tmp_path / "pipeline.toml").write_text('processors = ["redact", "failing:fail"]\n')
    failing = Pipeline.load(tmp_path / "pipeline.toml", TAXONOMY)
    many = [letter(chat(DAY_ONE + n, id=f"p{n}"), n, InvalidReason.PROCESSOR_FAILED) for n in range(80)]
    refused(parts.client, *many)
    with pytest.raises(UserError, match=r"fails on one message after the other \(KeyError at failing.py:2\); mend that first"):
        replay(parts, mended=failing)
    assert len(left(parts.client)) == 80
    assert replay(parts).accepted == 80
    assert left(parts.client) == []
    parts.close()


def test_they_are_listed_by_reason_and_input_newest_first_with_examples(parts: Parts) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for n in range(5):
        refused(parts.client, letter(b"{%d" % n, n, InvalidReason.INVALID_JSON), seen=now - timedelta(hours=n))
    refused(parts.client, letter(b"[]", 1, InvalidReason.NOT_AN_OBJECT, "chats.ndjson"), seen=now - timedelta(hours=9))
    letters = DeadLetters(parts.client)
    json, other = letters.groups(EVERYTHING, 10)
    assert (json.reason, json.input, json.count, json.replayable) == ("invalid_json", "voc.chat", 5, 5)
    assert (json.first_seen, json.last_seen) == (now - timedelta(hours=4), now)
    assert [example.input_offset for example in json.examples] == [0, 1, 2]
    assert (other.reason, other.input, other.count) == ("not_an_object", "chats.ndjson", 1)
    assert letters.groups(EVERYTHING, 1) == [json]
    assert letters.groups(Wanted(input="chats.ndjson"), 10) == [other]
    (recent,) = letters.groups(Wanted(reason="invalid_json", since=now - timedelta(hours=2)), 10)
    assert recent.count == 3
    parts.close()


def test_one_is_found_by_its_place_or_by_the_beginning_of_its_hash(parts: Parts) -> None:
    one, other = letter(b"{1", 1), letter(b"{2", 12, source="a/b.ndjson")
    refused(parts.client, one, other)

    def offsets(*ids: str) -> list[int]:
        return sorted(found.input_offset for found in left(parts.client, Wanted(ids=ids)))

    assert offsets("voc.chat/2/1") == [1]
    assert offsets("a/b.ndjson/2/12") == [12]
    assert offsets(other.sha256[:6]) == [12]
    assert offsets(other.sha256[:6], "voc.chat/2/1") == [1, 12]
    assert offsets("voc.chat/2/2") == offsets("%' OR 1 = 1 --") == []
    parts.close()


def test_an_hour_of_dead_letters_is_read_again_piece_by_piece(parts: Parts) -> None:
    refused(parts.client, *(letter(chat(DAY_ONE + n * HOUR / 1200, id=f"m{n}"), n) for n in range(1200)))
    assert replay(parts) == Replayed(found=1200, accepted=1200, failed=0, expired=0, broken_off=0, minutes=60)
    assert sum(count for (_, topic, _), count in counted(parts.client).items() if not topic) == 1200
    parts.close()
