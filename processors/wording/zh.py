"""A card in Chinese."""

from collections.abc import Mapping, Sequence

from processors.card import ALL_FEEDBACK, AND, EVERYBODY, FEEDS, MANY_ORDERS, NOBODY, UNNAMED, Card
from processors.wording.clock import MINUTE, Clock, length
from processors.wording.numbers import amount, budget, count, ratio, share, times

DIMENSIONS = {
    "product_model": "型号",
    "channel": "渠道",
    "firmware": "固件",
    "product_sku": "货号",
    "product_category": "品类",
    "shop": "店铺",
    "region": "地区",
    "caller_role": "来电方",
    "language": "语言",
}
OWNERS = {
    NOBODY: "暂无（请在 taxonomy.yaml 里写上负责人）",
    UNNAMED: "暂无（voc taxonomy promote 可由它起草一个意图）",
    "nobody yet": "暂无",
    FEEDS: "数据接入负责人",
    EVERYBODY: "所有接待客户的同事",
}
SEVERITIES = {"low": "低", "normal": "普通", "high": "高"}
OUTCOMES = {
    "return_requested": "申请退货",
    "returned": "退货",
    "refunded": "退款",
    "exchanged": "换货",
    "cancelled": "取消订单",
}
CONTEXT = {
    "launch": "新品上市",
    "firmware": "固件更新",
    "campaign": "营销活动",
    "price": "调价",
    "outage": "故障",
    "holiday": "节假日",
    "faq_change": "常见问题改动",
    "page_change": "页面改动",
    "training": "培训",
    "fix": "修复",
}
STATES = {"rising": "仍在上升", "steady": "仍在持续", "falling": "正在回落"}
TRENDS = {
    "rising": "仍在上升：最近这段时间比之前那段多",
    "steady": "仍在持续：最近这段时间和之前那段差不多",
    "falling": "正在回落：最近这段时间比之前那段少",
}
STEPS = {"opened": "新告警", "updated": "更新", "closed": "已结束"}
MOVES = {
    "topic": ("先统一一个答复，发给所有接待的同事。", "看看商品页和说明书有没有写清楚。"),
    "emergent": (
        "读一读原话，给它起个名字（voc taxonomy promote 可以起草）。",
        "写一条统一的回复话术。",
        "问产品团队是否已知。",
    ),
    "total": ("看看接待人手够不够，排队时间有没有变长。", "把问得最多的答案放到客户最先看到的地方。"),
    "silence": ("检查数据接入：还连着吗，还在发数据吗？", "确认这个渠道或店铺是不是停了。"),
}
BEIJING = ("Asia/Shanghai", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "PRC")

NAMES = {
    "size": "数量", "odds": "把握", "customers": "客户", "share": "占比", "since": "开始", "trend": "走势", "where": "在哪里",
    "elsewhere": "没有受影响", "unchanged": "分布如常", "impact": "目前影响", "owner": "负责人", "severity": "级别",
    "spike": "编号", "quotes": "客户原话", "odd": "不太一样的一条", "context": "此前几天（只是时间上巧合，不等于原因）",
    "moves": "可以先做", "dashboard": "看板", "verbatims": "全部对话", "verdicts": "这条提醒有用吗？", "useful": "有用",
    "known": "已知", "noise": "误报", "mute": "静音一天", "sql": "重新查这个数",
}  # fmt: skip
"""What the parts of a card are called."""


class Chinese:
    """Wording."""

    names: Mapping[str, str] = NAMES
    everywhere = "各维度均无明显集中"
    too_few = "数据太少，还看不出来"

    def label(self, card: Card) -> str:
        """See Wording."""
        if card.label == ALL_FEEDBACK and not card.label_zh:
            return "全部反馈"
        return card.label_zh or card.label or card.label_en or card.transition.topic

    def title(self, card: Card, label: str, model: str) -> str:
        """See Wording."""
        spike = card.transition
        if spike.kind == "silence":
            return f"{label}没有声音了（数据断了？）"
        if spike.kind == "total":
            return f"{label}：{self._against(card)}"
        return f"{label} · {model}" if model else label

    def state(self, card: Card) -> str:
        """See Wording."""
        step, kind = card.transition.transition, card.transition.kind
        if step == "closed":
            return "已结束"
        if step == "opened":
            return "新话题" if kind == "emergent" else "新告警"
        return "仍无声音" if kind == "silence" else STATES.get(card.trend, "更新")

    def summary(self, card: Card, clock: Clock, where: str) -> str:
        """See Wording."""
        spike = card.transition
        place = f"；{where}" if where else ""
        if spike.closed:
            lasted = _long(*length(spike.started, spike.closed + MINUTE))
            return f"{lasted}内共 {self._against(card)}，{self._at(clock, card)}开始{place}"
        return f"{self._at(clock, card)}起 {self._against(card)}{place}"

    def size(self, card: Card) -> str:
        """See Wording."""
        spike = card.transition
        more = times(spike.observed, spike.expected)
        said = f"{count(spike.observed)} 条，{_usual(spike.expected)}"
        said += f"（{count(spike.low)}～{count(spike.high)}）" if spike.high >= 0.5 else ""
        span = f"{_long(*self._minutes(card))}内共 " if spike.closed else f"过去 {_long(*self._minutes(card))} "
        return span + said + (f"，是平时的 {more} 倍" if more else "")

    def odds(self, card: Card) -> str:
        """See Wording."""
        if card.alerts_per_week > 0:
            return f"按现在的设置，所有话题合计每周约有 {budget(card.alerts_per_week)} 次误报"
        if card.false_alerts > 0:
            return f"按现在的设置，每 1,000 个话题每天约有 {budget(card.false_alerts)} 次误报"
        return ""

    def customers(self, card: Card) -> str:
        """See Wording."""
        if card.customers is None:
            return ""
        return ("至少 " if card.customers_at_least else "") + f"{count(card.customers)} 位"

    def part(self, card: Card) -> str:
        """See Wording."""
        observed, said = card.transition.observed, []
        if card.contacts and card.transition.kind not in ("total", "silence"):
            said.append(f"占同期全部 {count(card.contacts)} 条的 {share(ratio(observed, card.contacts))}")
        if card.orders:
            rate = f"，合每 1,000 单 {amount(1000 * ratio(observed, card.orders))} 条" if card.orders >= MANY_ORDERS else ""
            said.append(f"同期下单 {count(card.orders)} 单{rate}")
        return "；".join(said)

    def since(self, card: Card, clock: Clock) -> str:
        """See Wording."""
        spike = card.transition
        began = f"{self._at(clock, card)}，{clock.beside(spike.opened, spike.started)} 发现"
        if not spike.closed:
            return f"{began}，到 {clock.beside(spike.updated, spike.started)} 仍未结束"
        lasted = _long(*length(spike.started, spike.closed + MINUTE))
        return f"{began}，{clock.beside(spike.closed, spike.started)} 结束，持续 {lasted}"

    def trend(self, card: Card) -> str:
        """See Wording."""
        return "" if card.transition.closed else TRENDS.get(card.trend, "")

    def dimension(self, name: str) -> str:
        """See Wording."""
        return AND.join(DIMENSIONS.get(one, one) for one in name.split(AND))

    def carried(self, card: Card, dimension: str) -> str:
        """See Wording."""
        of = f"{count(card.transition.observed)} 条里有"
        return "；".join(
            f"{_value(c.value)}：{of} {count(c.observed)} 条（占多出部分的 {share(c.share_of_excess)}，{_usual(c.expected)}）"
            for c in card.where
            if c.dimension == dimension
        )

    def spread(self, values: Sequence[tuple[str, int]], dimension: str) -> str:
        """See Wording."""
        name = self.dimension(dimension)
        if not any(value for value, _ in values):
            return f"{name}未知"
        listed = "，".join(f"{_value(value)} {count(n)}" for value, n in values[:5])
        if len(values) == 1:
            return f"都是 {_value(values[0][0])}（{count(values[0][1])} 条）；是否反常，无从比较"
        return f"没有哪个{name}特别突出（{listed}）"

    def elsewhere(self, card: Card) -> str:
        """See Wording."""
        return "，".join(f"{_value(e.value)}（{count(e.observed)} 条，{_usual(e.expected)}）" for e in card.elsewhere)

    def unchanged(self, card: Card) -> str:
        """See Wording."""
        return "、".join(map(self.dimension, card.unchanged))

    def impact(self, card: Card) -> str:
        """See Wording."""
        said = [f"{OUTCOMES.get(o.kind, o.kind)} {count(o.now)} 笔（此前同样长的时间 {count(o.before)} 笔）" for o in card.impact]
        if rating := card.rating:
            before = ""
            if rating.mean_before is not None:
                before = f"，此前 {amount(rating.mean_before)} 分、{count(rating.answers_before)} 份"
            said.append(
                f"满意度 {amount(rating.mean)} 分，满分 {amount(rating.scale_max)} 分（{count(rating.answers)} 份{before}）"
            )
        return "；".join(said)

    def owner(self, card: Card) -> str:
        """See Wording."""
        mostly = card.mostly_zh or card.mostly_en
        owner = OWNERS.get(card.owner, card.owner)
        return f"{owner}（其中多数属于“{mostly}”）" if mostly else owner

    def severity(self, card: Card) -> str:
        """See Wording."""
        return SEVERITIES.get(card.severity, card.severity)

    def spike(self, card: Card) -> str:
        """See Wording."""
        spike = card.transition
        about = {"total": "全部反馈", "silence": "静默"}.get(spike.kind, f"话题 {spike.topic}")
        return f"{spike.spike_id}（{STEPS.get(spike.transition, spike.transition)}），{about}，租户 {spike.tenant}"

    def context(self, card: Card, clock: Clock) -> Sequence[str]:
        """See Wording."""
        return [f"{clock.day(c.start)} {CONTEXT.get(c.kind, c.kind)}“{c.title}”" for c in card.context]

    def moves(self, card: Card) -> Sequence[str]:
        """See Wording."""
        return card.moves_zh or card.moves_en or MOVES[card.transition.kind]

    def hint(self, spike_id: str, *, verdicts: bool, dashboard: bool) -> str:
        """See Wording."""
        said = [] if verdicts else [f"说说它有没有用：voc verdict {spike_id} useful（或 known、noise、mute）"]
        return "；".join([*said, *([] if dashboard else [f"更多：voc explain {spike_id}"])])

    def _against(self, card: Card) -> str:
        return f"{count(card.transition.observed)} 条，{_usual(card.transition.expected)}"

    def _at(self, clock: Clock, card: Card) -> str:
        zone = "北京时间" if str(clock.zone) in BEIJING else clock.offset(card.transition.started)
        return f"{clock.full(card.transition.started)}（{zone}）"

    def _minutes(self, card: Card) -> tuple[int, int, int]:
        days, hours, minutes = length(card.transition.started, card.transition.updated)
        total = days * 1440 + hours * 60 + minutes + 1  # the last minute counts
        return total // 1440, total // 60 % 24, total % 60


def _amount(number: float) -> str:
    return amount(number).replace("<", "不到 ")


def _value(value: str) -> str:
    return "未知" if value in ("", "unknown") else value


def _usual(expected: float) -> str:
    said = _amount(expected)
    return f"平时{' ' if said[:1].isdigit() else ''}{said} 条"


def _long(days: int, hours: int, minutes: int) -> str:
    parts = [(days, "天"), (hours, "小时"), (minutes if not days else 0, "分钟")]
    return " ".join(f"{count(n)} {name}" for n, name in parts if n) or "不到 1 分钟"
