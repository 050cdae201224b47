"""The benchmark's score on series small enough to reckon by hand."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.nab import PROFILES, Floats, Score, Series, read, sigmoid, sweep, worth

STANDARD = PROFILES["standard"]
ROWS, FIRST, LAST = 1000, 400, 499
"""A file of 1,000 rows; its window is the fifth hundred, the first 150 rows are not scored."""


def series(name: str = "a.csv", windows: tuple[tuple[int, int], ...] = ((FIRST, LAST),)) -> Series:
    return Series(Path(name), [str(i) for i in range(ROWS)], np.zeros(ROWS), list(windows))


def at(*places: int) -> Floats:
    return np.isin(np.arange(ROWS), places).astype(float)


def scored(*places: int, profile: str = "standard") -> Score:
    return sweep([series()], [at(*places)], PROFILES[profile])


@pytest.mark.parametrize("profile", PROFILES)
def test_silence_is_nothing_and_the_first_row_of_the_window_all(profile: str) -> None:
    assert scored(profile=profile) == Score(0.0, math.inf, 0, 1, 0)
    best = scored(FIRST, profile=profile)
    assert (best.score, best.threshold, best.found, best.false) == (pytest.approx(100), 1.0, 1, 0)


def test_the_earlier_the_better_and_only_the_first_counts() -> None:
    middle = 100 * (sigmoid(-0.5) / sigmoid(-1) + 1) / 2
    assert scored(450).score == pytest.approx(middle)
    assert scored(450, 460, 499).score == pytest.approx(middle)
    assert scored(LAST).score == pytest.approx(100 * (sigmoid(-0.01) / sigmoid(-1) + 1) / 2)


def test_false_positives_cost_by_profile_and_less_just_behind_a_window() -> None:
    found = 100 - scored(200, FIRST).score, 100 - scored(200, FIRST, profile="reward_low_FP_rate").score
    assert found == (pytest.approx(100 * 0.11 / 2), pytest.approx(100 * 0.22 / 2))
    assert 100 - scored(200, FIRST, profile="reward_low_FN_rate").score == pytest.approx(100 * 0.11 / 3)
    assert 0 < 100 - scored(FIRST, LAST + 5).score < 100 - scored(FIRST, 700).score < 100 * 0.11 / 2
    assert 100 - scored(FIRST, 999).score == pytest.approx(100 * 0.11 / 2)  # more than three windows behind


def test_what_costs_more_than_it_finds_is_left_out() -> None:
    everywhere = np.ones(ROWS)
    assert sweep([series()], [everywhere], STANDARD) == Score(0.0, math.inf, 0, 1, 0)
    assert sweep([series()], [everywhere + at(FIRST)], STANDARD).threshold == 2.0


def test_the_probation_is_not_scored() -> None:
    value, window = worth(ROWS, [(FIRST, LAST)])
    assert list(np.flatnonzero(window == -2)) == list(range(150))
    assert len(value) == ROWS
    assert scored(10, 149, FIRST).score == pytest.approx(100)
    assert worth(10_000, [])[1].tolist().count(-2) == 750


def test_files_share_one_threshold() -> None:
    two = [series(), series("b.csv")]
    quiet, loud = at(FIRST), 5 * at(FIRST) + 3 * at(200)
    assert sweep(two, [quiet, loud], STANDARD).score == pytest.approx(100 * (4 - 0.11) / 4)
    assert sweep(two, [quiet, loud], STANDARD).found == 2
    assert sweep(two, [quiet * 4, loud], STANDARD).score == pytest.approx(100)
    with pytest.raises(ValueError, match=r"b\.csv: 3 scores"):
        sweep(two, [quiet, [1, 2, 3]], STANDARD)


@pytest.mark.parametrize("spoil", [lambda x: x, lambda x: x * 1000 - 3, np.expm1], ids=["as it is", "linear", "exp"])
def test_only_the_order_of_scores_matters(spoil: Callable[[Floats], Floats]) -> None:
    scores = np.random.default_rng(1).random(ROWS)
    plain, other = (sweep([series()], [one], STANDARD) for one in (scores, spoil(scores)))
    assert plain._replace(threshold=0) == other._replace(threshold=0)


def test_a_folder_is_read(tmp_path: Path) -> None:
    times = [f"2026-03-02 {i // 12:02d}:{i % 12 * 5:02d}:00" for i in range(40)]
    (tmp_path / "a.csv").write_text("timestamp,value\n" + "".join(f"{time},{i}\n" for i, time in enumerate(times)))
    (tmp_path / "windows.json").write_text(f'{{"a.csv": [["{times[9]}.000000", "{times[20]}.000000"]]}}')
    (found,) = read(tmp_path)
    assert (found.times, found.windows, found.values[7]) == (times, [(9, 20)], 7)
