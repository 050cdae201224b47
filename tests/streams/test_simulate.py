"""The watch story: reproducible, valid, within its limits, and true to its truth file when recounted from its lines."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import opencc
import pytest
from stdnum.cn import ric

from schemas.codec import Decoder
from schemas.events import PAYLOADS, CallSegment, ChatMessage, ContextEvent, Event, Order, SurveyResponse
from streams.simulate import STORIES, Telling, truth_path, write_story
from streams.simulate.phrases import PhraseBook, lines_of

APPENDED_AT = datetime(2026, 11, 9, tzinfo=UTC)
SEEDS = (1, 2)


@pytest.fixture(scope="module", params=SEEDS)
def telling(request: pytest.FixtureRequest) -> Telling:
    return STORIES["watch"].tell(request.param, 21)


@pytest.fixture(scope="module")
def events(telling: Telling) -> list[Event]:
    decoder = Decoder()
    return [decoder.decode(line, APPENDED_AT) for line in telling.lines]


@pytest.fixture(scope="module")
def turns(events: list[Event]) -> dict[str, Event]:
    """First version of every customer utterance that counts, by native id; as a reader would recount it."""
    found: dict[str, Event] = {}
    recalled: set[str] = set()
    for event in events:
        data = event.data
        if isinstance(data, ChatMessage) and data.sender_role == "customer":
            found.setdefault(data.message_id, event)
            if data.recalled:
                recalled.add(data.message_id)
        elif isinstance(data, CallSegment) and data.sender_role == "customer" and data.is_final:
            found.setdefault(data.segment_id, event)
    return {native_id: event for native_id, event in found.items() if native_id not in recalled}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_story(tmp_path: Path) -> None:
    first, again, other = (tmp_path / name for name in ("a.ndjson", "b.ndjson", "c.ndjson"))
    write_story("watch", first, seed=3, days=8)
    write_story("watch", again, seed=3, days=8)
    write_story("watch", other, seed=4, days=8)
    assert first.read_bytes() == again.read_bytes()
    assert truth_path(first).read_bytes() == truth_path(again).read_bytes()
    ours, others = (_chat_identities(path) for path in (first, other))
    assert ours.isdisjoint(others), "two stories in one warehouse would overwrite each other"


def test_gzip_is_reproducible_and_holds_the_same_lines(tmp_path: Path) -> None:
    plain, packed, again = (tmp_path / name for name in ("a.ndjson", "b.ndjson.gz", "c.ndjson.gz"))
    for path in (plain, packed, again):
        write_story("watch", path, days=8)
    assert packed.read_bytes() == again.read_bytes()
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()


def test_the_files_appear_whole_with_their_truth_and_nothing_else(tmp_path: Path) -> None:
    out, reported = tmp_path / "new" / "x.ndjson.gz", list[int]()
    summary = write_story("watch", out, days=8, progress=reported.append)
    assert sorted(path.name for path in out.parent.iterdir()) == ["x.ndjson.gz", "x.truth.json"]
    truth = json.loads(summary.truth.read_text())
    lines = gzip.decompress(out.read_bytes()).splitlines()
    assert len(lines) == summary.events == truth["events"] == reported[-1]
    assert truth["customer_turns"] == summary.customer_turns
    assert truth["distinct_events"] == len(set(lines))
    assert reported == sorted(reported)


def test_a_failure_leaves_the_former_files_and_no_draft(tmp_path: Path) -> None:
    out = tmp_path / "x.ndjson"
    out.write_text("former")

    def stop(lines: int) -> None:
        if lines:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_story("watch", out, days=8, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["x.ndjson"]
    assert out.read_text() == "former"


@pytest.mark.parametrize("name", ["x.ndjson", "x.ndjson.gz", "x.json", "x"])
def test_where_the_truth_lies(name: str) -> None:
    assert truth_path(Path("folder") / name) == Path("folder/x.truth.json")


def test_an_unknown_story_and_too_few_days_are_refused_with_what_would_do(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no story 'wach'; known: watch"):
        write_story("wach", tmp_path / "x.ndjson")
    with pytest.raises(ValueError, match=r"at least 8 days, 7 given"):
        write_story("watch", tmp_path / "x.ndjson", days=7)
    assert not list(tmp_path.iterdir())


def test_limits_and_all_six_types(telling: Telling, events: list[Event]) -> None:
    assert len(events) < 30_000
    assert 11_000 < telling.truth.customer_turns <= 15_000
    assert {event.type for event in events} == set(PAYLOADS)
    roles = Counter(event.data.sender_role for event in events if isinstance(event.data, ChatMessage | CallSegment))
    assert roles["agent"] > 1000
    assert roles["bot"] > 100
    assert roles["agent"] + roles["bot"] < roles["customer"]
    kinds = Counter(event.data.kind for event in events if isinstance(event.data, Order))
    assert set(kinds) == {"placed", "delivered", "return_requested", "returned", "refunded"}
    assert {e.data.kind for e in events if isinstance(e.data, ContextEvent)} == {"launch", "campaign", "firmware"}
    assert any(isinstance(e.data, SurveyResponse) and e.data.comment for e in events)


def test_one_identity_is_one_event(telling: Telling, events: list[Event]) -> None:
    identities = {(event.source, event.id) for event in events}
    assert len(identities) == len(set(telling.lines)) == telling.truth.distinct_events


def test_the_truth_counts_what_the_lines_hold(telling: Telling, events: list[Event], turns: dict[str, Event]) -> None:
    truth = telling.truth
    comments = {e.data.response_id for e in events if isinstance(e.data, SurveyResponse) and e.data.comment}
    assert set(truth.intents) == {*turns, *comments}
    assert truth.customer_turns == len(turns)
    assert truth.events == len(events)
    period = datetime.fromisoformat(truth.period.from_), datetime.fromisoformat(truth.period.to)
    assert period[1] - period[0] == timedelta(days=truth.days)
    assert all(period[0] <= event.time < period[1] for event in events)
    launch = next(e for e in events if isinstance(e.data, ContextEvent) and e.data.kind == "launch")
    assert launch.time == datetime.fromisoformat(truth.launch)


def test_the_surge_holds_when_recounted(telling: Telling, turns: dict[str, Event]) -> None:
    truth = telling.truth
    [spike] = truth.spikes
    surge = [turns[native_id] for native_id in spike.feedback]
    start, end = datetime.fromisoformat(spike.start), datetime.fromisoformat(spike.end)
    assert timedelta(minutes=30) <= start - datetime.fromisoformat(truth.launch) <= timedelta(minutes=95)
    assert timedelta(hours=4) <= end - start <= timedelta(hours=5)
    first_hours = [event for event in surge if event.said_at < start + timedelta(hours=3)]
    on_model = [event for event in first_hours if _model(event) == spike.model]
    assert len(first_hours) >= 100
    assert len(on_model) >= 0.9 * len(first_hours)
    assert len({_customer(event) for event in first_hours}) >= 100
    assert min(event.said_at for event in surge).replace(second=0, microsecond=0) == start
    assert Counter(event.channel for event in surge) == spike.channels
    assert set(spike.channels) == {"tmall", "jd", "wechat", "douyin", "web", "phone"}
    assert spike.turns == len(surge)
    assert spike.on_model == sum(_model(event) == spike.model for event in surge)
    assert all(truth.intents[native_id] == spike.topic for native_id in spike.feedback)
    planted = {planted.id for planted in truth.planted}
    assert len(planted & set(spike.feedback)) >= 3


def test_the_background_is_ordinary_and_the_new_model_unknown_before_its_launch(
    telling: Telling, events: list[Event], turns: dict[str, Event]
) -> None:
    truth = telling.truth
    surge = set(truth.spikes[0].feedback)
    asked = [n for n, subject in truth.intents.items() if subject == "setting_time" and n not in surge]
    assert 8 <= len(asked) / truth.days <= 15
    assert all(_model(turns[native_id]) != "W-300" for native_id in asked)
    launch = datetime.fromisoformat(truth.launch)
    early = [turn for turn in turns.values() if turn.said_at < launch]
    assert all(_model(turn) != "W-300" for turn in early)
    mentions = [turn for turn in early if "W-300" in turn.data.text]  # type: ignore[union-attr]
    assert len(mentions) <= 25
    assert all(e.data.product.model != "W-300" for e in events if isinstance(e.data, Order) and e.time < launch)


def test_no_other_subject_jumps(telling: Telling, turns: dict[str, Event]) -> None:
    """In no hour has a subject three times its share and more than a handful: what a detector would rightly alert."""
    surge = set(telling.truth.spikes[0].feedback)
    everyday = {n: telling.truth.intents[n] for n in turns if n not in surge}
    share = {subject: count / len(everyday) for subject, count in Counter(everyday.values()).items()}
    hour = {native_id: turns[native_id].said_at.replace(minute=0, second=0, microsecond=0) for native_id in everyday}
    totals = Counter(hour.values())
    for (subject, at), count in Counter((everyday[n], hour[n]) for n in everyday).items():
        assert count <= 3 * share[subject] * totals[at] + 8, (subject, at, count)


def test_the_promotion_lifts_everything(telling: Telling, turns: dict[str, Event]) -> None:
    start = datetime.fromisoformat(telling.truth.promotion.from_)
    end = datetime.fromisoformat(telling.truth.promotion.to)

    def said(days_earlier: int) -> int:
        shift = timedelta(days=days_earlier)
        return sum(start - shift <= turn.said_at < end - shift for turn in turns.values())

    assert said(0) > 1.8 * max(said(7), said(14))


def test_returns_follow_and_stay_small(telling: Telling, events: list[Event]) -> None:
    requests = {
        event.id: event.time.date()
        for event in events
        if isinstance(event.data, Order) and event.data.kind == "return_requested" and event.data.product.model == "W-300"
    }
    truth = telling.truth.returns
    assert truth.return_requested == len(requests) >= 4
    assert max(Counter(requests.values()).values()) <= 15
    assert truth.return_turns >= 2


def test_every_nuisance_of_real_feeds_is_there(telling: Telling, events: list[Event]) -> None:
    chats = [e for e in events if isinstance(e.data, ChatMessage)]
    calls = [e for e in events if isinstance(e.data, CallSegment)]
    assert 0.005 < 1 - len(set(telling.lines)) / len(events) < 0.02
    edits = [e for e in chats if isinstance(e.data, ChatMessage) and e.data.revision and not e.data.recalled]
    assert 50 < len(edits) < 250
    assert all(e.data.created_at for e in edits if isinstance(e.data, ChatMessage))
    assert 3 <= len(telling.truth.recalled) < 60
    partial = {e.data.segment_id for e in calls if isinstance(e.data, CallSegment) and not e.data.is_final}
    final = {e.data.segment_id for e in calls if isinstance(e.data, CallSegment) and e.data.is_final}
    assert len(partial) > 30
    assert len(partial - final) <= 1  # the story may end between the two

    newest, late = events[0].time, list[timedelta]()
    late_transcripts = 0
    for event in events:
        newest = max(newest, event.time)
        late.append(newest - event.time)
        late_transcripts += event.type == "voc.call.segment.v1" and late[-1] > timedelta(minutes=11)
    behind = sum(delay > timedelta(seconds=30) for delay in late) / len(late)
    assert 0.01 < behind < 0.05, "in order of arrival, which is not the order of event time"
    assert late_transcripts >= 3
    assert timedelta(minutes=11) < max(late) < timedelta(hours=2, minutes=10)
    assert sum(a > b for a, b in zip([e.time for e in events], [e.time for e in events][1:], strict=False)) > 100


def test_personal_data_are_planted_as_listed(telling: Telling, turns: dict[str, Event], events: list[Event]) -> None:
    said = {e.data.message_id: e for e in events if isinstance(e.data, ChatMessage) and not e.data.revision} | turns
    planted = telling.truth.planted
    assert 0.01 < len(planted) / len(turns) < 0.025
    assert {entry.kind for entry in planted} == {"phone", "resident_id", "email"}
    for entry in planted:
        text = said[entry.id].data.text  # type: ignore[union-attr]
        assert entry.written in text
        if entry.kind == "resident_id":
            assert ric.is_valid(entry.value)
        if entry.kind == "phone":
            assert len(entry.value) == 11
    assert any(entry.written != entry.value for entry in planted)
    assert any("０" <= character <= "９" for entry in planted for character in entry.written)


def test_languages_channels_and_variety(telling: Telling, turns: dict[str, Event]) -> None:
    texts = [turn.data.text for turn in turns.values()]  # type: ignore[union-attr]
    to_simplified = opencc.OpenCC("t2s")
    english = sum(not any(character >= "\u4e00" for character in text) for text in texts) / len(texts)
    traditional = sum(to_simplified.convert(text) != text for text in texts) / len(texts)
    assert 0.08 < english < 0.16
    assert 0.02 < traditional < 0.10
    assert len(set(texts)) > 6000
    assert {turn.channel for turn in turns.values()} == {"tmall", "jd", "wechat", "douyin", "web", "phone"}
    nothing = sum(subject == "other" for subject in telling.truth.intents.values()) / len(telling.truth.intents)
    assert 0.10 < nothing < 0.16


def test_the_tables_are_rich_enough() -> None:
    book = PhraseBook()
    ordinary = {name: lines for name, lines in book.subjects.items() if name != "presale"}
    assert len(ordinary) >= 18
    for name, lines in ordinary.items():
        assert len(set(lines_of(lines, "zh"))) >= 8, name
        assert len(set(lines_of(lines, "en"))) >= 4, name
    opening = (*lines_of(book.surge.opening, "zh"), *lines_of(book.surge.opening, "en"))
    assert len(set(opening)) >= 25
    for phrase in ("怎么调时间", "时间怎么设置", "表冠按了没反应，时间调不了", "how do I set the time"):
        assert phrase in opening


def _chat_identities(path: Path) -> set[tuple[str, str]]:
    events = map(json.loads, path.read_bytes().splitlines())
    return {(event["source"], event["id"]) for event in events if event["type"] == "voc.chat.message.v1"}


def _model(event: Event) -> str:
    assert isinstance(event.data, ChatMessage | CallSegment)
    return event.data.product.model


def _customer(event: Event) -> str:
    assert isinstance(event.data, ChatMessage | CallSegment)
    return event.data.customer_hash
