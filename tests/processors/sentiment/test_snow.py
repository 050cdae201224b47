from snownlp import SnowNLP

from processors.sentiment.snow import snow_scores

TEXTS = ["这个手表很好用", "太差了，再也不买了", "怎么调时间", "請問", "abc", "？", "😀", "\x00", "好" * 300]


def test_scores_are_those_of_snownlp_bit_for_bit() -> None:
    expected = [SnowNLP(text).sentiments for text in TEXTS]
    assert snow_scores(TEXTS) == expected
    assert snow_scores(TEXTS) == expected  # now out of the cache


def test_what_snownlp_cannot_take_has_its_prior() -> None:
    assert snow_scores(["", " ", "\ud800"]) == [SnowNLP(" ").sentiments, SnowNLP(" ").sentiments, 0.5]
    assert snow_scores([]) == []
