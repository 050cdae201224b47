import copy
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import cache
from typing import Any

import msgspec
import pytest

from processors.detector import CHANNELS, Detector, DetectorConfig
from processors.emergent import EmergentConfig, Message
from processors.given import OTHER, TOTAL, Given, Late
from processors.judged import Verdict
from processors.lifecycle import LifecycleConfig
from processors.spike import SpikeConfig
from processors.watermark import MINUTE
from schemas.spikes import CHANNEL, Transition
from tests.processors.traffic import DAY, MONDAY, RATES, minutes

CONFIG = DetectorConfig(
    lifecycle=LifecycleConfig(warm_up=60, silence_warm_up=300),
    emergent=EmergentConfig(slot_bits=14, warm_up_minutes=120),
)
OPEN_AT = CONFIG.lifecycle.open_at(0)
OTHERS = 300
WORDS = "order parcel refund invoice coupon battery strap screen size colour store address delay thanks price box gift".split()  # noqa: SIM905  # as a text it is read


def counted(counts: dict[str, int], other: int = OTHERS) -> dict[str, int]:
    """With `other` and the total."""
    return {**counts, OTHER: other, TOTAL: sum(counts.values()) + other}


def minute(detector: Detector, counts: dict[str, int], *, app: float = 0.6, other: int = OTHERS, **more: Any) -> Given:
    """The next minute: everybody speaks once, part of them in the app and the others on tmall."""
    every = counted(counts, other)
    channels = {"app": round(every[TOTAL] * app), "tmall": every[TOTAL] - round(every[TOTAL] * app)}
    return Given(**{"minute": next_minute(detector), "counts": every, "voices": every, "channels": channels, **more})


def next_minute(detector: Detector) -> int:
    return detector.minute + MINUTE if detector.minute else MONDAY


def play(detector: Detector, stream: Iterable[dict[str, int]], **more: Any) -> list[Transition]:
    return [t for counts in stream for t in detector.step(minute(detector, counts, **more)).transitions]


@cache
def _warmed() -> Detector:
    detector = Detector(CONFIG, "acme")
    for counts in minutes(RATES, DAY):
        detector.step(minute(detector, counts))
    return detector


def warmed() -> Detector:
    """After an ordinary day of RATES; the caller's own."""
    return copy.deepcopy(_warmed())


def verdicts(detector: Detector, given: Given) -> dict[str, Verdict]:
    return detector.step(given).judged.verdicts(0.0, None)


def kinds(transitions: Iterable[Transition], transition: str = "opened") -> list[tuple[str, str]]:
    return [(t.kind, t.topic) for t in transitions if t.transition == transition]


def surging(topic: str, factor: float, first: int = 0, last: int = 10**9) -> Callable[[str, int], float]:
    return lambda name, n: factor if name == topic and first <= n < last else 1.0


# topics


def test_a_surge_opens_and_closes_one_spike_of_that_tenant() -> None:
    found = play(warmed(), minutes(RATES, 150, 5, surging("time", 20.0, last=20)))
    assert kinds(found) == kinds(found, "closed") == [("topic", "time")]
    assert {t.tenant for t in found} == {"acme"}


@pytest.mark.parametrize("seed", range(2))
def test_the_onset_of_a_twentyfold_step_is_found_within_three_minutes(seed: int) -> None:
    detector, step = warmed(), 40 + 7 * seed
    (opened,) = [t for t in play(detector, minutes(RATES, 60, seed + 9, surging("time", 20.0, step))) if t.transition == "opened"]
    began, proved = ((int(at.timestamp()) - _warmed().minute) // MINUTE - 1 for at in (opened.started, opened.opened))
    assert opened.topic == "time"
    assert abs(began - step) <= 3
    assert step <= proved <= step + 8


def test_ordinary_hours_open_nothing() -> None:
    assert play(warmed(), minutes(RATES, 400, 77)) == []


def test_other_and_the_total_are_never_topics_and_channels_not_on_charts() -> None:
    detector = warmed()
    for n in range(30):
        late = [Late(MONDAY, OTHER, 9), Late(MONDAY, TOTAL, 9)]
        judged = detector.step(minute(detector, {"time": 1}, other=OTHERS + 3 * n, late=late))
        assert set(judged.judged.verdicts(0.0, None)) == set(RATES)
        assert [t for t in judged.transitions if t.kind == "topic"] == []
    assert set(judged.judged.topics.names) == {*RATES, CHANNEL + "app", CHANNEL + "tmall"}


def test_a_topic_may_be_called_total() -> None:
    detector = Detector(CONFIG, "acme")
    assert verdicts(detector, minute(detector, {"total": 3, "a": 1}))["total"].count == 3
    assert detector.step(minute(detector, {"total": 2})).judged.total.verdicts.count.tolist() == [2.0 + OTHERS]


# late


def test_late_differences_are_added_to_the_minute_in_which_they_become_known() -> None:
    late = [
        Late(MONDAY, "time", 3),
        Late(MONDAY + MINUTE, "time", 2),
        Late(MONDAY, "strap", -4),
        Late(MONDAY, "new", 2),
        Late(MONDAY, TOTAL, 7),
    ]
    detector, plain = warmed(), warmed()
    said = verdicts(detector, minute(detector, {"time": 1, "strap": 1}, late=late))
    assert {topic: said[topic].count for topic in ("time", "strap", "new", "returns")} == {
        "time": 6, "strap": -3, "new": 2, "returns": 0
    }  # fmt: skip
    given = minute(plain, {"time": 1, "strap": 1})
    without = verdicts(plain, msgspec.structs.replace(given, counts={**given.counts, TOTAL: given.counts[TOTAL] + 7}))
    assert said["returns"].expected == pytest.approx(without["returns"].expected, rel=2e-3), "the total has its late part too"


def test_late_feedback_about_many_minutes_proves_more_than_a_clump_about_one() -> None:
    def surprise(late: list[Late]) -> float:
        detector = warmed()
        return verdicts(detector, minute(detector, {"time": 0}, late=late, voices={"time": 40}))["time"].surprise

    clump = surprise([Late(MONDAY, "time", 40)])
    spread = surprise([Late(MONDAY + n * MINUTE, "time", 2) for n in range(20)])
    assert clump < OPEN_AT <= spread


def test_the_parts_of_a_count_are_the_minutes_own_and_one_for_each_minute_it_is_about() -> None:
    """Small parts, so that none is capped: in whatever pieces they come, the evidence is their sum."""

    def after(own: int, late: list[Late]) -> bytes:
        detector = warmed()
        detector.step(Given(next_minute(detector), {"returns": own, TOTAL: 400}, late, {}))
        return detector.snapshot()

    assert after(3, [Late(MONDAY, "returns", 2)]) == after(5, [])
    two, one = [Late(MONDAY, "returns", 2), Late(MONDAY + 60, "returns", 3)], [Late(MONDAY, "returns", 5)]
    assert after(0, two) == after(0, one) == after(5, [])


def test_an_edit_that_takes_more_than_there_is_is_judged_as_zero_and_reported_as_given() -> None:
    detector, plain = warmed(), warmed()
    late = [Late(MONDAY, "time", -50), Late(MONDAY, TOTAL, -50)]
    said = verdicts(detector, Given(next_minute(detector), {TOTAL: 1}, late))
    silent = verdicts(plain, Given(next_minute(plain), {TOTAL: 0}))
    assert said["time"] == msgspec.structs.replace(silent["time"], count=-50)


# time


def test_a_gap_is_a_pause_and_consecutive_minutes_are_not() -> None:
    for gap in (60, 1440, 1):
        detector = warmed()
        play(detector, minutes(RATES, 9, 5, surging("time", 20.0)))
        calm = {topic: round(rate) for topic, rate in RATES.items()}
        later = detector.minute + gap * MINUTE
        surprise = verdicts(detector, minute(detector, calm, minute=later))["time"].surprise
        assert surprise == 0.0 if gap > 1 else surprise > OPEN_AT


def test_a_clock_that_jumps_a_day_or_ten_years_opens_nothing() -> None:
    detector = warmed()
    for jump in (1, 1440, 10 * 365 * 1440):
        ordinary = list(minutes(RATES, 20, 8))
        found = detector.step(minute(detector, ordinary[0], minute=detector.minute + jump * MINUTE)).transitions
        assert found + play(detector, ordinary[1:]) == []


def test_a_minute_that_is_not_after_the_last_is_refused_and_changes_nothing() -> None:
    detector = warmed()
    before = detector.snapshot()
    for earlier in (detector.minute, detector.minute - MINUTE, MINUTE, 0, -MINUTE):
        with pytest.raises(ValueError, match="is not after"):
            detector.step(minute(detector, {"time": 5}, minute=earlier))
    assert detector.snapshot() == before


def test_the_first_minute_may_be_any_minute() -> None:
    for first in (MONDAY, MINUTE, MONDAY + 100 * 365 * DAY * MINUTE):
        detector = Detector(CONFIG, "acme")
        assert (detector.minute, detector.baseline_days) == (0, 0.0)
        assert verdicts(detector, minute(detector, {"time": 1}, minute=first))["time"].count == 1
        assert (detector.minute, detector.baseline_days) == (first, MINUTE / 86400)
    assert warmed().baseline_days == 1.0


def test_what_it_is_given_is_not_changed() -> None:
    counts, voices, late = counted({"time": 1}), {"time": 1}, [Late(MONDAY - MINUTE, "time", 2)]
    before = copy.deepcopy((counts, voices, late))
    Detector(CONFIG, "acme").step(Given(MONDAY, counts, late, voices, {"app": 3}))
    assert (counts, voices, late) == before


# who says it


def test_one_customer_who_repeats_himself_is_no_surge_and_forty_customers_are() -> None:
    opened = {}
    for voices in (1, 40):
        detector, found = warmed(), []
        for n, counts in enumerate(minutes(RATES, 20, 31)):
            mine = {**counts, "time": counts["time"] + 4 * (n < 10)}
            new = 4 if voices == 40 else int(n == 0)
            found += detector.step(
                minute(detector, mine, voices={**counted(counts), "time": counts["time"] + new * (n < 10)})
            ).transitions
        opened[voices] = kinds(found)
    assert opened == {1: [], 40: [("topic", "time")]}


def test_where_nobody_counted_the_customers_the_messages_must_do() -> None:
    """Rows from before they were counted."""
    found = play(warmed(), minutes(RATES, 20, 31, surging("time", 20.0)), voices=None)
    assert kinds(found) == [("topic", "time")]


# everything


def lifted(*, announced: bool) -> list[tuple[str, str]]:
    """What opens when everything comes five times as often for an hour."""
    detector, found = warmed(), []
    for counts in minutes({**RATES, OTHER: OTHERS}, 60, 31, lambda _topic, _n: 5.0):
        other = counts.pop(OTHER)
        found += detector.step(minute(detector, counts, other=other, announced=announced)).transitions
    return kinds(found)


def test_what_lifts_everything_five_times_is_one_alert_about_everything() -> None:
    opened = lifted(announced=False)
    assert opened.count(("total", "total")) == 1
    assert len(opened) <= 2, "and no more than the odd topic"


def test_what_was_announced_is_none() -> None:
    assert [key for key in lifted(announced=True) if key[0] != "topic"] == []


# silence


def test_a_channel_that_stops_is_told_once_without_its_topics_and_closes_when_it_is_back() -> None:
    detector = warmed()
    found = []
    for n, counts in enumerate(minutes(RATES, 320, 41)):
        gone = 20 <= n < 170
        left = {topic: round(count * 0.6) if gone else count for topic, count in counts.items()}
        given = minute(detector, left, app=1.0 if gone else 0.6, other=180 if gone else OTHERS)
        channels = {name: count for name, count in given.channels.items() if count}
        found += detector.step(msgspec.structs.replace(given, channels=channels)).transitions
    opened = [t for t in found if t.transition == "opened"]
    assert kinds(opened) == kinds(found, "closed") == [("silence", "channel:tmall")]
    began = (int(opened[0].started.timestamp()) - _warmed().minute) // MINUTE - 1
    assert abs(began - 20) <= 3


def test_when_everything_stops_that_is_told_once() -> None:
    detector = warmed()
    found = play(detector, [{}] * 100, other=0, channels={})
    assert kinds(found) == [("silence", "total")]
    found = play(detector, minutes(RATES, 150, 43))
    assert ("silence", "total") in kinds(found, "closed")
    assert [key for key in kinds(found) if key[0] in ("topic", "silence")] == []


def test_that_it_is_back_is_no_surge() -> None:
    detector = warmed()
    play(detector, [{}] * 100, other=0, channels={})
    assert kinds(play(detector, minutes(RATES, 30, 43))) == []


def test_nothing_is_called_silent_before_its_warm_up() -> None:
    early = replace(CONFIG, lifecycle=replace(CONFIG.lifecycle, silence_warm_up=DAY + 100))
    detector = Detector.restore(early, "acme", _warmed().snapshot())
    assert play(detector, [{}] * 100, other=0, channels={}) == []
    assert kinds(play(detector, [{}] * 2, other=0, channels={})) == [("silence", "total")]


# what emerges


def chatter(rng: random.Random, n: int, topics: tuple[str, ...] = ()) -> list[Message]:
    """Customers with this and that on their minds."""
    return [Message(rng.getrandbits(64), f"c{rng.getrandbits(40)}", " ".join(rng.choices(WORDS, k=6)), topics) for _ in range(n)]


def emerging(detector: Detector, *, known: str = "", loud: bool = False, count: int = 120) -> list[Transition]:
    """Hours of chatter, and for forty minutes from minute 150 on three a minute who say that the crown is stuck. If it is
    `known` they are tagged so, and counted if that is `loud` too."""
    rng, found = random.Random(17), []
    for n, counts in enumerate(minutes(RATES, 150 + count, 17)):
        surge = 150 <= n < 190
        said = chatter(rng, 8)
        for _ in range(3 * surge):
            text = f"{rng.choice(WORDS)} the crown is stuck {rng.choice(WORDS)}"
            said.append(Message(rng.getrandbits(64), f"c{rng.getrandbits(40)}", text, (known,) if known else ()))
        more = {known: counts[known] + 3} if loud and surge else {}
        found += detector.step(minute(detector, counts | more, messages=said)).transitions
    return found


def test_what_nobody_had_named_is_an_episode_of_its_own() -> None:
    found = emerging(warmed())
    stories = [(t.kind, t.transition) for t in found]
    assert stories[0] == ("emergent", "opened")
    assert stories[-1] == ("emergent", "closed")
    assert set(stories[1:-1]) == {("emergent", "updated")}
    assert len({t.spike_id for t in found}) == 1
    assert found[-1].observed >= 60, "of 120 messages"
    assert found[0].opened.timestamp() - MONDAY <= (DAY + 165) * MINUTE
    assert abs(found[0].started.timestamp() - (MONDAY + (DAY + 150) * MINUTE)) <= 3 * MINUTE


def test_a_known_topic_and_what_emerges_from_its_messages_are_one_alert() -> None:
    found = emerging(warmed(), known="strap", loud=True)
    assert len(kinds(found)) == 1, kinds(found)


# snapshots


def test_a_snapshot_of_another_version_is_refused_whatever_its_shape() -> None:
    body = msgspec.msgpack.decode(warmed().snapshot())
    for other in ({**body, "version": 1}, {"version": 3}, {"version": 0, "minute": "noon"}):
        with pytest.raises(ValueError, match=f"version {other['version']} is not known"):
            Detector.restore(CONFIG, "acme", msgspec.msgpack.encode(other))


def test_a_snapshot_does_not_share_state_with_the_detector() -> None:
    detector = warmed()
    body = detector.snapshot()
    restored = Detector.restore(CONFIG, "acme", body)
    detector.step(minute(detector, {"time": 9}))
    assert restored.minute == detector.minute - MINUTE
    assert restored.snapshot() == body


def test_another_alert_budget_is_the_same_detector() -> None:
    for budget in (LifecycleConfig(false_alerts=2.0), LifecycleConfig(per_week=5.0)):
        assert DetectorConfig(lifecycle=budget).name == DetectorConfig().name


def test_another_alert_budget_goes_on_from_the_same_memory() -> None:
    eager = replace(CONFIG, lifecycle=replace(CONFIG.lifecycle, per_week=1000.0))
    detector = Detector.restore(eager, "acme", warmed().snapshot())
    mild = list(minutes(RATES, 40, 5, surging("time", 4.0)))
    (early,), (later,) = ([t for t in play(each, mild) if t.transition == "opened"] for each in (detector, warmed()))
    assert early.opened < later.opened


def test_the_name_changes_with_every_number_of_the_configuration_but_the_budget() -> None:
    default, names = DetectorConfig(), []
    for part in ("spike", "total", "emergent", "lifecycle"):
        config = getattr(default, part)
        for field in fields(config):
            if field.name not in ("false_alerts", "per_week"):
                names.append(replace(default, **{part: replace(config, **{field.name: other(getattr(config, field.name))})}).name)
    names.append(replace(default, topics=5).name)
    assert len({default.name, *names}) == len(names) + 1
    assert default.name == DetectorConfig(SpikeConfig(), SpikeConfig.total(), EmergentConfig(), LifecycleConfig()).name
    assert all(name.startswith("surge-3-") for name in names)


def other(value: object) -> object:
    """Another value of the same type."""
    match value:
        case bool():
            return not value
        case tuple():
            return (*value, 240)
        case int() | float():
            return value + 1
    raise AssertionError(f"what is another {value!r}?")


def test_another_configuration_names_its_spikes_otherwise() -> None:
    def opened(config: DetectorConfig) -> str:
        detector = Detector(config, "acme")
        found = play(detector, [{"time": 30 if n > 80 else 0, "rest": 30} for n in range(100)])
        return next(t.spike_id for t in found if t.topic == "time")

    assert opened(CONFIG) == opened(CONFIG)
    assert opened(CONFIG) != opened(replace(CONFIG, lifecycle=replace(CONFIG.lifecycle, warm_up=61)))


# whatever comes


def test_a_hundred_thousand_topics_at_once_take_seconds_and_no_more_room_than_allowed() -> None:
    detector = Detector(replace(CONFIG, topics=20_000), "acme")
    began = time.process_time()
    crowd = {f"t{n}": n % 3 for n in range(100_000)}
    for _ in range(3):
        judged = detector.step(Given(next_minute(detector), counted(crowd), voices=crowd, channels={"app": 9})).judged
    assert time.process_time() - began < 20
    assert (len(judged.topics.names), judged.topics.refused) == (20_000, 3 * 80_001)
    assert judged.reading(next(iter(judged.loud(-1.0)))[0]).count >= 0


def test_whatever_is_counted_nothing_breaks_and_every_number_is_finite() -> None:
    rng, detector, config = (
        random.Random(3),
        None,
        replace(CONFIG, lifecycle=LifecycleConfig(per_week=1e6, warm_up=0, silence_warm_up=0)),
    )
    detector = Detector(config, "acme")
    values = [0, 0, 1, 3, -1, -1000, 50, 10**6, 2**32 - 1]
    found = []
    for _ in range(300):
        at = next_minute(detector) + rng.choice([0, 0, 0, 0, 60, 86400, 86400 * 400])
        counts = {topic: rng.choice(values) for topic in rng.sample(["a", "b", "c", OTHER, TOTAL], rng.randrange(6))}
        late = [
            Late(at - 60 * rng.randrange(1, 1440), rng.choice(["a", "d", TOTAL]), rng.choice(values))
            for _ in range(rng.randrange(4))
        ]
        voices = rng.choice([None, {}, {"a": 5, TOTAL: 9}, {"nobody": 2**32 - 1}])
        found += detector.step(Given(at, counts, late, voices, {"app": rng.choice(values)}, rng.random() < 0.2)).transitions
        assert detector.snapshot()
    assert {t.transition for t in found} == {"opened", "updated", "closed"}
    for t in found:
        assert t.observed >= 0
        assert all(math.isfinite(value) for value in (t.expected, t.low, t.high, t.surprise))
        assert t.low <= t.high
        assert t.started <= t.opened <= t.at


@pytest.mark.parametrize("own", [3, 6])
def test_a_feed_that_comes_back_with_an_hour_at_once_is_nobodys_surge(own: int) -> None:
    """It has topics of its own, and is a third of everything."""
    dice, detector = random.Random(own), Detector(DetectorConfig(), "acme")
    others, mine = [f"t{n}" for n in range(8)], [f"p{n}" for n in range(own)]

    def said(topics: list[str], times: int) -> Counter[str]:
        return Counter({**Counter(dice.choice(topics) for _ in range(times)), TOTAL: times})

    owed: list[Late] = []
    found = []
    for n in range(1640):
        counts, channels = said(others, 4), {"app": 4}
        if 1500 <= n < 1560:
            owed += [Late(MONDAY + n * MINUTE, topic, k) for topic, k in said(mine, 2).items()]
        else:
            counts, channels = counts + said(mine, 2), {"app": 4, "phone": 2}
        late = owed if n == 1560 else []
        voices = counts + Counter({one.topic: 0 for one in late})
        for one in late:
            voices[one.topic] += one.difference
        found += detector.step(Given(MONDAY + n * MINUTE, dict(counts), late, dict(voices), channels)).transitions
    assert kinds(found) == []


def test_whoever_names_channels_at_will_fills_no_memory() -> None:
    detector = Detector(DetectorConfig(), "acme")
    for n in range(3):
        names = {f"c{n}-{k}": 1 for k in range(150)}
        judged = detector.step(Given(MONDAY + n * MINUTE, {"time": 1, TOTAL: 150}, [], None, names)).judged
    assert len(judged.topics.names) == CHANNELS + 1
    assert judged.subjects == 1
