"""What a test session started ends with it, also if the session is killed."""

import os
import signal
import subprocess
import sys
import time

from tests.conftest import ROOT

PROGRAM = """
import subprocess, sys
from tests.rig.kafka.guard import Guard
started = subprocess.Popen(["sleep", "300"], start_new_session=True, stdout=subprocess.DEVNULL)
guard = Guard(started.pid)
if "release" in sys.argv:
    guard.release()
print(started.pid, flush=True)
sys.stdin.read()
"""


def outlived(*arguments: str, within_s: float) -> bool:
    """Whether the started process lives on after the one that started it was killed; it is gone afterwards."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as session:
        assert session.stdout
        pid = int(session.stdout.readline())
        session.kill()
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return True


def test_a_guarded_process_ends_with_the_one_that_started_it() -> None:
    assert not outlived(within_s=20)


def test_a_released_one_goes_on() -> None:
    assert outlived("release", within_s=0.5)
