import numpy as np
import pytest

from processors.emergent import Burst, Step
from processors.judged import Judged, Key, Reading, Verdict
from schemas.spikes import CHANNEL, EVERYTHING
from tests.processors.dictated import CALM, LOUD, SILENT, DictatedPanel, Said, burst
from tests.processors.traffic import MONDAY


def judged(
    topics: dict[str, Said], total: Said = CALM, *, opened: list[Burst] | None = None, alive: list[Burst] | None = None,
    known: set[int] | None = None,
) -> Judged:  # fmt: skip
    panels = DictatedPanel(), DictatedPanel()
    panels[0].dictate(topics)
    panels[1].dictate({EVERYTHING: total})
    bursts = [*(alive or []), *(opened or [])]
    return Judged(
        MONDAY, topics=panels[0], channels=0, total=panels[1], step=Step(opened or [], alive or [], []),  # type: ignore[arg-type]
        bursts={one.key: one for one in bursts}, known=frozenset(known or ()), announced=False,
    )  # fmt: skip


def test_loud_is_what_reaches_the_threshold_in_the_order_of_telling() -> None:
    topics = {
        "z": LOUD, "a": LOUD._replace(surprise=10.0), "quiet": LOUD._replace(surprise=9.99),
        CHANNEL + "web": SILENT, CHANNEL + "app": SILENT, "b": SILENT._replace(drop=13.0), "c": SILENT._replace(drop=12.99),
    }  # fmt: skip
    everything = Said(surprise=13.0, drop=14.0)
    found = list(judged(topics, everything, opened=[burst("k", [1], score=3.0)], alive=[burst("l", [2])]).loud(10.0))
    assert found == [
        (("topic", "a"), 10.0), (("topic", "z"), 12.0), (("total", EVERYTHING), 13.0), (("silence", EVERYTHING), 14.0),
        (("silence", CHANNEL + "app"), 16.0), (("silence", CHANNEL + "web"), 16.0), (("silence", "b"), 13.0),
        (("emergent", "k"), 3.0),
    ]  # fmt: skip


def test_a_channel_that_surprises_is_not_loud() -> None:
    assert list(judged({CHANNEL + "app": LOUD}).loud(1.0)) == []


def test_a_reading_is_of_the_minute_and_of_the_kind() -> None:
    one = judged({"t": Said(7, 2.0, 12.0, 3.0, dispersion=1.5), EVERYTHING: Said(1)}, Said(50, 40.0, 5.0, 6.0, dispersion=2.0))
    assert one.reading(Key("topic", "t")) == Reading(7, 2.0, 3.0, 12.0)
    assert one.reading(Key("silence", "t")) == Reading(7, 2.0, 3.0, 3.0)
    assert one.reading(Key("total", EVERYTHING)) == Reading(50, 40.0, 80.0, 5.0)
    assert one.reading(Key("silence", EVERYTHING)) == Reading(50, 40.0, 80.0, 6.0)
    assert one.reading(Key("topic", EVERYTHING)).count == 1, "a topic may have that name"


@pytest.mark.parametrize("kind", ["topic", "silence", "emergent"])
def test_of_what_is_not_known_the_reading_is_zero(kind: str) -> None:
    """An episode may be older than the panel, or outlive its burst."""
    assert judged({"t": LOUD}).reading(Key(kind, "gone")) == Reading(0, 0.0, 0.0, 0.0)  # type: ignore[arg-type]


def test_a_bursts_reading_is_of_the_messages_that_no_burst_had() -> None:
    one = judged({}, alive=[burst("k", [1, 2, 3, 4], score=9.5)], known={2, 3, 7})
    assert one.reading(Key("emergent", "k")) == Reading(2, 0.0, 0.0, 9.5)


def test_a_burst_began_when_its_model_says() -> None:
    began = judged({}, opened=[burst("k", range(9), first=-7)]).began(Key("emergent", "k"))
    assert (began.minutes, began.observed, began.expected, began.voices) == (8, 9, 0.5, None)


def test_the_chart_shows_what_surprises_and_when_asked_what_is_alive() -> None:
    one = judged({"loud": LOUD, "calm": CALM, "rare": Said(0, 0.001), CHANNEL + "app": LOUD})
    loud = Verdict(20, 2.0, 1.3, 12.0)
    assert one.verdicts(12.0, None) == {"loud": loud}
    assert one.verdicts(12.1, None) == {}
    assert one.verdicts(12.0, 0.01) == {"loud": loud, "calm": Verdict(2, 2.0, 1.3, 0.0)}


def test_the_chart_changes_nothing_of_the_verdicts() -> None:
    one = judged({"loud": LOUD, "calm": CALM})
    before = [array.copy() for array in one.topics.verdicts]
    one.verdicts(1.0, 0.0)
    assert all(np.array_equal(array, other) for array, other in zip(before, one.topics.verdicts, strict=True))
