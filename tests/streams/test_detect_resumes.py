"""What DETECT must not do again, or at every start: retell, re-judge, remember without bound, close minute by minute."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from processors.detector import DetectorConfig
from schemas.spikes import Transition
from streams import detect
from streams.warehouse.endpoint import Endpoint
from tests.rig.events import DAY, DAY_ONE, HOUR, MINUTE, Traffic, chat
from tests.rig.parts import QUICK, Parts
from tests.rig.truth import counted, sums


class Told:
    """Collects what is published."""

    def __init__(self) -> None:
        self.transitions: list[Transition] = []

    def __call__(self, transitions: Sequence[Transition]) -> None:
        self.transitions += transitions


def told_of(endpoint: Endpoint, folder: Path, story: Path, config: DetectorConfig) -> list[Transition]:
    """One process over the story, and what it told."""
    told = Told()
    parts = Parts(endpoint, folder, config=config, publish=told)
    parts.embedded(story).to_the_end()
    parts.close()
    return told.transitions


def test_another_budget_or_another_model_tells_nothing_of_the_past_again(endpoint: Endpoint, tmp_path: Path) -> None:
    story = Traffic(hours=5, hourly=60, seed=11, surge=2).write(tmp_path / "story.ndjson")
    assert [t.transition for t in told_of(endpoint, tmp_path, story, QUICK)][:1] == ["opened"]
    assert told_of(endpoint, tmp_path, story, QUICK) == []
    other_budget = replace(QUICK, lifecycle=replace(QUICK.lifecycle, false_alerts=50))
    assert told_of(endpoint, tmp_path, story, other_budget) == []
    other_model = replace(QUICK, lifecycle=replace(QUICK.lifecycle, warm_up=61))
    assert other_model.name != QUICK.name
    assert told_of(endpoint, tmp_path, story, other_model) == [], "it learns from what was told by another, and tells nothing"


def test_what_another_model_left_open_is_closed_and_nobody_is_told(endpoint: Endpoint, tmp_path: Path) -> None:
    story = Traffic(hours=3, hourly=60, seed=11, surge=2.5).write(tmp_path / "story.ndjson")
    assert [t.transition for t in told_of(endpoint, tmp_path, story, QUICK)][-1] in ("opened", "updated")
    other_model = replace(QUICK, lifecycle=replace(QUICK.lifecycle, warm_up=61))
    for _ in range(2):
        assert told_of(endpoint, tmp_path, story, other_model) == []
        client = endpoint.client()
        left = client.execute("SELECT id, closed IS NULL FROM spikes")
        client.disconnect()
        assert left and not any(still_open for _, still_open in left)


def test_a_tenant_that_fell_silent_does_not_make_every_start_judge_again(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detect, "QUIET", HOUR)
    lines = [chat(DAY_ONE, tenant="gone", id="g")]
    lines += [chat(DAY_ONE + 9 * DAY + n * 10 * MINUTE, tenant="here", id=f"h{n}") for n in range(30)]
    story = tmp_path / "story.ndjson"
    story.write_bytes(b"".join(line.rstrip(b"\n") + b"\n" for line in lines))
    Parts(endpoint, tmp_path).embedded(story).to_the_end()
    steps: list[str] = []
    again = Parts(endpoint, tmp_path, hook=lambda side, step: steps.append(step) if side == "before" else None)
    again.embedded(story).to_the_end()
    assert steps == ["claim", "owed", "save_position"], "no orphans, nothing judged"


def test_an_import_of_older_feedback_leaves_nothing_pending(endpoint: Endpoint, tmp_path: Path) -> None:
    parts = Parts(endpoint, tmp_path)
    parts.read(chat(DAY_ONE + 10 * DAY, id="new"), chat(DAY_ONE + 10 * DAY + HOUR, id="newer"))
    parts.detect.tick()
    parts.read(*(chat(DAY_ONE + n * MINUTE, id=f"old{n}") for n in range(300)))
    parts.detect.tick()
    assert parts.detect.pending == [DAY_ONE + 10 * DAY + HOUR]
    assert sum(sums(counted(parts.client)).values()) > 300, "it is charted all the same"


def test_a_long_quiet_history_is_closed_with_a_few_statements(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message now and then, and no silence that is jumped over."""
    monkeypatch.setattr(detect, "QUIET", 30 * MINUTE)
    steps: list[str] = []
    parts = Parts(endpoint, tmp_path, hook=lambda side, step: steps.append(step) if side == "before" else None)
    parts.read(*(chat(DAY_ONE + 20 * n * MINUTE, id=f"m{n}") for n in range(20)))
    parts.detect.tick()
    assert parts.detect.next == DAY_ONE + 19 * 20 * MINUTE - MINUTE
    assert parts.client.query("SELECT count() FROM tested_local") == [(19 * 20 - 1,)]
    assert steps.count("give") <= 3, "a statement a month at most"


@pytest.mark.parametrize("at_once", [50_000, 50])
def test_silence_is_closed_for_exactly_its_time_however_the_closing_is_cut(
    at_once: int, endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert detect.QUIET == 2 * DAY
    monkeypatch.setattr(detect, "QUIET", 3 * HOUR)
    monkeypatch.setattr(detect, "AT_ONCE", at_once)
    monkeypatch.setattr(detect, "AT_LEAST", min(at_once, detect.AT_LEAST))
    parts = Parts(endpoint, tmp_path)
    parts.read(chat(DAY_ONE, id="a"), chat(DAY_ONE + 5 * DAY, id="b"), chat(DAY_ONE + 5 * DAY + HOUR, id="c"))
    parts.detect.tick()
    ((last_of_first, first_of_second),) = parts.client.query(
        f"SELECT toUnixTimestamp(maxIf(minute, minute < toDateTime({DAY_ONE + 4 * DAY}, 'UTC'))), "
        f"toUnixTimestamp(minIf(minute, minute > toDateTime({DAY_ONE + 4 * DAY}, 'UTC'))) FROM tested_local"
    )
    assert (last_of_first, first_of_second) == (DAY_ONE + detect.QUIET, DAY_ONE + 5 * DAY)
