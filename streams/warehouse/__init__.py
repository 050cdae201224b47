"""The warehouse: the embedded engine, the one client, the minute's statements, what is written and what is asked."""
