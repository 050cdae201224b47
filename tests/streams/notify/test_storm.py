"""Two hundred spikes in one minute, through receivers that keep the published limits, in simulated time."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from processors.card import Card
from processors.said import Links
from streams.notify.channels import build
from streams.notify.deliver import Deliverer
from streams.notify.file import NotifyFile
from tests.rig.receivers import Receiver, receiver
from tests.rig.receivers.slack import SlackApiReceiver
from tests.rig.receivers.webhook import SECRET
from tests.streams.notify.doubles import FakeClock, Table, TableStore, card

SPIKES = 200
KINDS: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "feishu": ("feishu", {"secret": "feishu-secret"}, {"secret": "feishu-secret"}),
    "dingtalk": ("dingtalk", {"secret": "SECdingtalk"}, {"secret": "SECdingtalk"}),
    "wecom": ("wecom", {}, {}),
    "slack": ("slack", {"per_second": 1}, {}),
    "slack_api": ("slack", {"per_second": 1}, {"token": SlackApiReceiver.token, "channel": SlackApiReceiver.channel}),
    "webhook": ("webhook", {}, {"secret": SECRET}),
}
"""By receiver: the type of the channel, what the receiver wants, and the channel's options besides its address."""


class Storm:
    """A deliverer over the real channels, whose receivers and itself live by one clock."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.clock = FakeClock()
        self.table = Table(self.clock)
        self.receivers: dict[str, Receiver] = {}
        environment, text = {}, ""
        for kind, (type, wants, options) in KINDS.items():
            running = stack.enter_context(receiver(kind, clock=self.clock.monotonic, **wants))
            self.receivers[kind] = running
            address = {"api" if kind == "slack_api" else "url": running.url}
            text += f'[channel.{kind}]\ntype = "{type}"\n'
            for key, value in (options | address).items():
                text += f'{key} = "env:{kind}_{key}"\n'
                environment[f"{kind}_{key}"] = value
        names = ", ".join(f'"{kind}"' for kind in KINDS)
        (folder / "notify.toml").write_text(f"{text}[[route]]\nchannels = [{names}]\n", "utf-8")
        self.deliverer = Deliverer(
            notify=NotifyFile(folder / "notify.toml", environment).start(), stores=lambda: TableStore(self.table),
            links=lambda *_: Links(dashboard="https://grafana.example.test/d/voc-spike"), build=build, clock=self.clock,
        )  # fmt: skip
        self.deliverer.load()
        self.passed, self.before, self.states = 0.0, dict[str, int](), dict[str, dict[tuple[str, str], str]]()
        """Of the storm's end: seconds, messages and states by channel."""

    def tell(self, one: Card) -> None:
        """As TELL does."""
        self.deliverer.owe(one)
        self.table.record(one)
        self.deliverer.wake()

    def run(self, seconds: float) -> None:
        """Half-seconds, as all lanes share the one clock."""
        for _ in range(int(seconds * 2)):
            for lane in self.deliverer.lanes():
                while lane.step() == 0.0:
                    pass
            self.clock.pass_by(0.5)


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    with ExitStack() as stack:
        made = Storm(tmp_path_factory.mktemp("storm"), stack)
        for number in range(SPIKES):
            one = card(f"{number:016x}", severity=("low", "normal", "high")[number % 3])
            made.tell(one)
            if number % 10 == 9:
                made.run(3)  # twenty times: a minute
        made.run(60)
        made.passed, made.before = made.clock.passed, {kind: len(running.messages) for kind, running in made.receivers.items()}
        made.states = {kind: made.table.states(kind) for kind in KINDS}
        made.tell(card("f" * 16, minutes=3))
        made.run(10)
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_and_all_is_told_within_two_minutes(storm: Storm, kind: str) -> None:
    assert storm.passed == 120
    states = storm.states[kind]
    assert len(states) == SPIKES and set(states.values()) == {"sent"}
    shown = "\n".join(message.shown.text for message in storm.receivers[kind].messages)
    missing = [number for number in range(SPIKES) if f"topic {number:016x}" not in shown]
    assert missing == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_limit_is_broken_and_nothing_is_sent_twice(storm: Storm, kind: str) -> None:
    running = storm.receivers[kind]
    posts = [request for request in running.requests if request.method == "POST" and "conversations" not in request.path]
    assert len(posts) == len(running.messages), "each was accepted"
    assert storm.before[kind] <= 60, "digests, not single cards"
    for number in (0, 77, SPIKES - 1):
        assert sum(f"topic {number:016x}" in message.shown.text for message in running.messages) == 1
    assert not [one for state, one in storm.table.log if state == "owed" and one == kind][SPIKES + 1 :], "nothing was tried again"


def test_the_most_severe_of_a_digest_comes_first(storm: Storm) -> None:
    digest = max(storm.receivers["webhook"].messages, key=lambda message: len(message.payload))
    severities = [event["data"]["severity"] for event in digest.payload]
    assert severities == sorted(severities, key=["high", "normal", "low"].index)


def test_after_a_storm_single_cards_are_single_again(storm: Storm) -> None:
    message = storm.receivers["feishu"].messages[storm.before["feishu"] :]
    assert len(message) == 1 and "topic ffffffffffffffff" in message[0].shown.text


@pytest.mark.parametrize("kind", ["feishu", "dingtalk", "wecom", "slack"])
def test_single_cards_keep_the_limits_too(kind: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        storm = Storm(tmp_path, stack)
        path = tmp_path / "notify.toml"
        text = path.read_text("utf-8")
        path.write_text(
            text[: text.index("[[route]]")].replace("\n[", "\ndigest_above = 1000\n[") + f'[[route]]\nchannels = ["{kind}"]\n',
            "utf-8",
        )
        storm.deliverer.look()
        for number in range(50):
            one = card(f"{number:016x}")
            storm.deliverer.owe(one)
            storm.table.record(one)
        storm.deliverer.wake()
        storm.run(190)
        running = storm.receivers[kind]
        assert len(running.messages) == len(running.requests) == 50
        assert [f"topic {number:016x}" in message.shown.text for number, message in enumerate(running.messages)] == [True] * 50
