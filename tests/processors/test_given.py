from processors.given import OTHER, TOTAL, Given, Late


def test_a_minute_without_a_word_is_nothing() -> None:
    assert not Given(60, {}).anything
    assert not Given(60, {TOTAL: 0}, voices={}, channels={}, announced=True).anything, "what the company says is not feedback"


def test_its_own_feedback_and_what_was_late_are_something() -> None:
    assert Given(60, {TOTAL: 1, OTHER: 1}).anything
    assert Given(60, {TOTAL: 0}, [Late(0, TOTAL, -1)]).anything
