import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.spoken import as_written, spoken_runs


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("幺三八零零幺三八零零零", "13800138000"),
        ("洞两拐勾 嗯 幺三八", "0279138"),
        ("一三八，呃，三个六 一二三四五", "13866612345"),
        ("138 幺二三四 5678", "13812345678"),
        ("138 嗯 1234 那个 5678", "13812345678"),
        ("one three eight double five six oh", "1385560"),
        ("four fifteen, um, five five five twenty six seventy one", "4155552671"),
        ("eight hundred five five five one two", "80055512"),
        ("二零一二三四五六七八九X", "20123456789X"),
    ],
)
def test_digits_that_were_said(text: str, digits: str) -> None:
    (run,) = spoken_runs(text)
    assert run.digits == digits
    assert len(run.places) == len(digits)
    assert (run.start, run.end) == (0, len(text))


@pytest.mark.parametrize("text", ["13812345678", "1,380,012,345", "一三五", "七天", "one of the two", "to be or not", ""])
def test_what_is_not_spoken_digit_by_digit(text: str) -> None:
    assert list(spoken_runs(text)) == []


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("嗯我的退款呃还没到啊", "我的退款还没到"),
        ("那个，我想问一下", "我想问一下"),
        ("我要那个黑色的", "我要那个黑色的"),
        ("那个手表坏了", "那个手表坏了"),
        ("那个那个表带断了", "表带断了"),
        ("就是说一直没有人处理", "一直没有人处理"),
        ("um I want uh a refund", "I want a refund"),
        ("it is, you know, broken", "it is, broken"),
        ("do you know the price", "do you know the price"),
        ("the drum and the umbrella", "the drum and the umbrella"),
        ("七天无理由", "七天无理由"),
        ("订单尾号是二零三四", "订单尾号是0"),
        ("code is one two three", "code is 0"),
        ("嗯嗯", "嗯嗯"),
        ("Um.", "Um."),
        ("", ""),
    ],
)
def test_fillers_go_and_meaning_stays(said: str, written: str) -> None:
    assert as_written(said) == written


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("嗯啊那个就是一二三零 ,umhoneto"))))
def test_any_string_can_be_read_aloud(text: str) -> None:
    assert len(as_written(text)) <= len(text)
    at = 0
    for run in spoken_runs(text):
        assert at <= run.start < run.end <= len(text)
        assert all(run.start <= begin < end <= run.end for begin, end in run.places)
        at = run.end


@pytest.mark.parametrize("unit", ["嗯", "那个", "就是", "一", "one ", "um ", "you know ", "三个", "一 嗯 "])
def test_a_long_text_is_no_trouble(unit: str) -> None:
    text = (unit * 40_000)[:40_000]
    assert len(as_written(text)) <= len(text)
    assert sum(1 for _run in spoken_runs(text)) < len(text)
