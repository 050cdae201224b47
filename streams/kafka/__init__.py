"""On Kafka: the same UNDERSTAND, DETECT and TELL, many workers (ADR 0008)."""
