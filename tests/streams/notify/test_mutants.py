"""Mistakes that one could make: the tests of the deliverer must see each of them, or they prove nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from streams.notify import deliver, digest, lane, pace
from streams.notify.digest import Batch, Item
from streams.notify.lane import Lane
from streams.warehouse.deliveries import SENDING, SENT
from tests.streams.notify import test_lane as tests
from tests.streams.notify import test_lane_once as once
from tests.streams.notify.doubles import TableStore, World

Patch = pytest.MonkeyPatch
Test = Callable[[World], None]


def drops_the_tail(patch: Patch) -> None:
    def shortened(items: Sequence[Item], above: int, most: int = digest.MOST) -> Batch:
        batch = digest.compose(items, above, most)
        return replace(batch, told=batch.told[:5])

    patch.setattr(lane, "compose", shortened)


def forgets_what_the_digest_left_out(patch: Patch) -> None:
    def greedy(items: Sequence[Item], above: int, most: int = digest.MOST) -> Batch:
        batch = digest.compose(items, above, most)
        return replace(batch, covered=tuple(items)) if len(batch.told) > 1 else batch

    patch.setattr(lane, "compose", greedy)


def does_not_wait_as_asked(patch: Patch) -> None:
    patch.setattr(lane, "retry_wait", lambda failures, _after_s: pace.retry_wait(failures, None))


def hammers(patch: Patch) -> None:
    patch.setattr(lane, "retry_wait", lambda _failures, after_s: after_s or 0.1)


def records_as_sent_before_it_sends(patch: Patch) -> None:
    write = TableStore.write

    def hasty(self: TableStore, deliveries: Sequence[Any]) -> None:
        write(self, [replace(one, state=SENT) if one.state == SENDING else one for one in deliveries])

    patch.setattr(TableStore, "write", hasty)


def sends_what_somebody_else_has_sent(patch: Patch) -> None:
    patch.setattr(Lane, "_is_done_otherwise", lambda *_: False)


def sends_while_it_cannot_record(patch: Patch) -> None:
    message = Lane._message

    def careless(self: Lane, *given: Any) -> float:
        self._record = lambda *_: None  # type: ignore[assignment,method-assign]
        return message(self, *given)

    patch.setattr(Lane, "_message", careless)


def opens_a_new_thread_each_time(patch: Patch) -> None:
    patch.setattr(TableStore, "threads", lambda *_: {})


def rings_at_night(patch: Patch) -> None:
    patch.setattr(Lane, "_awake", lambda _self, items, _config: (list(items), 0.0))


def sends_as_fast_as_it_can(patch: Patch) -> None:
    patch.setattr(pace.Pace, "take", lambda *_: 0.0)


def forgets_what_was_sent_before_a_start(patch: Patch) -> None:
    patch.setattr(pace.Pace, "sent", lambda *_: None)


def gives_up_by_the_age_of_the_card(patch: Patch) -> None:
    give_up = Lane._give_up

    def hasty(self: Lane, items: Sequence[Item], now: float) -> float:
        self._gone = now - 24 * 3600
        return give_up(self, [replace(item, since=0.0) for item in items], now)

    patch.setattr(Lane, "_give_up", hasty)


def gives_up_when_the_file_is_gone(patch: Patch) -> None:
    wire = lane.Wiring
    patch.setattr(deliver, "Wiring", lambda **given: wire(**{**given, "empty": False}))


def wakes_for_what_it_tells_only(patch: Patch) -> None:
    rendered = Lane._rendered
    patch.setattr(Lane, "_rendered", lambda self, batch, *given: rendered(self, replace(batch, covered=batch.told), *given))


def never_lets_others_go_first(patch: Patch) -> None:
    patch.setattr(digest, "LATERS", 10**9)


def never_makes_the_message_smaller(patch: Patch) -> None:
    patch.setattr(lane, "LATERS", 10**9)


def holds_what_may_have_arrived(patch: Patch) -> None:
    patch.setattr(lane, "OWED", SENDING)


def takes_what_may_have_arrived_for_what_has_not(patch: Patch) -> None:
    patch.setattr(lane, "Unanswered", type("Nobody", (Exception,), {}))


def gives_the_repetition_another_id(patch: Patch) -> None:
    patch.setattr(Batch, "doubtful", "")


def sends_the_words_that_it_remembers(patch: Patch) -> None:
    rendered = Lane._rendered

    def old(self: Lane, batch: Batch, *given: Any) -> Any:
        return rendered(self, batch, *given[:-1], {item.key: item.card for item in batch.told})

    patch.setattr(Lane, "_rendered", old)


def does_not_wait_for_another_process(patch: Patch) -> None:
    patch.setattr(lane, "UNDER_WAY_S", 0.0)
    patch.setattr(deliver, "UNDER_WAY_S", 0.0)


def waits_for_a_person_who_has_been_there(patch: Patch) -> None:
    wire = Lane.wire

    def deaf(self: Lane, wiring: lane.Wiring) -> None:
        not_before = self._not_before
        wire(self, wiring)
        self._not_before = not_before

    patch.setattr(Lane, "wire", deaf)


def counts_what_was_sent_once_however_often_it_was_tried(patch: Patch) -> None:
    recent = TableStore.recent
    patch.setattr(TableStore, "recent", lambda self: [one._replace(parts=1) for one in recent(self)])


MUTANTS: list[tuple[Callable[[Patch], None], Callable[..., None]]] = [
    (drops_the_tail, tests.test_a_digest_that_would_be_several_messages_is_several_digests_and_its_tail_is_told),
    (
        forgets_what_the_digest_left_out,
        tests.test_a_digest_that_would_be_several_messages_is_several_digests_and_its_tail_is_told,
    ),
    (does_not_wait_as_asked, tests.test_what_the_channel_asks_to_wait_is_waited_for),
    (hammers, tests.test_an_away_channel_is_tried_again_with_longer_pauses_and_nothing_is_lost),
    (records_as_sent_before_it_sends, tests.test_sending_is_written_before_it_is_sent_and_sent_only_after),
    (sends_what_somebody_else_has_sent, once.test_what_another_process_has_sent_meanwhile_is_not_sent_again),
    (sends_while_it_cannot_record, once.test_what_was_sent_and_could_not_be_recorded_is_recorded_later_and_not_sent_again),
    (opens_a_new_thread_each_time, tests.test_a_card_is_sent_once_and_recorded_and_later_ones_answer_to_its_thread),
    (rings_at_night, tests.test_in_quiet_hours_only_what_is_severe_rings_and_in_the_morning_the_rest_comes),
    (sends_as_fast_as_it_can, tests.test_the_rate_limit_is_kept_and_what_was_sent_before_a_start_counts),
    (forgets_what_was_sent_before_a_start, tests.test_the_rate_limit_is_kept_and_what_was_sent_before_a_start_counts),
    (gives_up_by_the_age_of_the_card, tests.test_a_channel_that_is_missing_for_one_look_loses_nothing_however_old_it_is),
    (gives_up_when_the_file_is_gone, tests.test_a_notify_toml_without_any_channel_loses_nothing),
    (wakes_for_what_it_tells_only, tests.test_everybody_is_woken_for_an_opening_that_could_not_go_out_at_once),
    (never_lets_others_go_first, tests.test_a_card_that_never_gets_through_does_not_block_the_others),
    (never_makes_the_message_smaller, tests.test_a_card_that_never_gets_through_does_not_block_the_others),
    (holds_what_may_have_arrived, once.test_what_may_have_arrived_is_not_held_in_the_quiet_hours_nor_told_with_newer_cards),
    (takes_what_may_have_arrived_for_what_has_not, once.test_when_the_answer_did_not_come_the_repetition_is_the_same_message),
    (gives_the_repetition_another_id, once.test_a_mute_leaves_the_id_of_what_may_have_arrived),
    (sends_the_words_that_it_remembers, tests.test_words_that_were_erased_while_a_card_waited_are_not_sent),
    (does_not_wait_for_another_process, once.test_what_another_process_is_sending_now_is_not_sent_beside_it),
    (does_not_wait_for_another_process, once.test_what_another_process_began_to_send_before_we_started_is_left_to_it),
    (waits_for_a_person_who_has_been_there, tests.test_a_touch_of_notify_toml_tries_at_once_what_waits_for_a_person),
    (counts_what_was_sent_once_however_often_it_was_tried, tests.test_attempts_that_failed_before_a_start_count_too),
]


@pytest.mark.parametrize(("mistake", "test"), [pytest.param(*mutant, id=mutant[0].__name__) for mutant in MUTANTS])
def test_a_mistake_is_seen(
    mistake: Callable[[Patch], None], test: Callable[..., None], tmp_path: Path, monkeypatch: Patch
) -> None:
    names = test.__code__.co_varnames[: test.__code__.co_argcount]
    given: dict[str, Any] = {"tmp_path": tmp_path, "after_s": 600.0, "others": 9}
    with monkeypatch.context() as patch:
        mistake(patch)
        given["world"] = World(tmp_path)
        with pytest.raises(AssertionError):
            test(**{name: given[name] for name in names})
