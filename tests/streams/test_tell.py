"""TELL: one card a transition, told and then recorded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processors.attribution import Alike
from processors.card import DIMENSIONS, Card, Coincidence, markdown
from schemas.spikes import SpikeKind, Transition
from streams.tell import Tell
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.questions import Emergent, Feedback
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
        if transition == "closed" and "调时间" in body.splitlines()[0]
    )
    for said in ("调时间 / Setting the time", "W-200", "product-watch", "expected", "Since", "closed", "voc sql"):
        assert said in body
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

    def feedback(self, spike: Transition) -> Feedback:
        self.asked.append("feedback")
        usual = [("W-100", "app", 50), ("W-300", "tmall", 2)]
        groups = [
            Alike(now, mine, self._values(model, channel), count * times)
            for model, channel, count in usual
            for now, mine, times in ((True, False, 10), (False, False, 30), (False, True, 1))
        ]
        return Feedback([*groups, Alike(True, True, self._values("W-300", "tmall"), 40)], complete=True)

    def verbatims(self, spike: Transition, whose: Mapping[str, str] = NOBODY_S) -> list[str]:
        self.asked.append(" ".join(["verbatims", *whose.values()]))
        return ["怎么调时间", "how do I set the time"]

    def emergent(self, spike: Transition) -> Emergent | None:
        return Emergent("crown pulled out", ["crown"], ["0000000000000001"], []) if spike.topic.startswith("89") else None

    def context(self, spike: Transition, products: Sequence[str], channels: Sequence[str]) -> list[Coincidence]:
        self.wanted = products, channels
        return [Coincidence("launch", "W-300", AT - timedelta(days=1))]

    @staticmethod
    def _values(model: str, channel: str) -> tuple[str, ...]:
        return tuple({"product_model": model, "channel": channel}.get(dimension, "") for dimension in DIMENSIONS)


def card(kind: SpikeKind, topic: str, observed: int = 42, expected: float = 2.1) -> tuple[Card, Stub]:
    stub = Stub()
    tell = Tell(questions=stub, spikes=None, taxonomy=TAXONOMY, out=Path())  # type: ignore[arg-type]  # a card is not recorded
    transition = Transition(
        spike_id="0123456789abcdef", transition="opened", at=AT, tenant="acme", kind=kind, topic=topic, started=AT, opened=AT,
        updated=AT, closed=None, observed=observed, expected=expected, low=0.0, high=6.0, surprise=14.0,
    )  # fmt: skip
    return tell.card(transition), stub


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
    assert found.headline == "crown pulled out · W-300"
    assert stub.asked == ["feedback", "verbatims"]
    assert "voc taxonomy promote" in found.owner
    unrecorded, _ = card("emergent", "0" * 16)
    assert unrecorded.label == "0" * 16


def test_the_total_is_told_as_all_feedback() -> None:
    found, stub = card("total", "total", 812, 160.0)
    assert stub.asked == ["feedback", "verbatims W-300"], "the words of those who carry it"
    assert found.headline == "All feedback: 812 against 160 expected"
    assert found.sql.startswith("SELECT sum(count) AS observed FROM minute_total")


@pytest.mark.parametrize(
    "topic,label,severity",
    [
        ("channel:tmall", "tmall", "high"),
        ("total", "All feedback", "high"),
        ("setting_time", "调时间 / Setting the time", TAXONOMY.by_name["setting_time"].severity),
    ],
)
def test_silence_is_told_without_asking_for_what_is_not_there(topic: str, label: str, severity: str) -> None:
    found, stub = card("silence", topic, 0, 55.0)
    assert found.headline == f"{label} has gone quiet: 0 against 55 expected since 03:15 (lost feed?)"
    assert (found.where, found.verbatims, found.severity) == ([], [], severity)
    assert stub.asked == []
    assert len(found.context) == 1
