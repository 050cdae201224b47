"""`voc backtest` and `voc verdict`, on a warehouse that has seen one surge."""

from pathlib import Path
from typing import Any

import pytest

from processors.lifecycle import LifecycleConfig
from streams.backtest import BackTest, back_test
from streams.cli import backtest
from streams.cli.budget import budget_of, with_budget
from streams.settings import Settings
from tests.streams.cli.conftest import Voc


@pytest.fixture
def seen(surged: dict[str, Any]) -> list[dict[str, object]]:
    """What the run told."""
    return list(surged["spikes"])


def test_a_back_test_tells_what_the_run_told_and_writes_nothing(
    voc: Voc, seen: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = voc("spikes", "--all", "--json").json
    judged: list[BackTest | None] = []

    def noting(*given: Any) -> BackTest | None:
        judged.append(back_test(*given))
        return judged[-1]

    monkeypatch.setattr(backtest, "back_test", noting)
    found = voc("backtest", "--days", "2", "--json").json
    configured = found["outcomes"][0]
    assert configured["budget"] == "1"
    fields = ("id", "kind", "topic", "tenant", "started", "opened", "closed", "observed", "expected")
    assert [{name: one[name] for name in fields} for one in configured["spikes"]] == [
        {name: one[name] for name in fields} for one in seen
    ]
    assert [outcome["budget"] for outcome in found["outcomes"]] == ["1", "0.2", "5"]
    assert configured["alerts"] == len(seen) == 1
    assert configured["per_week"] == pytest.approx(7 / found["days"])
    assert configured["delay_minutes"] == configured["spikes"][0]["delay_minutes"] >= 0
    assert voc("spikes", "--all", "--json").json == before
    monkeypatch.setattr(backtest, "back_test", lambda *_: judged.pop())  # to judge it all again takes seconds
    table = voc("backtest", "--days", "2")
    assert str(seen[0]["topic"]) in table.out
    assert "less than a week of history" in table.out


def test_a_tighter_budget_tells_no_more_and_only_the_last_days_count(voc: Voc, seen: list[dict[str, object]]) -> None:
    assert seen
    found = voc("backtest", "--days", "1", "--budget", "100", "--budget", "0.000001", "--budget", "1/week", "--json").json
    counts = {outcome["budget"]: outcome["alerts"] for outcome in found["outcomes"]}
    assert counts["0.000001"] <= counts["1/week"] <= counts["100"]
    assert counts["100"] >= 1
    assert found["history_days"] > 0
    assert found["days"] == 1


@pytest.mark.parametrize(("arguments", "words"), [
    (["--days", "0"], ["--days"]),
    ([], ["--days"]),
    (["--days", "7", "--budget", "few"], ["few", "2/week"]),
    (["--days", "7", "--budget", "0"], ["0", "2/week"]),
])  # fmt: skip
def test_what_is_not_a_span_or_a_budget_is_usage(voc: Voc, arguments: list[str], words: list[str]) -> None:
    voc("backtest", *arguments).misused(*words)


def test_without_history_it_says_what_to_do(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    voc("backtest", "--days", "7").failed("no history", "voc run --input")


def test_a_budget_is_written_and_read_in_one_way() -> None:
    assert budget_of(Settings()) == "1"
    assert budget_of(Settings(alerts_per_week=2)) == "2/week"
    per_day, weekly = with_budget(LifecycleConfig(), "5"), with_budget(LifecycleConfig(), "2/week")
    assert (per_day.false_alerts, per_day.per_week) == (5.0, 0.0)
    assert weekly.per_week == 2.0
    assert weekly.open_at(1000) > weekly.open_at(10), "the more topics, the rarer each may be wrong"
    assert per_day.open_at(1000) == per_day.open_at(10)


def test_a_verdict_is_recorded_and_a_mute_keeps_people_from_being_told(
    voc: Voc, seen: list[dict[str, object]], warm: Path
) -> None:
    identity = str(seen[0]["id"])
    given = voc("verdict", identity[:6], "mute", "--by", "ann", "--note", "known, ask 13812345678", "--json").json
    assert given["spike_id"] == identity
    assert "13812345678" not in given["note"]
    rows = voc("sql", "SELECT spike_id, verdict, by, note FROM spike_verdicts", "--json").json
    assert rows == [{"spike_id": identity, "verdict": "mute", "by": "ann", "note": given["note"]}]
    assert " until 20" in voc("verdict", identity, "mute", "--for", "36h").out
    assert voc("verdict", identity, "mute", "--for", "8y").code == 2
    voc("verdict", identity, "maybe").misused("maybe", "useful")
    voc("verdict", "zz", "useful").failed("zz", "voc spikes --all")
