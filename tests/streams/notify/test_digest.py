"""What becomes one message: nothing is left out, nothing overtakes within an episode."""

from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.notify.digest import Item, compose
from streams.warehouse.deliveries import SENDING, Delivery
from tests.streams.notify.doubles import card


class Made(NamedTuple):
    spike: int
    minute: int
    step: int
    severity: str
    doubtful: str
    alone: bool


def item(made: Made) -> Item:
    one = card(f"{made.spike:016x}", ("opened", "updated", "closed")[made.step], made.minute, severity=made.severity)  # type: ignore[arg-type]
    state = {"state": SENDING, "detail": f"{made.doubtful} 1"} if made.doubtful else {}
    return Item(one, replace(Delivery(one.transition, "a"), **state), 0.0, made.alone)


ITEMS = st.lists(
    st.builds(
        Made, st.integers(1, 12), st.integers(0, 30), st.integers(0, 2), st.sampled_from(["low", "normal", "high", "odd"]),
        st.sampled_from(["", "", "", "m1", "m2"]), st.sampled_from([False, False, True]),
    ),
    min_size=1, max_size=40, unique_by=lambda made: (made.spike, made.minute, made.step),
).map(lambda mades: sorted(map(item, mades), key=lambda each: each.order))  # fmt: skip


def keys(items: Iterable[Item]) -> set[object]:
    return {each.key for each in items}


@settings(deadline=None)
@given(ITEMS, st.integers(1, 8), st.integers(1, 6))
def test_everything_is_told_in_the_end_and_in_order(items: list[Item], above: int, most: int) -> None:
    waiting, told = list(items), []
    while waiting:
        batch = compose(waiting, above, most)
        assert batch.told and keys(batch.told) <= keys(batch.covered) <= keys(waiting)
        assert len({each.episode for each in batch.told}) == len(batch.told)
        for each in batch.told:
            mine = [one for one in batch.covered if one.episode == each.episode]
            assert each == mine[-1], "the latest of those that it stands for"
        told += batch.covered
        waiting = [each for each in waiting if each not in batch.covered]
    assert sorted(told, key=lambda each: each.order) == items


@settings(deadline=None)
@given(ITEMS, st.integers(1, 8))
def test_without_doubt_no_step_of_an_episode_overtakes_another(items: list[Item], above: int) -> None:
    waiting = [replace(each, delivery=replace(each.delivery, state="owed", detail="")) for each in items]
    last: dict[object, object] = {}
    while waiting:
        batch = compose(waiting, above)
        for each in batch.covered:
            assert each.order > last.get(each.episode, ())  # type: ignore[operator]
            last[each.episode] = each.order
        waiting = [each for each in waiting if each not in batch.covered]


def test_the_id_is_that_of_what_it_covers() -> None:
    items = [item(Made(spike, 0, 0, "normal", "", False)) for spike in range(1, 6)]
    one = compose(items, 3)
    assert one.id == compose([replace(each, since=9.0) for each in reversed(items)], 3).id
    assert one.id != compose(items[:4], 3).id
    assert one.id != compose([replace(each, delivery=replace(each.delivery, channel="b")) for each in items], 3).id


def test_a_digest_is_of_more_than_so_many_episodes_not_cards() -> None:
    steps = [item(Made(1, minute, step, "normal", "", False)) for minute, step in enumerate((0, 1, 1, 1, 2))]
    assert len(compose(steps, 3).told) == 1
    others = [item(Made(spike, 9, 0, "high", "", False)) for spike in (2, 3)]
    assert len(compose([*steps, *others], 3).told) == 1
    assert len(compose([*steps, *others, item(Made(4, 9, 0, "low", "", False))], 3).told) == 4
