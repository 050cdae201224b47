"""docs/reference/kafka.md below its head: the Kafka topics, and who reads them. `python -m streams.cli.reference` writes it."""

from schemas.kafka_topics import DAY_MS, TOPICS, KafkaTopic, kafka_name
from streams.kafka.admin import settings_of
from streams.kafka.lag import GROUPS
from streams.settings import Settings

COPIES = 3
"""With how many copies of a partition the settings are shown."""


def kafka_page() -> str:
    """Every Kafka topic with its key, partitions, retention and settings; every consumer group with what it reads."""
    prefix = Settings().kafka_prefix
    parts = ["## Topics", "", "| Kafka topic | Holds | Key | Partitions | Kept for |", "|---|---|---|---|---|"]
    for topic in TOPICS:
        name = kafka_name(prefix, topic.name)
        kept = f"{topic.retention_ms / DAY_MS:g} day{'s' if topic.retention_ms != DAY_MS else ''}"
        parts.append(f"| `{name}` | {_typed(topic)} | {topic.key} | {topic.partitions} | {kept} |")
    for kind, says in (("source", "The source topics have"), ("inner", "The inner ones have")):
        first = next(topic for topic in TOPICS if topic.kind == kind)
        settings = {name: value for name, value in settings_of(first, COPIES).items() if name != "retention.ms"}
        parts += ["", f"{says} {', '.join(f'`{name}={value}`' for name, value in settings.items())}"]
        parts[-1] += f" (`min.insync.replicas` only with `--replication` above 1; here {COPIES})."
    parts += ["", "## Consumer groups", "", "| Group | Reads |", "|---|---|"]
    for group, names in GROUPS.items():
        parts.append(f"| `{prefix}-{group}` | {', '.join(f'`{kafka_name(prefix, name)}`' for name in names)} |")
    return "\n".join(parts) + "\n"


def _typed(topic: KafkaTopic) -> str:
    return f"`{topic.holds}`" if topic.kind == "source" else topic.holds
