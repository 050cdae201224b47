"""The views that outside SQL may rely on, in one list: what `voc_read` may see, and what the tests compare with the contract."""

VIEWS = (
    "feedback",
    "topic_minute",
    "minute_total",
    "topic_tested",
    "topic_band",
    "spikes",
    "spike_transitions",
    "spike_verdicts",
    "surveys",
    "orders",
    "conversations",
    "context",
    "dead_letters",
)
