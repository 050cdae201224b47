"""What is told names nobody: no personal data and no person's name in a card, a page or an annotation, whoever planted it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from processors.card import Card
from processors.said import Language, said
from streams.briefing.cards import Cards
from streams.briefing.gather import gather
from streams.briefing.page import page
from streams.briefing.questions import Asked
from streams.notify.channel import Outgoing
from streams.notify.channels import TYPES, build
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.questions import Questions
from streams.warehouse.spikes import SpikeStore
from tests.conftest import fresh_database
from tests.hostile.plants import FORMS, Plants
from tests.rig.events import DAY_ONE, HOUR, MINUTE, Traffic, chat
from tests.rig.parts import TAXONOMY, Parts

NAMES = ("王小明", "李雷", "欧阳锋", "John Smith", "Anna Kowalski", "小美", "10234")
INTRODUCED = (
    "我叫{王小明}，怎么调时间",
    "收货人：{李雷}，怎么调时间", "联系人是{欧阳锋}，怎么调时间", "my name is {John Smith}, 怎么调时间",
    "I spoke to {Anna Kowalski}, 怎么调时间",
    "客服{小美}也不会怎么调时间", "工号 {10234} 也不会怎么调时间",
)  # fmt: skip
OPTIONS = {
    "apprise": {"url": "json://localhost"},
    "dingtalk": {"url": "https://oapi.dingtalk.com/robot/send?access_token=x"},
    "email": {"host": "localhost", "sender": "voc@example.com", "to": "team@example.com"},
    "feishu": {"url": "https://open.feishu.cn/open-apis/bot/v2/hook/x"},
    "grafana": {"url": "https://grafana.example.com", "token": "x"},
    "slack": {"url": "https://hooks.slack.com/services/x/y/z"},
    "webhook": {"url": "https://example.com/hook", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
    "wecom": {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x"},
}


def lines(plants: Plants) -> list[bytes]:
    """Quiet hours, and then a surge in which half of the customers say who they are."""
    quiet = Traffic(hours=3, hourly=40, seed=3).lines()
    surge = []
    for n in range(60):
        at = DAY_ONE + 1 * HOUR + n * 45
        introduced = INTRODUCED[n % len(INTRODUCED)].replace("{", "").replace("}", "")
        text = [introduced, f"怎么调时间，{plants.sentence(FORMS[n % 3], f'text {n}')}", "请问这个手表怎么调时间"][n % 3]
        shop = plants.value("phone", "plain", f"conversation {n}")
        surge.append(chat(at, id=f"p{n}", model="W-200", text=text, conversation=f"c-{shop}", customer=f"u{n}"))
    at = DAY_ONE + 1 * HOUR - 5 * MINUTE
    end = [chat(DAY_ONE + 3 * HOUR + n * MINUTE, "other", id=f"end{n}") for n in range(5)]
    return sorted([*quiet, *surge, chat(at, "other", id="before")], key=_time) + end


def _time(line: bytes) -> str:
    found = re.search(rb'"time":"([^"]+)"', line)
    return found[1].decode() if found else ""


@pytest.fixture(scope="module")
def plants() -> Plants:
    return Plants()


@pytest.fixture(scope="module")
def told(
    embedded: EmbeddedWarehouse, plants: Plants, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Endpoint, Path]]:
    folder = tmp_path_factory.mktemp("told")
    file = folder / "planted.ndjson"
    file.write_bytes(b"\n".join(lines(plants)) + b"\n")
    with fresh_database(embedded) as endpoint:
        parts = Parts(endpoint, folder)
        parts.embedded(file).to_the_end()
        parts.close()
        yield endpoint, folder


@pytest.fixture(scope="module")
def cards(told: tuple[Endpoint, Path]) -> list[Card]:
    rows = told[0].client().execute("SELECT card FROM card_local FINAL WHERE card != ''")
    found = [msgspec.json.decode(text, type=Card) for (text,) in rows]
    assert any(card.verbatims and card.transition.topic == "setting_time" for card in found)
    return found


def nobody_in(text: str, plants: Plants) -> None:
    assert plants.found_in(text) == []
    for name in NAMES:
        assert name not in text, name


def test_the_planted_texts_are_there_to_be_quoted(told: tuple[Endpoint, Path]) -> None:
    texts = [text for (text,) in told[0].client().execute("SELECT text FROM feedback WHERE product_model = 'W-200'")]
    assert all(any(name in text for text in texts) for name in NAMES)  # what is stored keeps names: cards must not
    assert any("[PHONE]" in text for text in texts)


def test_no_card_as_data_or_as_a_file_names_anybody(told: tuple[Endpoint, Path], cards: list[Card], plants: Plants) -> None:
    for body, data in told[0].client().execute("SELECT body, card FROM card_local"):
        nobody_in(body + data, plants)
    for file in (told[1] / "spikes").glob("*.md"):
        nobody_in(file.read_text("utf-8"), plants)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("type", TYPES)
def test_no_message_names_anybody(type: str, language: Language, cards: list[Card], plants: Plants) -> None:
    channel = build(type, "ops", OPTIONS[type])
    for card in cards:
        words = said(card, language=language, zone=UTC)
        for outgoing in (Outgoing("one", (words,)), Outgoing("many", (words,) * 4)):
            for message in channel.render(outgoing):
                text = message.body.decode("utf-8", "replace")
                nobody_in(text, plants)
                nobody_in(json.dumps(text, ensure_ascii=True), plants)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_names_anybody(language: Language, told: tuple[Endpoint, Path], plants: Plants) -> None:
    client = WarehouseClient(lambda: told[0])
    store = SpikeStore(client)
    facts = gather(
        Asked(client), store.episodes(), Cards(store, Questions(client), TAXONOMY), TAXONOMY, days=7, until=None,
        made_at=datetime(2026, 11, 2, tzinfo=UTC),
    )  # fmt: skip
    client.close()
    html = page(facts, language=language, zone=UTC)
    assert "怎么调时间" in html  # it quotes customers
    nobody_in(html, plants)
    nobody_in(msgspec.json.encode(facts).decode(), plants)
