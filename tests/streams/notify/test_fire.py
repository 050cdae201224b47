"""Everything at once, at seeded moments: kills, outages of channels and of the warehouse, nights, edits of notify.toml."""

import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from processors.card import Card
from streams.failures import SinkUnavailable
from streams.notify.channel import Later, Limits, Misconfigured, Unanswered
from tests.streams.notify.doubles import Double, World, card

NAMES = ("a", "b")
TOML = """
[channel.a]
type = "double"
zone = "Asia/Shanghai"
quiet = "13:00-18:00"
most = 6

[channel.b]
type = "double"
digest_above = 2

[[route]]
channels = ["a", "b"]
"""


class Killed(BaseException):
    """Like the signal."""


def die() -> None:
    raise Killed


class Fire:
    """One history."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World(folder, TOML, Limits(0, 20, 2, 600, ""))
        self.kills = 0
        self.doubtful: list[str] = []
        """The ids of the messages that arrived and whose answer did not, once for each time."""
        self.stories = [self.story(number) for number in range(25)]

    def story(self, number: int) -> list[Card]:
        severity = self.dice.choice(["low", "normal", "high"])
        steps = ["opened", *["updated"] * self.dice.randrange(3), "closed"]
        begins = self.dice.randrange(600)
        return [card(f"{number:016x}", step, begins + 10 * n, severity=severity) for n, step in enumerate(steps)]  # type: ignore[arg-type]

    def burn(self) -> None:
        """Ten hours, minute by minute."""
        waiting = sorted((one for story in self.stories for one in story), key=lambda one: one.transition.at)
        for minute in range(660):
            self.mischief()
            while waiting and (waiting[0].transition.at - card().transition.at).total_seconds() <= 60 * minute:
                if not self.tell(waiting[0]):
                    break
                waiting.pop(0)
            self.go(60)
        self.calm()
        while waiting:
            if self.tell(waiting[0]):
                waiting.pop(0)
        for _ in range(48):
            self.go(1800)

    def tell(self, one: Card) -> bool:
        """As TELL: told again until it is recorded."""
        world = self.world
        try:
            world.deliverer.owe(one)
            if self.dice.random() < 0.03:
                self.start()
                return False
            if world.table.away:
                return False
            world.table.record(one)
            if self.dice.random() < 0.03:
                self.start()
                return True
            world.deliverer.wake()
        except SinkUnavailable:
            return False
        return True

    def go(self, seconds: float) -> None:
        """Half a minute at a time: the lanes share one clock."""
        try:
            for _ in range(int(seconds // 30)):
                self.world.steps()
                self.world.clock.pass_by(30)
        except Killed:
            self.kills += 1
            self.start()

    def mischief(self) -> None:
        world, dice = self.world, self.dice
        double = world.channels[dice.choice(NAMES)]
        match dice.randrange(44):
            case 0:
                world.table.away = not world.table.away
            case 1:
                double.answers.append(Later("busy", dice.choice([None, 1.0, 600.0])))
            case 2:
                double.always = dice.choice([None, Later("away"), Misconfigured("renew the token")])
            case 3:
                double.answers.append(die)  # before it arrives
            case 4:
                double.answers.append(lambda: self.arrive_and_die(double))
            case 5:
                self.start()
            case 6:
                world.path.write_text(dice.choice([TOML, TOML + "# \n", TOML + "[rout]\n"]), "utf-8")
                world.deliverer.look()

            case 7 | 8:
                double.answers.append(lambda: self.arrive_unanswered(double))

    def arrive_and_die(self, double: Double) -> None:
        self.arrive(double)
        raise Killed

    def arrive_unanswered(self, double: Double) -> None:
        self.arrive(double)
        raise Unanswered("the host does not answer in time")

    def arrive(self, double: Double) -> None:
        double.sent.append(double.tried[-1][1])
        self.doubtful.append(double.sent[-1].id)

    def calm(self) -> None:
        self.world.table.away = False
        self.world.path.write_text(TOML, "utf-8")
        self.world.deliverer.look()
        for double in self.world.channels.built:
            double.answers, double.always = [], None

    def start(self) -> None:
        """The next process; it starts when the warehouse answers and notify.toml is right."""
        self.world.table.away = False
        self.world.path.write_text(TOML, "utf-8")
        self.world.start()


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_lost_nothing_overtakes_and_only_what_may_have_arrived_is_repeated_as_it_was(
    seed: int, tmp_path: Path
) -> None:
    fire = Fire(tmp_path, seed)
    fire.burn()
    world = fire.world
    assert fire.kills and fire.doubtful
    everything = {
        (one.transition.spike_id, one.transition.transition, one.transition.at) for story in fire.stories for one in story
    }
    for name in NAMES:
        rows = [one for one, _ in world.table.rows.values() if one.channel == name]
        assert {(one.transition.spike_id, one.transition.transition, one.transition.at) for one in rows} == everything
        assert Counter(one.state for one in rows) == {"sent": len(everything)}
        sent = [outgoing for double in world.channels.built if double.name == name for outgoing in double.sent]
        ids = Counter(outgoing.id for outgoing in sent)
        doubtful = Counter(fire.doubtful)
        assert all(count == 1 + doubtful[id] for id, count in ids.items()), "repeated, and with the id that it had"
        for id in ids:
            assert len({tuple(said.at for said in outgoing.said) for outgoing in sent if outgoing.id == id}) == 1, "as it was"
        first = [outgoing for number, outgoing in enumerate(sent) if outgoing.id not in {before.id for before in sent[:number]}]
        steps = defaultdict(list)
        for outgoing in first:
            for said in outgoing.said:
                steps[said.spike_id].append(said.at)
        assert len(steps) == len(fire.stories), "each episode was told"
        for spike, moments in steps.items():
            assert moments == sorted(set(moments)), spike
            assert moments[-1] == fire.stories[int(spike, 16)][-1].transition.at, "its end was told"
        times = sorted(at for double in world.channels.built if double.name == name for at, _ in double.tried)
        assert all(sum(start <= at < start + 60 for at in times) <= 20 for start in times)
