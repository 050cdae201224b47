"""What the product remembers between processes: detector snapshots, positions of inputs, numbers of understandings."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime

from schemas.feedback import UNDERSTANDINGS
from streams.failures import UserError
from streams.warehouse.client import WarehouseClient

EVERYBODY = ""
"""The row that stands for all tenants together."""


class Memory:
    """All of it replaces itself; nothing here is history."""

    def __init__(self, client: WarehouseClient) -> None:
        self._client = client

    def load_detectors(self, detector: str) -> tuple[int, dict[str, bytes]]:
        """The last minute up to which the detector of that name has judged everything (0: none), and every tenant's snapshot."""
        statement = "SELECT tenant, minute, body FROM detector_state_local FINAL WHERE detector = %(detector)s"
        rows = self._client.query(statement, {"detector": detector})
        judged = next((int(minute.timestamp()) for tenant, minute, _ in rows if tenant == EVERYBODY), 0)
        return judged, {tenant: b64decode(body) for tenant, _, body in rows if tenant != EVERYBODY}

    def save_detectors(self, detector: str, judged: int, states: dict[str, tuple[int, bytes]]) -> None:
        """`states`: tenant -> (minute judged last, snapshot); a silent tenant's own minute may lie before `judged`."""
        rows = [(detector, EVERYBODY, datetime.fromtimestamp(judged, UTC), "")]
        rows += [
            (detector, tenant, datetime.fromtimestamp(minute, UTC), b64encode(body).decode())
            for tenant, (minute, body) in states.items()
        ]
        self._client.insert("detector_state_local", ("detector", "tenant", "minute", "body"), rows)

    def load_position(self, source: str) -> bytes | None:
        """What was saved for the input of that name."""
        rows = self._client.query("SELECT body FROM position_local FINAL WHERE input = %(input)s", {"input": source})
        return rows[0][0].encode() if rows else None

    def save_position(self, source: str, body: bytes) -> None:
        """Replaces what was saved before."""
        self._client.insert("position_local", ("input", "body"), [(source, body.decode())])

    def positions(self) -> list[bytes]:
        """What was saved, of all inputs."""
        return [body.encode() for (body,) in self._client.query("SELECT body FROM position_local FINAL")]

    def understanding(self, fingerprint: str) -> int:
        """The number of this understanding: a new one gets the next, so that rows understood later outrank earlier ones."""
        rows = self._client.query("SELECT number, fingerprint FROM understanding_local ORDER BY number")
        if rows and rows[-1][1] == fingerprint:
            return int(rows[-1][0])
        number = int(rows[-1][0]) + 1 if rows else 1
        if number >= UNDERSTANDINGS:
            raise UserError(f"pipeline and taxonomy changed {number:,} times in this warehouse; begin another --data-dir")
        self._client.insert("understanding_local", ("fingerprint", "number"), [(fingerprint, number)])
        return number
