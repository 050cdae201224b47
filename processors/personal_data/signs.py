"""What a text shows at a glance, so that a rule is asked only where it may find something: one regular expression for every turn,
and, for the few that it lets through, one pass of an Aho-Corasick automaton over the words that announce personal data.
"""

import re

import ahocorasick_rs

from processors.expressions import lazy

AT, SAID_AT, ORDER, IDENTITY, SOCIAL, PHONE, PLATE, PLUS, HOUSE, STREET, SPOKEN = (1 << bit for bit in range(11))

_ANNOUNCE = {
    AT: ("@",),
    SAID_AT: (
        "艾特|圈a|小a|(at)|[at]| @|@ | at gmail| at g mail| at google| at outlook| at hotmail| at live| at msn| at yahoo",
        " at icloud| at me | at me.| at aol| at proton| at qq| at q q| at foxmail| at 163| at 126| at 139| at 189| at sina",
        " at sohu| at yeah| at aliyun",
    ),
    ORDER: (
        "单|單|快递|快遞|物流|包裹|交易|流水|发货|退货|退款|售后|支付|取件|购物|货运|商户|查|到哪",
        "order|tracking|waybill|parcel|shipment|shipping|delivery|package|purchase|transaction|confirmation"
        "|reference|return|rma|ref",
    ),
    IDENTITY: (
        "passport|护照|護照|通行证|通行證|回乡证|台胞证|パスポート|reisepass|ssn|social security|身份证|身份證"
        "|身分證|身分证|hkid|hk id|id card|居留|national id|identity card",
    ),
    SOCIAL: (
        "微信|薇信|威信|微芯|微 信|微号|v信|vx|wx|wechat|we-chat|weixin|wei xin|qq|q q|扣扣|企鹅",
        "q |q:|q：|q号|q號|加q|我q|个q|的q|q是|加v|我v|的v|加微|我微|的微|加薇|我薇|加扣|我扣",
    ),
    PHONE: (
        "电话|電話|手机|手機|座机|座機|固话|固話|联系|聯繫|号码|號碼|打|拨|撥",
        "tel|phone|cell|mobile|whatsapp|call|reach|contact|text|ring|dial|number",
    ),
    PLATE: ("license|licence|plate|registration|reg ",),
    PLUS: ("+",),
    HOUSE: (
        "路|街|道|巷|弄|胡同|村|镇|鎮|乡|鄉|屯|庄|莊|寨|号|號|楼|樓|组|組|队|隊|段|层|層|门|区|區|院|栋|棟|幢|座"
        "|单元|單元|室|户|戶|房|斋|舍",
        "地址|住|寄到|送到|发到|堡|社|邨|塘|大院|园区|附|之|铺|鋪|商铺|期|排|梯|#|府|阁|轩|庭|居|郡|湾|里|墅|坊"
        "|台|岛|坊|桥|州|院|单元|公路|国道",
        "省|市|县|縣|旗|大厦|大廈|广场|廣場|花园|花園|公寓|家园|家園|新村|公馆|公館|华庭|豪庭|苑|别墅|府邸|园"
        "|中心|城|大学|大學|中学|小学|学校|國際|国际",
    ),
    STREET: (
        "street| st|avenue| ave|road| rd|boulevard|blvd|lane| ln|drive| dr|court| ct|place| pl|square| sq|terrace| way",
        "parkway|pkwy|circle| cir|highway|hwy| close|crescent|mews|broadway|gardens| row|grove| hill| park| walk| loop",
        "trail| box|parade|esplanade|turnpike|freeway|motorway|causeway|expressway| marg| nagar| pde| tce| gdns"
        "| promenade| quay| wharf",
        " croft| rise| heights| yard| plaza| embankment| chowk| colony| enclave| sector| layout| bvd| alley| pike"
        "| crossing| green| view",
        " vale| bend| cove| point| ridge| run| pass| path| glen| landing| meadow| mount| oval| field| cross| main"
        "| mall| common| end| gate",
        "flat |apartment| apt|suite |unit | house| cottage| farm| lodge| tower| mansion|locked bag|county road"
        "|flat,| barn| mill| hall",
    ),
    SPOKEN: (
        "one|two|three|four|five|six|seven|eight|nine|zero|oh|double|triple",
        "teen|ten |twenty|thirty|forty|fifty|eleven|twelve|hundred",
    ),
}
_WORDS = {word: sign for sign, lines in _ANNOUNCE.items() for line in lines for word in line.split("|")}
_BITS = list(_WORDS.values())
_find = ahocorasick_rs.AhoCorasick(list(_WORDS)).find_matches_as_indexes

NUMERALS = "零〇○洞一幺壹二两兩贰三叁四肆五伍六陆七柒拐八捌九玖勾"
_NUMERAL = NUMERALS + "十百"
_SAID = lazy(rf"[{NUMERALS}0-9](?:[^\n0-9]{{0,12}}?[{NUMERALS}嗯呃额啊恩哦对那然就]|[ ,.]{{1,3}}(?:u[hm]|er))")
_MAY_HOLD = lazy(  # one class for the first character, which the engine looks for fast; then what may begin there
    rf"[\d@＠﹫{_NUMERAL}微薇威扣企加小花大公镇鎮乡鄉艾圈vVwWqQｖＶｗＷｑＱ](?:(?<=[\d@＠﹫])"
    rf"|(?<=[{_NUMERAL}])(?:(?:[^\n]{{0,6}}?[{_NUMERAL}]){{3}}|号|號|栋|棟|幢|楼|樓|座|单元|單元|[组組队隊室])"
    r"|(?<=[微薇威])[^\n]?[信芯心号號]|(?<=扣)扣|(?<=企)鹅|(?<=加)我?的?[vV微薇扣qQ]"
    r"|(?<=小)[区區aA]|(?<=花)[园園]|(?<=大)[厦廈]|(?<=公)寓|(?<=[镇鎮乡鄉])[^\n]{1,8}?[村屯]|(?<=艾)特|(?<=圈)[aA]"
    r"|(?<=[vVwWｖＶｗＷ])[xXｘＸ信]|(?<=[wW])[eE]-?(?:[cC]hat|[iI] ?[xX]in)|(?<=[qQｑＱ])[ ]?[qQｑＱ])"
)
_NUMBER_WORD = (
    "(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]{3,5}teen"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|double|triple)"
)
_ENGLISH_MAY_HOLD = lazy(
    rf"[zotfsendZOTFSENDaA(](?:(?<=\b[zotfsendZOTFSEND])"
    rf"(?:ero|h|ne|wo|hree|our|ive|ix|even|ight|ine|en|leven|welve|[a-z]{{2,4}}teen|wenty|hirty|orty|ifty|ixty"
    rf"|eventy|ighty|inety|ouble|riple)"
    rf"[ ,.…-]{{1,4}}(?:(?:um|uh|er|erm)[ ,.…-]{{1,4}})?{_NUMBER_WORD}\b"
    r"|(?<=\b[dD])ot (?:com|cn|net|org|co|edu|me|io)\b|(?<=\b[aA])t [A-Za-z ]{2,12} ?\.|(?<=\()at\))",
    re.ASCII,
)


_NO_DIGITS = bytes(code for code in range(128) if not 48 <= code <= 57)


def may_hold(text: str) -> bool:
    """Say whether the text, folded or not, has anything that any rule could begin with; most turns have not."""
    return _MAY_HOLD.search(text) is not None or (" " in text and _ENGLISH_MAY_HOLD.search(text) is not None)


def signs_of(text: str, digits: int) -> int:
    """Return the signs that a folded text with so many digits shows, as bits.

    HOUSE wants two parts of an address and SPOKEN three words for digits, as one alone is in every other turn; STREET wants
    a number.
    """
    found = spoken = houses = 0
    text = text.lower()
    try:
        words = _find(text, overlapping=True)
    except UnicodeEncodeError:  # lone surrogates
        words = _find(text.encode("utf-8", "replace").decode(), overlapping=True)
    for index, _start, _end in words:
        bit = _BITS[index]
        spoken += bit == SPOKEN
        houses += bit == HOUSE
        found |= bit
    if spoken < 3:
        found &= ~SPOKEN
    if houses < 2:
        found &= ~HOUSE
    if not (digits or spoken):
        found &= ~STREET
    return found | SPOKEN if not text.isascii() and _SAID.search(text) else found


def digits_in(text: str) -> int:
    """Return how many ASCII digits a text has."""
    return len(text.encode("ascii", "ignore").translate(None, _NO_DIGITS))
