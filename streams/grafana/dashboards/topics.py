"""Topics: what it is all about, how that shifts, where it differs, what could be answered before it is asked."""

from grafana_foundation_sdk.builders import dashboard as d

from streams.grafana.dashboards.frame import FULL, HALF, KEPT, LONG, board, dimensions
from streams.grafana.panel import GREEN, RED, YELLOW, Link, Says, bars, rows, series, variable
from streams.grafana.query import CUSTOMERS, FEEDBACK, FILLED, LAST_DAY, RECENT, TENANT, chosen, picked

UID, HOURS = "voc-topics", 24
TOPIC = chosen("topic", "topic")
BEFORE = "minute >= $__fromTime - ($__toTime - $__fromTime) AND minute < $__fromTime"
HERE = "/d/voc-topics?var-topic=${__data.fields.topic:percentencode}&" + KEPT


def wilson(part: str, whole: str, sign: str) -> str:
    """An end of the 95 % interval of a share (Wilson 1927, as in Brown, Cai and DasGupta 2001)."""
    z = 1.959964
    p = f"({part} / {whole})"
    root = f"sqrt({p} * (1 - {p}) / {whole} + {z * z / 4:.6f} / ({whole} * {whole}))"
    return f"greatest(0, ({p} + {z * z / 2:.6f} / {whole} {sign} {z} * {root}) / (1 + {z * z:.6f} / {whole}))"


CHOICE = f"""SELECT topic FROM topic_minute WHERE $__timeFilter(minute) AND {TENANT}
GROUP BY topic ORDER BY sum(count) DESC LIMIT 500"""

MIX = f"""SELECT $__timeInterval(minute) AS time, if(topic IN (SELECT topic FROM topic_minute
WHERE {TENANT} AND {TOPIC} AND $__timeFilter(minute) GROUP BY topic
ORDER BY sum(count) DESC LIMIT 12), toString(topic), 'the rest 其余') AS subject,
sum(count) AS contacts FROM topic_minute WHERE {TENANT} AND {TOPIC} AND $__timeFilter(minute)
GROUP BY time, subject ORDER BY time, subject"""

SHIFT = f"""SELECT topic, now_n AS contacts, before_n AS before, now_n / greatest(1, now_total) AS share,
before_n / greatest(1, before_total) AS "share before", (share - "share before") AS shift
FROM (SELECT topic, sumIf(count, minute >= $__fromTime) AS now_n, sumIf(count, minute < $__fromTime) AS before_n FROM topic_minute
WHERE {TENANT} AND {TOPIC} AND ($__timeFilter(minute) OR ({BEFORE})) GROUP BY topic) AS topics,
(SELECT sumIf(count, minute >= $__fromTime) AS now_total, sumIf(count, minute < $__fromTime) AS before_total FROM minute_total
WHERE {TENANT} AND ($__timeFilter(minute) OR ({BEFORE}))) AS totals
ORDER BY abs(shift) DESC LIMIT 50"""

BAND = f"""SELECT time, sum(e) AS expected FROM (
SELECT $__timeInterval(minute) AS time, tenant, topic, avg(expected) * $__interval_s / 60 AS e FROM topic_band
WHERE {TENANT} AND {TOPIC} AND $__timeFilter(minute) GROUP BY time, tenant, topic) GROUP BY time ORDER BY time"""
SEEN = f"""SELECT $__timeInterval(minute) AS time, sum(count) AS observed FROM topic_minute
WHERE {TENANT} AND {TOPIC} AND topic != 'other' AND $__timeFilter(minute) GROUP BY time {FILLED}"""

CONTRAST = f"""SELECT topic, channel, n AS contacts, n / here AS share, {wilson("n", "here", "-")} AS "from",
{wilson("n", "here", "+")} AS "to", (all_n - n) / greatest(1, everywhere - here) AS "share elsewhere"
FROM (SELECT topic, channel, n, sumIf(n, topic = '') OVER (PARTITION BY channel) AS here,
sum(n) OVER (PARTITION BY topic) AS all_n,
sumIf(n, topic = '') OVER () AS everywhere
FROM (SELECT arrayJoin(arrayConcat([''], if(empty(intents), ['other'], arrayDistinct(intents)))) AS topic, channel, count() AS n
FROM feedback WHERE {LAST_DAY} AND {FEEDBACK} AND {CUSTOMERS} GROUP BY topic, channel))
WHERE topic != '' AND {TOPIC} AND here >= 30 AND n >= 5 AND ("from" > "share elsewhere" OR "to" < "share elsewhere")
ORDER BY abs(share - "share elsewhere") DESC LIMIT 50"""

TONE = f"""SELECT topic, sum(count) AS contacts, sum(negative) AS negative, sum(positive) AS positive,
negative / contacts AS "negative share", {wilson("negative", "contacts", "-")} AS "at least", {
    wilson("negative", "contacts", "+")
} AS "at most"
FROM topic_minute WHERE {TENANT} AND {TOPIC} AND $__timeFilter(minute) GROUP BY topic HAVING contacts >= 10
ORDER BY "at least" DESC LIMIT 50"""

STANCE = f"""SELECT if(product_model = '', 'unknown', toString(product_model)) AS model,
countIf(attributes['price_stance'] = 'too_dear') AS "too dear 太贵",
countIf(attributes['price_stance'] = 'not_premium') AS "not worth it 不值"
FROM feedback WHERE {LAST_DAY} AND {FEEDBACK} AND {CUSTOMERS} AND attributes['price_stance'] != ''
GROUP BY model ORDER BY count() DESC LIMIT 15"""

DEFLECT = f"""SELECT topic, count() AS contacts, uniqExact(talk) AS conversations,
countIf(speech_act = 'question') / count() AS questions,
countIf(sentiment = 'negative') / count() AS negative, count() / uniqExact(talk) AS "contacts per conversation"
FROM (SELECT arrayJoin(intents) AS topic, conversation_id AS talk, speech_act, sentiment FROM feedback
WHERE {LAST_DAY} AND {FEEDBACK} AND {CUSTOMERS})
WHERE {TOPIC} GROUP BY topic HAVING contacts >= 10 ORDER BY conversations * (1 - negative) DESC LIMIT 30"""

WORDS = f"""SELECT time, channel, product_model AS model, arrayStringConcat(intents, ', ') AS topics, sentiment, text AS words
FROM feedback WHERE {RECENT} AND {FEEDBACK} AND {CUSTOMERS} AND (has({picked("topic")}, '*') OR hasAny(intents, {picked("topic")})
OR (empty(intents) AND has({picked("topic")}, 'other'))) ORDER BY minute DESC, time DESC LIMIT 200"""


def build() -> d.Dashboard:
    """The dashboard."""
    topic = variable("topic", "Topic 主题", CHOICE, "Subjects of the range by size; other: no subject was found.")
    named = "Contacts that name the topic; one that names two counts in both. other: no subject was found."
    words = "Customers' contacts of what is chosen above (of a longer range its last day)."
    mix = [
        series("What it is about 主题构成", Says(
            "Contacts by topic, stacked: the twelve busiest, and the rest together.", named,
            "A layer that thickens is a shift: see the table beside."), (MIX,), FULL, stacked=True, label="subject",
            axis="contacts per interval"),
        rows("Shift 变化", Says(
            "Each topic's share of contacts, in the range and in the same span just before it.",
            "All contacts of each span; shares may add up to more than 100 %.",
            "A large shift without a spike is slow change: tell the owner before it is a habit."), SHIFT, HALF,
            units={"share": "percentunit", "share before": "percentunit", "shift": "percentunit"},
            colours={"shift": ((None, GREEN), (0.02, YELLOW), (0.05, RED))}, links=(Link("topic", "Only this topic", HERE),),
            empty="no feedback in this range"),
        series("Against expectation 与预期对比", Says(
            "Contacts that name the chosen topics, with what the detector expected of them.",
            "All chosen topics together, no subject found left out; expected where it was judged (every ten minutes).",
            "Choose one topic above; a lasting distance is a new normal or a spike below the alarm."), (SEEN, BAND), HALF,
            band=True, axis="contacts per interval"),
    ]  # fmt: skip
    contrast = [
        rows("Channel contrast 渠道差异", Says(
            "Topics whose share of a channel's contacts differs from their share elsewhere by more than chance (95 % interval).",
            f"share: of the channel's contacts. {words} Channels with 30 contacts and pairs with 5 at least.",
            "Higher in one channel: look at that channel's page, script or shop."), CONTRAST, LONG,
            units={"share": "percentunit", "from": "percentunit", "to": "percentunit", "share elsewhere": "percentunit"},
            links=(Link("topic", "Only this topic", HERE),), empty="no difference beyond chance"),
        rows("Tone by topic 主题情绪", Says(
            "The share of each topic's contacts that is negative, with its 95 % interval; sorted by what it is at least.",
            f"{named} Ten contacts at least.",
            "Read the words of the first; a topic that is always negative is a habit to break."),
            TONE, HALF, units={"negative share": "percentunit", "at least": "percentunit", "at most": "percentunit"},
            links=(Link("topic", "Only this topic", HERE),), empty="no topic has ten contacts"),
        bars("Price 价格态度", Says(
            "How often customers call a model too dear, or not worth its price.",
            f"{words} Those with a stance on price; most have none.", "Compare with its competitors' price on that day."),
            STANCE, HALF, along="model", axis="contacts"),
    ]  # fmt: skip
    answer = [
        rows("Could be answered before 可提前解答", Says(
            "Topics by how many calm conversations they cost: candidates for an answer on the page, in the FAQ, by the bot.",
            f"{words} Ten contacts at least. questions: the share that asks (where speech acts are read). "
            "Handling time is not in the warehouse.",
            "Take the first one with many questions and little anger; write its answer; watch its volume fall."), DEFLECT, FULL,
            units={"questions": "percentunit", "negative": "percentunit"}, links=(Link("topic", "Only this topic", HERE),),
            empty="no topic has ten contacts"),
        rows("Words 原话", Says(
            "The newest 200 contacts of the chosen topics.",
            "Customers' contacts of what is chosen above, among the newest 20,000. Redacted.",
            "Read ten before you decide anything."),
            WORDS, LONG, wide=("words",), empty="no feedback in this range"),
    ]  # fmt: skip
    sections = [("What it is about 构成", mix), ("Where it differs 差异", contrast), ("What to do 可以做什么", answer)]
    about = "What customers speak of, how that shifts, where it differs, and what could be answered before it is asked."
    return board(
        UID, "Groundswell: Topics 主题", about, hours=HOURS, variables=[*dimensions(), topic], sections=sections, refresh="5m"
    )
