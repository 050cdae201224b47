"""The detector is a function of the minutes it was given: wherever it is cut and restored, it judges as if it had not been."""

from itertools import pairwise
from typing import NamedTuple

import msgspec
from hypothesis import event, given, settings
from hypothesis import strategies as st

from processors.detector import OTHER, TOTAL, Detector, DetectorConfig, Judgement, Late
from processors.lifecycle import LifecycleConfig
from processors.spike import SpikeConfig
from processors.watermark import MINUTE
from tests.processors.traffic import MONDAY

EAGER = DetectorConfig(
    spike=SpikeConfig(windows=(2, 5), min_count=2),
    lifecycle=LifecycleConfig(false_alerts=2000.0, close_after=2, update_every=2, cool_down=3, warm_up=2),
)
"""Small enough that everything happens within a few minutes."""


class Given(NamedTuple):
    """One minute: after how many it comes, its counts, and what became known of earlier ones."""

    after: int
    tested: dict[str, int]
    late: list[tuple[int, str, int]]


TOPICS = st.sampled_from(["a", "b", OTHER, TOTAL])
COUNTS = st.dictionaries(TOPICS, st.sampled_from([0, 1, 3, 20, 400]), max_size=4)
LATE = st.lists(st.tuples(st.integers(1, 5), TOPICS, st.integers(-5, 9)), max_size=3)
STREAM = st.lists(st.builds(Given, st.sampled_from([1, 1, 1, 1, 1, 1, 1, 2, 90]), COUNTS, LATE), max_size=40)
PROPERTY = settings(max_examples=150, deadline=None)


def play(detector: Detector, stream: list[Given]) -> list[Judgement]:
    judged = []
    for one in stream:
        minute = detector.minute + one.after * MINUTE if detector.minute else MONDAY
        late = [Late(minute - back * MINUTE, topic, difference) for back, topic, difference in one.late]
        judged.append(detector.step(minute, one.tested, late))
    return judged


def state(detector: Detector) -> object:
    return msgspec.json.decode(detector.snapshot())


@PROPERTY
@given(STREAM, st.lists(st.integers(0, 40), max_size=4))
def test_cutting_and_restoring_anywhere_changes_no_judgement(stream: list[Given], cuts: list[int]) -> None:
    straight = Detector(EAGER, "acme")
    expected = play(straight, stream)
    detector, got = Detector(EAGER, "acme"), []
    for n, one in enumerate(stream):
        if n in cuts:
            detector = Detector.restore(EAGER, "acme", detector.snapshot())
        got += play(detector, [one])
    assert got == expected
    assert state(detector) == state(straight)
    event(f"{min(sum(len(judgement.transitions) for judgement in expected), 3)} transitions or more")


@PROPERTY
@given(STREAM, st.integers(0, 40), st.integers(0, 40))
def test_judging_any_stretch_again_from_any_snapshot_judges_the_same(stream: list[Given], start: int, length: int) -> None:
    detector = Detector(EAGER, "acme")
    play(detector, stream[:start])
    body = detector.snapshot()
    stretch = stream[start : start + length]
    first = play(detector, stretch)
    again = Detector.restore(EAGER, "acme", body)
    assert play(again, stretch) == first
    assert state(again) == state(detector)


@PROPERTY
@given(STREAM)
def test_a_snapshot_holds_numbers_and_nothing_that_json_cannot_say(stream: list[Given]) -> None:
    detector = Detector(EAGER, "acme")
    play(detector, stream)
    assert b"null" not in detector.snapshot()
    assert b"NaN" not in detector.snapshot()


@PROPERTY
@given(STREAM)
def test_every_episode_is_opened_once_then_updated_and_closed_at_most_once(stream: list[Given]) -> None:
    detector, story = Detector(EAGER, "acme"), {}
    for judgement in play(detector, stream):
        for t in judgement.transitions:
            story.setdefault(t.spike_id, []).append(t)
            assert t.started <= t.opened <= t.updated == t.at
            assert t.observed >= 0
            assert t.topic not in (OTHER, TOTAL)
    for transitions in story.values():
        kinds = [t.transition for t in transitions]
        assert kinds[0] == "opened"
        assert set(kinds[1:-1]) <= {"updated"}
        assert kinds[-1] in ("opened", "updated", "closed")
        assert len({(t.topic, t.opened, t.started) for t in transitions}) == 1
    by_topic = sorted((t[0].topic, t[0].started, t[-1].updated) for t in story.values())
    for (topic, _, ended), (other, began, _) in pairwise(by_topic):
        assert topic != other or began > ended, "two episodes of a topic share no minute"


def test_the_small_configuration_makes_everything_happen() -> None:
    """Or the properties above would hold of nothing."""
    calm, loud = Given(1, {"a": 1, TOTAL: 10}, []), Given(1, {"a": 20, TOTAL: 30}, [])
    judged = play(Detector(EAGER, "acme"), [*[calm] * 8, *[loud] * 4, *[calm] * 8, *[loud] * 2])
    kinds = [t.transition for judgement in judged for t in judgement.transitions]
    assert set(kinds) == {"opened", "updated", "closed"}
    assert kinds.count("opened") >= 2
