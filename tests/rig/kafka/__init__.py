"""A real Apache Kafka broker on loopback, for tests, benchmarks and the soak program: no pytest in here."""
