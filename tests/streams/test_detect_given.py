"""What else the detector is given of a minute on the real engine: voices, channels, texts, announcements (ADR 0006)."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.given import Given
from streams.warehouse import minutes
from streams.warehouse.endpoint import Endpoint
from tests.rig.events import DAY, DAY_ONE, HOUR, MINUTE, WORDS, announcement, chat, datetime_of
from tests.rig.parts import Parts

ADVANCE = 2 * MINUTE + 30
"""How far event time must go on before a message's minute closes: to its end, and the lateness."""
LONG = "how do I return it, my parcel number is still unknown to everybody here"
Voices = dict[tuple[str, int], dict[str, int]]


@pytest.fixture
def parts(endpoint: Endpoint, tmp_path: Path) -> Iterator[Parts]:
    parts = Parts(endpoint, tmp_path)
    yield parts
    parts.close()


def given(parts: Parts, end: int = DAY_ONE + DAY) -> dict[tuple[str, int], Given]:
    """By tenant and minute (counted from DAY_ONE) what stands."""
    rows = parts.minutes.tested(DAY_ONE - HOUR, end)
    return {(tenant, (one.minute - DAY_ONE) // MINUTE): one for tenant, one in rows}


def closed(parts: Parts, *lines: bytes) -> None:
    """A batch, and what it lets close."""
    parts.read(*lines)
    parts.detect.tick()


def truth(parts: Parts) -> Voices:
    """Who was heard when, in plain Python, from the rows themselves: nothing of them came late."""
    heard: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    rows = parts.client.query(
        "SELECT tenant, toUnixTimestamp(minute), intents, customer_hash, conversation_id, text FROM feedback "
        "WHERE sender_role = 'customer' ORDER BY minute"
    )
    for tenant, minute, intents, customer, conversation, text in rows:
        speaker = customer or conversation
        for topic in ["", *(intents or ["other"])]:
            heard[tenant, topic, "who", speaker].append(minute)
            heard[tenant, topic, "text", text if len(text) >= minutes.LONG else speaker].append(minute)
    fresh: Counter[tuple[str, int, str, str]] = Counter()
    for (tenant, topic, by, _), spoken in heard.items():
        for before, minute in zip([0, *spoken], spoken, strict=False):
            fresh[tenant, minute, topic, by] += minute - before > minutes.SILENT
    voices: Voices = defaultdict(dict)
    for tenant, minute, topic, _ in fresh:
        lesser = min(fresh[tenant, minute, topic, by] for by in ("who", "text"))
        if lesser:
            voices[tenant, (minute - DAY_ONE) // MINUTE][topic] = lesser
    return dict(voices)


def crowd(seed: int, hours: float) -> list[bytes]:
    """A few customers in many conversations, some of whom are nobody known; short texts, and one long one word for word."""
    dice, lines = random.Random(seed), []
    for n in range(int(hours * 120)):
        at = DAY_ONE + hours * HOUR * n / (hours * 120)
        topic = dice.choice(["price", "price", "charging", "other"])
        text = dice.choice(["", "", "", LONG, f"{LONG} {dice.choice('abc')}"])
        lines.append(
            chat(at, topic, id=f"m{n}", text=text, customer=dice.choice(["", *(f"u{k}" for k in range(9))]),
                 conversation=f"c{dice.randrange(40)}", tenant=dice.choice(["acme", "acme", "zeta"]),
                 role="agent" if dice.random() < 0.2 else "customer", channel=dice.choice(["app", "tmall", "phone"]))
        )  # fmt: skip
    return lines


@pytest.mark.parametrize("batch", [7, 1000])
def test_voices_are_customers_who_had_not_spoken_of_it_for_a_while(
    batch: int, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the minutes are cut into batches and statements."""
    assert minutes.SILENT == 2 * HOUR, "as long as the longest window, so that nobody is two voices in it"
    monkeypatch.setattr(minutes, "SILENT", HOUR // 2)
    lines = crowd(3, 1.6)
    for at in range(0, len(lines), batch):
        closed(parts, *lines[at : at + batch])
    rows, expected = given(parts), truth(parts)
    found = {key: {topic: n for topic, n in one.voices.items() if n} for key, one in rows.items() if one.voices}
    assert {key: voices for key, voices in found.items() if voices} == {key: expected[key] for key in rows if key in expected}
    messages = sum(one.counts.get("", 0) for one in rows.values())
    assert 10 < sum(voices.get("", 0) for voices in found.values()) < messages / 3, "the story has both"


def told(parts: Parts, texts: list[str], customers: list[str], minute: int = 0) -> Given:
    """One minute in which each of them says one of the texts, in a conversation of his own."""
    at = DAY_ONE + minute * MINUTE
    lines = [
        chat(at + n / 100, id=f"{minute}-{n}", text=text, customer=customer, conversation=f"{minute}c{n}")
        for n, (text, customer) in enumerate(zip(texts, customers, strict=True))
    ]
    closed(parts, *lines, chat(at + ADVANCE, "price", id=f"{minute}-end", customer="end"))
    return given(parts)["acme", minute]


def test_fifty_customers_with_the_same_short_text_are_fifty_voices(parts: Parts) -> None:
    one = told(parts, [WORDS["return_request"]] * 50, [f"u{n}" for n in range(50)])
    assert (one.counts["return_request"], one.voices) == (50, {"": 50, "return_request": 50})


@pytest.mark.parametrize("customers", [[f"u{n}" for n in range(50)], [""] * 50, ["u"] * 50])
def test_the_same_long_text_fifty_times_is_one_voice_whoever_sends_it(customers: list[str], parts: Parts) -> None:
    one = told(parts, [LONG] * 50, customers)
    assert (one.counts[""], one.voices and one.voices[""]) == (50, 1)


def test_fifty_long_texts_of_one_customer_are_one_voice_and_of_fifty_are_fifty(parts: Parts) -> None:
    texts = [f"{LONG} {chr(97 + n % 26) * (1 + n // 26)}" for n in range(50)]
    assert told(parts, texts, ["u"] * 50).voices == {"": 1, "return_request": 1}
    assert told(parts, texts, [f"v{n}" for n in range(50)], 200).voices == {"": 50, "return_request": 50}


def test_a_minute_in_which_nobody_spoke_has_no_voices_and_one_from_before_they_were_counted_has_none_known(parts: Parts) -> None:
    closed(parts, chat(DAY_ONE, id="a"), chat(DAY_ONE + 10 * MINUTE, id="b"))
    old = ("acme", datetime_of(DAY_ONE - MINUTE), ["", "price"], [2, 2], [])
    parts.client.insert("tested_local", ("tenant", "minute", "topics", "n", "late"), [old])
    rows = given(parts)
    assert rows["acme", 1].voices == {}, "one that is silent for a minute is not one of whom nothing is known"
    assert (rows["acme", -1].voices, rows["acme", -1].counts) == (None, {"": 2, "price": 2})
    assert (rows["acme", -1].channels, rows["acme", -1].messages, rows["acme", -1].announced) == ({}, (), False)


def test_customers_that_became_known_late_are_voices_of_the_minute_in_which_they_did(parts: Parts) -> None:
    """Or the surge in transcripts that come hours later would be nobody's."""
    closed(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE + HOUR, "other", id="b"))
    late = [chat(DAY_ONE + n * MINUTE, "charging", id=f"l{n}", customer=f"u{n % 4}") for n in range(9)]
    closed(
        parts,
        *late,
        chat(DAY_ONE + HOUR + 10, "charging", id="c", customer="u0"),
        chat(DAY_ONE + HOUR + ADVANCE, "other", id="d"),
    )
    (first,) = [one for one in given(parts).values() if one.late]
    assert first.minute == DAY_ONE + HOUR - MINUTE
    assert first.voices == {"": 4, "charging": 4}
    after = given(parts)["acme", 60]
    assert after.voices == {"": 1, "other": 1}, "u0 is a voice already"


def test_the_pieces_of_a_call_that_arrive_one_by_one_are_one_voice(parts: Parts) -> None:
    closed(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE + HOUR, "other", id="b"))
    for n in range(4):
        arrival = DAY_ONE + HOUR + (n + 1) * ADVANCE
        piece = chat(DAY_ONE + n * MINUTE, "charging", id=f"piece{n}", customer="caller")
        closed(parts, piece, chat(arrival, "other", id=f"later{n}", customer=f"u{n}"))
    late = [one for one in given(parts).values() if one.late]
    assert len(late) == 4
    assert [one.voices["charging"] for one in late if one.voices and one.voices.get("charging")] == [1]


def test_an_edit_or_a_recall_brings_no_voice(parts: Parts) -> None:
    closed(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE, "price", id="b"), chat(DAY_ONE + ADVANCE, "other", id="c"))
    closed(parts, chat(DAY_ONE, "charging", id="a", revision=1, sent=DAY_ONE + 200),
           chat(DAY_ONE, id="b", revision=1, recalled=True, sent=DAY_ONE + 200),
           chat(DAY_ONE + 2 * ADVANCE, "other", id="d"))  # fmt: skip
    (changed,) = [one for one in given(parts).values() if one.late]
    assert changed.voices == {}
    assert changed.messages == ()


def test_channels_are_counted_of_the_minutes_own_customers(parts: Parts) -> None:
    closed(parts, *(chat(DAY_ONE + n, id=f"m{n}", channel=name) for n, name in enumerate(["web", "app", "app", "phone"])),
           chat(DAY_ONE, role="agent", id="g", channel="app"), chat(DAY_ONE + HOUR, "other", id="b"))  # fmt: skip
    closed(parts, chat(DAY_ONE, id="late", channel="tmall"), chat(DAY_ONE + HOUR + ADVANCE, "other", id="d"))
    rows = given(parts)
    assert rows["acme", 0].channels == {"app": 2, "phone": 1, "web": 1}
    assert {name for one in rows.values() for name in one.channels} == {"app", "phone", "web"}, "what is late was not silent then"


def test_texts_come_back_with_the_minute_in_which_they_were_given(parts: Parts) -> None:
    closed(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE, role="agent", id="g"), chat(DAY_ONE + HOUR, "other", id="b"))
    closed(parts, chat(DAY_ONE + 5, "charging", id="late"), chat(DAY_ONE + 600, "price", id="later"),
           chat(DAY_ONE + HOUR + ADVANCE, "other", id="c"))  # fmt: skip
    rows = given(parts)
    found = {n: [(m.conversation, m.text, m.topics) for m in one.messages] for (_, n), one in rows.items() if one.messages}
    assert found == {
        0: [("c-a", WORDS["price"], ("price",))],
        59: [("c-late", WORDS["charging"], ("charging",)), ("c-later", WORDS["price"], ("price",))],
        60: [("c-b", WORDS["other"], ())],
    }
    assert given(parts, DAY_ONE + 59 * MINUTE) == {key: one for key, one in rows.items() if key[1] < 59}, "in whatever stretches"
    for start in (57, 58, 59):
        only = parts.minutes.tested(DAY_ONE + start * MINUTE, DAY_ONE + HOUR)
        assert [one for _, one in only] == [rows["acme", n] for n in range(start, 60)]


def test_texts_need_not_be_read(parts: Parts) -> None:
    closed(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE + HOUR, "other", id="b"))
    assert [one.messages for _, one in parts.minutes.tested(DAY_ONE, DAY_ONE + MINUTE, texts=False)] == [()]
    assert [len(one.messages) for _, one in parts.minutes.tested(DAY_ONE, DAY_ONE + MINUTE)] == [1]


def test_each_text_is_given_once_late_and_edited_ones_too_and_what_was_withdrawn_before_never(parts: Parts) -> None:
    closed(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE, "price", id="gone"),
           chat(DAY_ONE, id="gone", revision=1, recalled=True, sent=DAY_ONE + 9),
           chat(DAY_ONE + 5 * MINUTE, "other", id="b"))  # fmt: skip
    for n in range(1, 4):  # edited again and again, and delivered again
        at = DAY_ONE + 5 * MINUTE + n * ADVANCE
        closed(parts, chat(DAY_ONE, "charging", id="a", revision=n, sent=at), chat(DAY_ONE, "price", id="gone"),
               chat(DAY_ONE + 1, "charging", id="late"), chat(at, "other", id=f"c{n}"))  # fmt: skip
    parts.ended()
    parts.detect.finish()
    ids = Counter(message.conversation for one in given(parts).values() for message in one.messages)
    assert ids == {"c-a": 1, "c-late": 1, "c-b": 1, "c-c1": 1, "c-c2": 1, "c-c3": 1}


def test_a_text_that_was_recalled_is_not_read_again(parts: Parts) -> None:
    """Once it is gone, it is gone, also for whoever judges the minute once more."""
    closed(parts, chat(DAY_ONE, "price", id="a"), chat(DAY_ONE + HOUR, "other", id="b"))
    assert len(given(parts)["acme", 0].messages) == 1
    parts.read(chat(DAY_ONE, id="a", revision=1, recalled=True, sent=DAY_ONE + HOUR))
    assert given(parts)["acme", 0].messages == ()


@pytest.mark.parametrize(("kind", "products", "counts"), [
    ("campaign", [], True), ("holiday", [], True), ("outage", [], True),
    ("campaign", ["W-200"], False), ("firmware", [], False), ("launch", [], False),
])  # fmt: skip
def test_what_was_announced_for_everything_is_noted_in_its_minutes(
    kind: str, products: list[str], counts: bool, parts: Parts
) -> None:
    start, end = DAY_ONE + 5 * MINUTE + 20, DAY_ONE + 8 * MINUTE
    context = [announcement(kind, start, end, products=products), announcement(kind, start, tenant="zeta", products=products)]
    closed(parts, *context, chat(DAY_ONE, id="a"), chat(DAY_ONE, id="z", tenant="zeta"), chat(DAY_ONE + 12 * MINUTE, id="b"))
    rows = given(parts)
    assert [n for (tenant, n), one in rows.items() if tenant == "acme" and one.announced] == ([5, 6, 7] if counts else [])
    assert [n for (tenant, n), one in rows.items() if tenant == "zeta" and one.announced] == ([*range(5, 11)] if counts else [])
    assert all(one.counts == {"": 0} for (_, n), one in rows.items() if n), "a silent minute is one that is known to be silent"


def test_an_announcement_without_an_end_lasts_a_day_and_alone_makes_no_row(parts: Parts) -> None:
    closed(parts, announcement("outage", DAY_ONE - DAY + 30 * MINUTE), announcement("outage", DAY_ONE, tenant="nobody"),
           chat(DAY_ONE, id="a"), chat(DAY_ONE + HOUR, id="b"))  # fmt: skip
    rows = given(parts)
    assert [n for (_, n), one in rows.items() if one.announced] == list(range(30))
    assert {tenant for tenant, _ in rows} == {"acme"}
