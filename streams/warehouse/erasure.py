"""What one customer left in the warehouse: found by the hash, withdrawn for good, and taken out of the tables.

A withdrawal is a row without words whose version nothing outranks, so a replay or a rerun never brings the words back. What it
replaces is then deleted from the parts of its day, not only hidden.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from tenacity import Retrying, retry_if_result, wait_exponential

from schemas.feedback import UNDERSTANDINGS, version
from schemas.records import SurveyRow
from streams.failures import SinkUnavailable
from streams.warehouse.client import WarehouseClient

FINAL_WORD = version(withdrawn=True, revision=255, understanding=UNDERSTANDINGS - 1, content=b"")
"""The version of what was withdrawn for good: nothing that a source or a pipeline says ranks higher."""
LAST = (1 << 64) - 1
"""The version of a survey answer whose words were taken out."""
AT_ONCE = 500
"""Keys in one statement: its text stays far below what a server takes (256 KiB)."""

T = TypeVar("T")
Said = tuple[int, str, int]
"""Minute (seconds since 1970), tenant, feedback id: where a piece of feedback stands in the table."""
Conversation = tuple[str, str]
"""Tenant and conversation id."""

_OWN = "SELECT DISTINCT tenant, conversation_id FROM feedback_local WHERE customer_hash IN %(hashes)s AND conversation_id != ''"
_ALONE = """
SELECT tenant, conversation_id FROM feedback_local
WHERE (tenant, conversation_id) IN %(keys)s
GROUP BY tenant, conversation_id HAVING countIf(customer_hash != '' AND customer_hash NOT IN %(hashes)s) = 0"""
_SAID = "SELECT DISTINCT toUInt32(minute), tenant, feedback_id, text FROM feedback_local WHERE "
_UNNAMED = "(tenant, conversation_id) IN %(keys)s AND customer_hash = '' AND sender_role = 'customer'"
_WITHDRAW = f"""
INSERT INTO feedback_local (minute, tenant, feedback_id, version, withdrawn, time)
SELECT minute, tenant, feedback_id, {FINAL_WORD}, 1, min(time) FROM feedback_local
WHERE minute IN {{minutes}} AND (toUInt32(minute), tenant, feedback_id) IN %(keys)s GROUP BY minute, tenant, feedback_id"""
_DELETE = f"""
ALTER TABLE feedback_local DELETE IN PARTITION {{day}}
WHERE (toUInt32(minute), tenant, feedback_id) IN %(keys)s AND version < {FINAL_WORD} SETTINGS mutations_sync = 0"""
_AT_WORK = """
SELECT count(), max(latest_fail_reason != '') FROM system.mutations
WHERE database = currentDatabase() AND table = 'feedback_local' AND NOT is_done"""
_FORGOTTEN = f"minute IN (SELECT minute FROM feedback_local WHERE version = {FINAL_WORD})"
_UNCOUNTED = f"""
SELECT DISTINCT toUInt32(minute) FROM
  (SELECT tenant, minute, sum(version) AS now FROM feedback_local FINAL WHERE {_FORGOTTEN} GROUP BY tenant, minute) AS known
LEFT JOIN (SELECT tenant, minute, weight FROM minute_local FINAL WHERE {_FORGOTTEN}) AS counted USING (tenant, minute)
WHERE now != weight"""
_EMPTY = {"id": "''", "subject": "''", "response_id": "''", "comment": "''", "attributes": "map()", "version": str(LAST)}


class Quoted(NamedTuple):
    """A card that was told, with the words on it. Fields are the columns of its table."""

    tenant: str
    spike_id: str
    at: datetime
    transition: str
    label: str
    severity: str
    owner: str
    where: list[tuple[Any, ...]]
    verbatims: list[str]
    sql: str
    body: str
    card: str
    """As data, in JSON; empty of cards from before they were kept so."""
    told_at: datetime


class Erasure:
    """Statements over one client. Blocking; all of them may be repeated. Bounded by what one customer said."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def conversations(self, hashes: Sequence[str]) -> list[Conversation]:
        """Conversations in which this customer spoke, and no other who has a hash."""
        own = self._client.query(_OWN, {"hashes": tuple(hashes)})
        return [
            (tenant, conversation)
            for keys in _pieces(own)
            for tenant, conversation in self._client.query(_ALONE, {"hashes": tuple(hashes), "keys": keys})
        ]

    def said(self, hashes: Sequence[str], conversations: Sequence[Conversation]) -> dict[Said, set[str]]:
        """What carries the hash, in any version that is still there, and what customers said without one in these
        conversations (survey comments have none); with its words."""
        found: dict[Said, set[str]] = defaultdict(set)
        rows = self._client.query(_SAID + "customer_hash IN %(hashes)s", {"hashes": tuple(hashes)})
        for keys in _pieces(conversations):
            rows += self._client.query(_SAID + _UNNAMED, {"keys": keys})
        for minute, tenant, feedback_id, text in rows:
            found[minute, tenant, feedback_id].add(text)
        return dict(found)

    def withdraw(self, said: Collection[Said]) -> None:
        """Let nothing of it stand. The time of the minute stays, for the count; every other field is empty."""
        for keys in _pieces(sorted(said)):
            minutes = ", ".join(f"toDateTime({minute}, 'UTC')" for minute in sorted({minute for minute, _, _ in keys}))
            self._client.write(_WITHDRAW.format(minutes=f"({minutes})"), {"keys": keys})

    def uncounted(self) -> set[int]:
        """Minutes in which something was withdrawn for good, and which are not counted since: a forgetting before this one was
        killed there."""
        return {int(minute) for (minute,) in self._client.query(_UNCOUNTED)}

    def delete(self, said: Collection[Said]) -> None:
        """Take out of the table what was withdrawn before: afterwards no version of it holds a word."""
        by_day: dict[str, list[Said]] = defaultdict(list)
        for key in sorted(said):
            by_day[_day(key[0])].append(key)
        for day, keys in by_day.items():
            for piece in _pieces(keys):
                self._client.write(_DELETE.format(day=day), {"keys": piece})
        self._settle()

    def empty_surveys(self, conversations: Sequence[Conversation]) -> int:
        """Take the words, and what leads to the customer, out of the survey answers of these conversations; how many. Scores
        stay."""
        columns = (*SurveyRow.__struct_fields__, "ingested_at")
        names = ", ".join(f"`{name}`" for name in columns)
        emptied = ", ".join(_EMPTY.get(name, f"`{name}`") for name in columns)
        count = 0
        for keys in _pieces(conversations):
            theirs = f"(tenant, subject) IN %(keys)s AND version < {LAST}"
            values = {"keys": keys}
            ((found,),) = self._client.query(f"SELECT uniqExact(tenant, event_id) FROM survey_local WHERE {theirs}", values)
            count += found
            if found:  # what was written just now has no subject any more, so it is not deleted with the rest
                fresh = f"SELECT {emptied} FROM survey_local FINAL WHERE {theirs}"
                self._client.write(f"INSERT INTO survey_local ({names}) {fresh}", values)
                self._client.write(f"ALTER TABLE survey_local DELETE WHERE {theirs} SETTINGS mutations_sync = 2", values)
        return int(count)

    def cards(self, tenants: Collection[str], since: int) -> Iterator[Quoted]:
        """Every card of these tenants that quotes anybody, told of a minute from `since` on; also one that was replaced."""
        columns = ", ".join(f"`{name}`" for name in Quoted._fields)
        statement = f"""SELECT {columns} FROM card_local WHERE tenant = %(tenant)s AND at >= toDateTime(%(since)s, 'UTC')
                        AND notEmpty(verbatims) ORDER BY at, spike_id"""
        for tenant in sorted(tenants):
            for row in self._client.query(statement, {"tenant": tenant, "since": since}):
                yield Quoted(*row)

    def replace_card(self, card: Quoted) -> None:
        """Let this card stand, which quotes less, and take the one that quotes more out of the table."""
        self._client.insert("card_local", Quoted._fields, [card])
        self._client.write(
            """ALTER TABLE card_local DELETE WHERE tenant = %(tenant)s AND spike_id = %(spike)s AND at = toDateTime(%(at)s, 'UTC')
               AND transition = %(transition)s AND length(verbatims) > %(kept)s SETTINGS mutations_sync = 2""",
            {
                "tenant": card.tenant, "spike": card.spike_id, "at": int(card.at.timestamp()), "transition": card.transition,
                "kept": len(card.verbatims),
            },
        )  # fmt: skip

    def _settle(self) -> None:
        """Return when the server has rewritten all it was told to: the days side by side, for each takes seconds. Raises
        SinkUnavailable."""
        waiting = Retrying(retry=retry_if_result(bool), wait=wait_exponential(multiplier=0.02, max=1))
        waiting(self._at_work)

    def _at_work(self) -> int:
        ((left, failing),) = self._client.query(_AT_WORK)
        if failing:
            raise SinkUnavailable(
                "the warehouse cannot rewrite the days in which the customer spoke (system.mutations says why: often its disk is "
                "full); mend that, then run the same command again (nothing is lost)"
            )
        return int(left)


def _pieces(keys: Sequence[T]) -> Iterator[tuple[T, ...]]:
    for start in range(0, len(keys), AT_ONCE):
        yield tuple(keys[start : start + AT_ONCE])


def _day(minute: int) -> str:
    """The partition of a minute."""
    return f"{datetime.fromtimestamp(minute, UTC):%Y%m%d}"
