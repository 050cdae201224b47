"""The dashboards: a module each."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders import dashboard as d

from streams.grafana.dashboards import instrument, spike, today, topics


def dashboards() -> Sequence[d.Dashboard]:
    """All of them, in the order in which one reads them."""
    return (today.build(), spike.build(), topics.build(), instrument.build())
