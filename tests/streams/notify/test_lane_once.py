"""Each card once: while the warehouse is away, beside another process, after a kill, and where the answer did not come."""

from pathlib import Path

import pytest

from streams.notify.channel import Later, Misconfigured, Outgoing, Unanswered
from tests.streams.notify.doubles import TOML, World, card, spikes

QUIET = TOML.replace("digest_wait_s = 0", 'digest_wait_s = 0\nquiet = "03:20-08:00"')
"""It is 03:15."""


def test_while_the_warehouse_is_away_nothing_is_sent_and_then_everything_once(world: World) -> None:
    world.tell(card())
    world.table.away = True
    world.run(60)
    assert world.a.tried == []
    world.table.away = False
    world.run(60)
    assert len(world.a.sent) == 1


def test_what_was_sent_and_could_not_be_recorded_is_recorded_later_and_not_sent_again(world: World) -> None:
    world.a.answers = [lambda: setattr(world.table, "away", True)]
    world.tell(card("1" * 16))
    world.run(60)
    world.table.away = False
    world.tell(card("2" * 16, minutes=1))
    world.run(60)
    assert world.a.told == [("1" * 16, "opened"), ("2" * 16, "opened")]
    assert set(world.table.states("a").values()) == {"sent"}


def test_what_another_process_has_sent_meanwhile_is_not_sent_again(world: World) -> None:
    first = world.deliverer
    world.tell(card())
    world.start()  # it took over, while the first one slept
    world.steps()
    taken_over = world.a
    for lane in first.lanes():
        assert lane.step() == 0.0
        assert lane.step() is None
    assert sum(len(double.sent) for double in world.channels.built) == 1
    assert len(taken_over.sent) == 1


class Killed(BaseException):
    """Like the signal."""


def killed_while_it_sends(world: World) -> Outgoing:
    """What the process sent when it died; the next one has started."""

    def die() -> None:
        raise Killed

    world.a.answers = [die]
    with pytest.raises(Killed):
        world.steps()
    *_, (_, doubtful) = world.a.tried
    world.start()
    return doubtful


def test_what_was_being_sent_when_the_process_died_is_sent_again_as_the_same_message(world: World) -> None:
    world.tell(*(card(spike) for spike in spikes(5)))
    doubtful = killed_while_it_sends(world)
    world.tell(*(card(f"{n}" * 16, minutes=1) for n in (7, 8)), card(spikes(1)[0], "updated", 5))
    assert world.steps() == 40, "the other process may not be dead, and a send takes half a minute"
    assert world.a.told == [("7" * 16, "opened"), ("8" * 16, "opened")], "others wait for nothing"
    world.run(41)
    assert world.a.sent[2].id == doubtful.id
    assert world.a.sent[2].said == doubtful.said
    assert world.a.told[7:] == [(spikes(1)[0], "updated")]


def test_what_may_have_arrived_is_not_held_in_the_quiet_hours_nor_told_with_newer_cards(tmp_path: Path) -> None:
    world = World(tmp_path, QUIET)
    world.tell(card())
    doubtful = killed_while_it_sends(world)
    world.clock.pass_by(600)
    world.tell(card(transition="closed", minutes=12))
    world.run(3600)
    assert world.table.states("a") == {("0" * 16, "opened"): "sending", ("0" * 16, "closed"): "held"}
    world.run(5 * 3600)
    assert [outgoing.id for outgoing in world.a.sent][:1] == [doubtful.id]
    assert [step for _, step in world.a.told] == ["opened", "closed"]


def test_a_digest_that_may_have_arrived_is_not_taken_apart_by_quiet_hours(tmp_path: Path) -> None:
    world = World(tmp_path, QUIET)
    world.tell(card("f" * 16, severity="high"), *(card(spike) for spike in spikes(4)))
    doubtful = killed_while_it_sends(world)
    world.clock.pass_by(600)
    world.run(60)
    assert [(outgoing.id, outgoing.said) for outgoing in world.a.sent] == [(doubtful.id, doubtful.said)]


def test_a_mute_leaves_the_id_of_what_may_have_arrived(world: World) -> None:
    world.tell(*(card(spike, topic=spike) for spike in spikes(5)))
    doubtful = killed_while_it_sends(world)
    world.table.mutes.add(spikes(1)[0])
    world.run(60)
    assert [(outgoing.id, len(outgoing.said)) for outgoing in world.a.sent] == [(doubtful.id, 4)]


def test_when_the_answer_did_not_come_the_repetition_is_the_same_message(world: World) -> None:
    world.a.answers = [Unanswered("the host does not answer in time"), Later("busy"), Misconfigured("renew the token")]
    world.tell(*(card(spike) for spike in spikes(4)))
    world.steps()
    assert set(world.table.states("a").values()) == {"sending"}, "the next process knows it too"
    world.tell(card(spikes(1)[0], "updated", 1), card("f" * 16, minutes=1))
    world.run(1200)
    tried = [outgoing for _, outgoing in world.a.tried]
    assert [outgoing.id for outgoing in tried[:4]] == [tried[0].id] * 4
    assert [outgoing.said for outgoing in tried[:4]] == [tried[0].said] * 4
    assert set(world.table.states("a").values()) == {"sent"}
    assert len(tried) == 6


def test_what_another_process_is_sending_now_is_not_sent_beside_it(world: World) -> None:
    first, sending = world.deliverer, world.a
    world.tell(card())
    world.start()  # it takes over, while the first one sends
    sending.answers = [lambda: world.steps() and None]
    for lane in first.lanes():
        lane.step()
    assert len(sending.sent) == 1
    world.run(60)
    assert sum(len(double.tried) for double in world.channels.built) == 1
    assert world.steps() == float("inf")


def test_what_another_process_began_to_send_before_we_started_is_left_to_it(world: World) -> None:
    sending = world.a
    sending.answers = [lambda: world.start() or world.run(30)]
    world.tell(card())
    world.steps()
    world.run(60)
    assert len(world.channels.built) == 2
    assert sum(len(double.tried) for double in world.channels.built) == 1
