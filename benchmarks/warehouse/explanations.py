"""What it takes to say why: the questions to the warehouse, and the whole of it up to the card."""

import statistics
import time
from collections import defaultdict
from typing import Any

from benchmarks.warehouse.ask import Asked, Server, WatchedClient, asked
from benchmarks.warehouse.fill import PLANTED, transition
from streams.tell import explained
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.questions import Questions

GOAL_MS = 500.0
"""Of all questions of one explanation together."""


def explanations(warehouse: EmbeddedWarehouse, rounds: int) -> list[dict[str, Any]]:
    """Each planted episode explained: its questions together, all of TELL's thinking, and the dearest question."""
    found = []
    client = WatchedClient(warehouse.endpoint())
    questions, server = Questions(client), Server(warehouse)
    for planted in PLANTED:
        step = transition(planted)
        spent: list[float] = []  # in the questions alone, by round
        shares: dict[str, list[float]] = defaultdict(list)
        read: dict[str, int] = {}

        def work(step: Any = step, spent: list[float] = spent, shares: Any = shares, read: Any = read) -> tuple[int, int, int]:
            client.tallies.clear()
            reason = explained(questions, step)
            spent.append(sum(tally.ms for tally in client.tallies))
            for number, tally in enumerate(client.tallies):
                name = f"{number + 1} {_gist(tally.statement)}"
                shares[name].append(tally.ms)
                read[name] = tally.rows
            return len(reason.verbatims), sum(t.rows for t in client.tallies), sum(t.bytes for t in client.tallies)

        whole = asked(work, server, rounds)
        warm = spent[1:]
        asking = Asked(spent[0], statistics.median(warm), max(warm), whole.cpu, whole.rows, whole.megabytes, whole.answered)
        each = {name: {"ms": statistics.median(values[1:]), "rows": read[name]} for name, values in shares.items()}
        found.append(
            {"name": planted.name, "asking": asking._asdict(), "whole": whole._asdict(), "each": each, "cpu_ms": _cpu(work)}
        )
    client.close()
    return found


def _cpu(work: Any) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def _gist(statement: str) -> str:
    """A few words by which a statement is known."""
    folded = " ".join(statement.split())
    return folded[:36]
