"""What customers say that is no subject of service: greetings, thanks, yes and no, waiting, answers to questions of the desk;
then the company itself, jobs, partnerships, reviews and the rest of the world.

The model learns these as a class of their own, so that a turn which looks like them more than like any intent is left
to "other". Written by hand; no customer's words.
"""

SMALL_TALK = tuple(
    line
    for line in """\
你好
您好
亲
在吗
在不在
客服在吗
早上好
晚上好
你好我想咨询一下
我想问一下
请问一下
有个问题想问
帮我看一下
帮忙看看
麻烦了
麻烦你了
好的
好的谢谢
好的知道了
好吧
好的吧
行
行吧
可以
可以的
可以了
嗯
嗯嗯
嗯好的
哦
哦哦
噢这样啊
哦我知道了
明白了
明白
了解了
懂了
原来如此
是的
是
是这样的
对
对的
对啊
对的就是这个
没错
不是
不是的
不是这个
不用了
不用了谢谢
没有
没有了
没了
没问题
没关系
没事
不客气
谢谢
谢谢你
谢谢亲
太感谢了
多谢
辛苦了
辛苦你了
谢谢你的帮助
非常满意
服务很好
你真好
给你好评
五星好评
再见
拜拜
先这样
下次再说
等一下
稍等
我等一下
等下我看看
我看一下
我去看看
我试一下
我试试
我先试试看
好我等你
那我再等等吧
等你消息
有消息告诉我
你看一下
你看看
看到了吗
看到了
收到了
收到
已经收到货了
东西收到了
货到了
快递已经拿到了
时间不行
这个时间可以
那个时间我不在家
已经发了
发给你了
图片发你了
这是截图
拍给你看
就是这个
就是这样
这个
那个
哪个
什么
什么意思
怎么了
为什么
为什么呢
怎么办
那怎么办
怎么回事
怎么弄
怎么操作
然后呢
还有呢
真的吗
确定吗
是吗
是不是
有吗
能吗
可以吗
行吗
多久
多长时间
什么时候
大概多久
今天可以吗
明天可以吗
今天
明天
昨天
上周买的
刚刚
现在
上个月买的
我买了一个
我在你们店买了一块手表
我买了你们的手机
我的订单
订单号是这个
订单号发你
这个是我的单号
我姓王
我的名字
电话是这个
手机号就是这个
北京市朝阳区
广东省深圳市
上海
地址是这个
我的地址
收货地址没错
地址发你了
电话和地址在订单上
就送到这里
男的
女的
黑色
白色的
蓝色
大号
小号
一个
两个
第一个
第二个
左边那个
那就黑色吧
都可以
随便
你说
你说呢
你觉得呢
哈哈
哈哈哈
呵呵
唉
哎
啊
啊啊啊
呃
额
晕
天哪
不会吧
算了
算了吧
不说了
我考虑一下
我再想想
想好了再说
回头再说
跟家人商量一下
我不知道
不知道啊
不清楚
我不会
不懂
没看懂
看不懂
找不到
没找到
不行
还是不行
不可以
不行啊
试过了
试过了还是不行
都试过了
一样的
还是一样
没用
没反应
好了
好了好了
已经好了
解决了
可以用了
弄好了
搞定了
我给我妈买的
送人的
朋友推荐的
给孩子用的
我是老客户了
买过好几次了
第一次买
周末愉快
新年快乐
今天天气不错
吃饭了吗
我在上班
我在开车
我现在不方便
晚点再联系
你们忙吧
打电话给我
给我回个电话
加个微信
hi
hello
hello there
hey
good morning
good evening
are you there
i have a question
can you help me
could you help me please
i need help
i need some help
help
please help
one question
quick question
ok
okay
ok thanks
ok thank you
okay got it
got it
i see
understood
alright
sure
fine
yes
yes please
yeah
yep
yes that is right
correct
exactly
right
no
nope
no thanks
no thank you
not really
nothing else
that is all
that s all thanks
thank you
thank you so much
thanks a lot
thanks for your help
many thanks
you are welcome
great
perfect
awesome
nice
cool
very good service
have a nice day
bye
goodbye
see you
wait
one moment
hold on
just a second
let me check
let me see
i will try
i will try that
let me try it
i tried that
i already tried that
still the same
still not working
it does not work
nothing happens
it works now
it is working now
solved
never mind
forget it
what
what do you mean
why
how
how so
how long
when
where
which one
who
really
are you sure
is that so
what now
what should i do
what can i do
what is the problem
here is my order number
this is my number
i got it today
it has arrived
the parcel is here
that time is fine
this is my address
my name is
my phone number is
i live in london
my address is
i bought it last week
i bought it yesterday
i ordered it two weeks ago
i am at work
i am driving
please call me
call me back
i do not know
not sure
i have no idea
i do not understand
the black one
the first one
both
any
maybe
i will think about it
maybe later
happy new year
lol
haha
hmm
oh
wow
sorry
my mistake
no problem
it is a gift
for my son
i am a loyal customer
first time here
你们公司在哪个城市
公司是什么时候成立的
公司有多少员工
总部在哪里
老板叫什么
你们创始人是谁
是国产品牌吗
这个牌子是哪国的
品牌名是什么意思
你们品牌的标志是什么意思
你们跟那家公司是一个集团吗
股价今天涨了吗
你们什么时候上市的
还招人吗
在招聘吗
有没有兼职
我想找工作
简历投到哪里
面试什么时候出结果
实习有工资吗
客服工资多少
怎么加盟
可以代理吗
想做你们的分销
我想给你们供货
我们厂可以给你们代工
想跟你们谈合作
有没有推广合作
我是做自媒体的
可以给我寄样品测评吗
记者想采访一下
我在写论文想了解一下
帮我做个调查问卷
学校想请你们赞助
你们做慈善吗
环保方面有什么措施
包装能降解吗
纸箱是什么材料
旧箱子怎么处理
多给我一个袋子
能写张卡片吗
可以代写祝福吗
能包装成礼物吗
广告里那个明星是谁
广告的背景音乐是什么
代言费多少
直播几点开始
主播是谁
主播好漂亮
怎么关注你们
怎么收藏商品
怎么分享链接给别人
怎么写评论
怎么发追评
评价怎么删
评价怎么改
为什么我的评论看不到
晒图有什么要求
怎么看我的浏览记录
怎么开店
怎么申请入驻
有开放接口吗
开发文档在哪里
能用你们的图片吗
这个设计有专利吗
能授权给我们用吗
专利号是多少
今天下雨了
外面好冷
明天会下雪吗
今天几号
现在几点了
今天星期几
附近有什么好吃的
晚饭吃什么
怎么做番茄炒蛋
帮我写首诗
讲个笑话
唱首歌吧
一加一等于几
美元兑人民币多少
黄金价格多少
油价涨了吗
房租多少
火车票怎么买
机票怎么改签
身份证怎么办
社保怎么交
护照去哪里办
医院怎么挂号
考试什么时候报名
孩子作业不会
这个字怎么读
用英语怎么讲
翻译一下这句话
谁赢了比赛
昨晚的球赛看了吗
你喜欢什么电影
你多大了
你叫什么名字
你是男的女的
你吃饭了没
你结婚了吗
你住哪
你们几点吃饭
好无聊啊
我心情不好
我失恋了
我爱你
祝你生日快乐
节日快乐
恭喜发财
生意兴隆
圣诞快乐
晚安
早安
不好意思打扰了
抱歉发错了
发错人了
不好意思点错了
没事我随便问问
随便看看
我就看看
问一下而已
当我没说
知道了知道了
好嘞
好滴
嗯呢
中
得嘞
可
OK的
没毛病
厉害
牛
真棒
挺好的
东西不错
很好用
很喜欢
老婆很喜欢
孩子很喜欢
质量很好
收到了很满意
用着挺好
已经给了好评
下次还来
会推荐给朋友
你们家东西一直不错
发张图给你看
视频发你了
你看下图片
截图在上面
见图
稍后发你
我拍一下
等我找找
马上
一会儿回来说
我去吃饭
先忙
回头聊
在路上
在开会
没空
我同事也买了
我之前问过了
上次也是你接待的
你们下班早点休息
辛苦啦
客气了
对对对
不不不
不是这个意思
我说的是另一个
你理解错了
再说一遍
没听清
啥
嗯哼
哦好
那行
那好吧
就这样
先不说了
店里有洗手间吗
你们那里能停车吗
可以带宠物进店吗
我的伞落在你们店里了
店里可以充手机吗
你们店有空调吗
能借个厕所吗
你们老板在吗我找他有事
帮我转告一下小王
银行卡丢了怎么挂失
贷款怎么还
学校几点放学
公交几路到
打车多少钱
外卖怎么还没来
电费怎么交
宽带怎么报装
手机话费没了
彩票中奖号码
股票怎么开户
基金今天涨没涨
where are you based
how old is your company
how many people work there
who founded the company
which country is your brand from
what does the name mean
what does your slogan mean
who designed it
are you a listed company
what is your share price
do you have any job openings
I am looking for a job
how do I apply for a position
internship in your team
when do I hear back about my interview
where can I submit my resume
I want to be a distributor
can I sell your products in my shop
we would like to supply you
we are a manufacturer looking for partners
interested in a partnership
I am a blogger and would like to review your product
do you sponsor events
do you work with influencers
I am a journalist with a question
I am writing a thesis about your company
would you fill in my survey
what is your carbon footprint
do you donate to charity
is your packaging recyclable
can I use your pictures
can I use your logo in a video
is your design patented
do you have an api
where is the developer documentation
how do I leave a review
can I edit my review
why is my review not visible
how do I rate the seller
where can I post photos
how do I follow your page
how do I share a link
who is the actor in your ad
what song is in your commercial
can you write a greeting card
can you wrap it
do you have toilets in the store
can I bring my dog
where can I park
I forgot my jacket in your store
do you have wifi in the shop
what is the weather like
will it rain tomorrow
what time is it
what day is today
tell me a joke
write me a poem
what is two plus two
how do I cook rice
how do I make pancakes
how many dollars is that in pounds
who won the game
who is the president
what is the capital of France
how do you spell it
how do you say it in Spanish
translate this please
how old are you
what is your name
where are you from
do you like music
I am bored
I love you
happy birthday
merry christmas
good night
good afternoon
have a good one
cheers
ta
nice one
brilliant
lovely
amazing product
love it
really happy with it
works great
my wife loves it
great quality thank you
you have been very helpful
excellent support today
will buy again
five stars from me
I told my friends about you
sorry wrong window
sorry wrong person
ignore that
oops
just asking
just looking
just browsing
nothing
no worries
all good
same here
me too
the first
the other one
this one
that one
yes exactly that
no the other
not that one
let me think
let me look it up
brb
back in a minute
I am on the bus
talk later
speak soon
sending a picture now
see the picture
see attached
here is a photo
here is a video
as I said
I already told you
I asked before
can you repeat that
say that again
pardon
how do I get a passport
when does the bank open
how do I renew my license
what is the bus fare
my flight is late
my pizza is late
is the lottery tonight
一共付了这么多
我付了三百块
我花了两千多买的
保险公司怎么赔
车险怎么报案
保险怎么买
保险到期了
抬手就亮了
我看了一下表
I paid two hundred for it
my insurance pays for it
how do I file an insurance claim
走保险赔付
理赔要交什么材料
""".splitlines()
    if line
)
