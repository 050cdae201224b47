# Groundswell: every target has one line of help; `make help` prints them.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test story check bench-understand bench-heldout bench-intents bench-detect bench-stream bench-warehouse soak format schemas docs lock clean

help: ## list every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: $(STAMP) ## create .venv from requirements.lock (the other targets call it)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Groundswell needs Python 3.11 or later; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || \
	  { echo "python3 cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## the watch story, simulated, read and alerted (embedded warehouse, no Docker)
	@$(BIN)/voc demo

test: setup ## every test (eight minutes on two cores; a real Kafka where java and mvn are)
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m "not long"

story: setup ## the long tests: the demo's promise on its whole story, a whole file of real texts, stops while servers are away (five minutes)
	$(BIN)/python -m pytest -m long

check: setup ## lint, format, types, generated files current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m schemas.json_schema --check
	$(BIN)/python -m streams.cli.reference --check
	$(BIN)/python -m streams.metrics --check
	$(BIN)/python -m streams.notify.limits --check
	$(BIN)/voc grafana build --check

bench-understand: setup ## speed, memory and quality of UNDERSTAND beside its peers (needs evaluation data)
	$(BIN)/python -m benchmarks.understand $(ARGS)

bench-heldout: setup ## quality of UNDERSTAND on our own texts, written blind
	$(BIN)/python -m benchmarks.heldout $(ARGS)

bench-intents: setup ## intents on real bank queries (needs evaluation data)
	$(BIN)/python -m benchmarks.intents $(ARGS)

bench-detect: setup ## detection beside its peers: spikes, budget, one series, explanations, emergent topics (needs the yardsticks)
	$(BIN)/python -m benchmarks.detect $(ARGS)

bench-stream: setup ## CPU per event on a real Kafka beside its peers, growth, memory (needs java and mvn)
	$(BIN)/python -m benchmarks.stream $(ARGS)

bench-warehouse: setup ## every dashboard's query and a card's explanation at ten million rows
	$(BIN)/python -m benchmarks.warehouse $(ARGS)

soak: setup ## a day of events through a real Kafka while workers, broker and warehouse are killed (at most 20 minutes; needs java and mvn)
	$(BIN)/python -m tests.soak $(ARGS)

format: setup ## rewrite the code in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schemas: setup ## generate schemas/json/ from the event types
	$(BIN)/python -m schemas.json_schema

docs: setup ## generate docs/reference, docs/metrics.md, the limits in docs/channels.md and deploy/grafana from the code
	$(BIN)/python -m streams.cli.reference
	$(BIN)/python -m streams.metrics
	$(BIN)/python -m streams.notify.limits
	$(BIN)/voc grafana build

lock: setup ## resolve pyproject.toml again into requirements.lock and what of it the image needs
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --constraint requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --quiet -o deploy/requirements.lock
	echo 'setuptools>=80' | $(BIN)/uv pip compile - --constraint requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --quiet -o deploy/build.lock

clean: ## remove .venv and caches (never data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
