"""What happens: pure functions and state machines. Imports schemas; knows no Kafka, ClickHouse, clock or environment."""
