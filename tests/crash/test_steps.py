"""A kill before and after every numbered step of the three roles, in the middle of a file and at its end."""

from pathlib import Path

import pytest

from streams.warehouse.endpoint import Endpoint
from tests.crash.killer import Kill, run_with_kills, story
from tests.rig.tables import Dump, differences, dump

EVERYWHERE = (
    "count",
    "give",
    "tested",
    "write_verdicts",
    "write_emergent",
    "write_transitions",
    "publish",
    "owed",
    "save_detectors",
    "save_position",
)
"""These happen for every batch, and again when the input has ended."""
IN_BATCHES = ("write_dead_letters", "write_rows", "claim", "write_card")


def test_the_story_has_everything_that_a_kill_could_spoil(undisturbed: Dump) -> None:
    transitions = [row[3] for row in undisturbed["spike_transition_local"]]
    assert transitions.count("opened") == transitions.count("closed") == 1
    assert transitions.count("updated") >= 2
    assert len(undisturbed["card_local"]) == len(transitions)
    assert any(row[4] for row in undisturbed["tested_local"]), "nothing was late"
    assert undisturbed["dead_letter_local"]
    assert len(undisturbed["detector_state_local"]) == 3, "two tenants, and the row for all"


@pytest.mark.parametrize(("step", "next_step"), list(zip(EVERYWHERE[::2], EVERYWHERE[1::2], strict=True)))
def test_kills_around_two_steps_in_the_middle_and_at_the_end_change_nothing(
    step: str, next_step: str, endpoint: Endpoint, tmp_path: Path, undisturbed: Dump
) -> None:
    """Two in a story: to read it to its end takes longer than the kills."""
    kills = [Kill("before", step, 2), Kill("after", step, 2), Kill("before", next_step, 1), Kill("after", next_step, 1)]
    kills += [Kill("after", step, 1, True), Kill("after", next_step, 1, True)]
    assert run_with_kills(endpoint, story(tmp_path), tmp_path, kills) == len(kills)
    assert differences(undisturbed, dump(endpoint)) == {}


@pytest.mark.parametrize("step", IN_BATCHES)
def test_kills_around_a_step_of_a_batch_change_nothing(step: str, endpoint: Endpoint, tmp_path: Path, undisturbed: Dump) -> None:
    kills = [Kill("before", step, 1), Kill("after", step, 1), Kill("before", step, 2), Kill("after", step, 2)]
    assert run_with_kills(endpoint, story(tmp_path), tmp_path, kills) == len(kills)
    assert differences(undisturbed, dump(endpoint)) == {}
