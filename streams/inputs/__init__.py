"""Files and standard input as a sequence of numbered records: NDJSON (lines.py) and tables (table.py)."""
