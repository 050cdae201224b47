"""The channel that marks episodes on a Grafana server, against a double over real HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from processors.said import Chart, Said
from streams.notify.channel import Later, Misconfigured, Outgoing, Refused
from streams.notify.channels.grafana import Grafana
from tests.rig.grafana.server import SECRET, Answer, Double, serving

STARTED = datetime(2026, 11, 5, 3, 14, tzinfo=UTC)
SAID = Said(
    language="en", spike_id="120d3537eca8cbfb", transition="opened", severity="high", title="调时间 / Setting the time · W-300",
    state="new", summary="67 against 30.5", facts=(), quotes_name="", quotes=("今天刚买的，不会调时间",),
    odd_name="", odd="a secret verbatim",
    context_name="", context=(), moves_name="", moves=(), links=(), verdicts_name="", verdicts=(),
    hint="", sql_name="",
    sql="SELECT 1", chart=Chart(10, (), STARTED), tenant="demo", topic="setting_time", started=STARTED,
    opened=STARTED + timedelta(minutes=6), at=STARTED + timedelta(minutes=6), observed=67, expected=30.5,
)  # fmt: skip
CLOSED = msgspec.structs.replace(SAID, transition="closed", at=STARTED + timedelta(minutes=70))
UPDATED = msgspec.structs.replace(SAID, transition="updated", at=STARTED + timedelta(minutes=20), observed=90)


@pytest.fixture
def double() -> Iterator[Double]:
    with serving() as double:
        yield double


@pytest.fixture
def channel(double: Double) -> Grafana:
    return Grafana("dash", url=double.url, token=SECRET)


def out(*said: Said) -> Outgoing:
    return Outgoing("m-1", said)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def test_an_episode_is_a_mark_then_a_region(double: Double, channel: Grafana) -> None:
    assert channel.send(out(SAID)).thread == "1"
    (opened,) = double.annotations.values()
    assert opened["time"] == opened["timeEnd"] == ms(STARTED)
    assert opened["tags"] == ["groundswell", "spike-120d3537eca8cbfb", "open", "high", "demo"]
    assert channel.send(out(UPDATED)).thread == "1" and list(double.annotations) == [1]
    assert channel.send(out(CLOSED)).thread == "2"
    ((number, closed),) = double.annotations.items()
    assert (number, closed["time"], closed["timeEnd"]) == (2, ms(STARTED), ms(STARTED) + 70 * 60_000)
    assert "closed" in closed["tags"] and "open" not in closed["tags"]
    assert {asked.token for asked in double.asked} == {f"Bearer {SECRET}"}


def test_what_is_sent_again_changes_nothing(double: Double, channel: Grafana) -> None:
    for said in (SAID, SAID, CLOSED, CLOSED, SAID, UPDATED):
        channel.send(out(said))
    assert list(double.annotations) == [2]


def test_a_kill_between_region_and_removal_leaves_one_in_the_end(double: Double, channel: Grafana) -> None:
    channel.send(out(SAID))
    double.answers["DELETE", "/api/annotations/1"] = Answer(500, {"message": "away"})
    with pytest.raises(Later):
        channel.send(out(CLOSED))
    assert list(double.annotations) == [1, 2]
    double.answers.clear()
    assert channel.send(out(CLOSED)).thread == "2"
    assert list(double.annotations) == [2]


def test_what_was_never_opened_is_marked_when_it_is_first_told(double: Double, channel: Grafana) -> None:
    channel.send(out(UPDATED))
    channel.send(out(msgspec.structs.replace(CLOSED, spike_id="ab")))
    assert [one["tags"][1] for one in double.annotations.values()] == ["spike-120d3537eca8cbfb", "spike-ab"]


def test_a_digest_marks_every_episode(double: Double, channel: Grafana) -> None:
    assert channel.send(out(*(msgspec.structs.replace(SAID, spike_id=f"{n:x}") for n in range(10, 14)))).thread == "1"
    assert len(double.annotations) == 4


def test_it_shows_the_label_and_no_customers_words_and_nothing_that_acts(channel: Grafana) -> None:
    hostile = msgspec.structs.replace(
        SAID,
        title="<img src=x onerror=alert(1)> [a](http://evil.example) @all \u202e\n" + "x" * 10_000,
        spike_id="a&b#c/../d",
        tenant="<b>",
    )
    (rendered,) = channel.render(out(hostile))
    body = msgspec.json.decode(rendered.body)
    assert len(rendered.body) <= channel.limits.bytes and len(body["text"]) < 200
    assert not set("<>[]\u202e\n") & set(body["text"]) and "http://" not in body["text"]
    assert body["tags"][1] == "spike-abcd"
    (plain,) = channel.render(out(SAID))
    assert msgspec.json.decode(plain.body)["text"] == "调时间 / Setting the time · W-300 · 67 against 30.5"
    for words in (*SAID.quotes, SAID.odd):
        assert words.encode() not in plain.body


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(401, {"message": "no"}), Misconfigured),
        (Answer(403, {"message": "no"}), Misconfigured),
        (Answer(404, {"message": "no"}), Misconfigured),
        (Answer(302, None, (("Location", "/login"),)), Misconfigured),
        (Answer(200, raw=b"<html>"), Misconfigured),
        (Answer(400, {"message": f"no {SECRET}"}), Misconfigured),
        (Answer(413, {"message": f"no {SECRET}"}), Refused),
        (Answer(429, {"message": "slow down"}), Later),
        (Answer(503, {"message": "away"}), Later),
    ],
)
def test_failures_in_the_words_of_channels(double: Double, channel: Grafana, answer: Answer, kind: type[Exception]) -> None:
    double.answers["GET", "*"] = answer
    for act in (lambda: channel.send(out(SAID)), channel.check):
        if answer.status == 200 and answer.raw is None:
            continue
        with pytest.raises(kind) as failed:
            act()
        assert SECRET not in str(failed.value)
    assert double.annotations == {}


def test_a_server_that_gives_no_id_is_none(double: Double, channel: Grafana) -> None:
    double.answers["POST", "/api/annotations"] = Answer(200, {"message": "ok"})
    with pytest.raises(Misconfigured, match="no id"):
        channel.send(out(SAID))


def test_a_card_without_a_time_is_refused(channel: Grafana) -> None:
    with pytest.raises(Refused):
        channel.send(out(msgspec.structs.replace(SAID, started=None, opened=None, at=None)))


def test_check_shows_people_nothing(double: Double, channel: Grafana) -> None:
    assert "takes the token" in channel.check()
    assert double.annotations == {} and {asked.method for asked in double.asked} == {"GET"}
    assert SECRET not in channel.bucket and double.url not in channel.bucket
