"""From the row of an episode to what each channel sends: read, decoded, said, rendered. Nothing is sent."""

import base64
import statistics
import time
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.warehouse.ask import ROUNDS
from benchmarks.warehouse.fill import PLANTED, transition
from processors.card import Card
from processors.intents.taxonomy import Taxonomy
from processors.markdown import markdown
from processors.said import Language, said
from streams.notify.channel import Channel, Outgoing
from streams.notify.channels import TYPES, build
from streams.notify.links import CardLinks
from streams.settings import Settings
from streams.tell import Odds, card_of, explained, subject_of
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.questions import Questions
from streams.warehouse.spikes import SpikeStore

GOAL_MS = 50.0
ZONE = ZoneInfo("Asia/Shanghai")
_SETTINGS = Settings(public_url="http://127.0.0.1:6066", grafana_url="http://127.0.0.1:3000", link_secret="x" * 40)
_NOWHERE = {"url": "http://127.0.0.1:9/hook"}
OPTIONS = {
    "apprise": {"url": "json://127.0.0.1:9/"},
    "email": {"host": "127.0.0.1", "sender": "voc@example.com", "to": "team@example.com", "security": "none"},
    "grafana": {"url": "http://127.0.0.1:9", "token": "nothing"},
    "webhook": _NOWHERE | {"secret": "whsec_" + base64.b64encode(b"k" * 32).decode()},
}
"""Of the types that want more than an address."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def cards(warehouse: EmbeddedWarehouse, rounds: int) -> list[dict[str, Any]]:
    """Every type of channel: each planted episode's card in both languages, `rounds` times: milliseconds, largest body."""
    client = WarehouseClient(warehouse.endpoint)
    store = SpikeStore(client)
    _record(client, store)
    links = CardLinks(_SETTINGS)
    found = []
    for kind in TYPES:
        channel = build(kind, kind, OPTIONS.get(kind, _NOWHERE))
        _rendered(channel, _read(store, PLANTED[0].spike_id), "en", links)  # what is loaded at first use
        rows, whole, own, size = [], [], [], 0
        for _ in range(max(rounds, ROUNDS)):
            for planted in PLANTED:
                for language in LANGUAGES:
                    began = time.perf_counter()
                    card = _read(store, planted.spike_id)
                    rows.append(1000 * (time.perf_counter() - began))
                    busy = time.process_time()
                    size = max(size, _rendered(channel, card, language, links))
                    own.append(1000 * (time.process_time() - busy))
                    whole.append(1000 * (time.perf_counter() - began))
        found.append(
            {
                "channel": kind, "row": statistics.median(rows), "own": statistics.median(own),
                "median": statistics.median(whole), "most": max(whole),
                "high": statistics.quantiles(whole, n=20)[-1], "bytes": size, "cards": len(whole),
            }
        )  # fmt: skip
    client.close()
    return found


def _record(client: WarehouseClient, store: SpikeStore) -> None:
    """Record the cards of the planted episodes, as TELL does; again changes nothing."""
    taxonomy, questions = Taxonomy.default(), Questions(client)
    for planted in PLANTED:
        step = transition(planted)
        reason = explained(questions, step)
        card = card_of(step, reason, subject_of(step, taxonomy, reason.emergent), Odds(false_alerts=1.0))
        store.write_card(card, markdown(card))


def _read(store: SpikeStore, spike_id: str) -> Card:
    card = store.card(spike_id)
    if card is None:
        raise SystemExit(f"the card of {spike_id}, just recorded, cannot be read")
    return card


def _rendered(channel: Channel, card: Card, language: Language, links: CardLinks) -> int:
    spoken = said(card, language=language, zone=ZONE, links=links(card, channel.name))
    return sum(len(each.body) for each in channel.render(Outgoing("bench-1", (spoken,))))
