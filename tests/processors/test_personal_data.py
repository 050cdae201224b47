import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.personal_data import FIELD, IDENTIFIER, KINDS, PROSE, find, folded, replaced
from processors.personal_data.signs import may_hold

PHONES = """13812345678|138 1234 5678|138-1234-5678|138.1234.5678|138 12345678|138-12345678
1381234 5678|1381234-5678|1381-2345-678
138-123-45678|+8613812345678|+86 13812345678|+86-138-1234-5678|+86 138 1234 5678|008613812345678
0086 138 1234 5678|8613812345678|86-13812345678
013812345678|１３８１２３４５６７８|１３８－１２３４－５６７８|１３８　１２３４　５６７８
138 – 1234 – 5678|138—1234—5678|138（1234）5678|1 3 8 1 2 3 4 5 6 7 8
1-3-8-1-2-3-4-5-6-7-8|1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8|138\u200b1234\u200b5678|138_1234_5678
19912345678|16612345678|17012345678|14512345678|15912345678
010-12345678|021-62345678|0755-86543210|0512-6543210|(021)62345678|（021）62345678|021 6234 5678
02162345678|+86 21 6234 5678|0571 8765 4321
一三八一二三四五六七八|幺三八零零幺三八零零零|0816 2731 594|(0991) 4520 817|028 62 34 56 78|+1 415 555 2671|+852 9123 45678
138 12 34 56 78
𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖|١٣٨١٢٣٤٥٦٧٨"""
IDS = """110101199003078515|11010519491231002X|11010519491231002x
１１０１０１１９９００３０７８５１５|１１０１０５１９４９１２３１００２Ｘ
110101 19900307 8515|110101-19900307-8515|440524188001010014|360426199101010071"""
EMAILS = """a@b.cn|zhang.san@qq.com|z_s+1@mail.example.com.cn|12345@qq.com|13812345678@139.com
ZHANG@EXAMPLE.COM|zhang＠qq．com|o'neil@example.co.uk"""
MORE_PHONES = """13911223344|139 1122 3344|139-1122-3344|+86 139 1122 3344|８６１３９１１２２３３４４|（010）62345678
010 6234 5678|0571-87654321-8023|0755-26543210转801|幺三九 幺幺二二 三三四四
一三九，一一二二，三三四四|一三九一一二二 嗯 三三四四|幺三拐零零洞洞幺二三四
一三八三个六一二三四五|(212) 555-0198|212-555-0198|212.555.0198|+1 (212) 555-0198|1-212-555-0198|+44 7700 900123
07700 900123|two one two five five five zero one nine eight|two one two, triple five, oh one nine eight|0912-345-678
1️⃣3️⃣9️⃣1️⃣1️⃣2️⃣2️⃣3️⃣3️⃣4️⃣4️⃣|139\u200b1122\u200b3344|1391122-3344
电话:87654321|零二一六二三四五六七八|139 11 22 33 44|１３９－１１２２－３３４４|+852 9123 4567
138零零138零零零|幺叁捌陆陆柒柒捌捌玖玖|幺三八 呃 六六六八 那个 八九九九|02087654321"""
MORE_IDS = """11010519491231002X|110105 19491231 002x|110105491231002|１１０１０５１９４９１２３１００２Ｘ
一一零一零五一九四九一二三一零零二X"""
CARDS = """6222 0212 3456 7890 128|6222021234567890128|4111 1111 1111 1111|4111-1111-1111-1111|5555555555554444|3782 822463 10005
378282246310005|６２２２０２１２３４５６７８９０１２８|6011111111111117"""
MORE_EMAILS = """li.wei@qq.com|li_wei99@163.com|LiWei＠gmail．com|liwei at gmail dot com|liwei艾特qq点com
john.doe+x@mail.example.co.uk|liwei @ qq.com|john dot doe at outlook dot com"""
ADDRESSES = """北京市朝阳区建国路88号院3号楼1201室|广东省深圳市南山区科技园南区深南大道9988号
上海市徐汇区漕溪北路18号1202|杭州市西湖区文三路478号华星时代广场A座1502
成都市武侯区天府二街138号2栋1单元1801|万科城市花园5栋2单元301|翠苑小区12幢3单元502室
李家镇王村5组|河南省周口市太康县高贤乡李庄村
武汉市洪山区珞喻路1037号华中科技大学东校区8栋502|221B Baker Street
1600 Pennsylvania Ave NW, Apt 4, Washington, DC 20500|742 evergreen terrace|350 Fifth Avenue, New York, NY 10118
10 Downing Street, London SW1A 2AA|PO Box 4521|Room 1201, Building 3, No. 88 Jianguo Road, Chaoyang District, Beijing
上海市徐汇区漕溪北路45号星海国际3号楼906|苏州市吴中区东吴南路52号明都大厦11楼B座|福州市鼓楼区五四路77号之三601室
重庆市江北区建新北路90号江景城2组团5-1-3|唐山市路北区建设北路218号|郑州市金水区花园二路66号望湖阁2栋1单元702|寄到丽景湾12#1203
长沙市雨花区韶山中路9号附3号东方家园4-2-901|贵阳市南明区新华路38号水岸府|江家镇大刘村七组18号|人民东路120号甲2号楼东单元301
100027北京市东城区东四十条甲22号|花园路幸福里小区 6号楼 2单元 1101|台北市信義區松仁路101巷7號12樓之3
香港軒尼詩道中200號恒昌大廈18樓C室
觀塘順利邨利溢樓15樓1508室|88 King Street, Level 4, Melbourne VIC 3000|7A Harbour Parade, Dover
Unit 5/27 Smith Street, Fitzroy VIC 3065
Flat 12, Rose Court, Old Town, Leeds LS1 4DY|1210 Bloor St W, Toronto, ON M6H 1N1
Suite 300, Lake View Tower, Indiranagar, Bengaluru 560038
新北市板橋區文化路一段188號5樓|香港九龍彌敦道100號3樓
南京市鼓楼区中山北路三十二号二单元五零一室|苏州工业园区星湖街328号创意产业园5-301
人民路12弄5号楼602|天津市南开区卫津路94号|12 Oak St, Springfield, IL 62704|Flat 2, 45 King's Road
中关村大街27号1101室|朝阳区望京西园三区305号楼2单元1203"""
PLATES = """粤B12345|京A·D12345|沪A12345D|苏E·88888|川A 6B7C8|粤BD12345|浙a12345|粵B12345|鲁B F12345|京 A12345|湘A-12345"""
ORDERS = """订单号123456789012|订单编号：2024112013301234567|单号是SF1234567890123|运单号 YT8812345678901
order number 112-1234567-1234567|order #10023456|order no. A-1002345|tracking number 1Z999AA10123456784
快递单号 773123456789012|240101-123456789012345|JD0123456789012|SF1029384756102|订单 290123456789
我的订单，290123456789|order id: W20231105001|my order ORD-2024-00123|EA123456789CN|物流单号：75312345678901
订单号是DD20231105001|3456789012345678902|查订单 KD5521-8830-17|#3055127 这个订单|where is my order? it's #3055127
订单编号：1024-330172-9981|order N483920 is late|order no. 19350621"""
SOCIAL = """微信号zhangsan_88|加我微信：lisi2020|vx:abc12345|wx abc_123456|V信 hello2020|QQ 12345678|qq号是2345678901
扣扣 88667755|我的微信是wangwu-666|wechat id: lucywang|my WeChat is lucy_w99|微信：liuliu|加v：xiaoming66
薇信xiaohong_1|加个Q 3312045687|wxid_4a8gcp65f9e4|cat-2024是我微信|happy_cat is my wechat"""
PASSPORTS = """E12345678|EJ1234567|G12345678|护照号码E87654321|护照号：EA7654321|passport number 123456789|passport no. G87654321
my passport is E11223344|T20931877是我的护照|passport: C4F7LT93K|护照换了新的 SE2049281"""
PLANTED = [
    (kind, text)
    for kind, texts in (
        ("phone", PHONES), ("phone", MORE_PHONES), ("id", IDS), ("id", MORE_IDS), ("email", EMAILS), ("email", MORE_EMAILS),
        ("card", CARDS), ("address", ADDRESSES), ("plate", PLATES), ("order", ORDERS), ("social", SOCIAL),
        ("passport", PASSPORTS),
    )
    for text in texts.replace("\n", "|").split("|")
]  # fmt: skip

INNOCENT = """1381234567|138123456789|20241120138123456789|6222021234567890123
110101199003078516|11010519491231002Y|110101199013078515|11010119900307851|9787111213826
690123456789|12345678901|12812345678|10012345678
¥1299.00|1,380,012,345|1299-1599|1500-2000 300|1999|满300减50|3期免息 每期433.33|0.13812345678|3.1415926535897
2024-11-20|2024/11/20 13:30:15|20241120133015|2024-11-20T13:30:15.123Z|13:30-15:30|11月20日14点30分
1990-12-31 2024|1732012345|1732012345678|1988.12.31
W-200|GW-B5600|iPhone 15 Pro Max 256|v1.3.8.12|1.38.12.34|固件 2.0.13.1234|SN: WX2024A1381
IP 192.168.10.100|139.168.10.100|400-820-8820|95555|12306|10086
24小时|48小时内|7天无理由|5000mAh|100m防水|1080p|42mm|一三五七|二零二四年|第十三八一二
@小米|我@你|root@localhost|@|a@|@qq.com|a@b|5@6|https://example.com/a?b=1|id=abc-123"""
MORE_INNOCENT = """价格1299元|¥1,299.00|$1,299.99|原价1999现价1599|满300减50|第2件半价|型号W-300|GW-B5600|iPhone 15 Pro Max 256G
RTX4090|i7-13700K|v2.3.1.1024|固件版本2.0.13.1234|2024-11-20 13:30:15|2024年11月20日14点30分|13:30-15:30
20241120133015|7天无理由|48小时内|5000mAh|100m防水|192.168.10.100|400-820-8820|4008208820|800-810-8888|95533|12306
10086|打12315投诉|电话4001234567打不通|110105194912310021|6222021234567890123|4111111111111112|1234567890123
我在上海|发到北京吗|浙江省杭州市有门店吗|朝阳区能送吗|深圳市南山区可以自提吗
南京路附近有店吗|我知道3号到|2号发货的|路由器2号口|微信支付失败|微信怎么绑定
QQ音乐能用吗|wechat pay not working|WeChat is down|qq能登录吗|一二三四五六七八九十|二零二四年
三五天|一百三十八块|我买了两个三天了|one of the two watches|I called two or three times|five minutes later
the watch is 10 years old|2 days on the road|it is 5 minutes drive|I bought 2 at amazon.com|@小米|看到@我
新W300好用吗|京东|京A1|E1234|SN: WX2024A1381|imei 356938035643809|869012345678903|条码6901234567892
ISBN 9787111213826|99.9%|1.38.12.34|订单尾号1234|订单什么时候发货|订单3天了|我的订单2024-11-20下的
order 3 watches|my order from 2024-11-20|ordered 2 weeks ago|tracking says delivered 2 days ago|call me back in 30 minutes
call 911|5个工作日|第3代芯片|64GB+512GB|1080p 60fps|长30宽20高15|10:30 AM|12/25/2024|Q3 2024|A4纸|3.5mm耳机孔
10-20个|0.5米|满意度5分|1-2天|3楼有吗|2单元门口|B座椅坏了|5号电池|7号充电线|一号店
三里屯店几点关门|五道口|王府井大街店|人民广场店|小区门口|我住小区里|送到公寓楼下
尺码170/88A|30万公里|1.5匹|SPF50+|Type-C 3.1|Windows 11 22H2|error code 0x80070005|错误代码E102|故障码P0420
ticket 4521|客服工号8023|工号 10086号|会员等级3|积分12000分|50000积分|余额1234.56|12期免息每期433.33
IP68|2.4GHz|5G|BT5.3|100-240V 50/60Hz|ABC-12345|MTK-9000|订单号是多少|单号没有更新|手机号换了怎么办
电话打不通|邮箱收不到验证码|验证码839201|身份证号要填吗|银行卡能退吗|地址怎么改
校准码 44030619770230123|CCC编号2020180807012345|69码 6925281987342|防伪数字6214 8800 1037 2294 0015|发票号码04827193
批次号是153630793536138|编号37724012308223652|invoice number 25876301848354690|电话400-820-8820一直占线|打400 123 4567三个小时
南京路步行街3号去过|在春熙路3号买的|石家庄能送吗|路过中山东路|Series 9 Sport Loop|the 1 TB hard drive|I saw 5 Star Service
收货地址写错了|寄到公司可以吗|车牌识别不了|护照能实名吗"""
NEGATIVES = f"{INNOCENT}|{MORE_INNOCENT}".replace("\n", "|").split("|")


FRAMES = ["{}", "我的是{}，麻烦尽快", "call me or write: {} please", "①{}。谢谢", "订单2024-11-20 {}（2件）"]


@pytest.mark.parametrize("frame", FRAMES)
def test_planted_data_is_found_where_it_stands(frame: str) -> None:
    for kind, planted in PLANTED:
        text = frame.format(planted)
        spans = find(text)
        assert kind in {span.kind for span in spans}, text
        at = text.index(planted)
        left = "".join(
            character for index, character in enumerate(planted, at) if not any(s.start <= index < s.end for s in spans)
        )
        assert not re.search("[0-9]", folded(left)), (text, spans)
        for span in spans:
            outside = text[span.start : min(at, span.end)] + text[max(at + len(planted), span.start) : span.end]
            assert not re.search(r"\w", outside), (text, spans)


@pytest.mark.parametrize("frame", ["{}", "请问{}是什么意思", "I saw {} there", "亲，{}，谢谢"])
def test_other_numbers_are_left_alone(frame: str) -> None:
    found = {text: find(frame.format(text)) for text in NEGATIVES}
    assert {text: spans for text, spans in found.items() if spans} == {}


def test_there_are_enough_of_both() -> None:
    assert len(PLANTED) >= 150
    assert len(NEGATIVES) >= 150
    assert {kind for kind, _text in PLANTED} == set(KINDS)


def test_several_in_one_text() -> None:
    text = "1.13812345678 2.13912345678，邮箱a@qq.com 身份证11010519491231002X"
    assert [(span.kind, text[span.start : span.end]) for span in find(text)] == [
        ("phone", "13812345678"),
        ("phone", "13912345678"),
        ("email", "a@qq.com"),
        ("id", "11010519491231002X"),
    ]


MIXED = st.one_of(st.characters(), st.sampled_from("0123456789１３８ -.()+@aX幺三零路号村镇栋室微信单QvE粤"))


@settings(max_examples=60)
@given(st.text(alphabet=MIXED))
def test_folding_keeps_the_length_and_spans_are_in_order(text: str) -> None:
    assert len(folded(text)) == len(text)
    at = 0
    for span in find(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


@settings(max_examples=60)
@given(st.text(alphabet=MIXED))
def test_no_rule_finds_what_the_guard_says_is_not_there(text: str) -> None:
    if not may_hold(text):
        assert [rule.search.__name__ for rule in PROSE if list(rule.search(folded(text)))] == []


def test_what_a_rule_finds_out_of_order_is_hidden_in_order() -> None:
    text = "two one two five five five zero one nine eight，一三八一二三四五六七八"
    assert [(span.kind, text[span.start : span.end]) for span in find(text)] == [
        ("phone", "two one two five five five zero one nine eight"),
        ("phone", "一三八一二三四五六七八"),
    ]
    own = "zhang_san1 是我微信，旧的是wxid_abcdefgh12"
    assert replaced(own, find(own), lambda _span: "·") == "· 是我微信，旧的是·"


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([text for _kind, text in PLANTED] + NEGATIVES + list("，。 \n[]-1的单")), max_size=6).map("".join)
)
def test_what_is_hidden_once_leaves_no_number_for_a_second_time(text: str) -> None:
    once = replaced(text, find(text), lambda span: f"[{span.kind.upper()}]")
    assert find(once) == []


@pytest.mark.parametrize(
    "identifier",
    [
        "4200001234567890123",
        "240101-123456789012345",
        "SF1234567890123",
        "6222021234567890128",
        "E12345678",
        "GW-B5600",
        "order-10023456",
        "110105491231002",
        "W1-3-501",
        "550e8400-e29b-41d4-a716-446655440000",
        "chat_4155552671",
        "粤B12345",
    ],
)
def test_an_identifier_may_look_like_an_order_or_a_card(identifier: str) -> None:
    assert find(identifier, IDENTIFIER) == []


def test_what_a_field_must_not_store_is_found_in_it() -> None:
    assert [span.kind for span in find("6222021234567890128", FIELD)] == ["card"]
    assert (
        [span.kind for span in find("13812345678", FIELD)] == [span.kind for span in find("13812345678", IDENTIFIER)] == ["phone"]
    )


@pytest.mark.parametrize(
    "unit",
    [
        "1 3 ",
        "Apt 4, ",
        "甲市乙1栋",
        "路1号",
        "12 Oak St, Reading, ",
        "q 123456 ",
        "地址3-2-1",
        "OD7729-4410-38订单 ",
        "passport A1 ",
        "1",
        "13",
        "a@",
        "@",
        "1.",
        "+86",
        "0-",
        "a",
        "一三",
        "021 ",
        "(",
        "1-3 8.",
        "110101",
        "138 1234 567 ",
        "a.",
        "a@b.",
        "+1 ",
        "幺三 ",
        "两个",
        "三嗯",
        "one ",
        "double two, ",
        "1 Oak ",
        "Flat 2, ",
        "路",
        "村3",
        "3-2-",
        "北京市",
        "订单号",
        "order #",
        "a-1",
        "微信",
        "qq 1 2",
        "粤B",
        "a dot ",
        "a at qq.",
        "E1",
        "电话",
        "[PHONE]",
        "4111 ",
    ],
)
def test_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        began = time.process_time()
        find(text)
        return time.process_time() - began

    short, long = min(seconds(1_000) for _ in range(3)), seconds(20_000)
    assert long < 200 * short + 0.2  # linear is 20 times, square would be 400 times; a fifth of a second for a busy machine


def test_every_script_of_the_basic_plane_has_its_digits_folded() -> None:
    digits = [chr(code) for code in range(0x10000) if unicodedata.decimal(chr(code), None) is not None]
    assert folded("".join(digits)) == "".join(str(unicodedata.decimal(digit)) for digit in digits)
