"""Words that say nothing of a subject: function words, greetings, courtesy, haste."""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


STOP_WORDS = _words(
    "a about after again all already also always am an and any anybody anyone anything are as at away back be because",
    "been before being both but by can cant cannot could couldn did didn do does doesn doing don done dont else even ever",
    "every everything few for from get gets getting give go goes going gone good got had has hasn have haven having he",
    "her here hers him his how however if in into is isn it its itself im ive just keep keeps know let like little ll",
    "look looking lot lots made make makes making many may maybe me might mine more most much must my myself need needed",
    "needs never new no nobody none nor not nothing now of off often ok okay on once one only or other others our ours",
    "out over own per please put quite rather re really right said same say says see seem seems she should shouldn show",
    "since so some someone something sometimes somewhere soon still such sure take tell than that the their theirs them",
    "then there these they thing things think this those though through till to together too tried try trying under until",
    "up upon us use used using ve very via want wanted wants was wasn way we well went were weren what whatever when",
    "where whether which while who whom whose why will with within without won would wouldn yes yet you your yours",
    "yourself hi hello hey dear greetings morning afternoon evening day sir madam guys team thanks thank thankyou thx",
    "cheers appreciate sorry pls plz asap urgent urgently quick quickly immediately help helped helping assist assistance",
    "question questions wondering possible possibly able human agent person anyone speak talk",
)
"""Lower case; apostrophes cut words, so "don't" is "don" and "t"."""

STOP_CHARACTERS = (
    "的了是在我你您他她它们这那就也都还又再很太更最吗呢吧啊呀哦噢嗯哈嘛么啦呗喔唉哎诶"
    "和与及或而但给让跟被把从到为之其此呃哇欸咋啥哪谁请"
)
"""Chinese characters that no phrase may hold."""

STOP_PAIRS = _words(
    "你好 您好 请问 问下 问一 麻烦 烦问 谢谢 感谢 多谢 客服 人工 转人 一下 下谢 一个 一些 一点 有点 点急 比较 非常",
    "特别 真的 可以 可否 能否 能不 不能 能够 怎么 怎样 如何 什么 为什 为何 是否 有没 没有 没办 不是 不会 会不 不要",
    "不想 不用 需要 想要 应该 得了 不行 不了 不到 想问 想知 知道 告诉 帮忙 帮我 帮看 看看 看一 看下 现在 今天 明天",
    "昨天 刚刚 刚才 已经 正在 一直 总是 经常 马上 就是 只是 只能 还有 以及 因为 所以 如果 要是 的话 然后 之后 以后",
    "之前 以前 时候 里面 上面 下面 起来 出来 下来 过来 进去 觉得 感觉 东西 情况 问题 回事 好的 好吧 好了 好像 在吗",
    "人呢 急急 谢了 多少 几个 多久 怎办 办呀 么办 行吗 能帮 我想",
)
"""Pairs of Chinese characters that are no token."""
