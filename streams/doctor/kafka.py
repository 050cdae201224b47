"""Kafka: can it be reached, are our topics there, does somebody read them?"""

from collections.abc import Iterator

from streams.doctor.finding import Finding, ok, problem, warning
from streams.kafka.connection import Connection, from_settings
from streams.settings import Settings

REACH_S = 4.0
"""How long a broker may take to let us in."""
BEHIND = 100_000
"""Records that a group may be behind before it is worth a word."""


class KafkaChecks:
    """The checks of the Kafka that the settings name. Kafka's clients are imported when they are needed: half a second."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def reachable(self) -> Iterator[Finding]:
        """Does a broker let us in?"""
        if not self._settings.kafka:
            yield ok("Kafka", "none is named; `voc run` needs none")
            return
        from streams.kafka.reach import check_reachable

        connection = from_settings(self._settings)
        check_reachable(connection, REACH_S)
        yield ok("Kafka", f"{connection.bootstrap} lets us in by {connection.security}")

    def topics(self) -> Iterator[Finding]:
        """Are the topics of the catalogue there, and as they should be?"""
        from streams.kafka.admin import describe

        states = describe(self._connection, REACH_S)
        missing = [state.name for state in states if not state.exists]
        differing = [f"{state.name} ({', '.join(state.differs)})" for state in states if state.exists and state.differs]
        if missing:
            yield problem("Kafka topics", f"missing: {', '.join(missing)}", "voc kafka create")
        if differing:
            yield warning("Kafka topics", f"not as the catalogue has them: {', '.join(differing)}", "voc kafka describe says how")
        if not (missing or differing):
            numbers = ", ".join(f"{state.name} {state.partitions}" for state in states)
            yield ok("Kafka topics", f"all there; partitions: {numbers}")

    def lag(self) -> Iterator[Finding]:
        """Does somebody read, and how far behind?"""
        from streams.kafka.lag import lag

        for group in lag(self._connection, REACH_S):
            name = f"lag of {group.group}"
            said = f"{group.lag:,} behind, {len(group.members)} members"
            expired = sum(each.expired for each in group.partitions)
            if expired:
                todo = "give the topic more retention (voc kafka describe), or start more workers"
                yield problem(name, f"{said}; {expired:,} records were removed before they were read", todo)
            elif group.lag and not group.members:
                yield warning(name, said, "nobody reads: start a worker (voc worker)")
            elif group.lag > BEHIND:
                yield warning(name, said, "start more workers, as many as there are partitions; see docs/operations.md")
            else:
                yield ok(name, said)

    @property
    def _connection(self) -> Connection:
        return from_settings(self._settings)
