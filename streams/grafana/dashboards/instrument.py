"""Instrument: is the measuring itself in order? Alerts and what they were worth, delays, what could not be read, who was told."""

from grafana_foundation_sdk.builders import dashboard as d

from streams.grafana.dashboards.frame import HALF, QUARTER, SPAN, SPIKE_URL, board, tenant
from streams.grafana.panel import GREEN, RED, YELLOW, Link, Place, Says, bars, number, rows, series
from streams.grafana.query import CUSTOMERS, LAST_DAY, MUTED_DAYS, TENANT

UID, HOURS = "voc-instrument", 168
OPENED = f"{TENANT} AND opened >= $__fromTime AND opened <= $__toTime"
JUDGED = f"""SELECT spike_id, countIf(verdict = 'useful') AS good, countIf(verdict = 'noise') AS bad,
countIf(verdict = 'known') AS old
FROM spike_verdicts WHERE spike_id IN (SELECT id FROM spikes WHERE {OPENED}) GROUP BY spike_id"""

PRECISION = f"""SELECT if(useful + noise = 0, NULL, useful / (useful + noise)) AS precision
FROM (SELECT countIf(good > bad) AS useful, countIf(bad > good) AS noise FROM ({JUDGED}))"""
VERDICTS = f"""SELECT countIf(good > bad) AS useful, countIf(bad > good) AS noise, countIf(good = 0 AND bad = 0
AND old > 0) AS known,
(SELECT count() FROM spikes WHERE {OPENED}) AS episodes FROM ({JUDGED})"""
WEEKLY = f"""SELECT count() * 604800 / greatest(1, dateDiff('second', $__fromTime, $__toTime)) AS "a week"
FROM spikes WHERE {OPENED}"""
DELAY = f"""SELECT if(count() = 0, NULL, quantileExact(0.5)(dateDiff('second', started, opened))) AS "half within",
if(count() = 0, NULL, quantileExact(0.9)(dateDiff('second', started, opened))) AS "nine in ten within"
FROM spikes WHERE {OPENED}"""
DAILY = f"""SELECT $__timeInterval(opened) AS time, kind, count() AS alerts FROM spikes WHERE {OPENED}
GROUP BY time, kind ORDER BY time, kind"""
MUTES = f"""SELECT label, spikes.tenant AS tenant, by, note, at, ifNull(until, at + INTERVAL {MUTED_DAYS} DAY) AS ends
FROM spike_verdicts INNER JOIN spikes ON spikes.id = spike_verdicts.spike_id
WHERE verdict = 'mute' AND ends > $__toTime AND {TENANT.replace("tenant IN", "spikes.tenant IN")} ORDER BY ends LIMIT 100"""
WORTH = f"""SELECT spikes.id AS id, label, severity, verdict, by, note, at, {SPAN}
FROM spike_verdicts INNER JOIN spikes ON spikes.id = spike_verdicts.spike_id
WHERE {TENANT.replace("tenant IN", "spikes.tenant IN")} AND at >= $__fromTime AND at <= $__toTime ORDER BY at DESC LIMIT 100"""

FRESH = """SELECT what, input, max(stored) AS "last stored", greatest(0, dateDiff('second', max(stored),
$__toTime)) AS age, sum(n) AS records FROM (
SELECT 'feedback' AS what, input, max(ingested_at) AS stored, count() AS n FROM feedback
WHERE minute >= $__toTime - INTERVAL 12 HOUR AND minute <= $__toTime GROUP BY input
UNION ALL SELECT 'orders', input, max(ingested_at), count() FROM orders
WHERE time >= $__toTime - INTERVAL 12 HOUR AND time <= $__toTime GROUP BY input
UNION ALL SELECT 'surveys', input, max(ingested_at), count() FROM surveys
WHERE time >= $__toTime - INTERVAL 12 HOUR AND time <= $__toTime GROUP BY input
UNION ALL SELECT 'conversations', input, max(ingested_at), count() FROM conversations
WHERE time >= $__toTime - INTERVAL 12 HOUR AND time <= $__toTime GROUP BY input)
GROUP BY what, input ORDER BY age DESC LIMIT 100"""
CLOSED = """SELECT dateDiff('second', max(minute), $__toTime) AS "judged up to" FROM topic_band
WHERE minute >= $__fromTime AND minute <= $__toTime HAVING count() > 0"""
DELAYS = f"""SELECT toStartOfInterval(minute, INTERVAL 10 MINUTE) AS time, quantile(0.5)(delay) AS "half within",
quantile(0.95)(delay) AS "95 in 100 within"
FROM (SELECT minute, greatest(0, dateDiff('second', time, ingested_at)) AS delay FROM feedback WHERE {LAST_DAY} AND {TENANT})
GROUP BY time ORDER BY time"""
LATE = f"""SELECT toStartOfInterval(minute, INTERVAL 10 MINUTE) AS time, sum(known) - sum(given) AS "not in its own minute" FROM (
SELECT minute, toInt64(sum(count)) AS known, 0 AS given FROM topic_minute WHERE {TENANT} AND {LAST_DAY} GROUP BY minute
UNION ALL SELECT minute, 0, toInt64(sum(count)) FROM topic_tested WHERE {TENANT} AND {LAST_DAY} GROUP BY minute)
GROUP BY time ORDER BY time"""
OTHER = f"""SELECT time, sum(o) / sum(n) AS share FROM (
SELECT $__timeInterval(minute) AS time, count AS o, 0 AS n FROM topic_minute
WHERE {TENANT} AND $__timeFilter(minute) AND topic = 'other'
UNION ALL SELECT $__timeInterval(minute) AS time, 0 AS o, count AS n FROM minute_total WHERE {TENANT} AND $__timeFilter(minute))
GROUP BY time HAVING sum(n) > 0 ORDER BY time"""
LANGUAGES = f"""SELECT if(language = '', 'unknown', toString(language)) AS language, count() AS contacts FROM feedback
WHERE {LAST_DAY} AND {TENANT} AND {CUSTOMERS} GROUP BY language ORDER BY contacts DESC LIMIT 15"""

DEAD = """SELECT $__timeInterval(seen_at) AS time, reason, count() AS records FROM dead_letters
WHERE $__timeFilter(seen_at) GROUP BY time, reason ORDER BY time, reason"""
DEAD_NEW = """SELECT seen_at AS seen, input, input_partition AS "partition", input_offset AS "offset", reason,
detail FROM dead_letters
WHERE $__timeFilter(seen_at) ORDER BY seen_at DESC LIMIT 100"""
TOLD = f"""SELECT channel, state, count() AS cards, max(changed_at) AS newest,
quantileExact(0.5)(dateDiff('second', at, changed_at)) AS "half within"
FROM deliveries WHERE {TENANT} AND changed_at >= $__fromTime AND changed_at <= $__toTime
GROUP BY channel, state ORDER BY channel, state LIMIT 100"""


def build() -> d.Dashboard:
    """The dashboard."""
    opened = "Episodes that opened in the range."
    alerts = [
        number("Alerts a week 每周告警", Says(
            "Episodes that opened in the range, as a rate.", opened,
            "More than people can look at: raise the budget's strictness (false_alerts, alerts_per_week)."), WEEKLY, QUARTER),
        number("Precision 准确率", Says(
            "Of the alerts that people judged, the share that was useful.",
            "Episodes said to be useful or noise, each counted once by what most said; known ones are neither. "
            "Empty: nobody judged any.",
            "Below a half: tighten the budget, or mute what is always noise."), PRECISION, QUARTER, unit="percentunit",
            steps=((None, RED), (0.5, YELLOW), (0.8, GREEN))),
        number("Judged 评价数", Says(
            "How many episodes people judged, and how many there were.", opened, "Few judged: ask for a verdict on each card."),
            VERDICTS, QUARTER),
        number("Noticed after 发现用时", Says(
            "From an episode's estimated start to the minute that proved it.", opened,
            "Small subjects take longer; a rise over weeks means a stricter budget or less feedback."), DELAY, QUARTER, unit="s"),
        series("Alerts by kind 各类告警", Says(
            "Episodes that opened, by kind.", opened, "Many at once: look for a feed that caught up, or a change of taxonomy."),
            (DAILY,), HALF, bars=True, stacked=True, label="kind", axis="alerts per interval"),
        rows("Muted now 静音中", Says(
            "Subjects nobody is told of, by whom and until when.", "Mutes that have not ended at the end of the range.",
            "A mute that is renewed for weeks belongs into the taxonomy or the budget."), MUTES, HALF, empty="nothing is muted"),
        rows("Verdicts 评价", Says(
            "What people said of alerts in the range.", "All verdicts: useful, known, noise, mute.",
            "Read the notes on noise together once a week."), WORTH, HALF, hidden=("id", "from", "to"),
            links=(Link("label", "Open this episode", SPIKE_URL),), empty="nobody has said anything"),
        rows("Cards by channel 通知情况", Says(
            "Cards by channel and state, and how long after the minute in question half of them got there.",
            "Deliveries that changed in the range.", "Owed or refused ones: voc notify says what is wrong."), TOLD, HALF,
            units={"half within": "s"}, empty="nobody was to be told"),
    ]  # fmt: skip
    flow = [
        number("Judged up to 已判断到", Says(
            "How long before the end of the range the last expectation was written (every ten minutes while topics live).",
            "All tenants.", "More than twenty minutes: nothing closes, nobody would be warned. docs/operations.md."),
            CLOSED, QUARTER, unit="s", steps=((None, GREEN), (1200, YELLOW), (3600, RED))),
        rows("Freshness by input 各来源新鲜度", Says(
            "When the last record of each input was stored, and how many there were of the last twelve hours.",
            "Records said in the last twelve hours of the range, all tenants. Consumer lag is in Prometheus, not here.",
            "Older than its quietest hour: lost or stuck. Not listed: for twelve hours."), FRESH, Place(18, 9),
            units={"age": "s"},
            colours={"age": ((None, GREEN), (1800, YELLOW), (7200, RED))}, empty="nothing was stored of the last twelve hours"),
        series("From said to stored 入库延迟", Says(
            "How long after it was said feedback is in the warehouse; of a longer range its last day.",
            "Feedback by the minute it was said in. An import of history counts as very late.",
            "Rising: readers are behind (voc kafka lag), or a source delivers in batches."), (DELAYS,), HALF, unit="s",
            axis="delay"),
        series("Not in its own minute 迟到或更正", Says(
            "What is known of a minute today beyond what the detector was given in it: late, edited or recalled. It is judged "
            "when it becomes known. Of a longer range its last day.",
            "Contacts by topic; below zero: more became known in the minute than was said in it.",
            "Large for hours: a source is late; see the delay beside."), (LATE,), HALF, axis="contacts per ten minutes"),
        series("No subject found 未归类占比", Says(
            "The share of contacts in which no subject was found.", "All contacts of the interval.",
            "A step up after a release: the taxonomy or the models changed. Otherwise see voc discover."), (OTHER,), HALF,
            unit="percentunit", axis="share of contacts", ceiling=1),
        bars("Languages 语言", Says(
            "Contacts by language; of a longer range its last day.", "Customers' contacts.",
            "A language nobody reads here is a gap in the taxonomy."), LANGUAGES, HALF, along="language", axis="contacts"),
    ]  # fmt: skip
    dead = [
        series("Dead letters 无法读取", Says(
            "Records that could not be read, by reason.", "Records by the time they were seen, all tenants.",
            "One reason, many records: one sender changed something. voc dead-letters shows them."), (DEAD,), HALF, bars=True,
            stacked=True, label="reason", axis="records per interval"),
        rows("Newest dead letters 最新无法读取", Says(
            "Where they stood and why; the bytes are not readable here.", "The newest 100 of the range.",
            "Repair the sender, then voc dead-letters replay within seven days."), DEAD_NEW, HALF, wide=("detail",),
            empty="everything could be read"),
    ]  # fmt: skip
    sections = [("Alerts and their worth 告警质量", alerts), ("Flow 数据流", flow), ("Dead letters 无法读取", dead)]
    about = "Is the measuring in order: alerts and what they were worth, delays, freshness, dead letters, deliveries."
    return board(UID, "Groundswell: Instrument 仪表", about, hours=HOURS, variables=[tenant()], sections=sections, refresh="5m")
