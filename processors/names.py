"""Is a person named in a text? A sign that it should not be quoted, not a recogniser: a name without a cue is not noticed. Pure.

Chinese: a surname with a title (王先生, 李师傅), what follows 我叫, 姓名, 收件人 or 客服 and begins with a surname, 客服小王,
工号.
English: what follows "my name is", "name:", "Mr", "Mrs", "Ms", "Dr", and a capitalised word after "agent", "this is", "spoke to".
"""

from functools import lru_cache

from processors.expressions import lazy
from processors.redact import redact_attribute

HIDDEN = "[NAME]"
"""What stands in place of a value that names a person."""

_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白"
    "邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤])"
)
_WORDS = (
    "周[一二三四五六日末年]|[白金蓝黄]色|白[领天]|高[中级兴一二三]|任何|时[间候]|方便|马上|安[卓全]|万一|毛病|石英|金[属卡]|路[上人]|成[功人都]"
    "|全[部新家]|于是|江[苏西]|范围|马[来可]|何[时人]"
)
"""What begins like a name and is none."""
_TITLE = "(?:先生|女士|小姐|太太|老师|师傅|经理|主管|店长|同学|阿姨|大姐|大哥)"
_CHINESE = lazy(
    rf"{_SURNAME}[\u4e00-\u9fff]{{0,2}}?{_TITLE}"
    rf"|(?:我叫|我姓|本人姓|本人叫|名字叫|名字是|叫我|免贵姓)\s*{_SURNAME}"
    rf"|(?:姓名|收件人|收货人|联系人|购买人|下单人|签收人|寄件人)(?:[是为:：\s]|名字)*{_SURNAME}"
    rf"|(?:客服|坐席|顾问|导购|接待|专员|店员|快递员|小哥|店长|经理|主管|组长|老板|老师)(?:[是为:：,，\s]|叫|姓|名字)*(?!马上|于是|任何|何时|何必|高冷)"
    rf"{_SURNAME}[\u4e00-\u9fff]{{1,2}}(?=[说讲回让帮给跟把不的很也就一在]|告诉|态度|服务|[^\u4e00-\u9fff]|$)"
    rf"|(?:客服|坐席|顾问|导购|接待|专员|店员)(?:[是为:：,，\s]|叫|名字)*(?:小|阿|老){_SURNAME}"
    r"|(?:客服|坐席|顾问|导购|专员|店员)(?:[是为:：\s]|叫|名字)*[小阿](?![姐哥妹二蜜助时心票程改米伙])[\u4e00-\u9fff]"
    r"(?=[说讲回让帮给跟也的很就]|告诉|态度|[^\u4e00-\u9fff]|$)"
    r"|(?:姓名|收件人|收货人|联系人) ?[:：] ?[^\s:：]"
    rf"|(?:^|[^\u4e00-\u9fff])(?:我|这边|这里)是(?!{_WORDS}){_SURNAME}[\u4e00-\u9fff]{{1,2}}(?=[^\u4e00-\u9fff]|$)"
    r"|工号(?:[是为:：\s])*[A-Za-z]?[0-9]{2,}"
)
_ENGLISH = lazy(
    r"(?i:\b(?:my|his|her|your|their|agent'?s?|full|first|last)\s+name(?:\s+is|'s|\s*:)\s*)\S"
    r"|(?i:(?:^|[\s,;])name\s*[:=]\s*)[^\W\d_]"
    r"|\b(?i:mr|mrs|ms|miss|mx|dr)\b\.?\s+[A-Z][a-z]+"
    r"|\b(?i:called|named)\s+[A-Z][a-z]+"
    r"|\b(?i:agent|rep|representative|advisor|adviser|operator|colleague|technician|driver|courier)\s+[A-Z][a-z]+"
    r"|\b(?i:this is|regards,|thanks,|i am|i'm)\s+"
    r"[A-Z][a-z]+(?:\s+[A-Z][a-z]+|\s+(?:here|speaking|from))"
    r"|\b(?i:regards|thanks|sincerely|cheers),?\s+[A-Z][a-z]+\s*[.!]?\s*$"
    r"|\b(?i:agent|staff|employee)\s+(?i:id|number|no)\b[.:#\s]*\d{2,}"
    r"|\b(?i:spoke to|spoke with|talked to|talked with|speaking with|speaking to|chatted with)\s+[A-Z][a-z]+"
)


def named(text: str) -> bool:
    """Does a word say that a person's name stands here?"""
    return bool(_CHINESE.search(text) or _ENGLISH.search(text))


@lru_cache(maxsize=4096)
def unnamed(value: str) -> str:
    """A label or a title as it may stand on a card: redacted like an attribute, "[NAME]" if a person is named in it."""
    return HIDDEN if named(value) else redact_attribute(value)
