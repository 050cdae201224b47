"""Spike: one episode. How big against expected, where, in whose words, what else happened, who was told. The card leads here."""

from typing import Any

from grafana_foundation_sdk.builders import dashboard as d

from streams.grafana.dashboards.frame import HALF, KEPT, LONG, board, dimensions
from streams.grafana.panel import BLUE, GREEN, RED, YELLOW, Link, Place, Says, bars, number, rows, series, variable
from streams.grafana.query import CUSTOMERS, FEEDBACK, FILLED, LAST_DAY, RECENT, WHO, single

UID, HOURS = "voc-spike", 6
ID = single("spike")
TALK_URL = "/d/voc-spike?var-conversation=${__data.fields.conversation:percentencode}&${spike:queryparam}&" + KEPT
ONE = f"FROM spikes WHERE id = {ID}"
EPISODE = f"WITH (SELECT any((toString(tenant), toString(kind), toString(topic), started, updated)) {ONE}) AS episode"
"""The chosen episode, asked once a statement; of one that is not there all is empty, and nothing is its own."""
OF = "tenant = episode.1 AND topic = episode.3 AND episode.2 IN ('topic', 'emergent')"
TOTAL = "tenant = episode.1 AND (episode.2 = 'total' OR (episode.2 = 'silence' AND episode.3 = 'total'))"
CHANNEL = "episode.2 = 'silence' AND startsWith(episode.3, 'channel:') AND channel = substring(episode.3, 9)"
RECORDED = f"episode.2 = 'emergent' AND feedback_id IN (SELECT arrayJoin(messages) FROM emergent_topics WHERE spike_id = {ID})"
MINE = f"tenant = episode.1 AND ((episode.2 = 'topic' AND has(intents, episode.3)) OR ({RECORDED}) OR ({TOTAL}) OR ({CHANNEL}))"
"""Its feedback: the topic's; of an emergent one what was recorded with it; of the total everything; of a channel that went quiet
what came before and after."""

CHOICE = """SELECT concat(if(closed IS NULL, 'open · ', ''), label, ' · ', formatDateTime(started, '%Y-%m-%d %H:%i'),
'|', id) AS episode
FROM spikes ORDER BY opened DESC LIMIT 500"""

FIGURES = f'SELECT observed, expected, low AS "usually from", high AS "usually to" {ONE}'
TIMES = f"SELECT if(expected < 0.05, NULL, observed / expected) AS times {ONE}"
LASTED = (
    f"SELECT dateDiff('second', started, ifNull(closed, updated)) AS lasted, dateDiff('second', started, opened) AS noticed {ONE}"
)
PEOPLE = f"""{EPISODE}
SELECT uniqExact({WHO}) AS customers FROM feedback
WHERE {LAST_DAY} AND {MINE} AND {CUSTOMERS} AND minute BETWEEN episode.4 AND episode.5"""

FACTS = f"""SELECT said.1 AS fact, said.2 AS value FROM (
SELECT arrayJoin([('what 什么', label), ('kind 类型', toString(kind)), ('severity 级别', toString(severity)),
('state 状态', if(closed IS NULL, 'open 未结束', 'closed 已结束')), ('tenant 租户', toString(tenant)), ('topic 主题',
toString(topic)),
('started (UTC) 开始', toString(started)), ('noticed 发现', toString(opened)), ('last judged 最近判断', toString(updated)),
('closed 结束', ifNull(toString(closed), '–')), ('owner 负责', toString(owner)), ('id', id)]) AS said {ONE})"""

COURSE = f"""{EPISODE}
SELECT time, sum(n) AS observed FROM (
SELECT $__timeInterval(minute) AS time, count AS n FROM topic_minute WHERE $__timeFilter(minute) AND {OF}
UNION ALL SELECT $__timeInterval(minute) AS time, count AS n FROM minute_total WHERE $__timeFilter(minute) AND {TOTAL}
UNION ALL SELECT $__timeInterval(minute) AS time, count() AS n FROM feedback
WHERE {LAST_DAY} AND {CUSTOMERS} AND tenant = episode.1 AND (({RECORDED}) OR ({CHANNEL})) GROUP BY time)
GROUP BY time {FILLED}"""

_STEPS = "$__interval_s / 60"
BAND = f"""{EPISODE}
SELECT time, e AS expected, greatest(0, e - 1.96 * sd) AS low, e + 1.96 * sd AS high FROM (
SELECT $__timeInterval(minute) AS time, avg(topic_band.expected) * {_STEPS} AS e,
sqrt(avg(greatest(topic_band.expected, pow((topic_band.high - topic_band.low) / 3.92, 2))) * {_STEPS}) AS sd
FROM topic_band WHERE $__timeFilter(minute) AND {OF} GROUP BY time) ORDER BY time"""
"""Of an interval: the minutes' ranges as variances (at least a Poisson's), added up."""

WHERE = f"""SELECT concat(w.1, ': ', w.2) AS place, toFloat64(w.3) AS observed, toFloat64(w.4) AS expected
FROM (SELECT arrayJoin(`where`) AS w {ONE}) ORDER BY w.5 DESC LIMIT 20"""

SPREAD = f"""{EPISODE}
SELECT side.1 AS dimension, if(side.2 = '', 'unknown', side.2) AS value, count() AS contacts, uniqExact(who) AS customers,
contacts / (sum(count()) OVER (PARTITION BY dimension)) AS share
FROM (SELECT {WHO} AS who, arrayJoin([('model', toString(product_model)), ('channel', toString(channel)), ('shop',
toString(shop)),
('firmware', toString(firmware)), ('region', toString(region)), ('caller', toString(caller_role)),
('language', toString(language))]) AS side
FROM feedback WHERE {LAST_DAY} AND {FEEDBACK} AND {CUSTOMERS} AND {MINE})
GROUP BY dimension, value ORDER BY dimension, contacts DESC LIMIT 8 BY dimension LIMIT 60"""

CHOSEN = f"SELECT arrayJoin(verbatims) AS words {ONE}"
ALL_WORDS = f"""{EPISODE}
SELECT time, channel, shop, product_model AS model, language, sentiment, text AS words, conversation_id AS conversation
FROM feedback WHERE {RECENT} AND {FEEDBACK} AND {CUSTOMERS} AND {MINE} ORDER BY minute DESC, time DESC LIMIT 200"""
TALK = f"""{EPISODE}
SELECT time, sender_role AS speaker, sentiment, text AS words FROM feedback
WHERE {LAST_DAY} AND tenant = episode.1 AND conversation_id != '' AND conversation_id = {single("conversation")}
ORDER BY minute, time LIMIT 200"""

BEFORE = f"""{EPISODE}
SELECT start, end, kind, title, owner, arrayStringConcat(products, ', ') AS products,
arrayStringConcat(channels, ', ') AS channels FROM context
WHERE tenant = episode.1 AND start >= episode.4 - INTERVAL 14 DAY AND start <= episode.5
ORDER BY start DESC LIMIT 50"""
NEW = f"""SELECT at, label, arrayStringConcat(phrases, ' · ') AS phrases,
arrayStringConcat(arrayMap(t -> concat(t.1, ' ', toString(t.2)), topics), ', ') AS "known topics among them",
length(messages) AS messages FROM emergent_topics WHERE spike_id = {ID} ORDER BY at DESC LIMIT 20"""
STEPS = f"""SELECT at, transition, observed, expected, low, high, surprise FROM spike_transitions
WHERE spike_id = {ID} ORDER BY at LIMIT 500"""
TOLD = f"""SELECT at, transition, channel, state, detail, changed_at AS changed FROM deliveries
WHERE spike_id = {ID} ORDER BY changed_at DESC LIMIT 200"""
SAID = f"SELECT at, verdict, by, note, until FROM spike_verdicts WHERE spike_id = {ID} ORDER BY at DESC LIMIT 100"
SQL = f"SELECT sql {ONE}"
OWN = (
    "The episode's own feedback in the range (of a longer range its last day): of a topic whatever names it, "
    "of an emergent one what was recorded with it, of the total everything."
)
COVERS = "Contacts from the episode's start to its last judgement, as the detector was given them."
"""What panels count, in words that several of them say."""


def build() -> d.Dashboard:
    """The dashboard."""
    episode = variable(
        "spike", "Spike 突增", CHOICE, "One episode: the newest 500. A card's link chooses its own.",
        multi=False, everything=False, regex=r"/^(?<text>.*)\|(?<value>[^|]*)$/",
    ).allow_custom_value(True)  # fmt: skip
    talk = d.TextBoxVariable("conversation").label("Conversation 会话").default_value("")
    talk.description("The id of one conversation; a click on a row of all words fills it in.")
    variables: list[d.QueryVariable | d.TextBoxVariable] = [episode, *dimensions(), talk]
    sections = [
        ("How big 多大", _size()),
        ("Where 在哪里", _where()),
        ("In whose words 原话", _words()),
        ("What else 其他", _else()),
    ]
    about = "One episode, from its size to its words. Choose it above, or follow a card or the table of spikes here."
    return board(UID, "Groundswell: Spike 突增", about, hours=HOURS, variables=variables, sections=sections)


def _size() -> list[Any]:
    return [
        number("How many 数量", Says(
            "How many contacts against how many expected, and the range of 95 % of normal cases.", COVERS,
            "Far outside the range with many customers: act now."), FIGURES, Place(10, 4)),
        number("Times as many 倍数", Says(
            "Observed divided by expected; empty where next to nothing was expected.", COVERS,
            "With the number of customers: whether this is a handful or a crowd."), TIMES, Place(4, 4),
            steps=((None, GREEN), (2, YELLOW), (4, RED))),
        number("Customers 客户数", Says(
            "Different customers in the episode, or conversations where nobody is known.", OWN,
            "Few customers and many contacts: one person's case, not a trend."), PEOPLE, Place(4, 4)),
        number("How long 持续", Says(
            "From its start to its end or last judgement, and how long it took to notice.",
            "Event time: minutes in which it was said.", "Still growing after hours: the first moves did not work."),
            LASTED, Place(6, 4), unit="s", steps=((None, BLUE),)),
        series("Against expectation 与预期对比", Says(
            "Contacts of the episode's subject in each interval, with what was expected and the usual range (95 %).",
            "Contacts as known today. The range is kept for minutes and put together for intervals here, as if minutes were "
            "independent: a guide for the eye, the detector judges minutes.",
            "When it left the range is when it began; look at the marks before that."), (COURSE, BAND), LONG, band=True,
            axis="contacts per interval"),
    ]  # fmt: skip


def _where() -> list[Any]:
    return [
        bars("Where it stands out 集中在哪里", Says(
            "The values that carry the excess: observed beside expected.",
            "The episode's own feedback, as the last card explained it. Empty: no dimension explains it.",
            "One model or firmware: product. One channel or shop: whoever runs it. Nothing: the subject itself."), WHERE, HALF,
            along="place", axis="contacts"),
        rows("How it is spread 分布", Says(
            "The episode's feedback by model, channel, shop, firmware, region, caller and language: eight values each.", OWN,
            "Compare with the bars beside: much is not yet more than usual."), SPREAD, HALF,
            units={"share": "percentunit"}, empty="no feedback of it in this range"),
    ]  # fmt: skip


def _words() -> list[Any]:
    return [
        rows("Chosen words 代表原话", Says(
            "The verbatims of the card, chosen to be different from one another.",
            "The episode's feedback. Personal data was redacted before anything was stored.",
            "Enough to understand it? Then tell the owner. If not, read on below."), CHOSEN, Place(10, 10), wide=("words",),
            empty="no verbatims (a silence has none)"),
        rows("All words 全部原话", Says(
            "The newest 200 of the episode's own contacts; follow a conversation to read the whole of it.",
            f"{OWN} Among the newest 20,000 contacts of the range.",
            "Filter by model or channel above; look for the one that does not fit."), ALL_WORDS, Place(14, 10), wide=("words",),
            links=(Link("conversation", "Read this conversation",
                        TALK_URL),),
            empty="no feedback of it in this range"),
        rows("Conversation 会话", Says(
            "What was said in the chosen conversation, by customers and agents, in order.",
            "Feedback of that conversation in the range (of a longer range its last day). Redacted.",
            "Where did it go wrong? What answer would have ended it at once?"), TALK, Place(24, 8), wide=("words",),
            empty="choose a conversation in the table above"),
    ]  # fmt: skip


def _else() -> list[Any]:
    return [
        rows("What happened before 之前发生了什么", Says(
            "Launches, firmware, campaigns, outages and the like, from 14 days before its start on.",
            "Every context event of the tenant. They coincide; that does not make them the cause.",
            "Ask whoever did the newest that touches the same product or channel."), BEFORE, HALF,
            empty="nothing is known of the 14 days before"),
        rows("New topic 新主题", Says(
            "Of an emergent topic: its words, and the known topics among its messages, step by step.",
            "The messages recorded with the episode; empty of every other kind.",
            "If it will come again: voc taxonomy promote drafts an intent from it."), NEW, HALF,
            empty="not an emergent topic"),
        rows("Facts 事实", Says(
            "What the episode is, since when, and whose.", "The episode's last state.", "No owner: name one in taxonomy.yaml."),
            FACTS, HALF, empty="choose an episode above"),
        rows("Steps 过程", Says(
            "Every step of the episode: opened, updated, closed.", COVERS, "Rising from step to step: it is not over."),
            STEPS, HALF, units={"surprise": "short"}),
        rows("Who was told 通知", Says(
            "Each card owed and sent, by channel and state.", "Deliveries of this episode.",
            "Owed for long: voc notify says what is wrong with the channel."), TOLD, HALF, empty="nobody is to be told"),
        rows("Verdicts 评价", Says(
            "What people said this alert was worth.", "Verdicts of this episode: useful, known, noise, mute.",
            "Say it yourself: voc verdict, or the buttons of the card."), SAID, HALF, empty="nobody has said yet"),
        rows("The number again 复核", Says(
            "The statement that gives the observed number again.", "As the card has it.", "Run it with voc sql."), SQL,
            Place(24, 5), wide=("sql",)),
    ]  # fmt: skip
