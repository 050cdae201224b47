"""`voc notify`: a test card, a look at what would be sent, and how every channel stands."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.notify.channels import TYPES
from streams.warehouse.client import WarehouseClient
from streams.warehouse.deliveries import Deliveries, Delivery
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.spikes import SpikeStore
from tests.rig.receivers import Receiver, Reply, receiver
from tests.streams.cli.conftest import Voc
from tests.streams.notify.doubles import card

TOKEN = "SEC8f0e1c2d3b4a5968778695041322"
TOML = """
[channel.ops]
type = "dingtalk"
url = "env:OPS_URL"
secret = "env:OPS_SECRET"
language = "zh"
quiet = "22:00-08:00"

[channel.shop]
type = "feishu"
url = "env:NOT_SET"

[[route]]
topic = "setting_*"
channels = ["ops", "shop"]
transitions = ["opened", "closed"]

[[mute]]
topic = "shipping_*"
until = 2026-12-31
"""


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiver("dingtalk", secret=TOKEN) as running:
        monkeypatch.setenv("OPS_URL", running.url)
        monkeypatch.setenv("OPS_SECRET", TOKEN)
        Path("notify.toml").write_text(TOML, "utf-8")
        yield running


@pytest.fixture
def told(warm: Path, engine: EmbeddedWarehouse) -> Iterator[Deliveries]:
    """An episode with its card, of which some channels are still owed something."""
    assert warm.exists()
    client = WarehouseClient(engine.endpoint)
    one = card("3f2a" * 4)
    spikes = SpikeStore(client)
    spikes.write_transitions([one.transition])
    spikes.write_card(one, "the card")
    kept = Deliveries(client)
    kept.write([
        Delivery(one.transition, "ops", "owed", 2, "", "too many messages"),
        Delivery(one.transition, "shop", "sent", 1, "", "m 1"),
        Delivery(card("4" * 16).transition, "gone", "owed", 0), Delivery(card("5" * 16).transition, "old", "sent", 1, "", "m 1"),
    ])  # fmt: skip
    yield kept
    client.close()


def test_a_test_card_says_that_it_is_one(voc: Voc, robot: Receiver) -> None:
    outcome = voc("notify", "test", "ops")
    assert (outcome.code, outcome.err) == (0, "")
    assert "ops (dingtalk) accepted" in outcome.out
    (message,) = robot.messages
    assert "测试" in message.shown.text and "虚构" in message.shown.text
    assert voc("notify", "test", "ops", "--json").json == {"channel": "ops", "type": "dingtalk", "accepted": True, "thread": ""}
    assert len(robot.messages) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply(200, {"errcode": 310000, "errmsg": "sign not match"}), ("secret", "run the same command again")),
        (Reply(200, {"errcode": 130101, "errmsg": "send too fast"}), ("blocked", "600 s")),
        (Reply(500), ("HTTP 500", "try again later")),
        (Reply(200, {"errcode": 460101, "errmsg": "too long"}), ("refused",)),
    ],
)
def test_what_goes_wrong_is_said_with_what_to_do_and_no_secret(
    voc: Voc, robot: Receiver, answer: Reply, said: tuple[str]
) -> None:
    robot.always = answer
    outcome = voc("notify", "test", "ops")
    outcome.failed("ops", *said)
    for secret in (TOKEN, "0123456789abcdef", "access_token"):
        assert secret not in outcome.out + outcome.err


def test_a_channel_that_is_not_there_or_has_no_secret(voc: Voc, robot: Receiver) -> None:
    assert robot.url
    voc("notify", "test", "opps").failed("did you mean “ops”?")
    voc("notify", "test", "shop").failed("NOT_SET")
    Path("notify.toml").unlink()
    voc("notify", "test", "ops").failed("notify.toml", "voc init")


def test_a_wrong_file_is_said_in_one_line(voc: Voc, robot: Receiver) -> None:
    assert robot.url
    Path("notify.toml").write_text(TOML.replace("language", "langage").replace("[[mute]]", "[[mut]]"), "utf-8")
    for arguments in (["test", "ops"], ["list"]):
        voc("notify", *arguments).failed("did you mean “language”?", "did you mean “mute”?")


def test_a_preview_shows_the_payload_and_sends_nothing(voc: Voc, robot: Receiver, told: Deliveries) -> None:
    assert told
    shown = voc("notify", "preview", "3f2a", "--channel", "ops", "--json").json
    (message,) = shown["messages"]
    assert (shown["channel"], shown["type"], shown["limit_bytes"]) == ("ops", "dingtalk", 20_000)
    assert message["bytes"] <= 20_000
    assert "topic 3f2a" in json.dumps(message["body"])
    outcome = voc("notify", "preview", "3f2a", "--channel", "ops")
    assert outcome.code == 0 and "20,000 bytes" in outcome.out and "it fails" in outcome.out
    assert robot.requests == []
    assert TOKEN not in outcome.out


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_preview_by_type_needs_no_file(voc: Voc, told: Deliveries, kind: str) -> None:
    assert told
    outcome = voc("notify", "preview", "3f2a", "--channel", kind)
    assert (outcome.code, outcome.err) == (0, "")
    assert "3f2a" in outcome.out
    assert voc("notify", "preview", "3f2a", "--channel", kind, "--json").json["type"] == kind
    if kind not in ("email", "apprise"):
        json.loads(outcome.out.partition("\n")[2])  # to be copied: no line of it is wrapped


def test_a_preview_of_what_is_not_there(voc: Voc, told: Deliveries) -> None:
    assert told
    voc("notify", "preview", "3f2a", "--channel", "feishoo").failed("did you mean “feishu”?")
    voc("notify", "preview", "ffff", "--channel", "feishu").failed("voc spikes --all")
    assert voc("notify", "preview", "3f2a").code == 2


def test_the_links_of_a_preview_vote_for_nobody(
    voc: Voc, robot: Receiver, told: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told and robot
    monkeypatch.setenv("VOC_PUBLIC_URL", "https://voc.example.test")
    monkeypatch.setenv("VOC_LINK_SECRET", "the-real-secret-of-all-workers")
    out = voc("notify", "preview", "3f2a", "--channel", "ops").out
    from streams.notify.links import LinkError, VerdictLinks

    token = out.split("/verdict?t=")[1].split('"')[0].split(")")[0]
    with pytest.raises(LinkError):
        VerdictLinks("the-real-secret-of-all-workers", "https://voc.example.test").read(token)


def by_name(listed: dict[str, Any]) -> dict[str, Any]:
    return {channel["name"]: channel for channel in listed["channels"]}


def test_the_list_says_how_every_channel_stands(voc: Voc, robot: Receiver, told: Deliveries) -> None:
    assert told and robot
    listed = voc("notify", "list", "--json").json
    channels = by_name(listed)
    assert set(channels) == {"ops", "shop", "gone"}
    assert channels["ops"]["owed"] == 1 and channels["ops"]["error"] == "too many messages"
    assert channels["ops"]["oldest"] == "2026-11-20T03:15:00Z" and channels["ops"]["problem"] == ""
    assert channels["shop"]["sent"] == 1 and "NOT_SET" in channels["shop"]["problem"]
    assert "no channel" in channels["gone"]["problem"]
    assert listed["routes"][0]["topic"] == ["setting_*"] and listed["routes"][0]["continue"] is False
    assert listed["mutes"][0]["until"].startswith("2026-12-31T23:59:59")
    outcome = voc("notify", "list")
    for said in (
        "ops",
        "too many messages",
        "22:00-08:00",
        "topic setting_* (opened, closed) -> ops, shop",
        "NOT_SET",
        "shipping_*",
    ):
        assert said in outcome.out
    assert "told to nobody" in outcome.out
    assert TOKEN not in outcome.out + msgspec.json.encode(listed).decode()


def test_the_list_says_what_verdicts_have_muted(voc: Voc, told: Deliveries) -> None:
    assert told
    assert voc("notify", "list", "--json").json["muted_by_verdict"] == []
    for by, lasts in (("ann", "24h"), ("bob", "48h")):
        assert voc("verdict", "3f2a", "mute", "--for", lasts, "--by", by).code == 0
    assert voc("verdict", "3f2a", "useful", "--by", "cid").code == 0
    (muted,) = voc("notify", "list", "--json").json["muted_by_verdict"]
    assert (muted["tenant"], muted["kind"], muted["topic"], muted["by"]) == ("acme", "topic", "setting_time", "bob")
    left = datetime.fromisoformat(muted["until"]) - datetime.now(UTC)
    assert timedelta(hours=47) < left <= timedelta(hours=48)
    assert f"UTC: topic {muted['label']}, tenant acme, by the verdict of bob" in " ".join(voc("notify", "list").out.split())


def test_without_a_file_the_list_says_so(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    assert "voc init" in voc("notify", "list").out
    assert voc("notify", "list", "--json").json["channels"] == []
