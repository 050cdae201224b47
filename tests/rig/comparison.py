"""What the warehouse holds after a Kafka story, beside what it must hold: one line a question, each with what is wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np

from processors.detector import Detector, DetectorConfig
from processors.watermark import MINUTE
from schemas.spikes import Transition
from streams.detect import BAND_EVERY, LIVE
from streams.warehouse.client import WarehouseClient
from streams.warehouse.minutes import DAY, Minutes
from tests.rig.log_truth import LogTruth
from tests.rig.truth import Cells, counted, given_about

NEAR = 15 * MINUTE
"""Two runs see the same spike when they open it within this time."""


class Line(NamedTuple):
    """One question: of how many it was asked, and what is wrong with which of them."""

    question: str
    of: int
    wrong: list[Any]

    @property
    def detected(self) -> bool:
        """Is it about what DETECT does?"""
        return not self.question.startswith(("feedback", "dead letters", "orders"))

    @property
    def right(self) -> bool:
        """Was anything asked, and is nothing wrong?"""
        return self.of > 0 and not self.wrong


def compare(client: WarehouseClient, truth: LogTruth, config: DetectorConfig) -> list[Line]:
    """All questions that one run can answer, once it is quiet. Blocks."""
    last = Minutes(client).last_given()
    closed = last + MINUTE if last else 0
    return [
        *_feedback(client, truth),
        _dead_letters(client, truth),
        _orders(client, truth),
        Line("minutes closed as far as the log allows", 1, [] if closed >= truth.bound > 0 else [(closed, truth.bound)]),
        _every_minute_has_its_row(client),
        *_cells(client, truth, closed),
        *_judged_again(client, config, closed),
        *_told_once(client),
    ]


def _feedback(client: WarehouseClient, truth: LogTruth) -> list[Line]:
    rows = client.query(
        "SELECT feedback_id, tenant, toUnixTimestamp(minute), revision, withdrawn, sender_role = 'customer', intents "
        "FROM feedback_local FINAL"
    )
    times = Counter(row[0] for row in rows)
    expected = {
        said.identity: (said.tenant, said.minute, said.revision, said.recalled, said.customer,
                        [said.topic] if said.customer and not said.recalled and said.topic != "other" else [])
        for said in truth.feedback.values()
    }  # fmt: skip
    found = {row[0]: (*row[1:4], bool(row[4]), bool(row[5]), list(row[6])) for row in rows}
    return [
        Line("feedback: lost", len(expected), sorted(expected.keys() - found.keys())),
        Line("feedback: doubled", len(found), sorted(id for id, n in times.items() if n > 1)),
        Line("feedback: nobody sent it", len(found), sorted(found.keys() - expected.keys())),
        Line(
            "feedback: not the version that stands",
            len(expected),
            [(id, found[id], row) for id, row in expected.items() if id in found and found[id] != row],
        ),
    ]


def _dead_letters(client: WarehouseClient, truth: LogTruth) -> Line:
    rows = client.query("SELECT input, input_partition, input_offset FROM dead_letter_local FINAL")
    raw = client.query("SELECT input, input_partition, input_offset FROM dead_letter_raw_local FINAL")
    wrong = sorted(set(rows) ^ truth.dead) + sorted(set(raw) ^ truth.dead) + _repeated(rows) + _repeated(raw)
    return Line("dead letters: what cannot be read, once, with its bytes", len(truth.dead), wrong)


def _orders(client: WarehouseClient, truth: LogTruth) -> Line:
    rows = [id for (id,) in client.query("SELECT id FROM order_local FINAL")]
    return Line("orders: each once", len(truth.orders), sorted(set(rows) ^ truth.orders) + _repeated(rows))


def _every_minute_has_its_row(client: WarehouseClient) -> Line:
    """No row means "not closed yet", so none may be missing between a tenant's first and the last of all."""
    rows = client.query(
        "SELECT tenant, toUnixTimestamp(min(minute)), uniqExact(minute), toUnixTimestamp((SELECT max(minute) FROM tested_local)) "
        "FROM tested_local GROUP BY tenant"
    )
    missing = [(tenant, (last - first) // MINUTE + 1 - n) for tenant, first, n, last in rows]
    return Line("tested: a row for every closed minute", sum(n for _, _, n, _ in rows), [one for one in missing if one[1]])


def _cells(client: WarehouseClient, truth: LogTruth, closed: int) -> list[Line]:
    expected, table = truth.cells(closed), _before(counted(client), closed)
    given = _before(given_about(client), closed)
    recent = {cell: n for cell, n in table.items() if cell[2] >= closed - DAY}
    about = {cell: n for cell, n in given.items() if cell[2] >= closed - DAY}
    return [
        Line("cells of topic_minute and minute_total", len(expected), _unequal(expected, table)),
        Line("given = counted, of the last 24 hours", len(recent), _unequal(recent, about)),
    ]


def _judged_again(client: WarehouseClient, config: DetectorConfig, closed: int) -> list[Line]:
    """A detector run over `tested` alone. What emerged is left out where it was told: its texts are looked up as they stand, so
    a judgement repeated after an edit may tell it in another minute (ADR 0006)."""
    detectors: dict[str, Detector] = {}
    transitions: list[Transition] = []
    verdicts: dict[tuple[str, int], dict[str, tuple[float, float]]] = {}
    minutes = Minutes(client)
    for tenant, given in minutes.tested(minutes.first_given(), closed):
        if tenant not in detectors and given.anything:
            detectors[tenant] = Detector(config, tenant)
        if tenant not in detectors:
            continue
        judgement = detectors[tenant].step(given)
        transitions += judgement.transitions
        kept = judgement.judged.verdicts(config.lifecycle.close_below, LIVE if given.minute % BAND_EVERY == 0 else None)
        if kept:
            verdicts[tenant, given.minute] = {name: _kept(one.expected, one.surprise) for name, one in kept.items()}
    stored = {
        (tenant, minute): {name: _kept(e, s) for name, e, s in zip(topics, expected, surprise, strict=True)}
        for tenant, minute, topics, expected, surprise in client.query(
            "SELECT tenant, toUnixTimestamp(minute), topics, expected, surprise FROM verdict_local FINAL "
            f"WHERE minute < toDateTime({closed}, 'UTC')"
        )
    }
    again = {_key(one): msgspec.structs.astuple(one) for one in transitions if one.kind != "emergent"}
    said = {_key(one): msgspec.structs.astuple(one) for one in _stored(client) if one.kind != "emergent"}
    return [
        Line("spikes: as a detector run over `tested` tells them", len(again), _unequal(again, said)),
        Line("verdicts: likewise", len(verdicts), _unequal(verdicts, stored)),
    ]


def _told_once(client: WarehouseClient) -> list[Line]:
    """Raw rows, before anything was merged: a second row of a transition may only say the same again."""
    columns = ", ".join(f"`{name}`" for name in Transition.__struct_fields__)
    different = client.query(
        f"SELECT spike_id, at, transition, uniqExact(toString(tuple({columns}))) AS n FROM spike_transition_local "
        "GROUP BY spike_id, at, transition HAVING n > 1"
    )
    transitions = [_key(one) for one in _stored(client)]
    cards = client.query("SELECT spike_id, toUnixTimestamp(at), transition FROM card_local FINAL")
    per_spike: dict[str, list[str]] = defaultdict(list)
    for spike, _, transition in sorted(transitions, key=lambda one: (one[0], one[1], one[2] == "closed")):
        per_spike[spike].append(transition)
    odd = [
        (spike, said) for spike, said in per_spike.items()
        if said[0] != "opened" or said.count("opened") > 1 or "closed" in said[:-1]
    ]  # fmt: skip
    return [
        Line("transitions: each recorded once", len(transitions), [*different, *_repeated(transitions), *odd]),
        Line("cards: one of each transition", len(cards), sorted(set(cards) ^ set(transitions)) + _repeated(cards)),
    ]


def same_spikes(one: WarehouseClient, other: WarehouseClient) -> Line:
    """What one run opened and the other did not, within NEAR: (tenant, kind, topic, minute)."""
    here, there = openings(one), openings(other)
    wrong = [("only the first", *spike) for spike in _alone(here, there)]
    wrong += [("only the second", *spike) for spike in _alone(there, here)]
    return Line("the same spikes as an undisturbed run, within 15 minutes", len(here) + len(there), wrong)


def openings(client: WarehouseClient) -> list[tuple[str, str, str, int]]:
    """What was told for the first time: (tenant, kind, topic, minute)."""
    return [
        (one.tenant, one.kind, one.topic, int(one.opened.timestamp()))
        for one in _stored(client)
        if one.transition == "opened" and one.kind != "emergent"
    ]


def _alone(these: Sequence[tuple[str, str, str, int]], those: Sequence[tuple[str, str, str, int]]) -> list[Any]:
    return [one for one in these if not any(one[:3] == two[:3] and abs(one[3] - two[3]) <= NEAR for two in those)]


def _stored(client: WarehouseClient) -> list[Transition]:
    columns = ", ".join(f"`{name}`" for name in Transition.__struct_fields__)
    return [Transition(*row) for row in client.query(f"SELECT {columns} FROM spike_transition_local FINAL")]


def _key(transition: Transition) -> tuple[str, int, str]:
    return transition.spike_id, _seconds(transition.at), transition.transition


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _kept(expected: float, surprise: float) -> tuple[float, float]:
    """As the table keeps it, in 32 bits."""
    return float(np.float32(expected)), float(np.float32(surprise))


def _before(cells: Cells, end: int) -> Cells:
    return {cell: n for cell, n in cells.items() if cell[2] < end}


def _unequal(expected: dict[Any, Any], found: dict[Any, Any]) -> list[Any]:
    """(key, expected, found), of all that differ."""
    keys = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
    return [(key, expected.get(key), found.get(key)) for key in keys]


def _repeated(rows: Iterable[Any]) -> list[Any]:
    return sorted(row for row, n in Counter(rows).items() if n > 1)
