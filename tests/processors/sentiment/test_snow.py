import random
import subprocess
import sys
from functools import cache, lru_cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snownlp import SnowNLP
from snownlp.seg import segger

from processors.sentiment import snow_scores
from processors.sentiment.snow import _score, _scores
from tests.conftest import WITH_THE_TESTS_MODELS

segger.segger.log_prob = lru_cache(None)(segger.segger.log_prob)  # a pure function; the tests wait for nothing else

SAID = [
    "这个手表很好用", "太差了，再也不买了", "怎么调时间", "請問這個錶怎麼調時間", "abc", "？", "😀", "\x00", "好" * 70,
    "物流太慢了!!! 等了3天 还没到", "客服态度很好，谢谢", "退款什么时候到账呢", "wifi连不上\n重启也没用", "嗯", "嗯嗯嗯嗯",
    "屏幕碎了，能不能换新", "一二三四五六七八九十百千万亿", "囧", "囧囧囧", "好囧", "囧好囧", "龘靐齉", "的的的的", "𠀀好㐀",
    "价格\u3000有点\u00a0贵\u2028了", "第1次\x85买", "ＡＰＰ打不开", "没有 不是 无法", "，，，",
    "a\x00b 好\ud800吧", "\x1c好\x1f",
    "非常感谢您的耐心解答下次还会光顾", "质量有问题屏幕一直闪换了一个还是这样真的很失望", "垃圾" * 40,
    "12345678901", "一丂丄龥龦",
]  # fmt: skip
CHARACTERS = (
    "的一不了是我你有这个在好差快慢买货退换客服手表电池屏幕坏太很真没还就都要能会怎么请问谢谢"
    + "囧龘靐丂龥嘚 ，。？a1\x00\ud800😀\u3000"
)


@cache
def made_up() -> list[str]:
    """Runs of characters in any order: rare tags, unknown characters and ties, which real sentences seldom have."""
    dice = random.Random(4)
    texts = ["".join(dice.choices(CHARACTERS, k=dice.randrange(1, 14))) for _ in range(400)]
    return texts + [a * n + b for a, b, n in product("的好囧一", "了囧 龘", (1, 2, 5))]


def bits(scores: list[float]) -> list[str]:
    return [score.hex() for score in scores]


@cache
def stock() -> list[float]:
    return [SnowNLP(text).sentiments for text in SAID + made_up()]


def test_scores_are_those_of_snownlp_bit_for_bit() -> None:
    assert bits(snow_scores(SAID + made_up())) == bits(stock())


def test_one_by_one_and_side_by_side_are_the_same() -> None:
    texts = SAID + made_up()
    assert bits([_score(text) for text in texts]) == bits(stock())
    assert bits([score for text in texts for score in _scores([text])]) == bits(stock())


@settings(max_examples=60)
@given(st.lists(st.text(st.sampled_from(CHARACTERS) | st.characters(), min_size=1, max_size=30), min_size=1, max_size=5))
def test_any_text_scores_as_in_snownlp(texts: list[str]) -> None:
    expected = bits([SnowNLP(text).sentiments for text in texts])
    assert bits(_scores(texts)) == expected
    assert bits([_score(text) for text in texts]) == expected


@pytest.mark.parametrize("length", [64, 65, 1024, 1025, 2100])
def test_runs_around_the_limits_of_a_block(length: int) -> None:
    text = "".join(random.Random(length).choices(CHARACTERS[:50], k=length))
    assert bits(_scores([text, "好", text])[::2]) == bits([_score(text), SnowNLP(text).sentiments])


def test_what_snownlp_cannot_take_has_its_prior() -> None:
    assert snow_scores(["", " ", "\ud800"]) == [SnowNLP(" ").sentiments, SnowNLP(" ").sentiments, 0.5]
    assert snow_scores([]) == []


@pytest.mark.parametrize("piece", ["a", " ", "好", "囧", "好a", "😀", "\ud800", "太差了，"])
def test_a_megabyte_has_a_score(piece: str) -> None:
    text = piece * (1_000_000 // len(piece.encode("utf-8", "surrogatepass")))
    (score,) = snow_scores([text])
    assert 0 <= score <= 1


def test_snownlp_itself_is_not_imported() -> None:
    """Nor is scikit-learn: both take seconds and hundreds of megabytes."""
    code = WITH_THE_TESTS_MODELS + (
        "import sys; from processors.sentiment import snow_scores; "
        "assert 'numpy' not in sys.modules; snow_scores(['好']); "
        "assert not {'snownlp', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
