"""The briefing: one page about the last days, for people without Grafana."""
