"""What happens: pure functions and state machines over events. Imports schemas; knows no Kafka, ClickHouse, clock or environment."""
