import json
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.normalise import normalised
from processors.sentiment import review_model
from processors.sentiment.review_model import review_margins
from processors.sentiment.review_seeds import seeds
from processors.sentiment.review_training import LONGEST_READ, grams
from tests.conftest import WITH_THE_TESTS_MODELS

PRAISE = [
    "房间很干净，服务也周到",
    "菜的味道好极了，下次还点",
    "这本书写得真好，值得一读",
    "手表做工精致，很喜欢",
    "送得很快，师傅热情",
]
BLAME = [
    "房间又脏又吵，再也不住了",
    "等了两个小时，送来都凉了",
    "内容空洞，浪费时间",
    "用了两天屏幕就坏了，太失望",
    "客服爱理不理，差评",
]


@pytest.mark.parametrize(("texts", "sign"), [(PRAISE, 1), (BLAME, -1)])
def test_praise_is_above_zero_and_blame_below(texts: list[str], sign: int) -> None:
    margins = review_margins([normalised(text) for text in texts])
    assert all(margin * sign > 0.5 for margin in margins), margins


def test_a_negation_turns_a_word_round() -> None:
    for said, denied in [("好吃", "不好吃"), ("喜欢", "不喜欢"), ("推荐", "不推荐")]:
        margins = review_margins([said, denied])
        assert margins[0] > 0 > margins[1], (said, margins)


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "\U0010ffff", "ꙮ", "\u202e"])
def test_a_text_without_known_pieces_has_margin_zero(text: str) -> None:
    (margin,) = review_margins([text])
    assert margin == 0


def test_no_texts_no_margins() -> None:
    assert review_margins([]) == []


@given(st.lists(st.text(st.sampled_from("好差不很太快慢吃的，a0 😀\ud800") | st.characters(), max_size=40), max_size=8))
def test_the_company_of_a_text_changes_no_bit(texts: list[str]) -> None:
    together = review_margins(texts)
    assert together == [review_margins([text])[0] for text in texts]
    assert review_margins(texts[::-1]) == together[::-1]


def test_bounds_of_groups_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["".join(random.Random(seed).choices("好差不很太快慢吃的", k=seed)) for seed in range(60)]
    expected = review_margins(texts)
    monkeypatch.setattr(review_model, "_TOGETHER", 64)
    assert review_margins(texts) == expected


def test_a_margin_is_what_its_formula_says() -> None:
    """Each known n-gram once, divided by the root of their number: so repetitions of the same say nothing more."""
    model = review_model._model()
    said = "味道不错味道不错味道不错"
    text = f" {said} "
    known = {n for size in (1, 2, 3) for n in (text[i : i + size] for i in range(len(text) - size + 1))} - {" "}
    weights = []
    for piece in known:
        place = model.known.find_one(sum((ord(c) + 1) << 21 * i for i, c in enumerate(piece)))
        weights += [int(model.weights[place])] if place >= 0 else []
    expected = sum(weights) * model.unit / len(weights) ** 0.5 + model.bias
    assert review_margins([said]) == [pytest.approx(expected, rel=1e-12)]
    assert len(weights) > 6


def test_only_the_first_characters_of_a_megabyte_are_read() -> None:
    text = "很好吃" * 400_000
    assert review_margins([text]) == review_margins([text[:LONGEST_READ]])


def test_pieces_are_of_one_text_with_a_space_at_its_ends() -> None:
    rows, keys = grams(["ab", "", "\x00"])
    expected = [(0, piece) for piece in ["a", "b", " a", "ab", "b ", " ab", "ab "]] + [(1, "  ")]
    expected += [(2, piece) for piece in ["\x00", " \x00", "\x00 ", " \x00 "]]
    packed = [(row, sum((ord(c) + 1) << 21 * i for i, c in enumerate(piece))) for row, piece in expected]
    assert sorted(zip(rows.tolist(), keys.tolist(), strict=True)) == sorted(packed)


def test_seeds_are_of_both_kinds_and_never_both() -> None:
    praise, blame = ({text for text, praises in seeds() if praises is kind} for kind in (True, False))
    assert len(praise) > 1000 < len(blame)
    assert not praise & blame


def test_a_warm_model_needs_no_scikit_learn() -> None:
    review_margins(["好"])
    code = WITH_THE_TESTS_MODELS + (
        "import sys; from processors.sentiment.review_model import review_margins; print(review_margins(['好吃']));"
        "assert not {'snownlp', 'sklearn', 'scipy'} & set(sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert json.loads(output) == review_margins(["好吃"])
