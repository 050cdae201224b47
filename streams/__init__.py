"""Where it runs: files, Kafka, ClickHouse, alerts, command line. Imports schemas and processors."""
