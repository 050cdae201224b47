"""Where Grafana's own alerts go: to operators. Cards for product teams are sent by Groundswell itself (docs/channels.md).

Nothing here quotes a customer: the templates have counts, names of rules and our own labels. In contact points and policies
Grafana expands $NAME from its environment ($$ is a dollar); in the text of templates it does not.
"""

from typing import Any

OPERATORS, NIGHT = "voc-operators", "voc-nights"
_TITLE = '{{ template "voc.title" . }}'
_MESSAGE = '{{ template "voc.message" . }}'
_TEMPLATE = """{{ define "voc.title" }}[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }}
{{- with .Alerts.Firing }} ({{ len . }}){{ end }}{{ end }}
{{ define "voc.message" }}{{ range .Alerts.Firing }}- {{ .Annotations.summary }}
  {{ .Annotations.description }}
{{ end }}{{ range .Alerts.Resolved }}- over: {{ .Labels.alertname }}
{{ end }}{{ end }}
"""


def documents() -> dict[str, dict[str, Any]]:
    """File name -> contents."""
    return {
        "contact-points": _contact_points(),
        "policies": _policies(),
        "mute-times": _mute_times(),
        "templates": {"apiVersion": 1, "templates": [{"orgId": 1, "name": "voc", "template": _TEMPLATE}]},
    }


def _contact_points() -> dict[str, Any]:
    webhook = {
        "uid": "voc-webhook",
        "type": "webhook",
        "disableResolveMessage": False,
        "settings": {
            "url": "$GRAFANA_ALERT_WEBHOOK",
            "httpMethod": "POST",
            "maxAlerts": 50,
            "title": _TITLE,
            "message": _MESSAGE,
        },
    }
    return {"apiVersion": 1, "contactPoints": [{"orgId": 1, "name": OPERATORS, "receivers": [webhook]}]}


def _policies() -> dict[str, Any]:
    """The organisation's whole tree: what stood there before is replaced. `continue` leads to the next sibling, never to the
    root's receiver, so nothing here uses it."""
    high = {
        "receiver": OPERATORS,
        "object_matchers": [["product", "=", "groundswell"], ["severity", "=", "high"]],
        "group_by": ["alertname", "tenant"],
        "group_wait": "10s",
        "group_interval": "1m",
        "repeat_interval": "2h",
    }
    other = {
        "receiver": OPERATORS,
        "object_matchers": [["product", "=", "groundswell"]],
        "mute_time_intervals": [NIGHT],
    }
    root = {
        "orgId": 1,
        "receiver": OPERATORS,
        "group_by": ["grafana_folder", "alertname"],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "12h",
        "routes": [high, other],
    }
    return {"apiVersion": 1, "policies": [root]}


def _mute_times() -> dict[str, Any]:
    """At night only what is severe."""
    night = [{"start_time": "22:00", "end_time": "23:59"}, {"start_time": "00:00", "end_time": "07:00"}]
    intervals = [{"times": night, "location": "Asia/Shanghai"}]
    return {"apiVersion": 1, "muteTimes": [{"orgId": 1, "name": NIGHT, "time_intervals": intervals}]}
