import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from processors.sentiment.english import read_english
from processors.sentiment.reading import BOUNDARY
from processors.sentiment.terms import Tells


def label(text: str) -> str:
    score = read_english(text).score
    return "negative" if score <= -BOUNDARY else "positive" if score >= BOUNDARY else "neutral"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi, when will my parcel arrive?", "neutral"),
        ("Is there a problem with my order?", "neutral"),
        ("Please help me cancel the subscription", "neutral"),
        ("thanks", "neutral"),
        ("We apologize for the inconvenience, your ticket has been closed", "neutral"),
        ("I have been waiting for three weeks", "negative"),
        ("This is the third time I call and nobody answers", "negative"),
        ("I was passed around between departments", "negative"),
        ("Fantastic, no internet again and nobody picks up", "negative"),
        ("I’m not happy with your service", "negative"),
        ("If this continues I'm switching to another shop", "negative"),
        ("The agent was friendly and solved it quickly", "positive"),
        ("I love these headphones", "positive"),
        # a fault is a report until it strains
        ("The screen flickers when I scroll", "neutral"),
        ("my order hasn't arrived yet", "neutral"),
        ("The screen flickers again, this is the third unit", "negative"),
        ("It still won't charge", "negative"),
        # words that only a question or a request is about
        ("How do I kill a frozen app?", "neutral"),
        ("how do i file a complaint?", "neutral"),
        ("If it breaks, is it covered", "neutral"),
        ("A friend said it was terrible, is that true?", "neutral"),
        ("block my card, I lost my wallet", "neutral"),
        ("This is ridiculous. When will it arrive?", "negative"),
        # what agents and the polite say
        ("I completely understand your frustration", "neutral"),
        ("Great, I have found your order", "neutral"),
        ("ok great, thanks", "neutral"),
        ("Good morning", "neutral"),
        ("It's for my best friend", "neutral"),
        ("Thank you for your patience? You hung up on me", "negative"),
        # mockery
        ("Thanks for nothing", "negative"),
        ("Great job losing my package", "negative"),
        ("Oh great, another delay", "negative"),
        # threats and impatience
        ("I'm done with this brand", "negative"),
        ("How many more times do I have to ask?", "negative"),
        ("Are you still there? Hello??", "negative"),
        # praise that names a fault which is over, or never was
        ("It arrived broken but they replaced it the same day, great service", "positive"),
        ("Never had a problem with this shop", "positive"),
        ("great phone 😡", "neutral"),
        ("worked once 😡", "negative"),
        ("no complaints at all", "positive"),
    ],
)
def test_what_an_english_turn_comes_to(text: str, expected: str) -> None:
    assert label(text) == expected


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("let me speak to your manager", Tells.ESCALATION),
        ("I will file a complaint with the BBB", Tells.ESCALATION),
        ("my lawyer will call you", Tells.ESCALATION),
        ("I'm taking my business elsewhere", Tells.CHURN),
        ("I have called four times", Tells.EFFORT),
        ("I need it today", Tells.URGENT),
    ],
)
def test_what_an_english_turn_tells_besides(text: str, tells: Tells) -> None:
    assert tells in read_english(text).tells
    assert read_english("How do I set the clock?").tells == Tells.NOTHING


def test_the_installed_vader_stays_as_it_is() -> None:
    read_english("thanks")
    assert SentimentIntensityAnalyzer().polarity_scores("thanks")["compound"] > 0


@given(st.text(st.characters(codec=None), max_size=300))
def test_any_string_has_a_reading(text: str) -> None:
    assert abs(read_english(text).score) < 100


@pytest.mark.parametrize(
    "unit", ["still not ", "a ", "the the ", "call ", "!", "a", "been for over ", "\ud800", "twice,", "i want "]
)
def test_a_megabyte_is_read_in_linear_time(unit: str) -> None:
    begin = time.process_time()
    read_english((unit * 1_000_000)[:1_000_000])
    assert time.process_time() - begin < 3.0
