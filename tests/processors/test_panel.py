import msgspec
import pytest

from processors.panel import Panel
from processors.spike import SpikeConfig, Verdicts
from tests.processors.traffic import RATES, minutes

CONFIG = SpikeConfig()


def step(panel: Panel, counts: dict[str, int], parts: dict[str, list[int]] | None = None, **more: dict[str, int]) -> Verdicts:
    """An ordinary noon of a Monday."""
    return panel.step(12.0, 0, counts, sum(counts.values()), parts or {}, more.get("voices"))


def test_names_appear_in_the_order_in_which_they_are_heard_of() -> None:
    panel = Panel(CONFIG, 10)
    assert (panel.names, panel.row("b"), len(panel.verdicts.count)) == ([], None, 0)
    step(panel, {"b": 1, "a": 2})
    said = step(panel, {"c": 3, "a": 4})
    assert panel.names == ["b", "a", "c"]
    assert [panel.row(name) for name in "abcd"] == [1, 0, 2, None]
    assert said.count.tolist() == [0.0, 4.0, 3.0]
    assert {len(array) for array in said} == {3}
    assert panel.verdicts is said


def test_a_name_without_feedback_is_heard_of_too() -> None:
    panel = Panel(CONFIG, 10)
    step(panel, {"quiet": 0})
    assert panel.names == ["quiet"]


def test_beyond_the_limit_names_are_refused_and_the_known_ones_judged_as_before() -> None:
    panel, roomy = Panel(CONFIG, 2), Panel(CONFIG, 99)
    for counts in ({"a": 1}, {"b": 2, "c": 9, "d": 9}, {"c": 9, "a": 5, "b": 1}):
        total = 30
        said = panel.step(12.0, 0, counts, total, {"c": [9]}, {"c": 3, "a": 1})
        free = roomy.step(12.0, 0, {name: k for name, k in counts.items() if name in "ab"}, total, {}, {"a": 1})
        assert [array.tolist() for array in said] == [array.tolist() for array in free]
    assert panel.names == ["a", "b"]
    assert panel.refused == 3, "c and d, and c again"


def test_what_is_late_of_a_refused_name_is_ignored() -> None:
    panel = Panel(CONFIG, 1)
    step(panel, {"a": 1})
    assert step(panel, {"b": 7}, parts={"b": [7]}, voices={"b": 7}).count.tolist() == [0.0]


def test_since_and_began_are_those_of_the_named_series() -> None:
    panel = Panel(CONFIG, 10)
    for _ in range(5):
        step(panel, {"a": 2, "b": 1}, voices={"a": 1, "b": 1})
    step(panel, {"a": 2, "b": 40}, voices={"a": 1, "b": 30})
    assert (panel.since("a", 3).observed, panel.since("b", 3).observed) == (6, 42)
    assert panel.since("b", 3).voices == 32
    assert panel.began("b").minutes >= 1
    assert panel.began("b", at_most=1).observed == 40


def test_voices_that_are_not_known_are_not_none() -> None:
    panel = Panel(CONFIG, 10)
    step(panel, {"a": 2}, voices={})
    assert panel.since("a", 1).voices == 0
    step(panel, {"a": 2})
    assert panel.since("a", 2).voices is None


def test_a_pause_is_told_to_the_model_and_to_what_is_recent() -> None:
    panel = Panel(CONFIG, 10)
    for _ in range(9):
        step(panel, {"a": 2, "b": 30})
    panel.pause()
    assert panel.since("a", 60).minutes == 0
    step(panel, {"a": 2, "b": 30})
    assert panel.since("b", 60).observed == 30


def test_a_restored_panel_goes_on_bit_for_bit() -> None:
    stream = list(minutes(RATES, 80, 3))
    panel = Panel(CONFIG, 3)
    for counts in stream[:50]:
        step(panel, counts, voices=counts)
    again = Panel.restore(CONFIG, 3, panel.snapshot())
    assert (again.names, again.refused) == (panel.names, panel.refused)
    assert again.refused > 0
    for counts in stream[50:]:
        here, there = step(panel, counts, voices=counts), step(again, counts, voices=counts)
        assert [array.tolist() for array in here] == [array.tolist() for array in there]
    assert panel.snapshot() == again.snapshot()


def test_a_snapshot_of_a_model_of_another_version_is_refused() -> None:
    panel = Panel(CONFIG, 3)
    names, refused, _, recent = msgspec.msgpack.decode(panel.snapshot())
    with pytest.raises(ValueError):
        Panel.restore(CONFIG, 3, msgspec.msgpack.encode((names, refused, b"something else", recent)))
