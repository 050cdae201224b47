"""A process that does not outlive the one that started it, whatever ends that: a broker is no orphan after a kill -9."""

import os
import subprocess


class Guard:
    """Watches over process `pid` until released: when this process ends, `pid` is killed."""

    def __init__(self, pid: int) -> None:
        # The shell waits for the end of the pipe, which comes when nobody has its other end any more: nobody but us has it.
        waiting, self._ours = os.pipe()
        self._shell = subprocess.Popen(["sh", "-c", 'read -r _; kill -9 "$0"', str(pid)], stdin=waiting, start_new_session=True)
        os.close(waiting)

    def release(self) -> None:
        """Stop watching; `pid` may be somebody else's by now."""
        self._shell.kill()
        self._shell.wait()
        os.close(self._ours)
