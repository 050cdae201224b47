"""Real parts for the tests: events to read, the pipeline put together over one database, what the tables hold."""
