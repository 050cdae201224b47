"""What the product remembers between processes: detector snapshots, positions of inputs, numbers of understandings."""

from datetime import UTC, datetime

from streams.warehouse.client import WarehouseClient


class Memory:
    """All of it replaces itself; nothing here is history."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def load_detectors(self, detector: str) -> dict[str, bytes]:
        """The latest snapshot of every tenant, of the detector of that name."""
        statement = "SELECT tenant, body FROM detector_state_local FINAL WHERE detector = %(detector)s"
        return {tenant: body.encode() for tenant, body in self._client.query(statement, {"detector": detector})}

    def save_detectors(self, detector: str, states: dict[str, tuple[int, bytes]]) -> None:
        """`states`: tenant -> (minute judged last, snapshot)."""
        rows = [
            (detector, tenant, datetime.fromtimestamp(minute, UTC), body.decode()) for tenant, (minute, body) in states.items()
        ]
        self._client.insert("detector_state_local", ("detector", "tenant", "minute", "body"), rows)

    def load_position(self, source: str) -> bytes | None:
        """What was saved for the input of that name."""
        rows = self._client.query("SELECT body FROM position_local FINAL WHERE input = %(input)s", {"input": source})
        return rows[0][0].encode() if rows else None

    def save_position(self, source: str, body: bytes) -> None:
        """Replaces what was saved before."""
        self._client.insert("position_local", ("input", "body"), [(source, body.decode())])

    def understanding(self, fingerprint: str) -> int:
        """The number of this understanding: a new one gets the next, so that rows understood later outrank earlier ones."""
        rows = self._client.query("SELECT number, fingerprint FROM understanding_local ORDER BY number")
        if rows and rows[-1][1] == fingerprint:
            return int(rows[-1][0])
        number = int(rows[-1][0]) + 1 if rows else 1
        self._client.insert("understanding_local", ("fingerprint", "number"), [(fingerprint, number)])
        return number
