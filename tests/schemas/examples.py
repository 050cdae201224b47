"""Where the tests find the example messages, and the moment at which all of them arrive."""

from datetime import UTC, datetime
from pathlib import Path

ARRIVED = datetime(2026, 11, 20, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*/*"))
INVALID = sorted((EXAMPLES / "invalid").glob("*/*"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
