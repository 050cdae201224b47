"""What a measured process says of itself: how many events, after how much CPU. Nothing but the standard library: peers use it
from an interpreter of their own."""

import json
import os
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Gauge:
    """Counts events, and writes a line on standard output about every `every` of them: count, CPU seconds (user and system, all
    threads), seconds since 1970, and the CPU seconds of the parts that are timed."""

    def __init__(self, every: int) -> None:
        self._every, self._next, self._count = every, 0, 0
        self._parts: dict[str, float] = {}

    def saw(self, events: int) -> None:
        """So many more are done."""
        self._count += events
        if self._count >= self._next:
            self._next = (self._count // self._every + 1) * self._every  # multiples: the last event of all gives a line too
            line = {"count": self._count, "cpu": time.process_time(), "at": time.time(), "parts": self._parts}
            os.write(1, json.dumps(line).encode() + b"\n")  # past whatever a framework did to sys.stdout

    def timed(self, part: str, function: Callable[P, T]) -> Callable[P, T]:
        """The function, with the CPU time of the threads that call it kept under `part`."""
        self._parts[part] = 0.0

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            begun = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self._parts[part] += time.thread_time() - begun

        return call
