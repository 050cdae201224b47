import pytest

from processors.akin import akin
from processors.emergent import Burst


def burst(label: str, *phrases: str) -> Burst:
    return Burst("0" * 16, label, list(phrases), 0, 0, [], 5, 0.1, 9.0, {}, [])


@pytest.mark.parametrize(("one", "other"), [
    (burst("set the time", "set", "time"), burst("怎么调时间", "时间 调")),
    (burst("battery overheats", "battery hot"), burst("电池发烫", "电池 烫")),
    (burst("调时间"), burst("时间设置 · 刚收")),
])  # fmt: skip
def test_the_same_said_in_another_language_or_in_other_words_is_akin(one: Burst, other: Burst) -> None:
    assert akin(one, other)
    assert akin(other, one)


@pytest.mark.parametrize(("one", "other"), [
    (burst("set the time", "time"), burst("电池发烫")),
    (burst("怎么调时间"), burst("怎么没收到")),
    (burst("time", "crown"), burst("")),
    (burst(""), burst("")),
    (burst("how can i"), burst("how can we")),
])  # fmt: skip
def test_other_matters_are_not_nor_is_what_any_sentence_shares(one: Burst, other: Burst) -> None:
    assert not akin(one, other)
