"""Words that mean much the same in customer service: each meaning with its words, both languages together.

The model sees the meanings of a turn beside its characters and words, so that an example written with 快递 helps a turn with
包裹 or "parcel". Synonyms here are loose on purpose: what matters is that one may stand for the other in a customer's
sentence. A word has one meaning; of overlapping ones the longest counts. Latin words match whole, "-" at the end stands for any
ending and "_" for a space. Chinese words match anywhere. Written by hand.
"""

_TABLE = """
address: 地址 收货地址 住址 住的 门牌 街道 小区 address addresses street house flat
after: 之后 以后 过了 after since
alarm: 闹钟 闹铃 倒计时 秒表 计时器 alarm- timer stopwatch
amount: 少退 金额 多少 全额 amount less partial full
app: app 软件 应用 程序 客户端 小程序 apps application
appointment: 预约 约 预订时间 约好 约个 appointment- book booking booked reschedul- schedul-
arrive: 到了 送到 能到 抵达 到哪 到哪里 到哪了 arriv- here 到吗 到不 到没 会到 到呀 到啊 没到 还没到 到我 没来 送来吗
athand: 已经收到 已收到 到手 收到的 收到了 received_a
attitude: 态度 不耐烦 骂 敷衍 不理 恶劣 没礼貌 rude- impolite attitude ignor- shout- unhelpful 没人回 没人理
bank: 银行 信用卡 支付宝 微信支付 零钱 银行卡 卡里 原卡 原账户 my_bank my_card my_account credit_card bank_account
    bank_statement
battery: 电池 电量 battery batteries 电掉 满电 多少电 剩电
black: 黑 黑屏 全黑 漆黑 不亮 一片黑 乌黑 blank black dark
bluetooth: 蓝牙 bluetooth
bot: 机器人 机器人回复 自动回复 智能客服 机器回复 ai bot bots robot- chatbot- automated
box: 盒子 箱子 纸箱 包装 外包装 盒 快递盒 外箱 box boxes packaging
broken: 坏 坏了 碎 碎了 裂 裂了 破 破了 断 断了 烂 烂了 压坏 压扁 变形 磕 裂开 裂痕 破损 损坏 broken broke cracked crack-
    smashed shattered damaged damage- crushed dented torn snapped dud faulty defective
button: 按钮 按键 键 旋钮 表冠 哪个钮 侧键 钮 表把 button- crown knob key keys dial
buy: 买 购买 购 拍 入手 buy buying bought purchased
campaign: 活动 大促 双十一 促销 直播间 新人 首单 新客 叠加 凑单 campaign promotion- stack combine together
can: 能 能不能 可以 可不可以 行不行 可否 能否 可以吗 能吗 可以不 行吗 好不好 can could may possible able allowed
cancel: 取消 撤销 撤 撤单 拦截 撤回 停止 cancel- stop undo void intercept
change: 改 改成 修改 更改 改为 换成 变更 更正 改到 改下 chang- modif- amend- edit- correct- update updated alter-
charge: 充 充电 充满 冲电 电源 续电 充到 充进 charge charges charging charged recharge- plug- power
charger: 充电器 充电头 充电线 数据线 充电宝 底座 充电座 充电仓 充电盒 插头 充电口 接口 适配器 charger- cable- cord dock cradle
    adapter adaptor port usb puck
cheap: 便宜 优惠点 少点 再少 实价 最低 低价 打个折 便宜点 砍价 抹零 让点 实惠 cheap cheaper lower deal bargain lowest best
clocktime: 时间 钟点 时钟 几点几分 时分 走时 time clock clocks hour hours minute minutes 小时制的
colour: 颜色 黑色 白色 蓝色 红色 粉色 绿色 灰色 金色 银色 紫色 红的 蓝的 黑的 白的 粉的 绿的 灰的 紫的 黄的 款式 图案 花色 color
    colors colour colours red blue white pink green grey gray silver gold yellow purple navy
compatible: 兼容 适配 支持 通用 能用 可以用 能不能用 适用 匹不匹配 compatib- support- supports works fit fits
complain: 投诉 举报 曝光 消协 差评 维权 起诉 工商 骗子 欺骗 坑人 complain- report- lawyer- sue fraud
computer: 电脑 笔记本 平板 电视 laptop laptops computer- pc tablet tv ipad macbook
count: 一个 两个 三个 一件 两件 三件 一只 两只 一套 几件 几个 one two three pieces piece pair number_of
coupon: 券 优惠券 红包 满减 折扣 优惠 打折 代金券 消费券 抵用券 津贴 补贴 福利 劵 秒杀 国补 coupon- voucher- discount- promo-
    code codes offer offers sale sales deals
courierfirm: 顺丰 京东快递 中通 圆通 韵达 邮政 申通 极兔 ems ups dhl fedex dpd hermes usps
crash: 闪退 崩溃 打不开 报错 白屏 进不去 用不了 crash- error- bug bugs buggy load- loading
danger: 冒烟 起火 着火 爆炸 鼓包 烧焦 焦味 漏电 触电 自燃 糊味 smoke smok- fire explod- explos- shock- swollen swell- bulg-
    electrocut- 被电到
dateday: 日期 星期 星期几 日历 号数 年月日 礼拜几 date day weekday calendar
deleteaccount: 注销 销户 删除账号 删号 delet- close deactivate erase closure
deliver: 送 配送 派送 派件 送货 投递 送达 到货 运送 运输 deliver- courier- carrier-
different: 不一样 不符 不同 不对 对不上 不是 两样 different differs differ- mismatch-
dislike: 不喜欢 不要 不合适 不满意 用不上 后悔 不需要 不喜 suit regret
drains: 掉电 耗电 费电 没电 没电了 跑电 掉得快 不经用 不耐用 漏电快 drain- dies dying died dead empty runs
knock: 撞 压 摔 碰
earphone: 耳机 耳塞 蓝牙耳机 耳麦 earbud- headphone- earphone- headset- airpods
elsewhere: 别家 别的店 隔壁 另一家 其他店 网上 elsewhere amazon competitor- website
emptiness: 空 空的 空盒 空包 emptybox nothing_inside
exchange: 换 换货 更换 调换 换新 换个 换一个 换一台 换一件 换掉 exchang- swap- replac- another instead
expensive: 贵 太贵 好贵 有点高 偏高 不值 expensive pricey overpriced dear steep
expire: 过期 失效 到期 expire- expiry valid- invalid
family: 孩子 小孩 儿子 女儿 老公 老婆 爸 妈 爸妈 我妈 我爸 老人 家人 朋友 kid kids son daughter child wife husband mum mom dad
    friend family mother father
fastslow: 慢了 快了 走快 走慢 走得慢 走得快 偏慢 偏快 慢 behind ahead slow fast lag-
feature: 功能 参数 配置 内存 规格 特点 spec specs feature- memory nfc
film: 贴膜 膜 钢化膜 保护膜 protector film
flicker: 闪 闪屏 一闪一闪 闪烁 频闪 抖动 flicker- flash- blink-
foreign: 国外 海外 出国 香港 台湾 境外 外地 abroad overseas international- foreign travel- country countries
format: 二十四小时 十二小时 小时制 0小时制 格式 format 0h am pm
freegift: 买一送一 买二送一 buy_one_get_one 满赠
freightcost: 运费 邮费 快递费 包邮 免邮 配送费 运费险 postage freight shippingcost
genuine: 正品 真的 假货 假的 真假 高仿 翻新 防伪 山寨 行货 水货 二手 genuine fake authentic- counterfeit refurb- used knockoff
    replica
gift: 赠品 礼物 礼品 送的 赠送 赠 附赠 小样 gift- freebie- bonus
gps: 定位 gps 位置 导航 地图 location map maps navigation
automatic: 机器 automat-
half: 一半 half 只退 部分
halfday: 半天 一天 一晚上 一晚 整晚 一夜 一宿 一整天 几小时 个小时 几个小时 中午 下午 noon lunch overnight evening night
    midnight afternoon
heartrate: 心率 血氧 血压 脉搏 体温 心电 heart pulse oxygen spo0 bloodpressure ecg
hot: 烫 发烫 发热 很热 烫手 过热 热 滚烫 温度 hot heat- overheat- warm burn burnt burning burned
how: 怎么 如何 怎样 咋 怎么样 咋样 咋办 怎么办 怎么弄 怎么操作 how
howuse: 怎么用 怎么使用 使用 如何使用 用法 操作 教程 说明书 说明 manual instruction- tutorial guide use using
human: 人工 真人 活人 人工客服 专员 接线员 转人工 工作人员 叫个人 找个人 来个人 human person agent- representative- rep operator
    someone somebody anyone anybody staff advisor
humandamage: 人为 摔坏 磕碰 自己弄 摔了 摔过 掉地上 drop
hurry: 快点 赶紧 赶快 尽快 抓紧 马上 催 催催 加急 急 急用 早点 急着 着急 赶着 快些 立刻 hurry urgent- asap quickly speed
    expedite rush sooner faster immediately
inaccurate: 不准 不准确 偏差 不太准 误差 inaccurate accurat- off
install: 安装 师傅 工程师 移机 install- mount- installer fitter 来装 装一下 怎么装 装空调 自己装
installment: 分期 免息 花呗 白条 月供 几期 installment- instalment- monthly klarna interest finance financing
insurance: 保险 理赔 insur-
internet: 网 网络 无线 联网 上网 路由器 配网 wifi internet network router online wi_fi signal 信号 热点 hotspot
invoice: 发票 开票 票 收据 票据 专票 普票 电子票 开发票 纸质票 小票 凭证 invoice- receipt- bill bills
just: 刚 刚刚 才 刚才 just recently
keeps: 一直 老是 总是 老 总 经常 动不动 天天 每天 常常 keeps keep always constantly every
language: 语言 中文 英文 英语 language chinese english
lasts: 续航 耐用 能用多久 用多久 用几天 撑 待机 顶 坚持 last lasts lasting lasted standby endurance
light: 灯 指示灯 红灯 绿灯 蓝灯 亮灯 light lights led lamp
line: 竖线 横线 条纹 绿线 亮线 花屏 一条 一条条 彩条 横条 line lines stripe- streak- band
login: 登录 登陆 登 密码 账号 帐号 账户登录 注册 log login logged password- username sign- signup
lost: 丢 丢了 丢失 丢件 弄丢 不见 不见了 找不到 找不着 lost lose losing vanished disappeared
manager: 经理 主管 领导 老板 manager supervisor boss
mic: 麦克风 麦 话筒 录音 mic microphone mics
missing: 少了 缺 缺了 漏 漏了 少 漏发 少发 只有 没看到 没放 missing lacks lacking short only
mistakebuy: 下重 拍重 买重 重复下单 下单错 买错 手滑 误拍 误点 乱点 乱按 乱买 by_mistake by_accident accidentally mistakenly
model: 型号 这款 那款 新款 旧款 老款 model models version_of
moneyback: 钱 款项 到账 入账 原路 钱款 账户 money account bank
noise: 杂音 噪音 滋滋 电流声 吵 异响 破音 刺啦 咔咔 noise noisy crackl- buzz- static rattl- hiss- loud squeak-
nomore: 不想买 不买 不要了 不想要 不想要了 算了 anymore any_more no_longer never_mind forget_it forget_the changed_my_mind
    change_my_mind
not: 没 没有 不 无法 不能 未 别 无 不了 不到 不上 不会 没法 还没 not no never nothing cannot can_t cant don_t dont doesn_t
    doesnt didn_t didnt won_t wont isn_t isnt hasn_t hasnt haven_t havent wasn_t wasnt couldn_t aren_t arent wouldn_t unable
    fails failed fail none without
notification: 消息 通知 提醒 微信 来电 短信提醒 来电话 推送 电话提醒 notification- whatsapp message- alert- caller incoming text
    texts
notsend: 先别寄 先别发 别发 别发货 不要发 不要寄 别寄 不用发 别送 not_ship not_send don_t_send don_t_ship dont_send dont_ship
notyetsent: 还没发 没发货 还没寄 未发货 没寄 还没发货 没发 没出货 not_shipped hasn_t_shipped hasn_t_left not_left
    before_it_ships before_you_ship before_it_leaves before_you_send not_been_shipped
oldnew: 以旧换新 旧机 回收 抵 旧的 折抵 旧手机 trade- recycl- old
openhours: 营业 上班 下班 几点开门 关门 营业时间 热线 opening hotline weekend- open
order: 订单 单子 单 下单 order orders ordered purchase
pair: 配对 连 连接 连上 绑定 绑 匹配 连起来 关联 绑上 pairs paired pairing connect- link linked linking bind bound
parcel: 包裹 快递 快件 件 货 货物 邮件 宝贝 parcel- package- shipment- item items goods stuff thing 东西
part: 配件 零件 螺丝 遥控 遥控器 附件 part parts accessor- remote screw- bolt-
past: 昨天 前天 上周 上个月 一周 一个礼拜 好几天 两天 三天 几天了 天了 一个月 半个月 yesterday week weeks days ago month months
    year years
payapp: 余额 paypal card cards wallet credit debit visa mastercard 刷卡付
payment: 付款 支付 付钱 扣款 扣钱 付 结账 定金 尾款 结算 刷卡 payment- checkout declined deposit pay-
peel: 掉漆 掉色 脱胶 开胶 松动 松 脱落 起皮 生锈 褪色 peel- loose wobbl- rust- fad- fell falls fall fallen
phone: 手机 苹果 安卓 iphone 华为 小米 三星 phone phones mobile iphone- android samsung
phonenumber: 电话号码 手机号 手机号码 号码 电话 联系方式 number
pickup: 上门 取件 上门取 来取 来拿 自提 上门拿 pickup collect- pick picked
picture: 画面 显示 亮起 亮度 显示不 画面没 brightness picture image shown
pixel: 亮点 坏点 黑点 亮斑 光斑 白点 阴影 黄斑 漏光 斑点 pixel- spot spots dot dots patch bleed burn_in
place: 公司地址 办公室 老家 家里 我家 单位地址 学校 宿舍 office home work hotel 门口 楼下 door hallway
please: 帮 帮我 麻烦 帮忙 请 给我 替我 请帮 please kindly help
points: 积分 会员 等级 权益 vip 成长值 续费 points membership member- loyalty renewal subscription rewards
poor: 差 烂货 垃圾 粗糙 劣质 不行 太差 很差 poor poorly cheaply flimsy rubbish bad terrible awful crap worst
poweroff: 关机 自动关机 重启 死机 自动重启 卡死 反复重启 无限重启 reboot- restart- shut- shutdown freez- frozen froze
poweron: 开机 开不了机 不开机 启动 点亮 turn boot- starts startup starting
price: 价格 价钱 多少钱 售价 价位 价 几个钱 啥价 报价 单价 怎么卖 卖多少 price- pricing cost costs total quote much
pricedrop: 降价 跌价 差价 价保 保价 买贵 降了 退差 match adjustment
privacy: 隐私 泄露 骚扰 垃圾短信 推销 个人信息 退订 诈骗 spam privacy leak- unsubscribe newsletter- marketing advertis- scam-
    phish-
progress: 进度 状态 处理 结果 办得 到哪一步 progress status finished done ready
promise: 说好 承诺 宣传 广告 写的 页面 描述 实际 本来 应该 promised advertised supposed expected listed described said
    description
quality: 质量 做工 品质 材质 材料 质感 用料 quality made material workmanship build
reason: 无理由 七天 七天无理由 理由 试用 试戴 试穿 吊牌 标签 tags original
received: 收到 收 拿到 收货 receive- got
recipient: 收货人 收件人 姓名 名字 联系人 recipient name
recognized: 识别不了 发现不了 找不到设备 看不到设备 does_not_see doesn_t_see can_t_find cannot_find not_find doesnt_see
    won_t_show
recommend: 推荐 哪款 哪个好 选哪 怎么选 区别 差别 对比 适合 recommend- difference- compare- better suitable which
refund: 退款 退钱 返款 打款 退回来 refund- reimburs-
reject: 拒绝 驳回 不通过 没通过 reject- denied refus-
repair: 修 维修 修理 返修 送修 寄修 检修 修好 修一下 修好了 售后 repair- fix fixed fixing mend- technician-
reset: 恢复出厂 重置 初始化 清空 还原 reset- factory wipe
return: 退 退货 退掉 退回 寄回 退换 想退 打算退 退回去 寄回去 退还 return returns returned returning
scratch: 划痕 刮痕 刮花 划花 磨损 刮 划 scratch- scuff-
screen: 屏 屏幕 显示屏 外屏 内屏 表盘玻璃 玻璃 镜面 液晶 屏上 面板 盖板 screen- display displays glass lcd oled panel
searching: 搜 搜索 搜不到 搜到 识别 检测不到 find finds found search- detect- recogni- discover- see shows
sent: 寄 寄来 发来 发 寄给 寄过来 给我发 发给 sent send sends sending
serviceperson: 客服 小二 店家 商家 客服人员 service helpdesk
setting: 设 设置 设定 调 调整 校 校准 校正 调成 调到 调准 拨 拨到 弄成 set setting sets adjust- calibrat- configure
ship: 发货 出货 寄出 发出 出库 揽收 已发货 配货 备货 ship ships shipped shipping dispatch- despatch-
signed: 签收 妥投 已送达 代收 驿站 快递柜 丰巢 代收点 signed porch neighbour neighbor mailbox
simcard: sim esim 电话卡 流量 流量卡 插卡 手机卡 蜂窝 cellular
size: 大小 尺码 码 大一号 小一号 大号 小号 中号 尺寸 大一码 码数 size sizes bigger smaller larger medium small large xl
skin: 皮肤 过敏 红疹 起疹子 发痒 起红点 痒 rash skin itch- allerg- irritat-
sleepstep: 睡眠 步数 计步 运动 跑步 卡路里 里程 步 锻炼 健身 骑行 sleep- step steps workout- running calorie- exercise distance
    run jog- cycling
smashed: 玻璃渣 碎一地 稀巴烂 粉碎 pieces_of
smell: 异味 味道 气味 臭 塑料味 味 smell- odor odour stink-
stillsold: 不卖了 还卖 找不到这款 搜不到这款 链接没了 剩 只剩 left still_sell discontin-
sound: 声音 声 音量 音质 听 听不到 听不见 没声 出声 sound- audio volume hear heard
speaker: 音箱 音响 喇叭 扬声器 speaker-
stalled: 没动静 不动 没更新 不更新 停 停在 卡住 卡在 没变化 没动 stuck stalled moved moving
stamp: 盖章 公章 三联 专用
stock: 有货 现货 库存 没货 缺货 补货 下架 上架 售罄 卖完 卖光 断货 存货 还有货 stock sold restock- available availab-
    discontinued back
stolen: 偷 被偷 拿走 冒领 stolen stole theft thief
store: 门店 实体店 专卖店 网点 体验店 线下 柜台 专柜 store- shop shops branch- showroom 你们店 哪家店 有店 店里
strapband: 表带 腕带 带子 表扣 链子 扣子 strap- buckle clasp wristband bracelet
suddenly: 突然 忽然 用着用着 莫名 自己 自动 suddenly randomly itself
suggest: 建议 希望 要是 最好能 提议 suggest- wish- hope-
swim: 游泳 洗澡 下水 潜水 洗手 淋雨 泳池 淋浴 冲澡 swim- shower- pool rain dive diving bath
sync: 同步 sync syncs syncing synced
talk: 说话 聊 接通 转接 转 沟通 对话 叫 talk- speak- chat- reach transfer- contact
tax: 税 税号 统编 含税 tax vat gst ein
tight: 太大 太小 太紧 太松 太长 太短 偏大 偏小 大了 小了 紧 tight uncomfortable 不舒服 难受 too
timezone: 时区 夏令时 时差 当地时间 东京时间 北京时间 冬令时 timezone zone zones daylight dst
title: 抬头 公司 单位 报销 公司名 单位名称 企业 company employer corporate business
touch: 触控 触屏 触摸 点不动 点不了 划不动 点击 滑动 按不动 touch- tap tapping swipe swip- taps press- finger
track: 物流 单号 运单 运单号 快递单号 查件 物流信息 轨迹 track- tracking
turnoff: 关掉 关闭 关 停用 开启 disable enable deactivat- switch mute 怎么打开 哪里打开
turnon: 开灯 开关
twice: 两次 重复 两遍 多扣 又 twice again double doubled duplicate-
unpack: 拆 拆开 打开 开箱 打开一看 拆封 unpack- opened unopened unsealed inside 里面 盒里 里头
unpair: 解绑 解除绑定 取消绑定 断开 断连 掉线 断线 unpair- unlink- disconnect- drops dropped
update: 升级 更新 固件 系统 版本 新系统 刷机 updates updating upgrad- firmware version ota
upgrade: 补差 补差价 加钱 pay_the_difference pay_extra pay_more
verification: 验证码 动态码 校验码 verification otp onetime passcode
vibrate: 震动 振动 震 振 vibrat-
wait: 等 等了 等着 在等 waiting wait waited
want: 想 要 我要 我想 想要 打算 需要 want- like need needs
warranty: 保修 质保 三包 联保 在保 过保 保固 保内 保外 包修 保 保修期 warrant- guarantee- covered cover covers coverage
watch: 手表 腕表 表 机子 设备 产品 手环 电子表 钟 闹钟表 watch watches device- unit machine gadget
watchface: 表盘 壁纸 主题 字体 wallpaper theme themes face faces font
waterproofing: 防水 waterproof- resistan-
watt: 瓦 功率 电压 快充 watt- volt- fastcharg-
weekday: 周末 周一 周二 周三 周四 周五 周六 星期天 礼拜天 下周 明天 今天 后天 monday tuesday wednesday thursday friday saturday
    sunday weekend tomorrow today tonight
wetness: 湿 湿了 湿透 泡 泡了 进水 沾水 水汽 起雾 雾气 水珠 wet soaked moist- condensation fog- water
when: 什么时候 啥时候 多久 几天 多会儿 几时 何时 哪天 几号 多长时间 啥时 when long eta
where: 哪 哪里 哪儿 在哪 在哪里 哪边 去哪 where whereabouts
wheretobuy: 能买到 买得到 买不到 哪里买 在哪买
whopays: 谁出 谁付 承担 出钱 垫 垫付 报销运费 pays pay paying
why: 为什么 为啥 怎么回事 咋回事 什么原因 怎么会 why
worn: 老化 健康度 不行了 worn degrad- old_battery
wrongly: 错 错了 写错 填错 选错 拍错 弄错 搞错 点错 输错 有误 wrong wrongly incorrect mistake- accident- typo mistyped
yet: 还没有 至今 到现在 一直没 仍 迟迟 yet still
"""

MEANINGS = {
    name: tuple(words.split())
    for name, words in (entry.split(":") for entry in _TABLE.replace("\n    ", " ").strip().splitlines())
}
"""Name of a meaning -> its words."""
