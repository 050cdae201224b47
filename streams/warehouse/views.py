"""The views that outside SQL may rely on: what `voc_read` may see, what docs/reference/views.md lists, what the tests compare
with the contract and with the engine."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from schemas.records import ContextRow, ConversationRow, OrderRow, SurveyRow
from schemas.spikes import Spike


class View(NamedTuple):
    """A view of the warehouse that outside SQL may rely on. Columns may be added, never renamed or taken away."""

    holds: str
    columns: tuple[str, ...]


def _event_columns(row: type[msgspec.Struct]) -> tuple[str, ...]:
    return (*(name for name in row.__struct_fields__ if name not in ("event_id", "version")), "ingested_at")


VIEWS: Mapping[str, View] = {
    "feedback": View(
        "Each chat message, final call segment and survey comment that stands: its newest version, recalled ones left out.",
        ("tenant", "minute", "time", "feedback_id", "revision", "conversation_id", "customer_hash", "kind", "sender_role",
         "channel", "shop", "region", "product_model", "product_sku", "product_category", "firmware", "caller_role", "language",
         "text", "speech_act", "intents", "sentiment", "polarity", "snow_score", "evidence", "urgent", "attributes", "input",
         "input_partition", "input_offset", "ingested_at"),
    ),
    "topic_minute": View(
        "How much customers said about each topic, minute by minute, as known today. A message with two intents counts in both.",
        ("tenant", "topic", "minute", "count", "negative", "positive"),
    ),
    "minute_total": View(
        "How much customers said altogether, minute by minute: each message once.",
        ("tenant", "minute", "count", "negative", "positive"),
    ),
    "topic_tested": View(
        "What the detector was given in each minute, with what earlier minutes gained or lost by then. Never changes.",
        ("tenant", "topic", "minute", "count"),
    ),
    "topic_band": View(
        "What was expected, the range that is normal, and how surprising the count was. Every ten minutes, and whenever it was "
        "surprising: draw it as a series of its own, points connected.",
        ("tenant", "topic", "minute", "expected", "low", "high", "surprise"),
    ),
    "spikes": View("The last state of each episode: the fields of `voc spikes --json`.", Spike.__struct_fields__),
    "spike_transitions": View(
        "Every step of every episode.",
        ("spike_id", "transition", "at", "tenant", "kind", "topic", "started", "opened", "updated", "closed", "observed",
         "expected", "low", "high", "surprise"),
    ),
    "emergent_topics": View(
        "What an emergent topic was at each step of its episode: its words, the known topics among its messages, and the "
        "feedback it stands on (ids of `feedback`).",
        ("spike_id", "at", "tenant", "label", "phrases", "topics", "messages", "representative"),
    ),
    "spike_verdicts": View(
        "What people said of an episode: useful, known, noise, mute (of a mute `until` is its end).",
        ("spike_id", "verdict", "by", "note", "at", "tenant", "until"),
    ),
    "deliveries": View(
        "Whom each card is owed to by notify.toml, and what became of it: owed, sending, sent, held (quiet hours), too_old, "
        "muted, refused.",
        ("tenant", "spike_id", "at", "transition", "channel", "state", "detail", "changed_at"),
    ),
    "surveys": View("One row for each answer to a survey question.", _event_columns(SurveyRow)),
    "orders": View("One row for each step in the life of an order line.", _event_columns(OrderRow)),
    "conversations": View("One row for each step in the life of a conversation.", _event_columns(ConversationRow)),
    "context": View("What the company or the world did: launches, campaigns, outages.", _event_columns(ContextRow)),
    "dead_letters": View(
        "What could not be read: where it stood, and why. The bytes themselves are not readable here.",
        ("input", "input_partition", "input_offset", "reason", "detail", "sha256", "seen_at"),
    ),
}  # fmt: skip
"""The contract of the warehouse, in one place; a test compares it with what the views really have."""
