"""TELL: one card a transition, told and then recorded."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.card import Card
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from tests.conftest import fresh_database
from tests.crash.killer import Killed
from tests.rig.events import Traffic
from tests.rig.parts import Parts

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
    spike_id, _, _, body, _, _ = told[0].client().execute(CARDS)[-1]
    assert [path.name for path in (surge.parent / "spikes").iterdir()] == [f"{spike_id}.md"]
    assert (surge.parent / "spikes" / f"{spike_id}.md").read_text("utf-8") == body


def test_a_card_says_what_who_since_when_and_in_whose_words(told: tuple[Endpoint, Told]) -> None:
    body, verbatims = next(
        (body, verbatims) for _, transition, _, body, _, verbatims in told[0].client().execute(CARDS) if transition == "closed"
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
        ((observed,),) = parts.client.query(
            "SELECT observed FROM spike_transitions WHERE spike_id = %(id)s AND at = toDateTime(%(at)s, 'UTC')",
            {"id": spike_id, "at": int(at.timestamp())},
        )
        assert reader.client().execute(sql) == [(observed,)]
        assert re.search(rf"\*\*How many\*\*: {observed} against", body)
    client = embedded.endpoint().client()
    for (table,) in client.execute("SELECT name FROM system.tables WHERE database = 'voc' AND name LIKE '%\\_local'"):
        client.execute(f"TRUNCATE TABLE {table}")
    parts.close()
