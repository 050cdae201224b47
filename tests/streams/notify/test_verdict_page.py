"""Verdict links: signed, expiring, and nothing is recorded by following one."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer

from processors.card import Card
from schemas.spikes import Transition
from streams.failures import SinkUnavailable
from streams.notify import links as made
from streams.notify.links import CHOICES, CardLinks, Choice, LinkError, VerdictLinks
from streams.notify.verdict_page import MEANINGS, VerdictPage
from streams.settings import Settings
from streams.warehouse.client import WarehouseClient
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.spikes import SpikeStore

BOARDS = Path(__file__).resolve().parents[3] / "deploy" / "grafana" / "dashboards"
SECRET = "a secret of the tests"
AT = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
SPIKE = Transition(
    "00ff00ff00ff00ff",
    "opened",
    AT,
    "acme",
    "topic",
    "<b>time</b>",
    AT - timedelta(minutes=10),
    AT,
    AT,
    None,
    40,
    2.0,
    0.0,
    5.0,
    30.0,
)
LINKS = VerdictLinks(SECRET, "https://voc.example.com/")


def token(choice: str = "noise", spike: str = SPIKE.spike_id, links: VerdictLinks = LINKS) -> str:
    address, _, value = links.url(Choice(spike, choice, "ops")).partition("?t=")
    assert address == "https://voc.example.com/verdict"
    return value


@pytest.fixture
def client(endpoint: Endpoint) -> Iterator[WarehouseClient]:
    client = WarehouseClient(lambda: endpoint)
    SpikeStore(client).write_transitions([SPIKE])
    yield client
    client.close()


@pytest.fixture
def page(client: WarehouseClient) -> VerdictPage:
    return VerdictPage(LINKS, lambda: client)


def verdicts(client: WarehouseClient) -> list[tuple[object, ...]]:
    return [tuple(row) for row in client.query("SELECT spike_id, verdict, by, until FROM spike_verdicts")]


def test_a_link_says_again_what_it_was_made_of() -> None:
    for choice in CHOICES:
        assert LINKS.read(token(choice)) == Choice(SPIKE.spike_id, choice, "ops")
    assert CHOICES.keys() == MEANINGS.keys()


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "x" * 100_000, token()[:-1], token()[:20], "." * 50, "\ud800", "é"],
    # A token holds the second of its making: it would give this test another name in each process.
    ids=["empty", "letter", "long", "cut", "cut-early", "dots", "surrogate", "accent"],
)
def test_a_link_that_is_not_ours_is_refused_and_nothing_is_asked(wrong: str) -> None:
    def nobody() -> WarehouseClient:
        raise AssertionError

    assert VerdictPage(LINKS, nobody).record(wrong).status == 403


def test_a_link_of_another_secret_or_another_purpose_is_refused() -> None:
    other = token(links=VerdictLinks("another secret of the tests", "https://voc.example.com"))
    elsewhere = URLSafeTimedSerializer(SECRET, salt="something else").dumps([SPIKE.spike_id, "noise", "ops"])
    for wrong in (other, elsewhere):
        with pytest.raises(LinkError, match="not one of ours"):
            LINKS.read(wrong)


def test_a_link_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    old = token()
    monkeypatch.setattr(made, "VALID", timedelta(seconds=-1))
    with pytest.raises(LinkError, match="older than"):
        LINKS.read(old)


def test_following_a_link_records_nothing_and_its_button_does(page: VerdictPage, client: WarehouseClient) -> None:
    shown = page.show(token())
    assert shown.status == 200 and verdicts(client) == []
    assert "&lt;b&gt;time&lt;/b&gt;" in shown.html and "<b>" not in shown.html
    button = re.search(r'name="t" value="([^"]+)"', shown.html)
    assert button and page.record(unescape(button[1])).status == 200
    assert verdicts(client) == [(SPIKE.spike_id, "noise", "ops", None)]


def test_a_mute_by_link_ends_after_a_day(page: VerdictPage, client: WarehouseClient) -> None:
    assert page.record(token("mute_day")).status == 200
    ((_, verdict, _, until),) = verdicts(client)
    assert verdict == "mute" and isinstance(until, datetime)
    assert abs(until - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)
    assert SpikeStore(client).muted(SPIKE)


def test_a_later_choice_of_a_channel_replaces_its_earlier_one_but_not_its_mute(
    page: VerdictPage, client: WarehouseClient
) -> None:
    page.record(token("mute_day"))
    page.record(token("noise"))
    client.query("SELECT sleep(1.1)")  # rows are told apart by seconds
    page.record(token("useful"))
    assert sorted(verdict for _, verdict, _, _ in verdicts(client)) == ["mute", "useful"]
    assert SpikeStore(client).verdicts() == {"useful": 1}
    assert SpikeStore(client).muted(SPIKE)


def test_an_episode_that_is_not_there_is_said_so(page: VerdictPage, client: WarehouseClient) -> None:
    assert page.record(token(spike="0123456789abcdef")).status == 404
    assert verdicts(client) == []


def test_a_warehouse_that_is_away_is_said_so() -> None:
    def away() -> WarehouseClient:
        raise SinkUnavailable("away")

    answer = VerdictPage(LINKS, away).record(token())
    assert answer.status == 503 and "try again" in answer.html


def test_a_mute_has_an_end_and_one_from_before_lasts_a_week(client: WarehouseClient) -> None:
    store = SpikeStore(client)
    (spike,) = store.episodes()
    store.write_verdict(spike, "mute", "ann", "", timedelta(seconds=-1))
    assert not store.muted(SPIKE)
    columns = ("tenant", "spike_id", "by", "verdict", "at")
    for days, in_force in ((8, False), (6, True)):
        at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
        client.insert("spike_verdict_local", columns, [("acme", SPIKE.spike_id, f"old{days}", "mute", at)])
        assert store.muted(SPIKE) is in_force


def card() -> Card:
    return Card(SPIKE, "label", "normal", "nobody", [], [], [], "SELECT 1")


def test_a_card_links_to_what_is_set_and_to_nothing_else() -> None:
    assert made.Links() == CardLinks(Settings())(card(), "ops")
    links = CardLinks(Settings(grafana_url="https://grafana.example.com/"))(card(), "ops")
    assert links.dashboard.startswith("https://grafana.example.com/d/voc-spike?var-spike=00ff00ff00ff00ff&from=1795")
    assert not links.noise
    links = CardLinks(Settings(public_url="https://voc.example.com", link_secret=SECRET))(card(), "ops")
    assert not links.dashboard
    assert LINKS.read(links.mute_day.partition("?t=")[2]) == Choice(SPIKE.spike_id, "mute_day", "ops")


def test_the_link_to_the_words_leads_to_their_panel() -> None:
    (board,) = [json.loads(path.read_text("utf-8")) for path in BOARDS.glob("*.json") if path.stem == made.DASHBOARD]
    assert board["uid"] == made.DASHBOARD
    assert [panel["title"].startswith("All words") for panel in board["panels"] if panel["id"] == made.WORDS] == [True]
    assert "spike" in [variable["name"] for variable in board["templating"]["list"]]


def test_the_secret_is_in_no_link(tmp_path: Path) -> None:
    assert SECRET not in token()
