"""Rerun: history understood again is what it would be if it were read today; nothing else of it changes."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import msgspec
import pytest

from processors.intents.taxonomy import Taxonomy
from processors.personal_data import KINDS
from processors.pipeline import Pipeline
from processors.redact import redact, redact_attribute
from processors.rows import _particulars
from processors.utterance import SIGNALS
from schemas.codec import Decoder
from schemas.feedback import version
from schemas.progress import Progress
from streams.recount import Recount
from streams.rerun import PARTICULARS, Reran, Rerun, utterance_of
from streams.understand import Message, Partition, Understand
from streams.warehouse import history
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.history import UNDERSTANDING, History
from streams.warehouse.minutes import between
from tests.crash.killer import Killed
from tests.rig.events import DAY, DAY_ONE, HOUR, MINUTE, Traffic, chat, datetime_of, rfc3339
from tests.rig.parts import PIPELINE, Hook, Parts, Watched
from tests.rig.tables import differences, dump

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples" / "valid"
NEW = Pipeline.load(PIPELINE, Taxonomy.default().without("setting_time", "price", "price_protection"))
"""What was said of these is about something else from now on."""
UNDERSTOOD = ("feedback_local", "minute_local")


def rerun(
    parts: Parts,
    start: int = DAY_ONE - DAY,
    end: int = DAY_ONE + 3 * DAY,
    *,
    tenant: str = "",
    mended: Pipeline = NEW,
    hook: Hook = lambda _side, _step: None,
    told: list[Progress] | None = None,
) -> Reran:
    """In a process that the hook may kill."""
    understanding = parts.memory.understanding(mended.fingerprint)
    tell = (told if told is not None else []).extend
    return Rerun(
        history=Watched(History(parts.client, understanding, tenant), ("write",), hook),  # type: ignore[arg-type]
        pipeline=mended,
        understanding=understanding,
        recount=Recount(Watched(parts.minutes, ("count",), hook), tell),  # type: ignore[arg-type]
    )(start, end)


def count_all(parts: Parts) -> None:
    parts.minutes.count(between(0, DAY_ONE + 9 * DAY))


@pytest.fixture
def parts(endpoint: Endpoint, tmp_path: Path) -> Parts:
    return Parts(endpoint, tmp_path)


def test_a_rerun_leaves_what_reading_it_all_today_would_leave(
    endpoint: Endpoint, second: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 50)
    lines = Traffic(hours=3, hourly=40).lines()
    then, today = Parts(endpoint, tmp_path), Parts(second, tmp_path)
    then.read(*lines)
    count_all(then)
    assert today.state.understanding == 1
    understanding = today.memory.understanding(NEW.fingerprint)
    fresh = Understand(pipeline=NEW, understanding=understanding, sink=today.sink, publish=lambda _progress: None)
    fresh.batch([(Partition("input"), [Message(n, line, datetime_of(4e9 / 2)) for n, line in enumerate(lines, 1)])])
    count_all(today)
    reran = rerun(then)
    ((standing,),) = then.client.query("SELECT count() FROM feedback")
    assert (reran.feedback, reran.understood, reran.understanding) == (standing, standing, 2)
    assert 0 < reran.changed < standing
    # of what was withdrawn nothing is understood, so its version is the old one; all else is the very same row
    one, other = (dump(where, {"version", "weight"}, UNDERSTOOD) for where in (endpoint, second))
    assert differences(one, other) == {}
    versions = "SELECT feedback_id, version FROM feedback_local FINAL WHERE NOT withdrawn ORDER BY ALL"
    assert then.client.query(versions) == today.client.query(versions)
    then.close()
    today.close()


def test_the_counts_follow_and_whoever_counts_is_told(parts: Parts) -> None:
    parts.read(chat(DAY_ONE, "price"), chat(DAY_ONE + HOUR, "charging"), chat(DAY_ONE + 30 * HOUR, "price"))
    count_all(parts)
    before = "SELECT topic, count() FROM topic_minute GROUP BY topic ORDER BY topic"
    assert parts.client.query(before) == [("charging", 1), ("price", 2)]
    told: list[Progress] = []
    assert rerun(parts, told=told) == Reran(feedback=3, understood=3, changed=2, failed=0, minutes=3, understanding=2)
    assert parts.client.query(before) == [("charging", 1), ("other", 2)]
    assert [said.touched for said in told] == [(DAY_ONE, DAY_ONE + HOUR), (DAY_ONE + 30 * HOUR,)]
    assert {(said.source, said.watermark) for said in told} == {("", None)}
    parts.close()


def test_a_second_rerun_changes_nothing(parts: Parts, endpoint: Endpoint) -> None:
    parts.read(*Traffic(hours=1, hourly=40).lines())
    count_all(parts)
    rerun(parts)
    before = dump(endpoint, tables=("feedback_local", "minute_local"))
    again = rerun(parts)
    assert (again.understood, again.changed, again.minutes) == (0, 0, 0)
    assert again.feedback > 30
    assert differences(dump(endpoint, tables=UNDERSTOOD), before) == {}
    parts.close()


def test_only_the_span_and_the_tenant_asked_for(parts: Parts) -> None:
    for tenant in ("acme", "zeta"):
        parts.read(*(chat(DAY_ONE + n * HOUR, "price", tenant=tenant) for n in range(4)))
    reran = rerun(parts, DAY_ONE + HOUR, DAY_ONE + 3 * HOUR, tenant="acme")
    assert (reran.feedback, reran.changed, reran.minutes) == (2, 2, 2)
    mine = "SELECT tenant, toUnixTimestamp(minute) FROM feedback WHERE empty(intents) ORDER BY minute"
    assert parts.client.query(mine) == [("acme", DAY_ONE + HOUR), ("acme", DAY_ONE + 2 * HOUR)]
    parts.close()


def test_a_minute_with_more_than_a_page_is_read_to_its_end(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 7)
    parts.read(*(chat(DAY_ONE + n % 3 * MINUTE, "price", id=f"m{n}", tenant=f"t{n % 4}") for n in range(60)))
    assert rerun(parts)[:3] == (60, 60, 60)
    assert parts.client.query("SELECT count() FROM feedback WHERE notEmpty(intents)") == [(0,)]
    parts.close()


def test_what_was_withdrawn_stays_withdrawn_and_an_edit_still_replaces(parts: Parts) -> None:
    parts.read(chat(DAY_ONE, "price", id="gone"), chat(DAY_ONE, "price", id="edited"))
    parts.read(chat(DAY_ONE, id="gone", revision=1, recalled=True, sent=DAY_ONE + 9))
    assert rerun(parts).feedback == 1
    parts.read(chat(DAY_ONE, "charging", id="edited", revision=1, sent=DAY_ONE + HOUR))  # a reader of before is still at work
    assert parts.client.query("SELECT intents FROM feedback") == [(["charging"],)]
    parts.read(chat(DAY_ONE, "price", id="gone"))
    assert parts.client.query("SELECT count() FROM feedback") == [(1,)]
    parts.close()


def test_it_is_not_kept_longer_for_it(parts: Parts) -> None:
    parts.read(chat(DAY_ONE, "price"))
    parts.client.write(
        "ALTER TABLE feedback_local UPDATE ingested_at = toDateTime(1767225600) WHERE 1 SETTINGS mutations_sync = 2"
    )
    assert rerun(parts).changed == 1
    assert parts.client.query("SELECT toUnixTimestamp(ingested_at), intents FROM feedback") == [(1767225600, [])]
    parts.close()


@pytest.mark.parametrize("step", ["write", "count"])
def test_killed_after_any_step_the_same_command_goes_on(endpoint: Endpoint, second: Endpoint, tmp_path: Path, step: str) -> None:
    def killing(at: str, now: str) -> None:
        if (at, now) == ("after", step):
            raise Killed

    calm, killed = Parts(second, tmp_path), Parts(endpoint, tmp_path)
    for parts in (calm, killed):
        parts.read(*Traffic(hours=1, hourly=40).lines())
        count_all(parts)
    whole = rerun(calm)
    with pytest.raises(Killed):
        rerun(killed, hook=killing)
    rest = rerun(killed)
    assert rest.feedback == whole.feedback
    assert differences(dump(endpoint), dump(second)) == {}
    calm.close()
    killed.close()


def test_one_on_which_a_processor_fails_stays_as_it_was(parts: Parts, tmp_path: Path) -> None:
    code = "def fail(batch):\n    assert all('能便宜' not in turn.text for turn in batch)\n"
    (tmp_path / "failing_once.py").write_text(code)
    (tmp_path / "pipeline.toml").write_text('processors = ["redact", "normalise", "language", "failing_once:fail"]\n')
    failing = Pipeline.load(tmp_path / "pipeline.toml", Taxonomy.default())
    parts.read(*(chat(DAY_ONE + n, "price" if n == 5 else "charging", id=f"m{n}") for n in range(20)))
    reran = rerun(parts, mended=failing)
    assert (reran.understood, reran.failed) == (19, 1)
    assert parts.client.query("SELECT text, intents FROM feedback WHERE notEmpty(intents)") == [("能便宜点吗 :)", ["price"])]
    parts.close()


def test_the_number_in_a_version_is_read_as_it_is_written(parts: Parts) -> None:
    for withdrawn, revision, understanding in product((False, True), (0, 255), (0, 9, 65535)):
        number = version(withdrawn=withdrawn, revision=revision, understanding=understanding, content=b"x")
        read = parts.client.query(f"SELECT {UNDERSTANDING} FROM (SELECT toUInt64({number}) AS version)")
        assert read == [(understanding,)]
    parts.close()


def test_every_field_of_an_event_that_is_an_attribute_is_kept_from_the_processors() -> None:
    decoder, names = Decoder(), set[str]()
    for path in EXAMPLES.glob("*/*.json"):
        names |= _particulars(decoder.decode(path.read_bytes(), datetime(2026, 12, 1, tzinfo=UTC)).data).keys()
    assert names <= PARTICULARS
    assert not PARTICULARS & set(SIGNALS)


def test_the_recognisers_confidence_and_the_attributes_are_those_of_the_event(parts: Parts) -> None:
    at = datetime.fromtimestamp(DAY_ONE, UTC)
    data = {
        "segment_id": "s1", "revision": 0, "is_final": True, "sender_role": "customer", "call_start": rfc3339(DAY_ONE),
        "begin_ms": 1000, "end_ms": 2000, "text": "能便宜点吗", "asr_confidence": 0.725,
    }  # fmt: skip
    event = {
        "id": "e1",
        "source": "test",
        "type": "voc.call.segment.v1",
        "time": rfc3339(DAY_ONE),
        "subject": "call",
        "data": data,
    }
    parts.read(msgspec.json.encode(event))
    ((found,),) = list(History(parts.client, 9).pages(DAY_ONE, DAY_ONE + HOUR))
    assert found.feedback.attributes == {"asr_confidence": "0.725", "begin_ms": "1000", "end_ms": "2000"}
    assert found.feedback.time == at + timedelta(seconds=1)
    utterance = utterance_of(found.feedback)
    assert (utterance.confidence, utterance.attributes) == (0.725, {})
    rerun(parts)
    assert parts.client.query("SELECT attributes FROM feedback") == [(found.feedback.attributes,)]
    parts.close()


@pytest.mark.parametrize(
    "text",
    [
        "我的电话是13812345678，订单 202611021234567890 没到",
        "寄到浙江省杭州市西湖区文三路100号5幢302室，张三 13912345678",
        "my mail is ann@example.com and card 6222 0202 0000 0000 000",
        "[PHONE][ORDER] 13812345678[EMAIL]",
        "身份证 11010519491231002X 车牌 浙A12345",
        "call [PHONE] 5551234 ext 12 or +86 138 1234 5678",
    ],
)
def test_what_is_redacted_is_not_changed_by_redacting_it_again(text: str) -> None:
    once = redact(text)[0]
    assert redact(once)[0] == once
    attribute = redact_attribute(text)
    assert redact_attribute(attribute) == attribute


def test_placeholders_alone_are_left_as_they_are() -> None:
    for kind in KINDS:
        for text in (f"[{kind.upper()}]", f"我的[{kind.upper()}]是什么", f"[{kind.upper()}][{kind.upper()}]1"):
            assert redact(text)[0] == redact_attribute(text) == text
