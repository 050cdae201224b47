"""The alert rules: what operators must know and no card says. Cards tell product teams of spikes; these tell whoever runs this.

Each rule is a table of text columns, which become labels, and one number, compared with a threshold. What happens without rows
and on an error is always said, the step too: Grafana's own defaults differ between its screens, its API and its files.
"""

from typing import Any, NamedTuple

from streams.grafana.query import MUTED, SOURCE, Format, Query

FOLDER = "Groundswell"
GROUP = "voc-operations"
INTERVAL = "1m"
STEP_MS = 60_000
"""Grafana's own default is 1000, of which $__timeInterval would make seconds."""
HOUR, DAY = 3600, 86_400
SLOW_MS = 1000
BEHIND_S = 600
SILENT_S = 900
NOT_JUDGED_S = 1200
DEAD_SHARE = 0.01
OWED_S = 900


class Rule(NamedTuple):
    """One rule as we think of it; `data()` is as Grafana reads it."""

    uid: str
    title: str
    sql: str
    seconds: int
    """How far back the statement looks."""
    above: float
    lasting: str
    no_data: str
    error: str
    severity: str | None
    """None: the rows say it."""
    summary: str
    do: str
    dashboard: str
    covers: str
    """And what not."""


RULES: tuple[Rule, ...] = (
    Rule(
        "voc-spikes-open", "Spikes open",
        f"""SELECT tenant, severity, toFloat64(count()) AS open FROM spikes
        WHERE closed IS NULL AND opened >= $__fromTime AND (tenant, kind, topic) NOT IN ({MUTED})
        GROUP BY tenant, severity ORDER BY tenant, severity""",
        7 * DAY, 0, "0s", "OK", "KeepLast", None,
        "{{ .Values.A }} spike(s) of severity {{ .Labels.severity }} open for tenant {{ .Labels.tenant }}",
        "Open the dashboard Today; each episode has had a card of its own.", "voc-today",
        "Muted subjects do not count; an episode that opened more than a week ago neither.",
    ),
    Rule(
        "voc-nothing-closes", "Nothing closes",
        """SELECT toFloat64(dateDiff('second', max(minute), $__toTime)) AS age FROM topic_band
        WHERE minute >= $__fromTime AND minute <= $__toTime""",
        DAY, NOT_JUDGED_S, "3m", "Alerting", "KeepLast", "high",
        "No minute was judged for {{ .Values.A }} s: nobody would be warned",
        "docs/operations.md, “nothing closes”. Of a warehouse without any live topic this is so too.", "voc-instrument",
        "A dead man's switch: an expectation is written every ten minutes for every live topic, also when it is silent. An empty "
        "day counts as since 1970 and fires. Finer: voc_nothing_closes in Prometheus.",
    ),
    Rule(
        "voc-nothing-stored", "Nothing is stored",
        """SELECT toFloat64(dateDiff('second', max(ingested_at), $__toTime)) AS age FROM feedback
        WHERE minute >= $__fromTime AND minute <= $__toTime""",
        DAY, SILENT_S, "5m", "Alerting", "KeepLast", "normal",
        "No feedback was stored for {{ .Values.A }} s",
        "Is it a quiet night, a lost feed, or a reader that stands? Freshness by input on the dashboard Instrument.",
        "voc-instrument",
        "Over all inputs together: what one quiet input does is on the dashboard. Raise the threshold where nights are silent.",
    ),
    Rule(
        "voc-behind", "Readers are behind",
        f"""SELECT toFloat64(quantile(0.5)(dateDiff('second', time, ingested_at))) AS delay FROM feedback
        WHERE minute >= $__fromTime AND minute <= $__toTime AND ingested_at >= $__toTime - INTERVAL {SILENT_S} SECOND""",
        DAY, BEHIND_S, "10m", "OK", "KeepLast", "normal",
        "What is stored now was said {{ .Values.A }} s before (median)",
        "voc kafka lag; more readers while it grows (docs/operations.md, “lag grows”).", "voc-instrument",
        "What the warehouse can know of lag: ingested_at against the time of what was said within a day. Nothing stored is NaN, "
        "which is Normal here and has its own rule. Lag of consumer groups is in Prometheus (voc_lag_records) and not here.",
    ),
    Rule(
        "voc-dead-letters", "Dead letters",
        """SELECT if(bad < 20, 0, bad / (bad + good)) AS share
        FROM (SELECT toFloat64(count()) AS bad FROM dead_letters WHERE seen_at >= $__toTime - INTERVAL 1 HOUR
        AND seen_at <= $__toTime) AS d,
        (SELECT toFloat64(count()) AS good FROM feedback
        WHERE minute >= $__fromTime AND minute <= $__toTime AND ingested_at >= $__toTime - INTERVAL 1 HOUR) AS f""",
        DAY, DEAD_SHARE, "5m", "OK", "KeepLast", "normal",
        "{{ .Values.A }} of the last hour's records could not be read (a share: 0.01 is 1 %)",
        "The table of dead letters on the dashboard Instrument says who sends what.", "voc-instrument",
        "Share of dead letters among them and the feedback stored in the same hour, from 20 on. Orders and the like are not in "
        "the denominator; voc_dead_letters_total ÷ voc_records_total in Prometheus counts all.",
    ),
    Rule(
        "voc-warehouse-slow", "Warehouse slow or away",
        """SELECT toFloat64(greatest(0, dateDiff('millisecond', now64(3), nowInBlock64(3)))) AS took
        FROM (SELECT sum(count) AS n, max(minute) AS newest FROM topic_minute WHERE $__timeFilter(minute))
        WHERE NOT ignore(n, newest)
        SETTINGS max_execution_time = 10""",
        DAY, SLOW_MS, "5m", "Alerting", "Alerting", "high",
        "A day's counts took {{ .Values.A }} ms in the warehouse, or it did not answer at all",
        "voc warehouse status; docs/operations.md, “the warehouse is away”.", "voc-instrument",
        "The statement times itself: between its start and its last block, inside the server. Waiting for a connection is not in "
        "that number; an answer that does not come within 10 s is an error, and an error of this rule is an alarm. The other "
        "rules keep their last state on an error, so that one warehouse that is away is one alarm.",
    ),
    Rule(
        "voc-deliveries-owed", "Cards not delivered",
        """SELECT tenant, channel, toFloat64(dateDiff('second', min(at), $__toTime)) AS age FROM deliveries
        WHERE state IN ('owed', 'sending') AND at >= $__fromTime AND at <= $__toTime
        GROUP BY tenant, channel ORDER BY tenant, channel""",
        7 * DAY, OWED_S, "5m", "OK", "KeepLast", "normal",
        "A card has been owed to {{ .Labels.channel }} for {{ .Values.A }} s (tenant {{ .Labels.tenant }})",
        "voc notify test says what is wrong with the channel.", "voc-instrument",
        "By the minute of the earliest card that is owed or being sent. What quiet hours hold back is not owed (state held), "
        "nor is what was muted, too old or refused.",
    ),
)  # fmt: skip


def data(rule: Rule) -> dict[str, Any]:
    """A rule of a provisioning file."""
    query = Query(rule.sql, Format.TABLE, "A", intervalMs=STEP_MS, maxDataPoints=43_200)
    threshold = {
        "refId": "B", "type": "threshold", "expression": "A", "datasource": {"type": "__expr__", "uid": "__expr__"},
        "conditions": [{"evaluator": {"type": "gt", "params": [rule.above]}}], "intervalMs": STEP_MS, "maxDataPoints": 43_200,
    }  # fmt: skip
    span = {"from": rule.seconds, "to": 0}
    labels = {"product": "groundswell"} | ({"severity": rule.severity} if rule.severity else {})
    return {
        "uid": rule.uid,
        "title": rule.title,
        "condition": "B",
        "for": rule.lasting,
        "noDataState": rule.no_data,
        "execErrState": rule.error,
        "labels": labels,
        "annotations": {
            "summary": rule.summary,
            "description": rule.do,
            "covers": rule.covers,
            "dashboard": f"/d/{rule.dashboard}",
        },
        "isPaused": False,
        "data": [
            {"refId": "A", "datasourceUid": SOURCE, "relativeTimeRange": span, "model": query.to_json()},
            {"refId": "B", "datasourceUid": "__expr__", "relativeTimeRange": span, "model": threshold},
        ],
    }


def groups() -> dict[str, Any]:
    """The file of rules."""
    group = {"orgId": 1, "name": GROUP, "folder": FOLDER, "interval": INTERVAL, "rules": [data(rule) for rule in RULES]}
    return {"apiVersion": 1, "groups": [group]}
