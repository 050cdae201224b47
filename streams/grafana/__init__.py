"""Grafana as files: dashboards, alert rules and where they go, written by `voc grafana build`."""
