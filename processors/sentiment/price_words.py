"""What customers say about prices, as data: Chinese in simplified characters, English in lower case.

A bar inside round brackets parts alternatives, an empty one makes the bracket optional; a slash parts phrases.
"""

import re

SURROGATE = re.compile("[\ud800-\udfff]")

# fmt: off
TOO_DEAR = """
    贵(死|得离谱|得吓人|的离谱|的吓人|得要命|的要命|得要死|的要死|得肉疼|得不合理|到离谱|到怀疑人生|得没道理) / 死贵 /
    不值(这个|这|那个|那|这么多|那么多|这么高的|)(价|钱|价格|价钱|价位) / 不值这么多 / 不值那么多 / 不值得(这个|花这|花那|
    买|入手) / 根本不值 / 完全不值 / 真不值 / 太不值 / 觉得不值 / 感觉不值 / 一点都不值 / 一点也不值 / 性价比(很|太|真|有点|
    也|并|实在|确实|)(低|不高| 差|一般|不行|不怎么样|堪忧|为零) / 没(有|什么|啥|)性价比 / 毫无性价比 / 没什么性价比 /
    性价比拉胯 / 割韭菜 / 割我韭菜 / 智商税 / 抢钱 / 抢劫 / 宰客 / 宰人 / 被宰 / 挨宰 / 坑钱 / 圈钱 / 当冤大头 / 冤大头 /
    人傻钱多 / 暴利 / 黑心价 / 天价 / 狮子大开口 / 漫天要价 / 乱要价 / 溢价(太|严重|很|高|过|这么|不少|那么|明显|离谱|多) /
    溢价 / 品牌税 / 牌子钱 / 交(了| )品牌税 / 价格虚高 / 虚高 / 价格(有点|有些|太|偏|略|稍微|实在|真的|确实|实在是|真是|
    也太|真|还是|也|)(高了|偏高|贵|太高|离谱|过高|吓人|感人|劝退|不合理|不亲民|不友好|不美丽|略高|高得|高的离谱| 虚高|过分)
    / 价格太(高|贵|离谱|不合理) / 价位(偏|太|有点|有些)(高|贵) / 定价(太高|过高|偏高|离谱|虚高|不合理|有点高|真敢|也太) /
    售价(太高|偏高|过高) / 价格(高|贵|高了|贵了) / 价钱(高|太高|有点高|偏高|不合理) / 高价 / 涨价(太|这么|好多|了这么多|
    得太|也太|离谱|涨得|好几|了好几|还涨|厉害|了一倍|了不少|了好多|太多) / 涨(得|的)(太|离谱|这么|厉害|也太)(多|狠|快|厉害|)
    / 又涨价(了|) / 涨了这么多 / 涨了好多 / 涨太多 / 怎么又涨 / 超(出|过|)(了|我|我的|我们|我们的|了我的|了我|出|)预算 /
    预算不够 / 超支 / 买不起 / 消费不起 / 负担不起 / 承受不起 / 用不起 / 吃不起 / 高攀不起 / 舍不得(买|下单|下手|花|入|换|)
    / 下不去手 / 下不了手 / 狠不下心 / 肉疼 / 肉痛 / 心疼钱 / 钱包(疼|在滴血|受不了|扛不住|顶不住|不允许|遭不住) / 望而却步
    / 被价格劝退 / 价格劝退 / 劝退 / (便宜|降|少|优惠|打折|降价|再便宜|再降|便宜一|便宜个|降个|少个)(点|些|一点|一些|几百|
    两百|一百|三百|五百|个几百|了|)(才|就|我就|我才|再|我再|我会|才会)(买| 考虑|下单|入手|入|会买|能接受|来|肯定买) /
    等(降价|打折|活动|便宜|双十一|双11|618|它降价)(了|点|)(再|才)(买|考虑|下单|入) / 不便宜 / 一点也不便宜 / 一点都不便宜 /
    太小贵 / 小贵 / 不划算 / 不合算 / 不实惠 / 太不划算 / 花冤枉钱 / 冤枉钱 / 白花(花|这么多|那么多|了这)(的|)(钱|) /
    卖(这么|那么|得这么|得那么|的这么|的那么|得|的|得太|得也太|太)(贵|高) / 要价(太|这么| 那么|过|离谱|真)(高|狠|) /
    收费(太|这么|那么|有点|偏|真|也太)(高|贵|离谱) / (运费|邮费|维修费|手续费|服务费|保费|换屏|维修|修一下|换个电池|配件|
    耗材|会员|会费)(也太|太|这么|那么|真|有点| 好|比机器还|都快赶上|比买新的还)(贵|高) / 买贵了 / 买亏了 / 亏大了 / 同样(的|
    )(配置|价格|价位|东西|产品|功能|的配置|的东西)(别家|人家|其他|其它|隔壁|能买|我|可以|都能|为什么不|完全) / 别家(更|都|
    才|只要|只卖|便宜|比你们) / 人家(才|只要|只卖|更便宜|便宜) / (比|较)(别家|别人|别的|淘宝|天猫|京东|拼多多|同行|同款|
    实体店|官网|网上|隔壁|其他家|其他|其它|国外|去年|之前|以前|上次| 市场价|线下|线上|门店|超市|外面|同类|同价位)(的|家|店|
    产品|品牌|还|都|要|卖得|卖的|卖|)(还|要|都|)(贵|高) / 便宜一半 / 只值 / 顶多值 / 最多值 / 撑死值 / 成本(才|也就|不过|
    顶多|估计) / 就这(还|也)(要|卖|敢卖|好意思卖) / 也敢卖 / 真敢卖 / 敢卖这么 / 好意思卖 / 凭(什么|啥)(卖|要|收|这么|比) /
    贵在哪 / 哪里值 / 哪值 / 值吗就 / 肾都 / 卖肾 / 割肾 / 太烧钱 / 烧钱 / 性价比不如 / 价格(不|没)(优势|占优势|实惠|合适|
    友好|亲民) / (way |far |so |)overpriced / over priced / overpricing / pricey / (too|so| way|really|very|insanely|
    ridiculously|extremely|crazy|stupidly|quite|pretty|rather|a bit|a little|bit|crazily| obscenely|absurdly|far too|way
    too|much too|outrageously|unreasonably|prohibitively|super|more) (expensive|costly| pricy) / expensive for (what|a|such|
    this|the|that|me|something|my) / not worth (it|the|that|what|this|half|anywhere| even|$|a|paying|your|my|buying|£|€) /
    is not worth / isn't worth / wasn't worth / not really worth / hardly worth / never worth / nowhere near worth / not
    quite worth / worth half / worth a (third|fraction) / worth nowhere near / (doubt|not sure|not convinced) (it is|it's|
    that it's|this is|they are) worth / rip off / rip-off / ripoff / ripped off / ripping (people|customers|us) off /
    daylight robbery / highway robbery / (pure|total|complete|absolute|sheer) robbery / extortion / extortionate /
    exorbitant / price gouging / gouging / gouged / (can't|cannot|can not|couldn't| could not|hard to|difficult to|struggle
    to|struggling to|impossible to|tough to|how do you|how can you|how do they| doesn't|does not|don't) justify (the|that|
    this|paying|spending|such|a|it|its|those|these) / (cost|costs|costing| charge|charges|charging|asking|paying|paid|pay|
    ask|spend|spent|want) (way |far |)too much / too much money / too much for (a|what|this|that|such|me|something|my) / (an
    arm and a leg|a small fortune|the earth|a bomb|a kidney|a fortune| through the nose|silly money|crazy money|stupid
    money|an absolute fortune|the price of a) / cheaper (elsewhere|at|on| from|somewhere|everywhere|in other|than yours|than
    you|in the|over at|down the) / (much|way|far|a lot|significantly) cheaper (elsewhere|at|on|from|somewhere|everywhere|in)
    / found (it|this|the same|one|them) (for |)(way |much |a lot | )(cheaper|less|for less) / (price|prices|pricing|cost|
    fee|fees|bill|subscription|renewal) (is|are|seems|seem|feels| looks|was|were|has become|have become|has gotten|'s) (way
    |far |really |very |a bit |a little |just |simply |pretty | quite |so |rather |completely |totally |absolutely |)(too |
    so |)(high|steep|insane|crazy|ridiculous|outrageous|mad| absurd|much|unreasonable|unjustified|unjustifiable|inflated|
    excessive|off-putting|over the top|a joke|nuts| eye-watering|eyewatering|bonkers|extortionate|out of control|hard to
    swallow|unfair|laughable|shocking|insulting| silly|heavy|prohibitive|hefty) / (a bit|bit|quite|pretty|rather|too|very|
    really|a little|kind of|way too|so|is|seems| feels|awfully) steep / steep (price|for|pricing) / (out of|over|above|
    beyond|outside|outside of|exceeds|blows|way over|busts|breaks) (my|our|the) (budget|price range|means|bank) / more than
    (i|we) (can|could|wanted to|want to|am willing to|'m willing to|planned to|was planning to|expected to|was going to|
    would like to) (afford|spend|pay) / (can't|cannot|can not|couldn't|could not|unable to|not able to|don't think i can|
    never be able to) afford / unaffordable / not affordable / breaks the bank / break the bank / (ridiculous|insane|
    outrageous|crazy|absurd| excessive|inflated|exorbitant|eye-watering|hefty|shocking|unjustified|extortionate|mad|silly|
    premium|high) (price| prices|pricing|price tag|markup|cost|costs|fee|fees|price hike|amount of money|price increase)(s|)
    / price(s|) (went| gone|going|has gone|have gone) (up|way up) (again|so much|too much|a lot|by) / price (hike|hikes|
    hiked|jumped|doubled| tripled) / prices (doubled|tripled|jumped|keep|are going up) / too (high|steep|rich) (a price|for
    my|for a|for what| for me) / (high|steep|much) for (what it is|what you get|what it does) / for what (it is|you get|it
    does|it offers) / (paying|pay|paid|charging|charge|charged) (for|just for|extra for|only for|mostly for|a premium for)
    (the|a) (name| logo|brand|badge|label) / (poor|bad|terrible|awful|lousy|horrible|no|not|low|little) (good |great |)value
    / not good value / value for money is (poor|bad|terrible|low|not) / bad deal / poor deal / not a good deal / money grab
    / cash grab / cash cow / milking (us|customers|people|your|their) / fleeced / fleecing / overcharging / overcharge for /
    you('re| are) charging (that|this|so|way) / (nobody|no one|who) (is going to|will|would|'s going to|'d|'ll) pay (that|
    this|so|those) / who (would |'d |pays |)pay(s|) (that|this) / (if|unless|until|when|once) (it was|it were|it's|it is|
    the price|you|they|it goes|it drops|it gets|the price drops) (a bit |much |a lot |drops|lower|lowered|drop) (cheaper|
    less|the price|lower|it|i) / wait (for|until|till) (a sale|it goes on sale|a discount|the price|it drops|black friday|
    it gets cheaper|it's on sale|prices) / not paying (that|this|so) / not at (that|this) price / sticker shock / bleeding
    (me|us) dry / costs more than / cost me a / (double|twice|triple|three times) (the price|what|as much|the cost) /
    (should|ought to|needs to|has to|could) (be|cost) (cheaper|half|less|much cheaper|way cheaper|a lot cheaper|lower) /
    half the price / too dear / dear for / bloody dear / (a bit|quite|rather|very|so) dear / money for nothing / money for
    old rope / overvalued / $$$ / wallet (hurts|is crying|cries) / hurts my wallet / make(s|) my wallet / hard on the wallet
    / too rich for my blood / worth the (price|money|cost|premium|extra) though not / not for (that|this) price / (that|
    this) price is (a joke|insane|crazy)
"""
"""Too dear, however it is asked."""
NOT_PREMIUM = """
    廉价感 / (很|太|挺|有点|有些|好|真|非常|显得|看着|看起来|看上去|摸着|摸起来|感觉|略显|略|透着|一股|一种|满满的|比较|
    特别|拿着|穿着|戴着|用着|手感|外观|做工|材质|包装|盒子)(很|有点|有些|太|好| 挺|比较|真|特别|)廉价 / 显便宜 / 显得(很|
    有点|)(便宜|低档|掉价|寒酸|廉价|劣质|土) / (看着|看起来|看上去|摸着|摸起来|拿着|戴着|穿着|做得|做的)(就|很|有点|太|挺|
    真|好|特别|像|很像|好像|跟| 就像|有些|)(便宜|低档|劣质|寒酸|山寨|玩具|假|地摊|小孩玩具|土|塑料|粗糙|简陋|很假|次品|
    盗版)(货|感|的|一样|) / 便宜货 / 便宜没好货 / 塑料感 / 塑料味 / (很|太|全是|都是|满满的|满是|纯| 就是|一股|廉价|劣质|像|
    好像|跟)(廉价|劣质|)塑料(感|味|片|壳|玩具|的|一样|货|) / 塑料(玩具|质感|感) / 没(有|什么|啥|)质感 / 缺(乏|少)质感 /
    质感(很|太|真|有点|比较|实在|也|确实| )(差|一般|不行|不好|不足|拉胯|堪忧|廉价|欠缺|欠佳|low) / 毫无质感 / 手感(很|太|
    有点|)(廉价|差|粗糙|塑料|轻飘) / 轻飘飘 / 轻飘 / 轻得像 / 轻的像 / 没(什么|有|啥|)分量 / 做工(很| 太|真|有点|比较|实在|
    也|非常|略|有些|也太|显得|稍显|)(粗糙|差|一般|糙|粗|毛糙|廉价|不行|不精细|不细|劣质|不精致|堪忧|潦草|拉胯|马虎|简陋) /
    不(够|太|怎么|是很|)(高档|高级|上档次|精致|大气| 上台面|精细|有档次|体面|奢华|洋气|有质感|豪华|讲究|显档次) /
    上不了(台面|档次) / 上不得台面 / 没(有|什么|啥|)(档次|高级感|格调|品质感|品味|逼格|面子|仪式感|排面) / 档次(太|不|有点|
    比较|很| )(低|不够|不高|上不去) / 不上档次 / 低档 / 掉档次 / 掉价 / 跌份 / 拿不出手 / 送不出手 / 出不了手 / 没法送(人|
    礼|) / 不好意思送 / 送人(没|丢|不|太|有点|都|会|实在|真|寒|拿| 显)(面子|人|体面|好看|够|寒酸|丢人|嫌|被|上台|合适|酸|
    不出|得|太|高级|上档次) / 送礼(没|丢|不|太|有点|寒|拿|显)(面子|人|体面|好看|够|寒酸|合适|酸|不出|得|太|上档次) /
    送(领导|客户|长辈| 老师|朋友|女朋友|男朋友|人)(都|会|有点|太|怕|实在|真|)(没面子|丢人|寒酸|不够|拿不|丢脸|尴尬|掉价|
    不体面|寒碜) / 寒酸 / 寒碜 / 丢面子 / 没面子 / 地摊货 / 地摊 / 像地摊 / 山寨(感|货|味| 机|) / 像(是|个|)(山寨|盗版|假货|
    高仿|仿品|玩具|小孩玩具|儿童玩具|义乌|九块九|9块9|两元店|十元店|一次性|赠品|次品|拼夕夕|地摊) / 跟(玩具|赠品|地摊货|
    假的)(一样|似的|没区别) / 赠品(感|一样| 似的) / 义乌货 / 十元店 / 两元店 / 九块九包邮 / 9块9包邮 / 玩具感 / 玩具一样 /
    像玩具 / 玩具似的 / (太|很|有点|好|真|挺)(low|土气|山寨|简陋|劣质|寒酸|掉价|粗糙) / 劣质感 / 土气 / 土里土气 / 土味 /
    (包装|盒子|礼盒|外包装|包装盒|外盒|礼盒装)(也|太|很|有点|过于|实在|真|比较|非常|这么|略|都|也太|显得|)(简陋|寒酸|随便|
    敷衍|简单|粗糙|廉价|low|差|难看|不上档次|普通| 不够高档|没档次|破烂|潦草|不精致|丑|土) / 配不上(这个|这|它的|这么|旗舰|
    价格|价位|)(价|价格|价位|品牌|牌子|定位|高端|钱) / 对不起(这个|这|它的|)(价格|价|价位|牌子) / 哪里(像|有)(旗舰| 高端|
    几千|大牌|高级)(机|的|品|样子|感|) / (完全|一点|根本|丝毫|一点都|一点也)(没有|看不出|不像|没)(高端|旗舰|大牌|几千块|
    高级|奢侈品|奢侈)(感|的|样|的样子|) / 不像(几千|上千|几百|大牌| 旗舰|高端|正品|这个价|一千|两千|三千|五千|万元)(块|元|
    的|多|机|) / (look|looks|looking|feel|feels|felt|looked|seem|seems|sounds|comes across as|comes across|feeling|came out
    looking) (really |very |so |a bit |a little |kind of |kinda |too |pretty |quite | super |just |rather |incredibly |
    extremely |somewhat |like |more |surprisingly |disappointingly |awfully |plain |low | like a |like some |)(cheap|
    cheaper|plasticky|plasticy|plastic-y|plastic|flimsy|tacky|low-end|low end|low-rent|budget| bargain-bin|bargain bin|fake|
    toy-like|toyish|toylike|toy|knock-off|knockoff|shoddy|tinny|hollow|crude|dollar store| dollar-store|counterfeit|
    unfinished|lightweight|brittle|chintzy|cheesy|generic|second-rate|downmarket|underwhelming) / cheaply (made|built|put
    together|constructed|finished|produced) / cheap(-| )(looking|feeling|plastic|materials| material|build|finish|feel|look|
    construction|quality|packaging|box) / plasticky / plasticy / plastic-y / flimsy / chintzy / tacky / tawdry / toy-like /
    toylike / like a (toy|kid's toy|child's toy|children's toy|knock-off|knockoff| freebie|fake|prop|cereal|happy meal|gas
    station|plastic toy|cheap|dollar|dollar store|budget|copy|replica) / bargain-bin / bargain bin / dollar store /
    dollar-store / pound shop / poundland / flea market / market stall / knock-off / knockoff / (not|isn't|n't|hardly|far
    from|nowhere near|never|anything but|less than) (very |that |so | exactly |at all |really |as |quite |the most |
    )(premium|luxurious|upscale|high-end|high end|classy|elegant|refined| presentable|gift-worthy|giftable|luxury|sturdy|
    substantial|polished) (enough|) / lacks (a |any |that |the |)(premium| quality|luxury|polish|class|heft|refinement|
    finesse|substance) / no premium (feel|look) / (zero|no|lacking|without any|lack of) (premium|luxury|wow factor|class|
    polish|heft|finesse) / (build|build quality|construction|materials| finish|fit and finish|quality|workmanship|
    craftsmanship|packaging|presentation|gift box|box|wrapping) (is|are|feels| was|were|seems|looks|quality is) (really |
    very |so |a bit |a little |quite |pretty |rather |just |kind of |extremely | somewhat |)(underwhelming|cheap|poor|
    mediocre|shoddy|disappointing|subpar|sub-par|below|lacking|not up|bad|flimsy| basic|sloppy|rough|meh|awful|crude|nothing
    special|plain|terrible|embarrassing|second-rate|low quality|weak|sad) / (underwhelming|shoddy|poor|sloppy|low|mediocre|
    lousy|disappointing|crude|cheap|subpar|rough|inferior|second-rate) (build|build quality|finish|workmanship|
    craftsmanship|construction|materials|fit and finish|presentation|packaging| stitching) / poorly (made|built|finished|
    constructed|put together|assembled|packaged|wrapped) / (embarrassed| embarrassing|ashamed|too embarrassed|awkward|not
    comfortable) (to|as a|giving|for a|handing) (give|gift|present|hand| wear|show|this|it|be|) / not (something|a|the kind
    of|what) (i'd|i would|i could|you'd|gift|present) (give|gift|be proud|hand|wear|) / not fit for a gift / not (gift|
    present) (material|worthy|quality) / can't (give|gift) (this|it| that) / couldn't (give|gift) (this|it|that) / unworthy
    of / not worthy of / rattles / creaks / creaky / wobbly / see-through plastic / all plastic / nothing but plastic / it's
    just plastic / thin plastic / hollow plastic
"""
"""Not premium enough, however it is asked."""
DEAR = """
    贵 / 价格高 / 价高 / 高了吧 / 太高了吧 / 贵了 / 贵啊 / expensive / costly / steep / dear / too much / overprice / not
    cheap / isn't cheap / aren't cheap / too high / so much money / so high / 怎么还不降价 / 不值 / 值不了
"""
"""Too dear, unless negated or asked."""
PLAIN_LOOKING = """
    廉价 / 劣质 / 粗糙 / 简陋 / 低端 / 低档次 / 土 气 / 不够好看 / plastic / low-end / low end / low rent / lightweight feel
    / too light / unsubstantial
"""
"""Not premium, unless negated or asked."""
TRIGGERS = """
    这么多 / 那么多 / 超出 / 超过 / 钱包 / 涨 / 上次 / 之前 / 以前 / 去年 / 原来 / 敢要 / 真敢 / 当我 / 冤 / 怎么送 / 怎么拿
    / 怎么当 / 不够 / 一点 / 丝毫 / 半点 / 款式 / 显得 / 看着 / 看起来 / knock / robbing / 便宜 / 价 / 费 / 预算 / 性价比 /
    才 / 只要 / 只卖 / 一半 / 疯 / 离谱 / 心疼 / 肉疼 / 凭什么 / 凭啥 / 就这 / 这也 / 这种 / 一块 / 不就是 / 就一个 / 抢 /
    过分 / 至于 / 开玩笑 / 夸张 / 吓 / 狠 / 谁买 / 谁会买 / 好意思 / 坑 / 宰 / 韭菜 / 降 / 打折 / 优惠 / 折后 / 打完折 /
    想象 / 预期 / 图片 / 宣传 / 期待 / 配不上 / 一看就 / 像 / 礼 / 质感 / 做工 / 材质 / 材料 / 用料 / 皮质 / 手感 / 触感 /
    包装 / 外观 / 表带 / 表盘 / 机身 / 外壳 / 壳 / 镜框 / 盒 / 边框 / 边缘 / 按键 / 按钮 / 镀层 / 涂层 / 漆面 / 缝线 / 走线
    / 面料 / 布料 / 五金 / 拉链 / 塑料 / 金属 / logo / 颜值 / 实物 / 高级感 / 高端感 / 档次 / 奢华感 / 品质感 / 精致感 /
    half / less / cheap / cheaper / cheaply / third / fraction / premium / high-end / luxury / luxurious / upscale / classy
    / elegant / flagship / polished / presentable / refined / deluxe / $ / € / £ / dollar / dollars / buck / bucks / euro /
    euros / quid / pounds / hundred / thousand / grand / money / worth / price / prices / pricing / priced / cost / costs /
    fee / fees / bill / rate / rates / markup / mark-up / subscription / renewal / quote / charge / charging / shipping /
    repair / look / looks / looked / feel / feels / felt / seem / seems / smell / smells / sound / sounds / comes across /
    came across / rough / plain / build / finish / strap / band / bracelet / casing / box / packaging / wrapping / button /
    buttons / coating / plating / seams / stitching / material / materials / plastic / leather / hinge / hinges / frame /
    workmanship / craftsmanship / presentation / quality / bezel / clasp / buckle / expected / hoped / hoping / thought /
    imagined / pay / pays / spend / spending / wallet / budget / on sale / affordable / who pays / toy / flimsy
"""
"""One of these stands in whatever the forms of `price` can find."""
COVERS = """
    买贵了(可以|能|会|怎么|包|退|赔|是不是) / 贵(一点|点|些)的 / (look|looks|feel|feels) (much |way |far |a lot |)more
    expensive / 贵(公司|店|司|方| 姓|宾|族|州|阳|港|妃|人|重|妇|客|庭|院|处|平台|网站|行|校|部|国|商城|品牌|州茅台|宝地|干|
    精) / 珍贵 / 宝贵 / 名贵 / 尊贵 / 高贵 / 华贵 / 富贵 / 贵重(物品|品|) / 昂贵(物品|品) / 权贵 / 难能可贵 / 可贵 / 不(是|
    算|会|太|怎么|是很|算太|是特别|见得|觉得|)贵 / 也不贵 / 并不贵 / 没(有|)(多|那么|想象的|想象中|想象中那么|很|这么|)贵 /
    贵不贵 / 贵(吗|么|嘛) / 会不会(很|太|)贵 / 会很贵(吗|么) / 怕贵 / 不怕贵 / 贵点(没关系|也行|无所谓|也可以|也没事) /
    贵(一点|点|些)(也|都|没)(行|可以|没事|无所谓|没关系|关系) / 再贵(也|都) / 最贵(的|那款| 的是) / 贵的(那|是|和|款|有|好)
    / 贵在(方便|好用|真实|坚持) / 值得(买|入手|推荐|拥有|购买) / 很值 / 超值 / 物超所值 / 值这个价 / 不贵 / 不(廉价|粗糙|
    简陋|寒酸|劣质|土气|塑料|掉价| 低档) / 一点(都|也)不(贵|廉价|粗糙|简陋|寒酸) / 没有(廉价感|塑料感|塑料味|山寨感) /
    没(什么|啥|)(廉价感|塑料感|塑料味) / 毫无(廉价感|塑料感) / 无廉价感 / 不(会|显|显得|像|是)(廉价| 便宜货|地摊货|山寨|
    玩具|塑料|掉价) / 价格(不高|不贵|不算高|不算贵|贵吗|高吗|高不高) / 性价比(高|很高|不错|挺高|超高|真高|好|怎么样|高吗|
    如何) / 溢价(多少|吗) / 高价(回收|收购|值) / 天价(吗) / 降价(吗|会|通知) / 舍不得(离开|扔|丢|用完|摘|放下|脱|睡|吃) /
    买不买得起 / 预算不够高 / 没超(预算|出) / 没(有|)超(出|过|)预算 / 不超(过|出|)预算 / (在|是)预算(内| 之内|以内) /
    塑料(袋|瓶|薄膜|杯|盆|桶|包装|材质吗|的吗|吗|泡沫|膜) / 地摊(吗) / 玩具(车|店|熊|枪|类|吗|多少|有) / 高档(吗|的|点|一点|
    些) / 包装简陋吗 / 做工(怎么样|好|不错|精细| 如何|粗糙吗|很好) / 山寨(吗) / 不掉价 / 贵吗 / (feel|feels|look|looks|felt|
    looked) (expensive|costly) / (feel|feels|look|looks) (really |very |quite |so |super )expensive / not (too |that |so |
    very |at all |really |even |overly |particularly | )(expensive|overpriced|pricey|costly|steep|flimsy|tacky|plasticky|
    dear) / (isn't|wasn't|aren't|n't) (too |that |so | very |at all |really |even |overly |)(expensive|overpriced|pricey|
    costly|steep|flimsy|tacky|plasticky) / worth (every| it|the money|the price) / less expensive / cheap and cheerful /
    well worth / totally worth / more expensive (one| version|model|option|plan) / most expensive / how expensive /
    expensive (one|version|model)(s|) / dear (sir|madam| team|support|customer|all|sirs|service|seller|friend|santa) / oh
    dear / (not|doesn't|does not|don't|do not|didn't| isn't) (look|feel|seem|looking|feeling) (too |that |very |at all |
    )(cheap|plasticky|flimsy|tacky|like a toy|plastic) / nothing (cheap|flimsy|plasticky) / (is|are|was|will|does|do) (it|
    this|that|they) (too |very |really |)(expensive| overpriced|pricey|flimsy|plasticky|worth|steep|look cheap|feel cheap) /
    plastic (bag|bags|wrap|case|cover|or metal| bottle|free|version) / learning curve / steep(er|) (hill|slope|learning|
    road|stairs|incline|roof|climb) / cheap enough / dirt cheap / (really|very|so|super|pretty) cheap / cheap price / too
    much (noise|water|salt|sugar|time|trouble| detail|light|information|weight|space|hassle|work|data|memory|battery|sun|
    sound|bass) / too high (for|to reach|shelf| resolution|volume)
"""
"""Where the words of price mean something else, or are taken back."""
# fmt: on
