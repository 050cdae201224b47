"""TELL: one card a transition, told and then recorded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from processors.attribution import Alike
from processors.card import DIMENSIONS, Card, Coincidence, Outcome
from processors.chart import Band
from processors.markdown import markdown
from processors.said import said
from processors.verbatims import Verbatim
from schemas.spikes import SpikeKind, Transition
from streams.tell import Odds, Tell
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.questions import EVER, Consequences, Emergent, Feedback, Minutes, Series, Who
from tests.conftest import fresh_database
from tests.crash.killer import Killed
from tests.rig.events import Traffic
from tests.rig.parts import TAXONOMY, Parts

AT = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
CARDS = "SELECT spike_id, transition, at, body, sql, verbatims FROM card_local FINAL ORDER BY at"


class Told:
    """A notifier that remembers, and is killed after the cards it is told to."""

    def __init__(self, killed_after: int = 0) -> None:
        self.bodies: list[str] = []
        self._killed_after = killed_after

    def notify(self, card: Card, body: str) -> None:
        self.bodies.append(body)
        if len(self.bodies) == self._killed_after:
            raise Killed


@pytest.fixture(scope="module")
def surge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one surge."""
    return Traffic(hours=3, hourly=40, seed=3, surge=1, lasting=0.75, surging=80).write(
        tmp_path_factory.mktemp("surge") / "surge.ndjson"
    )


@pytest.fixture(scope="module")
def told(embedded: EmbeddedWarehouse, surge: Path) -> Iterator[tuple[Endpoint, Told]]:
    """The surge, read and told in a database of its own; its cards lie beside the file."""
    with fresh_database(embedded) as endpoint:
        notifier = Told()
        parts = Parts(endpoint, surge.parent, notifiers=[notifier])
        parts.embedded(surge).to_the_end()
        parts.close()
        yield endpoint, notifier


def test_every_transition_has_one_card_told_once_and_recorded(told: tuple[Endpoint, Told]) -> None:
    endpoint, notifier = told
    client = endpoint.client()
    cards = client.execute(CARDS)
    transitions = client.execute("SELECT spike_id, transition, at FROM spike_transitions ORDER BY at")
    assert [card[:3] for card in cards] == transitions
    assert transitions[0][1] == "opened"
    assert notifier.bodies == [card[3] for card in cards]
    assert client.execute("SELECT count() FROM card_local") == [(len(cards),)]


def test_the_file_of_an_episode_is_its_latest_card(told: tuple[Endpoint, Told], surge: Path) -> None:
    latest = {card[0]: card[3] for card in told[0].client().execute(CARDS)}
    assert {path.stem: path.read_text("utf-8") for path in (surge.parent / "spikes").iterdir()} == latest


def test_a_card_says_what_who_since_when_and_in_whose_words(told: tuple[Endpoint, Told]) -> None:
    body, verbatims = next(
        (body, verbatims)
        for _, transition, _, body, _, verbatims in told[0].client().execute(CARDS)
        if transition == "closed" and "Setting the time" in body.splitlines()[0]
    )
    for word in ("Setting the time · W-200", "product-watch", "expected", "Since", "closed", "voc sql"):
        assert word in body
    assert verbatims and all(words in body for words in verbatims)


def test_telling_again_what_is_recorded_tells_nobody(told: tuple[Endpoint, Told], surge: Path) -> None:
    notifier = Told()
    parts = Parts(told[0], surge.parent, notifiers=[notifier], source="again")
    parts.embedded(surge).to_the_end()
    parts.close()
    assert notifier.bodies == []


def test_a_kill_between_telling_and_recording_tells_once_more_the_same(
    told: tuple[Endpoint, Told], second: Endpoint, surge: Path, tmp_path: Path
) -> None:
    killed = Told(killed_after=2)
    with pytest.raises(Killed):
        Parts(second, tmp_path, notifiers=[killed]).embedded(surge).to_the_end()
    after = Told()
    Parts(second, tmp_path, notifiers=[after]).embedded(surge).to_the_end()
    undisturbed = told[1].bodies
    assert killed.bodies == undisturbed[:2]
    assert after.bodies == undisturbed[1:], "the second one once more, then the rest"
    assert second.client().execute(CARDS) == told[0].client().execute(CARDS)


def test_the_query_on_a_card_gives_the_reader_its_number_again(
    embedded: EmbeddedWarehouse, reader: Endpoint, surge: Path, tmp_path: Path
) -> None:
    parts = Parts(embedded.endpoint(), tmp_path)  # the reader sees this database only
    parts.embedded(surge).to_the_end()
    cards = parts.client.query(CARDS)
    assert len(cards) >= 3
    for spike_id, _, at, body, sql, _ in cards:
        ((kind, observed),) = parts.client.query(
            "SELECT kind, observed FROM spike_transitions WHERE spike_id = %(id)s AND at = toDateTime(%(at)s, 'UTC')",
            {"id": spike_id, "at": int(at.timestamp())},
        )
        ((again,),) = reader.client().execute(sql)
        if kind == "topic":
            assert again == observed
        else:
            assert abs(again - observed) <= 0.1 * observed, "what arrived since counts too"
        assert re.search(rf"\*\*How many\*\*: {observed} against", body)
    client = embedded.endpoint().client()
    for (table,) in client.execute("SELECT name FROM system.tables WHERE database = 'voc' AND name LIKE '%\\_local'"):
        client.execute(f"TRUNCATE TABLE {table}")
    parts.close()


NOBODY_S: Mapping[str, str] = {}


class Stub:
    """A warehouse in which W-300 carries whatever is asked about, and somebody launched it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.wanted: tuple[Sequence[str], Sequence[str]] = ([], [])

    def feedback(self, spike: Transition, said: Minutes = EVER) -> Feedback:
        self.asked.append("feedback")
        usual = [("W-100", "app", 50), ("W-300", "tmall", 2)]
        groups = [
            Alike(now, mine, self._values(model, channel), count * times)
            for model, channel, count in usual
            for now, mine, times in ((True, False, 10), (False, False, 30), (False, True, 1))
        ]
        return Feedback([*groups, Alike(True, True, self._values("W-300", "tmall"), 40)], complete=True)

    def words(self, spike: Transition, whose: Mapping[str, str] = NOBODY_S, said: Minutes = EVER) -> list[Verbatim]:
        self.asked.append(" ".join(["words", *whose.values()]))
        return [Verbatim("怎么调时间", "tmall"), Verbatim("how do I set the time", "app")]

    def who(self, spike: Transition) -> Who:
        self.asked.append("who")
        return Who(31, False, {AT: spike.observed})

    def series(self, spike: Transition) -> Series:
        bands = {AT: Band(2.1, 0.0, 6.0)} if spike.topic == "setting_time" else {}
        return Series({AT: spike.observed}, bands, 420)

    def consequences(self, spike: Transition, products: Mapping[str, Sequence[str]], channels: Sequence[str]) -> Consequences:
        self.asked.append("consequences")
        self.products = products
        return Consequences(900, [Outcome("return_requested", 5, 1)], None)

    def emergent(self, spike: Transition) -> Emergent | None:
        known = {"8": [("setting_time", 0.5), ("gone", 0.3)], "9": [("gone", 0.9)]}.get(spike.topic[0], [])
        recorded = spike.topic[0] in "789"
        return Emergent("crown pulled out", ["crown"], ["0000000000000001"], [], known) if recorded else None

    def context(self, spike: Transition, products: Sequence[str], channels: Sequence[str]) -> list[Coincidence]:
        self.wanted = products, channels
        return [Coincidence("launch", "W-300", AT - timedelta(days=1))]

    @staticmethod
    def _values(model: str, channel: str) -> tuple[str, ...]:
        return tuple({"product_model": model, "channel": channel}.get(dimension, "") for dimension in DIMENSIONS)


def card(kind: SpikeKind, topic: str, observed: int = 42, expected: float = 2.1) -> tuple[Card, Stub]:
    stub = Stub()
    tell = Tell(questions=stub, spikes=None, taxonomy=TAXONOMY, out=Path())  # type: ignore[arg-type]  # a card is not recorded
    return tell.card(of_kind(kind, topic, observed, expected)), stub


def of_kind(kind: SpikeKind, topic: str, observed: int = 42, expected: float = 2.1) -> Transition:
    return Transition(
        spike_id="0123456789abcdef", transition="opened", at=AT, tenant="acme", kind=kind, topic=topic, started=AT, opened=AT,
        updated=AT, closed=None, observed=observed, expected=expected, low=0.0, high=6.0, surprise=14.0,
    )  # fmt: skip


def test_a_topic_is_told_with_who_carries_it_and_what_was_done_for_them_before() -> None:
    found, stub = card("topic", "setting_time")
    assert (found.label, found.owner) == ("调时间 / Setting the time", "product-watch")
    assert [(c.dimension, c.value) for c in found.where] == [("product_model", "W-300")]
    assert stub.wanted == (["W-300"], ["tmall"])
    assert found.verbatims == ["怎么调时间", "how do I set the time"]
    assert "coincidence, not cause): 2026-11-19 launch “W-300”" in markdown(found)


def test_an_intent_that_the_taxonomy_has_no_more_is_still_told() -> None:
    found, _ = card("topic", "gone")
    assert (found.label, found.severity) == ("gone", "normal")
    assert "taxonomy.yaml" in found.owner


def test_an_emergent_topic_is_told_by_its_label_and_its_messages() -> None:
    found, stub = card("emergent", "89abcdef01234567")
    assert said(found, language="en", zone=UTC).title == "crown pulled out · W-300"
    assert stub.asked == ["who", "feedback", "words", "consequences"]
    assert found.chart and [point.observed for point in found.chart.points if point.observed] == [42]
    unrecorded, _ = card("emergent", "0" * 16)
    assert unrecorded.label == "0" * 16


def test_an_emergent_topic_has_the_owner_of_the_known_subject_that_half_of_it_is_about() -> None:
    found, _ = card("emergent", "89abcdef01234567")
    assert (found.owner, found.mostly_zh, found.mostly_en) == ("product-watch", "调时间", "Setting the time")
    assert "product-watch (most of it is about “Setting the time”)" in markdown(found, language="en")
    assert "product-watch（其中多数属于“调时间”）" in markdown(found, language="zh")
    for nobody_s in ("79abcdef01234567", "99abcdef01234567", "0" * 16):  # of none, of one that is no more, not recorded
        found, _ = card("emergent", nobody_s)
        assert "voc taxonomy promote" in found.owner and not found.mostly_en


def test_the_total_is_told_as_all_feedback() -> None:
    found, stub = card("total", "total", 812, 160.0)
    assert stub.asked == ["who", "feedback", "words W-300", "consequences"], "the words of those who carry it"
    assert said(found, language="en", zone=UTC).title == "All feedback: 812 against 160 expected"
    assert said(found, language="zh", zone=UTC).title == "全部反馈：812 条，平时 160 条"
    assert found.sql.startswith("SELECT sum(count) AS observed FROM minute_total")


@pytest.mark.parametrize(
    "topic,label,severity",
    [
        ("channel:tmall", "tmall", "high"),
        ("total", "All feedback", "high"),
        ("setting_time", "Setting the time", TAXONOMY.by_name["setting_time"].severity),
    ],
)
def test_silence_is_told_without_asking_for_what_is_not_there(topic: str, label: str, severity: str) -> None:
    found, stub = card("silence", topic, 0, 55.0)
    told = said(found, language="en", zone=UTC)
    assert told.title == f"{label} has gone quiet (lost feed?)"
    assert told.summary == "0 against 55 expected since 2026-11-20 03:15 UTC"
    assert told.moves[0].startswith("Check the feed"), "not the moves for too much of a topic"
    assert bool(told.chart.points) == (topic == "setting_time"), "only a topic has a band"
    assert (found.where, found.verbatims, found.severity) == ([], [], severity)
    assert stub.asked == []
    assert len(found.context) == 1


PLANTED = ("王小明", "13800138000", "客服李娜", "订单号 2026112012345678", "Anna Smith", "zhang@example.com")


class Careless(Stub):
    """Whoever sends these events calls shops, products and events after people."""

    def feedback(self, spike: Transition, said: Minutes = EVER) -> Feedback:
        values = {"shop": "店长王小明的店", "region": "电话13800138000找我", "product_model": "订单号 2026112012345678"}
        named = tuple(values.get(dimension, "") for dimension in DIMENSIONS)
        return Feedback([Alike(True, True, named, 40), Alike(False, False, ("",) * len(DIMENSIONS), 90)], complete=True)

    def words(self, spike: Transition, whose: Mapping[str, str] = NOBODY_S, said: Minutes = EVER) -> list[Verbatim]:
        told = [
            "怎么调时间",
            "我叫王小明，时间不对",
            "客服李娜说可以换",
            "I spoke to Anna Smith about the time",
            "how do I set the time",
        ]
        return [Verbatim(text, "tmall") for text in told]

    def context(self, spike: Transition, products: Sequence[str], channels: Sequence[str]) -> list[Coincidence]:
        return [Coincidence("training", "客服李娜的培训，zhang@example.com", AT)]

    def emergent(self, spike: Transition) -> Emergent | None:
        return Emergent("客服李娜", ["李娜"], ["0000000000000001"], [])


@pytest.mark.parametrize("kind", ["topic", "emergent", "total"])
def test_nobody_is_named_on_a_card_whatever_shops_and_events_are_called(kind: SpikeKind) -> None:
    tell = Tell(questions=Careless(), spikes=None, taxonomy=TAXONOMY, out=Path())  # type: ignore[arg-type]
    found = tell.card(of_kind(kind, "total" if kind == "total" else "setting_time"))
    stored = msgspec.json.encode(found).decode()
    shown = "".join(markdown(found, language=language) for language in ("zh", "en"))
    assert found.verbatims == ["怎么调时间", "how do I set the time"], "the others name somebody"
    for planted in PLANTED:
        assert planted not in stored + shown, planted
    assert "\\[NAME\\]" in shown


def test_a_card_is_stored_and_read_again() -> None:
    for kind, topic in (("topic", "setting_time"), ("emergent", "89abcdef01234567"), ("total", "total"), ("silence", "total")):
        found, _ = card(kind, topic)  # type: ignore[arg-type]
        assert msgspec.json.decode(msgspec.json.encode(found), type=Card) == found


def test_a_card_knows_its_size_its_consequences_its_moves_and_its_odds() -> None:
    found, stub = card("topic", "setting_time")
    assert (found.customers, found.contacts, found.orders) == (31, 420, 900)
    assert found.impact == [Outcome("return_requested", 5, 1)]
    assert stub.products == {"product_model": ["W-300"]}
    assert (found.label_zh, found.label_en) == ("调时间", "Setting the time")
    assert found.moves_en == list(TAXONOMY.by_name["setting_time"].moves_en) != []
    assert found.chart and found.chart.points[-1].observed == 42 and found.chart.points[-1].expected is not None
    assert found.trend == "", "a minute is too short to say"
    tell = Tell(questions=Stub(), spikes=None, taxonomy=TAXONOMY, out=Path(), odds=Odds(2.5))  # type: ignore[arg-type]
    odds = {fact.key: fact.value for fact in said(tell.card(found.transition), language="en", zone=UTC).facts}["odds"]
    assert odds == "at this setting about 2.5 false alerts per 1,000 topics a day"
