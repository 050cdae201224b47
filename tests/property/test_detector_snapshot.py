"""The detector is a function of the minutes it was given: wherever it is cut and restored, it judges as if it had not been."""

from itertools import pairwise
from typing import NamedTuple

from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from processors.detector import Detector, DetectorConfig, Judgement
from processors.emergent import EmergentConfig, Message
from processors.given import OTHER, TOTAL, Given, Late
from processors.lifecycle import LifecycleConfig
from processors.spike import SpikeConfig
from processors.watermark import MINUTE
from tests.processors.traffic import MONDAY

EAGER = DetectorConfig(
    spike=SpikeConfig(windows=(2, 5), drop_windows=(3,)),
    total=SpikeConfig(share=False, windows=(2, 5), drop_windows=(3,)),
    emergent=EmergentConfig(slot_bits=10, warm_up_minutes=3, threshold=3.0, min_conversations=2, min_excess=1.0, quiet_minutes=2),
    lifecycle=LifecycleConfig(
        false_alerts=2000.0,
        close_below=1.0,
        close_after=2,
        update_every=2,
        cool_down=3,
        warm_up=2,
        silence_warm_up=4,
        min_voices=2,
    ),
    topics=5,
)
"""Small enough that everything happens within a few minutes."""


class One(NamedTuple):
    """One minute: after how many it comes, its counts, what became known of earlier ones, how many said what, and who."""

    after: int
    tested: dict[str, int]
    late: list[tuple[int, str, int]]
    voices: dict[str, int] | None = None
    channels: dict[str, int] = {}  # noqa: RUF012  # nobody changes it
    announced: bool = False
    texts: tuple[str, ...] = ()


NAMES = ["a", "b", OTHER, TOTAL]
TOPICS = st.sampled_from(NAMES)
NUMBERS = st.sampled_from([0, 1, 3, 20, 400])
COUNTS = st.dictionaries(TOPICS, NUMBERS, max_size=4)
LATE = st.lists(st.tuples(st.integers(1, 5), TOPICS, st.integers(-5, 9)), max_size=3)
TEXTS = st.lists(st.sampled_from(["hello", "the strap broke", "crown stuck again", "thanks"]), max_size=6).map(tuple)
MINUTES = st.builds(
    One,
    st.sampled_from([1, 1, 1, 1, 1, 1, 1, 2, 90]),
    COUNTS,
    LATE,
    st.one_of(st.none(), st.dictionaries(TOPICS, NUMBERS, max_size=4)),
    st.dictionaries(st.sampled_from(["app", "tmall", "web"]), NUMBERS, max_size=3),
    st.booleans(),
    TEXTS,
)
STREAM = st.lists(MINUTES, max_size=40)
PROPERTY = settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target))
"""Without shrinking, which takes minutes here: the streams are short as they are."""


def play(detector: Detector, stream: list[One]) -> list[Judgement]:
    judged = []
    for one in stream:
        minute = detector.minute + one.after * MINUTE if detector.minute else MONDAY
        late = [Late(minute - back * MINUTE, topic, difference) for back, topic, difference in one.late]
        said = [Message(minute * 2**20 + n, f"c{minute + n}", text, ("a",)[: n % 2]) for n, text in enumerate(one.texts)]
        judged.append(detector.step(Given(minute, one.tested, late, one.voices, one.channels, one.announced, said)))
    return judged


def plainly(judged: list[Judgement]) -> list[object]:
    """What was judged of everything, as data."""
    return [
        (
            [
                (list(panel.names), [array.tolist() for array in panel.verdicts])
                for panel in (one.judged.topics, one.judged.total)
            ],
            one.judged.step,
            one.judged.bursts,
            one.transitions,
        )
        for one in judged
    ]


def apart(detector: Detector, stream: list[One]) -> list[object]:
    """Minute by minute: a panel's verdicts are those of its last minute."""
    return [plain for one in stream for plain in plainly(play(detector, [one]))]


@PROPERTY
@given(STREAM, st.lists(st.integers(0, 40), max_size=4))
def test_cutting_and_restoring_anywhere_changes_no_judgement(stream: list[One], cuts: list[int]) -> None:
    straight = Detector(EAGER, "acme")
    expected = apart(straight, stream)
    detector, got = Detector(EAGER, "acme"), []
    for n, one in enumerate(stream):
        if n in cuts:
            detector = Detector.restore(EAGER, "acme", detector.snapshot())
        got += apart(detector, [one])
    assert got == expected
    assert detector.snapshot() == straight.snapshot()
    event(f"{min(sum(len(one[3]) for one in expected), 3)} transitions or more")  # type: ignore[index,misc]


@PROPERTY
@given(STREAM, st.integers(0, 40), st.integers(0, 40))
def test_judging_any_stretch_again_from_any_snapshot_judges_the_same(stream: list[One], start: int, length: int) -> None:
    detector = Detector(EAGER, "acme")
    play(detector, stream[:start])
    body = detector.snapshot()
    stretch = stream[start : start + length]
    first = apart(detector, stretch)
    again = Detector.restore(EAGER, "acme", body)
    assert again.snapshot() == body
    assert apart(again, stretch) == first
    assert again.snapshot() == detector.snapshot()


@PROPERTY
@given(STREAM)
def test_every_episode_is_opened_once_then_updated_and_closed_at_most_once(stream: list[One]) -> None:
    detector, story = Detector(EAGER, "acme"), {}
    for judgement in play(detector, stream):
        for t in judgement.transitions:
            story.setdefault(t.spike_id, []).append(t)
            assert t.started <= t.opened <= t.updated == t.at
            assert t.observed >= 0
            assert t.low <= t.high
            assert t.topic not in (OTHER, TOTAL)
    for transitions in story.values():
        kinds = [t.transition for t in transitions]
        assert kinds[0] == "opened"
        assert set(kinds[1:-1]) <= {"updated"}
        assert kinds[-1] in ("opened", "updated", "closed")
        assert len({(t.kind, t.topic, t.opened, t.started) for t in transitions}) == 1
    about = sorted((t[0].kind, t[0].topic, t[0].started, t[-1].updated) for t in story.values())
    for (kind, topic, _, ended), (other_kind, other, began, _) in pairwise(about):
        assert (kind, topic) != (other_kind, other) or began > ended, "two episodes of a key share no minute"


def test_the_small_configuration_makes_everything_happen() -> None:
    """Or the properties above would hold of nothing."""
    said = {"app": 20, "tmall": 20}
    calm = One(1, {"a": 4, "b": 6, TOTAL: 40}, [], {"a": 4, TOTAL: 40}, said, texts=("hello", "thanks", "hello"))
    loud = One(1, {"a": 90, "b": 6, TOTAL: 126}, [], {"a": 90}, said, texts=("hello", "thanks"))
    everything = One(
        1, {"a": 60, "b": 90, TOTAL: 600}, [], {"a": 60, "b": 90, TOTAL: 600}, {"app": 300, "tmall": 300}, texts=("hello",)
    )
    gone = One(1, {}, [], {}, {})
    new = One(1, {"a": 4, "b": 6, TOTAL: 40}, [], {"a": 4}, said, texts=("crown stuck again",) * 6)
    story = [*[calm] * 60, *[loud] * 4, *[calm] * 20, *[loud] * 2, *[calm] * 20, *[everything] * 6, *[calm] * 30, *[new] * 4]
    story += [*[calm] * 20, *[gone] * 30, *[calm] * 20]
    found = [t for judgement in play(Detector(EAGER, "acme"), story) for t in judgement.transitions]
    assert {t.transition for t in found} == {"opened", "updated", "closed"}
    assert {t.kind for t in found if t.transition == "opened"} == {"topic", "total", "silence", "emergent"}
    assert [t.topic for t in found if t.transition == "opened"].count("a") >= 2
