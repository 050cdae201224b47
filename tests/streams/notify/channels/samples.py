"""What is told in these tests, and by which channels."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from processors.said import Chart, Fact, Link, Point, Said
from streams.notify.channel import Channel, Outgoing
from streams.notify.channels import build
from tests.rig.receivers import Receiver, receiver
from tests.rig.receivers.slack import SlackApiReceiver
from tests.rig.receivers.webhook import SECRET

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
POINTS = tuple(Point(START + timedelta(minutes=5 * i), i if i > 20 else 1, 1.2, 0.0, 4.0) for i in range(60))
SAID = Said(
    language="zh",
    spike_id="5f0c2a9be1d4",
    transition="opened",
    severity="high",
    title="充电时发烫 · X200",
    state="新",
    summary="42 条，预期 1.2（通常 0 到 4），10:05 起，主要是 X200",
    facts=(
        Fact("size", "多少", "42 条，预期 1.2（通常 0 到 4），35 倍"),
        Fact("odds", "可靠度", "按此设置每周约 1 次误报"),
        Fact("customers", "客户数", "39"),
        Fact("since", "开始", "2026-11-20 10:05 (Asia/Shanghai)，10:20 发现，仍在上升"),
        Fact("where", "哪里", "型号 X200：36 / 42（占增量 88%）"),
        Fact("unchanged", "不变", "渠道、店铺、地区"),
        Fact("owner", "负责人", "电源组"),
    ),
    quotes_name="客户的话",
    quotes=("充电的时候手机烫得拿不住", "新买的充电头充一会儿就发烫", "charger gets really hot after ten minutes"),
    odd_name="不一样的一条",
    odd="充电慢，不烫",
    context_name="此前发生（巧合，未必是原因）",
    context=("2026-11-19 固件 2.1.7", "2026-11-18 促销 双十一返场"),
    moves_name="先做什么",
    moves=("请客户停用并拍照", "核对批次"),
    links=(
        Link("dashboard", "看板", "https://grafana.example.com/d/voc-spike?var-spike=5f0c2a9be1d4&from=1"),
        Link("verbatims", "原话", "https://grafana.example.com/d/voc-topics?var-topic=charger_hot"),
    ),
    verdicts_name="这条消息",
    verdicts=tuple(
        Link(key, name, f"https://voc.example.com/verdict/{key}.eyJzIjoiNWYwYzJhOWJlMWQ0In0.Z0abcd-_x")
        for key, name in (("useful", "有用"), ("known", "已知"), ("noise", "误报"), ("mute", "静音 24 小时"))
    ),
    hint="voc verdict 5f0c2a9be1d4 useful|known|noise|mute",
    sql_name="再算一遍",
    sql="SELECT sum(count) AS observed FROM topic_tested WHERE tenant = 'acme' AND topic = 'charger_hot' "
    "AND minute BETWEEN '2026-11-20 02:05:00' AND '2026-11-20 02:20:00'",
    chart=Chart(5, POINTS, POINTS[20].start, "每 5 分钟"),
    tenant="acme",
    topic="charger_hot",
    started=START,
    opened=START,
    at=START,
    observed=42,
    expected=1.2,
)
LATER = replace(SAID, transition="updated", state="仍在上升")
CLOSED = replace(SAID, transition="closed", state="结束")
ROBOTS = ("feishu", "dingtalk", "wecom", "slack", "slack_api", "webhook")
SIGNING = {"feishu": "feishu-signing-secret", "dingtalk": "SEC0123456789abcdef", "webhook": SECRET}


def outgoing(*said: Said, id: str = "5f0c2a9be1d4.opened", **fields: Any) -> Outgoing:
    """One card, or several."""
    return Outgoing(id, said or (SAID,), **fields)


def many(number: int) -> tuple[Said, ...]:
    """A storm."""
    return tuple(
        replace(SAID, spike_id=f"spike{i:04d}", title=f"话题 {i:04d}", severity=("low", "normal", "high")[i % 3])
        for i in range(number)
    )


def options(kind: str, running: Receiver) -> dict[str, str]:
    """What notify.toml would say of this receiver."""
    if isinstance(running, SlackApiReceiver):
        return {"api": running.url, "token": running.token, "channel": running.channel}
    return {"url": running.url} | ({"secret": SIGNING[kind]} if kind in SIGNING else {})


def channel_of(kind: str, running: Receiver, **more: str) -> Channel:
    """The channel that tells it."""
    return build(kind.removesuffix("_api"), "ops", options(kind, running) | more)


@contextmanager
def connected(kind: str, **more: Any) -> Iterator[tuple[Channel, Receiver]]:
    """A receiver that verifies signatures, and the channel that tells it."""
    signing = {"secret": SIGNING[kind]} if kind in SIGNING else {}
    with receiver(kind, **signing, **more) as running:
        yield channel_of(kind, running), running
