import msgspec
import pytest

from processors.detector import OTHER, TOTAL, Detector, DetectorConfig, Judgement, Late
from processors.lifecycle import LifecycleConfig
from processors.spike import SpikeConfig
from processors.watermark import MINUTE
from tests.processors.traffic import MONDAY, RATES, minutes

CONFIG = DetectorConfig(lifecycle=LifecycleConfig(warm_up=60))


def given(counts: dict[str, int], other: int = 7) -> dict[str, int]:
    return {**counts, OTHER: other, TOTAL: sum(counts.values()) + other}


def warmed(count: int = 300, seed: int = 0) -> Detector:
    detector = Detector(CONFIG, "acme")
    for n, counts in enumerate(minutes(RATES, count, seed)):
        detector.step(MONDAY + n * MINUTE, given(counts))
    return detector


def next_minute(detector: Detector) -> int:
    return detector.minute + MINUTE


def test_a_surge_opens_and_closes_one_spike_of_that_tenant() -> None:
    detector, transitions = warmed(), []
    for counts in minutes(RATES, 120, 5, lambda topic, n: 20.0 if topic == "time" and n < 30 else 1.0):
        transitions += detector.step(next_minute(detector), given(counts)).transitions
    assert [t.transition for t in transitions if t.transition != "updated"] == ["opened", "closed"]
    assert {(t.tenant, t.topic, t.kind) for t in transitions} == {("acme", "time", "topic")}


def test_other_and_the_total_are_never_judged() -> None:
    detector = warmed()
    for n in range(30):
        judged = detector.step(
            next_minute(detector), given({"time": 1}, other=500 + n), [Late(MONDAY, OTHER, 9), Late(MONDAY, TOTAL, 9)]
        )
        assert set(judged.verdicts) == set(RATES)
        assert judged.transitions == []


def test_late_differences_are_added_to_the_minute_in_which_they_become_known() -> None:
    late = [
        Late(MONDAY, "time", 3),
        Late(MONDAY + MINUTE, "time", 2),
        Late(MONDAY, "strap", -4),
        Late(MONDAY, "new", 2),
        Late(MONDAY, TOTAL, 7),
    ]
    detector, plain = warmed(), warmed()
    judged = detector.step(next_minute(detector), given({"time": 1, "strap": 1}), late)
    assert {topic: judged.verdicts[topic].count for topic in ("time", "strap", "new", "returns")} == {
        "time": 6, "strap": -3, "new": 2, "returns": 0
    }  # fmt: skip
    without = plain.step(next_minute(plain), {**given({"time": 1, "strap": 1}), TOTAL: 16})
    assert judged.verdicts["returns"] == without.verdicts["returns"], "the total has its late part too"


def test_late_feedback_about_many_minutes_proves_more_than_a_clump_about_one() -> None:
    def surprise(late: list[Late]) -> float:
        detector = warmed()
        return detector.step(next_minute(detector), given({"time": 0}), late).verdicts["time"].surprise

    clump = surprise([Late(MONDAY, "time", 40)])
    spread = surprise([Late(MONDAY + n * MINUTE, "time", 2) for n in range(20)])
    assert clump < CONFIG.lifecycle.open_at <= spread


def test_the_parts_of_a_count_are_the_minutes_own_and_one_for_each_minute_it_is_about() -> None:
    """Small parts, so that none is capped: in whatever pieces they come, the evidence is their sum."""

    def after(own: int, late: list[Late]) -> object:
        detector = warmed()
        detector.step(next_minute(detector), {"time": own, TOTAL: 5}, late)
        return msgspec.json.decode(detector.snapshot())

    assert after(3, [Late(MONDAY, "time", 2)]) == after(5, [])
    assert after(0, [Late(MONDAY, "time", 2), Late(MONDAY, "time", 3)]) == after(0, [Late(MONDAY, "time", 5)]) == after(5, [])


def test_an_edit_that_takes_more_than_there_is_is_judged_as_zero_and_reported_as_given() -> None:
    detector = warmed()
    judged = detector.step(next_minute(detector), {TOTAL: 1}, [Late(MONDAY, "time", -50), Late(MONDAY, TOTAL, -50)])
    plain = warmed()
    silent = plain.step(next_minute(plain), {}).verdicts["time"]
    assert judged.verdicts["time"] == msgspec.structs.replace(silent, count=-50)


def test_a_gap_is_a_pause_and_consecutive_minutes_are_not() -> None:
    gapped, steady = warmed(), warmed()
    for detector, gap in ((gapped, 60), (steady, 1)):
        for counts in minutes(RATES, 9, 5, lambda topic, _n: 20.0 if topic == "time" else 1.0):
            detector.step(next_minute(detector), given(counts))
        judged = detector.step(detector.minute + gap * MINUTE, given({topic: round(rate) for topic, rate in RATES.items()}))
        surprise = judged.verdicts["time"].surprise
        assert surprise == 0.0 if gap > 1 else surprise > CONFIG.lifecycle.open_at


def test_the_first_minute_may_be_any_minute() -> None:
    detector = Detector(CONFIG, "acme")
    assert (detector.minute, detector.baseline_days) == (0, 0.0)
    assert detector.step(MONDAY, {"time": 1, TOTAL: 1}).verdicts["time"].count == 1
    assert (detector.minute, detector.baseline_days) == (MONDAY, MINUTE / 86400)
    assert warmed(720).baseline_days == pytest.approx(0.5)


def test_what_it_is_given_is_not_changed() -> None:
    counts = given({"time": 1})
    before = dict(counts)
    Detector(CONFIG, "acme").step(MONDAY, counts, [Late(MONDAY - MINUTE, "time", 2)])
    assert counts == before


def test_a_snapshot_of_another_version_is_refused_whatever_its_shape() -> None:
    body = msgspec.json.decode(warmed(5).snapshot())
    for other in ({**body, "version": 2}, {"version": 2}, {"version": 0, "minute": "noon"}):
        with pytest.raises(ValueError, match=f"version {other['version']} is not known"):
            Detector.restore(CONFIG, "acme", msgspec.json.encode(other))


def test_a_snapshot_does_not_share_state_with_the_detector() -> None:
    detector = warmed(50)
    body = detector.snapshot()
    restored = Detector.restore(CONFIG, "acme", body)
    detector.step(next_minute(detector), given({"time": 9}))
    assert restored.minute == detector.minute - MINUTE
    assert msgspec.json.decode(restored.snapshot()) == msgspec.json.decode(body)


def test_a_restored_detector_writes_the_very_same_snapshot() -> None:
    body = warmed(50).snapshot()
    assert Detector.restore(CONFIG, "acme", body).snapshot() == body


def test_another_alert_budget_is_the_same_detector() -> None:
    assert DetectorConfig(lifecycle=LifecycleConfig(false_alerts=2.0)).name == DetectorConfig().name


def test_the_name_changes_with_every_number_of_the_configuration_but_the_budget() -> None:
    configs = [
        DetectorConfig(),
        DetectorConfig(spike=SpikeConfig(cap_sd=4.5)),
        DetectorConfig(spike=SpikeConfig(windows=(5, 30))),
        DetectorConfig(lifecycle=LifecycleConfig(cool_down=31)),
    ]
    assert len({config.name for config in configs}) == len(configs)
    assert DetectorConfig().name == DetectorConfig(SpikeConfig(), LifecycleConfig()).name
    assert all(config.name.startswith("surge-py-1-") for config in configs)


def test_another_configuration_names_its_spikes_otherwise() -> None:
    def opened(config: DetectorConfig) -> str:
        detector = Detector(config, "acme")
        judged: list[Judgement] = []
        for n in range(100):
            judged.append(detector.step(MONDAY + n * MINUTE, given({"time": 30 if n > 80 else 0, "rest": 30})))
        transitions = [t for judgement in judged for t in judgement.transitions]
        (first,) = [t for t in transitions if t.transition == "opened" and t.topic == "time"]
        return first.spike_id

    assert opened(CONFIG) == opened(CONFIG)
    assert opened(CONFIG) != opened(DetectorConfig(lifecycle=LifecycleConfig(warm_up=61)))
