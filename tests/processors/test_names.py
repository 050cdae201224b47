import pytest

from processors.names import HIDDEN, named, unnamed

PEOPLE = [
    "我是王先生", "客服小李态度很好", "客服王芳说可以退", "我叫张伟", "收件人：李雷", "姓名 韩梅梅",
    "工号 1023 的客服", "欧阳女士让我来问", "店长王小明的店", "客服，李娜", "my name is Bob", "Mr Smith told me",
    "spoke to Anna yesterday", "agent Lucy said so", "This is John Smith from Leeds", "name: Ann",
    "Thanks, Peter here", "客服小美说可以退", "我是张伟，订单没发",
    "姓名: Wei Zhang", "still broken. Thanks, Peter", "agent id: 4711 hung up",
]  # fmt: skip
NOBODY = [
    "怎么调时间", "客服说要等", "手表时间不对，怎么改", "客服马上回复", "客服于是挂了", "客服任何问题都不回",
    "叫我怎么办", "名字是什么", "我叫客服", "how do I set the time", "the agent told me", "I spoke to the agent",
    "我是周一买的", "我是高中生", "我是白色的", "客服小姐姐态度很好", "Is this the Watch 3", "this is Great", "", "W-300 上市",
]  # fmt: skip


@pytest.mark.parametrize("text", PEOPLE)
def test_a_person_who_is_named_is_noticed(text: str) -> None:
    assert named(text)
    assert unnamed(text) == HIDDEN


@pytest.mark.parametrize("text", NOBODY)
def test_what_names_nobody_stays(text: str) -> None:
    assert not named(text)
    assert unnamed(text) == text


def test_other_personal_data_is_redacted() -> None:
    assert unnamed("打 13800138000 找我") == "打 [PHONE] 找我"
