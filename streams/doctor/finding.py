"""What a check finds, and how checks are run: one after the other, each on its own. One that fails or hangs stops no other."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from processors.failure import Failure
from streams.telemetry import log

PATIENCE_S = 10.0
"""How long one check may take."""
HIDDEN = "***"
SHORTEST = 4
"""A secret that is shorter would hide harmless words with it."""
Level = Literal["ok", "warning", "problem"]


class Finding(Struct, frozen=True):
    """One thing that was looked at: how it stands, and what to do if it does not stand well."""

    check: str
    level: Level
    found: str
    todo: str = ""


class Check(NamedTuple):
    """Something to look at. `look` blocks, and may raise anything: that is a finding too."""

    name: str
    look: Callable[[], Iterable[Finding]]
    patience_s: float = PATIENCE_S
    late: str = "look at what it is about, or run `voc doctor` again when the machine is less busy"
    """What to do if it does not end in time ..."""
    late_level: Level = "problem"
    """... and how bad that is."""


def examined(checks: Sequence[Check], secrets: Iterable[str] = ()) -> Iterator[Finding]:
    """What the checks find, in their order, as it is found; none of `secrets` stands in it. Blocks for as long as each may take.

    A check that hangs is left behind in a thread that does not keep the process alive.
    """
    hidden = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
    for check in checks:
        for finding in _looked(check):
            yield Finding(finding.check, finding.level, _without(finding.found, hidden), _without(finding.todo, hidden))


def ok(check: str, found: str) -> Finding:
    """It stands well."""
    return Finding(check, "ok", found)


def warning(check: str, found: str, todo: str) -> Finding:
    """It works; something should be done."""
    return Finding(check, "warning", found, todo)


def problem(check: str, found: str, todo: str) -> Finding:
    """It does not work."""
    return Finding(check, "problem", found, todo)


def _looked(check: Check) -> Iterator[Finding]:
    found: queue.SimpleQueue[Finding | None] = queue.SimpleQueue()
    threading.Thread(target=_look, args=(check, found), name=f"doctor-{check.name}", daemon=True).start()
    until = time.monotonic() + check.patience_s
    while True:
        try:
            finding = found.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            yield Finding(check.name, check.late_level, f"no answer within {check.patience_s:g} s", check.late)
            return
        if finding is None:
            return
        yield finding


def _look(check: Check, found: "queue.SimpleQueue[Finding | None]") -> None:
    try:
        for finding in check.look():
            found.put(finding)
    except Failure as error:
        what, _, todo = str(error).partition("; ")
        found.put(problem(check.name, what, todo or "set it right, then run `voc doctor` again"))
    except Exception as error:  # noqa: BLE001  (whatever one check raises, the others are run; a message may hold a secret)
        log.debug("doctor_check_failed", check=check.name, error=type(error).__name__)
        found.put(
            problem(
                check.name, f"cannot be looked at ({type(error).__name__})", "VOC_LOG_LEVEL=debug shows more; tell who runs it"
            )
        )
    finally:
        found.put(None)


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
