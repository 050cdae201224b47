"""What stands in for Grafana: its front end's variables, the ClickHouse plugin's query path, the evaluation of rules."""
