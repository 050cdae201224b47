"""`make bench-stream`: what an event costs on a real Kafka, beside its peers; how it grows; what it keeps in memory."""
