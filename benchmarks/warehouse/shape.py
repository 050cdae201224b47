"""What the desk looks like that fills the warehouse: tenants, subjects, things, words, the day's wave. Constants only."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from processors.intents.taxonomy import Taxonomy

END = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""The minute after the last: what `now()` is in every query that is measured."""
DAYS = 30
START = END - timedelta(days=DAYS)
WAVE = (0.25, 0.15, 0.10, 0.08, 0.08, 0.12, 0.30, 0.60, 1.00, 1.45, 1.70, 1.65, 1.30, 1.40, 1.65, 1.70,
        1.60, 1.40, 1.30, 1.55, 1.75, 1.60, 1.05, 0.55)  # fmt: skip
"""Feedback by hour in China, as parts of the day's mean."""
TENANTS = {"aurora": 70, "birch": 25, "cove": 5}
"""Per cent of the feedback."""
CHANNELS = {"tmall": 34, "jd": 24, "douyin": 16, "wechat": 14, "phone": 8, "web": 4}
MODELS = tuple(f"{line}-{number}" for line in "WBEK" for number in (100, 200, 300, 400, 500))
"""Twenty: five each of watches, bands, earphones and watches for children."""
CATEGORIES = {"W": "watch", "B": "band", "E": "earphones", "K": "kids-watch"}
TOPICS = (*Taxonomy.default().by_name, *(f"own_topic_{number}" for number in range(1, 5)))
"""Sixty: the packaged ones, and as many more as a house has of its own."""
ROLES = {"customer": 66, "agent": 28, "bot": 6}
OPENINGS = (
    "请问一下", "你好,", "在吗?", "我上周买的", "刚收到货,", "客服你好,", "麻烦问问", "昨天开始", "升级以后", "已经第三次了,",
    "帮我看一下,", "不好意思打扰了,", "我家孩子的", "想咨询下,", "这个怎么回事,", "说明书里没写,",
)  # fmt: skip
MIDDLES = (
    "手表的时间一直不对,怎么调整都没有用", "充电充了一晚上还是只有百分之二十", "蓝牙连不上手机,删了重新配对也不行",
    "表带断了能不能单独买一根", "快递显示已经签收可是我没有收到", "订单里少了一个充电线没有发过来", "屏幕上有一道很细的划痕",
    "心率测得跟医院的差很多", "想换一个颜色可以吗,还没拆封", "退款申请提交三天了还没有到账", "发票抬头写错了要怎么修改",
    "活动价跟我昨天下单的价格不一样", "支持苹果手机吗,系统是最新的", "睡眠记录只有两个小时不可能吧", "防水到底能不能戴着游泳",
    "更新完固件以后耗电特别快", "消息提醒有时候收不到,通知权限都开了", "耳机右边没有声音只有左边有",
    "定位偏了好几公里,孩子在学校显示在家", "验证码一直收不到,换了手机号也不行",
)  # fmt: skip
ENDINGS = (
    "", "。", "谢谢", ",怎么办?", ",很着急", "!!", ",能尽快处理吗", ",等了半天了", ",麻烦给个说法", " please help", ",在线等",
    ",你们的售后呢?",
)  # fmt: skip
EMERGENT = ("表盘一到零点就变成绿色", "零点以后表盘发绿,重启也没用", "半夜表盘突然变绿,看不清时间", "表盘发绿光关不掉")
"""What no subject of the taxonomy names."""


def pool(weights: dict[str, int]) -> list[str]:
    """Each value as often as it weighs: one is drawn by its place."""
    return [value for value, weight in weights.items() for _ in range(weight)]


def subjects(slots: int = 1000) -> list[str]:
    """The topics of a thousand messages: a quarter have none (''), the rest by rank, the first some forty times the last."""
    weights = [1 / (rank + 1.5) for rank in range(len(TOPICS))]
    spoken = slots * 3 // 4
    drawn = [topic for topic, weight in zip(TOPICS, weights, strict=True) for _ in range(round(spoken * weight / sum(weights)))]
    return ["" for _ in range(slots - len(drawn))] + drawn


def listed(values: Sequence[object]) -> str:
    """An array of ClickHouse."""
    return "[" + ", ".join("'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'" for value in values) + "]"
