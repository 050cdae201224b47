import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.intents.rules import Rules
from processors.normalise import normalised
from tests.processors.intents.conftest import intent


def test_any_or_every_group_of_all_and_never_none() -> None:
    rules = Rules([intent("t", any_="调时间|set time", all_="怎么|如何&时间|时钟", none="发货")])
    assert rules.names_in("我要调时间") == ["t"]
    assert rules.names_in("如何看时间") == ["t"]
    assert rules.names_in("看时间") == []
    assert rules.names_in("怎么查发货时间") == []
    assert rules.names_in("") == []


def test_all_rules_that_hold_sorted() -> None:
    rules = Rules([intent("b", any_="退货"), intent("a", any_="货"), intent("c", any_="退款")])
    assert rules.names_in("退货") == ["a", "b"]


def test_what_was_found_says_why() -> None:
    rules = Rules([intent("a", any_="时间", all_="怎么&调整|调"), intent("b", any_="调", none="时间"), intent("c", any_="x")])
    found = rules.look("怎么调整时间")
    assert found.holding == (0,)
    assert found.vetoed == (1,)
    assert rules.terms(0, found) == ("怎么", "时间", "调整", "调")


def test_no_rules_at_all() -> None:
    assert Rules([]).names_in("退货") == []
    assert Rules([intent("a")]).names_in("退货") == []


@pytest.mark.parametrize(
    ("literal", "text", "found"),
    [
        ("charge", "recharge it", False),
        ("charge", "charges", False),
        ("charge", "charge", True),
        ("charge", "to charge it", True),
        ("app", "happy", False),
        ("app", "我的app坏了", True),
        ("app坏", "happ坏了", False),
        ("app坏", "app坏了", True),
        ("换货", "我想换货吗", True),
        ("время", "безвременье", False),
        ("5g", "15g", True),  # both are "0g": numbers all look alike
    ],
)
def test_words_of_spaced_scripts_match_whole(literal: str, text: str, found: bool) -> None:
    assert bool(Rules([intent("x", any_=literal)]).names_in(normalised(text))) is found


@given(st.lists(st.sampled_from(["调时间", "app", "happy", " ", "发货", "怎么", "时间", "x"]), max_size=12).map("".join))
def test_one_pass_says_what_looking_for_each_literal_says(text: str) -> None:
    rules = Rules([intent("a", any_="调时间|app", none="发货"), intent("b", all_="怎么&时间|app", none="发货")])
    matching = normalised(text)
    clauses = re.split("(?<=[\u2e80-\uffff]) | (?=[\u2e80-\uffff])", matching)

    def stands(literal: str, clause: str) -> bool:
        return re.search(r"(?<![a-z])app(?![a-z])" if literal == "app" else literal, clause) is not None

    expected = []
    if any((stands("调时间", c) or stands("app", c)) and not stands("发货", c) for c in clauses):
        expected.append("a")
    named = [c for c in clauses if any(stands(literal, c) for literal in ("怎么", "时间", "app"))]
    both = any(stands("怎么", c) for c in clauses) and any(stands("时间", c) or stands("app", c) for c in clauses)
    if both and not any(stands("发货", c) for c in named):
        expected.append("b")
    assert rules.names_in(matching) == expected


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("怎么调时间", True),
        ("发货前怎么调时间", False),
        ("怎么调时间，什么时候发货", True),
        ("什么时候发货？还有怎么调时间", True),
        ("set the time before shipping", False),
        ("set the time, shipping is fine", False),  # of English clauses nothing is left
    ],
)
def test_a_literal_of_none_speaks_of_its_own_clause(text: str, holds: bool) -> None:
    rules = Rules([intent("a", any_="调时间|set the time", none="发货|shipping")])
    matching = normalised(text)
    assert bool(rules.names_in(matching)) is holds
    assert rules.look(matching).vetoed == (() if holds else (0,))
