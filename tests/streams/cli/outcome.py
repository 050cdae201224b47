"""What a command left: exit code, standard output, standard error."""

import json
import subprocess
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """Of one command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON value and one line."""
        assert self.code == 0, self.err
        assert self.out.endswith("\n") and self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    def failed(self, *words: str, code: int = 1) -> None:
        """It failed as it should: nothing on standard output, one line on standard error that holds these words."""
        assert (self.code, self.out) == (code, ""), (self.code, self.out, self.err)
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("voc: "), self.err
        assert "Traceback" not in self.err
        assert "internal error" not in self.err, self.err
        for word in words:
            assert word in lines[0], (word, self.err)

    def misused(self, *words: str) -> None:
        """It was not given as it must be: exit 2, usage and what is wrong on standard error, nothing on standard output."""
        assert (self.code, self.out) == (2, ""), (self.code, self.out, self.err)
        assert "Usage: voc" in self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err, (word, self.err)


def ended(process: "subprocess.Popen[str]", seconds: float = 120.0) -> Outcome:
    """Wait for a console script."""
    out, err = process.communicate(timeout=seconds)
    return Outcome(process.returncode, out, err)


def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until a condition holds, and give what it gave; fails at the deadline."""
    deadline = monotonic() + seconds
    while not (held := condition()):
        assert monotonic() < deadline, "the condition did not come to hold"
        sleep(0.02)
    return held
