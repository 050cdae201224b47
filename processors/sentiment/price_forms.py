"""How customers say in many words that a price is too high or a thing not premium: forms with gaps, as data.

Every gap is bounded, so that a text costs time linear in its length. Where one of them holds, one of
`price_words.TRIGGERS` stands in the text.
"""

_GAP = r"[^，,。！!？?;；\s]"
_SUM = (
    r"(?:\d{2,7}|[一二两三四五六七八九十几好][百千万](?:[多来几一二两三四五六七八九](?:[百十]|(?![个只条台件]))){0,2}|"
    r"几十|上[百千万])"
)
_OUTCRY = (
    r"(?:疯|离谱|心疼|肉疼|抢(?!购|到|券|先|修)|过分|至于|开玩笑|夸张|吓|太狠|谁买|谁会买|不值(?!钱的)|(?<!不)好意思|"
    r"黑(?!色|的|屏|白)|坑|宰|真敢|敢要|当我(?:是|傻)|冤|提款机)"
)
_PRICED = (
    r"(?:价格|价钱|价位|定价|售价|标价|报价|卖价|(?<!性)价(?!比)|收费|运费|邮费|服务费|手续费|维修费|安装费|会费|费用|"
    r"费|要价)"
)
_COSTLY = (
    r"(?:小?高(?![端级档清性])|贵|狠|黑(?![色的])|坑|离谱|劝退|吓|夸张|上天|感人|不合理|不划算|不亲民|不友好|接受不了|"
    r"不能接受|难以接受|无法接受|承受不|受不了|下不去手|没诚意|不值|不实在|不地道|"
    r"没(?:法|办法)接受|看不懂|不美丽)"
)
_MADE = (
    r"(?:质感|做工|材质|材料|用料|皮质|手感|触感|包装|外观|表带|表盘|机身|外壳|壳子|壳|镜框|盒子|礼盒|边框|边缘|按键|"
    r"按钮|镀层|涂层|漆面|缝线|走线|面料|布料|五金|拉链|塑料|金属|屏幕|logo|颜值|设计|成品|实物)"
)
_MEAN = (
    r"(?:廉价|塑料|玩具|地摊|山寨|粗糙|不行|太?差(?!别|不多|价|异)|很差|拉胯|寒酸|简陋|low|劣质|敷衍|一言难尽|对不起|"
    r"拿不出|送不出|毛刺|毛边|差劲|没档次|不上档次|不够?高级|不够?精致|便宜货|破破烂烂|皱巴巴|很假|太假|"
    r"好假|发假|显假|像假|松垮|松松垮垮|单薄|太薄|很薄|太轻|一捏就|一碰就|一掰就|歪歪扭扭|歪|糙|土|老气|难看|随便|"
    r"将就|凑合|不体面|不够体面|没面子|掉价|不值)"
)
CHINESE_DEAR = (
    rf"(?:比|较){_GAP}{{1,12}}贵|贵(?:了|出){_GAP}{{0,6}}(?:[\d一二两三四五六七八九十几百千倍半多]|一截|块|元|好多|"
    rf"很多|不少)",
    rf"(?:别|其他|其它|人|隔壁|某|同[款样类]){_GAP}{{0,10}}(?:便宜(?!点吗|吗)|才|只要|只卖|一半)",
    rf"(?:凭什么|凭啥|为什么|怎么|就这|这也|这东西|这质量|一块|这种|这么个|就一个|不就是){_GAP}{{0,12}}(?:卖|要|"
    rf"收)(?:我|你)?{_GAP}{{0,4}}(?:{_SUM}|[一二两三四五六七八九十]+|这么多|那么多|这个价)",
    rf"{_SUM}[^。；;]{{0,12}}{_OUTCRY}|{_OUTCRY}[^。；;]{{0,8}}{_SUM}",
    rf"预算{_GAP}{{0,8}}[，, ]?{_GAP}{{0,4}}(?:超(?!值)|不够|不允许|够不着)|{_PRICED}{_GAP}{{0,8}}{_COSTLY}|"
    rf"割{_GAP}{{0,4}}韭菜|收{_GAP}{{0,6}}(?:太狠|太黑|太高|太贵)",
    rf"性价比{_GAP}{{0,6}}(?:不行|不高|不太高|低|差|没有|堪忧|拉胯|不怎么样|不咋|一般|不如|输)",
    r"(?:要是|如果|等|再|能|但凡|假如)[^。！!？?;；]{0,12}(?:便宜|降价|降|打折|优惠|少)[^。！!？?;；吗呢]{0,8}(?:就|"
    r"才|再|会|可以|立马|马上)(?:我|我就|会|考虑|可以)?(?:买|入|下单|考虑|接受|拿下|冲)",
    rf"(?:收|卖|要价|还要|就要|敢要){_GAP}{{0,3}}(?:这么|那么)(?:多的?(?:钱|费)|高|贵)|超(?:出|过){_GAP}{{0,4}}(?:承受|"
    rf"能力|消费|经济)|钱包{_GAP}{{0,4}}(?:受不|扛不|顶不|空|疼|哭|吃不消|不答应|滴血)|涨{_GAP}{{0,4}}(?:倍|一半|"
    rf"这么多|好多|太多|太狠|\d{{2,5}})",
    rf"(?:上次|之前|以前|去年|上个月|昨天|原来){_GAP}{{0,8}}\d{{2,6}}[^。！!？?;；]{{0,10}}(?:现在|这次|今天|今年|涨|变成)",
    rf"(?:打完折|优惠完|用完券|券后|活动价|折后){_GAP}{{0,6}}(?:还是|都|也|还)(?:很|这么|那么|要|有点|太)?(?:贵|高)",
)
CHINESE_PLAIN = (
    r"(?:没有?|不如|达不到|低于|不及)(?:想象|预期|图片|宣传|照片|期待)(?:的|中|里|上|那么){0,3}(?:高级|高档|上档次|"
    r"精致|有质感|好看|大气|质感|精美)|配不上|一看就(?:很|是|像)?(?:便宜|廉价|假|地摊|不值|山寨|劣质|次)|"
    rf"像{_GAP}{{0,6}}(?:几|十几|几十|百八十|一两百|\d{{1,3}}){_GAP}{{0,2}}块{_GAP}{{0,4}}(?:的|货|东西)|"
    rf"{_MADE}{_GAP}{{0,8}}{_MEAN}|(?:作为|当|做|送)[^。！!？?;；，,]{{0,4}}(?:礼物|礼品|礼|"
    rf"生日)[^。！!？?;；]{{0,8}}(?:不够|太|有点|不太|寒|拿不|没)(?!贵)|"
    rf"(?:一点|丝毫|半点){_GAP}{{0,4}}(?:高级|高端|质|档次|仪式|品质|精致|旗舰|大牌)感?(?:都|也)没|怎么(?:送人|送礼|"
    rf"拿得出手|送得出手|当{_GAP}{{0,4}}礼)|不够?(?:档次|排面|上台面)|(?:材质|样子|颜色|外观|款式|显得|看着|"
    rf"看起来){_GAP}{{0,4}}(?:土|俗|山寨|老气|廉价|低档)|"
    rf"(?:完全|根本|一点|丝毫)?(?:没有?|不见|看不出|感觉不到|缺少?){_GAP}{{0,4}}(?:高级感|高端感|质感|档次|奢华感|"
    rf"品质感|精致感|仪式感|旗舰感|大牌感)"
)
_PRICE = (
    r"\b(?:price|prices|pricing|priced|price tag|cost|costs|fee|fees|markup|mark-up|subscription|bill|rates?|renewal|"
    r"quote|shipping|repair)\b"
)
_WILD = (
    r"(?:insane|ridiculous|crazy|outrageous|absurd|mad|nuts|bonkers|excessive|unreasonable|unjustified|steep|jokes?|"
    r"robbery|puts? me off|putting me off|off-putting|turn\w{0,3} me off|criminal|"
    r"scared? me|hurts|way above|way over|far above|well above|above (?:the )?(?:competition|market|average|others)|"
    r"doubled|tripled|sky[- ]?high|sky[- ]?rocket\w{0,3}|through the roof|hard to (?:swallow|justify|stomach)|"
    r"shock\w{0,3}|deal[- ]?breaker|(?:too|so|very|pretty|quite|rather|really|extremely|a bit|bit|fairly|way) (?:high|"
    r"much|steep|rich|expensive)|unaffordable|inflated|obscene|eye[- ]?watering|extortion\w{0,4}|"
    r"went up again|gone up again|keeps? (?:going up|rising|climbing|increasing)|(?:way |much |"
    r"far )?more than (?:it should|i|the (?:product|item|device|thing|watch|phone)|it's worth|it is worth|others?|"
    r"everyone|most)|"
    r"unfair|greedy|wild|laughable|not (?:justified|reasonable|competitive|fair)|is(?:n't| not) (?:justified|"
    r"reasonable|competitive|fair)|out of (?:control|hand|reach|touch)|downside|drawback|letdown|disappoint\w{0,5})"
)
_MONEY = (
    r"(?:[$€£] ?\d{2,6}|\d{2,6} ?(?:dollars?|bucks|euros?|quid|pounds|usd|eur|gbp)|(?:\w{3,8} )?(?:hundred|thousand|"
    r"grand)(?: (?:dollars|bucks|euros|quid|pounds))?|(?:\w{3,8} )(?:dollars|bucks|euros|quid)|\d{3,6}|"
    r"(?:that|this) (?:much|kind of) ?(?:money|cash)?|(?:a )?lot of money|so much money|serious money|good money|"
    r"(?:that|the same) money)"
)
ENGLISH_DEAR = (
    rf"{_PRICE}[^.!?,;\n]{{0,30}}\b{_WILD}(?!\w)|\b{_WILD} (?:\w{{2,12}} )?{_PRICE}|\b(?:shame|pity|except|"
    rf"only (?:problem|issue|con|complaint|negative)|disappointed|unhappy|balk|not happy|hate|"
    rf"can't stomach)\b[^.!?;\n]{{0,24}}{_PRICE}(?! tag (?:is )?missing)",
    r"\b(?:same|identical|exact|similar|equivalent)\b[^.!?\n]{0,50}\b(?:for (?:half|less|a third|a fraction|"
    r"a lot less|much less)|cheaper|half the (?:price|cost))\b",
    r"\b(?:others?|elsewhere|competit\w{2,6}|everyone else|amazon|another (?:shop|store|brand|site|place)|"
    r"rivals?)\b[^.!?\n]{0,40}\b(?:half|cheaper|less|a third|a fraction|undercut\w{0,3})\b",
    r"\b(?:half (?:of )?that|half the price|cheaper|\d less|(?:dollars|bucks|euros|quid|pounds|lot|much|way) less|"
    r"for less|a third of|a fraction of)\b[^.!?\n]{0,25}\b(?:elsewhere|down the road|next door|(?:on|at|from|"
    r"in) (?!sale|stock|the meantime)\w{3,14}|other (?:shops?|stores?|places?|brands?|sites?))\b",
    rf"{_MONEY} (?:just |only )?for (?:this|that|these|an? (?:[a-z]{{2,12}}|bit of|piece of|lump of|set of)|(?:some|"
    rf"plain|plastic|basic|shipping|delivery))\b(?=[^?]*$|[^?]*\?[ ]|.{{0,20}}\? ?(?:no|seriously|really|wow|come|"
    rf"are you|that|this|not|i)|.{{0,20}}\?{{2}})|{_MONEY} (?:is|seems|feels) (?:just |way |really |a bit |"
    rf"far )?(?:a )?(?:lot|insane|crazy|ridiculous|mad|too much|absurd|nuts|steep|excessive|joke)\b",
    rf"\b(?:seriously|really|wow|come on|honestly|no way|lol|omg|wtf|insane|who pays|who would pay|"
    rf"who'd pay)\b[^.!\n]{{0,12}}{_MONEY}|{_MONEY}[^.\n]{{0,14}}(?:\?{{2,9}}|!\?|\?!|\? ?(?:seriously|really|wow|"
    rf"come on|are you (?:kidding|serious|joking)|no thanks|no way|lol|insane|that's insane|you must be))",
    rf"\b(?:could|can) (?:buy|get|have)[^.!?,;\n]{{0,40}}\bfor (?:the |that |this |half )?{_MONEY}|\b(?:want|asking|"
    rf"charge|charging) how much\b",
    r"\b(?:if|once|when|unless|until|wish|should|ought|needs?|has|have|could)\b[^.!?,;\n]{0,24}\b(?:were|was|is|gets?|"
    r"becomes?|drops?|goes|be|to be|came|cost|costs)\b[^.!?,;\n]{0,14}\b(?:cheaper|less expensive|lower priced|"
    r"more affordable|go on sale|on sale|drop in price)\b(?! than| one| option| version| model)",
    rf"\b(?:not|n't|hardly|barely|never|nowhere near)(?: (?:really|even|quite|remotely|at all|anywhere|near|think it's|"
    rf"think it is|sure it's|feel it's)){{0,2}} ?worth (?!worrying|it to wait)|\b(?:would(?:n't| not)|won't|will not|"
    rf"not going to|refuse to|never) (?:pay|spend|spending|paying) (?:that|this|so|{_MONEY})",
    r"\bpriced like\b|\bpriced (?:way |far |much |a bit |a little )?(?:too|above|beyond|out)\b|\b(?:expected|deserve|"
    r"wanted) (?:a )?(?:lower|better|fairer) price|\b(?:lower|drop|reduce|cut) (?:your|the) prices?\b(?=[^?]*$)|"
    r"\b(?:fleec|goug|milk|robb)ing (?:us|people|customers|loyal|me)\b|"
    r"\bknock (?:off )?[$€£]?\d{1,4}[^.!?\n]{0,12}\band\b|\bcosts? (?:me |us )?(?:almost |nearly |way |much |"
    r"even )?more than (?:the|a|an|it|my)\b|\b(?:my|the) (?:wallet|budget|bank account)\b[^.!?,;\n]{0,12}\b(?:hurts?|"
    r"cr(?:y|ies|ying)|weeps?|can't (?:take|handle|stretch)|won't (?:take|allow|stretch)|doesn't (?:stretch|allow)|"
    r"not allow|disagrees?)",
)
_FEEL = r"\b(?:look|looks|looked|feel|feels|felt|seem|seems|smell|smells|sound|sounds|comes? across|came across)\b"
_ENGLISH_MADE = (
    r"\b(?:build|finish|strap|band|bracelet|case|casing|box|packaging|wrapping|buttons?|coating|plating|paint|seams?|"
    r"stitching|materials?|plastic|leather|fabric|hinges?|frame|keys|screws?|lid|zip|zipper|"
    r"handle|edges?|glass|metal|workmanship|craftsmanship|construction|presentation|quality|design|bezel|clasp|buckle|"
    r"cover)\b"
)
_POOR = (
    r"\b(?:cheap|cheaply|fake|uneven|poor|poorly|flimsy|thin|creak|creaks|creaky|rattles?|rattly|wobbles?|wobbly|"
    r"rough|crude|sloppy|tacky|plasticky|brittle|hollow|shoddy|low[- ]grade|low[- ]quality|second[- ]rate|inferior|"
    r"underwhelming|disappointing|toy-like|mushy|bends?|flexes|bargain|amateurish|unfinished|tinny|bland|embarrassing|"
    r"half[- ]hearted|lazy|crooked|misaligned|subpar|lacking|nothing special|flimsier)\b"
)
_LUXE = (
    r"(?:premium|high[- ]end|luxur\w{1,6}|upscale|classy|elegant|deluxe|top[- ]shelf|refined|flagship|presentable|"
    r"gift[- ]?worthy|prestig\w{1,5}|polished|fancy|special|sophisticated|"
    r"(?:it costs?(?: \d{2,6})?|it's worth|worth|the price|the money)|[$€£] ?\d{2,6}|\d{2,6}[- ](?:dollars?|euros?|"
    r"pounds?|bucks?)|(?<=costs )\d{2,6}|(?<=costs like )\d{2,6})"
)
ENGLISH_PLAIN = (
    r"\b(?:does not|doesn'?t|did not|didn'?t|do not|don'?t|hardly|barely|not exactly|isn'?t|is not|are not|aren'?t|"
    r"was not|wasn'?t|far from|nothing|no sense of|zero|lacks|lacking|without|not)"
    rf" (?:(?:really|quite|even|exactly|very|that|at all|look|looks|feel|feels|feeling|seem|come across|like|as|so|"
    rf"worthy of|any|is|about it|the|a|an) ){{0,5}}(?:(?:(?<=feel )|(?<=look )|(?<=like ))(?:expensive|quality|solid|"
    rf"substantial|sturdy)|{_LUXE})\b(?! (?:plan|version|model|member|account|one|edition|customer|user|"
    rf"subscri\w{{1,6}}|card))|"
    rf"{_FEEL}[^.!?,;\n]{{0,30}}\b(?:cheap|plasticky|flimsy|tacky|hollow|toys?|knock-?off|fake|dollar store|budget|"
    rf"bargain|supermarket|gas station|counterfeit|mushy|tinny|cheaply made|low[- ]quality|(?:less|way|much|"
    rf"far) cheaper (?:than )?(?:in|on|than))\b(?! enough)|"
    rf"{_ENGLISH_MADE}[^.!?,;\n]{{0,24}}{_POOR}|{_POOR} (?:\w{{3,12}} )?{_ENGLISH_MADE}|"
    r"\b(?:rough|sloppy|crude|plain|cheap|flimsy|basic|underwhelming|disappointing)\b[^.!?,;\n]{0,24}\bfor (?:a |an |"
    r"the )?(?:\w{1,12} )?(?:luxury|premium|flagship|high[- ]end|gift|present|wedding|birthday|top)\b|"
    r"\b(?:expected|thought|hoped|hoping|imagined|wanted)\b[^.!?;\n]{0,24}\b(?:metal|real leather|genuine|aluminium|"
    r"aluminum|steel|(?:more|something) (?:premium|solid|sturdy|substantial|special|luxurious|classy|elegant|refined)|"
    r"nicer|sturdier|heavier|classier)\b|"
    r"\b(?:cheap|cheaper)(?:er)? (?:rubber|plastic|metal|leather|fabric|vinyl|feel|looking|cardboard|paper|pleather|"
    r"knock)|\btoo plastic|\b(?:kids?|child|children)(?:'?s)? toy\b|\bplastic toy\b"
)
