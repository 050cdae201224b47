from dataclasses import replace

import pytest

from processors.emergent import Burst, EmergentModel, Message, Step
from tests.processors.emergent.talk import CRASH, QUICK, START, STRAP, Desk

WARM = 200


def warmed(desk: Desk, minutes: int = WARM) -> EmergentModel:
    model = EmergentModel(QUICK)
    for minute in range(minutes):
        assert not model.step(START + 60 * minute, desk.minute()).opened
    return model


@pytest.fixture(scope="module")
def warm() -> bytes:
    return warmed(Desk()).snapshot()


def go_on(body: bytes) -> tuple[EmergentModel, Desk]:
    desk = Desk(seed=2)
    desk.number += 1_000_000
    return EmergentModel.restore(QUICK, body), desk


def run(model: EmergentModel, desk: Desk, extra: list[list[str]], start: int = WARM) -> list[Step]:
    steps = []
    for i, texts in enumerate(extra):
        messages = [*desk.minute(), *(desk.said(text) for text in texts)]
        steps.append(model.step(START + 60 * (start + i), messages))
    return steps


def opened(steps: list[Step]) -> list[Burst]:
    return [burst for step in steps for burst in step.opened]


@pytest.mark.parametrize(("texts", "word"), [(CRASH, "altimeter"), (STRAP, "红疹")])
def test_what_nobody_said_before_is_one_topic_named_by_its_words(warm: bytes, texts: tuple[str, ...], word: str) -> None:
    model, desk = go_on(warm)
    steps = run(model, desk, [[texts[(2 * i) % len(texts)], texts[(2 * i + 1) % len(texts)]] for i in range(10)])
    (burst,) = opened(steps)
    assert word in burst.label
    assert len(burst.label) <= 40
    assert burst.first_seen == START + 60 * WARM
    assert START + 60 * WARM < burst.found <= START + 60 * (WARM + 5)
    assert burst.observed >= 5 * burst.expected
    assert len(burst.key) == 16 and int(burst.key, 16) >= 0
    told = steps[(burst.found - START) // 60 - WARM].opened[0]
    assert set(told.representative) <= set(told.messages)
    last = steps[-1].alive[-1]
    assert last.key == burst.key
    assert len(last.messages) == 20, "it goes on to take in what says the same"


def test_talk_of_every_day_is_no_topic_and_neither_is_five_times_as_much_of_it(warm: bytes) -> None:
    model, desk = go_on(warm)
    assert not opened(run(model, desk, [[]] * 60))
    desk.rate *= 5
    assert not opened(run(model, desk, [[]] * 60, WARM + 60))


def test_one_customer_who_repeats_himself_is_no_topic(warm: bytes) -> None:
    model, desk = go_on(warm)
    for i in range(20):
        messages = [*desk.minute(), *(desk.said(text, "the same") for text in CRASH)]
        assert not model.step(START + 60 * (WARM + i), messages).opened


def test_one_text_copied_into_many_conversations_is_no_topic(warm: bytes) -> None:
    model, desk = go_on(warm)
    advertisement = "Win a free holiday in the alps, visit our altimeter lottery page today and tell everyone"
    assert not opened(run(model, desk, [[advertisement] * 3] * 15))


def test_placeholders_of_personal_data_and_links_are_no_phrase(warm: bytes) -> None:
    model, desk = go_on(warm)
    text = "[PHONE] [EMAIL] https://example.org/zzz/yyy 13800001111"
    assert not opened(run(model, desk, [[text, text, text]] * 10))


def test_a_topic_closes_when_it_is_quiet_and_is_not_told_again_on_the_same_day(warm: bytes) -> None:
    model, desk = go_on(warm)
    burst = opened(run(model, desk, [list(CRASH)] * 3))[0]
    quiet = run(model, desk, [[]] * (QUICK.quiet_minutes + 5), WARM + 3)
    assert [key for step in quiet for key in step.closed] == [burst.key]
    assert not quiet[-1].alive
    later = WARM + 3 + len(quiet)
    assert not opened(run(model, desk, [list(CRASH)] * 3, later + 120))


def test_known_intents_of_its_messages_are_counted(warm: bytes) -> None:
    model, desk = go_on(warm)
    for i in range(4):
        messages = [*desk.minute(), *(desk.said(text, topics=("app", "crash") if i else ("app",)) for text in CRASH)]
        step = model.step(START + 60 * (WARM + i), messages)
    assert step.alive[0].topics == {"app": 24, "crash": 18}


def test_nothing_is_told_while_it_warms_up() -> None:
    model, desk = EmergentModel(QUICK), Desk()
    assert not opened(run(model, desk, [list(CRASH)] * 60, 0))


def test_a_snapshot_goes_on_bit_for_bit(warm: bytes) -> None:
    one, desk = go_on(warm)
    other, twin = go_on(one.snapshot())
    assert other.snapshot() == warm
    extra = [list(CRASH[:2])] * 5 + [[]] * 100 + [list(STRAP)] * 10
    for i, texts in enumerate(extra):
        messages = [*desk.minute(), *(desk.said(text, f"again{i % 7}") for text in texts)]
        twin.number = desk.number
        minute = START + 60 * (WARM + i + (i > 50) * 45)
        assert one.step(minute, messages) == other.step(minute, messages)
        if i % 20 == 7:
            body = other.snapshot()
            assert body == one.snapshot()
            other = EmergentModel.restore(QUICK, body)
    assert one.topics


def test_another_configuration_version_or_garbage_is_refused(warm: bytes) -> None:
    with pytest.raises(ValueError, match="configuration"):
        EmergentModel.restore(replace(QUICK, threshold=9.0), warm)
    with pytest.raises(ValueError, match="version 2"):
        EmergentModel.restore(QUICK, warm.replace(b"\xa7version\x01", b"\xa7version\x02"))
    with pytest.raises(ValueError, match="not a snapshot"):
        EmergentModel.restore(QUICK, b"zzz")


def test_the_same_minutes_give_the_same_topics(warm: bytes) -> None:
    told = []
    for _ in range(2):
        model, desk = go_on(warm)
        told.append(run(model, desk, [list(CRASH[:3])] * 8))
    assert told[0] == told[1]


def test_minutes_may_be_left_out_but_not_repeated(warm: bytes) -> None:
    model, desk = go_on(warm)
    model.step(START + 60 * (WARM + 100_000), desk.minute())
    assert model.window.spans[-1].messages == desk.rate
    with pytest.raises(ValueError, match="does not come after"):
        model.step(START + 60 * (WARM + 100_000), [])


@pytest.mark.parametrize(
    "text", ["", "\n\n", "\ud800", "\x00" * 50, "a" * 100_000, "👍" * 400, "\u2028x\u0085y", "1 2 3", "ㅋㅋㅋ"]
)
def test_hostile_texts_are_taken(warm: bytes, text: str) -> None:
    model, desk = go_on(warm)
    for i in range(3):
        model.step(START + 60 * (WARM + i), [*desk.minute(), *(desk.said(text) for _ in range(8))])
    EmergentModel.restore(QUICK, model.snapshot())


def test_of_too_many_messages_whole_conversations_are_looked_at(warm: bytes) -> None:
    model, _ = go_on(warm)
    crowd = [Message(i, f"c{i % 900}", f"order {i}") for i in range(5000)]
    model.step(START + 60 * WARM, crowd)
    block = model.window.blocks[-1]
    assert 0 < len(block.ids) <= QUICK.max_messages
    again = [m.id for m in crowd if m.conversation in {f"c{i % 900}" for i in block.ids.tolist()}]
    assert len(block.ids) >= 0.98 * min(len(again), QUICK.max_messages)
