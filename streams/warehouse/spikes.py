"""Spikes in the warehouse: verdicts and transitions that DETECT writes, cards that TELL writes, episodes that both read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from processors.card import Card
from schemas.spikes import Contributor, Spike, Transition
from streams.warehouse.client import WarehouseClient

MUTED = timedelta(days=7)
"""How long nobody is told of a muted subject, if nothing else is said."""
_ENDS = f"ifNull(until, at + INTERVAL {MUTED.days} DAY)"
"""When a mute ends, in SQL: those from before they had an end last as long as one has by default."""
VERDICTS = ("useful", "known", "noise", "mute")


class VerdictRow(NamedTuple):
    """What was thought of some topics in one minute: arrays of equal length."""

    tenant: str
    minute: datetime
    topics: list[str]
    expected: list[float]
    low: list[float]
    high: list[float]
    surprise: list[float]


class EmergentRow(NamedTuple):
    """What an emergent topic was at a transition; `messages` and `representative` are feedback ids."""

    tenant: str
    spike_id: str
    at: datetime
    label: str
    phrases: list[str]
    topics: list[tuple[str, int]]
    messages: list[int]
    representative: list[int]


class Muted(NamedTuple):
    """A subject of whose episodes nobody is told, by somebody's verdict on one of them."""

    tenant: str
    kind: str
    topic: str
    label: str
    until: datetime
    by: str


class SpikeStore:
    """Every write replaces itself: the same transition or card twice is one row."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def write_verdicts(self, rows: Sequence[VerdictRow]) -> None:
        """Expectations and surprises, for the view `topic_band`."""
        self._client.insert("verdict_local", VerdictRow._fields, rows)

    def write_emergent(self, rows: Sequence[EmergentRow]) -> None:
        """What the emergent topics are that opened or changed."""
        self._client.insert("emergent_local", EmergentRow._fields, rows)

    def write_transitions(self, transitions: Sequence[Transition]) -> None:
        """What opened, changed or closed."""
        rows = [msgspec.structs.astuple(transition) for transition in transitions]
        self._client.insert("spike_transition_local", Transition.__struct_fields__, rows)

    def orphans(self, detector: str) -> list[Transition]:
        """The last transitions of episodes that another detector left open: nobody will close them but us."""
        columns = ", ".join(f"argMax(tuple({name}), at).1 AS {name}_" for name in Transition.__struct_fields__)
        rows = self._client.query(
            f"""SELECT * FROM (SELECT {columns} FROM spike_transition_local FINAL GROUP BY spike_id)
                WHERE closed_ IS NULL AND detector_ != %(detector)s ORDER BY opened_, spike_id_""",
            {"detector": detector},
        )
        return [Transition(*row) for row in rows]

    def told(self, transition: Transition) -> bool:
        """Is there a card of this very transition already?"""
        statement = """SELECT count() FROM card_local
                       WHERE tenant = %(tenant)s AND spike_id = %(id)s AND at = %(at)s AND transition = %(transition)s"""
        values = {"tenant": transition.tenant, "id": transition.spike_id, "transition": transition.transition}
        values["at"] = _literal(transition.at)
        ((count,),) = self._client.query(statement, values)
        return bool(count)

    def write_card(self, card: Card, body: str) -> None:
        """Record a card as told."""
        transition = card.transition
        columns = (
            "tenant", "spike_id", "at", "transition", "label", "severity", "owner", "where", "verbatims", "sql", "body", "card",
        )  # fmt: skip
        where = [msgspec.structs.astuple(contributor) for contributor in card.where]
        row = (
            transition.tenant, transition.spike_id, transition.at, transition.transition, card.label, card.severity, card.owner,
            where, card.quoted, card.sql, body, msgspec.json.encode(card).decode(),
        )  # fmt: skip
        self._client.insert("card_local", columns, [row])

    def body(self, spike_id: str) -> str:
        """The latest card of an episode, as Markdown; empty if there is none."""
        rows = self._client.query("SELECT argMax(body, at) FROM card_local WHERE spike_id = %(id)s", {"id": spike_id})
        return str(rows[0][0])

    def card(self, spike_id: str) -> Card | None:
        """The latest card of an episode as data; None if there is none, or it is from before or after this version."""
        last = "SELECT tenant, max(at) FROM card_local WHERE spike_id = %(id)s GROUP BY tenant"
        for tenant, at in self._client.query(last, {"id": spike_id}):  # narrow: its cards are the widest column
            rows = self._client.query(
                """SELECT card FROM card_local FINAL WHERE tenant = %(tenant)s AND spike_id = %(id)s AND at = %(at)s
                   ORDER BY indexOf(['opened', 'updated', 'closed'], transition) DESC LIMIT 1""",
                {"tenant": tenant, "id": spike_id, "at": _literal(at)},
            )
            try:
                return msgspec.json.decode(str(rows[0][0]), type=Card)
            except msgspec.MsgspecError:  # empty, or of a version to come
                return None
        return None

    def episodes(
        self, opened_from: datetime | None = None, opened_to: datetime | None = None, *, only_open: bool = False
    ) -> list[Spike]:
        """Episodes by the minute they opened in, earliest first."""
        conditions, values = ["1"], dict[str, object]()
        if opened_from:
            conditions.append("opened >= %(from)s")
            values["from"] = _literal(opened_from)
        if opened_to:
            conditions.append("opened <= %(to)s")
            values["to"] = _literal(opened_to)
        if only_open:
            conditions.append("closed IS NULL")
        return self._episodes(" AND ".join(conditions), values)

    def starting_with(self, prefix: str) -> list[Spike]:
        """The episodes whose id begins so, earliest first; as people copy it: in capitals, or where a table has cut it."""
        begins = prefix.strip().rstrip("….").lower()
        return self._episodes("startsWith(id, %(prefix)s)", {"prefix": begins}) if begins else []

    def _episodes(self, condition: str, values: Mapping[str, object]) -> list[Spike]:
        columns = ", ".join(f"`{name}`" for name in Spike.__struct_fields__)
        rows = self._client.query(f"SELECT {columns} FROM spikes WHERE {condition} ORDER BY opened, id", values or None)
        return [_spike(row) for row in rows]

    def write_verdict(self, spike: Spike, verdict: str, by: str, note: str, muted: timedelta = MUTED) -> None:
        """What somebody says of an episode; it replaces what the same person said of it before. A mute lasts `muted`."""
        until = datetime.now(UTC).replace(microsecond=0) + muted if verdict == "mute" else None
        columns = ("tenant", "spike_id", "by", "verdict", "note", "until")
        self._client.insert("spike_verdict_local", columns, [(spike.tenant, spike.id, by, verdict, note, until)])

    def verdicts(self) -> dict[str, int]:
        """How many episodes people called useful, known or noise: the latest verdict of each that is one of these."""
        rows = self._client.query(
            """SELECT last, count() FROM (SELECT argMax(verdict, at) AS last FROM spike_verdicts
                                          WHERE verdict != 'mute' GROUP BY spike_id) GROUP BY last"""
        )
        return {str(verdict): int(count) for verdict, count in rows}

    def muted(self, transition: Transition) -> bool:
        """Has somebody muted what this is about, in any of its episodes, and is that mute in force?"""
        statement = f"""SELECT count() FROM spike_verdict_local FINAL
                        WHERE tenant = %(tenant)s AND verdict = 'mute' AND now() < {_ENDS}
                          AND spike_id IN (SELECT spike_id FROM spike_transition_local
                                           WHERE tenant = %(tenant)s AND kind = %(kind)s AND topic = %(topic)s)"""
        values = {"tenant": transition.tenant, "kind": transition.kind, "topic": transition.topic}
        ((count,),) = self._client.query(statement, values)
        return bool(count)

    def mutes(self) -> list[Muted]:
        """What is muted now by verdicts, what ends first first: of each subject the verdict that lasts longest."""
        rows = self._client.query(
            f"""SELECT tenant, kind, topic, argMax(label, opened), max(ends), argMax(by, ends)
                FROM (SELECT tenant, spike_id AS id, by, {_ENDS} AS ends
                      FROM spike_verdicts WHERE verdict = 'mute' AND ends > now()) AS said
                INNER JOIN (SELECT id, tenant, kind, topic, label, opened FROM spikes) AS spike USING (tenant, id)
                GROUP BY tenant, kind, topic ORDER BY max(ends), tenant, kind, topic"""
        )
        return [Muted(*row) for row in rows]


def _spike(row: Sequence[object]) -> Spike:
    fields = dict(zip(Spike.__struct_fields__, row, strict=True))
    fields["where"] = [Contributor(*contributor) for contributor in fields["where"]]  # type: ignore[attr-defined]
    return Spike(**fields)  # type: ignore[arg-type]  # the view's columns are the struct's fields; a test holds it


def _literal(at: datetime) -> str:
    """A UTC DateTime as ClickHouse compares it; the driver would write it in the server's time zone."""
    return at.strftime("%Y-%m-%d %H:%M:%S")
