"""False alerts of the emergent model in weeks that are not calm: `python -m benchmarks.emergent_stories --rate 60 --days 7`.

The yardstick's background replays a few thousand texts evenly. Here texts are put together from slots with long-tailed
vocabularies (new words and new company every minute), and the week has what desks see: promotions that multiply everything or a
few known intents, a campaign whose phrases come back every evening, agents' canned replies that customers quote, a text copied
into many conversations, new wordings of old questions every day. One thing is new on purpose: a campaign that begins on the
fourth day, twice an evening. It may be told once. All texts are made here; seeded.
"""

import argparse
import math
import time
from collections.abc import Iterator
from random import Random

from processors.emergent import EmergentConfig, EmergentModel, Message

START = 1_767_571_200
DAY = 1440


def _words(*lines: str) -> list[str]:
    return " ".join(lines).split()


VOCABULARY = {
    "en": {
        "thing": _words(
            "order parcel refund invoice delivery coupon strap charger screen battery address account password",
            "payment card discount courier return exchange warranty receipt button speaker camera cable adapter",
            "manual subscription membership points voucher gift box colour size repair replacement tracking",
            "signature locker store shipment deposit balance",
        ),
        "state": _words(
            "late wrong missing cancelled changed returned broken lost delayed refused duplicated damaged expired",
            "blocked locked scratched empty leaking silent frozen dead slow loose dirty faded cracked swapped",
            "incomplete unreadable unavailable",
        ),
        "when": _words(
            "today yesterday monday tuesday wednesday thursday friday saturday sunday twice again overnight",
            "recently",
        ),
    },
    "zh": {
        "thing": _words(
            "订单 包裹 退款 发票 快递 优惠券 表带 充电器 屏幕 电池 地址 账号 密码 付款 会员 积分 折扣 退货 换货 保修",
            "收据 按键 喇叭 相机 数据线 说明书 礼盒 颜色 尺寸 维修 补发 物流 签收 门店 定金 余额 耳机 手环 贴膜 支架",
        ),
        "state": _words(
            "晚了 错了 丢了 取消了 改了 退回来了 坏了 被拒收 延误了 重复了 破损了 过期了",
            "锁住了 刮花了 是空的 漏液 没声音 卡住了 开不了 变慢",
            "松了 褪色了 裂开了 少了一件 看不清 缺货",
        ),
        "when": _words(
            "今天 昨天 周一 周二 周三 周四 周五 周末 上午 下午 晚上 前天 两次 又 最近",
        ),
    },
}
FRAMES = {
    "en": (
        "My {thing} from {name} is {state} {when}",
        "hello, the {thing} is {state}, I bought it at {name} {when}",
        "{thing} {state}, please help",
        "Why is the {thing} {state}? {name} told me otherwise",
        "I ordered a {thing} for {name} and the {thing2} is {state}",
        "can you check my {thing}, it was {state} {when}",
        "what about the {thing} of the {name} model? It is {state}",
        "{state} {thing} {when}, this is the second time for {name}",
    ),
    "zh": (
        "我在{name}买的{thing}{when}{state}",
        "你好，{thing}{state}，怎么办",
        "{thing}{state}，麻烦看一下",
        "为什么{thing}{when}{state}，{name}说没问题",
        "我给{name}订的{thing}，{thing2}{state}",
        "帮我查一下{thing}，{when}{state}",
        "{name}款的{thing}{state}了吗",
        "{when}{thing}{state}，已经跟{name}说过了",
    ),
}
QUOTES = {
    "en": (
        "You wrote “{canned}”. What does that mean?",
        "{canned} - is that all you can say",
        "the agent said {canned} but nothing came",
    ),
    "zh": ("你们说“{canned}”是什么意思", "{canned}，就这样吗", "客服回我{canned}，可是没有结果"),
}
CANNED = {
    "en": "Dear customer, your {thing} has been passed on to our {thing2} team, they answer within {n} working days",
    "zh": "亲，您的{thing}问题已经转给{thing2}专员处理，请耐心等待{n}个工作日",
}
EVENING = {
    "en": ("flash hour coupon not accepted", "the flash hour deal says sold out", "flash hour price does not show at checkout"),
    "zh": ("整点秒杀券用不了", "整点秒杀怎么就抢完了", "结算没有整点秒杀价"),
}
BEGINS = {
    "en": (
        "how does the lantern wheel work", "lantern wheel spin gave me nothing", "where do I find the lantern wheel prize",
        "my lantern wheel prize is missing", "can I spin the lantern wheel twice",
    ),
    "zh": ("元宵转盘怎么玩", "元宵转盘没有抽奖次数", "转盘抽到的奖品在哪里看", "元宵转盘奖品没到账", "转盘可以转两次吗"),
}  # fmt: skip
COPIED = {
    "en": "Earn two hundred a day from home with our trading club, write to the number in my profile and get your bonus at once",
    "zh": "在家轻松日赚两百，加入我们的理财俱乐部，看我主页联系方式马上领取新人大礼包，名额有限先到先得",
}
SYLLABLES = {
    "en": _words("ba co di fa gu ha ko li ma no pe ra so ti vu we za lo mi ne"),
    "zh": list("安宝晨德恩芳光海嘉康兰美宁鹏庆瑞盛天万欣雅正卓云朗乐辰泽"),
}


class Week:
    """A desk's messages, minute by minute from Monday 08:00 local time."""

    def __init__(self, lang: str, rate: float, seed: int, calm: bool) -> None:
        self.rng, self.lang, self.rate, self.calm = Random(seed), lang, rate, calm
        words = VOCABULARY[lang]
        self.words, self.frames = words, FRAMES[lang]
        self.wordings: list[str] = []
        self.intents = [(self.rng.sample(words["thing"], 4), self.rng.sample(words["state"], 5)) for _ in range(40)]
        self.weights = [self.rng.gammavariate(1.2, 1) for _ in self.intents]
        self.drift = [0.0] * len(self.intents)
        self.canned = [self.fill(CANNED[lang], 0).replace("{n}", str(self.rng.randint(2, 9))) for _ in range(30)]
        self.number, self.conversation = 0, 0
        self.boosts: list[tuple[int, int, frozenset[int], float]] = []
        self.copies: list[int] = []

    def name(self) -> str:
        """A shop, a model, a friend: long-tailed, so that new ones never end."""
        rank = int(self.rng.paretovariate(0.7))
        made = Random(rank)
        return "".join(made.choice(SYLLABLES[self.lang]) for _ in range(3 if self.lang == "en" else 2))

    def fill(self, frame: str, intent: int) -> str:
        """Return the frame with words of an intent in its slots."""
        things, states = self.intents[intent]
        choose = self.rng.choice
        slots = {
            "{thing2}": choose(self.words["thing"]), "{thing}": choose(things), "{state}": choose(states),
            "{when}": choose(self.words["when"]), "{name}": self.name(),
        }  # fmt: skip
        for slot, word in slots.items():
            frame = frame.replace(slot, word)
        return frame

    def begin_day(self, day: int) -> None:
        """What this day brings: a promotion or two, new wordings, a copied text."""
        rng, at = self.rng, day * DAY
        if self.calm:
            return
        everything = frozenset(range(len(self.intents)))
        begin = at + rng.randint(60, 700)
        if day % 2:
            self.boosts.append((begin, begin + 120, everything, 5.0))
        few = frozenset(rng.sample(range(len(self.intents)), rng.choice([1, 3])))
        begin = at + rng.randint(60, 700)
        self.boosts.append((begin, begin + 90, few, 8.0))
        for _ in range(2):
            frame = rng.choice(self.frames)
            self.wordings.append(f"{self.name()} {frame}" if self.lang == "en" else f"{frame}，{self.name()}")
        self.copies = [at + rng.randint(100, 700) + k for k in range(10)]

    def minute(self, m: int) -> list[Message]:
        """The messages of minute m, to be asked for in order."""
        rng = self.rng
        if m % DAY == 0:
            self.begin_day(m // DAY)
        if m % 60 == 0:
            self.drift = [0.7 * x + rng.gauss(0, 0.2) for x in self.drift]
        hour = (m / 60 + 8) % 24
        level = self.rate * (0.15 + math.exp(-(((hour - 11) / 3) ** 2)) + 0.9 * math.exp(-(((hour - 20) / 2.5) ** 2))) / 0.58
        weights = [w * math.exp(x) for w, x in zip(self.weights, self.drift, strict=True)]
        usual = sum(weights)
        for begin, end, which, factor in self.boosts:
            if begin <= m < end:
                weights = [w * (factor if i in which else 1) for i, w in enumerate(weights)]
        said = [
            self.turn(i) for i in rng.choices(range(len(weights)), weights, k=self.poisson(level * sum(weights) / usual / 1.4))
        ]
        if not self.calm:
            said += [(self.quote(), ()) for _ in range(self.poisson(level * 0.01))]
            evening = 12 * 60 <= m % DAY < 13 * 60
            said += [(rng.choice(EVENING[self.lang]), ("coupon",)) for _ in range(self.poisson(level * 0.05 * evening))]
            said += [(COPIED[self.lang], ())] * (3 * (m in self.copies))
            new = m >= 3 * DAY and 11 * 60 <= m % DAY < 13 * 60
            said += [(rng.choice(BEGINS[self.lang]), ()) for _ in range(self.poisson(2.0 * new))]
        return list(self.numbered(said))

    def turn(self, intent: int) -> tuple[str, tuple[str, ...]]:
        """Return a customer's message of an intent, and how it was tagged."""
        known = (f"intent{intent}",) if self.rng.random() < 0.8 else ()
        new = self.wordings and self.rng.random() < 0.01
        return self.fill(self.rng.choice(self.wordings if new else self.frames), intent), known

    def quote(self) -> str:
        """A canned reply in a customer's words; a few are in use at a time."""
        return self.rng.choice(QUOTES[self.lang]).replace("{canned}", self.canned[int(self.rng.betavariate(1, 3) * 30)])

    def numbered(self, said: list[tuple[str, tuple[str, ...]]]) -> Iterator[Message]:
        """Put messages into conversations, seven in ten into one of their own."""
        for text, topics in said:
            if self.rng.random() > 0.3:
                self.conversation += 1
            self.number += 1
            back = 0 if self.rng.random() < 0.7 else self.rng.randint(0, 30)
            yield Message(self.number, f"c{max(self.conversation - back, 0)}", text, topics)

    def poisson(self, mean: float) -> int:
        """Return a Poisson number; beyond a mean of 50 a rounded normal one."""
        if mean > 50:
            return max(0, round(self.rng.gauss(mean, mean**0.5)))
        limit, k, p = math.exp(-mean), 0, self.rng.random()
        while p > limit:
            k, p = k + 1, p * self.rng.random()
        return k


def run(lang: str, rate: float, seed: int, days: int, calm: bool, warm_up: int) -> dict[str, object]:
    """Return what was told after the warm-up days, and at what cost."""
    week, model = Week(lang, rate, seed, calm), EmergentModel(EmergentConfig())
    told, busy, messages, slowest = [], 0.0, 0, 0.0
    for m in range((warm_up + days) * DAY):
        batch = week.minute(m)
        clock = time.process_time()
        step = model.step(START + 60 * m, batch)
        spent = time.process_time() - clock
        busy, messages, slowest = busy + spent, messages + len(batch), max(slowest, spent)
        told += [(m, burst) for burst in step.opened if m >= warm_up * DAY]
    new = [burst for m, burst in told if any(word in burst.label for word in ("lantern", "wheel", "spin", "转盘", "元宵"))]
    return {
        "lang": lang, "rate": rate, "seed": seed, "days": days, "calm": calm, "told": len(told), "campaign": len(new),
        "false": len(told) - min(len(new), 1), "messages": messages, "per_s": round(messages / busy),
        "slowest_ms": round(1000 * slowest), "snapshot_mb": round(len(model.snapshot()) / 1e6, 1),
        "labels": [f"day {m // DAY} {m % DAY // 60 + 8}h {b.label} {b.score:.1f} of {len(b.messages)}" for m, b in told],
    }  # fmt: skip


def main() -> None:
    """Print a line a language."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=60.0, help="messages a minute, mean")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--warm-up", type=int, default=2, help="days")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lang", default="en,zh")
    parser.add_argument("--calm", action="store_true", help="without promotions, campaigns, quotes and copies")
    o = parser.parse_args()
    for lang in o.lang.split(","):
        for key, value in run(lang, o.rate, o.seed, o.days, o.calm, o.warm_up).items():
            print(f"{key}: {value}" if key != "labels" else "\n".join(map(str, value)), flush=True)  # type: ignore[call-overload]
        print()


if __name__ == "__main__":
    main()
