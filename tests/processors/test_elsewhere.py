from processors.attribution import Alike
from processors.card import DIMENSIONS, Elsewhere
from processors.elsewhere import elsewhere
from schemas.spikes import Contributor

W300 = [Contributor("product_model", "W-300", 90, 1.0, 0.9)]


def alike(now: bool, mine: bool, model: str, count: int, channel: str = "") -> Alike:
    values = {"product_model": model, "channel": channel}
    return Alike(now, mine, tuple(values.get(dimension, "") for dimension in DIMENSIONS), count)


def world(w100: int = 1, w200: int = 30, before: int = 20) -> list[Alike]:
    """100 of the spike, most of it W-300; W-100 and W-200 were each a third of it before, and have a third of all traffic."""
    return [
        alike(True, True, "W-300", 98 - w100), alike(True, True, "W-100", w100), alike(True, True, "W-200", w200),
        *(alike(False, True, model, before) for model in ("W-100", "W-200", "W-300")),
        *(alike(now, False, model, 200) for model in ("W-100", "W-200", "W-300") for now in (True, False)),
    ]  # fmt: skip


def named(groups: list[Alike], where: list[Contributor] = W300, observed: int = 100, expected: float = 3.0) -> list[str]:
    return [found.value for found in elsewhere(groups, where, observed, expected)]


def test_a_value_that_is_as_always_is_named_and_one_that_has_more_is_not() -> None:
    (found,) = elsewhere(world(), W300, 100, 3.0)
    assert (found.dimension, found.value, found.observed) == ("product_model", "W-100", 1)
    assert 0.9 < found.expected < 1.1


def test_what_carries_it_is_never_named_nor_is_anything_where_nothing_carries_it() -> None:
    assert "W-300" not in named(world(w200=0))
    assert named(world(), []) == []
    assert named(world(), observed=2) == [], "there is no excess"


def test_what_would_not_have_shown_is_not_named() -> None:
    few = [alike(group.now, group.mine, group.values[0], group.count) for group in world(w200=0)]
    assert named(few, observed=8, expected=3.0) == [], "a third of half the excess would be less than one"
    rare = [*world(), alike(True, False, "K-100", 12), alike(False, False, "K-100", 12)]
    assert "K-100" not in named(rare)


def test_of_what_is_closed_nothing_is_said() -> None:
    closed = [group for group in world() if not (group.now and group.values[0] == "W-100")]
    assert named(closed) == []
    assert named([*closed, alike(True, False, "W-100", 50)]) == ["W-100"]


def test_a_topic_without_a_past_is_spread_as_all_feedback_is() -> None:
    new = [group for group in world(w200=0) if group.now or not group.mine]
    assert named(new, expected=0.0) == ["W-200"], "W-100 has one, where nothing is usual"
    assert elsewhere(new, W300, 100, 0.0) == [Elsewhere("product_model", "W-200", 0, 0.0)]


def test_the_leading_dimension_of_a_pair_is_its_first_and_unknown_ones_are_passed_over() -> None:
    pair = [Contributor("product_model × channel", "W-300 × app", 90, 1.0, 0.9)]
    assert named(world(), pair) == ["W-100"]
    assert named(world(), [Contributor("x", "W-300", 90, 1.0, 0.9)]) == []
    assert named([*world(), alike(True, False, "", 500)]) == ["W-100"]
    assert named([]) == []
