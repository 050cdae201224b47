"""Late is not lost: what arrives hours later still raises its alert, and a feed that was away and is back raises none."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.spikes import Transition
from streams.warehouse.endpoint import Endpoint
from tests.rig.events import DAY_ONE, HOUR, MINUTE, chat
from tests.rig.parts import QUICK, Parts
from tests.rig.truth import counted, given_about

HOURS = 5
DELIVERED = DAY_ONE + 4 * HOUR
CONFIG = replace(QUICK, lifecycle=replace(QUICK.lifecycle, false_alerts=1.0))
"""The usual budget."""


class Told:
    """Collects what is published."""

    def __init__(self) -> None:
        self.transitions: list[Transition] = []

    def __call__(self, transitions: Sequence[Transition]) -> None:
        self.transitions += transitions

    @property
    def opened(self) -> list[tuple[str, str]]:
        return [(t.kind, t.topic) for t in self.transitions if t.transition == "opened"]


def ordinary(
    dice: random.Random, topics: Sequence[str], hourly: int, first: float, last: float, name: str
) -> list[tuple[float, bytes]]:
    """Customers of the app with this and that, by the time at which they say it."""
    times = [DAY_ONE + dice.uniform(first, last) * HOUR for _ in range(int(hourly * (last - first)))]
    return [
        (at, chat(at, dice.choice(topics), id=f"{name}{n}", customer=f"{name}{n}", channel=name)) for n, at in enumerate(times)
    ]


def play(endpoint: Endpoint, folder: Path, arrivals: list[tuple[float, bytes]]) -> Told:
    """What is told when the lines come in that order, in batches of half an hour."""
    told = Told()
    parts = Parts(endpoint, folder, config=CONFIG, publish=told)
    arrivals.sort(key=lambda arrival: arrival[0])
    for half in range(2 * HOURS):
        begin = DAY_ONE + half * HOUR // 2
        parts.read(*(line for at, line in arrivals if begin <= at < begin + HOUR // 2))
        parts.detect.tick()
    parts.ended()
    parts.detect.finish()
    assert given_about(parts.client) == counted(parts.client)
    parts.close()
    return told


def test_transcripts_that_come_hours_later_still_raise_their_alert(endpoint: Endpoint, tmp_path: Path) -> None:
    """Sixty calls within half an hour about what is hardly spoken of, delivered in three batches two hours after."""
    dice = random.Random(5)
    arrivals = ordinary(dice, ["price", "delivery_status", "other"], 240, 0, HOURS, "app")
    arrivals += ordinary(dice, ["charging"], 6, 0, HOURS, "phone")
    for n in range(60):
        said = DAY_ONE + 1.5 * HOUR + n * 30
        arrivals.append(
            (DELIVERED + n // 20 * 5 * MINUTE, chat(said, "charging", id=f"call{n}", customer=f"k{n}", channel="phone"))
        )
    told = play(endpoint, tmp_path, arrivals)
    assert told.opened == [("topic", "charging")]
    assert DELIVERED - 5 * MINUTE <= told.transitions[0].opened.timestamp() <= DELIVERED + 15 * MINUTE


@pytest.mark.xfail(
    strict=True, reason="with three ordinary callers of the last two hours he makes four voices, of three messages each"
)
def test_the_same_calls_of_one_caller_raise_none(endpoint: Endpoint, tmp_path: Path) -> None:
    dice = random.Random(5)
    arrivals = ordinary(dice, ["price", "delivery_status", "other"], 240, 0, HOURS, "app")
    arrivals += ordinary(dice, ["charging"], 6, 0, HOURS, "phone")
    for n in range(60):
        said = DAY_ONE + 1.5 * HOUR + n * 30
        arrivals.append((DELIVERED + n // 20 * 5 * MINUTE, chat(said, "charging", id=f"call{n}", customer="k", channel="phone")))
    assert play(endpoint, tmp_path, arrivals).opened == []


def test_a_feed_that_was_silent_for_an_hour_and_delivers_it_all_at_once_raises_none(endpoint: Endpoint, tmp_path: Path) -> None:
    """It has topics of its own, so that the others do not see it missing."""
    dice = random.Random(6)
    arrivals = ordinary(dice, ["price", "delivery_status", "other"], 240, 0, HOURS, "app")
    for at, line in ordinary(dice, ["charging", "screen_fault"], 120, 0, HOURS, "phone"):
        arrivals.append((DELIVERED if DELIVERED - HOUR <= at < DELIVERED else at, line))
    assert [key for key in play(endpoint, tmp_path, arrivals).opened if key[0] != "silence"] == []
