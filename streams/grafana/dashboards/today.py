"""Today: how much, what rises, what is open, in whose words. For whoever leads customer experience, each morning."""

from grafana_foundation_sdk.builders import dashboard as d

from streams.grafana.dashboards.frame import FULL, HALF, KEPT, LONG, QUARTER, SPAN, SPIKE_URL, board, dimensions
from streams.grafana.panel import BLUE, GREEN, GREY, RED, YELLOW, Link, Place, Says, grid, number, rows, series
from streams.grafana.query import CUSTOMERS, FEEDBACK, FILLED, LAST_DAY, MUTED, RECENT, TENANT, WHO

UID, HOURS = "voc-today", 24
TOPIC_URL = "/d/voc-topics?var-topic=${__data.fields.topic:percentencode}&" + KEPT
WEEK = "INTERVAL 7 DAY"
HOUR = "minute > $__toTime - INTERVAL 1 HOUR AND minute <= $__toTime"

CONTACTS = f"""SELECT sumIf(count, minute >= $__fromTime) AS contacts,
sumIf(count, minute <= $__toTime - {WEEK}) AS "a week before"
FROM minute_total
WHERE {TENANT} AND ($__timeFilter(minute) OR (minute >= $__fromTime - {WEEK} AND minute <= $__toTime - {WEEK}))"""

OPEN = f"""SELECT countIf(severity = 'high') AS high, countIf(severity != 'high') AS other FROM spikes
WHERE {TENANT} AND closed IS NULL AND opened <= $__toTime AND (tenant, kind, topic) NOT IN ({MUTED})"""

OTHER = f"""SELECT if(total = 0, NULL, other / total) AS share
FROM (SELECT sum(count) AS other FROM topic_minute WHERE {TENANT} AND $__timeFilter(minute) AND topic = 'other') AS a,
(SELECT sum(count) AS total FROM minute_total WHERE {TENANT} AND $__timeFilter(minute)) AS b"""

AGE = f"""SELECT dateDiff('second', max(minute), $__toTime) AS age FROM minute_total
WHERE {TENANT} AND $__timeFilter(minute) HAVING count() > 0"""

FLOW = f"""SELECT $__timeInterval(minute) AS time, sum(count) AS contacts FROM minute_total
WHERE {TENANT} AND $__timeFilter(minute) GROUP BY time {FILLED}"""

FLOW_BEFORE = f"""SELECT $__timeInterval(minute + {WEEK}) AS time, sum(count) AS "a week before" FROM minute_total
WHERE {TENANT} AND minute >= $__fromTime - {WEEK} AND minute <= $__toTime - {WEEK} GROUP BY time ORDER BY time"""

NEGATIVE = f"""SELECT $__timeInterval(minute) AS time, sum(negative) / sum(count) AS negative FROM minute_total
WHERE {TENANT} AND $__timeFilter(minute) GROUP BY time HAVING sum(count) > 0 ORDER BY time"""

SPIKES = f"""SELECT id, if(closed IS NULL, 'open', 'closed') AS state, severity, label, kind, tenant, started,
closed, observed, expected,
low, high, arrayStringConcat(arrayMap(w -> concat(w.1, ': ', w.2), `where`), ', ') AS place, owner, {SPAN}
FROM spikes
WHERE {TENANT} AND opened <= $__toTime AND ifNull(closed, now()) >= $__fromTime
ORDER BY state DESC, severity = 'high' DESC, observed - expected DESC LIMIT 100"""

RISING = f"""SELECT topic, observed, expected, observed - expected AS excess, customers
FROM (SELECT topic, sum(count) AS observed FROM topic_minute WHERE {TENANT} AND {HOUR} AND topic != 'other'
GROUP BY topic) AS seen
INNER JOIN (SELECT topic, sum(rate) * 60 AS expected
FROM (SELECT tenant, topic, avg(expected) AS rate FROM topic_band WHERE {TENANT} AND {HOUR} GROUP BY tenant, topic)
GROUP BY topic) AS band USING (topic)
LEFT JOIN (SELECT arrayJoin(intents) AS topic, uniqExact({WHO}) AS customers FROM feedback
WHERE {TENANT} AND {HOUR} AND {CUSTOMERS} GROUP BY topic) AS who USING (topic)
WHERE observed > expected ORDER BY excess DESC LIMIT 10"""

HEAT = f"""SELECT time, topic, sum(observed) - sum(expected) AS excess
FROM (SELECT $__timeInterval(minute) AS time, tenant, topic, toFloat64(sum(count)) AS observed, 0 AS expected FROM topic_minute
WHERE {TENANT} AND $__timeFilter(minute) AND topic != 'other' GROUP BY time, tenant, topic
UNION ALL
SELECT $__timeInterval(minute) AS time, tenant, topic, 0 AS observed,
avg(expected) * $__interval_s / 60 AS expected FROM topic_band
WHERE {TENANT} AND $__timeFilter(minute) GROUP BY time, tenant, topic)
WHERE topic IN (SELECT topic FROM topic_minute WHERE {TENANT} AND $__timeFilter(minute) AND topic != 'other'
GROUP BY topic ORDER BY sum(count) DESC LIMIT 15)
GROUP BY time, topic ORDER BY time, topic"""

CHANNELS = f"""SELECT $__timeInterval(minute) AS time, channel, count() AS contacts FROM feedback
WHERE {LAST_DAY} AND {FEEDBACK} AND {CUSTOMERS} GROUP BY time, channel ORDER BY time, channel"""


def _words(which: str) -> str:
    return f"""SELECT time, channel, product_model AS model, arrayStringConcat(intents, ', ') AS topics, sentiment,
text FROM feedback
WHERE {RECENT} AND {FEEDBACK} AND {CUSTOMERS} AND {which} ORDER BY minute DESC, time DESC LIMIT 50"""


ESCALATED = "(urgent OR attributes['escalation'] = 'true' OR attributes['churn_risk'] = 'true')"


def build() -> d.Dashboard:
    """The dashboard."""
    contacts = "Customers' messages, call segments and survey comments that stand; agents and recalled ones left out."
    glance = [
        number("Contacts 客户反馈", Says(
            "How much customers said in the range, and in the same span a week before.", contacts,
            "Far above: see what rises. Far below: see whether a feed was lost (newest feedback)."), CONTACTS, QUARTER),
        number("Open spikes 未结束的突增", Says(
            "Episodes that are open at the end of the range, muted subjects left out.", "Every episode that has not closed.",
            "Open the high ones first: the table below leads to each."), OPEN, QUARTER,
            steps=((None, GREEN), (1, RED))),
        number("No subject found 未归类", Says(
            "The share of contacts in which no subject of the taxonomy was found.", f"All contacts of the range. {contacts}",
            "Rising: something new is said. See voc discover, and emergent spikes."), OTHER, QUARTER, unit="percentunit",
            steps=((None, GREEN), (0.4, YELLOW), (0.6, RED))),
        number("Newest feedback 最新一条", Says(
            "How long ago the newest counted minute was, before the end of the range.", "Minutes in which anything was said.",
            "Longer than the quietest hour explains: see the dashboard Instrument, and docs/operations.md, “nothing closes”."),
            AGE, QUARTER, unit="s", steps=((None, GREEN), (1800, YELLOW), (7200, RED))),
    ]  # fmt: skip
    spikes = [
        rows("Spikes 突增", Says(
            "Every episode that was open in the range, open ones first: how many against how many expected, where, whose.",
            "observed, expected, low and high cover each episode from its start to its last judgement; "
            "low to high is the range of 95 % of normal cases.",
            "Follow the label to the episode and its verbatims; say what it was worth with voc verdict."), SPIKES, FULL,
            units={"expected": "short", "observed": "short"}, hidden=("id", "from", "to"),
            links=(Link("label", "Open this episode", SPIKE_URL),),
            colours={"state": ((None, BLUE),)}, empty="no episode in this range"),
        rows("Rising now 正在上升", Says(
            "The ten topics that are furthest above what was expected in the last hour of the range.",
            "Contacts that name the topic (one that names two counts in both); expected: the average of the detector's own "
            "expectation in that hour; customers: different people, or conversations where nobody is known.",
            "An excess of few customers is one person's bad day; of many, look at its words before it becomes a spike."),
            RISING, Place(10, 10), units={"expected": "short", "excess": "short"},
            links=(Link("topic", "See this topic", TOPIC_URL),),
            empty="nothing is above its expectation"),
        grid("Excess by topic 各主题超出预期", Says(
            "Contacts above (red) or below (blue) expectation, for the 15 busiest topics.",
            "Observed minus expected contacts in each interval; expected from the detector. No subject found is left out.",
            "A red row is a subject; a red column is everything at once: a campaign, or a feed that caught up."),
            HEAT, Place(14, 10), label="topic",
            steps=((None, BLUE), (-3, GREY), (3, YELLOW), (8, "orange"), (15, RED))),
    ]  # fmt: skip
    how_much = [
        series("Contacts over time 反馈走势", Says(
            "Contacts in each interval, beside those a week before.", contacts,
            "A gap to zero is a lost feed; a step is a campaign or an outage: see the marks."), (FLOW, FLOW_BEFORE), HALF,
            axis="contacts per interval"),
        series("Negative share 负面占比", Says(
            "The share of contacts whose tone is negative.", f"All contacts of the interval. {contacts}",
            "Compare with the marks; at night few contacts make it jump."), (NEGATIVE,), HALF, unit="percentunit",
            axis="share of contacts", ceiling=1),
        series("By channel 各渠道", Says(
            "Contacts by channel, stacked; of a longer range its last day.", contacts,
            "A channel that ends is a lost feed; one that grows alone is a matter of that shop."), (CHANNELS,), FULL,
            axis="contacts per interval", stacked=True, label="channel"),
    ]  # fmt: skip
    words = [
        rows("Urgent words 紧急原话", Says(
            "The newest 50 contacts that ask for a person, threaten to leave or report danger, among the newest 20,000.",
            "Customers' contacts marked urgent, escalation or churn risk. Personal data was redacted before anything was stored.",
            "Have each answered by a person."), _words(ESCALATED), LONG, wide=("text",),
            empty="nobody asked for a person"),
        rows("Newest words 最新原话", Says(
            "The newest 50 contacts in the customers' words, among the newest 20,000 of the range.",
            "Customers' contacts of what is chosen above. Redacted.",
            "Read some every day; follow a topic to all of its words."), _words("text != ''"), LONG, wide=("text",),
            empty="no feedback in this range"),
    ]  # fmt: skip
    sections = [
        ("At a glance 一览", glance),
        ("What rises 什么在上升", spikes),
        ("How much 总量", how_much),
        ("In their words 原话", words),
    ]
    about = "What customers say today, what rises, what is open. English names with short Chinese ones."
    return board(UID, "Groundswell: Today 今日", about, hours=HOURS, variables=dimensions(), sections=sections)
