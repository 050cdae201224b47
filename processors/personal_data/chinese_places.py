"""The words of Chinese addresses: what the names of districts, roads, estates and buildings end with, and what stands before an
address without being part of it.
"""

from processors.expressions import lazy

_A_NUMBER = "(?=[甲乙丙丁临]?[0-9]{1,5}[号號])"
_A_BUILDING = (
    "(?=[A-Za-z]?[0-9一二三四五六七八九十]{1,3}"
    "(?:[栋棟幢座期#]|[号號][楼樓]|单元|單元|区[0-9]|[层層楼樓][0-9A-Z东西商门]|号?铺|-[0-9]{1,3}-[0-9]))"
)
_NO_ROAD = "(?<![知频渠報报通轨管味地隧街力].)(?![路理歉具了])"
_NO_STREET = (
    "(?<![思套線电電網网铁迷链公走半].)(?<!一路(?![0-9一二三四五六七八九十甲东南西北中]))(?![由上线線程边過过费費面径灯况人])"
)
_KINDS = {
    "region": "特别行政区|特別行政區|自治区|自治區|自治州|自治县|自治縣|新区|新區|省|市|区|區|县|縣|旗|州|盟",
    "town": "街道办事处|街道办|街道|街辦|镇|鎮|乡|鄉|苏木|农场|林场",
    "road": "大道|大街|胡同|条街|公路|国道|省道|县道|环路|支路|辅路|里弄|路|街|道|巷|弄|条|沿|桥|墙",
    "estate": (
        "小区|小區|花园|花園|公寓|家园|家園|新村|公馆|公館|华庭|華庭|豪庭|名苑|雅苑|花苑|佳苑|嘉园|嘉園|名都|名城"
        "|新城|别墅|別墅|宿舍|府邸|华府|名邸"
        "|苑|邨|屋苑|家属院|大院|府|阁|轩|庭|居|园|郡|湾|里|邸|墅|院|閣|軒|園|灣|寓|岛|坊|台"
    ),
    "site": (
        "大厦|大廈|广场|廣場|写字楼|寫字樓|产业园|科技园|工业园|工業園|工业区|軟件園|软件园|创业园|创意园|物流园"
        "|开发区|商城|学校|大学|學校|大學"
        "|中学|小学|学院|學院|医院|醫院|中心|国际|國際|商厦|商廈|商务楼|办公楼|幼儿园|校区|城"
    ),
    "village": "村委会|村|社区|社區|屯|庄|莊|寨|堡",
    "place": (
        "酒店|宾馆|饭店|超市|市场|银行|公司|工厂|仓库|派出所|政府|百货|大楼|教学楼|住院部|门诊部|营业厅|驿站|快递柜"
        "|门卫|传达室|底商|门面|商铺|厂区|车间"
        "|研究院|研究所|基地|SOHO|CBD"
    ),
}
_ONLY = {
    "市": "(?![场場面价價值])",
    "区": "(?<![小地社时時校园厂].)(?![别分间域块])",
    "區": "(?<![小地社时時校園廠].)(?![別分間域塊])",
    "旗": "(?!舰)",
    "盟": "(?!友)",
    "乡": "(?!下)",
    "鄉": "(?!下)",
    "路": _NO_STREET,
    "街": "(?![道上头])",
    "道": _NO_ROAD,
    "巷": "(?!子)",
    "弄": "(?=[0-9一二三四五六七八九十])",
    "城": "(?![市管际])",
    "苑": "(?!子)",
    "村": "(?!里)",
    "屯": "(?!货)",
    "庄": "(?![严重])",
    **dict.fromkeys("条沿桥墙", _A_NUMBER),
    **dict.fromkeys("府阁轩庭居园郡邸墅院閣軒園灣寓岛台", _A_BUILDING),
    **dict.fromkeys("里坊湾", f"(?:{_A_BUILDING}|{_A_NUMBER})"),
}
"""Where an ending is one, if not everywhere: 市 is none in 市场, 园 only before a building."""
_KIND_OF = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split("|")}
_KIND_OF |= {f"{road}{side}": "road" for road in ("路", "街", "道", "大道") for side in "东西南北中東"}
_ONLY |= {f"{road}{side}": "(?=[0-9]{1,4}[号號])" for road in ("路", "街", "道", "大道") for side in "东西南北中東"}
_FREQUENT = "市区路街镇省县乡村花大小中广公"


def _endings() -> str:
    """The longer first, those that begin alike together, and the frequent ones first of all."""
    longest = sorted(_KIND_OF, key=lambda ending: (-len(ending), ending))
    firsts = dict.fromkeys(_FREQUENT + "".join(ending[0] for ending in longest))
    tails = {first: [ending[1:] + _ONLY.get(ending, "") for ending in longest if ending[0] == first] for first in firsts}
    return "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in tails.items())


ENDINGS = lazy(_endings())
"""What the parts of an address end with; the longer first. Every one begins with a literal, which the engine looks for fast."""
kind_of = _KIND_OF.__getitem__
"""Return which kind of part has that ending, one that `ENDINGS` found."""

_ALWAYS = "在到是寄的了给給请請我你您他她它这這那哪吗嗎呢吧啊呀么麼着就没不问問说說还還再址往送去有个個"
NAME = f"[^\\W_A-WYZa-wyz0-9①-⓿{_ALWAYS}]"
"""A character that the name of a place may have."""
_END_OF_OTHER = lazy(f"[\\W_A-Za-z0-9①-⓿{_ALWAYS}]|(?<![成首新丰豐武华華帝京名宁港星])都(?![江匀勻会會市城])|(?<![理梦夢联])想")
CUE = lazy(
    r"(?:地址|住址|住在|家住|我住|住的|(?<![记不])住(?=$)|寄到|寄往|寄去|送到|送货到|送去|配送|收货|收件|邮寄到"
    r"|发到|发往|上门|搬到|門牌|门牌|位于|(?i:address))"
    r"[^\n]{0,6}$",
)
"""Announces an address."""
_PROVINCE = lazy(
    "北京|天津|上海|重庆|重慶|河北|山西|辽宁|遼寧|吉林|黑龙江|黑龍江|江苏|江蘇|浙江|安徽|福建|江西|山东|山東|河南"
    "|湖北|湖南|广东|廣東|海南|四川|贵州|貴州"
    "|云南|雲南|陕西|陝西|甘肃|甘肅|青海|台湾|台灣|臺灣|内蒙古|廣西|广西|西藏|宁夏|寧夏|新疆|香港|澳门|澳門|深圳"
    "|广州|杭州|成都|南京|武汉|西安|苏州|天津"
    "|台北|臺北|新北|台中|高雄|九龙|九龍"
)
BEFORE = lazy(
    "(?:麻烦|麻煩|帮忙?|幫忙?|改成|改为|改寄|换成|換成|修改|寄|[发發](?![展达])|放|快递|快遞|收货|收貨|上门|取件"
    "|地址|新地址|老地址|老家|住|家(?![园園乐和兴])|公司|单位|目前|现在|現在"
    "|人(?![民和才])|和(?![平睦谐諧田顺煦])|[为為](?!民)|成(?![都功华安武达贤])|要|来(?![宾安凤广])|跟|把|[从從]"
    "(?![化江])|位于|搬|货|貨|件|东西|都(?![江匀会市])|想|叫|让|配(?!套))+"
)
"""Words that may touch an address on its left."""


def name_start(text: str, low: int, high: int) -> int:
    """Return where the name that ends at `high` begins, not before `low`."""
    start = low
    for found in _END_OF_OTHER.finditer(text, low, high):
        start = found.end()
    return start


def province_in(text: str, start: int, suffix: int, end: int) -> int:
    """Return where a province or a great city begins that stands in the name before a first suffix, or -1: 山东 is none in
    中山东路.
    """
    for found in _PROVINCE.finditer(text, start, min(end, start + 12)):
        if found.end() < suffix or text[suffix:end] in ("省", "市", "自治区", "特别行政区", "特別行政區"):
            return found.start()
    return -1
