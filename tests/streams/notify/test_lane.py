"""One channel's way out, step by step: what goes when, and with what."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from streams.notify.channel import Later, Limits, Misconfigured, Outgoing, Refused
from tests.streams.notify.doubles import AT, TOML, World, card, spikes


def test_a_card_is_sent_once_and_recorded_and_later_ones_answer_to_its_thread(world: World) -> None:
    world.tell(card())
    world.steps()
    world.tell(card(transition="updated", minutes=10))
    world.steps()
    world.tell(card(transition="closed", minutes=30))
    assert world.steps() == float("inf")
    assert [said for _, said in world.a.told] == ["opened", "updated", "closed"]
    assert [outgoing.thread for outgoing in world.a.sent] == ["", "a-1", "a-1"]
    assert [state for state, _ in world.table.log] == ["owed", "sending", "sent"] * 3
    assert {one.thread for one, _ in world.table.rows.values()} == {"a-1"}


def test_sending_is_written_before_it_is_sent_and_sent_only_after(world: World) -> None:
    seen: list[list[str]] = []
    world.a.answers = [lambda: seen.append([state for state, _ in world.table.log])]
    world.tell(card())
    world.steps()
    assert seen == [["owed", "sending"]]
    assert world.table.log[-1] == ("sent", "a")


def test_the_first_waits_for_others(tmp_path: Path) -> None:
    world = World(tmp_path, TOML.replace("digest_wait_s = 0", ""))
    world.tell(card())
    assert world.steps() == pytest.approx(5)
    world.clock.pass_by(3)
    world.tell(*(card(spike) for spike in spikes(4)))
    assert world.steps() == pytest.approx(2)
    world.clock.pass_by(2.01)
    world.steps()
    (digest,) = world.a.sent
    assert len(digest.said) == 5


def test_an_away_channel_is_tried_again_with_longer_pauses_and_nothing_is_lost(world: World) -> None:
    world.a.answers = [Later("the host refuses the connection")] * 8
    world.tell(card())
    world.run(3600)
    times = [at for at, _ in world.a.tried]
    pauses = [after - before for before, after in pairwise(times)]
    assert len(world.a.sent) == 1 and len(times) == 9
    assert all(1 <= pause <= 300 for pause in pauses)
    assert sum(pauses[4:]) > sum(pauses[:4])
    assert [outgoing.id for _, outgoing in world.a.tried] == [world.a.sent[0].id] * 9, "the same message keeps its id"
    assert world.deliverer.state.channels["a"].error == ""


@pytest.mark.parametrize("after_s", [1.0, 37.0, 600.0])
def test_what_the_channel_asks_to_wait_is_waited_for(world: World, after_s: float) -> None:
    world.a.answers = [Later("too many messages", after_s)] * 2
    world.tell(card())
    world.run(3 * after_s + 60)
    times = [at for at, _ in world.a.tried]
    assert len(world.a.sent) == 1 and len(times) == 3
    assert all(after_s <= after - before <= after_s + 31 for before, after in pairwise(times))


def test_while_a_channel_is_away_its_reason_is_in_the_state_and_in_the_table(world: World) -> None:
    world.a.always = Later("busy")
    world.tell(card())
    world.steps()
    world.clock.pass_by(90)
    state = world.deliverer.state.channels["a"]
    assert (state.owed, state.oldest_s, state.error, state.misconfigured) == (1, 90.0, "busy", False)
    ((row, _),) = world.table.rows.values()
    assert (row.state, row.detail, row.attempt) == ("owed", "busy", 2)


def test_misconfigured_waits_for_a_person_and_is_said_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.a.always = Misconfigured("renew the token")
    world.tell(card())
    with caplog.at_level("WARNING", "voc"):
        world.run(3599)
    assert 11 <= len(world.a.tried) <= 12, "every five minutes"
    assert caplog.text.count("channel_misconfigured") == 1
    assert world.deliverer.state.channels["a"].misconfigured
    world.a.always = Misconfigured("the group is gone")
    with caplog.at_level("WARNING", "voc"):
        world.run(300)
    assert caplog.text.count("channel_misconfigured") == 2
    world.a.always = None
    world.run(300)
    assert len(world.a.sent) == 1
    assert not world.deliverer.state.channels["a"].misconfigured


def test_a_refused_card_is_recorded_with_the_reason_and_the_next_is_sent(world: World) -> None:
    world.a.answers = [Refused("too long")]
    world.tell(card("1" * 16), card("2" * 16, minutes=1))
    world.steps()
    assert world.a.told == [("2" * 16, "opened")]
    assert world.table.states("a") == {("1" * 16, "opened"): "refused", ("2" * 16, "opened"): "sent"}
    assert "too long" in {one.detail for one, _ in world.table.rows.values()}


def test_of_a_refused_digest_each_is_sent_alone_and_only_the_bad_one_is_given_up(world: World) -> None:
    world.a.answers = [Refused("a bad word"), lambda: None, Refused("a bad word")]
    world.tell(*(card(spike, minutes=n) for n, spike in enumerate(spikes(5))))
    world.steps()
    states = list(world.table.states("a").values())
    assert states.count("sent") == 4 and states.count("refused") == 1
    assert [len(outgoing.said) for outgoing in world.a.sent] == [1] * 4


def test_more_than_a_few_become_one_message_the_most_severe_first(world: World) -> None:
    severities = ["low", "normal", "high", "normal", "high"]
    world.tell(*(card(spike, minutes=n, severity=severities[n]) for n, spike in enumerate(spikes(5))))
    world.steps()
    (digest,) = world.a.sent
    assert [said.severity for said in digest.said] == ["high", "high", "normal", "normal", "low"]
    assert digest.said[0].spike_id < digest.said[1].spike_id, "of equals the earlier"
    assert set(world.table.states("a").values()) == {"sent"}


def test_three_that_wait_are_three_messages(world: World) -> None:
    world.tell(*(card(spike, minutes=n) for n, spike in enumerate(spikes(3))))
    world.steps()
    assert [len(outgoing.said) for outgoing in world.a.sent] == [1, 1, 1]


def test_a_digest_that_would_be_several_messages_is_several_digests_and_its_tail_is_told(world: World) -> None:
    world.a.most = 7
    world.tell(*(card(spike, minutes=n) for n, spike in enumerate(spikes(120))))
    world.steps()
    assert sorted(world.a.told) == [(spike, "opened") for spike in spikes(120)]
    assert all(len(outgoing.said) <= 7 for outgoing in world.a.sent)
    assert set(world.table.states("a").values()) == {"sent"}


def test_what_opened_and_closed_while_the_channel_was_away_is_told_once_as_closed_with_its_size(world: World) -> None:
    world.a.answers = [Later("away", 100.0)]
    world.tell(card(observed=5))
    world.steps()
    world.tell(card(transition="updated", minutes=10, observed=50), card(transition="closed", minutes=30, observed=70))
    world.run(200)
    ((_, transition),) = world.a.told
    assert transition == "closed"
    assert world.a.sent[0].said[0].observed == 70
    assert set(world.table.states("a").values()) == {"sent"}
    assert len(world.table.states("a")) == 3


def test_an_update_in_a_digest_keeps_its_own_thread_and_the_others_get_the_digests(world: World) -> None:
    world.tell(card("f" * 16))
    world.steps()
    world.tell(card("f" * 16, "updated", 10), *(card(spike, minutes=11) for spike in spikes(4)))
    world.steps()
    assert len(world.a.sent[1].said) == 5
    world.tell(card("f" * 16, "closed", 20), card(spikes(1)[0], "closed", 21))
    world.steps()
    assert [outgoing.thread for outgoing in world.a.sent[2:]] == ["a-1", "a-2"]


def test_in_quiet_hours_only_what_is_severe_rings_and_in_the_morning_the_rest_comes(tmp_path: Path) -> None:
    night = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
    world = World(tmp_path, TOML.replace("digest_wait_s = 0", 'digest_wait_s = 0\nquiet = "22:00-08:00"'), now=night)
    world.tell(*(card(spike) for spike in spikes(4)), card("f" * 16, severity="high"))
    assert world.steps() == (datetime(2026, 11, 20, 8, 0, tzinfo=UTC) - night).total_seconds()
    assert world.a.told == [("f" * 16, "opened")]
    assert list(world.table.states("a").values()).count("held") == 4
    state = world.deliverer.state.channels["a"]
    assert (state.owed, state.held, state.oldest_s) == (0, 4, 0.0), "nobody is alarmed by what waits for the morning"
    world.tell(card(spikes(1)[0], "closed", 60))
    world.run(5 * 3600)
    assert len(world.a.sent) == 2
    assert sorted(world.a.told[1:]) == [(spikes(4)[0], "closed"), *((spike, "opened") for spike in spikes(4)[1:])]
    assert set(world.table.states("a").values()) == {"sent"}


def test_what_was_held_is_still_held_after_a_restart(tmp_path: Path) -> None:
    world = World(tmp_path, TOML.replace("digest_wait_s = 0", 'digest_wait_s = 0\nquiet = "22:00-08:00"'))
    world.tell(card())
    world.steps()
    world.start()
    world.steps()
    assert world.a.sent == []
    world.run(6 * 3600)
    assert len(world.a.sent) == 1


def test_an_old_transition_rings_no_phone_but_an_outage_loses_none(world: World) -> None:
    world.clock.pass_by(25 * 3600)
    world.tell(card())
    world.steps()
    assert world.table.states("a") == {("0" * 16, "opened"): "too_old"}
    world.a.answers = [Misconfigured("renew the token")] * 1000
    world.tell(card("1" * 16, minutes=25 * 60))
    world.run(48 * 3600)
    world.a.answers = []
    world.run(600)
    assert world.a.told == [("1" * 16, "opened")]


def test_a_muted_subject_is_recorded_as_muted(world: World) -> None:
    world.table.mutes.add("noise")
    world.tell(card("1" * 16, topic="noise"), card("2" * 16))
    world.steps()
    assert world.a.told == [("2" * 16, "opened")]
    assert world.table.states("a")["1" * 16, "opened"] == "muted"


def test_a_mute_of_the_file_holds_until_its_end(tmp_path: Path) -> None:
    world = World(tmp_path, TOML + '[[mute]]\ntopic = "setting_*"\nuntil = 2026-11-20T04:00:00Z\n')
    world.tell(card("1" * 16))
    world.steps()
    assert (world.a.sent, world.table.states("a")) == ([], {("1" * 16, "opened"): "muted"})
    world.clock.pass_by(3600)
    world.tell(card("2" * 16, minutes=50))
    world.steps()
    assert world.a.told == [("2" * 16, "opened")]


def test_the_rate_limit_is_kept_and_what_was_sent_before_a_start_counts(tmp_path: Path) -> None:
    world = World(
        tmp_path, TOML.replace("digest_wait_s = 0", "digest_wait_s = 0\ndigest_above = 1000"), Limits(0, 20, 0, 600, "")
    )
    world.tell(*(card(spike, minutes=0) for spike in spikes(40)))
    world.steps()
    assert len(world.a.sent) == 18
    world.start()
    before = world.channels.built[0]
    assert world.steps() == pytest.approx(60, abs=1)
    assert world.a.sent == []
    world.run(200)
    times = [at for double in (before, world.a) for at, _ in double.tried]
    assert len(times) == 40
    assert max(sum(start <= at < start + 60 for at in times) for start in times) == 18


def test_everybody_is_woken_only_where_a_route_says_so_and_for_an_opening(tmp_path: Path) -> None:
    routes = '[[route]]\nseverity = "high"\nchannels = ["a"]\nmention_all = true\n[[route]]\nchannels = ["a"]\n'
    world = World(tmp_path, TOML[: TOML.index("[[route]]")] + routes)
    for one in (card("1" * 16, severity="high"), card("1" * 16, "closed", 5, severity="high"), card("2" * 16, minutes=6)):
        world.tell(one)
        world.steps()
    assert [outgoing.mention_all for outgoing in world.a.sent] == [True, False, False]


def test_cards_of_a_channel_that_notify_toml_names_no_more_wait_a_day(world: World) -> None:
    world.a.always = Later("away")
    world.tell(card())
    world.steps()
    world.path.write_text(TOML.replace("channel.a", "channel.b").replace('["a"]', '["b"]'), "utf-8")
    world.deliverer.look()
    world.run(23 * 3600)
    assert "no channel" in world.deliverer.state.channels["a"].error
    assert list(world.table.states("a").values()) == ["owed"]
    world.run(2 * 3600)
    assert list(world.table.states("a").values()) == ["refused"]
    assert world.deliverer.state.channels["a"].owed == 0


def test_ages_are_those_of_transitions(world: World) -> None:
    world.a.always = Later("away")
    world.clock.pass_by(600)
    world.tell(card())
    world.steps()
    assert world.clock.now().timestamp() - AT.timestamp() == world.deliverer.state.channels["a"].oldest_s == 600


def test_a_channel_that_wakes_everybody_by_a_message_of_its_own_still_gets_digests(tmp_path: Path) -> None:
    world = World(tmp_path, TOML.replace("[[route]]", "[[route]]\nmention_all = true"))
    plain = world.a.render
    world.a.most = 10
    world.a.render = lambda outgoing: [*plain(outgoing), *plain(Outgoing("wake", outgoing.said[:1]))]  # type: ignore[method-assign]
    world.tell(*(card(spike, minutes=n) for n, spike in enumerate(spikes(30))))
    world.steps()
    assert sorted(world.a.told) == [(spike, "opened") for spike in spikes(30)]
    assert len(world.a.sent) <= 6


def test_a_channel_that_is_missing_for_one_look_loses_nothing_however_old_it_is(world: World) -> None:
    world.a.always = Misconfigured("renew the token")
    world.tell(card())
    world.run(30 * 3600)
    for _ in range(2):
        world.path.write_text(TOML.replace("channel.a", "channel.b").replace('["a"]', '["b"]'), "utf-8")
        world.deliverer.look()
        world.run(23 * 3600)
        world.path.write_text(TOML, "utf-8")
        world.deliverer.look()
        world.run(600)
    world.path.write_text(TOML.replace("channel.a", "channel.b").replace('["a"]', '["b"]'), "utf-8")
    world.start()
    world.run(23 * 3600)
    assert list(world.table.states("a").values()) == ["owed"]
    world.run(2 * 3600)
    assert list(world.table.states("a").values()) == ["refused"]


def test_a_notify_toml_without_any_channel_loses_nothing(world: World) -> None:
    world.a.always = Later("away")
    world.tell(card())
    world.run(3600)
    world.path.unlink()
    world.start()
    world.run(50 * 3600)
    assert list(world.table.states("a").values()) == ["owed"]
    world.path.write_text(TOML, "utf-8")
    world.deliverer.look()
    world.run(600)
    assert len(world.a.sent) == 1


def test_everybody_is_woken_for_an_opening_that_could_not_go_out_at_once(tmp_path: Path) -> None:
    world = World(tmp_path, TOML.replace("[[route]]", "[[route]]\nmention_all = true"))
    world.a.answers = [Later("away", 60.0)]
    world.tell(card())
    world.steps()
    world.tell(card(transition="updated", minutes=1))
    world.run(300)
    assert [(outgoing.said[0].transition, outgoing.mention_all) for outgoing in world.a.sent] == [("updated", True)]


@pytest.mark.parametrize("others", [2, 9])
def test_a_card_that_never_gets_through_does_not_block_the_others(world: World, others: int) -> None:
    bad, accept = "1" * 16, world.a.send

    def send(outgoing: Outgoing) -> object:
        if any(said.spike_id == bad for said in outgoing.said):
            raise Later("an error that is not known here")
        return accept(outgoing)

    world.a.send = send  # type: ignore[assignment,method-assign]
    world.tell(card(bad), *(card(spike, minutes=1) for spike in spikes(others)), card(bad, "closed", 2))
    world.run(6 * 3600)
    world.tell(card("2" * 16, minutes=60))
    world.run(1800)
    states = world.table.states("a")
    assert {key for key, state in states.items() if state == "owed"} == {(bad, "opened"), (bad, "closed")}
    assert len(world.a.told) == others + 1
    world.a.send = accept  # type: ignore[method-assign]
    world.run(600)
    assert world.a.told[-1] == (bad, "closed"), "it was tried again after them"


def test_words_that_were_erased_while_a_card_waited_are_not_sent(tmp_path: Path) -> None:
    world = World(tmp_path, TOML.replace("digest_wait_s = 0", 'digest_wait_s = 0\nquiet = "03:00-08:00"'))
    world.tell(card())
    world.steps()
    for key, text in world.table.cards.items():
        assert b"it fails" in text
        world.table.cards[key] = text.replace(b'"it fails"', b"")
    world.run(6 * 3600)
    assert [outgoing.said[0].quotes for outgoing in world.a.sent] == [()]


def test_a_card_that_cannot_be_read_any_more_stands_as_owed_and_stops_nothing(world: World) -> None:
    world.a.always = Later("away", 60.0)
    world.tell(card("1" * 16), card("2" * 16, minutes=1))
    world.steps()
    (text,) = (world.table.cards.pop(key) for key in list(world.table.cards) if "1" * 16 in key)
    world.a.always = None
    world.run(100)
    assert world.table.states("a") == {("1" * 16, "opened"): "owed", ("2" * 16, "opened"): "sent"}
    world.table.cards["acme", "1" * 16, AT, "opened"] = text
    world.deliverer.refill()
    world.run(100)
    assert set(world.table.states("a").values()) == {"sent"}


def test_a_touch_of_notify_toml_tries_at_once_what_waits_for_a_person(world: World) -> None:
    world.a.answers = [Misconfigured("the robot is off")]
    world.tell(card())
    world.steps()
    world.path.write_text(TOML + "# the robot is on again\n", "utf-8")
    world.deliverer.look()
    world.steps()
    assert len(world.a.sent) == 1


def test_attempts_that_failed_before_a_start_count_too(tmp_path: Path) -> None:
    text = TOML.replace("digest_wait_s = 0", "digest_wait_s = 0\ndigest_above = 1000")
    world = World(tmp_path, text, Limits(0, 10, 0, 600, ""))
    world.a.answers = [Later("busy", 5.0)] * 6
    world.tell(card())
    while len(world.a.tried) < 6:
        world.run(1)
    before = world.a
    world.start()
    world.tell(*(card(spike, minutes=1) for spike in spikes(3)))
    world.run(200)
    times = [at for double in (before, world.a) for at, _ in double.tried]
    assert len(world.a.told) == 4
    assert max(sum(start <= at < start + 60 for at in times) for start in times) <= 9
