import math
from datetime import UTC, datetime

import msgspec
import pytest

from processors.judged import QUIET
from processors.lifecycle import Episodes, LifecycleConfig
from processors.negative_binomial import normal_range
from processors.recent import HISTORY
from processors.watermark import MINUTE
from schemas.spikes import CHANNEL
from tests.processors.dictated import CALM, LOUD, SILENT, Dictated, Said, burst, stories, told
from tests.processors.traffic import DAY, MONDAY

COLD = LifecycleConfig(warm_up=0, silence_warm_up=0, total_excess=0, silence_expected=0)
TMALL, APP = CHANNEL + "tmall", CHANNEL + "app"


def at(n: int) -> datetime:
    return datetime.fromtimestamp(MONDAY + n * MINUTE, UTC)


# the budget


@pytest.mark.parametrize("budget", [0.1, 1.0, 10.0])
def test_the_budget_says_how_surprising_an_opening_must_be(budget: float) -> None:
    config = LifecycleConfig(false_alerts=budget, warm_up=0)
    threshold = config.open_at(1)
    assert threshold == config.open_at(1000) == pytest.approx(math.log(24_000 / budget))
    assert Dictated(config).minute(LOUD._replace(surprise=threshold - 1e-9)) == []
    assert told(Dictated(config).minute(LOUD._replace(surprise=threshold))) == [("opened", 0)]


def test_a_budget_a_week_is_shared_by_all_topics_of_the_tenant() -> None:
    config = LifecycleConfig(false_alerts=0.001, per_week=3.0, warm_up=0)
    assert config.open_at(50) == pytest.approx(math.log(168 * 50 / 3))
    few, many = Dictated(config), Dictated(config)
    loud = LOUD._replace(surprise=config.open_at(50))
    crowd = {f"t{n}": CALM for n in range(200)}
    assert told(few.minute({"t": loud, **dict(list(crowd.items())[:49])})) == [("opened", 0)]
    assert many.minute({"t": loud, **crowd}) == []


def test_no_budget_opens_what_would_be_closing() -> None:
    for config in (LifecycleConfig(per_week=10_000.0), LifecycleConfig(false_alerts=24_000.0)):
        assert config.open_at(1) == config.close_below > 0


@pytest.mark.parametrize("budget", [{"false_alerts": 0.0}, {"false_alerts": math.nan}, {"per_week": -1.0}])
def test_a_budget_of_nothing_is_none(budget: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="budget"):
        LifecycleConfig(**budget)  # type: ignore[arg-type]


def test_nothing_opens_before_a_day_of_history() -> None:
    assert told(Dictated(LifecycleConfig()).play([LOUD] * 1443)) == [("opened", 1440)]


# opened, updated, closed


def test_an_episode_stays_open_between_the_two_thresholds() -> None:
    between = CALM._replace(surprise=COLD.close_below)
    assert told(Dictated(COLD).play([LOUD, *[between] * 40])) == [("opened", 0), ("updated", 15), ("updated", 30)]
    below = CALM._replace(surprise=COLD.close_below - 1e-9)
    assert told(Dictated(COLD).play([LOUD, *[below] * 40])) == [("opened", 0), ("closed", 15)]


def test_quiet_minutes_count_in_a_row_only() -> None:
    almost = [*[CALM] * 14, LOUD._replace(surprise=5.0)]
    assert told(Dictated(COLD).play([LOUD, *almost, *almost, *[CALM] * 15])) == [
        ("opened", 0),
        ("updated", 15),
        ("updated", 30),
        ("closed", 45),
    ]


def test_a_closed_topic_may_reopen_after_an_hour_and_other_topics_at_once() -> None:
    story = Dictated(COLD)
    assert COLD.cool_down == 60
    assert told(story.play([LOUD, *[CALM] * 15])) == [("opened", 0), ("closed", 15)]
    again = story.play([{"t": LOUD, "u": LOUD}] * 61)
    assert [(t.topic, *moment) for t, moment in zip(again, told(again), strict=True) if t.transition == "opened"] == [
        ("u", "opened", 16), ("t", "opened", 75)
    ]  # fmt: skip


def test_a_topic_has_one_open_episode_however_long_it_surprises() -> None:
    transitions = Dictated(COLD).play([LOUD] * 200)
    assert [t.transition for t in transitions].count("opened") == 1
    assert len({t.spike_id for t in transitions}) == 1
    assert [n for _, n in told(transitions)] == list(range(0, 200, 15))


def test_one_open_episode_of_each_kind_and_topic() -> None:
    """Also where a topic has the name of another kind's."""
    story, loud = Dictated(COLD), {"total": LOUD, "t": LOUD}
    said = [
        transition for _ in range(40) for transition in story.minute(loud, Said(200, 20.0, 12.0), bursts=[burst("t", range(30))])
    ]
    opened = [(t.kind, t.topic) for t in said if t.transition == "opened"]
    assert opened == [("topic", "t"), ("topic", "total"), ("total", "total"), ("emergent", "t")]
    assert len({t.spike_id for t in said}) == 4


def test_the_id_is_a_function_of_detector_tenant_kind_topic_and_minute_opened() -> None:
    stream = [*[CALM] * 5, *[LOUD] * 3]
    ids = {t.spike_id for t in Dictated(COLD).play(stream)}
    assert ids == {t.spike_id for t in Dictated(COLD).play([*stream, *[CALM] * 50])}
    others = [
        Dictated(COLD, detector="e").play(stream),
        Dictated(COLD, first=1).play(stream),
        Dictated(COLD).play([{"u": said} for said in stream]),
    ]
    assert len(ids | {t.spike_id for transitions in others for t in transitions}) == 4
    assert all(len(spike_id) == 16 and int(spike_id, 16) >= 0 for spike_id in ids)


def test_observed_and_expected_cover_the_minutes_from_started_to_updated_both_included() -> None:
    counts = [2] * 60 + [20] * 25 + [3] * 40
    stream = [Said(k, 2.0 + n / 128, 12.0 if k == 20 and n > 62 else 0.0) for n, k in enumerate(counts)]
    transitions = Dictated(COLD).play(stream)
    assert [t.transition for t in transitions] == ["opened", "updated", "updated", "closed"]
    for t in transitions:
        first, last = ((int(moment.timestamp()) - MONDAY) // MINUTE for moment in (t.started, t.updated))
        covered = stream[first : last + 1]
        assert (t.started, t.opened) == (at(60), at(63))
        assert t.observed == sum(said.count for said in covered)
        assert t.expected == pytest.approx(sum(said.expected for said in covered))
        assert (t.low, t.high) == normal_range(t.expected, 1.3)
        assert t.at == t.updated
        assert t.closed == (t.at if t.transition == "closed" else None)
        assert t.surprise == 12.0


def test_two_episodes_of_a_topic_never_claim_the_same_minutes() -> None:
    """Or the first, larger one would be counted again in the second."""
    first = [Said(100, surprise=20.0)] * 20 + [CALM] * 76
    transitions = [t for t in Dictated(COLD).play([*first, *[Said(10, surprise=11.0)] * 5]) if t.transition != "updated"]
    assert [t.transition for t in transitions] == ["opened", "closed", "opened"]
    assert transitions[1].closed is not None
    assert transitions[2].started == at(96) > transitions[1].closed
    assert transitions[2].observed == 10


def test_after_a_short_cool_down_too() -> None:
    story = Dictated(LifecycleConfig(warm_up=0, cool_down=1))
    transitions = [t for t in story.play([*[Said(100, surprise=20.0)] * 9, *[CALM] * 15, LOUD]) if t.transition != "updated"]
    assert [t.transition for t in transitions] == ["opened", "closed", "opened"]
    assert transitions[2].started == transitions[2].opened == at(24)


def test_after_a_pause_the_onset_looks_back_to_the_pause_only() -> None:
    story = Dictated(COLD)
    story.play([LOUD._replace(surprise=0.0)] * 30)
    story.pause(500)
    (opened,) = story.minute(LOUD)
    assert (opened.started, opened.observed) == (at(500), 20)


def test_an_episode_survives_a_pause_and_closes_after_it() -> None:
    story = Dictated(COLD)
    story.minute(LOUD)
    story.pause(1000)
    assert told(story.play([CALM] * 15)) == [("updated", 1000), ("closed", 1014)]


def test_nothing_grows_with_the_length_of_the_stream() -> None:
    story = Dictated(COLD)
    day = [{"a": LOUD, "b": CALM} if n % 97 < 10 else {"a": CALM, "b": CALM} for n in range(DAY)]
    story.play(day[:600])
    size = len(msgspec.json.encode(story.episodes))
    assert len([t for t in story.play(day[600:]) if t.transition == "opened"]) >= 8
    assert len(msgspec.json.encode(story.episodes)) < 1.5 * size
    assert len(story.episodes.closed) <= HISTORY // COLD.close_after


def test_what_is_closed_is_forgotten() -> None:
    story = Dictated(COLD)
    story.play([LOUD, *[CALM] * 15])
    assert story.episodes.closed == [("topic", "t", MONDAY + 15 * MINUTE)]
    story.play([CALM] * max(HISTORY, COLD.cool_down))
    assert story.episodes.closed == []


def test_transitions_of_a_minute_come_in_the_order_of_the_topics_names() -> None:
    assert [t.topic for t in Dictated(COLD).minute({"b": LOUD, "a": LOUD, "c": CALM})] == ["a", "b"]


def test_the_episodes_are_their_snapshot() -> None:
    story = Dictated(COLD)
    story.play([{"a": LOUD, "b": LOUD}, *[{"a": CALM, "b": LOUD}] * 20])
    assert story.episodes.open and story.episodes.closed
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(story.episodes), type=Episodes)
    assert again == story.episodes
    assert [type(entry) for entry in again.closed] == [tuple]


# enough people


@pytest.mark.parametrize(("voices", "opens"), [(0, False), (3, False), (4, True), (None, True)])
def test_fewer_than_four_customers_are_no_surge(voices: int | None, opens: bool) -> None:
    """Where nobody counted them, the model's word must do."""
    assert COLD.min_voices == 4
    assert bool(Dictated(COLD).minute(LOUD._replace(voices=voices))) is opens


def test_the_customers_are_counted_since_it_began() -> None:
    one = LOUD._replace(voices=1)
    assert told(Dictated(COLD).play([CALM] * 20 + [one] * 5)) == [("opened", 23)], (
        "the twenty calm minutes' customers do not count"
    )


def test_the_total_and_silence_need_no_number_of_customers() -> None:
    story = Dictated(COLD)
    assert [t.kind for t in story.minute({TMALL: SILENT._replace(voices=0)}, LOUD._replace(voices=0))] == ["total", "silence"]


# the total


def test_what_lifts_everything_is_one_alert_that_closes() -> None:
    story = Dictated(COLD)
    found = [t for n in range(60) for t in story.minute(CALM, LOUD if n < 20 else CALM)]
    assert [row for row in stories(found) if row[2] != "updated"] == [
        ("total", "total", "opened", 0),
        ("total", "total", "closed", 34),
    ]


def test_what_was_announced_is_not_told_while_it_is() -> None:
    story = Dictated(COLD)
    assert [t for _ in range(9) for t in story.minute(CALM, LOUD, announced=True)] == []
    assert stories(story.minute(CALM, LOUD)) == [("total", "total", "opened", 9)]
    assert story.minute(LOUD, LOUD, announced=True)[0].kind == "topic", "a topic beyond what lifts everything is told"


# silence


def test_nothing_is_called_silent_in_the_first_week() -> None:
    assert LifecycleConfig().silence_warm_up == 7 * DAY
    story = Dictated(LifecycleConfig(silence_expected=0))
    story.episodes.minutes = 7 * DAY - 3
    found = [t for _ in range(5) for t in story.minute({TMALL: SILENT}, SILENT)]
    assert told(found)[0] == ("opened", 3)


def test_a_silent_channel_is_told_once_and_closes_when_it_is_back() -> None:
    story = Dictated(COLD)
    found = story.play(
        [{TMALL: CALM}] * 30 + [{TMALL: SILENT._replace(drop=0.0)}] * 20 + [{TMALL: SILENT}] * 100 + [{TMALL: CALM}] * 60
    )
    assert [row for row in stories(found) if row[2] != "updated"] == [
        ("silence", TMALL, "opened", 50), ("silence", TMALL, "closed", 157)
    ]  # fmt: skip
    assert found[0].started == at(30)
    assert (found[0].observed, found[0].expected) == (0, 42.0)
    assert [n for _, n in told(found)][1:3] == [65, 80], "it is updated like any other"


def test_a_channel_that_is_back_is_no_longer_silent_however_much_its_hours_lack() -> None:
    found = Dictated(COLD).play([{TMALL: CALM}] * 30 + [{TMALL: SILENT}] * 60 + [{TMALL: CALM._replace(drop=16.0)}] * 30)
    (closed,) = [n for transition, n in told(found) if transition == "closed"]
    assert 90 <= closed < 90 + COLD.close_after


def test_only_what_is_nearly_gone_is_silent() -> None:
    """Less than usual is not silence, however surely it is less."""
    assert QUIET == 0.1
    for count, opens in ((0, True), (1, True), (2, False), (5, False)):
        found = Dictated(COLD).play([{TMALL: Said(count, 10.0, drop=30.0)}] * 5)
        assert bool(found) is opens, count


def test_a_topics_silence_is_not_told_beside_its_channels() -> None:
    story = Dictated(COLD)
    found = story.play([{"battery": SILENT, TMALL: SILENT, "time": SILENT}] * 40)
    assert {(t.kind, t.topic) for t in found} == {("silence", TMALL)}, "also where a topic's name comes first"
    assert {(t.kind, t.topic) for t in Dictated(COLD).play([{"battery": SILENT, TMALL: CALM}] * 9)} == {("silence", "battery")}


def test_the_silence_of_everything_is_told_once() -> None:
    story = Dictated(COLD)
    found = [t for _ in range(40) for t in story.minute({"time": SILENT, TMALL: SILENT, APP: SILENT}, SILENT)]
    assert {(t.kind, t.topic) for t in found} == {("silence", "total")}


def test_two_channels_may_be_silent_each_by_itself() -> None:
    found = Dictated(COLD).play([{TMALL: SILENT, APP: SILENT, "time": CALM}])
    assert [(t.kind, t.topic) for t in found] == [("silence", APP), ("silence", TMALL)]


def test_a_channel_that_grows_is_no_alert() -> None:
    assert Dictated(COLD).play([{TMALL: LOUD}] * 5) == []


# emergent topics


def test_a_burst_is_opened_updated_and_closed_with_its_model() -> None:
    story = Dictated(COLD)
    story.play([CALM] * 10)
    found = [t for n in range(20) for t in story.minute(bursts=[burst("b", range(8 + 2 * n), first=4, score=9.0 + n)])]
    found += [t for _ in range(3) for t in story.minute()]
    assert stories(found) == [
        ("emergent", "b", "opened", 10), ("emergent", "b", "updated", 25), ("emergent", "b", "closed", 30)
    ]  # fmt: skip
    opened, updated, closed = found
    assert {(t.started, t.opened) for t in found} == {(at(4), at(10))}
    assert (opened.observed, updated.observed, closed.observed) == (8, 8 + 2 * 15, 8 + 2 * 19)
    assert (opened.surprise, closed.surprise) == (9.0, 28.0)
    assert opened.expected == closed.expected == 0.5


def test_messages_of_an_hour_ago_leave_a_burst_and_are_not_taken_back() -> None:
    story = Dictated(COLD)
    windows = [range(0, 8), range(4, 12), range(10, 13)]
    found = [t for window in windows for t in story.minute(bursts=[burst("b", window)])]
    found += story.minute()
    assert found[-1].observed == 8 + 4 + 1


def test_a_message_that_another_burst_had_is_not_counted_again() -> None:
    story = Dictated(COLD)
    story.minute(bursts=[burst("a", range(0, 8)), burst("b", range(20, 28))])
    story.minute(bursts=[burst("a", range(0, 8)), burst("b", [*range(4, 8), *range(20, 29)])])
    closed = {t.topic: t.observed for t in story.minute()}
    assert closed == {"a": 8, "b": 9}


def test_a_burst_of_an_open_topics_messages_is_held() -> None:
    for shared, held in ((10, True), (9, False)):
        story = Dictated(COLD)
        story.minute(LOUD)
        found = [t for _ in range(3) for t in story.minute(LOUD, bursts=[burst("b", range(20), t=shared, u=20)])]
        assert (found == []) is held


def test_a_topic_whose_excess_an_open_burst_tells_is_not_opened() -> None:
    for shared, opens in ((9, False), (8, True)):
        story = Dictated(COLD)
        story.minute(bursts=[burst("b", range(30), t=shared)])
        found = story.minute(LOUD, bursts=[burst("b", range(30), t=shared)])
        assert bool(found) is opens, "18 more than expected"


def test_of_both_in_one_minute_the_topic_is_told() -> None:
    found = Dictated(COLD).minute(LOUD, bursts=[burst("b", range(30), t=30)])
    assert [(t.kind, t.topic) for t in found] == [("topic", "t")]


def test_what_a_burst_told_is_not_told_again_when_the_burst_is_over() -> None:
    """The windows of its topic remember it for two hours."""
    story = Dictated(COLD)
    calm = LOUD._replace(surprise=0.0)
    found = [t for _ in range(3) for t in story.minute(calm, bursts=[burst("b", range(30), t=30)])]
    found += story.play([LOUD] * 60)
    assert [row for row in stories(found) if row[2] != "updated"] == [
        ("emergent", "b", "opened", 0), ("emergent", "b", "closed", 3)
    ]  # fmt: skip
    (again,) = story.minute(LOUD)
    assert (again.topic, again.opened, again.started) == ("t", at(63), at(4)), "what goes on is told, without what was"


def test_the_total_of_which_one_subject_brought_half_is_that_subjects() -> None:
    for count, opens in ((13, False), (12, True)):
        story = Dictated(COLD)
        found = story.minute({"t": Said(count)}, Said(41, 20.0, 12.0))  # half of the excess is 10.5; of t two are expected
        assert bool(found) is opens


def test_the_total_must_be_twice_what_was_expected_however_surely_it_is_more() -> None:
    for count, opens in ((39, False), (40, True)):
        assert bool(Dictated(COLD).minute({}, Said(count, 20.0, 30.0))) is opens
